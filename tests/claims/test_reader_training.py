"""The classifier of the embedded reader: its weights come from its examples, and what it learns is what is there."""

from importlib.resources import files

import numpy as np

from claims.classifier import shipped_weights
from claims.labels import LABELS
from claims.model import PREDICATES
from claims.training import as_json, encoder_examples, example_features, fit, shipped_examples


def test_the_shipped_weights_are_those_of_the_shipped_examples() -> None:
    examples = shipped_examples()
    again = fit(example_features(examples), [example.labels for example in examples])
    shipped = shipped_weights()
    assert list(again.rows) == list(shipped.rows)
    np.testing.assert_allclose(again.matrix, shipped.matrix, atol=0.02)


def test_the_file_of_weights_is_small_and_whole_numbers() -> None:
    text = files("claims").joinpath("weights.json").read_text(encoding="utf-8")
    assert len(text) < 1_000_000
    assert as_json(shipped_weights()) == text


def test_a_planted_word_is_learned_for_its_label_and_no_other() -> None:
    rng = np.random.default_rng(0)
    values, labels = [], []
    for _ in range(200):
        has = rng.random() < 0.5
        noise = {f"word:n{int(i)}": 1.0 for i in rng.integers(0, 20, size=5)}
        values.append({**noise, **({"word:planted": 1.0} if has else {})})
        labels.append(frozenset({"predicate overlap"} if has else {"denies"} if rng.random() < 0.5 else ()))
    weights = fit(values, labels)
    row = weights.matrix[weights.rows["word:planted"]]
    assert int(np.argmax(row)) == LABELS.index("predicate overlap")
    score = dict(zip(LABELS, weights.scores({"word:planted": 1.0}), strict=True))
    assert score["predicate overlap"] > 0 > weights.scores({})[LABELS.index("predicate overlap")]


def test_every_label_has_examples() -> None:
    examples = shipped_examples()
    for label in LABELS:
        assert sum(label in example.labels for example in examples) >= 15, label


def test_no_example_comes_twice() -> None:
    texts = [example.text for example in encoder_examples()]
    assert len(texts) == len(set(texts))


def test_amounts_are_marked_apart_from_the_text() -> None:
    examples = [example for example in encoder_examples() if example.amounts is not None]
    assert len(examples) > 15_000
    for example in examples:
        assert not set("{}") & set(example.text)
        said = [example.text[start:end] for start, end in example.amounts or ()]
        assert all(words and words == words.strip() for words in said), example.text
    digits = [any(c.isdigit() for c in e.text[s:t]) for e in examples for s, t in e.amounts or ()]
    assert 0.3 < np.mean(digits) < 0.8  # the rest are words


def test_every_predicate_can_be_read_from_its_own_examples() -> None:
    examples = shipped_examples()
    weights, values = shipped_weights(), example_features(examples)
    for name in PREDICATES:
        at = LABELS.index(f"predicate {name}")
        given = [weights.scores(row)[at] > -1 for row in values]
        right = [f"predicate {name}" in example.labels for example in examples]
        assert np.mean([g for g, r in zip(given, right, strict=True) if r]) > 0.6, name
