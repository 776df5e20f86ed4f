"""What the experiments make of planted truths, and what they say where something is missing."""

from dataclasses import replace

import numpy as np
import pytest

from claims.thresholds import thresholds
from tests.verify.lesion_tables import (
    CELLS,
    CONTROL,
    DOMAINS,
    FAMILIES,
    FORMATS,
    RANDOMS,
    READINGS,
    ask,
    cells_of,
    decisions,
    module,
    nothing,
    table,
)
from verify.damage import Cell, Damage, Row
from verify.experiments.base import each_lesion

# --- planted truths --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("share", [1, 4])
def test_a_module_is_necessary_specific_and_general(domain: str, share: int) -> None:
    damage = table(module, share=share)
    for reading in READINGS:
        outcome = ask(reading, damage, domain)
        assert outcome.decision == "supported", outcome.why
        assert outcome.interval is not None
        assert outcome.interval.mean == pytest.approx(0.9, abs=0.05)
        assert outcome.p is not None
        assert outcome.p == 1 / (1 + RANDOMS) if reading == "necessary" else outcome.p < 1e-4
        assert set(outcome.families) == {f"{domain}{k}" for k in range(FAMILIES)}
        assert outcome.n_tasks == FAMILIES
        assert outcome.n_items == 4 * FAMILIES * len(FORMATS)


def test_lesions_that_do_nothing_refute_every_reading() -> None:
    assert decisions(table(nothing)) == dict.fromkeys(READINGS, "refuted")


def test_effects_that_differ_much_between_families_leave_every_reading_undecided() -> None:
    """Two families of five break: a mean of 0.36, and an interval from below zero to far above."""

    def some(row: Row, cell: Cell) -> float:
        return module(row, cell) if cell.family[-1] in "01" else 0.0

    outcomes = [ask(reading, table(some)) for reading in READINGS]
    assert [o.decision for o in outcomes] == ["undecided"] * 3
    for outcome in outcomes:
        assert outcome.interval is not None
        assert "reaches to both sides" in outcome.why


def test_the_interval_alone_decides() -> None:
    """The same mean, above the smallest effect: supported where families agree, undecided where they do not."""
    spread = {"0": 0.5, "1": -0.5, "2": 0.25, "3": -0.25, "4": 0.0}
    for scale, expected in ((0.1, "supported"), (0.8, "undecided")):

        def effect(row: Row, cell: Cell, scale: float = scale) -> float:
            return 0.4 + scale * spread[cell.family[-1]] if row.source == cell.domain else 0.0

        outcome = ask("necessary", table(effect, noise=0.001))
        assert outcome.interval is not None
        assert outcome.interval.mean == pytest.approx(0.4, abs=0.01)
        assert outcome.decision == expected


def test_damage_to_every_domain_alike_is_necessary_and_not_specific() -> None:
    def everything(row: Row, _: Cell) -> float:
        return 0.0 if row.source == "random" else 0.9

    assert decisions(table(everything)) == {"necessary": "supported", "specific": "refuted", "general": "refuted"}


def test_units_that_do_not_reach_left_out_families_are_not_general() -> None:
    """A task circuit for each family: together they break the domain, each left-out family is spared."""

    def circuits(row: Row, cell: Cell) -> float:
        return module(row, cell) if row.left_out != cell.family else 0.0

    assert decisions(table(circuits)) == {"necessary": "supported", "specific": "supported", "general": "refuted"}


def test_a_region_that_the_other_domains_lesions_break_too_is_not_specific() -> None:
    """Forward alone would do: the math lesion spares the others, but the others' lesions do not spare math."""

    def hub(row: Row, cell: Cell) -> float:
        return 0.9 if row.source != "random" and cell.domain == "math" else module(row, cell)

    assert decisions(table(hub))["specific"] == "refuted"
    assert decisions(table(hub))["necessary"] == "supported"


def test_a_region_that_is_shared_with_one_domain_alone_is_not_the_domains_own() -> None:
    """The mean over three other domains would be above the smallest effect: two of them are spared."""

    def with_social(row: Row, cell: Cell) -> float:
        shared = {"math", "social"}
        return 0.9 if {row.source, cell.domain} <= shared else module(row, cell)

    found = {reading: ask(reading, table(with_social)) for reading in READINGS}
    assert {r: o.decision for r, o in found.items()} == {
        "necessary": "supported", "specific": "refuted", "general": "refuted",
    }  # fmt: skip
    assert "not against social" in found["specific"].why
    assert {r: o.against for r, o in found.items()} == {"necessary": None, "specific": "social", "general": "social"}
    assert {ask(reading, table(module)).against for reading in READINGS} == {None}
    assert found["general"].interval is not None
    assert found["general"].interval.mean == pytest.approx(0.0, abs=0.05)


