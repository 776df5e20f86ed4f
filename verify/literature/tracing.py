"""The paper that an article is about: the one that it names as its own, or else one that what it says points to.

Where an article names no source, a work is taken for it if several of its authors are named in full, or on two of:
its numbers, the same three abilities or more together, wording. What the article cites for something else is not taken.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from claims import DOMAINS, Article, Citation, Claim, Told
from verify.literature.people import surname
from verify.literature.retrieval import rank
from verify.literature.stance import nearness_limits
from verify.literature.works import CuratedWork

_LEAD = 700  # characters of an article that say what it is about
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?= ?%| per ?cent|x\b)", re.IGNORECASE)
_RANGE = re.compile(r"(\d+(?:\.\d+)?)\s?-\s?(\d+(?:\.\d+)?)\s?%")
_TELLING = 2  # characters: "17" and "0.1" can be told from chance better than "5"
_ABILITIES, _SAME_ABILITIES = 3, 0.7  # fewer are shared by chance; Jaccard index of the two sets
_KINDS = 2


@dataclass(frozen=True)
class Traced:
    """A work, whether the article names it as its own, and what speaks for it."""

    work: CuratedWork
    named: bool
    why: tuple[str, ...]


def trace_source(
    article: Article,
    claims: Sequence[Claim],
    citations: Sequence[Citation],
    works: Sequence[CuratedWork],
    *,
    told: Told,
) -> Traced | None:
    """The work that an article seems to be about, or None where too little speaks for one.

    Args:
        article: its text and headline.
        claims: what was read from it.
        citations: checked.
        works: where it is looked for.
        told: whether and in which words the article gives its source.
    """
    own = own_citation(citations, told)
    if own is not None:
        work = next((w for w in works if w.id == own.work), None)
        return Traced(work, True, ("the article names it",)) if work and own.verdict != "made_up" else None
    cited = {citation.work for citation in citations}
    evidence = _Evidence.of(article, claims, citations, works)
    found = [(evidence.for_work(work), work) for work in works if work.id not in cited]
    why, best = max(found, key=lambda one: len(one[0]), default=((), None))
    return Traced(best, False, why) if best is not None and why else None


def own_citation(citations: Sequence[Citation], told: Told) -> Citation | None:
    """The citation that stands where the article gives its source."""
    quote = told.quote or ""
    return next((c for c in citations if quote and (c.mention in quote or quote in c.mention)), None)


def lead_of(article: Article) -> str:
    """The headline and the first sentences, which say what an article is about."""
    lead = article.text[:_LEAD]
    return f"{article.title}. {lead}" if article.title else lead


def numbers_of(text: str) -> tuple[str, ...]:
    """Percentages and factors, each once; a range such as 4-17% is two."""
    return tuple(dict.fromkeys(_NUMBER.findall(_RANGE.sub(r"\1% to \2%", text))))


def own_numbers(article: Article, citations: Sequence[Citation], source: str | None) -> tuple[str, ...]:
    """The numbers of an article, but for those that it gives for other works than `source`."""
    others = {n for c in citations if c.said and c.work != source for n in numbers_of(c.said)}
    return tuple(number for number in numbers_of(article.text) if number not in others)


@dataclass(frozen=True)
class _Evidence:
    """What an article says that could point to a work."""

    people: str
    numbers: frozenset[str]
    abilities: frozenset[str]
    nearest: str | None

    @classmethod
    def of(
        cls, article: Article, claims: Sequence[Claim], citations: Sequence[Citation], works: Sequence[CuratedWork]
    ) -> "_Evidence":
        people = article.text
        for citation in citations:
            people = people.replace(citation.mention, " ")
        hit = max(rank(lead_of(article), works), key=lambda hit: hit.score, default=None)
        telling = (n for n in own_numbers(article, citations, None) if len(n) >= _TELLING)
        widest = max((set(claim.domains) - {"other"} for claim in claims), key=len, default=set())
        return cls(
            people,
            frozenset(telling),
            frozenset(widest),
            hit.work.id if hit and hit.score >= nearness_limits(hit)[1] else None,
        )

    def for_work(self, work: CuratedWork) -> tuple[str, ...]:
        """The reasons to take a work for the source; none where there is only one, of a kind that chance gives."""
        why = []
        people = [
            name for name in work.authors if len(name.split()) > 1 and "et al" not in name and name in self.people
        ]
        if len(people) > 1:
            named = ", ".join(surname(name).title() for name in people[:3])
            why += [f"it names several of its authors by their full names ({named})"] * _KINDS
        shared = self.numbers & set(numbers_of(" ".join((work.finding, *(said for _, said in work.says)))))
        if len(shared) > 1:
            why.append(f"it gives its numbers ({', '.join(sorted(shared))})")
        spoken = set(work.stance) & set(DOMAINS)
        if len(self.abilities) >= _ABILITIES and len(spoken & self.abilities) >= _SAME_ABILITIES * len(
            spoken | self.abilities
        ):
            why.append(f"it names the same abilities together ({', '.join(sorted(self.abilities & spoken))})")
        if work.id == self.nearest:
            why.append("of the works known here its wording is nearest to this one")
        return tuple(dict.fromkeys(why)) if len(why) >= _KINDS else ()
