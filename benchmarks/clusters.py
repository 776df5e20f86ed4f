"""How well does the embedded reader tell which claims of an article say the same?

    .venv/bin/python benchmarks/clusters.py [--by-words]

F1 of the pairs of claims that say the same, among the marked claims that the reader finds: on claims/articles.txt by
leaving out a fifth of the articles at a time, and with the shipped weights on natural_articles.txt and
unseen_articles.txt beside this, on which nothing was fitted. With the sentence model, or by words alone. Minutes.
Intervals: percentile bootstrap over articles, 95 %.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from claims.cluster_training import Compared, compared, grouped, leave_out, pairs
from claims.clusters import shipped_weights
from claims.labelled_articles import articles_of, shipped_articles
from claims.points import POINTS, likely_points

RESAMPLES = 1000
FIRST_WRITER = 21  # of the shipped articles
Counts = tuple[int, int, int]  # right, put together, together in the labels


def main() -> None:
    """Print one line per figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--by-words", action="store_true")
    by_words: bool = parser.parse_args().by_words
    counts = leave_out([compared(article, by_words=by_words) for article in shipped_articles()])
    show("first writer, left out", counts[:FIRST_WRITER])
    show("two writers who knew nothing of the reader, left out", counts[FIRST_WRITER:])
    for name in ("natural", "unseen"):
        raw = (Path(__file__).parent / f"{name}_articles.txt").read_text(encoding="utf-8")
        articles = [compared(article, by_words=by_words) for article in articles_of(raw)]
        show(f"{name} articles", [pairs(one.labels, grouped(one, shipped_weights())) for one in articles])
        print(f"points of {name} articles that are right: {points_right(articles):.3f}")  # noqa: T201


def points_right(articles: Sequence[Compared]) -> float:
    """The share of claims whose likeliest point is the labelled one."""
    right = []
    for one in articles:
        likely = likely_points(one.propositions, shipped_weights().points).argmax(axis=1)
        right += [POINTS[best] == point for best, point in zip(likely, one.points, strict=True) if point]
    return float(np.mean(right))


def show(name: str, counts: Sequence[Counts]) -> None:
    """Print the counts and F1 with its bootstrap interval."""
    table = np.array(counts)
    rng = np.random.default_rng(0)
    again = [f1(table[rng.integers(len(table), size=len(table))].sum(axis=0)) for _ in range(RESAMPLES)]
    low, high = np.percentile(again, [2.5, 97.5])
    right, given, wanted = table.sum(axis=0)
    figures = f"{f1(table.sum(axis=0)):.3f}  [{low:.3f}, {high:.3f}]"
    print(f"{name:53s} {figures}  {right} of {given} pairs, {wanted} wanted")  # noqa: T201


def f1(counts: "np.ndarray[tuple[int, ...], np.dtype[np.int64]]") -> float:
    """2 * right / (given + wanted)."""
    return float(2 * counts[0] / max(1, counts[1] + counts[2]))


if __name__ == "__main__":
    main()