def test_support_is_held_back_where_one_domain_alone_is_in_doubt() -> None:
    """The math lesion hits social where nouns are asked for and less elsewhere: too uncertain to refute or to pass."""

    def half_shared(row: Row, cell: Cell) -> float:
        if row.source == "math" and cell.domain == "social":
            return 0.9 if cell.answer == "noun" else 0.64
        return module(row, cell)

    for reading in ("specific", "general"):
        outcome = ask(reading, table(half_shared))
        assert outcome.interval is not None
        assert outcome.interval.low > thresholds().smallest_effect[reading], "the mean over the others would pass"
        assert outcome.decision == "undecided"
        assert "but against social alone" in outcome.why
        assert outcome.against == "social"


def test_a_place_where_digits_are_written_is_not_specific_to_math() -> None:
    """Math asks for digits, so does the control battery; the lesion breaks digits wherever they are asked for."""
    cells = [
        *cells_of("language"),
        *cells_of("math", answers=("digit",)),
        *cells_of("social"),
        *cells_of(CONTROL, answers=("digit",)),
    ]

    def digits(row: Row, cell: Cell) -> float:
        if row.source == "math":
            return 0.9 if cell.answer == "digit" else 0.0
        return module(row, cell)

    damage = table(digits, cells)
    assert decisions(damage) == {"necessary": "supported", "specific": "refuted", "general": "refuted"}
    alone = ask("specific", damage, against=DOMAINS)  # without the control battery nothing can be compared
    assert alone.decision == "undecided"


def test_boosting_the_other_domains_is_not_sparing_them() -> None:
    def boost(row: Row, cell: Cell) -> float:
        return -0.9 if row.source == "math" and cell.domain != "math" else module(row, cell)

    assert decisions(table(boost)) == {"necessary": "supported", "specific": "refuted", "general": "refuted"}


def test_boosting_the_own_domain_is_not_damage() -> None:
    def boost(row: Row, cell: Cell) -> float:
        return -module(row, cell)

    assert decisions(table(boost)) == dict.fromkeys(READINGS, "refuted")


def test_what_random_lesions_break_as_well_is_subtracted() -> None:
    def fragile(row: Row, cell: Cell) -> float:
        if row.source == "random" and cell.domain == "math":
            return 0.6
        return module(row, cell)

    for reading in READINGS:
        outcome = ask(reading, table(fragile))
        assert outcome.interval is not None
        assert outcome.interval.mean == pytest.approx(0.3, abs=0.05)


def test_one_random_lesion_as_strong_as_the_domains_own_leaves_it_undecided() -> None:
    strong = Row("random", "zero", 1.0, seed=7, matched="math")

    def lucky(row: Row, cell: Cell) -> float:
        return 0.97 if row == strong and cell.domain == "math" else module(row, cell)

    outcome = ask("necessary", table(lucky))
    assert outcome.interval is not None
    assert outcome.interval.low > thresholds().smallest_effect["necessary"]
    assert outcome.decision == "undecided"
    assert "random lesion did as much damage" in outcome.why
    assert outcome.p == 2 / (1 + RANDOMS)


def test_random_lesions_matched_to_another_domain_are_no_comparison() -> None:
    def lucky(row: Row, cell: Cell) -> float:
        return 0.97 if row.source == "random" and row.matched == "social" else module(row, cell)

    assert decisions(table(lucky)) == dict.fromkeys(READINGS, "supported")


def test_one_direction_surely_below_the_smallest_effect_refutes_specificity() -> None:
    """Both directions are asked for. Backward is surely too small (0.15 in every family); that forward is open, with
    a smaller mean and a wide interval, cannot save it.
    """
    answers = tuple(f"type{k}" for k in range(FAMILIES))
    cells = [
        Cell(domain, f"{domain}{k}", f"{domain}{k}", format_, answers[k])
        for domain in (*DOMAINS, CONTROL)
        for k in range(FAMILIES)
        for format_ in FORMATS
    ]
    spared = dict(zip(answers, (0.99, 0.99, 0.99, 0.3, 0.7), strict=True))

    def effect(row: Row, cell: Cell) -> float:
        if row.source == "math":
            return 0.9 if cell.domain == "math" else spared[cell.answer]
        return 0.75 if cell.domain == "math" and row.source in DOMAINS else 0.0

    outcome = ask("specific", table(effect, cells, noise=0.005))
    assert outcome.decision == "refuted", outcome.why


# --- what is missing -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reading", READINGS)
def test_under_three_families_a_reading_is_undecided_and_says_why(reading: str) -> None:
    cells = [c for c in CELLS if c.domain != "math"] + cells_of("math", families=2)
    outcome = ask(reading, table(module, cells))
    assert outcome.decision == "undecided"
    assert outcome.interval is None
    assert "only 2 of the families" in outcome.why


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("randoms", [0, 1, 19])
def test_under_twenty_random_lesions_a_reading_is_undecided_and_says_why(reading: str, randoms: int) -> None:
    outcome = ask(reading, table(module, randoms=randoms))
    assert outcome.decision == "undecided"
    assert "random lesions were run" in outcome.why


@pytest.mark.parametrize("reading", READINGS)
def test_a_domain_that_the_model_cannot_do_is_not_testable_and_never_refuted(reading: str) -> None:
    damage = table(module, [c for c in CELLS if c.domain != "math"], domains=("language", "social"))
    assert ask(reading, damage).decision == "not_testable"


