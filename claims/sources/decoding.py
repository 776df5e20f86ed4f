"""Bytes to text: the byte-order mark, then what the source says of itself, then UTF-8, then the likeliest guess."""

import codecs
import re

from charset_normalizer import from_bytes

from claims.errors import InputError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Only encodings of text: Python's codecs also name ciphers, escapes and compressors.
_SAFE = re.compile(r"utf-?(8|16|32)|iso-?8859|latin|windows-?12|cp12|koi8|gb|big5|shift_?jis|euc|mac|us-?ascii|ascii")
_DECLARED = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([A-Za-z0-9_-]{1,40})""", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_SAMPLE = 200_000
_BROKEN = 0.01  # share of unreadable characters up to which a text still counts as that encoding


def decode(data: bytes, *, charset: str = "", html: bool = False) -> str:
    """`data` as text with line feeds as the only line ends.

    Args:
        data: the bytes.
        charset: what the server said.
        html: whether the bytes may name their encoding in a <meta> tag.

    Raises:
        InputError: the bytes are not text.
    """
    declared = [charset]
    if html and (match := _DECLARED.search(data[:4096])):
        declared.append(match[1].decode("ascii"))
    text = _marked(data) or _as_declared(data, declared) or _guessed(data)
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    controls = len(_CONTROL.findall(text[:_SAMPLE]))
    if controls > _BROKEN * min(len(text), _SAMPLE):
        raise InputError("the source is not readable text (it holds binary data); give text, Markdown, HTML or PDF")
    return _CONTROL.sub(" ", text)


def _marked(data: bytes) -> str:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data.decode(name, errors="replace")
    return ""


def _as_declared(data: bytes, names: list[str]) -> str:
    for name in ("utf-8", *names):  # bytes that are valid UTF-8 are UTF-8, whatever the page says
        if not _SAFE.match(name.lower()):
            continue
        try:
            return data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return ""


def _guessed(data: bytes) -> str:
    lenient = data.decode("utf-8", errors="replace")
    if any(ord(c) > 127 and c != "\ufffd" for c in lenient) and lenient.count("\ufffd") < _BROKEN * len(lenient):
        return lenient
    best = from_bytes(data[:_SAMPLE]).best()
    return data.decode(best.encoding if best else "cp1252", errors="replace")
