"""What an article says, and does not say, about the study behind its finding: eleven things a careful editor asks for.

Rules over omissions.yaml. Only sentences about the article's own finding count: those about other work (from the
sentence that turns to it to the end of its paragraph), about what may come, about what the source leaves out, and
advertisements are set aside first. That there was no peer review is a status that is given; that there was no control,
baseline or code means that it is missing.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel, ConfigDict

from claims.characters import STRAIGHT_RANGES
from claims.citation_patterns import venue_words
from claims.citations import find_mentions
from claims.mentions import Mention
from claims.model import Article
from claims.passages import Passage, paragraphs, sentences
from claims.vocabulary import vocabulary
from claims.word_files import expand, one_line, whole_words, word_file, word_groups

_LONGEST_QUOTE = 320
_TRIED = (
    r"(?:us(?:e|ed|ing)|test|r[ua]n|tr(?:y|ied|ying)|includ|stud(?:y|ied|ying)|examin|compar|look(?:ed)? at|open|check)"
)
_DENIED = re.compile(
    r"(?:\b(?:no|without(?: any)?|nor(?: any)?|neither|lack(?:s|ed|ing)?(?: of)?"
    r"|(?:(?:could|did|does|do|was|were|had|has|have)(?: not|n't)|(?<!been )never) "
    rf"(?:find|found|see|saw|compare|report|give|gave|mention|any|been|{_TRIED})\w*"
    r"(?: (?:any|a|an|the|with|against|out))*)\s+(?:[\w-]+\s+){0,3})$",
    re.IGNORECASE,
)
# "never tested GPT-4"; "found nothing in GPT-4" has looked there
_NOT_TRIED = re.compile(
    rf"(?:\b(?:(?:did|do|does|could|had|have|has)(?: not|n't)|(?<!is )(?<!are )(?<!was )(?<!were )never) {_TRIED}\w*"
    rf"|\b(?:was|were|been)(?: not|n't| never) (?:tested|tried|run|checked)|\bwithout {_TRIED}\w*)"
    r"(?: (?:any|a|an|the|it|this|that|them|with|on|against|out|larger|other|bigger|models?|like|such|as))*\s+$",
    re.IGNORECASE,
)
_THEN_NOT_TRIED = re.compile(
    r"\W*(?:(?!that\b|which\b|whose\b|who\b)[\w-]+ ){0,3}?(?:was|were|is|are|has been|have been|had been)"
    r"(?: not|n't| never) (?:been |yet |even |actually )*"
    r"(?:used|tested|tried|run|included|examined|studied|compared|considered|done|performed|checked|carried out)\b",
    re.IGNORECASE,
)
_PART_OF_IT = re.compile(r"\b(?:in|of|on|inside|from|by|for|with)\s+$", re.IGNORECASE)


class Told(BaseModel):
    """Whether an article gives one element, and the words that give it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: Literal["given", "missing"]
    quote: str | None = None


