"""Makes cluster_weights.json from articles.txt: `python -m claims.cluster_training`. Same articles, same file.

A logistic regression on pairs of claims. Prints pair F1 by leave-one-article-out: every article is clustered with
weights that have not seen it. The reader does not import this.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from claims.article_reader import read_claims
from claims.clusters import group, pair_features
from claims.model import Article, Claim
from claims.propositions import Proposition, proposition

_COST = 0.07  # weight of one pair against the penalty, by leave-one-article-out
_MARK = re.compile(r"\{(?P<cluster>[A-Z])\|(?P<claim>[^}]*)\}")
_DIGITS = 4
_FOUND_FROM = 0.5


@dataclass(frozen=True)
class Labelled:
    """An article whose claims are marked with a letter each: the same letter, the same claim."""

    text: str
    claims: tuple[tuple[int, int, str], ...]  # start, end, letter


@dataclass(frozen=True)
class Compared:
    """The claims that were found in a labelled article; those without a label are None."""

    claims: tuple[Claim, ...]
    propositions: tuple[Proposition, ...]
    labels: tuple[str | None, ...]


def shipped_articles() -> tuple[Labelled, ...]:
    """The articles that ship with this version, written for this project."""
    raw = files("claims").joinpath("articles.txt").read_text(encoding="utf-8")
    return tuple(_labelled(block) for block in re.split(r"^===.*\n", raw, flags=re.MULTILINE)[1:])


def _labelled(block: str) -> Labelled:
    text, marks, at = "", [], 0
    for mark in _MARK.finditer(block):
        text += block[at : mark.start()]
        marks.append((len(text), len(text) + len(mark["claim"]), mark["cluster"]))
        text, at = text + mark["claim"], mark.end()
    return Labelled(text + block[at:], tuple(marks))


def compared(article: Labelled) -> Compared:
    """What the reader finds in an article, each claim with the letter of the marked claim that it overlaps most."""
    found = read_claims(Article(text=article.text, source="-"))
    labels = tuple(_label(claim, article) for claim, _ in found)
    return Compared(tuple(c for c, _ in found), tuple(proposition(c, some) for c, some in found), labels)


def _label(claim: Claim, article: Labelled) -> str | None:
    def shared(mark: tuple[int, int, str]) -> float:
        both = min(claim.end, mark[1]) - max(claim.start, mark[0])
        return 2 * both / (claim.end - claim.start + mark[1] - mark[0])

    best = max(article.claims, key=shared, default=None)
    return best[2] if best and shared(best) > _FOUND_FROM else None


def fit(articles: Sequence[Compared]) -> dict[str, float]:
    """The weights that tell the pairs of these articles, by name of the feature, and "bias".

    Args:
        articles: with labels.
    """
    tables, same = [], []
    names: list[str] = []
    for article in articles:
        values = dict(pair_features(article.propositions))
        names = list(values)
        some = [i for i, label in enumerate(article.labels) if label]
        first, second = (np.array(some)[side] for side in np.triu_indices(len(some), 1))
        tables.append(np.stack([values[name][first, second] for name in names], axis=1).astype(np.float64))
        same += [article.labels[i] == article.labels[j] for i, j in zip(first, second, strict=True)]
    return dict(zip(("bias", *names), _logistic(np.concatenate(tables), np.array(same)), strict=True))


def _logistic(table: NDArray[np.float64], same: NDArray[np.bool_]) -> list[float]:
    """L2-penalised logistic regression by L-BFGS on features of about unit size; the bias is not penalised."""
    scale = table.std(axis=0) + 0.1
    table, sign = table / scale, np.where(same, 1.0, -1.0)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = sign * (table @ weights[1:] + weights[0])
        slope = -_COST * sign / (1 + np.exp(margin))
        value = _COST * np.logaddexp(0, -margin).sum() + weights[1:] @ weights[1:] / 2
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


def leave_one_out(articles: Sequence[Compared]) -> tuple[int, int, int]:
    """`pairs` over all articles, each grouped with the weights that the others give."""
    counts = [
        pairs(one.labels, group(one.claims, one.propositions, fit([*articles[:i], *articles[i + 1 :]])))
        for i, one in enumerate(articles)
    ]
    right, given, wanted = (sum(side) for side in zip(*counts, strict=True))
    return right, given, wanted


def main() -> None:
    """Write cluster_weights.json beside this file and print what it is worth."""
    articles = [compared(article) for article in shipped_articles()]
    path = Path(__file__).parent / "cluster_weights.json"
    path.write_text(json.dumps(fit(articles), indent=1) + "\n", encoding="utf-8")
    right, given, wanted = leave_one_out(articles)
    print(f"{right} pairs right, {given} put together, {wanted} to be found: F1 {2 * right / (given + wanted):.3f}")  # noqa: T201


if __name__ == "__main__":
    main()
