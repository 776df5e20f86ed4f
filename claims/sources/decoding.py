"""Bytes to text: the byte-order mark, then UTF-8, then what the source says of itself, then the likeliest guess.

What browsers do is done here too: bytes that Latin-1 leaves to control codes are the quotes and dashes of Windows-1252,
and a page that can be read up to its <meta> tag is not UTF-16, whatever the tag says (WHATWG Encoding, 4.2 and 14).
"""

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
_WESTERN = 0.4  # share of bytes beyond ASCII up to which a text is in Latin letters
# What quotes and dashes of Mac Roman look like in Windows-1252: "isn\u00d5t", "\u00d2region\u00d3",
# where Windows-1252 has capitals, and no capital stands.
_MAC_MARKS = re.compile(r"[a-z][\u00d0-\u00d5](?![A-Z\u00c0-\u00de])|[.,!?][\u00d3\u00d5](?!\w)")
_HALF_ZERO, _NO_ZERO = 0.3, 0.05  # shares of zeros among every second byte: of UTF-16 in Latin letters, and of none
_WINDOWS = {code: bytes([code]).decode("cp1252", errors="ignore") or chr(code) for code in range(0x80, 0xA0)}


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
    if html and (match := _DECLARED.search(data[:4096])) and not match[1].lower().startswith((b"utf-16", b"utf-32")):
        declared.append(match[1].decode("ascii"))
    text = _marked(data) or _in_pairs(data) or _as_declared(data, declared) or _guessed(data)
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff").translate(_WINDOWS)
    controls = len(_CONTROL.findall(text[:_SAMPLE]))
    if controls > _BROKEN * min(len(text), _SAMPLE):
        raise InputError("the source is not readable text (it holds binary data); give text, Markdown, HTML or PDF")
    return _CONTROL.sub(" ", text)


def _marked(data: bytes) -> str:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data.decode(name, errors="replace")
    return ""


def _in_pairs(data: bytes) -> str:
    """UTF-16 or 32 without a mark: in Latin letters every second byte is zero, or all but the first or last of four."""
    sample = data[:_SAMPLE]
    quarters = [sample[first::4].count(0) / max(1, len(sample) // 4) for first in range(4)]
    for name, letter in (("utf-32-le", 0), ("utf-32-be", 3)):
        if quarters[letter] < _NO_ZERO and all(zeros > 1 - _NO_ZERO for n, zeros in enumerate(quarters) if n != letter):
            return data.decode(name, errors="replace")
    even, odd = (sample[first::2].count(0) / max(1, len(sample) // 2) for first in (0, 1))
    if odd > _HALF_ZERO and even < _NO_ZERO:
        return data.decode("utf-16-le", errors="replace")
    if even > _HALF_ZERO and odd < _NO_ZERO:
        return data.decode("utf-16-be", errors="replace")
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
        return data.decode("utf-8", errors=_PASTED)
    if sum(byte > 127 for byte in data[:_SAMPLE]) < _WESTERN * len(data[:_SAMPLE]):
        text = data.decode("cp1252", errors="replace")
        if _MAC_MARKS.search(text):
            return data.decode("mac_roman")
        if "\ufffd" not in text:
            return text  # of few letters, no statistics tell more than this
    best = from_bytes(data[:_SAMPLE]).best()
    return data.decode(best.encoding if best else "cp1252", errors="replace")


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """The bytes among UTF-8 that are not: pasted from Windows-1252, unless the text was cut within a letter."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    if error.reason == "unexpected end of data":
        return "\ufffd", error.end
    return error.object[error.start : error.end].decode("cp1252", errors="replace"), error.end


_PASTED = "claimlab-pasted"
codecs.register_error(_PASTED, _as_windows)