class Omissions(BaseModel):
    """What is given and what is missing in an article, about the finding that it reports."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    models_named: Told
    method_named: Told
    effect_size: Told
    controls: Told
    tasks_or_sample: Told
    untrained_or_random_baseline: Told
    scale_or_architectures: Told
    vision_language: Told
    data_or_code_link: Told
    peer_review_status: Told
    original_source: Told


@dataclass(frozen=True)
class _Words:
    elements: Mapping[str, re.Pattern[str]]
    other_work: re.Pattern[str]
    own_work: re.Pattern[str]
    ahead: re.Pattern[str]
    untold: re.Pattern[str]
    noise: re.Pattern[str]
    change: re.Pattern[str]
    product: re.Pattern[str]
    aside: re.Pattern[str]
    set_against: re.Pattern[str]
    studied: re.Pattern[str]


@cache
def _words() -> _Words:
    raw = word_file("omissions")
    groups = word_groups(raw["groups"], {"venue": f"(?-i:{venue_words()})"})

    def compiled(key: str) -> re.Pattern[str]:
        lines = raw[key].strip()
        return whole_words(lines if "\n" in lines else one_line(lines), groups)

    elements = {name: compiled(name) for name in Omissions.model_fields if name in raw}
    benchmarks = one_line(raw["benchmarks"])
    elements["tasks_or_sample"] = re.compile(  # names of benchmarks are words of their own in small letters
        rf"(?<!\w)(?-i:{benchmarks})(?!\w)|{elements['tasks_or_sample'].pattern}", re.IGNORECASE
    )
    return _Words(
        elements=MappingProxyType(elements),
        other_work=compiled("other_work"),
        own_work=compiled("own_work"),
        ahead=compiled("ahead"),
        untold=compiled("untold"),
        noise=compiled("noise"),
        change=compiled("change"),
        product=compiled("product"),
        aside=re.compile(rf"(?<!\w)(?:{expand(raw['aside'], groups)})\W+(?:\w+'s\s+)?$", re.IGNORECASE),
        set_against=re.compile(rf"(?<!\w)(?:{expand(one_line(raw['set_against']), groups)})\W+$", re.IGNORECASE),
        studied=compiled("studied"),
    )


@dataclass(frozen=True)
class _Text:
    """An article taken apart: its sentences on its own finding, and on anything but advertisements."""

    article: Article
    view: str
    own: tuple[Passage, ...]
    status: tuple[Passage, ...]
    source: Mention | None

    def told(self, passage: Passage | None) -> Told:
        if passage is None:
            return Told(status="missing")
        return Told(status="given", quote=self.article.text[passage.start : passage.end])


def read_omissions(article: Article) -> Omissions:
    """Each element as given, with the words that give it, or as missing.

    Args:
        article: the cleaned text.
    """
    text = _taken_apart(article)
    plain = {
        name: _first(text.own, _finder(text.view, pattern))
        for name, pattern in _words().elements.items()
        if name not in ("vision_language", "effect_size", "peer_review_status", "original_source")
    }
    status = _first(text.status, _finder(text.view, _words().elements["peer_review_status"], denied_counts=True))
    if status is None and text.source and text.source.venue:
        status = Passage(text.source.start, text.source.end)
    return Omissions(
        models_named=text.told(_first(text.own, _model_finder(text.view))),
        effect_size=text.told(_first(text.own, _effect_finder(text.view))),
        peer_review_status=text.told(status),
        vision_language=text.told(
            _first(text.own, _finder(text.view, _words().elements["vision_language"], denied_counts=True))
        ),
        original_source=text.told(_source(text)),
        scale_or_architectures=text.told(
            plain.pop("scale_or_architectures") or _first(text.own, _several_models_finder(text.view))
        ),
        **{name: text.told(passage) for name, passage in plain.items()},
    )


def _taken_apart(article: Article) -> _Text:
    view = article.text.translate(STRAIGHT_RANGES)
    words = _words()
    mentions = find_mentions(article)
    pieces = [sentences(view, paragraph) for paragraph in paragraphs(view)]
    source = _main(view, mentions, [sentence for piece in pieces for sentence in piece])
    own: list[Passage] = []
    status: list[Passage] = []
    for piece in pieces:
        elsewhere = False
        for sentence in piece:
            inside = [
                mention
                for mention in mentions
                if sentence.start <= mention.start < sentence.end and not _set_against(view, sentence, mention)
            ]
            if source in inside or words.own_work.search(view, *sentence):
                elsewhere = bool(inside) and source not in inside
            elif inside or words.other_work.search(view, *sentence):
                elsewhere = True
            if elsewhere or words.noise.search(view, *sentence) or words.ahead.search(view, *sentence):
                continue
            status.append(sentence)
            if not words.untold.search(view, *sentence):
                own.append(sentence)
    return _Text(article, view, tuple(own), tuple(status), source)


def _main(view: str, mentions: list[Mention], pieces: list[Passage]) -> Mention | None:
    """The work whose finding the article reports: presented as its own or as new, else the first of the latest."""
    words = _words()
    latest = max((mention.month for mention in mentions), default=(0, 0))
    ends = [piece.end for piece in pieces]

    def weight(mention: Mention) -> float:
        around = pieces[bisect_right(ends, mention.start)]
        told = 2.0 * bool(words.own_work.search(view, *around)) - 2.0 * bool(words.other_work.search(view, *around))
        told -= 3.0 * _set_against(view, around, mention)
        year, month = mention.month
        # a year without its month may be the same month
        newest = bool(year) and year == latest[0] and (month == latest[1] or not month)
        return told + newest + 0.5 * mention.linked

    best = max(mentions, key=weight, default=None)  # of equals, the first
    return best if best and weight(best) > -1 else None


def _set_against(view: str, sentence: Passage, mention: Mention) -> bool:
    """Whether the sentence tells its own finding from this work's: "contrary to Roe et al., we find"."""
    return bool(_words().set_against.search(view[sentence.start : mention.start]))


