"""Published matrices whose truth is known: only domains that separate among like tasks may be called shown."""

import csv
from pathlib import Path

import numpy as np
import pytest

from verify.reanalysis import Reanalysis, reanalyse

DOMAINS = ("language", "math", "social")
FAMILIES, COPIES = 6, 2


def plant(
    folder: Path, *, domain: float = 0.0, form: float = 0.0, family: float = 0.0, tied: float = 0.5, seed: int = 0,
    shuffled: bool = False, formats_given: bool = True,
) -> Path:  # fmt: skip
    """Write overlap.csv, lesion.csv and tasks.csv.

    Two tasks share about 0.05, and `domain`, `form` and `family` more if they have that in common. `tied` is the share
    of a domain's families that are asked in the domain's own format (0.5: formats say nothing about domains).
    """
    rng = np.random.default_rng([seed, 11])
    rows = []
    for d, name in enumerate(DOMAINS):
        own = round(tied * FAMILIES)
        for f in range(FAMILIES):
            asked = "question" if (f < own) == (d % 2 == 0) else "completion"
            rows += [(f"{name}/task{f}{'ab'[c]}", name, asked, f"family{f}") for c in range(COPIES)]
    if shuffled:
        rows = [rows[i] for i in rng.permutation(len(rows))]
        rng = np.random.default_rng([seed, 11])
    order = sorted(range(len(rows)), key=lambda i: rows[i][0])
    ranked = [rows[i] for i in order]
    shared = np.array(
        [
            [domain * (a[1] == b[1]) + form * (a[2] == b[2]) + family * (a[1] == b[1] and a[3] == b[3]) for b in ranked]
            for a in ranked
        ]
    )
    weight = rng.gamma(8.0, 1 / 8, len(rows))
    folder.mkdir(parents=True, exist_ok=True)
    back = np.argsort(order)
    for kind in ("overlap", "lesion"):
        values = (0.05 + shared) * np.outer(weight, weight) * rng.gamma(4.0, 1 / 4, shared.shape)
        values = np.clip((values + values.T) / 2 if kind == "overlap" else values, 0.0, 1.0)
        np.fill_diagonal(values, 1.0)
        values = values[np.ix_(back, back)]
        with (folder / f"{kind}.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["", *(r[0] for r in rows)])
            writer.writerows([r[0], *(f"{v:.6f}" for v in line)] for r, line in zip(rows, values, strict=True))
    with (folder / "tasks.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["task", "domain", "format", "family"])
        writer.writerows((r[0], r[1], r[2] if formats_given else "", r[3]) for r in rows)
    return folder


def verdicts(record: Reanalysis) -> dict[tuple[str, ...], str]:
    return {v.domains: v.verdict for v in record.verdicts}


@pytest.mark.parametrize("seed", range(2))
def test_domains_that_do_separate_are_shown_everywhere(tmp_path: Path, seed: int) -> None:
    record = reanalyse(plant(tmp_path, domain=0.15, seed=seed))
    assert set(verdicts(record).values()) == {"shown"}
    assert len(record.verdicts) == 1 + 3 + 3
    by_kind = {c.kind: c for c in record.confounds if c.kind != "format"}
    assert by_kind["cluster_labels"].verdict == "shown"


@pytest.mark.parametrize("seed", range(2))
def test_domains_still_show_beside_formats_and_near_duplicates(tmp_path: Path, seed: int) -> None:
    record = reanalyse(plant(tmp_path, domain=0.2, form=0.1, family=0.3, tied=2 / 3, seed=seed))
    assert verdicts(record)[DOMAINS] == "shown"
    assert "not_shown" not in verdicts(record).values()


@pytest.mark.parametrize("seed", range(4))
def test_formats_that_go_with_domains_are_not_taken_for_domains(tmp_path: Path, seed: int) -> None:
    record = reanalyse(plant(tmp_path, form=0.6, tied=5 / 6, seed=seed))
    assert record.overlap is not None
    assert record.overlap.ratio is not None
    assert record.overlap.ratio > 1.3, "unmatched, it looks like domains"
    assert "shown" not in verdicts(record).values()
    clusters = next(c for c in record.confounds if c.kind == "cluster_labels")
    assert clusters.verdict == "not_shown"


@pytest.mark.parametrize("seed", range(4))
def test_near_duplicates_are_not_taken_for_domains(tmp_path: Path, seed: int) -> None:
    record = reanalyse(plant(tmp_path, family=0.6, seed=seed))
    assert record.overlap is not None
    assert record.overlap.ratio is not None
    assert record.overlap.ratio > 1.5, "with near-duplicates in, it looks like domains"
    assert "shown" not in verdicts(record).values()
    family = next(c for c in record.confounds if c.kind == "same_family")
    assert family.verdict != "shown"
    assert family.ratio is not None
    assert family.ratio > 4


@pytest.mark.parametrize("seed", range(2))
def test_a_domain_that_has_a_format_to_itself_stays_undecided(tmp_path: Path, seed: int) -> None:
    record = reanalyse(plant(tmp_path, domain=0.3, tied=1.0, seed=seed))
    found = verdicts(record)
    assert found["math",] == found["language", "math"] == "undecided"
    assert found["language", "social"] == "shown", "these two are asked in the same way"
    sole = next(c for c in record.confounds if c.kind == "format" and c.domains == ("math",))
    assert "no format is shared" in sole.text


def test_without_formats_nothing_is_shown(tmp_path: Path) -> None:
    record = reanalyse(plant(tmp_path, domain=0.3, formats_given=False))
    assert set(verdicts(record).values()) == {"undecided"}
    assert "not known" in record.guessed[0]


def test_nothing_at_all_is_not_shown_and_rarely_shown_by_luck(tmp_path: Path) -> None:
    found = [verdicts(reanalyse(plant(tmp_path / str(seed), seed=seed))) for seed in range(3)]
    assert not any("shown" in v.values() for v in found)


def test_the_order_of_tasks_and_files_changes_nothing(tmp_path: Path) -> None:
    first = reanalyse(plant(tmp_path / "a", domain=0.1, form=0.1, family=0.1))
    second = reanalyse(plant(tmp_path / "b", domain=0.1, form=0.1, family=0.1, shuffled=True))
    kept = {"source"}
    assert second.model_dump(exclude=kept) == first.model_dump(exclude=kept)


def test_the_same_seed_gives_the_same_record_and_another_seed_the_same_verdicts(tmp_path: Path) -> None:
    folder = plant(tmp_path, domain=0.15)
    assert reanalyse(folder) == reanalyse(folder)
    assert verdicts(reanalyse(folder, seed=5)) == verdicts(reanalyse(folder))


def test_an_overlap_alone_or_lesions_alone_are_enough(tmp_path: Path) -> None:
    for kind in ("overlap", "lesion"):
        folder = plant(tmp_path / kind, domain=0.2)
        (folder / f"{kind}.csv").unlink()
        record = reanalyse(folder)
        assert (record.overlap is None, record.lesion is None) == (kind == "overlap", kind == "lesion")
        assert verdicts(record)[DOMAINS] == "shown"
        assert '"NaN"' not in record.to_json()
        assert "NaN" not in record.to_json()


def test_tables_that_disagree_leave_it_undecided(tmp_path: Path) -> None:
    one, other = plant(tmp_path / "one", domain=0.3), plant(tmp_path / "other")
    (one / "lesion.csv").write_text((other / "lesion.csv").read_text())
    record = reanalyse(one)
    assert verdicts(record)[DOMAINS] == "undecided"
    every = next(v for v in record.verdicts if v.domains == DOMAINS)
    assert every.overlap is not None
    assert every.lesion is not None
    assert (every.overlap.verdict, every.lesion.verdict) == ("shown", "not_shown")
    assert "disagree" in every.why


def test_thresholds_that_matter_are_said(tmp_path: Path) -> None:
    few, many = plant(tmp_path / "few", domain=0.2), plant(tmp_path / "many", domain=0.005)
    (few / "overlap.csv").rename(few / "overlap_0.1pct.csv")
    (few / "overlap_5pct.csv").write_text((many / "overlap.csv").read_text())
    (few / "lesion.csv").rename(few / "lesion_0.1pct.csv")
    record = reanalyse(few)
    assert record.overlap is not None
    assert record.overlap.percent == 0.1
    found = next(c for c in record.confounds if c.kind == "threshold")
    assert found.verdict == "not_shown"
    assert [t.percent for t in record.overlap.by_threshold] == [0.1, 5.0]
    assert found.ratio == min(t.ratio for t in record.overlap.by_threshold if t.ratio is not None)
