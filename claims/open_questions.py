"""Remarks that a question is open: "whether X does Y is unknown" tells of the evidence and does not say that X does Y.

Knows words only, nothing of claims. What is not surely such a remark is none: a finding must not be lost.
"""

import re

_BE = r"(?:is|are|was|were|remains?|remained|stays?|stayed|seems?)"
_NOT = r"(?:(?:is|are|was|were|remains?)\snot|(?:is|are|was|were)n['\u2019]t)"
_STILL = (
    r"(?:(?:still|yet|as\syet|also|now|currently|largely|mostly|much|very|quite|rather|fully|entirely|completely|really"
    r"|hotly|heavily|widely|so\sfar|at\sall)\s)*"
)
_UNSETTLED = (
    r"(?:unknown|unclear|uncertain|unresolved|undecided|unsettled|untested|unanswered|debated|disputed|contested"
    r"|an?\s(?:open|unresolved|unanswered)\s(?:question|issue|matter|problem))"
)
_SETTLED = r"(?:known|clear|settled|understood|established|decided)"
_TO_BE = (
    r"(?:remains?\sto\sbe\s(?:seen|shown|tested|determined|established|found|settled)"
    r"|(?:has|have|had)\s(?:not|never|yet\sto)\s(?:yet\s)?be(?:en)?\s(?:tested|shown|established|settled|determined|asked))"
)
_KNOWS = (
    r"(?:(?:nobody|no\sone)\s(?:yet\s)?knows"
    rf"|(?:we|I|researchers|scientists|experts|the\sauthors)\s{_STILL}(?:do\snot|don['\u2019]t)\s{_STILL}know)"
)
_OPEN = rf"(?:{_BE}\s{_STILL}{_UNSETTLED}|{_NOT}\s{_STILL}{_SETTLED}|{_TO_BE})"
_LEAD = r"\W*(?:(?:and|but|so|yet|however|still)\b\W*)?"
_IT_IS_OPEN = re.compile(
    rf"{_LEAD}(?:(?:it\s)?(?:{_OPEN}|{_BE}\s{_STILL}open)|it['\u2019]s\s{_STILL}(?:{_UNSETTLED}|not\s{_STILL}{_SETTLED})"
    rf"|what\s{_OPEN}\sis|{_KNOWS})\s(?:whether|if)\b",
    re.IGNORECASE,
)
# what is said beside the question: another clause, a reason, a bracket
_MORE = re.compile(
    r"[;:(\u2014]|\s[-\u2013]\s|[.!?]\s"
    r"|,\s(?:and|but|so|yet)\s(?!(?:whether|if|how|why)\b)|,\s(?:as|since|even|which|where|given|for)\b"
    r"|\s(?:though|although|because|whereas|while|but)\b|\sas\s(?:it|they|\w+ing)\b|\ssince\s(?!\d|then\b)",
    re.IGNORECASE,
)
# "whether X, and whether Y, is unclear"; any other comma may begin a main clause: "whether open or closed, models ..."
_QUESTION = (
    r"(?:whether|where)\b"
    r"(?:(?!\b(?:though|although|whereas|while|because|but)\b)[^,;:!?().]|\.(?=\w)"
    rf"|,(?=\s(?:and|or)\s(?:whether|if|how|why|where|when)\b|\s{_BE}\b|\s{_NOT}\b))*?"
)
_SHORT_TAIL = (  # "unknown so far", "an open question in the field"
    r"(?:(?!\b(?:though|although|because|since|even|while|whereas|and|or|but|yet|that|which|why|how|what|where|whether|if)\b"
    r"|\bas\b(?!\s(?:of|yet)\b)|\bto\b(?!\s(?:us|date|science|anyone)\b))[^.,;:!?()\u2013\u2014]){0,60}"
)
_ENDS = r"(?=[.!\"'\u201d]*$|[.!;]\s|,\s(?:and|but|so|yet)\s)"
_IS_OPEN = re.compile(
    rf"{_LEAD}{_QUESTION}(?:\s(?:{_OPEN}(?![\w-]){_SHORT_TAIL}|{_BE}\s{_STILL}open)|,?\s{_KNOWS}(?:\s(?:yet|so\sfar))?){_ENDS}",
    re.IGNORECASE,
)
_END = re.compile(r"[.!\"'\u201d]*$")


def leaves_open(text: str) -> bool:
    """Whether a sentence or clause says nothing but that a question is open."""
    return (end := end_of_question(text)) > 0 and _END.match(text, end) is not None


def end_of_question(text: str) -> int:
    """Where the remark ends with which a text begins that a question is open; 0 if it begins with none."""
    if found := _IT_IS_OPEN.match(text):
        more = _MORE.search(text, found.end())
        return more.start() if more else len(text)
    return found.end() if (found := _IS_OPEN.match(text)) else 0
