"""What a report says, before it is printed on anything: the sentences and tables that a record gives."""

from collections.abc import Callable, Iterator

import pytest

from reports.content.annex import annex
from reports.content.appearance import Appearance, where
from reports.content.audit import audit_blocks
from reports.content.document import document
from reports.content.elements import (
    Block,
    Bullets,
    Figure,
    Halves,
    Paragraph,
    Section,
    Table,
    Together,
    Words,
    text_of,
    texts,
)
from reports.content.every_lesion import _by_family, every_lesion
from reports.content.evidence import evidence
from reports.content.examples import examples
from reports.content.literature import literature
from reports.content.overlap import overlap
from reports.content.page_one import mismatch, page_one
from reports.content.policy import policy
from reports.content.provenance import provenance
from reports.content.tested import tested as what_was_tested
from reports.figures import lesion_matrices
from reports.numbers import effect, in_style, number
from reports.style import HEIGHT
from reports.words import spaced
from tests.reports.parts import strings
from verify.audit_record import Audit
from verify.record import EarlierRun, FactCheck
from verify.remarks import agrees, flip


def tables(blocks: object) -> Iterator[Table]:
    if isinstance(blocks, Table):
        yield blocks
    elif isinstance(blocks, Figure):
        yield from blocks.tables
    elif isinstance(blocks, list | tuple):
        for block in blocks:
            yield from tables(block)


def said(blocks: object) -> str:
    return " ".join(texts(tuple(blocks) if isinstance(blocks, list) else blocks))


def column(table: Table, name: str) -> list[str]:
    k = [text_of(head) for head in table.head].index(name)
    return [text_of(row[k]) for row in table.rows if not hasattr(row[k], "decision")]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("claimed", "not_tested", "expected"),
    [
        (("GPT-4",), ("the claim is about GPT-4; we tested gemma",), "The claim is about GPT-4; we tested gemma."),
        ((), (), "The claim is about language models at large; one open model was tested."),
        (("gemma-3-270m",), (), "The claim names gemma-3-270m; what is listed here was tested."),
    ],
)
def test_page_one_says_whether_the_models_tested_are_the_models_claimed(
    small_record: FactCheck, claimed: tuple[str, ...], not_tested: tuple[str, ...], expected: str
) -> None:
    claim = small_record.claim.model_copy(update={"models": claimed})
    record = small_record.model_copy(update={"claim": claim, "not_tested": not_tested})
    assert mismatch(record).startswith(expected)
    halves = next(b for b in page_one(record).blocks if isinstance(b, Halves))
    assert expected in said(halves.right)


def test_a_long_annex_keeps_to_the_main_lesions_and_says_where_the_others_are(
    make_record: Callable[..., FactCheck], monkeypatch: pytest.MonkeyPatch
) -> None:
    record = make_record(domains=("math",), models=1, families=3)
    whole = every_lesion(record)
    assert [type(block) for block in whole] == [Figure]
    assert "math without" in words_of_drawings(whole)
    (model,) = record.lesions
    pages = sum(d.height for d in lesion_matrices(record.lesions[model], main=True)) / HEIGHT
    monkeypatch.setattr("reports.content.every_lesion._MOST", pages + 0.01)
    main = every_lesion(record)
    assert "math units off" in words_of_drawings(main)
    assert "math without" not in words_of_drawings(main)
    assert "lesions-csv" in said(main)
    assert "lesions-csv" not in said(whole)
    titles = [table.caption for table in tables(main)]
    assert titles == [
        f"{model}: every lesion of a whole domain", "Random and other control lesions",
        f"{model}: found without a family, and switched off there",
    ]  # fmt: skip
    monkeypatch.setattr("reports.content.every_lesion._MOST", 0.0)
    assert not [block for block in every_lesion(record) if isinstance(block, Figure)]
    assert "lesions-csv" in said(every_lesion(record))


def test_lesions_found_without_a_family_are_shown_by_what_they_leave_of_it(small_record: FactCheck) -> None:
    (model,) = small_record.lesions
    lesions = small_record.lesions[model]
    i, row = next((i, r) for i, r in enumerate(lesions.rows) if r.left_out is not None)
    there = [v for v, c in zip(lesions.kept[i], lesions.columns, strict=True) if c.split("/")[1] == row.left_out]
    known = [v for v in there if v is not None]
    (found,) = tables(_by_family(model, lesions))
    shown = dict(zip(column(found, "Family"), column(found, "off"), strict=True))
    assert shown[f"{row.source}: {spaced(row.left_out or '')}"] == number(sum(known) / len(known))


