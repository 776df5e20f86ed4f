"""Figures: what is drawn is what is in the record, and grey alone tells more from less."""

import itertools

import pytest
from reportlab.graphics.shapes import Circle, Drawing, Group, Path
from reportlab.lib.colors import Color, HexColor
from reportlab.pdfbase.pdfmetrics import stringWidth

from claims import Reading
from reports.chance import layer_band
from reports.figures import (
    dose_curves,
    dose_key,
    forest_plots,
    heads,
    label_symbol,
    layer_profiles,
    lesion_matrices,
    task_matrices,
    task_rows,
    units_map,
)
from reports.figures.lesion_rows import matrix_rows
from reports.figures.matrix import ink_on, shade
from reports.html.svg import svg
from reports.html.text import escape
from reports.lesions import mean, mean_kept, random_lesions
from reports.letters import ELLIPSIS
from reports.numbers import cell_number, in_style, interval, number, p_value, percent
from reports.style import HEIGHT, NOTE, SMALLEST, WIDTH
from tests.reports.parts import strings
from tests.verify.made_readings import result
from verify.lesion_record import DosePoint, RegionRecord
from verify.record import FactCheck, ReadingResult
from verify.wording import ANSWERS


def test_darker_means_less_is_left() -> None:
    levels = [shade(v / 20).red for v in range(-20, 41)]
    assert levels == sorted(levels)
    assert shade(-9) == shade(-0.5)
    assert shade(9) == shade(1.5)
    assert shade(0).red < shade(0.5).red < shade(1).red < shade(1.5).red


def contrast(one: Color, other: Color) -> float:
    """Of WCAG 2: (lighter + 0.05) / (darker + 0.05)."""

    def luminance(colour: Color) -> float:
        parts = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in colour.rgb()]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_number_in_every_cell_can_be_read() -> None:
    for k in range(-200, 301):
        fill = shade(k / 100)
        assert contrast(fill, ink_on(fill)) >= 4.5, k / 100


def test_notes_are_dark() -> None:
    assert contrast(NOTE, HexColor("#f1f3f5")) >= 7


def test_matrices_hold_every_column_and_fit_on_a_page(rich_record: FactCheck) -> None:
    for table in rich_record.lesions.values():
        drawings = list(lesion_matrices(table))
        families = {s.text for d in drawings for s in strings(d)}
        assert {name.split("/")[1] for name in table.columns} <= families
        for drawing in drawings:
            assert drawing.width <= WIDTH + 0.01
            assert drawing.height < HEIGHT
            assert min(s.fontSize for s in strings(drawing)) >= SMALLEST


def test_random_lesions_become_their_mean_lowest_and_highest(rich_record: FactCheck) -> None:
    table = next(iter(rich_record.lesions.values()))
    rows = matrix_rows(table)
    at = next(i for i, row in enumerate(rows) if row.name == "random (math) off: mean")
    chosen = random_lesions(table, "math", "zero")
    assert len(chosen) == 20
    values = [v for i in chosen if (v := table.kept[i][0]) is not None]
    assert rows[at].values[0] == pytest.approx(sum(values) / len(values))
    assert rows[at + 1].values[0] == min(values)
    assert rows[at + 2].values[0] == max(values)


def test_mean_kept_leaves_out_what_was_not_scored(rich_record: FactCheck) -> None:
    table = next(iter(rich_record.lesions.values()))
    row = next(i for i, r in enumerate(table.rows) if r.left_out is not None)
    known = [v for v in table.kept[row] if v is not None]
    assert None in table.kept[row]
    assert mean_kept(table, row, range(len(table.columns))) == pytest.approx(sum(known) / len(known))
    assert mean_kept(table, row, []) is None


def test_forest_plots_print_each_effect_and_its_interval(rich_record: FactCheck) -> None:
    texts = [s.text for d in forest_plots(rich_record.readings) for s in strings(d)]
    for reading in rich_record.readings:
        for numbers in reading.by_model.values():
            if numbers.effect is not None:
                assert number(numbers.effect) in texts
                assert interval(numbers.ci) in texts


AXIS = 9  # the ticks of a forest plot stand below


def axis(drawing: Drawing) -> tuple[list[str], float]:
    """The ticks of a forest plot from left to right, and where 0 is."""
    ticks = sorted((s.x, s.text) for s in strings(drawing) if s.textAnchor == "middle" and s.y < AXIS)
    return [text for _, text in ticks], next(x for x, text in ticks if float(text.replace("\u2212", "-")) == 0)


