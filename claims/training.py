"""Makes weights.json from examples.txt: `python -m claims.training`. The same examples give the same file.

L2-penalised logistic regression, all labels together, by L-BFGS. Every example counts half as it is and half without
what the rules found: the rules were written with some of the examples in sight and look surer there than they are. Only
whoever changes the examples or the features needs this; the reader does not import it.

A line of the file is one sentence: `testable` or why it is not, polarity, domains, predicates (- for none) and its
text, parted by tabs. Labels follow a label guide that is no part of this repository. In short: they tell what the
sentence says, true or not. It is testable if something done inside models with open weights could count for or against
it; else the first reason that fits counts, in the order people_or_funding, prediction, opinion, humans_only,
behaviour_only, vague, other. Polarity is that of the main clause, and a null result denies, however it is worded.
Domains are what is named, `other` where nothing is. Predicates are what is said of them; of a denial, what is denied.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_array

from claims.amounts import Span
from claims.classifier import Weights
from claims.features import features
from claims.labels import LABELS, STEP
from claims.rules import matching_view, read_by_rules

_MARKED = "amounts in braces"
_BRACES = re.compile(r"\{([^{}]*)\}")
_COST = 1.5  # weight of one example against the penalty; by cross-validation on the examples
_AT_LEAST = 6  # examples in which a feature must be seen
_AT_LEAST_OFTEN = 18  # the same for pairs and ends, of which there are many


@dataclass(frozen=True)
class Example:
    """One sentence with its labels."""

    text: str
    labels: frozenset[str]
    hand: str  # its writer, and in the manner of what
    amounts: tuple[Span, ...] | None  # where they are stated; None where the writer did not mark them


def shipped_examples() -> tuple[Example, ...]:
    """The examples that ship with this version, written for this project."""
    return tuple(_examples_of("examples.txt"))


def encoder_examples() -> tuple[Example, ...]:
    """These and more, from which `claims.encoder_training` learns: the features have had enough with the first."""
    return (*shipped_examples(), *_examples_of("encoder_examples.txt"))


def _examples_of(name: str) -> Iterator[Example]:
    """The examples of a file.

    A line of # above those of one writer (a "hand") says who it is and, behind a bar, whether amounts stand in braces.
    """
    hand, marked = "", False
    for line in files("claims").joinpath(name).read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            hand, _, amounts = line.removeprefix("# ").partition(" | ")
            marked = amounts == _MARKED
        elif line:
            yield _example(line, hand, marked=marked)


def _example(line: str, hand: str, *, marked: bool) -> Example:
    reason, polarity, domains, predicates, text = line.split("\t")
    labels = {f"reason {reason}"} | ({"denies"} if polarity == "denies" else set())
    labels |= {f"domain {name}" for name in domains.split(",") if name != "other"}
    labels |= {f"predicate {name}" for name in predicates.split(",") if name != "-"}
    if unknown := labels - set(LABELS):
        raise ValueError(f"an example has unknown labels {sorted(unknown)}: {text}")
    if not marked:
        return Example(text, frozenset(labels), hand, None)
    amounts = tuple((m.start() - 2 * i, m.end() - 2 * i - 2) for i, m in enumerate(_BRACES.finditer(text)))
    return Example(_BRACES.sub(r"\1", text), frozenset(labels), hand, amounts)


def example_features(examples: Sequence[Example]) -> list[Mapping[str, float]]:
    """The features of each example."""
    views = [matching_view(example.text) for example in examples]
    return [features(view, read_by_rules(view)) for view in views]


def fit(values: Sequence[Mapping[str, float]], labels: Sequence[frozenset[str]]) -> Weights:
    """The weights that fit these examples.

    Args:
        values: features per example.
        labels: names from `LABELS` per example.
    """
    counts = Counter(name for row in values for name in row)
    names = sorted(name for name, count in counts.items() if count >= _at_least(name))
    rows = {name: row for row, name in enumerate(names)}
    without_rules = [
        {name: size for name, size in row.items() if not name.startswith(("rule:", "turn:"))} for row in values
    ]
    table = [*values, *without_rules]
    cells = [(i, rows[name], size) for i, row in enumerate(table) for name, size in row.items() if name in rows]
    at, columns, sizes = zip(*cells, strict=True)
    matrix = csr_array((sizes, (at, columns)), shape=(len(table), len(names)))
    sign = np.where([[label in some for label in LABELS] for some in labels], 1.0, -1.0)
    fitted = logistic(matrix, np.concatenate([sign, sign]), _COST / 2)
    return Weights(rows=rows, matrix=fitted[:-1], bias=fitted[-1])


def _at_least(feature: str) -> int:
    return _AT_LEAST_OFTEN if feature.startswith(("pair:", "end:")) else _AT_LEAST


def logistic(matrix: csr_array, sign: NDArray[np.float64], cost: float) -> NDArray[np.float64]:
    """Weights per label and, last, the biases: minimum of cost * sum log(1 + exp(-y (Xw + b))) + |w|^2 / 2.

    Args:
        matrix: examples x features.
        sign: examples x labels, 1 where the example has the label and -1 where not.
        cost: weight of an example against the penalty.
    """
    transposed = matrix.T.tocsr()
    shape = (matrix.shape[1] + 1, sign.shape[1])

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = flat.reshape(shape)
        margin = sign * (matrix @ weights[:-1] + weights[-1])
        slope = -cost * sign / (1 + np.exp(np.clip(margin, -50, 50)))
        value = cost * np.logaddexp(0, -margin).sum() + (weights[:-1] ** 2).sum() / 2
        return float(value), np.vstack([transposed @ slope + weights[:-1], slope.sum(axis=0)]).ravel()

    found = minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 150})
    return np.asarray(found.x).reshape(shape)


def as_json(weights: Weights) -> str:
    """The weights as the file that ships, one feature a line."""
    whole = np.rint(weights.matrix / STEP).astype(int)
    bias = np.rint(weights.bias / STEP).astype(int).tolist()
    dense = json.JSONEncoder(separators=(",", ":")).encode
    rows = ",\n".join(f"{dense(name)}:{dense(whole[row].tolist())}" for name, row in weights.rows.items())
    return f'{{"labels":{json.dumps(LABELS)},\n"bias":{json.dumps(bias)},\n"features":{{\n{rows}\n}}}}\n'


if __name__ == "__main__":
    examples = shipped_examples()
    weights = fit(example_features(examples), [example.labels for example in examples])
    (Path(__file__).parent / "weights.json").write_text(as_json(weights), encoding="utf-8")
