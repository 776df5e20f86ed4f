"""From evidence to a probability: the score, the curve, how good it is, and when there is none."""

import ast
from pathlib import Path

import numpy as np
import pytest

from claims import hypotheses, read_claim
from verify.calibration import Calibration, evidence, fit, judge, likelihood_word, method, method_sha256
from verify.calibration.evidence import MOST
from verify.calibration.quality import calibration_error, quality
from verify.calibration.shipped import CALIBRATED
from verify.plan import BUDGETS
from verify.planted.check import CLAIMS, claim_of
from verify.record import CalibrationNumbers, ReadingNumbers, ReadingResult
from verify.verdict import Scope, label_of

NUMBERS = CalibrationNumbers(
    models_fitted=2, models_reported=2, brier=0.0, ece=0.0, ece_interval=(0.0, 0.0), ece_perfect=0.0, decided=2,
    right=2, negatives=1, false_supported=0, false_supported_upper=0.95,
)  # fmt: skip


def numbers(effect: float | None, half: float = 0.1, smallest: float | None = 0.25) -> ReadingNumbers:
    ci = None if effect is None else (effect - half, effect + half)
    return ReadingNumbers(
        verdict="undecided", effect=effect, ci=ci, smallest_effect=smallest, p=None, e_value=None, n_tasks=6,
        n_families=6, n_items=24, why="",
    )  # fmt: skip


def reading(name: str, effect: float | None, role: str = "core", **more: float) -> ReadingResult:
    return ReadingResult(
        **dict(numbers(effect, **more)), reading=name, domain="math", role=role, wording="", question="", null="",
        refuted_by="", by_model={}, families={},
    )  # fmt: skip


def calibration(sha: str | None = None) -> Calibration:
    return Calibration(
        version=1, method_sha256=sha or method_sha256(), data_sha256="0" * 64, scores=(-1.0, 1.0),
        log_ratios=(-2.0, 2.0), numbers=NUMBERS,
    )  # fmt: skip


# --- the score -------------------------------------------------------------------------------------------------------


def test_the_score_is_where_the_interval_lies_against_the_smallest_effect() -> None:
    assert evidence([numbers(0.35)]) == pytest.approx(1), "the interval begins where the smallest effect is"
    assert evidence([numbers(0.15)]) == pytest.approx(-1), "the interval ends there"
    assert evidence([numbers(0.25)]) == 0
    assert evidence([numbers(0.45, half=0.0)]) == MOST
    assert evidence([numbers(0.05, half=0.001)]) == -MOST


def test_the_weakest_reading_is_the_score_and_a_missing_one_leaves_none() -> None:
    assert evidence([numbers(0.45), numbers(0.3), numbers(0.9)]) == pytest.approx(0.5)
    assert evidence([numbers(0.45), numbers(None)]) is None
    assert evidence([numbers(0.45), numbers(0.45, smallest=None)]) is None
    assert evidence([]) is None


# --- the curve -------------------------------------------------------------------------------------------------------


def test_the_curve_recovers_a_known_likelihood_ratio() -> None:
    """Two normal distributions a distance of two apart: the log likelihood ratio is twice the score."""
    rng = np.random.default_rng(0)
    truths = rng.random(20_000) < 0.3
    scores = rng.normal(np.where(truths, 1.0, -1.0))
    curve = fit(scores.tolist(), truths.tolist())
    for score in (-1.5, -0.5, 0.0, 0.5, 1.5):
        assert curve.log_ratio(score) == pytest.approx(2 * score, abs=0.35)
    assert curve.probability(0.0, 0.5) == pytest.approx(0.5, abs=0.08)
    assert curve.probability(0.0, 0.1) < curve.probability(0.0, 0.5)


def test_the_curve_rises_and_does_not_depend_on_the_order_of_the_models() -> None:
    rng = np.random.default_rng(1)
    truths = rng.random(60) < 0.5
    scores = np.round(rng.normal(np.where(truths, 0.5, -0.5)), 1)  # with ties
    curve = fit(scores.tolist(), truths.tolist())
    assert list(curve.log_ratios) == sorted(curve.log_ratios)
    assert list(curve.scores) == sorted(curve.scores)
    order = rng.permutation(60)
    assert fit(scores[order].tolist(), truths[order].tolist()) == curve


def test_perfect_separation_gives_finite_ratios_as_large_as_the_number_of_models_allows() -> None:
    curve = fit([-3.0] * 40 + [3.0] * 20, [False] * 40 + [True] * 20)
    assert curve.log_ratio(3.0) == pytest.approx(np.log((20.5 / 21) / (0.5 / 41)))
    assert curve.log_ratio(-3.0) == pytest.approx(np.log((0.5 / 21) / (40.5 / 41)))
    assert curve.log_ratio(99.0) == curve.log_ratio(3.0)


def test_a_curve_needs_models_of_both_kinds() -> None:
    with pytest.raises(ValueError, match="2 true and 0 false"):
        fit([1.0, 2.0], [True, True])