def words_of_drawings(blocks: list[Block]) -> str:
    return " ".join(s.text for b in blocks if isinstance(b, Figure) for d in b.drawings for s in strings(d))


def test_what_would_change_the_verdict_stands_on_page_one(rich_record: FactCheck) -> None:
    halves = next(b for b in page_one(rich_record).blocks if isinstance(b, Halves))
    assert "The same test on larger models." in said(halves.left)


def test_a_claim_of_an_article_says_where_it_appeared_and_links_there(small_audit: Audit) -> None:
    words: Words = where(Appearance(small_audit.article, 3))
    assert "Of regions" in text_of(words)
    assert "Ada Quill, The Example, 2026-09-30" in text_of(words)
    assert "said 3 times" in text_of(words)
    assert any(getattr(span, "link", "") == "https://news.example/regions" for span in words)  # type: ignore[union-attr]
    assert "not part of the record" in text_of(where(None))


def test_literature_is_parted_into_for_and_against(every_record: dict[str, FactCheck | Audit]) -> None:
    record = every_record["supported"]
    assert isinstance(record, FactCheck)
    found = {table.caption: column(table, "Work") for table in tables(literature(record))}
    assert ["2608.13567" in work for work in found["For the claim"]] == [True]
    assert ["Number detectors" in work for work in found["Against the claim"]] == [True]
    text = said(literature(record))
    assert "1 for, 1 against, 1 both ways, 1 unclear" in text
    assert "1 more were looked at and found to be unrelated" in text
    assert "arXiv did not answer." in text
    assert "97 %" in text


def test_earlier_runs_say_whether_they_agree(rich_record: FactCheck) -> None:
    first = rich_record.earlier_runs[0]
    same = EarlierRun(**{**first.model_dump(), "run": 4, "label": rich_record.verdict.label})
    blocks = provenance(rich_record.model_copy(update={"earlier_runs": (first, same)}))
    (runs,) = [t for t in tables(blocks) if t.caption == "Earlier runs"]
    assert column(runs, "This run") == ["differs", "agrees"]
    assert "1 of 2 earlier runs came to the same answer, 1 to another." in said(blocks)


def test_earlier_runs_that_test_nothing_anew_are_not_counted_as_if_they_did(rich_record: FactCheck) -> None:
    assert rich_record.plan
    first = rich_record.earlier_runs[0]
    again = first.model_copy(update={"label": rich_record.verdict.label, "plan": rich_record.plan.sha256})
    opposite = first.model_copy(update={"opposite": True})
    blocks = provenance(rich_record.model_copy(update={"earlier_runs": (again, opposite)}))
    (runs,) = [t for t in tables(blocks) if t.caption == "Earlier runs"]
    assert column(runs, "This run") == ["agrees", "opposite claim"]
    text = said(blocks)
    assert "came to the same answer" not in text, "one is this very plan, of the other nothing can be said"
    assert "1 of them tested a claim that says the opposite" in text
    assert "1 followed the very plan of this run: the same measurements, not a second test." in text


def test_a_run_of_the_opposite_claim_agrees_where_its_verdict_is_the_opposite(rich_record: FactCheck) -> None:
    first = rich_record.earlier_runs[0].model_copy(update={"opposite": True, "label": "refuted"})
    assert [agrees(first, label) for label in ("supported", "refuted", "mixed")] == [True, False, None]
    assert flip((first,), "supported") is None
    assert "says the opposite" in (flip((first,), "refuted") or "")
    plain = first.model_copy(update={"opposite": False})
    assert [agrees(plain, label) for label in ("supported", "refuted", "mixed")] == [False, True, False]
    assert flip((plain, first), "mixed") is not None, "the last one that can be compared"


def test_overlap_stands_beside_what_layers_alone_would_give(small_record: FactCheck) -> None:
    (controls,) = small_record.controls.values()
    one, two = controls.regions[:2]
    both = sum(len(set(a) & set(b)) for a, b in zip(one.units, two.units, strict=True))
    (regions,) = [t for t in tables(overlap(small_record)) if "two domains" in t.caption]
    assert column(regions, "Units of both")[0] == str(both)
    by_layers = sum(len(a) * len(b) for a, b in zip(one.units, two.units, strict=True)) / 2048
    assert column(regions, "By layers alone")[0] == f"{by_layers:.1f}"
    (pairs,) = [t for t in tables(overlap(small_record)) if "two tasks" in t.caption]
    assert sum(text_of(cell) != "\u2013" for row in pairs.rows for cell in row[2:]) == len(controls.shared_units)  # type: ignore[arg-type]


