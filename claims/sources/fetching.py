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
from http import HTTPStatus
from urllib.parse import SplitResult, quote, urljoin, urlsplit

import certifi

from claims.deadline import within
from claims.errors import ClaimlabError, InputError, SourceError
from claims.sources.addresses import Resolver, checked_addresses, is_public, resolve
from claims.sources.base import Raw

REDIRECTS = 5
_AGENT = "claimlab (reads one page to check its claims)"
_ACCEPT = "text/html,application/xhtml+xml,text/plain,text/markdown,application/pdf;q=0.9"
_MOVED = (301, 302, 303, 307, 308)
_CHUNK = 65_536
_LONGEST_URL = 2000
_LONGEST_SHOWN = 200
_PAGE_PORTS = (80, 443)  # of those that belong to a service: a question to port 25 would be read as mail
_OF_SERVICES = 1024
_CONNECTING = 10.0  # seconds for one address, and for each silence after that
_URL_SIGNS = "/%:@!$&'()*+,;=~-._?[]"
_SAVE = "save the page and give the file"
_TOO_SLOW = f"takes too long to answer; try again later, or {_SAVE}"


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
        target = parse_url(url)
        if before is not None:
            if not _is_name(target.host):
                self._addresses(target, deadline)
            before()
        first, found = target.url, self._ask(target, deadline)
        for _ in range(REDIRECTS):
            if isinstance(found, Raw):
                return found
            with _on_the_way_from(first):
                target = parse_url(urljoin(target.url, found))
                found = self._ask(target, deadline)
        if isinstance(found, Raw):
            return found
        raise SourceError(
            f"{_shown(first)} goes on to another address more than {REDIRECTS} times; give the final address"
        )

    def _addresses(self, target: _Target, deadline: float) -> Sequence[str]:
        """The checked addresses of the site; whoever is asked for its name may be slow too."""
        found = within(
            max(0.0, deadline - time.monotonic()),
            lambda: checked_addresses(target.host, target.port, resolver=self._resolver, allowed=self._allowed),
        )
        if found is None:
            raise SourceError(f"{_shown(target.url)} {_TOO_SLOW}")
        return found

    def _ask(self, target: _Target, deadline: float) -> Raw | str:
        """The page, or where it has moved to."""
        addresses = self._addresses(target, deadline)
        with _plain_errors(target.url, deadline), self._connected(target, addresses, deadline) as sock:
            connection = http.client.HTTPConnection(target.host, target.port)
            connection.sock = sock
            connection.request("GET", target.path, headers={
                "Host": _host_header(target), "User-Agent": _AGENT, "Accept": _ACCEPT, "Accept-Encoding": "gzip",
                "Connection": "close",
            })  # fmt: skip
            with connection.getresponse() as answer:
                _in_time(deadline)
                where = answer.getheader("Location")
                if answer.status in _MOVED and where:
                    return _header_text(where)
                if answer.status != 200:
                    raise SourceError(f"{_shown(target.url)} {_refusal(answer.status)}, or {_SAVE}")
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
            raise SourceError(f"{_shown(url)} is packed in a way that was not asked for ({packed[:40]!r}); {_SAVE}")
        if length.isdigit() and int(length) > self._most:
            raise self._too_large(url)
        unpack = None if packed == "identity" else _Gzip(self._most)
        out = bytearray()
        received = 0
        while chunk := answer.read(_CHUNK):
            received += len(chunk)
            out += chunk if unpack is None else unpack.unpacked(chunk)
            if len(out) > self._most:
                raise self._too_large(url)
        if (unpack is not None and not unpack.ended) or (length.isdigit() and received < int(length)):
            raise SourceError(f"{_shown(url)} was cut off on the way; try again, or {_SAVE}")
        return bytes(out)

    def _too_large(self, url: str) -> InputError:
        return InputError(f"{_shown(url)} is larger than {self._most / 1e6:g} MB, more than an article; {_SAVE}")


class _Gzip:
    """Unpacks gzip, which may be several streams one behind the other (RFC 1952, 2.2), up to one byte too many."""

    def __init__(self, most: int) -> None:
        self._left = most + 1
        self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)

    def unpacked(self, chunk: bytes) -> bytes:
        out = b""
        while chunk and self._left > 0:
            if self._member.eof:
                if not b"\x1f\x8b".startswith(chunk[:2]):
                    break  # what follows is padding
                self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)
            found = self._member.decompress(chunk, self._left)
            self._left -= len(found)
            out += found
            chunk = self._member.unused_data or self._member.unconsumed_tail
        return out

    @property
    def ended(self) -> bool:
        return self._member.eof


def parse_url(url: str) -> _Target:
    """The parts of a URL that may be fetched.

    Raises:
        InputError: it is not http or https, carries a password, or is no URL.
    """
    shown = _shown(url)
    if len(url) > _LONGEST_URL or re.search(r"[\x00-\x20\x7f\\]", url):
        raise InputError(f"{shown!r} is not an address of a page; give a URL that starts with https://")
    try:
        parts = urlsplit(url)
        port = parts.port
        host = _ascii_host(parts)
        if port is not None and port < _OF_SERVICES and port not in _PAGE_PORTS:
            raise ValueError(f"no pages come from port {port}")
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


def _shown(url: str) -> str:
    return url if len(url) <= _LONGEST_SHOWN else url[:_LONGEST_SHOWN] + "..."


def _refusal(status: int) -> str:
    """What a site said in place of the page, in words of ours: its own may be anything."""
    phrase = next((f" {known.phrase}" for known in HTTPStatus if known == status), "")
    later = status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return f"answers {status}{phrase}; {'try again later' if later else 'check the address'}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _host_header(target: _Target) -> str:
    usual = target.port == (443 if target.secure else 80)
    return _bracketed(target.host) + ("" if usual else f":{target.port}")


def _connect(addresses: Sequence[str], port: int, deadline: float) -> socket.socket:
    last: OSError = OSError("no address")
    for address in addresses[:4]:
        left = min(_CONNECTING, deadline - time.monotonic())
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
def _on_the_way_from(url: str) -> Iterator[None]:
    """What is wrong with an address that the user did not give is told with the one that led there."""
    try:
        yield
    except ClaimlabError as error:
        raise type(error)(f"{_shown(url)} goes on to another address: {error}") from None
    except ValueError:
        raise SourceError(f"{_shown(url)} goes on to what is no address; check the address, or {_SAVE}") from None


@contextmanager
def _plain_errors(url: str, deadline: float) -> Iterator[None]:
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise SourceError(f"the certificate of {_shown(url)} is not valid ({error.verify_message}); {_SAVE}") from None
    except (OSError, http.client.HTTPException, zlib.error, ValueError) as error:
        if time.monotonic() >= deadline or isinstance(error, TimeoutError):
            raise SourceError(f"{_shown(url)} {_TOO_SLOW}") from None
        raise SourceError(
            f"{_shown(url)} cannot be fetched ({_why(error)}); check the connection, or {_SAVE}"
        ) from None


def _why(error: Exception) -> str:
    """What went wrong, without words of the site's: these may be a whole page, or orders to a terminal."""
    if isinstance(error, ssl.SSLError):
        return "no secure connection could be made"
    if isinstance(error, http.client.RemoteDisconnected | ConnectionResetError):
        return "the site closed the connection"
    if isinstance(error, http.client.IncompleteRead):
        return "it was cut off on the way"
    if isinstance(error, http.client.HTTPException | ValueError):
        return "what it answers is not HTTP as it should be"
    if isinstance(error, zlib.error):
        return "it is packed wrongly"
    return getattr(error, "strerror", None) or type(error).__name__


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