# --- how good it is --------------------------------------------------------------------------------------------------


def test_calibration_error_is_the_weighted_gap_of_each_tenth() -> None:
    probabilities = np.array([0.05, 0.05, 0.95, 0.95, 0.95])
    truths = np.array([False, True, True, True, False])
    weights = np.full(5, 0.2)
    naive = 2 / 5 * abs(0.5 - 0.05) + 3 / 5 * abs(2 / 3 - 0.95)
    assert calibration_error(probabilities, truths, weights) == pytest.approx(naive)


def test_perfect_probabilities_show_no_more_error_than_is_expected_of_them_and_wrong_ones_do() -> None:
    rng = np.random.default_rng(2)
    p = rng.uniform(0, 1, 400)
    truths = rng.random(400) < p
    groups = np.arange(400)
    good = quality(p, truths, groups, rng=np.random.default_rng(0))
    assert good.ece < 2 * good.perfect
    assert good.interval[0] < good.perfect < good.interval[1] + good.perfect
    bad = quality(1 - p, truths, groups, rng=np.random.default_rng(0))
    assert bad.ece > 5 * good.ece
    assert bad.brier > good.brier
    assert sum(b.count for b in good.bins) == 400


def test_true_and_false_claims_weigh_the_same() -> None:
    """Ninety false and ten true: a constant 0.5 is calibrated at the prior 0.5."""
    truths = np.arange(100) < 10
    found = quality(np.full(100, 0.5), truths, np.arange(100), rng=np.random.default_rng(0))
    assert found.ece == pytest.approx(0, abs=1e-12)
    assert found.brier == pytest.approx(0.25)


# --- which method ----------------------------------------------------------------------------------------------------


def test_comments_docstrings_and_wording_are_no_method_and_numbers_are() -> None:
    source = 'def f(x):\n    """Says."""\n    return "it is so" if x > 1 else "other"\n'
    same = (
        '# why\ndef f(x: int) -> str:\n    """More."""\n    return (\n        "it was" if x > 1 else "other"\n    )\n'
    )
    assert method.source_shape(source) == method.source_shape(same)
    for changed in (source.replace("> 1", ">= 1"), source.replace("1", "2"), source.replace("other", "another")):
        assert method.source_shape(changed) != method.source_shape(source)


# --- what a claim gets -----------------------------------------------------------------------------------------------


def test_a_claim_gets_the_probability_of_its_weakest_reading() -> None:
    claim = read_claim("LLMs have a region for math")
    found = judge(claim, "supported", [reading("necessary", 0.3), reading("specific", 0.9)], calibration=calibration())
    assert found is not None
    assert found.probability == pytest.approx(1 / (1 + np.exp(-1)), abs=1e-3)
    assert found.likelihood == "likely"
    assert found.card.reason is None
    assert not found.card.capped


def test_a_denial_has_the_opposite_probability_and_both_stay_within_the_cap() -> None:
    strong = calibration().model_copy(update={"log_ratios": (-9.0, 9.0)})
    readings = [reading("necessary", 0.9)]
    claim = judge(read_claim("LLMs have a region for math"), "supported", readings, calibration=strong)
    denial = judge(read_claim("LLMs have no region for math"), "refuted", readings, calibration=strong)
    assert claim is not None
    assert denial is not None
    assert (claim.probability, claim.likelihood) == (0.95, "very likely")
    assert (denial.probability, denial.likelihood) == (0.05, "very unlikely")
    assert claim.card.capped
    assert denial.card.capped


def test_another_method_gives_no_probability_and_says_why() -> None:
    claim = read_claim("LLMs have a region for math")
    found = judge(claim, "supported", [reading("necessary", 0.9)], calibration=calibration("0" * 64))
    assert found is not None
    assert (found.probability, found.likelihood) == (None, None)
    assert "the method has changed" in (found.card.reason or "")


def test_no_probability_where_a_reading_is_missing_or_nothing_could_be_tested() -> None:
    claim = read_claim("LLMs have a region for math")
    core = reading("necessary", 0.9)
    missing = judge(claim, "not_enough_evidence", [core, reading("specific", None)], calibration=calibration())
    unbuilt = judge(claim, "not_enough_evidence", [core, reading("universal", None)], calibration=calibration())
    assert missing is not None
    assert unbuilt is not None
    assert missing.probability is unbuilt.probability is None
    assert "could not be measured" in (missing.card.reason or "")
    assert "universal" in (unbuilt.card.reason or "")
    assert judge(claim, "not_testable", [core], calibration=calibration()) is None
    assert judge(claim, "not_enough_evidence", [], calibration=calibration()) is None


@pytest.mark.parametrize(
    ("probability", "word"),
    [
        (1.0, "virtually certain"), (0.95, "very likely"), (0.9, "very likely"), (0.66, "likely"),
        (0.5, "about as likely as not"), (0.33, "about as likely as not"), (0.2, "unlikely"), (0.1, "very unlikely"),
        (0.05, "very unlikely"), (0.0, "exceptionally unlikely"),
    ],
)  # fmt: skip
def test_likelihood_words_are_the_ipccs(probability: float, word: str) -> None:
    assert likelihood_word(probability) == word


