"""Which claims of an article say the same: headline, summary and body in other words.

Every two claims get a probability that they say the same, by a logistic regression on what each comes down to, where
they stand and, where the sentence model is on this machine, how alike it finds them. The weights ship (they come from
`python -m claims.cluster_training`); groups join by the average over their members. A denial is never with its claim
where both are plain.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import ArrayLike, NDArray

from claims import encoder, sentence_model
from claims.model import Claim
from claims.particulars import other_particulars
from claims.points import POINTS, PointWeights, likely_points
from claims.propositions import Found, Proposition, proposition
from claims.rules import matching_view, read_by_rules

Matrix = NDArray[np.float32]  # claims x claims

BY_WORDS, WITH_SENTENCE_MODEL = 0.2, 0.35  # mean probability at which groups join, by leaving out articles
_NEVER = 1000.0  # distance of claims that must stay apart: no average makes up for it
_AT_ONCE = 1500  # different claims that are compared with each other; a text with more is clustered in parts
_PLAIN = 0.25  # difference of the probabilities of a denial from which another polarity keeps claims apart
_NEAR = 2  # claims from one to the other
_OPENING, _END = 0.15, 0.8  # shares of the claims: up to headline and summary, from the last lines on
_FAINT = 0.05  # probability of a shared point below which less makes no difference
_CLAUSE = re.compile(r"\w+")
_THE_SAME_OF = re.compile(r"the same \[", re.IGNORECASE)


@dataclass(frozen=True)
class ClusterWeights:
    """What tells the point of a claim, and what tells that two claims say the same."""

    points: PointWeights
    by_words: Mapping[str, float]  # of each of `pair_features`, and "bias"
    with_sentence_model: Mapping[str, float]


def clusters(found: Sequence[Found]) -> tuple[str, ...]:
    """A cluster name for each claim, the same where claims say the same: the id of the first such claim.

    Args:
        found: the claims of one article, in order.
    """
    claims, propositions = [one.claim for one in found], [proposition(one) for one in found]
    first: dict[tuple[str, str], int] = {}  # the same words are the same claim, whatever stands around them
    same_words = [
        first.setdefault((" ".join(_CLAUSE.findall(claim.text.lower())), one.stance), i)
        for i, (claim, one) in enumerate(zip(claims, propositions, strict=True))
    ]
    different = list(first.values())
    name: dict[int, str] = {}
    for begin in range(0, len(different), _AT_ONCE):
        part = different[begin : begin + _AT_ONCE]
        alike = sentences_alike([found[i].view for i in part])
        groups = group([claims[i] for i in part], [propositions[i] for i in part], shipped_weights(), alike)
        for i, g in zip(part, groups, strict=True):
            name[i] = claims[part[groups.index(g)]].id
    return tuple(name[i] for i in same_words)


def sentences_alike(views: Sequence[str]) -> Matrix | None:
    """How alike the sentence model finds the claims of one article, if it is on this machine."""
    return encoder.alike(views) if views and sentence_model.is_here() else None


def group(
    claims: Sequence[Claim],
    propositions: Sequence[Proposition],
    weights: ClusterWeights,
    alike: Matrix | None,
    *,
    same_from: float | None = None,
) -> list[int]:
    """A number for each claim, the same where claims say the same.

    Args:
        claims: of one article, no two in the same words.
        propositions: what each comes down to.
        weights: as fitted.
        alike: by `sentences_alike`; None where the claims were read by words alone.
        same_from: mean probability at which groups join, in place of that of this way of reading.
    """
    if len(claims) < 2:
        return list(range(len(claims)))
    # scipy is half of what `import claims` costs, and a single claim needs none of it
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    of_pairs, usual = (
        (weights.by_words, BY_WORDS) if alike is None else (weights.with_sentence_model, WITH_SENTENCE_MODEL)
    )
    score: Matrix = np.full((len(claims), len(claims)), of_pairs["bias"], dtype=np.float32)
    for name, values in pair_features(propositions, likely_points(propositions, weights.points), alike):
        score += np.float32(of_pairs[name]) * values
    distance = np.where(apart(claims, propositions), _NEVER, 1 / (1 + np.exp(score.astype(np.float64))))
    np.fill_diagonal(distance, 0)
    tree = linkage(squareform(distance, checks=False), "average")
    return [int(number) for number in fcluster(tree, 1 - (usual if same_from is None else same_from), "distance")]


def apart(claims: Sequence[Claim], propositions: Sequence[Proposition]) -> NDArray[np.bool_]:
    """Which claims never are the same: a plain denial and its claim, "X; the same goes for Y" and X, two abilities.

    Nor are claims of other models, layers or exact amounts.

    An audit checks a cluster once, so a test of one ability must not stand for a test of another.
    """
    of_another = _column([bool(_THE_SAME_OF.match(claim.text)) for claim in claims])
    read, named = (_sets(sets) for sets in ([one.domains for one in propositions], [_named(one) for one in claims]))
    some = _column([bool(row.any()) for row in named])
    other = ((read @ read.T) == 0) & (of_another | of_another.T) | ((named @ named.T) == 0) & some & some.T
    denial = _differ([one.stance for one in propositions]) & _differ([claim.polarity for claim in claims])
    denial &= _gaps([one.denies for one in propositions]) > _PLAIN
    kept: NDArray[np.bool_] = denial | other | other_particulars(claims)
    return kept


def _named(claim: Claim) -> frozenset[str]:
    """The abilities that a testable claim names in its own words."""
    return frozenset(read_by_rules(matching_view(claim.quote)).domains if claim.testable else ()) - {"other"}


def pair_features(
    propositions: Sequence[Proposition], likely: NDArray[np.float64], alike: Matrix | None
) -> Iterator[tuple[str, Matrix]]:
    """The name and values of each feature of two claims. One at a time: a long article has millions of pairs.

    Args:
        propositions: what each claim of one article comes down to, in the order of the text.
        likely: probability of each point, as `likely_points` gives it.
        alike: by `sentences_alike`.
    """
    yield "words shared", _words_shared([one.words for one in propositions])
    yield "stances differ", _as(_differ([one.stance for one in propositions]))
    yield "denials apart", _gaps([one.denies for one in propositions])
    if alike is not None:
        yield "sentences alike", alike
    points = likely.astype(np.float32)
    yield "point shared", np.log(points @ points.T + np.float32(_FAINT))
    soft = np.array([one.predicates for one in propositions], dtype=np.float32)
    gap: Matrix = np.zeros((len(soft), len(soft)), dtype=np.float32)
    for column in soft.T:
        gap += _gaps(column)
    yield "predicates apart", gap
    domains, known = _sets([one.domains for one in propositions]), _column([bool(one.domains) for one in propositions])
    yield "domains disjoint", _as(known & known.T & (domains @ domains.T == 0))
    figures, some = _sets([one.figures for one in propositions]), _column([bool(one.figures) for one in propositions])
    shared = figures @ figures.T > 0
    yield "figure shared", _as(shared)
    yield "figures differ", _as(some & some.T & ~shared)
    cited = _column([one.point == "other study" for one in propositions])
    yield "one of another study", _as(cited != cited.T)
    place = np.arange(len(propositions))[:, None]
    yield "near", _as((np.abs(place - place.T) <= _NEAR) & (place != place.T))
    share = place / max(1, len(propositions) - 1)
    part = (share >= _OPENING).astype(np.int64) + (share > _END)
    yield "in other parts", _as(part != part.T)


def _words_shared(sets: Sequence[frozenset[str]]) -> Matrix:
    """The share of all their words that two have in common; what few claims of the article use counts most."""
    members = sorted(set().union(*sets))
    held = _sets(sets, members)
    weight = np.log1p(len(sets) / np.maximum(held.sum(axis=0), 1)).astype(np.float32)
    common: Matrix = np.asarray((held * weight) @ held.T, dtype=np.float32)
    own = np.diagonal(common)
    return _ratio(common, np.maximum(own[:, None] + own[None, :] - common, 1e-6))


def _sets(sets: Sequence[frozenset[str]], members: Sequence[str] | None = None) -> Matrix:
    """One row per set, one column per member."""
    column = {member: i for i, member in enumerate(members or sorted(set().union(*sets)))}
    table = np.zeros((len(sets), max(1, len(column))), dtype=np.float32)
    for row, some in enumerate(sets):
        table[row, [column[member] for member in some]] = 1
    return table


def _ratio(part: Matrix, whole: Matrix) -> Matrix:
    return (part / whole).astype(np.float32)


def _column(values: Sequence[bool]) -> NDArray[np.bool_]:
    return np.array(values, dtype=np.bool_)[:, None]


def _gaps(values: ArrayLike) -> Matrix:
    column = np.asarray(values, dtype=np.float32)[:, None]
    gaps: Matrix = np.abs(column - column.T)
    return gaps


def _differ(values: Sequence[str]) -> NDArray[np.bool_]:
    numbers = np.array([values.index(value) for value in values])
    unlike: NDArray[np.bool_] = numbers[:, None] != numbers[None, :]
    return unlike


def _as(values: NDArray[np.bool_]) -> Matrix:
    return values.astype(np.float32)


@cache
def shipped_weights() -> ClusterWeights:
    """The weights that ship with this version."""
    raw = json.loads(files("claims").joinpath("cluster_weights.json").read_text(encoding="utf-8"))
    if raw["points"] != list(POINTS):
        raise ValueError("claims/cluster_weights.json is for other points: run `python -m claims.cluster_training`.")
    features: dict[str, list[float]] = raw["features"]
    return ClusterWeights(
        points=PointWeights(
            rows={name: row for row, name in enumerate(features)},
            matrix=np.array(list(features.values()), dtype=np.float64),
            bias=np.array(raw["bias"], dtype=np.float64),
        ),
        by_words=raw["by words"],
        with_sentence_model=raw["with the sentence model"],
    )
