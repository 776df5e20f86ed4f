"""What a claim of an article comes down to when it is set beside the others: its point, its stance, what it is about.

The point is what a reader would say the claim is about besides the ability: what a removal breaks, how it arose, what
the source leaves out. Here it is what the rules say, which `points` weighs against cues (cues.yaml) and words. Knows
nothing of other claims.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from claims.classifier import shipped_weights
from claims.features import concepts, features, stems
from claims.labels import LABELS
from claims.model import PREDICATES, Claim, Domain, Predicate
from claims.open_questions import leaves_open
from claims.rules import matching_view, read_by_rules
from claims.vocabulary import compile_patterns, vocabulary
from claims.word_files import word_file

Point = Literal[
    "evidence", "people", "forecast", "humans", "judgement", "other study", "control", "harm", "spared", "change",
    "size", "many models", "origin", "brain", "depth", "finding", "none",
]  # fmt: skip

_LIKELY, _WEAK, _FAINT = 0.5, 0.35, 0.2  # probabilities of predicates
_MANY = 3  # models; more count alike
_FINDING: tuple[Predicate, ...] = ("localization", "selectivity", "sparsity", "dissociation", "overlap")
_POINT_OF: Mapping[Predicate, Point] = {
    "necessity": "harm", "steering": "change", "scaling": "size", "universality": "many models", "emergence": "origin",
    "brain_alignment": "brain", "layer_hierarchy": "depth",
}  # fmt: skip
# points that are no statement about models: whether they are put as a denial does not matter
_NO_STANCE: frozenset[Point] = frozenset({"evidence", "forecast", "people", "humans", "judgement"})


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_NOT = r"(?:no|not|neither|nor|nothing|never|nobody|no one|without|challenges?|\w+n't)"
_NOBODY_MADE_IT = _words(
    rf"\b{_NOT}\b.*\b(?:design|told|tell|built|build|taught|program|prior|creat|plann|asked|supervis"
    rf"|put it|product of|instruct)"
)
_LEFT_OUT = _words(
    r"\b(?:source|tweet|post|paper|report|article|thread|authors?|they|it|release|preprint|the team"
    r"|first team)\b[^.;,]{0,20}"
    rf"\b{_NOT}\b (?:\w+ ){{0,2}}(?:say|tell|name|report|specify|mention|give|publish|disclose|address"
    rf"|state|reveal)\b"
    r"|\b(?:is|are|stays?) silent (?:on|about)|\bnames? (?:neither|no)\b"
    r"|\bnor (?:does|did) (?:it|the \w+|they) (?:say|publish|mention|name|report|give)"
    r"|\b(?:no|without|lacks?) (?:\w+ )?(?:peer review|code|error bars|replication|model names"
    r"|model checkpoints|method\w*"
    r"|controls?|ablation (?:studies|results)|details?)\b|\btells? us nothing|\bdid not run (?:that|the|a) control"
    r"|\b(?:provid|giv|offer)\w* no\b"
)
_FORECAST = _words(
    r"\b(?:soon|one day|by (?:20\d\d|christmas)|(?:with)?in the (?:coming|next) (?:\w+ )?(?:years?|months?|weeks?)"
    r"|next (?:year|month|quarter)|(?:I'd|I would) bet|will (?:probably|likely|one day|soon|ship|help"
    r"|be able|kill|use)"
    r"|could (?:soon|one day|be used|ship)|might be (?:feasible|possible)|would imply)\b|^(?:expect"
    r"|watch for|look for)\b"
)
_JUDGEMENT = _words(
    r"\b(?:implies that|suggests? (?:a|that)|speaks for the view|landmark|(?:best|biggest|most \w+|finest) (?:\w+ )?"
    r"(?:paper|result|discovery|finding|one)\b|safer model)"
)
_OTHER_STUDY = re.compile(
    r"\bet al\b|\((?:19|20)\d\d|\bin (?:19|20)\d\d\b|[A-Z]\w+ and [A-Z]\w+ \("
    r"|\b(?:[Pp]rior|[Pp]revious|[Ee]arlier) (?:work|stud|pape)|\b(?:second|other|another) (?:team|group)\b"
    r"|\b(?:[Aa]|[Tt]he|published|independent) (?:[\w-]+ )?(?:replication|reanalysis|re-analysis|follow-up)\b"
    r"|\bversion 2\b"
)
_AT_RANDOM = _words(r"\brandom|\bby lot\b|\barbitrary\b|\bany (?:other )?set\b")
_REMOVAL = _words(
    r"\b(?:(?:switch|turn|shut)\w* (?:\w+ ){0,4}off|kill\w*|delet\w+|cut(?:s|ting)?|remov\w+|ablat\w+"
    r"|lesion\w*|silenc\w+"
    r"|knock\w*|zero(?:ed|ing|s)?|prun\w+|disabl\w+|tak(?:e|ing) (?:\w+ ){0,4}(?:out|away)"
    r"|without (?:them|it|the|these|those)"
    r"|were gone|los(?:e|es|ing)|mask\w*|eras\w+|pull out|project\w* (?:it )?out|damag\w+|suppress\w*"
    r"|rip\w* out|destroy\w*"
    r"|wip\w+|spared)\b"
)
_CHANGE = _words(
    r"\b(?:amplif\w+|boost\w*|strengthen\w*|scal(?:e|ed|es|ing) (?:\w+ ){0,3}(?:up|them)|(?:turn|dial"
    r"|crank)\w* (?:\w+ ){0,3}"
    r"(?:up|on)|flip\w*|push\w*|add(?:s|ing|ed)?|steer\w*|mov(?:e|ing)|multiply\w*|nudg\w*|inject\w*"
    r"|tun(?:e|ing)|edit\w*"
    r"|rewrit\w*|bend\w*|distort\w*|stimulat\w*|rais(?:e|es|ed|ing)|lift\w*|improv\w+|gains?|turning (?:it|them))\b"
)
_HARM = _words(
    r"\b(?:no longer|no better than|could not|cannot|can't|never|los\w+|wip\w+|destroy\w*|rob\w*|gone"
    r"|collaps\w*|fell|falls?"
    r"|fail\w*|break\w*|broke\w*|gibberish|worse|chance|blind|impair\w*|forget\w*|delet\w+|kills?"
    r"|vanish\w*|becomes?|drop\w*"
    r"|hurt\w*|cripple\w*|damag\w*|depend\w*|w\w+ wrong|ruin\w*|disappear\w*|reduc\w*|reads? .* as if"
    r"|answers whatever)\b"
)
_SPARED = _words(
    r"\b(?:unharmed|unaffected|intact|untouched|unchanged|spar(?:e|es|ed|ing)|hardly|barely"
    r"|only (?:a little|slightly)|still"
    r"|keeps? (?:on )?working|less than a (?:point|per)|surviv\w+|stay(?:s|ed) (?:as|the same)|expendable"
    r"|does(?:n't| not) (?:care|notice|mind)|changed nothing|did not (?:move|change)|no (?:effect"
    r"|such harm|difference))\b"
)
_NOT_SPARED = _words(
    rf"\b{_NOT} (?:\w+ ){{0,2}}(?:unharmed|unaffected|intact|untouched|unchanged|spar(?:e|ed|ing)|surviv\w+)\b"
)
_FIGURE = _words(
    r"\d[\d.,]*\d|\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty"
    r"|fifty|hundred)\b"
)
_EMPTY = frozenset(
    """the a an of and to in is are was were be been that this these those it they them for on by with as at from or
    but if when which who what its their our we you can could may might will would has have had do does did not no there
    than then so into out up about one two all any each other such more most some only just also own very much per
    accord said say show find found study research team model language llm llms ai network large""".split()
)


@dataclass(frozen=True)
class Found:
    """A claim of an article, with what its reading leaves out of the record."""

    claim: Claim
    view: str  # its quote, as it was read
    predicates: tuple[float, ...]  # probabilities in context, in the order of PREDICATES
    denies: float  # probability


@dataclass(frozen=True)
class Proposition:
    """One claim, as it is compared with others."""

    point: Point
    stance: str  # asserts, denies, or a point that is neither
    words: frozenset[str]  # with what it points back to, without those that say nothing
    own_words: frozenset[str]  # of the quote alone, all of them
    concepts: frozenset[str]
    cues: frozenset[str]
    scores: Mapping[str, float]  # log-odds of what the classifier reads in the quote, domains apart
    predicates: tuple[float, ...]  # probabilities in context, in the order of PREDICATES
    denies: float  # probability
    domains: frozenset[Domain]  # none where nothing is known of them
    figures: frozenset[str]


def proposition(found: Found) -> Proposition:
    """What a claim comes down to.

    Args:
        found: the claim as read in its article, with what it points back to in its text.
    """
    claim, predicates = found.claim, found.predicates
    view, own = matching_view(claim.text), matching_view(claim.quote)
    point = _point(claim, view, dict(zip(PREDICATES, predicates, strict=True)))
    return Proposition(
        point=point,
        stance=_stance(claim, point),
        words=frozenset(stem for stem in stems(claim.text) if stem not in _EMPTY and len(stem) > 1),
        own_words=frozenset(stems(claim.quote)),
        concepts=frozenset(concepts(own)),
        cues=frozenset((*(name for name, words in _cues().items() if words.search(own)), *_models_named(claim))),
        scores=_scores(own),
        predicates=predicates,
        denies=found.denies,
        domains=frozenset(claim.domains) - {"other"},
        figures=frozenset(figure.lower() for figure in _FIGURE.findall(claim.quote)),
    )


def _models_named(claim: Claim) -> tuple[str, ...]:
    number = len(claim.models)
    return (f"{min(number, _MANY)} models",) if number else ()


def _scores(own: str) -> Mapping[str, float]:
    scores = shipped_weights().scores(features(own, read_by_rules(own))).tolist()
    return {name: score for name, score in zip(LABELS, scores, strict=True) if not name.startswith("domain")}


@cache
def _cues() -> Mapping[str, re.Pattern[str]]:
    return {name: compile_patterns(lines) for name, lines in word_file("cues").items()}


def _point(claim: Claim, view: str, likely: Mapping[Predicate, float]) -> Point:
    """The first that fits: what is said of the evidence or the future comes before what is said of models."""
    if point := _about_something_else(claim, view):
        return point
    if point := _about_an_operation(view, likely):
        return point
    found = max(likely[name] for name in _FINDING)
    if likely["scaling"] > _WEAK:
        return "size"
    if _NOBODY_MADE_IT.search(view):
        return "origin"
    for name in ("universality", "emergence", "brain_alignment", "layer_hierarchy"):
        if likely[name] > _WEAK and found < _LIKELY:
            return _POINT_OF[name]
    if found > _WEAK:
        return "finding"
    if claim.not_testable_reason in ("opinion", "vague"):
        return "judgement"
    most = max(PREDICATES, key=likely.__getitem__)
    return _POINT_OF.get(most, "finding") if likely[most] > _FAINT else "none"


def _about_something_else(claim: Claim, view: str) -> Point | None:
    reason = claim.not_testable_reason
    if (reason == "other" and (vocabulary().worth.evidence.search(view) or leaves_open(view))) or _LEFT_OUT.search(
        view
    ):
        return "evidence"
    if reason == "people_or_funding":
        return "people"
    if reason == "prediction" or (_FORECAST.search(view) and not _REMOVAL.search(view)):
        return "forecast"
    if _NOBODY_MADE_IT.search(view) and reason in ("humans_only", "vague"):
        return "origin"
    if reason == "humans_only":
        return "humans"
    if reason == "opinion" or _JUDGEMENT.search(view):
        return "judgement"
    return "other study" if _OTHER_STUDY.search(claim.quote) else None


def _about_an_operation(view: str, likely: Mapping[Predicate, float]) -> Point | None:
    """What follows when parts are removed or turned up, or the control of that."""
    removed, changed, spared = (bool(words.search(view)) for words in (_REMOVAL, _CHANGE, _SPARED))
    if _AT_RANDOM.search(view) and (removed or changed or spared):
        return "control"
    if removed and _HARM.search(view) and (not spared or likely["dissociation"] > _WEAK):
        return "harm"
    nothing_else = max(likely.values()) < _LIKELY
    if changed and (likely["steering"] > _WEAK or nothing_else):
        return "change"
    if spared and (likely["necessity"] > _FAINT or nothing_else):
        return "spared"
    if likely["necessity"] > _LIKELY:
        return "harm"
    return "change" if likely["steering"] > _LIKELY else None


def _stance(claim: Claim, point: Point) -> str:
    """The polarity, except where the point has settled it: "nobody designed it" says what "it emerged" says.

    What is spared denies an effect, in whatever words: "grammar survives" says what "grammar is not harmed" says.
    """
    if point in _NO_STANCE:
        return point
    if point == "spared":
        return "asserts" if _NOT_SPARED.search(claim.text) else "denies"
    if point == "origin" and _NOBODY_MADE_IT.search(claim.text):
        return "asserts"
    return claim.polarity
