"""A sentence as the clauses that each make a claim, with offsets, and whom the sentence names as its source.

Splits where a new subject with its own verb begins; a contrast that is one comparison stays whole. Knows no labels.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from claims.open_questions import end_of_question
from claims.rules import model_names
from claims.vocabulary import vocabulary

_SUBJECT = r"(?:it|they|you|we|he|she|this|that|these|those|there|nobody|no one|everyone|each|such|people)"
_VERB = (
    r"(?:is|are|was|were|has|have|had|do|does|did|can|could|will|would|may|might|must|should|cannot|\w+n't|\w+'(?:s|re|ve|ll)"
    r"|makes?|made|shows?|showed|shown|says?|said|finds?|found|knows?|goes|went|comes?|came|takes?|took|gives?|gave|gets?|got"
    r"|kills?|hurts?|breaks?|broke|leaves?|left|raises?|lowers?|drops?|lifts?|falls?|fell|rises?|rose|grows?|grew|keeps?|kept"
    r"|sits?|lies?|lives?|holds?|held|works?|matters?|needs?|depends?|predicts?|matche?s?|matched|shares?|shared|fires?|fired"
    r"|responds?|emerges?|emerged|appears?|appeared|forms?|formed|turns?|turned|becomes?|became|means?|meant|suggests?"
    r"|remains?|stays?|stayed|moved|changed|changes?|reported|argues?|explains?|arises?|arose|vanish(?:es|ed)?|collapse[sd]?"
    r"|fix(?:es|ed)?|governs?|carries|carried|stops?|stopped|helps?|helped|speaks?|spoke|encodes?|drives?|drove|caused|suffers?"
    r"|suffered|survives?|survived|improves?|improved|disappears?|peaks?|peaked|spares?|spared|destroys?|destroyed)"
)
# "not yet", "has yet to" begin no clause
_YET = r"(?<!\bnot\s)(?<!n['\u2019]t\s)(?<!\bhas\s)(?<!\bhave\s)(?<!\bhad\s)(?<!\bis\s)(?<!\bare\s)yet"
_NEW_CLAUSE = re.compile(
    rf"(?:;|\s\u2014|\s\u2013)\s+(?:and |but |so |yet )?(?=\w)"
    rf"|,\s(?:and|but|so|yet)\s(?!{_VERB}\b)(?=[^,;]*\b{_VERB}\b|[^;()]*\([^)]*\)[^;]*\b{_VERB}\b)"
    rf"|:\s(?=that is what\b|so says?\b)"
    rf"|,?\s(?:and|but|so|{_YET})\s(?!{_VERB}\b|then\b)(?=(?:{_SUBJECT}\b(?:'\w+)?\s|(?:[\w'-]+\s){{1,7}}?{_VERB}\b(?!-)))"
    rf"|,\s(?=(?:it|they|you|this|there)(?:'(?:s|re|ll)|\s{_VERB})\b)"
    rf"|,\s(?=(?:while|whereas)\s(?!\w+ing\b))"
    rf"|,\s(?=(?!(?:and|but|so|yet|or|nor|which|who|that|where|when|if|as|while|because|then|not)\b)"
    rf"(?:\w+ing\s(?:it|them|these|those|this|that|him)|(?:the |its |their )?[\w-]+(?:\s[\w-]+)?)"
    rf"\s(?:\w+\s)?{_VERB}\s[^,;]*(?:,|$|[.]$))"
    rf"|,\s(?=(?:with (?:gains?|losses|drops?) of|whatever the|whichever))"
    rf"|\.\s(?=(?:they|it|we)\s)",
    re.IGNORECASE,
)
_IMPERATIVE = re.compile(
    r"(?:(?:just|simply|now|then|once you)\s)?(?:turn|remove|cut|delete|silence|knock|switch|take|add|zero|kill|dial"
    r"|boost|push|raise|lower|strip|ablate|prune|block|erase|suppress|amplify|disable|lesion|nudge|crank|double|inject|patch"
    r"|swap|edit|flip|mask|freeze|damage|train|open|look|put|give|make|change|shuffle|scramble|ask|feed|show|tell|clamp|steer"
    r"|shut|wipe|drop|stimulate|deactivate|activate)\b",
    re.IGNORECASE,
)
STARTS_WITH_VERB = rf"(?:{_IMPERATIVE.pattern}|{_VERB}\b)"
# what the sentence so far leaves open: "if you delete it", "the point is that once they are gone"
_CONDITION = re.compile(
    r"(?:^|[,:]|\b(?:and|but|so|that|means))\s*(?:if|when|once|although|though|while|even|because|since|unless|as)\b[^,]*$",
    re.IGNORECASE,
)
_COLON_HEAD = re.compile(r"^(?P<head>[^:]{3,90}):\s(?=\S+(?:\s\S+){3})")
FINITE = re.compile(rf"\b{_VERB}\b", re.IGNORECASE)
_FINITE = re.compile(rf"\b{_VERB}\b|\b\w{{3,}}(?:ed|es)\b|\b(?!this\b|its\b|us\b|as\b)\w{{3,}}[^s\W]s\b", re.IGNORECASE)
_LABEL = re.compile(
    r"^(?:[\w'.-]+\s?){1,3}:\s+(?=\S)"  # "Result: ..."
    r"|^[A-Z]{3,}[^-\u2013]{0,30}\s[-\u2013\u2014]\s(?=[A-Z])"  # "LONDON, 3 May - ..."
    r"|^Here's [^.!?]{3,30}?\W\s(?=[A-Z])"
    r"|^(?:(?i:tl;?dr|to sum up|to recap|in summary|the takeaway|bottom line)\b[:,]?\s)(?=\S)"
)
_LEAD = re.compile(
    r"^(?:(?:(?:and|but|so|yet|or|also|btw|that(?=\s\w+(?:'s)?\s\w+\s(?:correspond|are|is))|which means(?: that)?)\b"
    r"[,!]*\s)"
    r"|(?:yes|no|nope)[,!]+\s|(?:however|indeed|moreover|still|then|conversely|in short|in other words|if so),\s)+",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"\u201c](?P<words>[^\"\u201c\u201d]{15,}?)[,.!?]?[\"\u201d]")
_SAYS = (
    r"(?:say|says|said|adds?|added|writes?|wrote|argues?|argued|believes?|thinks?|reports?|reported|claims?|claimed|tells?"
    r"|told|notes?|noted|finds?|found|shows?|showed|concludes?|suggests?)"
)
_TELLS = re.compile(rf"^(?:[\w'\u2019-]+\s){{1,6}}?{_SAYS}\b")
_TAIL_SOURCE = re.compile(
    rf",\s(?:{_SAYS}\s(?P<after>[A-Z@][^,;]*|the [^,;]*)|(?:according to|per)\s(?P<per>[^,;]+)"
    rf"|(?P<before>(?:[A-Z]|the |scientists|researchers|experts|critics|some )[^,;]{{0,57}}?)\s{_SAYS})"
    rf"(?P<rest>,\swh(?:o|ich)\b.*)?[.!]?$"
)
_BE = r"(?:is|are|was|were|be|been|being)"
_NAMED = (
    rf"(?:(?!(?:{_BE}|has|have|had|can|could|will|would|may|might|must|should|do|does|did|not)\b)[A-Z@][\w.'&-]*"
    r"|et al\.|and|\(\d{4}\w?\)"
)
_HEAD_SOURCE = re.compile(
    rf"^(?:according to|per)\s(?P<per>[^,;]+),\s"
    rf"|^(?!now\b)(?P<who>{_NAMED}|of|the|a team led by|,)(?:\s{_NAMED}))*)\s(?:(?!{_BE}\b)\w+\s)?(?P<says>{_SAYS})"
    rf"(?:\s(?:in \d{{4}}|today|this week))?\sthat\b(?=\W*\w)",
    re.IGNORECASE,
)
# "the claim that", "recent reports that" are things said, unless someone who can say it stands before
_NOUN_OR_VERB = re.compile(r"claims?|reports?|notes?|finds?|shows?", re.IGNORECASE)
_SPEAKER = re.compile(
    r"(?:(?:^|\s)(?!(?:The|An?|Th[ei]se|This|That|Those|Its|Their|Our|Some|Many|Most|All|Any|No|Such|Other|Several|Recent|New"
    r"|Old|Earlier|Previous|Popular|Viral|Similar|Bold|Common)$)[A-Z@][\w.'&-]*"
    r"|\b(?i:et al\.|I|we|they|he|she|it|team|group|lab|company|university|institute|startup|release"
    r"|\w+(?:ists?|ors?|ers?|ians?)|people|experts?|critics?|colleagues|study|studies|preprints?|articles?|posts?|works?"
    r"|analys[ei]s|results?|findings?|data|experiments?|tests?|threads?))(?:\s\(\d{4}\w?\))?$"
)
_DETERMINER = re.compile(
    r"(?:the|an?|th[ei]se?|this|that|those|its|his|her|their|our|my|your|some|many|most|all|any|no|such|other|each|every)"
    r"(?:\sof)?",
    re.IGNORECASE,
)
_EDGE = re.compile(r"^(?:[ \t\n*_\u2022\u00b7\u2014\"\u201c]|[-\u2013](?!\.?\d))+")  # "-0.3" begins with a minus
_SHORT_TAIL = 45  # characters; a source this short stays in the quote
_SHORTEST = 3  # words


@dataclass(frozen=True)
class Clause:
    """One clause that may make a claim: `text[start:end]`."""

    start: int
    end: int
    source: str | None


def clauses(text: str, start: int, end: int) -> Iterator[Clause]:
    """The clauses of one sentence.

    Args:
        text: the article.
        start: where the sentence begins.
        end: where it ends.
    """
    sentence = text[start:end]
    quoted = list(_QUOTED.finditer(sentence))
    outside = _QUOTED.sub("", sentence)
    if quoted and re.search(rf"\b{_SAYS}\b", outside) and len(quoted[0]["words"].split()) > _SHORTEST:
        speaker = re.search(rf"{_SAYS}\s(?P<who>[A-Z][\w.'\u2019-]*(?:\s[A-Z][\w.'\u2019-]*)*|the \w+)", outside)
        for match in quoted:
            span = start + match.start("words"), start + match.end("words")
            yield from _split(text, *span, source=speaker["who"].rstrip(".") if speaker else None)
        return
    source = None
    if tail := _TAIL_SOURCE.search(sentence):
        source = (tail["after"] or tail["per"] or tail["before"]).strip(" .!")
        if tail["rest"] or len(tail[0]) > _SHORT_TAIL:
            end = start + tail.start()
    elif (head := _HEAD_SOURCE.match(sentence)) and (head["per"] or _speaks(head["who"], head["says"])):
        source = (head["per"] or head["who"]).strip()
    yield from _split(text, start, end, source=source)


def _speaks(who: str, says: str) -> bool:
    """Whether these words can be who says it, and do not make a noun of the verb ("the claim that")."""
    return bool(_SPEAKER.search(who)) if _NOUN_OR_VERB.fullmatch(says) else not _DETERMINER.fullmatch(who)


def _split(text: str, start: int, end: int, *, source: str | None) -> Iterator[Clause]:
    begin = start = start + _label_end(text[start:end])
    depth_free = _outside_brackets(text, start, end)
    for match in _NEW_CLAUSE.finditer(text, start, end):
        left, right = text[begin : match.start()], text[match.end() : end]
        if match.start() - start not in depth_free or not (_stands_alone(left) and _stands_alone(right)):
            continue
        if match.start() < begin + end_of_question(text[begin:end]):
            continue
        spliced = match[0] == ", " and not right.startswith(("while ", "whereas "))
        if spliced and (_TELLS.search(right) or not FINITE.search(left)):
            continue  # "in the upper layers, heads are busy" and "heads are busy, researchers said"
        if _IMPERATIVE.match(left.lstrip(' "\u201c*_')) or (
            match[0].startswith(" ") and not left.rstrip().endswith(".") and re.search(r",\s[\w-]+(?:\s[\w-]+)?$", left)
        ):
            continue  # "switch it off and the words are gone" is one claim; "schools, banks and ..." is a list
        if _CONDITION.search(left) and match[0].startswith(","):
            continue  # "if you delete it, ..." is one claim
        yield from _bare(text, begin, match.start(), source)
        begin = match.end()
    yield from _bare(text, begin, end, source)


def _label_end(piece: str) -> int:
    """Where a label ends with which a clause begins: "Result: ...", but not what the clause is about."""
    match = _LABEL.match(piece)
    if match is None or model_names(match[0]):
        return 0  # "Llama 3: language units in layers 5-9"
    short = len(piece[match.end() :].split()) < _SHORTEST
    return 0 if short and vocabulary().english_topic.search(match[0]) else match.end()  # "random heads: no harm"


def _says(head: str) -> bool:
    """Whether what stands before a colon says something or names what the rest is about, and is no label."""
    return bool(FINITE.search(head) or model_names(head))


def _stands_alone(piece: str) -> bool:
    return len(piece.split()) >= _SHORTEST and bool(_FINITE.search(piece) or re.match(r"\s*(?:with|whatever)\b", piece))


def _outside_brackets(text: str, start: int, end: int) -> set[int]:
    depth, free = 0, set()
    for at in range(start, end):
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(text[at], 0)
        if depth <= 0:
            free.add(at - start)
    return free


def _bare(text: str, start: int, end: int, source: str | None) -> Iterator[Clause]:
    """The clause without labels, linking words and marks at its edges."""
    start += _label_end(text[start:end])
    for pattern in (_COLON_HEAD, _LEAD):
        if (match := pattern.match(text[start:end])) and not (pattern is _COLON_HEAD and _says(match["head"])):
            start += match.end()
    piece = text[start:end]
    start += len(piece) - len(_EDGE.sub("", piece))
    piece = text[start:end]
    end -= len(piece) - len(piece.rstrip(' \t\n*_\u00b7,;:-\u2013\u2014"\u201d'))
    if len(text[start:end].split()) >= _SHORTEST:
        yield Clause(start, end, source)
