"""Fetching a page: public addresses only, checked and pinned at every step, and bounded in size and time."""

import gzip
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from claims import InputError, SourceError
from claims.sources import Fetcher, load_article
from claims.sources.addresses import is_public
from claims.sources.fetching import parse_url

PAGE = (
    b"<html><head><title>Sums</title></head><body><article><h1>Where sums live</h1><p>%s</p></article></body></html>"
    % (b"A small set of units carries arithmetic in this language model, and nothing else depends on them. " * 3)
)
Answer = Callable[[BaseHTTPRequestHandler], None]


class Site:
    """A server on this machine that answers each path in its own way, and what it was asked."""

    def __init__(self) -> None:
        self.paths: dict[str, Answer] = {}
        self.asked: list[tuple[str, str | None]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.path, self.headers.get("Host")))
                try:
                    site.paths[self.path](self)
                except OSError:
                    return  # the reader has hung up

            def log_message(self, *_: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, path: str, *, host: str = "news.example") -> str:
        return f"http://{host}:{self.port}{path}"


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.server.shutdown()
    made.server.server_close()


def here(_host: str, _port: int) -> Sequence[str]:
    """Every name leads to this machine."""
    return ("127.0.0.1",)


def fetcher(**options: object) -> Fetcher:
    """As in production, but this machine may be asked."""
    return Fetcher(resolver=here, allowed=lambda address: address == "127.0.0.1", **options)  # type: ignore[arg-type]


def reply(body: bytes, *, kind: str = "text/html; charset=utf-8", **headers: str) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", kind)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)

    return answer


def moved(where: str, code: int = 302) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(code)
        request.send_header("Location", where)
        request.end_headers()

    return answer


def test_a_page_is_read_as_an_article_after_saying_where_it_comes_from(site: Site) -> None:
    site.paths["/a"] = reply(PAGE)
    told: list[str] = []
    article = load_article(site.url("/a"), fetcher=fetcher(), tell=told.append)
    assert article.title == "Where sums live"
    assert article.source == site.url("/a")
    assert site.asked == [("/a", f"news.example:{site.port}")]
    assert len(told) == 1
    assert site.url("/a") in told[0]


@pytest.mark.parametrize(
    "source",
    [
        "file:///etc/hostname", "ftp://news.example/a", "http://127.0.0.1/a", "http://127.1/a", "http://2130706433/a",
        "http://[::1]/a", "http://localhost:8000/a",
    ],
)  # fmt: skip
def test_of_an_address_that_is_refused_it_is_not_said_that_it_is_asked(source: str) -> None:
    told: list[str] = []
    with pytest.raises(InputError):
        load_article(source, tell=told.append)
    assert told == []


def test_the_address_that_was_checked_is_the_one_that_is_asked(site: Site) -> None:
    """DNS rebinding: a second question would get another answer, so there is none."""
    site.paths["/a"] = reply(PAGE)
    answers = iter([("127.0.0.1",), ("169.254.169.254",)])
    Fetcher(resolver=lambda _h, _p: next(answers), allowed=lambda a: a == "127.0.0.1").fetch(site.url("/a"))
    assert next(answers) == ("169.254.169.254",)


def test_one_private_address_among_public_ones_refuses_the_host(site: Site) -> None:
    with pytest.raises(InputError, match=r"10\.0\.0\.7"):
        Fetcher(resolver=lambda _h, _p: ("93.184.216.34", "10.0.0.7")).fetch(site.url("/a"))
    assert site.asked == []


