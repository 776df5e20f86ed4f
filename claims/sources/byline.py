"""Who wrote it, when and where, from the first lines of a text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_ISO = re.compile(r"\b((?:19|20)\d\d)-(\d\d)-(\d\d)\b")
_DAY_FIRST = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({_MONTH})\.?,? ((?:19|20)\d\d)\b", re.IGNORECASE)
_MONTH_FIRST = re.compile(rf"\b({_MONTH})\.? (\d{{1,2}})(?:st|nd|rd|th)?,? ((?:19|20)\d\d)\b", re.IGNORECASE)
_NAME = r"[A-Z\u00c0-\u00de@][\w.'\u2019-]*"
_PERSON = rf"{_NAME}(?: (?:de|van|von|der|den|la|le|da|di|bin|al|el|{_NAME})){{0,5}}"
_PEOPLE = rf"({_PERSON}(?:(?:,| and| &) {_PERSON})*)"
_BY = re.compile(rf"(?:^|[\u00b7|*_\u2013\u2014] ?)(?:[Ww]ords |[Ww]ritten |[Ss]tory )?[Bb]y:? \*?{_PEOPLE}")
_LABELLED = re.compile(rf"^(?:[Aa]uthor|[Bb]yline|[Rr]eporter)s?: ?{_PEOPLE}")
_THREAD = re.compile(r"^(?:[Tt]hread|[Pp]ost(?:ed)?) by (@\w{1,30})\b")
_OWNER = re.compile(r"['\u2019]s?$|['\u2019]s ")
_NOBODY = re.compile(
    r"(?:(?:web|site|super|the|our|a|an|guest|microsoft office|office|windows|wordpress|news|editorial)[ -]?)*"
    r"(?:anonymous|anon|admin(?:istrator)?|staff(?: ?(?:writers?|reporters?|editors?|correspondents?|team))?|users?"
    r"|root|owner|test|authors?|writers?|reporters?|correspondents?|contributors?|editors?|editorial"
    r"(?: (?:team|staff|board))?|team|desk|newsroom|master|guest|default|unknown|nobody|none|null|undefined|n/?a)",
    re.IGNORECASE,
)
_SOURCE = re.compile(
    r"^(?:Source|Published (?:by|in|at|on)|Outlet|Publication): ?([^\u00b7|]{2,80}?)\s*(?:[\u00b7|]|$)"
)


@dataclass(frozen=True)
class Byline:
    """What the first lines say; None where they do not."""

    author: str | None = None
    date: str | None = None
    outlet: str | None = None


def read_byline(lines: Sequence[str]) -> Byline:
    """Author, day (ISO 8601) and outlet, from short lines among the first of a text."""
    author = day = outlet = None
    for line in lines:
        if len(line) > 250:
            day = day or (dateline(line[:100]) if re.match(r"[A-Z]{3,}", line) else None)
            continue
        for pattern in (_THREAD, _LABELLED, _BY):
            if author is None and len(line) < 160 and (match := pattern.search(line.strip())):
                author = _somebody_written(match[1].strip(" ,*_"))
        day = day or dateline(line)
        if outlet is None and (match := _SOURCE.match(line.strip())):
            outlet = match[1].strip()
    return Byline(author, day, outlet)


def somebody(name: str | None) -> str | None:
    """The name of an author, or None where it names nobody: "admin", "staff writer", the user of an office program."""
    return None if not name or _NOBODY.fullmatch(name.strip(" \t\n.@*_()[]")) else name


def _somebody_written(name: str) -> str | None:
    """The same for a line of text, where "by Google's" is by somebody's account and not by somebody."""
    return None if _OWNER.search(name) else somebody(name)


def dateline(text: str) -> str | None:
    """The first full date in `text` as ISO 8601."""
    found: list[tuple[int, str]] = []
    for pattern, order in ((_ISO, (1, 2, 3)), (_DAY_FIRST, (3, 2, 1)), (_MONTH_FIRST, (3, 1, 2))):
        if match := pattern.search(text):
            year, month, day = (match[i] for i in order)
            number = _MONTHS.get(month.lower()) or int(month)
            try:
                found.append((match.start(), date(int(year), number, int(day)).isoformat()))
            except ValueError:
                continue
    return min(found)[1] if found else None
