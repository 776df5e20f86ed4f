"""What an article says that a work says: the clause that rests on a mention, verbatim. Knows no work.

Three forms: "Roe et al. (2020) showed that CLAUSE", "work showing that CLAUSE (Roe et al. 2020)", and a sentence with
the mention somewhere in it, where the clause is the longer side.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence

from claims.citation_patterns import patterns
from claims.mentions import Mention
from claims.passages import Passage

_SHORTEST = 4  # words; fewer say nothing that could be checked
_JOINT = re.compile(
    r"^(?:[\s,;:.)\]\"'*_\u2014\u2013-]|(?:and|but|while|whereas|or|also|that|as|which|who)\b)+", re.IGNORECASE
)
_REPORTED = re.compile(
    r"^.{0,160}?\b(?:show|found|find|suggest|report|argue|demonstrat|indicat|reveal|conclud|claim|observ|prov|confirm|establish"
    r"|evidence|finding|idea|hint)\w*(?:\s+(?:in|from|with)\s+[^,.;]{1,40})?\s+(?:that|how)\s+",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"[\s,;:(\[*_\"'\u2014\u2013-]*(?:\b(?:see|e\.g\.|cf\.?|by|in|from|per|of|as in|according to)\s*)?[\s(\[]*$",
    re.IGNORECASE,
)
_BRACKET = re.compile(r"[(\[][^()\[\]]{0,40}$")
_TAIL = re.compile(r"(?:[\s,;:.(\[\"'*_\u2014\u2013-]|\b(?:and|but|while|says?|said|writes?|wrote)$)+$", re.IGNORECASE)
_THAT = re.compile(r"(?:,[^.;]{0,60},)?\s*(?:that|how|:)\s+", re.IGNORECASE)


def clause_of(text: str, mention: Mention, mentions: Sequence[Mention], pieces: Sequence[Passage]) -> str | None:
    """The words that rest on a mention, or None where its sentence says nothing else.

    Args:
        text: the article.
        mention: the work in question.
        mentions: all of the article, in the order of the text.
        pieces: its sentences, in the order of the text.
    """
    place = bisect_right([piece.start for piece in pieces], mention.start) - 1
    if place < 0:
        return None
    start, end = pieces[place]
    end = max(end, pieces[min(len(pieces) - 1, bisect_right([p.start for p in pieces], mention.end - 1) - 1)].end)
    others = [one for one in mentions if one is not mention and start <= one.start < end]
    start = max((one.end for one in others if one.end <= mention.start), default=start)
    end = min((one.start for one in others if one.start >= mention.end), default=end)
    before, after = text[start : mention.start], text[mention.end : end]
    if told := (_THAT.match(after) or _says(after)):
        return _clean(_REPORTED.sub("", after[told.end() :])) or _clean(before)
    bracketed = _BRACKET.search(before)
    before = _REPORTED.sub("", _OPEN.sub("", before))
    if bracketed:
        return _clean(before) or _clean(after)
    return _clean(max(before, after, key=lambda side: len(side.split())))


def _says(after: str) -> re.Match[str] | None:
    """The verb that stands behind a mention: "(2020) showed", "and colleagues, at a lab, found"."""
    return re.compile(rf"[)\]\s]*{patterns().says.pattern}(?:\s+(?:that|how))?").match(after)


def _clean(piece: str) -> str | None:
    piece = _JOINT.sub("", piece)
    piece = _TAIL.sub("", _TAIL.sub("", piece))
    return " ".join(piece.split()) if len(piece.split()) >= _SHORTEST else None