def test_a_run_that_tests_in_one_way_only_has_no_probability() -> None:
    claim = read_claim("LLMs have a region for math")
    found = judge(claim, "supported", [reading("necessary", 0.9)], budget=BUDGETS["quick"], calibration=calibration())
    assert found is not None
    assert found.probability is None
    assert found.likelihood is None
    assert "one way only" in (found.card.reason or "")


def test_a_reading_that_a_control_held_back_leaves_no_probability() -> None:
    """The curve knows intervals only: this one lies above the smallest effect, and something else spoke against it."""
    claim = read_claim("LLMs have a region for math")
    above = numbers(0.9)
    held = reading("specific", 0.9).model_copy(update={"by_model": {"a": above}})
    found = judge(claim, "not_enough_evidence", [reading("necessary", 0.9), held], calibration=calibration())
    assert found is not None
    assert found.probability is None
    assert "held back" in (found.card.reason or "")
    decided = held.model_copy(update={"by_model": {"a": above.model_copy(update={"verdict": "supported"})}})
    assert judge(claim, "supported", [decided], calibration=calibration()).probability is not None  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "has"),
    [("Language and math overlap in LLMs", False), ("Language and math do not overlap in LLMs", True)],
)
def test_that_units_are_shared_has_no_probability_since_no_test_shows_it(text: str, has: bool) -> None:
    found = judge(read_claim(text), "not_enough_evidence", [reading("separate", -0.9)], calibration=calibration())
    assert found is not None
    assert (found.probability is not None) is has


@pytest.mark.parametrize(("file", "part"), [(file, part) for file, parts in method._PARTS.items() for part in parts])
def test_what_decides_in_gate_lesions_and_plan_belongs_to_the_method(
    file: str, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed = method._parsed

    def other(path: Path) -> ast.Module:
        tree = parsed(path)
        if path.name == file:
            found = dict(map(method._named, tree.body))[part]
            for name in ast.walk(getattr(found, "value", found)):
                if isinstance(name, ast.Name):
                    name.id += "_other"
        return tree

    before = method.method_sha256.__wrapped__()
    monkeypatch.setattr(method, "_parsed", other)
    assert method.method_sha256.__wrapped__() != before


def test_a_denial_is_scored_by_the_core_that_its_label_looks_at() -> None:
    """Core found and a stronger reading surely not: the denial is refuted, and must not be called very likely."""
    claim = read_claim("LLMs do not have a single spot for math")
    found = [reading(name, 0.9) for name in ("necessary", "specific", "general", "separate")]
    spread = reading("concentrated", -0.9, role="stronger")
    scope = Scope(2, not_built=(), not_covered=(), named_untested=(), small_models=False)
    decided = [r.model_copy(update={"verdict": "supported"}) for r in found]
    label, _, _ = label_of(claim, [*decided, spread.model_copy(update={"verdict": "refuted"})], scope)
    assert label == "refuted"
    judged = judge(claim, label, [*found, spread], calibration=calibration())
    assert judged is not None
    assert judged.probability is not None
    assert judged.probability < 0.5
    assert judged == judge(claim, label, found, calibration=calibration())


@pytest.mark.parametrize("role", ["core", "stronger"])
@pytest.mark.parametrize("other", ["concentrated", "sufficient"])
def test_no_probability_where_a_reading_was_not_calibrated(other: str, role: str) -> None:
    claim = read_claim("LLMs have a single spot for math")
    found = judge(claim, "supported", [reading("necessary", 0.9), reading(other, 0.9, role)], calibration=calibration())
    assert found is not None
    assert found.probability is None
    assert other in str(found.card.reason)
    assert "calibration was made with" in str(found.card.reason)


def test_the_readings_that_count_as_calibrated_are_those_of_the_planted_claims() -> None:
    assert {h.reading for kind in CLAIMS for h in hypotheses(claim_of(kind, "math"))} == CALIBRATED


def test_a_model_that_is_open_without_an_interval_leaves_no_probability() -> None:
    """The other model alone would give 0.95 beside "not enough evidence"."""
    claim = read_claim("LLMs have a region for math")
    able = numbers(0.9).model_copy(update={"verdict": "supported"})
    both = reading("necessary", 0.9).model_copy(update={"by_model": {"able": able, "hardly": numbers(None)}})
    found = judge(claim, "not_enough_evidence", [both], calibration=calibration())
    assert found is not None
    assert found.probability is None
    assert str(found.card.reason).startswith("hardly can do too few kinds of tasks")
    unable = numbers(None).model_copy(update={"verdict": "not_testable"})
    alone = both.model_copy(update={"by_model": {"able": able, "unable": unable}})
    left = judge(claim, "supported", [alone], calibration=calibration())
    assert left is not None
    assert left.probability is not None, "a model that cannot do the tasks at all is left out of the reading too"
