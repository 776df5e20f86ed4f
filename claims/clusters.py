"""Which claims of an article say the same: headline, summary and body in other words. A denial is never with its claim.

Claims join, in the order of the text, the group that they are most like: in what they are about (domains, predicates)
and in the words and concepts that they share, those that few claims of the article use counting most.
"""

import heapq
import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from claims.features import concepts, stems
from claims.model import Claim
from claims.rules import matching_view
from claims.vocabulary import vocabulary

# by their pair F1 on five labelled articles
_SAME_FROM = 0.44  # likeness at which a claim joins a group
_WORDS, _PREDICATES, _DOMAINS = 0.5, 0.35, 0.15
_CANDIDATES = 40  # groups that are looked at, those with most words in common: a long article stays quick
_MEMBERS = 20  # of a group that are compared
_NOBODY_MADE_IT = re.compile(
    r"\b(?:no ?(?:body|one)|not|no|never|without|challenges?|\w+n't)\b.*"
    r"\b(?:design|told|built|taught|program|prior|create|plann|asked)",
    re.IGNORECASE,
)
_EMPTY = frozenset(
    """the a an of and to in is are was were be been that this these those it they them for on by with as at from or
    but if when which who what its their our we you can could may might will would has have had do does did not no there
    than then so into out up about one two all any each other such more most some only just also own very much per
    accord said say show find found study research team model language llm llms ai network large""".split()
)


def clusters(claims: Sequence[Claim], probabilities: Sequence[Sequence[float]]) -> tuple[str, ...]:
    """A cluster name for each claim, the same where claims say the same: the id of the first such claim.

    Args:
        claims: the claims of one article, in order.
        probabilities: of each predicate, per claim.
    """
    words = [_content(claim) for claim in claims]
    seen = Counter(word for some in words for word in some)
    weight = {word: math.log(1 + len(claims) / count) for word, count in seen.items()}
    groups: list[list[int]] = []
    holding: dict[str, set[int]] = defaultdict(set)  # word -> groups
    names: list[str] = []
    for i, claim in enumerate(claims):
        in_common: dict[int, float] = defaultdict(float)
        for word in words[i]:
            for group in holding[word]:
                in_common[group] += weight[word]
        best, chosen = _SAME_FROM, -1
        for group in heapq.nlargest(_CANDIDATES, in_common, key=in_common.__getitem__):
            links = [
                _likeness(claims[j], claim, _lexical(words[j], words[i], weight), probabilities[j], probabilities[i])
                for j in groups[group][:_MEMBERS]
            ]
            near = (max(links) + sum(links) / len(links)) / 2
            if min(links) >= 0 and near > best:
                best, chosen = near, group
        if chosen < 0:
            chosen = len(groups)
            groups.append([])
        groups[chosen].append(i)
        for word in words[i]:
            holding[word].add(chosen)
        names.append(claims[groups[chosen][0]].id)
    return tuple(names)


def _content(claim: Claim) -> frozenset[str]:
    words = {stem for stem in stems(claim.text) if stem not in _EMPTY and len(stem) > 1}
    return frozenset(words | {f"<{name}>" for name in concepts(matching_view(claim.text))})


def _likeness(
    a: Claim, b: Claim, lexical: float, predicates_a: Sequence[float], predicates_b: Sequence[float]
) -> float:
    """Likeness from 0 to 1, or -1 for claims that must stay apart."""
    if _stance(a) != _stance(b) or _about_evidence(a) != _about_evidence(b):
        return -1.0
    if _about_evidence(a):
        return 1.0  # what the source leaves out is one claim
    domains = len({*a.domains} & {*b.domains}) / len({*a.domains} | {*b.domains})
    return _WORDS * lexical + _PREDICATES * _soft(predicates_a, predicates_b) + _DOMAINS * domains


def _about_evidence(claim: Claim) -> bool:
    return claim.not_testable_reason == "other" and bool(vocabulary().worth.evidence.search(claim.quote))


def _stance(claim: Claim) -> str:
    """Polarity, except that "nobody designed it" backs what "it emerged" asserts."""
    return "asserts" if _NOBODY_MADE_IT.search(claim.text) else claim.polarity


def _lexical(a: frozenset[str], b: frozenset[str], weight: Mapping[str, float]) -> float:
    """Half the share of the shorter one's words, half the share of all words, by weight."""
    both = sum(weight[word] for word in a & b)
    shorter = min(sum(weight[word] for word in a), sum(weight[word] for word in b))
    return (both / shorter + both / sum(weight[word] for word in a | b)) / 2 if shorter else 0.0


def _soft(a: Sequence[float], b: Sequence[float]) -> float:
    """Jaccard's index of two fuzzy sets."""
    return sum(map(min, a, b)) / max(sum(map(max, a, b)), 0.1)
