"""Planted models through the whole chain: trained, checked, measured, judged. Two seeds of three kinds, fixed."""

from pathlib import Path

import pytest

from claims import Interrupted
from verify.plan import BUDGETS
from verify.planted import run
from verify.planted.check import BUDGET, CLAIMS
from verify.planted.record import Results, read_results
from verify.planted.scoring import right_labels, scores, truth_for


def silent(_stage: str, _done: float, _detail: str, /) -> None:
    """Progress that nobody watches."""


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """What the quick benchmark finds, all in this process."""
    folder = tmp_path_factory.mktemp("planted")
    folders = run.Folders(folder, folder / "results.jsonl")
    return run.run([run.QUICK], folders, workers=1, progress=silent)


@pytest.mark.slow
def test_the_whole_chain_says_of_three_kinds_nothing_against_their_truth_and_finds_the_region(quick: Results) -> None:
    assert {c.group for c in quick.checks} == {"modular", "format-modular", "untrained"}
    for check in quick.checks:
        right, said = right_labels(truth_for(check), "region")[0], check.answers["region"].label
        # a refutation may be held back where it is open whether units found in other ways are needed
        assert said == right or (right, said) == ("refuted", "not_enough_evidence"), check.group
    assert all(m.took for m in quick.models)
    found = scores(quick.models, quick.checks)
    assert found.right.count == found.right.of, "what was decided was right"
    assert found.false_supported["region"].count == 0


@pytest.mark.slow
def test_a_model_alone_can_be_supported_and_not_refuted(quick: Results) -> None:
    """Refuting that something exists takes two models."""
    labels = {(m.group, m.answers["region"].label) for m in quick.models}
    assert ("modular", "supported") in labels
    assert not any(label == "refuted" for _, label in labels)


@pytest.mark.slow
def test_a_run_that_was_stopped_measures_only_what_is_missing(
    quick: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = run.Folders(tmp_path, tmp_path / "results.jsonl")
    untrained = [s for s in run.QUICK if s.kind == "untrained"]
    format_ = [s for s in run.QUICK if s.kind == "format-modular"]
    first = run.run([untrained], folders, workers=1, progress=silent)
    with folders.results.open("a", encoding="utf-8") as file:
        file.write('{"type": "model", "na')  # the power failed here

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "_train", stop)
    with pytest.raises(Interrupted):
        run.run([untrained, format_], folders, workers=1, progress=silent)
    assert read_results(folders.results).models == first.models
    monkeypatch.setattr(run, "_check", stop)
    again = run.run([untrained], folders, workers=1, progress=silent)
    assert again == first
    assert {m.name for m in again.models} <= {m.name for m in quick.models}


def test_planted_runs_are_standard_runs_in_all_that_decides() -> None:
    standard = BUDGETS["standard"]
    left_out = {"formats", "doses", "dose_random", "norm_random", "shuffles", "perplexity"}  # they decide nothing
    planted, real = BUDGET.model_dump(exclude={"variants"}), standard.model_dump(exclude={"variants"})
    assert {name for name in real if planted[name] != real[name]} <= left_out
    assert BUDGET.variants == tuple(v for v in standard.variants if v.localizer != "contrast_set")
    assert set(CLAIMS) == {"region", "necessity", "selectivity", "dissociation"}