@pytest.mark.parametrize("reading", ["specific", "general"])
def test_without_a_domain_to_compare_with_a_reading_is_undecided(reading: str) -> None:
    assert ask(reading, table(module), against=("math",)).decision == "undecided"


@pytest.mark.parametrize("reading", READINGS)
def test_random_lesions_scored_on_a_quarter_of_a_domains_cells_say_what_all_of_them_say(reading: str) -> None:
    """Families that were dealt out anew come from other domains, where random lesions are scored on some cells only."""
    whole = table(module, randoms=100)
    kept = whole.kept.copy()
    for i, row in enumerate(whole.rows):
        for j in range(len(whole.cells)) if row.source == "random" else ():
            if ((row.seed or 0) + j) % 4:
                kept[i, j] = np.nan
    full, partial = ask(reading, whole), ask(reading, replace(whole, kept=kept))
    assert full.interval is not None
    assert partial.interval is not None
    assert full.decision == partial.decision == "supported"
    assert partial.interval.mean == pytest.approx(full.interval.mean, abs=0.02)
    assert partial.interval.half_width == pytest.approx(full.interval.half_width, abs=0.02)


def test_what_each_lesion_adds_sums_to_what_is_known_and_follows_the_lesions_that_do_more() -> None:
    rng = np.random.default_rng(0)
    whole = rng.normal(size=(40, 30)) + np.linspace(0, 3, 40)[:, None]
    np.testing.assert_allclose(each_lesion(whole), whole.mean(1))
    partial = np.where(rng.random(whole.shape) < 0.4, whole, np.nan)
    each = each_lesion(partial)
    assert each.mean() == pytest.approx(np.nanmean(partial))
    assert np.corrcoef(each, np.linspace(0, 3, 40))[0, 1] > 0.8
    assert np.isnan(each_lesion(np.full((3, 2), np.nan))).all()


# --- what cannot be told from one comparison -------------------------------------------------------------------------


def few_matches(shared_with: str | None) -> Damage:
    """Two of five math families ask for nouns, as the other domains do; the rest for digits, as the control does.

    Math has a module, which is that of another domain too where one is named.
    """
    answers = {"language": ("noun",), "social": ("noun",), CONTROL: ("digit",)}
    cells = [cell for d, some in answers.items() for cell in cells_of(d, answers=some)]
    cells += [replace(c, answer="digit" if c.family[-1] in "234" else "noun") for c in cells_of("math")]

    def effect(row: Row, cell: Cell) -> float:
        one = {"math", shared_with}
        return 0.9 if {row.source, cell.domain} <= one else module(row, cell)

    return table(effect, cells)


def test_a_region_shared_with_a_domain_that_hardly_matches_is_not_specific() -> None:
    """The tasks that can be compared are those of the control alone, which is spared."""
    found = {reading: ask(reading, few_matches("social")) for reading in ("specific", "general")}
    assert found["specific"].decision == "refuted"
    assert "not against social" in found["specific"].why
    assert found["general"].decision == "undecided"
    assert "against language and social alone it cannot be told" in found["general"].why


def test_support_needs_a_comparison_with_every_domain_that_can_be_lesioned() -> None:
    for reading in ("specific", "general"):
        outcome = ask(reading, few_matches(None))
        assert outcome.interval is not None
        assert outcome.interval.low > thresholds().smallest_effect[reading]
        assert outcome.decision == "undecided"
        assert "cannot be told" in outcome.why


@pytest.mark.parametrize("reading", ["specific", "general"])
def test_other_domains_whose_families_differ_make_the_interval_longer(reading: str) -> None:
    """Other families of theirs would have been damaged otherwise."""

    def effect(row: Row, cell: Cell, spread: float) -> float:
        own = module(row, cell)
        if row.source == "math" and cell.domain != "math":
            return 0.3 + spread * (int(cell.family[-1]) - 2)
        return own

    widths = []
    for spread in (0.0, 0.1, 0.2):
        outcome = ask(reading, table(lambda r, c, s=spread: effect(r, c, s), noise=0.01))  # type: ignore[misc]
        assert outcome.interval is not None
        widths.append(outcome.interval.half_width)
    assert widths[0] < widths[1] < widths[2]


@pytest.mark.parametrize("reading", ["specific", "general"])
def test_p_is_of_damage_to_others_alike_and_not_of_damage_alone(reading: str) -> None:
    """Lesions break everything alike, random ones nothing: p is uniform or larger, as it is of no specific effect."""
    found = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        damage = {c.family: rng.normal(0.5, 0.15) for c in CELLS}

        def alike(row: Row, cell: Cell, damage: dict[str, float] = damage) -> float:
            return 0.0 if row.source == "random" else float(damage[cell.family])

        p = ask(reading, table(alike, seed=seed)).p
        assert p is not None
        found.append(p)
    for a in (0.05, 0.2):
        assert np.mean(np.array(found) <= a) <= a + 2.6 * np.sqrt(a * (1 - a) / len(found))
