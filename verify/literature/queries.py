"""What arXiv is asked for a claim: its rarest words, and the field's terms for its domains and predicates."""

import re
from functools import cache
from importlib.resources import files

import yaml

from claims import Claim
from verify.literature.words import words_of

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9-]+")
_MOST_WORDS = 4
_GENERIC = frozenset(
    words_of("large language models llms ai brain region regions models model network networks neurons units")
)


def queries_of(claim: Claim) -> tuple[str, ...]:
    """Two or three queries in arXiv's language, the one with the field's terms first."""
    terms = _terms()
    about = [terms[name] for name in (*claim.domains, *claim.predicates) if name in terms]
    out = []
    if about:
        out.append(" AND ".join(['all:"language model"', *about[:2]]))
    words = [word for word in dict.fromkeys(_WORD.findall(claim.text)) if set(words_of(word)) - _GENERIC]
    words = sorted(words, key=lambda word: -len(word))[:_MOST_WORDS]
    if len(words) >= 2:
        out.append(" AND ".join(f"all:{word.lower()}" for word in words))
    if claim.domains and claim.domains[0] in terms:
        out.append(f'all:"functional specialization" AND {terms[claim.domains[0]]}')
    return tuple(dict.fromkeys(out))


@cache
def _terms() -> dict[str, str]:
    text = files("verify.literature").joinpath("query_terms.yaml").read_text(encoding="utf-8")
    terms: dict[str, str] = yaml.safe_load(text)
    return terms
