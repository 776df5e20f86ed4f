"""Fetches one public page over http or https, within limits of size, time and redirects.

Each host is resolved once; all its addresses are checked, and the connection goes to one of the addresses that were
checked (the name still stands in the Host header and in the certificate), so a name that changes its mind between
check and connection gains nothing. Proxies of the environment are not used: they would resolve the name again.
"""

import http.client
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urljoin, urlsplit

import certifi

from claims.errors import InputError, SourceError
from claims.sources.addresses import Resolver, checked_addresses, is_public, resolve
from claims.sources.base import Raw

REDIRECTS = 5
_AGENT = "claimlab (reads one page to check its claims)"
_ACCEPT = "text/html,application/xhtml+xml,text/plain,text/markdown,application/pdf;q=0.9"
_MOVED = (301, 302, 303, 307, 308)
_CHUNK = 65_536
_LONGEST_URL = 2000
_URL_SIGNS = "/%:@!$&'()*+,;=~-._?[]"
_SAVE = "save the page and give the file"


@dataclass(frozen=True)
class _Target:
    """Where to ask: parts of a URL that was checked."""

    url: str
    secure: bool
    host: str
    port: int
    path: str


class Fetcher:
    """Fetches pages.

    Args:
        resolver: from a host and port to its addresses.
        allowed: whether an address may be asked.
        seconds: for the whole of a fetch, redirects included.
        most_bytes: of a page, unpacked.
        context: for https; the system's certificates when None.
    """

    def __init__(
        self,
        *,
        resolver: Resolver = resolve,
        allowed: Callable[[str], bool] = is_public,
        seconds: float = 30.0,
        most_bytes: int = 10_000_000,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._resolver, self._allowed = resolver, allowed
        self._seconds, self._most, self._context = seconds, most_bytes, context

    def fetch(self, url: str, *, before: Callable[[], None] | None = None) -> Raw:
        """The page at `url`.

        Args:
            url: its address.
            before: called once, when the address has been found fit and before its site's name is asked for.

        Raises:
            InputError: the address cannot be used, or leads to a place that is not public, or is too large.
            SourceError: the page cannot be had.
        """
        deadline = time.monotonic() + self._seconds
        for turn in range(REDIRECTS + 1):
            target = parse_url(url)
            if turn == 0 and before is not None:
                if not _is_name(target.host):
                    self._addresses(target)
                before()
            found = self._ask(target, deadline)
            if isinstance(found, Raw):
                return found
            url = urljoin(target.url, found)
        raise SourceError(f"{url} goes on to another page more than {REDIRECTS} times; give the final address")

    def _addresses(self, target: _Target) -> Sequence[str]:
        return checked_addresses(target.host, target.port, resolver=self._resolver, allowed=self._allowed)

    def _ask(self, target: _Target, deadline: float) -> Raw | str:
        """The page, or where it has moved to."""
        addresses = self._addresses(target)
        with _plain_errors(target.url, deadline), self._connected(target, addresses, deadline) as sock:
            connection = http.client.HTTPConnection(target.host, target.port)
            connection.sock = sock
            connection.request("GET", target.path, headers={
                "Host": _host_header(target), "User-Agent": _AGENT, "Accept": _ACCEPT, "Accept-Encoding": "gzip",
                "Connection": "close",
            })  # fmt: skip
            answer = connection.getresponse()
            _in_time(deadline)
            where = answer.getheader("Location")
            if answer.status in _MOVED and where:
                return _header_text(where)
            if answer.status != 200:
                raise SourceError(
                    f"{target.url} answers {answer.status} {answer.reason}; check the address, or {_SAVE}"
                )
            data = self._read(answer, target.url)
            _in_time(deadline)
            kind, charset = _content_type(answer.getheader("Content-Type") or "")
            return Raw(data, urlsplit(target.url).path.rsplit("/", 1)[-1], kind, charset, target.url)

    @contextmanager
    def _connected(self, target: _Target, addresses: Sequence[str], deadline: float) -> Iterator[socket.socket]:
        """A connection to the first of the checked addresses that answers, cut off at the deadline whatever it does."""
        plain = _connect(addresses, target.port, deadline)
        # A server that sends a byte now and then never runs into a timeout of the socket; this does.
        guard = threading.Timer(max(0.0, deadline - time.monotonic()), _cut_off, (plain,))
        guard.daemon = True
        guard.start()
        sock: socket.socket = plain
        try:
            if target.secure:
                sock = (self._context or _certificates()).wrap_socket(plain, server_hostname=target.host)
            yield sock
        finally:
            guard.cancel()
            sock.close()

    def _read(self, answer: http.client.HTTPResponse, url: str) -> bytes:
        """The body, unpacked, as long as it stays within the limit."""
        length = answer.getheader("Content-Length") or ""
        packed = (answer.getheader("Content-Encoding") or "identity").strip().lower()
        if packed not in ("identity", "gzip", "x-gzip"):
            raise SourceError(f"{url} is packed in a way that was not asked for ({packed[:40]!r}); {_SAVE}")
        if length.isdigit() and int(length) > self._most:
            raise self._too_large(url)
        unpack = zlib.decompressobj(zlib.MAX_WBITS | 16) if packed != "identity" else None
        out = bytearray()
        received = 0
        while chunk := answer.read(_CHUNK):
            received += len(chunk)
            out += chunk if unpack is None else unpack.decompress(chunk, self._most + 1 - len(out))
            if len(out) > self._most or (unpack is not None and unpack.unconsumed_tail):
                raise self._too_large(url)
        if (unpack is not None and not unpack.eof) or (length.isdigit() and received < int(length)):
            raise SourceError(f"{url} was cut off on the way; try again, or {_SAVE}")
        return bytes(out)

    def _too_large(self, url: str) -> InputError:
        return InputError(f"{url} is larger than {self._most / 1e6:g} MB, more than an article; {_SAVE}")


def parse_url(url: str) -> _Target:
    """The parts of a URL that may be fetched.

    Raises:
        InputError: it is not http or https, carries a password, or is no URL.
    """
    shown = url if len(url) <= 200 else url[:200] + "..."
    if len(url) > _LONGEST_URL or re.search(r"[\x00-\x20\x7f\\]", url):
        raise InputError(f"{shown!r} is not an address of a page; give a URL that starts with https://")
    try:
        parts = urlsplit(url)
        port = parts.port
        host = _ascii_host(parts)
    except ValueError as error:
        raise InputError(
            f"{shown!r} is not an address of a page ({error}); give a URL such as https://example.org/page"
        ) from None
    scheme = parts.scheme.lower()
    if scheme not in ("http", "https"):
        raise InputError(f"addresses that start with {scheme}: are not fetched; give one with http or https, or a file")
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise InputError("the address carries a user name or password; give it without")
    if not host:
        raise InputError(f"{shown!r} names no site; give a URL such as https://example.org/page")
    path = quote(parts.path or "/", safe=_URL_SIGNS)
    query = "?" + quote(parts.query, safe=_URL_SIGNS) if parts.query else ""
    clean = f"{scheme}://{_bracketed(host)}{f':{port}' if port else ''}{path}{query}"
    return _Target(clean, scheme == "https", host, port or (443 if scheme == "https" else 80), path + query)


def _ascii_host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        raise ValueError("the name of the site cannot be read") from None


def _is_name(host: str) -> bool:
    """Whether a host has to be looked up, which tells others that it is wanted: not localhost, 127.1 or 0x7f000001."""
    if host.rsplit(".", 1)[-1].lower() == "localhost":
        return False
    try:
        socket.getaddrinfo(host, None, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return True
    return False


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _host_header(target: _Target) -> str:
    usual = target.port == (443 if target.secure else 80)
    return _bracketed(target.host) + ("" if usual else f":{target.port}")


def _connect(addresses: Sequence[str], port: int, deadline: float) -> socket.socket:
    last: OSError = OSError("no address")
    for address in addresses[:4]:
        left = min(10.0, deadline - time.monotonic())
        if left <= 0:
            raise TimeoutError("it took too long")
        try:
            return socket.create_connection((address, port), timeout=left)
        except OSError as error:
            last = error
    raise last


def _in_time(deadline: float) -> None:
    """A connection that was cut off at the deadline looks like one that came to its end."""
    if time.monotonic() >= deadline:
        raise TimeoutError("it took too long")


def _cut_off(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def _certificates() -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not context.cert_store_stats()["x509_ca"]:  # some installations of Python come without
        context.load_verify_locations(certifi.where())
    return context


@contextmanager
def _plain_errors(url: str, deadline: float) -> Iterator[None]:
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise SourceError(f"the certificate of {url} is not valid ({error.verify_message}); {_SAVE}") from None
    except (OSError, http.client.HTTPException, zlib.error, ValueError) as error:
        if time.monotonic() >= deadline:
            raise SourceError(f"{url} takes too long to answer; try again later, or {_SAVE}") from None
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise SourceError(f"{url} cannot be fetched ({reason}); check the connection, or {_SAVE}") from None


def _content_type(value: str) -> tuple[str, str]:
    kind, _, rest = value.partition(";")
    match = re.search(r"charset\s*=\s*[\"']?([\w.-]{1,40})", rest, re.IGNORECASE)
    return kind.strip().lower(), match[1] if match else ""


def _header_text(value: str) -> str:
    """A header as UTF-8 where it is: http.client reads every byte as one Latin letter."""
    try:
        return quote(value.encode("latin-1").decode("utf-8"), safe=_URL_SIGNS + "#")
    except UnicodeError:
        return quote(value, safe=_URL_SIGNS + "#")