@pytest.mark.parametrize(
    "where",
    ["http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "//192.168.1.1/", "http://[::1]/", "http://0/"],
)
def test_a_redirect_is_checked_like_the_first_address(site: Site, where: str) -> None:
    site.paths["/a"] = moved(where)

    def numbers_only(host: str, port: int) -> Sequence[str]:
        return ("127.0.0.1",) if host == "news.example" else [e[4][0] for e in socket.getaddrinfo(host, port)]  # type: ignore[misc]

    one = Fetcher(resolver=numbers_only, allowed=lambda address: address == "127.0.0.1" or is_public(address))
    with pytest.raises(InputError, match="not a public internet address"):
        one.fetch(site.url("/a"))


@pytest.mark.parametrize("where", ["file:///etc/passwd", "ftp://news.example/x", "http://me:secret@news.example/"])
def test_a_redirect_cannot_leave_http_or_carry_a_password(site: Site, where: str) -> None:
    site.paths["/a"] = moved(where)
    with pytest.raises(InputError):
        fetcher().fetch(site.url("/a"))


def test_redirects_are_followed_five_times_and_no_more(site: Site) -> None:
    for n in range(6):
        site.paths[f"/{n}"] = moved(f"/{n + 1}")
    site.paths["/6"] = reply(PAGE)
    with pytest.raises(SourceError, match="more than 5 times"):
        fetcher().fetch(site.url("/0"))
    assert fetcher().fetch(site.url("/1")).url == site.url("/6")


PRIVATE = [
    "127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1",
    "0.0.0.0", "224.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1", "168.63.129.16", "::1", "::",  # noqa: S104
    "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::", "::127.0.0.1", "2001:db8::1",
    "fec0::1", "not an address", "",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_no_private_address_is_public_however_it_is_written(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/", "http://localhost/", "http://2130706433/", "http://0x7f.1/", "http://127.1/", "http://[::1]/",
     "http://[::ffff:7f00:1]/", "http://169.254.169.254/latest/", "https://10.0.0.1:8443/", "http://0/"],
)  # fmt: skip
def test_this_machine_and_its_network_are_refused_in_every_spelling(url: str) -> None:
    with pytest.raises(InputError, match="not a public internet address"):
        load_article(url)


@pytest.mark.parametrize(
    "url",
    ["ftp://example.org/a", "file:///etc/passwd", "javascript:alert(1)", "data:text/html,x", "gopher://x/", "https://", "http:///a",
     "https://user@example.org/", "https://a:b@example.org/", "http://exa mple.org/", "http://example.org/\r\nX: y", "http://[::1",
     "http://example.org:99999/", "http://example.org\\@evil.example/", "https://example.org/" + "a" * 3000],
)  # fmt: skip
def test_what_is_no_plain_web_address_is_refused_in_one_sentence(url: str) -> None:
    with pytest.raises(InputError) as caught:
        load_article(url)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_names_in_other_scripts_and_blanks_in_paths_are_encoded() -> None:
    target = parse_url("https://b\u00fccher.example/ein/Pfad/\u00fc?q=\u00e4#teil")
    assert (target.host, target.path) == ("xn--bcher-kva.example", "/ein/Pfad/%C3%BC?q=%C3%A4")


def test_a_page_that_is_too_large_is_refused_whether_it_says_so_or_not(site: Site) -> None:
    site.paths["/says"] = reply(b"x", Content_Length="99999999")
    site.paths["/streams"] = reply(b"x" * 300_000)
    site.paths["/bomb"] = reply(gzip.compress(b"\0" * 50_000_000), Content_Encoding="gzip")
    for path in site.paths:
        with pytest.raises(InputError, match=r"larger than 0\.2 MB"):
            fetcher(most_bytes=200_000).fetch(site.url(path))


def test_packed_pages_are_unpacked_and_other_packings_refused(site: Site) -> None:
    site.paths["/gzip"] = reply(gzip.compress(PAGE), Content_Encoding="gzip")
    site.paths["/br"] = reply(b"\x0b\x02\x80", Content_Encoding="br")
    site.paths["/cut"] = reply(gzip.compress(PAGE)[:-20], Content_Encoding="gzip")
    assert fetcher().fetch(site.url("/gzip")).data == PAGE
    site.paths["/short"] = reply(PAGE[:100], Content_Length=str(len(PAGE)))
    for path in ("/br", "/cut", "/short"):
        with pytest.raises(SourceError):
            fetcher().fetch(site.url(path))


@pytest.mark.parametrize("where", ["head", "body"])
def test_a_server_that_drips_is_cut_off(site: Site, where: str) -> None:
    """The server never ends by itself: without a bound on the whole, the time limit of the tests ends this."""
    stop = threading.Event()

    def drip(request: BaseHTTPRequestHandler) -> None:
        start = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + (b"\r\n" if where == "body" else b"")
        request.wfile.write(start)
        while not stop.wait(0.05):
            request.wfile.write(b"x" if where == "body" else b"X: y\r\n"[:1])
            request.wfile.flush()

    site.paths["/a"] = drip
    try:
        with pytest.raises(SourceError, match="takes too long"):
            fetcher(seconds=0.6).fetch(site.url("/a"))
    finally:
        stop.set()


def test_a_page_of_another_kind_is_refused(site: Site) -> None:
    site.paths["/a.png"] = reply(b"\x89PNG....", kind="image/png")
    site.paths["/a.json"] = reply(b"{}", kind="application/json")
    for path in site.paths:
        with pytest.raises(InputError):
            load_article(site.url(path), fetcher=fetcher())


def test_the_charset_of_the_server_is_used(site: Site) -> None:
    text = "Die Gr\u00f6\u00dfe der Modelle entscheidet \u00fcber ihre F\u00e4higkeit zu rechnen."
    site.paths["/a.txt"] = reply(text.encode("iso-8859-15"), kind="text/plain; charset=ISO-8859-15")
    assert load_article(site.url("/a.txt"), fetcher=fetcher()).text == text


@pytest.mark.parametrize("code", [403, 404, 500])
def test_an_error_of_the_server_is_source_unavailable(site: Site, code: int) -> None:
    site.paths["/a"] = lambda request: request.send_error(code)
    with pytest.raises(SourceError, match=str(code)):
        fetcher().fetch(site.url("/a"))


def test_a_closed_port_and_an_unknown_name_are_source_unavailable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(SourceError):
        fetcher().fetch(f"http://news.example:{port}/")
    with pytest.raises(SourceError, match="cannot be found"):
        load_article("https://no-such-site.invalid/")


def test_a_proxy_of_the_environment_is_not_used(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    site.paths["/a"] = reply(PAGE)
    assert fetcher().fetch(site.url("/a")).data == PAGE


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for news.example, signed by itself, with its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl, which makes the certificate, is not on this machine")
    path = tmp_path / "both.pem"
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", tmp_path / "key.pem", "-out",
         tmp_path / "cert.pem", "-days", "2", "-subj", "/CN=news.example",
         "-addext", "subjectAltName=DNS:news.example"],
        check=True, capture_output=True,
    )  # fmt: skip
    path.write_bytes((tmp_path / "key.pem").read_bytes() + (tmp_path / "cert.pem").read_bytes())
    return path


