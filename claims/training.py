"""Makes weights.json from examples.txt: `python -m claims.training`. The same examples give the same file.

L2-penalised logistic regression, one label at a time, by L-BFGS. Only whoever changes the examples or the features
needs this; the reader does not import it.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_array

from claims.classifier import LABELS, STEP, Weights
from claims.features import features
from claims.rules import matching_view, read_by_rules

_COST = 1.5  # weight of one example against the penalty; by cross-validation on the examples
_AT_LEAST = 3  # examples in which a feature must be seen


@dataclass(frozen=True)
class Example:
    """One sentence with the labels of LABELS.md."""

    text: str
    labels: frozenset[str]


def shipped_examples() -> tuple[Example, ...]:
    """The examples that ship with this version, written for this project."""
    lines = files("claims").joinpath("examples.txt").read_text(encoding="utf-8").splitlines()
    return tuple(_example(line) for line in lines if line and not line.startswith("#"))


def _example(line: str) -> Example:
    reason, polarity, domains, predicates, text = line.split("\t")
    labels = {f"reason {reason}"} | ({"denies"} if polarity == "denies" else set())
    labels |= {f"domain {name}" for name in domains.split(",") if name != "other"}
    labels |= {f"predicate {name}" for name in predicates.split(",") if name != "-"}
    if unknown := labels - set(LABELS):
        raise ValueError(f"examples.txt has unknown labels {sorted(unknown)} in: {text}")
    return Example(text, frozenset(labels))


def example_features(examples: Sequence[Example]) -> list[dict[str, float]]:
    """The features of each example."""
    views = [matching_view(example.text) for example in examples]
    return [features(view, read_by_rules(view)) for view in views]


def fit(values: Sequence[dict[str, float]], labels: Sequence[frozenset[str]]) -> Weights:
    """The weights that fit these examples.

    Args:
        values: features per example.
        labels: names from `LABELS` per example.
    """
    counts = Counter(name for row in values for name in row)
    names = sorted(name for name, count in counts.items() if count >= _AT_LEAST)
    rows = {name: row for row, name in enumerate(names)}
    cells = [(i, rows[name], size) for i, row in enumerate(values) for name, size in row.items() if name in rows]
    at, columns, sizes = zip(*cells, strict=True)
    matrix = csr_array((sizes, (at, columns)), shape=(len(values), len(names)))
    fitted = np.stack([_fit_label(matrix, np.array([label in some for some in labels])) for label in LABELS], axis=1)
    return Weights(rows=rows, matrix=fitted[:-1], bias=fitted[-1])


def _fit_label(matrix: csr_array, has_label: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Weights and, last, the bias: minimum of cost * sum log(1 + exp(-y (Xw + b))) + |w|^2 / 2."""
    sign = np.where(has_label, 1.0, -1.0)
    transposed = matrix.T.tocsr()

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = sign * (matrix @ weights[:-1] + weights[-1])
        slope = -_COST * sign / (1 + np.exp(np.clip(margin, -50, 50)))
        value = _COST * np.logaddexp(0, -margin).sum() + weights[:-1] @ weights[:-1] / 2
        return float(value), np.append(transposed @ slope + weights[:-1], slope.sum())

    start = np.zeros(matrix.shape[1] + 1)
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 200}).x)


def as_json(weights: Weights) -> str:
    """The weights as the file that ships, one feature a line."""
    whole = np.rint(weights.matrix / STEP).astype(int)
    bias = np.rint(weights.bias / STEP).astype(int).tolist()
    rows = ",\n".join(f"{json.dumps(name)}:{json.dumps(whole[row].tolist())}" for name, row in weights.rows.items())
    return f'{{"labels":{json.dumps(LABELS)},\n"bias":{json.dumps(bias)},\n"features":{{\n{rows}\n}}}}\n'


if __name__ == "__main__":
    examples = shipped_examples()
    weights = fit(example_features(examples), [example.labels for example in examples])
    (Path(__file__).parent / "weights.json").write_text(as_json(weights), encoding="utf-8")
