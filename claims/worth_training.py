"""Makes worth_weights.json from encoder_articles.txt: `python -m claims.worth_training`. Same articles, same file.

Every clause of these articles is an example; it is a claim if more than half of it is marked. One logistic regression
on words and one on the vector of the sentence model, which was fine-tuned on other texts: minutes, most of them for the
vectors. What it is worth is measured by benchmarks/reader.py --marked on other articles. The reader does not import it.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from threadpoolctl import threadpool_limits

from claims import sentence_model
from claims.article_reader import article_parts
from claims.encoder import OF_LABELS, encode
from claims.labelled_articles import Labelled, encoder_articles
from claims.labels import STEP
from claims.model import Article
from claims.training import logistic
from claims.worth import FILE, WorthWeights, clause_features

# by leaving out writers
_COST = 0.3  # weight of one clause against the penalty
_VECTOR_COST = 0.003  # the same beside vectors of unit variance
_SEEN_FROM, _PAIR_SEEN_FROM = 6, 12  # clauses of a feature that gets a weight
_VARIANCE_FLOOR = 0.1
MARKED_FROM = 0.5  # share of a clause


@dataclass(frozen=True)
class Clauses:
    """The clauses of some articles."""

    views: Sequence[str]
    features: Sequence[Mapping[str, float]]
    marked: NDArray[np.bool_]


def clauses_of(articles: Sequence[Labelled]) -> Clauses:
    """The clauses that the reader cuts these articles into.

    Args:
        articles: with their marks.
    """
    views, values, is_marked = [], [], []
    for article in articles:
        for part in article_parts(Article(text=article.text, source="-"), by_words=True):
            views.append(part.view)
            values.append(clause_features(part.view, part.view_in_context))
            is_marked.append(share_marked(article, part.clause.start, part.clause.end) > MARKED_FROM)
    return Clauses(views, values, np.array(is_marked))


def share_marked(article: Labelled, start: int, end: int) -> float:
    """The share of a span of the article that is marked as a claim."""
    return sum(max(0, min(end, e) - max(start, s)) for s, e, _ in article.claims) / (end - start)


def fit(clauses: Clauses, vectors: NDArray[np.float64]) -> WorthWeights:
    """The weights that tell the marked clauses from the others.

    Args:
        clauses: of any articles.
        vectors: clauses x dimensions, by the sentence model.
    """
    counts = Counter(name for values in clauses.features for name in values)
    names = sorted(name for name, count in counts.items() if count >= _at_least(name))
    rows = {name: row for row, name in enumerate(names)}
    known = ((i, name, size) for i, some in enumerate(clauses.features) for name, size in some.items())
    cells = [(i, rows[name], size) for i, name, size in known if name in rows]
    at, columns, sizes = zip(*cells, strict=True)
    sign = np.where(clauses.marked, 1.0, -1.0)[:, None]
    mean, scale = vectors.mean(axis=0), vectors.std(axis=0) + _VARIANCE_FLOOR
    with threadpool_limits(limits=1, user_api="blas"):  # on a busy machine a second thread costs many times the time
        *words, bias = logistic(csr_array((sizes, (at, columns)), shape=(len(sign), len(names))), sign, _COST)[:, 0]
        fitted = logistic(csr_array((vectors - mean) / scale), sign, _VECTOR_COST)[:, 0]
    vector = fitted[:-1] / scale
    return WorthWeights(
        words={name: float(weight) for name, weight in zip(names, words, strict=True)},
        bias=float(bias),
        vector=vector,
        vector_bias=float(fitted[-1] - vector @ mean),
        made_for=encoder_hash(),
    )


def _at_least(feature: str) -> int:
    return _PAIR_SEEN_FROM if feature.startswith(("pair:", "end:")) else _SEEN_FROM


def encoder_hash() -> str:
    """Of the file that makes the vectors for which the weights hold."""
    return hashlib.sha256(files("claims").joinpath(OF_LABELS).read_bytes()).hexdigest()


def vectors_of(views: Sequence[str]) -> NDArray[np.float64]:
    """Clauses x dimensions, by the sentence model.

    Args:
        views: the clauses as `matching_view` gives them.

    Raises:
        ModelError: the sentence model is not on this machine.
    """
    return np.stack([one.vector for one in encode(views)])


def as_json(weights: WorthWeights) -> str:
    """The weights as the file that ships, in whole steps, one feature a line; what rounds to nothing is left out."""
    head = {
        "made_for": weights.made_for,
        "bias": _steps(weights.bias),
        "vector_bias": _steps(weights.vector_bias),
        "vector": [_steps(weight) for weight in weights.vector.tolist()],
    }
    dense = json.JSONEncoder(separators=(",", ":")).encode
    rows = ",\n".join(f"{dense(name)}:{steps}" for name, weight in weights.words.items() if (steps := _steps(weight)))
    return f'{dense(head)[:-1]},\n"words":{{\n{rows}\n}}}}\n'


def _steps(weight: float) -> int:
    return round(weight / STEP)


def main() -> None:
    """Write worth_weights.json beside this file."""
    if not sentence_model.is_here():
        raise SystemExit(f"{sentence_model.NAME} is not here: run `claimlab literature TEXT` once while online.")
    clauses = clauses_of(encoder_articles())
    weights = fit(clauses, vectors_of(clauses.views))
    (Path(__file__).parent / FILE).write_text(as_json(weights), encoding="utf-8")


if __name__ == "__main__":
    main()
