"""Makes cluster_weights.json from articles.txt: `python -m claims.cluster_training`. Same articles, same file.

A softmax regression on the points of claims, then a logistic regression on pairs of claims. The second sees points as
the first gives them to articles that it has not learned from, and is fitted twice: for claims read by words alone, and
for claims read with the sentence model, which was fine-tuned on other articles. Prints pair F1 by leaving out a fifth
of the articles at a time: each is clustered with weights that have not seen it. The reader does not import this.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from claims import sentence_model
from claims.article_reader import read_claims
from claims.clusters import ClusterWeights, Matrix, group, pair_features, sentences_alike
from claims.labelled_articles import Labelled, shipped_articles
from claims.model import Article, Claim
from claims.points import POINTS, LikelyPoint, PointWeights, likely_points, point_features, point_table
from claims.propositions import Proposition, proposition

# chosen by leaving out articles
_PAIR_COST = 0.07  # weight of one pair against the penalty
_POINT_PENALTY = 2.0
_SEEN_FROM = 6  # claims that have a feature, for it to get a weight
_STEPS = 150
_FOLDS = 5
_DIGITS = 3
_FOUND_FROM = 0.5  # F1 of the characters of a marked and a found claim

Table = NDArray[np.float64]


@dataclass(frozen=True)
class Compared:
    """The claims that were found in a labelled article; those without a label are None."""

    claims: tuple[Claim, ...]
    propositions: tuple[Proposition, ...]
    labels: tuple[str | None, ...]
    points: tuple[LikelyPoint | None, ...]
    alike: Matrix | None  # by the sentence model, if it read


def compared(article: Labelled, *, by_words: bool) -> Compared:
    """What the reader finds in an article; every marked claim gives its letter to the claim that overlaps it most.

    Args:
        article: with its marks.
        by_words: without the sentence model, also where it is on this machine.
    """
    found = read_claims(Article(text=article.text, source="-"), by_words=by_words)
    labels: list[str | None] = [None] * len(found)
    for start, end, letter in article.claims:
        spans = [(one.claim.start, one.claim.end) for one in found]
        shares = [2 * (min(e, end) - max(s, start)) / (e - s + end - start) for s, e in spans]
        best = max(range(len(found)), key=shares.__getitem__, default=None)
        if best is not None and shares[best] > _FOUND_FROM and labels[best] is None:
            labels[best] = letter
    return Compared(
        claims=tuple(one.claim for one in found),
        propositions=tuple(map(proposition, found)),
        labels=tuple(labels),
        points=tuple(article.points.get(label) if label else None for label in labels),
        alike=None if by_words else sentences_alike([one.view for one in found]),
    )


def grouped(article: Compared, weights: ClusterWeights) -> list[int]:
    """The number of the group of each of its claims."""
    return group(article.claims, article.propositions, weights, article.alike)


def fit(by_words: Sequence[Compared], with_sentence_model: Sequence[Compared]) -> ClusterWeights:
    """The weights that tell the points and the pairs of these articles.

    Args:
        by_words: articles with labels, read without the sentence model.
        with_sentence_model: the same articles, read with it.
    """
    unseen = unseen_points(by_words)
    return ClusterWeights(fit_points(by_words), fit_pairs(by_words, unseen), fit_pairs(with_sentence_model, unseen))


def unseen_points(articles: Sequence[Compared]) -> list[PointWeights]:
    """Per fold, the weights of points that the articles outside of it give; article `i` is in fold `i % folds`.

    Args:
        articles: with points.
    """
    folds = min(_FOLDS, len(articles))
    return [fit_points([one for i, one in enumerate(articles) if i % folds != f] or articles) for f in range(folds)]


def fit_pairs(articles: Sequence[Compared], unseen: Sequence[PointWeights]) -> dict[str, float]:
    """The weights that tell the pairs of these articles.

    Args:
        articles: with labels, read in one way.
        unseen: what `unseen_points` gives for these articles.
    """
    names: list[str] = []
    tables, same = [], []
    for i, article in enumerate(articles):
        some = [i for i, label in enumerate(article.labels) if label]
        if len(some) < 2:
            continue
        likely = likely_points(article.propositions, unseen[i % len(unseen)])
        values = dict(pair_features(article.propositions, likely, article.alike))
        names = list(values)
        first, second = (np.array(some)[side] for side in np.triu_indices(len(some), 1))
        tables.append(np.stack([values[name][first, second] for name in names], axis=1).astype(np.float64))
        same += [article.labels[i] == article.labels[j] for i, j in zip(first, second, strict=True)]
    return dict(zip(("bias", *names), _logistic(np.concatenate(tables), np.array(same)), strict=True))


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

    with threadpool_limits(limits=1, user_api="blas"):  # on a busy machine a second thread costs many times the time
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
        articles: with labels, read in one way; article `i` is in fold `i % folds`.
        folds: how many; as many as there are articles leaves out one at a time.
    """
    weights = []
    for fold in range(folds):
        others = [one for i, one in enumerate(articles) if i % folds != fold]
        of_pairs = fit_pairs(others, unseen_points(others))
        weights.append(ClusterWeights(fit_points(others), of_pairs, of_pairs))
    return [pairs(one.labels, grouped(one, weights[i % folds])) for i, one in enumerate(articles)]


def main() -> None:
    """Write cluster_weights.json beside this file and print what it is worth."""
    if not sentence_model.is_here():
        raise SystemExit(f"{sentence_model.NAME} is not here: run `claimlab literature TEXT` once while online.")
    shipped = shipped_articles()
    by_words, encoded = ([compared(article, by_words=way) for article in shipped] for way in (True, False))
    path = Path(__file__).parent / "cluster_weights.json"
    path.write_text(as_json(fit(by_words, encoded)), encoding="utf-8")
    for name, articles in (("by words", by_words), ("with the sentence model", encoded)):
        right, given, wanted = (sum(side) for side in zip(*leave_out(articles), strict=True))
        f1 = 2 * right / (given + wanted)
        print(f"{name}, leaving out a fifth: {right} of {given} pairs right, {wanted} to be found, F1 {f1:.3f}")  # noqa: T201


def as_json(weights: ClusterWeights) -> str:
    """The weights as they ship: a line per feature."""
    features = {name: weights.points.matrix[row].tolist() for name, row in weights.points.rows.items()}
    lines = ",\n  ".join(f"{json.dumps(name)}: {json.dumps(values)}" for name, values in features.items())
    ways = {"by words": weights.by_words, "with the sentence model": weights.with_sentence_model}
    head = {**ways, "points": POINTS, "bias": weights.points.bias.tolist()}
    return f'{json.dumps(head)[:-1]},\n "features": {{\n  {lines}\n }}}}\n'


if __name__ == "__main__":
    main()