def test_shares_of_an_ability_have_one_scale_and_other_readings_their_own_with_0_in_one_place() -> None:
    def plotted(reading: Reading, ci: tuple[float, float], smallest: float) -> ReadingResult:
        numbers = {"effect": sum(ci) / 2, "ci": ci, "smallest_effect": smallest}
        made = result(reading, "undecided")
        return made.model_copy(update={**numbers, "by_model": {"a": made.by_model["a"].model_copy(update=numbers)}})

    drawings = forest_plots(
        [
            plotted("necessary", (0.7, 0.9), 0.25), plotted("general", (-0.1, 0.2), 0.15),
            plotted("separate", (-0.01, 0.07), 0.05), plotted("separate", (-0.01, 0.2), 0.05),
            plotted("selective", (-3.0, 18.0), 0.5),
        ]
    )  # fmt: skip
    ticks, zeros = zip(*map(axis, drawings), strict=True)
    assert ticks[0] == ticks[1] == ["\u22120.5", "0.0", "0.5", "1.0", "1.5"]
    assert ticks[2] == ticks[3] == ["\u22120.1", "0.0", "0.1", "0.2", "0.3"], "of two domains"
    assert ticks[4] == ["\u221210", "0", "10", "20", "30"]
    assert len(set(zeros)) == 1
    wide = forest_plots([plotted("necessary", (0.7, 0.9), 0.25), plotted("general", (-9.0, 11.0), 0.15)])
    assert [axis(d)[0][-1] for d in wide] == ["3", "3"], "one wide interval does not hide the others"


def test_readings_without_an_effect_have_no_forest_plot(rich_record: FactCheck) -> None:
    assert forest_plots([r for r in rich_record.readings if not r.by_model]) == []


def test_layer_profiles_state_units_found_and_what_chance_gives() -> None:
    region = RegionRecord(domain="math", per_layer=(0, 10, 30, 0), asked=38)
    (drawing,) = layer_profiles({"gemma": ([region], 20)})
    texts = [s.text for s in strings(drawing)]
    assert {"gemma", "math", "40 found, 38 asked for"} <= set(texts)
    low, high = layer_band(40, 4, 20)
    assert 0 < low < 10 < high < 20
    assert f"layer; chance: {low} to {high}" in texts


def test_every_verdict_has_a_symbol_of_its_own() -> None:
    looks = set()
    for label in ANSWERS:
        (group,) = label_symbol(label, 36).contents
        looks.add(tuple((type(part).__name__, *getattr(part, "points", ())) for part in group.contents))
    assert len(looks) == len(ANSWERS)


@pytest.mark.parametrize(
    ("value", "text"), [(None, "\u2013"), (-0.001, "0.00"), (-0.5, "\u22120.50"), (0.125, "0.12"), (12.3456, "12.35")]
)
def test_numbers_have_two_decimals_a_true_minus_and_no_minus_zero(value: float | None, text: str) -> None:
    assert number(value) == text


def test_narrow_cells_have_short_numbers() -> None:
    assert [cell_number(v) for v in (0.071, -0.42, 12.3, -123.4)] == ["0.07", "\u22120.42", "12", "\u2212123"]


def test_shares_are_in_per_cent_with_a_blank_before_the_sign() -> None:
    assert [percent(v) for v in (None, 0.97, -0.2)] == ["\u2013", "97 %", "\u221220 %"]
    assert percent(0.1254, 1) == "12.5 %"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("is -0.04 [-0.12, 0.03], all below 0.05", "is \u22120.04 (\u22120.12 to 0.03), all below 0.05"),
        ("97% of gemma-3-270m, 2026-10-01, few-shot", "97 % of gemma-3-270m, 2026-10-01, few-shot"),
        ("a list [1, two]", "a list [1, two]"),
    ],
)
def test_sentences_of_the_method_get_the_style_of_the_report(written: str, shown: str) -> None:
    assert in_style(written) == shown


def test_small_p_values_are_bounded() -> None:
    assert [p_value(p) for p in (None, 0.0476, 0.0001)] == ["\u2013", "0.048", "< 0.001"]


def test_a_task_that_the_model_cannot_do_has_a_crossed_row_and_no_number(small_record: FactCheck) -> None:
    (model,) = small_record.lesions
    rows = task_rows(small_record.lesions[model], small_record.controls[model].gate)
    cannot = [row for row in rows if row.values is None]
    assert {row.name for row in cannot} == {"hard (hard sums)"}
    gates = {g.cell.rpartition("/")[0] for g in small_record.controls[model].gate}
    assert len(rows) == len(gates)
    ((head, drawings),) = task_matrices({model: (small_record.lesions[model], small_record.controls[model].gate)})
    assert all(s.fontSize >= SMALLEST for drawing in (head, *drawings) for s in strings(drawing))