def _first(passages: Iterable[Passage], find: Callable[[Passage], Passage | None]) -> Passage | None:
    return next((found for passage in passages if (found := find(passage))), None)


def _finder(view: str, pattern: re.Pattern[str], *, denied_counts: bool = False) -> Callable[[Passage], Passage | None]:
    def find(sentence: Passage) -> Passage | None:
        for match in pattern.finditer(view, *sentence):
            if denied_counts or not _denied(view, sentence, match, _DENIED):
                return _quoted(view, sentence, match)
        return None

    return find


def _denied(view: str, sentence: Passage, match: re.Match[str], before: re.Pattern[str]) -> bool:
    """Whether the sentence says that there was no such thing: "never ran random heads", "random heads were not run"."""
    lead = view[sentence.start : match.start()]
    undone = _THEN_NOT_TRIED.match(view, match.end(), sentence.end) and not _PART_OF_IT.search(lead)
    return bool(undone or before.search(lead))


def _effect_finder(view: str) -> Callable[[Passage], Passage | None]:
    """A number with the word for what changed, in one sentence."""
    words = _words()

    def find(sentence: Passage) -> Passage | None:
        match = words.elements["effect_size"].search(view, *sentence)
        return _quoted(view, sentence, match) if match and words.change.search(view, *sentence) else None

    return find


def _model_finder(view: str) -> Callable[[Passage], Passage | None]:
    """A model by name, unless only to explain what a language model is ("programs like ChatGPT")."""
    words, names = _words(), vocabulary()

    def find(sentence: Passage) -> Passage | None:
        studied = words.studied.search(view, *sentence)
        for pattern in (names.open_models, names.closed_models):
            for match in pattern.finditer(view, *sentence):
                aside = words.aside.search(view[sentence.start : match.start()])
                named = studied or not (aside or words.product.match(match[0]))
                if named and not _denied(view, sentence, match, _NOT_TRIED):
                    return _quoted(view, sentence, match)
        return None

    return find


def _several_models_finder(view: str) -> Callable[[Passage], Passage | None]:
    names = vocabulary().open_models

    def find(sentence: Passage) -> Passage | None:
        found = list(names.finditer(view, *sentence))
        return _quoted(view, sentence, found[0]) if len({match[0].lower() for match in found}) > 1 else None

    return find


def _source(text: _Text) -> Passage | None:
    """What finds the paper: an id, a title, two authors, or one with a year or venue; or its journal."""
    mention = text.source
    if mention and (
        mention.linked
        or mention.title
        or len(mention.authors) > 1
        or (mention.authors and (mention.year or mention.venue))
    ):
        return Passage(mention.start, mention.end)
    return _first(text.own, _finder(text.view, _words().elements["original_source"]))


def _quoted(view: str, sentence: Passage, match: re.Match[str]) -> Passage:
    """The sentence; of a very long one, the clauses around the match."""
    if sentence.end - sentence.start <= _LONGEST_QUOTE:
        return sentence
    start = max(view.rfind(mark, sentence.start, match.start()) + 1 for mark in ";:\n") or sentence.start
    start = max(sentence.start, start, match.start() - _LONGEST_QUOTE // 2)
    start += len(view[start : match.start()]) - len(view[start : match.start()].lstrip())
    stops = [view.find(mark, match.end(), sentence.end) for mark in ";\n"]
    end = min([stop for stop in stops if stop >= 0] + [sentence.end, start + _LONGEST_QUOTE])
    return Passage(start, max(end, match.end()))
