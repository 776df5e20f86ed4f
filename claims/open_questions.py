"""Remarks that a question is open: "whether X does Y is unknown" tells of the evidence and does not say that X does Y.

Knows words only, nothing of claims.
"""

import re

_OPEN = re.compile(
    r"\b(?:(?:is|are|was|were|remains?|remained|stays?|stayed|seems?)\s(?:\w+\s){0,3}?"
    r"(?:unknown|unclear|uncertain|unresolved|undecided|unsettled|untested|unanswered|debated|disputed|contested"
    r"|(?:an\s)?open(?:\squestion)?|not\s(?:yet\s)?(?:known|clear|settled|understood|established|decided))"
    r"|remains?\sto\sbe\s(?:seen|shown|tested|determined|established|found|settled)"
    r"|(?:has|have|had)\s(?:not|never|yet\sto)\s(?:yet\s)?be(?:en)?\s(?:tested|shown|established|settled|determined|asked)"
    r"|(?:nobody|no\sone)\s(?:yet\s)?knows)(?![\w-])",
    re.IGNORECASE,
)
_LEAD = r"\W*(?:(?:and|but|so|yet|however|still)\b\W*)?"
# "whether you ablate them or not, ..." asks nothing
_ASKED = re.compile(rf"{_LEAD}whether\b(?![^,]*\bor\snot,)", re.IGNORECASE)
_IT_IS_OPEN = re.compile(rf"{_LEAD}(?:it\s)?{_OPEN.pattern}\s(?:whether|if)\b", re.IGNORECASE)
_MORE = re.compile(r";\s|[.!?]\s|,\s(?:and|but|so|yet)\s(?!(?:whether|if|how|why)\b)")  # something else is said too
_AFTER = re.compile(r"[^.;:!?]{0,60}[.!\"'\u201d]*$")  # "unknown so far", "an open question in the field"


def leaves_open(text: str) -> bool:
    """Whether a sentence or clause says nothing but that a question is open."""
    if (found := _IT_IS_OPEN.match(text)) and not _MORE.search(text, found.end()):
        return True
    return bool(_ASKED.match(text)) and any(_AFTER.match(text, found.end()) for found in _OPEN.finditer(text))


def asks_until(left: str, right: str) -> bool:
    """Whether a sentence that is cut between these would tear a question from the words that leave it open."""
    return bool(_ASKED.match(left)) and not _OPEN.search(left) and bool(_OPEN.search(right))