def test_a_task_is_averaged_over_its_formats_and_compared_with_every_random_lesion(small_record: FactCheck) -> None:
    (table,) = small_record.lesions.values()
    row = next(r for r in task_rows(table, ()) if r.domain == "math")
    columns = [j for j, c in enumerate(table.columns) if c.startswith("math/") and c.split("/")[2] in row.name]
    (lesion,) = table.primary("math")
    own = heads(table).index("math")
    value = mean(table.kept[lesion][j] for j in columns)
    assert row.values is not None
    assert row.values[own] == pytest.approx(value)
    lowest = min(mean(table.kept[i][j] for j in columns) for i in random_lesions(table, "math", "zero"))
    assert row.like_random[own] == (value >= lowest)


def test_a_lesion_within_the_random_ones_is_marked(small_record: FactCheck) -> None:
    (table,) = small_record.lesions.values()
    (lesion,) = table.primary("math")
    weak = tuple(tuple(0.99 for _ in row) if i == lesion else row for i, row in enumerate(table.kept))
    rows = [r for r in task_rows(table.model_copy(update={"kept": weak}), ()) if r.domain == "math"]
    own = heads(table).index("math")
    assert all(r.like_random[own] for r in rows)
    assert not any(any(r.like_random[:own]) for r in rows)


def test_dose_curves_name_every_dose_and_both_kinds_of_units(small_record: FactCheck) -> None:
    (controls,) = small_record.controls.values()
    (drawing,) = dose_curves({"gemma": {"math": controls.doses}})
    texts = {s.text for s in strings(drawing)} | {s.text for s in strings(dose_key())}
    assert {"0.1", "5", "own units", "random units, lowest to highest", "gemma", "math"} <= texts


def test_dose_curves_of_all_models_and_domains_have_one_scale(standard_record: FactCheck) -> None:
    curves = {
        model: {d: [p for p in found.doses if p.domain == d] for d in ("math", "social")}
        for model, found in standard_record.controls.items()
    }
    low = DosePoint(domain="math", dose=0.1, damage=-2.0, random=None, random_range=None)
    one_low = {**curves, "third": {"math": [low], "social": curves["gemma-3-270m"]["social"]}}
    panels = [group for drawing in dose_curves(one_low) for group in drawing.contents if isinstance(group, Group)]
    assert len(panels) == 6
    ticks = [sorted((s.text, round(s.y, 3)) for s in strings(p) if s.textAnchor == "end") for p in panels]
    assert all(ticks[0] == other for other in ticks)


def test_labels_of_a_dose_panel_do_not_touch(standard_record: FactCheck) -> None:
    found = next(iter(standard_record.controls.values()))
    domains = ("math", "physics", "language", "social")
    panels = {d: [p for p in found.doses if p.domain == d] for d in domains}
    for drawing in dose_curves({"gemma": panels, "smollm": panels}):
        for panel in (part for part in drawing.contents if isinstance(part, Group)):
            below = sorted((s for s in strings(panel) if s.textAnchor == "middle"), key=lambda s: s.x)
            edges = [(s.x - w / 2, s.x + w / 2) for s in below if (w := stringWidth(s.text, s.fontName, s.fontSize))]
            assert all(right < left for (_, right), (left, _) in itertools.pairwise(edges))


def test_no_name_of_a_row_is_cut(standard_record: FactCheck) -> None:
    table = next(iter(standard_record.lesions.values()))
    gates = next(iter(standard_record.controls.values())).gate
    drawings = [*lesion_matrices(table), *(d for _, some in task_matrices({"m": (table, gates)}) for d in some)]
    assert not [s.text for d in drawings for s in strings(d) if s.text.endswith(ELLIPSIS)]


def test_the_map_has_a_mark_for_every_unit(small_record: FactCheck) -> None:
    (controls,) = small_record.controls.values()
    (drawing,) = units_map({"gemma": (controls.regions, 2048)})
    paths = [p for g in drawing.contents if isinstance(g, Group) for p in g.contents if isinstance(p, Path)]
    assert [p.operators.count(0) for p in paths] == [sum(r.per_layer) for r in controls.regions]


def test_svg_has_the_words_of_the_drawing_and_draws_every_shape(rich_record: FactCheck) -> None:
    for drawing in forest_plots(rich_record.readings):
        made = svg(drawing, label="All effects & more")
        assert 'aria-label="All effects &amp; more"' in made
        for s in strings(drawing):
            assert escape(s.text) in made
        assert "style=" not in made


@pytest.mark.parametrize("label", list(ANSWERS))
def test_every_symbol_can_be_drawn_as_svg(label: str) -> None:
    assert svg(label_symbol(label, 36), hidden=True).startswith('<svg viewBox="0 0 36 36"')  # type: ignore[arg-type]


def test_a_point_is_at_the_same_place_in_svg_and_pdf() -> None:
    drawing = Drawing(100, 50)
    group = Group(Circle(10, 5, 1))
    group.translate(20, 10)
    drawing.add(group)
    made = svg(drawing)
    assert "matrix(1 0 0 -1 0 50)" in made
    assert "matrix(1 0 0 1 20 10)" in made
    assert 'cx="10" cy="5"' in made