def test_examples_are_the_first_pair_of_each_task_not_the_best(small_record: FactCheck) -> None:
    (model,) = small_record.items
    (found,) = tables(examples(small_record))
    assert column(found, "Task") == ["sums (task 0)", "sums (task 1)", "sums (task 2)"]
    first = small_record.items[model][0]
    assert first.clean in column(found, "First prompt, right answer")[0]


def test_examples_are_from_every_domain_with_the_models_beside_each_other(standard_record: FactCheck) -> None:
    (found,) = tables(examples(standard_record))
    assert [(d, column(found, "Domain").count(d)) for d in dict.fromkeys(column(found, "Domain"))] == [
        (domain, 2) for domain in ("math", "physics", "language", "social")
    ]
    assert [text for text, _ in found.groups if text] == list(standard_record.items)
    assert all(text_of(row[-1]) != "\u2013" for row in found.rows)  # type: ignore[arg-type]


def test_nothing_is_explained_once_per_domain(standard_record: FactCheck) -> None:
    notes = [b.words for b in document(standard_record).blocks if isinstance(b, Paragraph) and b.look == "small"]
    assert len(notes) == len(set(notes))
    asked = next(t for t in tables(what_was_tested(standard_record)) if "asks" in t.caption)
    assert len(asked.rows) == len({r.reading for r in standard_record.readings if r.by_model})


def test_the_annex_has_every_answer_and_every_other_way(standard_record: FactCheck) -> None:
    found = {t.caption: t for t in tables(annex(standard_record))}
    answers = found["What each model said"]
    ways = [t for t in tables(annex(standard_record)) if "other ways" in t.caption]
    for reading in standard_record.readings:
        for numbers in reading.by_model.values():
            assert effect(numbers.effect, numbers.ci) in column(answers, "Effect (95 % interval)")
            assert in_style(numbers.why)[1:20] in said([found["Why each model\u2019s answer is what it is"]])
            for way in numbers.ways:
                (table,) = [t for t in ways if way.name in map(text_of, t.head)]
                assert any(text.startswith(effect(way.effect, way.ci)) for text in column(table, way.name))


def test_layers_above_the_band_are_named_in_runs(small_record: FactCheck) -> None:
    (controls,) = small_record.controls.values()
    (model,) = small_record.controls
    peaked = controls.regions[0].model_copy(update={"per_layer": (0,) * 13 + (100, 100, 100, 0, 69), "units": ()})
    record = small_record.model_copy(update={"controls": {model: controls.model_copy(update={"regions": (peaked,)})}})
    figure = next(b for b in evidence(record) if isinstance(b, Figure) and b.title == "Layers of the units")
    assert "layers 14 to 16, 18 above the band" in figure.alternative


def test_every_figure_says_in_words_what_it_shows(every_record: dict[str, FactCheck | Audit]) -> None:
    figures = [b for record in every_record.values() for b in document(record).blocks if isinstance(b, Figure)]
    assert len(figures) > 30
    assert all(len(figure.alternative) > 20 and figure.drawings for figure in figures)


def test_an_audit_says_what_is_left_out_and_what_became_of_citations(small_audit: Audit) -> None:
    blocks: list[Block] = audit_blocks(small_audit)
    found = {table.caption: table for table in tables([*blocks])}
    assert "left out" in column(found["What the article says and what it leaves out"], "")
    assert column(found["Citation check"], "Check") == ["exists, as mentioned: 2608.13567", "no such work was found"]
    assert next(text_of(row[2]) for row in found["Claims of the article"].rows).startswith("asserts localization")
    assert "The model is incomplete." in said(blocks)


def test_limits_and_corrections_are_in_every_report_that_measured(small_record: FactCheck, small_audit: Audit) -> None:
    for record in (small_record, small_audit):
        blocks = document(record).blocks
        inside = [part for b in blocks for part in (b.blocks if isinstance(b, Together) else (b,))]
        titles = [b.title for b in inside if isinstance(b, Section)]
        assert titles.count("Limits") == titles.count("Corrections") == titles.count("Words used") == 1
    assert all(isinstance(b, Section | Bullets) for b in policy())
    assert "spontaneously" in said(list(document(small_record).blocks))