def test_the_certificate_must_be_that_of_the_name_not_of_the_address(site: Site, certificate: Path) -> None:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate)
    site.server.socket = server.wrap_socket(site.server.socket, server_side=True)
    site.paths["/a"] = reply(PAGE)
    trusting = ssl.create_default_context(cafile=str(certificate))
    url = site.url("/a").replace("http:", "https:")
    assert fetcher(context=trusting).fetch(url).data == PAGE
    with pytest.raises(SourceError, match="certificate"):
        fetcher(context=trusting).fetch(url.replace("news.example", "other.example"))
    with pytest.raises(SourceError, match="certificate"):
        fetcher().fetch(url)


def raw_reply(said: bytes) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(said)

    return answer


@pytest.mark.parametrize(
    "said",
    [b"<html>SECRET</html>", b"HTTP/1.1 404 SECRET\x1b[31m\r\n\r\n", b"SSH-2.0-SECRET\r\n",
     b"HTTP/1.1 2x0 SECRET\r\n\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nSECRET\r\n"],
)  # fmt: skip
def test_what_a_site_says_in_place_of_a_page_is_not_repeated(site: Site, said: bytes) -> None:
    site.paths["/page"] = raw_reply(said)
    with pytest.raises(SourceError) as error:
        fetcher().fetch(site.url("/page"))
    assert "SECRET" not in str(error.value)
    assert str(error.value).isprintable()


@pytest.mark.parametrize(
    ("where", "kind"),
    [("http://10.0.0.1/", InputError), ("file:///etc/passwd", InputError), ("http://a@news.example/", InputError),
     ("http://[::1", SourceError), ("/missing", SourceError)],
)  # fmt: skip
def test_what_is_wrong_with_a_later_address_is_told_with_the_first(site: Site, where: str, kind: type) -> None:
    site.paths["/page"] = moved(where)
    site.paths["/missing"] = raw_reply(b"HTTP/1.1 410 Gone\r\n\r\n")
    by_name = Fetcher(
        resolver=lambda host, _: ("127.0.0.1" if host == "news.example" else host,),
        allowed=lambda address: address == "127.0.0.1",
    )
    with pytest.raises(kind, match=f"^{site.url('/page')} goes on to "):
        by_name.fetch(site.url("/page"))


def test_a_page_packed_in_several_members_is_read_whole(site: Site) -> None:
    for at in (1, len(PAGE) // 2):
        packed = gzip.compress(PAGE[:at]) + gzip.compress(PAGE[at:])
        site.paths["/page"] = reply(packed, Content_Encoding="gzip")
        assert fetcher().fetch(site.url("/page")).data == PAGE
    site.paths["/page"] = reply(gzip.compress(PAGE) + gzip.compress(b" " * 5_000_000), Content_Encoding="gzip")
    with pytest.raises(InputError, match="larger than"):
        fetcher(most_bytes=1_000_000).fetch(site.url("/page"))
    site.paths["/page"] = reply(gzip.compress(PAGE) + gzip.compress(PAGE)[:-9], Content_Encoding="gzip")
    with pytest.raises(SourceError, match="cut off"):
        fetcher().fetch(site.url("/page"))


@pytest.mark.parametrize("port", [0, 22, 25, 6379 - 6000])
def test_services_that_serve_no_pages_are_not_asked(port: int) -> None:
    with pytest.raises(InputError, match=f"no pages come from port {port}"):
        parse_url(f"http://news.example:{port}/")
    assert parse_url("http://news.example:8080/").port == 8080


def test_a_name_that_is_never_found_is_not_waited_for() -> None:
    asked = threading.Event()

    def never(_host: str, _port: int) -> Sequence[str]:
        asked.wait(60)
        return ()

    with pytest.raises(SourceError, match="takes too long"):
        Fetcher(resolver=never, seconds=0.1).fetch("http://news.example/")
    asked.set()


def test_an_address_without_its_beginning_is_told_from_a_file() -> None:
    for given in ("www.news.example/page", "http:/news.example/page", "news.example"):
        with pytest.raises(InputError, match="that begins with https://"):
            load_article(given)
    with pytest.raises(InputError, match="a URL or - for"):
        load_article("folder/notes")
