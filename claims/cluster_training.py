"""Makes cluster_weights.json from articles.txt: `python -m claims.cluster_training`. Same articles, same file.

A softmax regression on the points of claims, then a logistic regression on pairs of claims, which sees the points that
are given to articles left out of the first. Prints pair F1 by leaving out a fifth of the articles at a time: each is
clustered with weights that have not seen it. The reader does not import this.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from claims.article_reader import read_claims
from claims.clusters import ClusterWeights, group, pair_features
from claims.model import Article, Claim
from claims.points import POINTS, LikelyPoint, PointWeights, likely_points, point_features, point_table
from claims.propositions import Proposition, proposition

# by leaving out articles
_PAIR_COST = 0.07  # weight of one pair against the penalty
_POINT_PENALTY = 2.0
_SEEN_FROM = 6  # claims of a feature that gets a weight
_STEPS = 150
_FOLDS = 5
_HEADER = re.compile(r"^===.*\n", re.MULTILINE)
_MARK = re.compile(r"\{(?P<cluster>[A-Z])\|(?P<claim>[^}]*)\}")
_DIGITS = 3
_FOUND_FROM = 0.5

Table = NDArray[np.float64]


@dataclass(frozen=True)
class Labelled:
    """An article whose claims are marked with a letter each: the same letter, the same claim."""

    text: str
    claims: tuple[tuple[int, int, str], ...]  # start, end, letter
    points: Mapping[str, LikelyPoint]  # of each letter


@dataclass(frozen=True)
class Compared:
    """The claims that were found in a labelled article; those without a label are None."""

    claims: tuple[Claim, ...]
    propositions: tuple[Proposition, ...]
    labels: tuple[str | None, ...]
    points: tuple[LikelyPoint | None, ...]


def shipped_articles() -> tuple[Labelled, ...]:
    """The articles that ship with this version, written for this project."""
    return articles_of(files("claims").joinpath("articles.txt").read_text(encoding="utf-8"))


def articles_of(raw: str) -> tuple[Labelled, ...]:
    """The articles of a file in the form of articles.txt."""
    headers = [match[0] for match in _HEADER.finditer(raw)]
    return tuple(labelled(header, block) for header, block in zip(headers, _HEADER.split(raw)[1:], strict=True))


def labelled(header: str, block: str) -> Labelled:
    """An article of the file.

    Args:
        header: the line above it: its kind, a bar, and the letters of each point ("=== thread | finding AC, harm B").
        block: its text with the marks.
    """
    text, marks, at = "", [], 0
    for mark in _MARK.finditer(block):
        text += block[at : mark.start()]
        marks.append((len(text), len(text) + len(mark["claim"]), mark["cluster"]))
        text, at = text + mark["claim"], mark.end()
    points: dict[str, LikelyPoint] = {}
    for part in header.partition("|")[2].split(","):
        name, _, letters = part.strip().rpartition(" ")
        points |= {letter: point for point in POINTS if point == name for letter in letters}
    return Labelled(text + block[at:], tuple(marks), points)


def compared(article: Labelled) -> Compared:
    """What the reader finds in an article; every marked claim gives its letter to the claim that overlaps it most.

    It reads by words alone, so that the weights do not depend on what else is on this machine.
    """
    found = read_claims(Article(text=article.text, source="-"), by_words=True)
    labels: list[str | None] = [None] * len(found)
    for start, end, letter in article.claims:
        shares = [2 * (min(c.end, end) - max(c.start, start)) / (c.end - c.start + end - start) for c, _ in found]
        best = max(range(len(found)), key=shares.__getitem__, default=None)
        if best is not None and shares[best] > _FOUND_FROM and labels[best] is None:
            labels[best] = letter
    return Compared(
        claims=tuple(claim for claim, _ in found),
        propositions=tuple(proposition(claim, some) for claim, some in found),
        labels=tuple(labels),
        points=tuple(article.points.get(label) if label else None for label in labels),
    )


def fit(articles: Sequence[Compared]) -> ClusterWeights:
    """The weights that tell the points and the pairs of these articles.

    Args:
        articles: with labels.
    """
    names: list[str] = []
    tables, same = [], []
    for fold in range(min(_FOLDS, len(articles))):
        held_out = articles[fold::_FOLDS]
        unseen = fit_points([one for i, one in enumerate(articles) if i % _FOLDS != fold] or articles)
        for article in held_out:
            some = [i for i, label in enumerate(article.labels) if label]
            if len(some) < 2:
                continue
            values = dict(pair_features(article.propositions, likely_points(article.propositions, unseen)))
            names = list(values)
            first, second = (np.array(some)[side] for side in np.triu_indices(len(some), 1))
            tables.append(np.stack([values[name][first, second] for name in names], axis=1).astype(np.float64))
            same += [article.labels[i] == article.labels[j] for i, j in zip(first, second, strict=True)]
    pairs_fitted = dict(zip(("bias", *names), _logistic(np.concatenate(tables), np.array(same)), strict=True))
    return ClusterWeights(fit_points(articles), pairs_fitted)


def fit_points(articles: Sequence[Compared]) -> PointWeights:
    """The weights that tell the points of the claims of these articles.

    Args:
        articles: with points.
    """
    features: list[dict[str, float]] = []
    wanted: list[int] = []
    for article in articles:
        for values, point in zip(point_features(article.propositions), article.points, strict=True):
            if point:
                features.append(values)
                wanted.append(POINTS.index(point))
    seen = Counter(name for values in features for name in values)
    rows = {name: row for row, name in enumerate(sorted(name for name in seen if seen[name] >= _SEEN_FROM))}
    fitted = _softmax(point_table(features, rows), np.eye(len(POINTS))[wanted])
    return PointWeights(rows, fitted[1:], fitted[0])


def _softmax(table: Table, wanted: Table) -> Table:
    """L2-penalised softmax regression by L-BFGS; the first row is the bias, which is not penalised."""
    shape = (table.shape[1] + 1, wanted.shape[1])

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = flat.reshape(shape)
        scores = table @ weights[1:] + weights[0]
        total = np.logaddexp.reduce(scores, axis=1)
        slope = np.exp(scores - total[:, None]) - wanted
        value = (total - (scores * wanted).sum(axis=1)).sum() + _POINT_PENALTY * (weights[1:] ** 2).sum() / 2
        return float(value), np.vstack([slope.sum(axis=0), table.T @ slope + _POINT_PENALTY * weights[1:]]).ravel()

    found = minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}).x
    return np.asarray(found, dtype=np.float64).reshape(shape).round(_DIGITS)


def _logistic(table: Table, same: NDArray[np.bool_]) -> list[float]:
    """L2-penalised logistic regression by L-BFGS on features of about unit size; the bias is not penalised."""
    scale = table.std(axis=0) + 0.1
    table, sign = table / scale, np.where(same, 1.0, -1.0)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = sign * (table @ weights[1:] + weights[0])
        slope = -_PAIR_COST * sign / (1 + np.exp(margin))
        value = _PAIR_COST * np.logaddexp(0, -margin).sum() + weights[1:] @ weights[1:] / 2
        return float(value), np.concatenate([[slope.sum()], table.T @ slope + weights[1:]])

    found = minimize(loss, np.zeros(table.shape[1] + 1), jac=True, method="L-BFGS-B").x
    return [round(float(weight), _DIGITS) for weight in (found[0], *(found[1:] / scale))]


def pairs(labels: Sequence[str | None], groups: Sequence[int | str]) -> tuple[int, int, int]:
    """Pairs put together rightly, put together, and together in the labels; claims without a label do not count."""
    some = [(label, number) for label, number in zip(labels, groups, strict=True) if label]
    right = given = wanted = 0
    for i, (label, number) in enumerate(some):
        for other, another in some[:i]:
            right += label == other and number == another
            given, wanted = given + (number == another), wanted + (label == other)
    return right, given, wanted


def leave_out(articles: Sequence[Compared], folds: int = _FOLDS) -> list[tuple[int, int, int]]:
    """`pairs` of each article, grouped with the weights that the articles of the other folds give.

    Args:
        articles: with labels; every `folds`-th is in the same fold.
        folds: as many as there are articles to leave out one at a time.
    """
    weights = [fit([one for i, one in enumerate(articles) if i % folds != fold]) for fold in range(folds)]
    return [
        pairs(one.labels, group(one.claims, one.propositions, weights[i % folds])) for i, one in enumerate(articles)
    ]


def main() -> None:
    """Write cluster_weights.json beside this file and print what it is worth."""
    articles = [compared(article) for article in shipped_articles()]
    path = Path(__file__).parent / "cluster_weights.json"
    path.write_text(as_json(fit(articles)), encoding="utf-8")
    right, given, wanted = (sum(side) for side in zip(*leave_out(articles), strict=True))
    print(f"{len(articles)} articles, leaving out a fifth: {right} right of {given} put together, {wanted} to be found")  # noqa: T201
    print(f"pair F1 {2 * right / (given + wanted):.3f}")  # noqa: T201


def as_json(weights: ClusterWeights) -> str:
    """The weights as they ship: a line per feature."""
    features = {name: weights.points.matrix[row].tolist() for name, row in weights.points.rows.items()}
    lines = ",\n  ".join(f"{json.dumps(name)}: {json.dumps(values)}" for name, values in features.items())
    head = {"pairs": weights.pairs, "points": POINTS, "bias": weights.points.bias.tolist()}
    return f'{json.dumps(head)[:-1]},\n "features": {{\n  {lines}\n }}}}\n'


if __name__ == "__main__":
    main()
