"""From what the user gave (a path, a URL, - or the text itself) to the article."""

import errno
import re
import sys
from collections.abc import Callable
from functools import partial
from io import BufferedIOBase
from pathlib import Path
from typing import BinaryIO

from claims.errors import InputError
from claims.model import Article
from claims.sources.assemble import assemble
from claims.sources.base import Raw, pick
from claims.sources.decoding import decode
from claims.sources.fetching import Fetcher
from claims.sources.limited import parse_limited

FILE_BYTES = 50_000_000
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:(?://|(?=[A-Za-z]))")
_FILE_NAME = re.compile(r"\.\w{1,5}$|^[./~]")
_SENTENCE = 4  # words
_DRIVE = re.compile(r"^[A-Za-z]:[\\/]")
_SITE = re.compile(r"^(?:https?:/*|//)?(?:[\w-]+\.)+[A-Za-z]{2,}(?::\d+)?(?:[/?#]|$)")


def load_article(
    source: str,
    *,
    fetcher: Fetcher | None = None,
    standard_input: BufferedIOBase | None = None,
    tell: Callable[[str], None] | None = None,
) -> Article:
    """The article at a path, a URL or, for `-`, on standard input.

    Args:
        source: what the user gave.
        fetcher: how pages are fetched.
        standard_input: where `-` is read from; the process's own when None.
        tell: called with a sentence before anything leaves the machine.

    Raises:
        InputError: it cannot be used: missing, unreadable, empty, too large, not text.
        SourceError: a page cannot be had.
    """
    if source == "-":
        raw = Raw(_limited_read(standard_input or sys.stdin.buffer, "standard input"), "-")
    elif is_url(source):
        said = f"fetching {source}, if its site is public: the address is sent to that site, and nothing else"
        raw = (fetcher or Fetcher()).fetch(source, before=None if tell is None else partial(tell, said))
    elif _is_text_itself(source):
        raw, source = Raw(source.encode("utf-8", errors="replace")), "the text given"
    else:
        raw = _from_file(source)
    return article_of(raw, source=raw.url or source)


def read_text(source: str) -> str:
    """The text of a file, or of standard input for `-`, as it stands.

    Raises:
        InputError: it cannot be read, or is not text.
    """
    if source == "-":
        return decode(_limited_read(sys.stdin.buffer, "standard input"))
    return decode(_from_file(source).data)


def is_url(source: str) -> bool:
    """Whether a source is an address rather than a file."""
    return bool(_SCHEME.match(source)) and not _DRIVE.match(source)


def _is_text_itself(source: str) -> bool:
    """Whether it is a sentence rather than the name of a file."""
    sentence = len(source.split()) >= _SENTENCE and not _FILE_NAME.search(source)
    return "\n" in source.strip() or (sentence and (len(source) > 200 or not Path(source).exists()))


def article_of(raw: Raw, *, source: str) -> Article:
    """The article in some bytes, whatever their format.

    Args:
        raw: the bytes, and what is known of their format.
        source: what the article is said to come from.

    Raises:
        InputError: they are empty, damaged, or no text.
    """
    name = "standard input" if source == "-" else source
    if not raw.data.strip():
        raise InputError(f"{name} is empty; give an article with text in it")
    parsed = parse_limited(raw, pick(raw).name)
    return assemble(parsed, source=source)


def _from_file(source: str) -> Raw:
    if not source.strip():
        raise InputError("the name of the file is empty; give a file, a URL or - for standard input")
    path = Path(source)
    try:
        if path.is_dir():
            raise InputError(f"{source} is a folder; give one file in it")
        if path.exists() and not path.is_file():
            raise InputError(f"{source} is not an ordinary file; give a .txt, .md, .html or .pdf file")
        with path.open("rb") as file:
            return Raw(_limited_read(file, source), path.name)
    except ValueError:  # a NUL in the name
        raise InputError("the name of the file cannot be used; give a .txt, .md, .html or .pdf file") from None
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENAMETOOLONG, errno.ENOTDIR):
            shown = source if len(source) <= 120 else source[:120] + "..."
            like_a_page = " that begins with https://" if _SITE.match(source) else ""
            raise InputError(
                f"there is no file {shown!r}; give a file, a URL{like_a_page} or - for standard input"
            ) from None
        hint = "check its permissions" if error.errno in (errno.EACCES, errno.EPERM) else "give another file"
        raise InputError(f"{source} cannot be read ({error.strerror}); {hint}") from None


def _limited_read(file: BufferedIOBase | BinaryIO, name: str) -> bytes:
    data = file.read(FILE_BYTES + 1)
    if len(data) > FILE_BYTES:
        raise InputError(f"{name} is larger than {FILE_BYTES / 1e6:g} MB, more than an article; give the text alone")
    return data
