"""The real tables of Han, Andreas, Fedorenko & de Varda 2026: their figures exactly, and what they leave unsaid."""

from pathlib import Path

import pytest

from verify.reanalysis import Confound, DomainVerdict, Reanalysis, reanalyse


@pytest.fixture(scope="module")
def record(shared_data: Path) -> Reanalysis:
    return reanalyse(shared_data / "han2026")


def confound(record: Reanalysis, kind: str, *domains: str) -> Confound:
    return next(c for c in record.confounds if c.kind == kind and (not domains or c.domains == domains))


def verdict(record: Reanalysis, *domains: str) -> DomainVerdict:
    return next(v for v in record.verdicts if v.domains == domains)


def test_the_published_overlap_comes_out_exactly(record: Reanalysis) -> None:
    found = record.overlap
    assert found is not None
    assert found.percent == 0.1
    assert found.n_tasks == 46
    assert (round(found.within, 2), round(found.across, 2)) == (12.92, 2.99)
    assert found.ratio == pytest.approx(4.32, abs=0.005)
    assert found.ari == pytest.approx(0.784, abs=0.0005)


def test_the_published_lesions_come_out_exactly(record: Reanalysis) -> None:
    found = record.lesion
    assert found is not None
    assert (round(found.within, 2), round(found.across, 2)) == (25.88, 2.52)
    assert found.ratio == pytest.approx(10.29, abs=0.005)
    assert found.n_tasks == 46


def test_the_published_agreement_of_models_comes_out_exactly(record: Reanalysis) -> None:
    found = record.consistency
    assert found.overlap_tau == pytest.approx(0.70, abs=0.005)
    assert found.lesion_tau == pytest.approx(0.59, abs=0.005)
    assert found.n_models == 6
    assert found.left_out == ("openai-community_gpt2",)


def test_two_physics_tasks_are_missing_from_the_headline(record: Reanalysis) -> None:
    found = confound(record, "left_out_tasks", "phys")
    assert "phys/material" in found.text
    assert "phys/spatial" in found.text
    assert found.lesion is not None
    assert (round(found.lesion.within, 2), round(found.lesion.across, 2)) == (24.66, 2.61)
    assert found.ratio == pytest.approx(9.43, abs=0.005)


def test_physics_against_social_is_not_shown_once_format_is_matched(record: Reanalysis) -> None:
    found = confound(record, "format", "ToM", "phys")
    assert found.verdict == "not_shown"
    assert "10 tasks (3 + 7)" in found.text
    assert found.overlap is not None
    assert found.lesion is not None
    assert (round(found.overlap.within, 1), round(found.overlap.across, 1)) == (12.6, 11.3)
    assert (round(found.lesion.within, 1), round(found.lesion.across, 1)) == (16.9, 12.5)
    assert found.ratio == pytest.approx(1.12, abs=0.005)
    assert found.p == pytest.approx(19 / 120)
    assert found.lesion.p == pytest.approx(29 / 120)
    assert found.smallest_p == pytest.approx(1 / 120)
    assert "would have been found 8 times in 10" in found.text


def test_with_whole_families_relabelled_physics_against_social_is_not_shown_either(record: Reanalysis) -> None:
    found = verdict(record, "ToM", "phys")
    assert found.verdict == "not_shown"
    assert found.overlap is not None
    assert (found.overlap.labellings, found.overlap.exact, found.overlap.n_families) == (36, True, 9)
    assert found.overlap.p > 0.05
    assert found.overlap.smallest_p == pytest.approx(1 / 36)
    assert found.overlap.detectable_ratio is not None
    assert 1.1 < found.overlap.detectable_ratio < 1.5


def test_language_cannot_be_told_from_the_format_it_is_asked_in(record: Reanalysis) -> None:
    assert {t.format for t in record.tasks if t.domain == "Lan"} == {"completion"}
    assert verdict(record, "Lan").verdict == "undecided"
    assert "no format is shared" in confound(record, "format", "Lan").text


def test_no_domain_is_shown_to_be_separate(record: Reanalysis) -> None:
    assert {v.verdict for v in record.verdicts} == {"not_shown", "undecided"}
    assert len(record.verdicts) == 1 + 4 + 6


def test_clusters_agree_with_formats_at_least_as_well_as_with_domains(record: Reanalysis) -> None:
    found = record.overlap
    assert found is not None
    assert found.ari_format is not None
    assert found.ari_domain_same_tasks is not None
    assert found.ari_format > found.ari_domain_same_tasks
    assert found.ari_format == pytest.approx(0.94, abs=0.005)
    assert confound(record, "cluster_labels").verdict == "not_shown"
    assert set(found.variance_shares) == {"domain", "format", "family"}
    assert found.variance_shares["format"] > found.variance_shares["domain"] > 0


def test_near_duplicates_inflate_the_mean(record: Reanalysis) -> None:
    """Families guessed from names: another list of families gives other figures."""
    found = confound(record, "same_family").overlap
    assert found is not None
    assert (round(found.within, 1), round(found.across, 1)) == (25.0, 10.8)


def test_ratio_and_clusters_depend_on_the_threshold(record: Reanalysis) -> None:
    assert record.overlap is not None
    found = {t.percent: t for t in record.overlap.by_threshold}
    ratios = {p: round(t.ratio, 2) for p, t in found.items() if t.ratio is not None}
    assert ratios == {0.05: 5.35, 0.1: 4.32, 1.0: 2.11, 5.0: 1.38}
    aris = [round(t.ari, 2) for t in found.values()]
    assert (min(aris), max(aris)) == (0.31, 0.78)
    assert confound(record, "threshold").verdict == "not_shown"


def test_a_model_outside_the_average_is_mentioned(record: Reanalysis) -> None:
    found = confound(record, "left_out_model")
    assert "openai-community_gpt2" in found.text
    assert found.ratio == pytest.approx(2.67, abs=0.005)


def test_ten_tasks_share_one_few_shot_template(record: Reanalysis) -> None:
    shared = [t.domain for t in record.tasks if t.format == "few-shot Context/Answer"]
    assert (len(shared), shared.count("phys"), shared.count("ToM")) == (10, 7, 3)


def test_what_is_not_known_is_said(record: Reanalysis) -> None:
    said = " ".join(record.guessed)
    assert "How 3 of 46 tasks were asked is not known (ToM/agent" in said
    assert "families) was guessed" in said
    assert record.notes == (), "the published average is the mean of the six models"


def test_results_alone_decide_nothing(shared_data: Path, tmp_path: Path) -> None:
    (tmp_path / "results").symlink_to(shared_data / "han2026" / "results")
    found = reanalyse(tmp_path)
    assert {v.verdict for v in found.verdicts} == {"undecided"}
    assert found.overlap is not None
    assert found.overlap.ari == pytest.approx(0.784, abs=0.0005)
