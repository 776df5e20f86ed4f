"""Which works bear on a claim: BM25 over everything known of a work, and its nearest text, joined by reciprocal ranks.

Reciprocal rank fusion: Cormack, Clarke and Büttcher 2009, doi:10.1145/1571941.1572114.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from claims import DOMAINS, Domain
from verify.literature.comparing import Compared, compare
from verify.literature.words import BM25, words_of
from verify.literature.works import CuratedWork

_OWN_DOMAIN, _OTHER_DOMAIN = 1.3, 0.5
_RANK_OFFSET = 10  # smaller than the usual 60: the index is small and first places say more


@dataclass(frozen=True)
class Hit:
    """A work with how near its nearest text is, and the nearness of each text."""

    work: CuratedWork
    score: float
    texts: tuple[float, ...]
    by_meaning: bool


def rank(
    text: str, works: Sequence[CuratedWork], *, domains: Sequence[Domain] = (), by_meaning: bool | None = None
) -> list[Hit]:
    """Every work, the one that bears most on `text` first.

    Args:
        text: the claim.
        works: what is ranked.
        domains: those of the claim; works that speak of them come earlier.
        by_meaning: None: use sentence embeddings where they can be had.
    """
    asked = with_field_terms(text)
    compared: Compared = compare(asked, works, by_meaning=by_meaning)
    by_words = BM25([_words(work) for work in works]).scores(words_of(asked))
    near = [compared.best(i) for i in range(len(works))]
    points = [0.0] * len(works)
    for scores in (near, by_words):
        order = sorted(range(len(works)), key=lambda i: (-scores[i], works[i].id))
        for place, i in enumerate(order):
            if scores[i] > 0:
                points[i] += 1 / (_RANK_OFFSET + place)
    for i, work in enumerate(works):
        points[i] *= _weight_of(work, domains)
    order = sorted(range(len(works)), key=lambda i: (-points[i], -near[i], works[i].id))
    return [Hit(works[i], near[i], compared.scores[i], compared.by_meaning) for i in order]


def _weight_of(work: CuratedWork, domains: Sequence[Domain]) -> float:
    """More for a work on the claim's domains, less for one on other domains only."""
    spoken = set(work.stance) & set(DOMAINS)
    asked = set(domains) - {"other"}
    if not spoken or not asked:
        return 1.0
    return _OWN_DOMAIN if spoken & asked else _OTHER_DOMAIN


def with_field_terms(text: str) -> str:
    """The text with the field's own terms for its newspaper words in brackets behind it."""
    terms = [term for pattern, term in _lay_terms() if pattern.search(text)]
    return f"{text} ({', '.join(terms)})" if terms else text


@cache
def _lay_terms() -> tuple[tuple[re.Pattern[str], str], ...]:
    text = files("verify.literature").joinpath("lay_terms.yaml").read_text(encoding="utf-8")
    return tuple((re.compile(pattern, re.IGNORECASE), term) for pattern, term in yaml.safe_load(text).items())


def _words(work: CuratedWork) -> list[str]:
    statements = (statement for _, statement in work.says)
    return words_of(" ".join((work.title, work.finding, *statements, work.models, work.method, *work.stance)))
