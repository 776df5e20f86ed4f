"""Amounts that a claim states: verbatim, with unit and bound; not years, names, sums or what only points back."""

import pytest

from claims import read_claim
from claims.amounts import Seen, find_quantities
from claims.clauses import clauses
from claims.rules import matching_view, model_names


def _amounts(text: str, *, few: bool = False) -> tuple[str, ...]:
    return find_quantities(matching_view(text), text, names=model_names(text), few=few)


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        (
            "About 40 heads, or 0.3%, cut Qwen2.5 scores by 2-6 points (p < 0.01) after layer L4",
            ("About 40 heads", "0.3%", "2-6 points", "p < 0.01"),
        ),
        (
            "Nine out of ten models lost a third of their answers",
            ("Nine out of ten models", "a third of their answers"),
        ),
        ("Fewer than one in ten thousand of its units matter", ("Fewer than one in ten thousand of its units",)),
        ("Almost half of the layers can go", ("Almost half of the layers",)),
        ("The share rose from a tenth in small models to a third in large ones", ("a tenth", "a third")),
        ("It peaks two-thirds of the way up", ("two-thirds of the way",)),
        ("Deleting the heads cut scores by half and made twice as many errors", ("half", "twice as many errors")),
        ("The ball takes off twice as fast", ("twice as fast",)),
        ("Growing it from 2 billion parameters to 70 billion changed nothing", ("2 billion parameters to 70 billion",)),
        ("Training for an hour, a decade later, made the loss good", ("an hour", "a decade later")),
        ("Like a nine-year-old, it fails the test", ("nine-year-old",)),
        ("Scores fall by a factor of five", ("by a factor of five",)),
        ("Ten or more layers lie between them", ("Ten or more layers",)),
        ("It fails on all but two", ("all but two",)),
        ("They shared neurons 4.3 times as often as chance", ("4.3 times",)),
        (
            "The fit, .12 in three of them, differs by an order of magnitude",
            (".12", "three of them", "an order of magnitude"),
        ),
        ("Half a second of a pair of sounds is enough", ("Half a second", "a pair of sounds")),
        ("It holds in all five language families", ("all five language families",)),
        ("Scores fall by ≥ 7 pp on 2,048 picture\u2013text pairs", ("≥ 7 pp", "2,048 picture\u2013text pairs")),
        ("It recovers 88.1 ± 2.4 % of the loss at 3x\u20134.5x", ("88.1 ± 2.4 % of the loss", "3x\u20134.5x")),
        ("A rate of 10^-4, or 2 \u00d7 10^5 steps, cost -0.7 points", ("10^-4", "2 \u00d7 10^5 steps", "-0.7 points")),
        ("Three quarters of the copying heads can go", ("Three quarters of the copying heads",)),
        ("LLM units for the two domains share 5% of the units", ("5% of the units",)),
    ],
)
def test_an_amount_has_its_unit_and_bound(text: str, amounts: tuple[str, ...]) -> None:
    assert _amounts(text) == amounts


@pytest.mark.parametrize(
    "text",
    [
        "Dai et al. (2022) found knowledge neurons in GPT-2",
        "The matter has been open since at least 2018",
        "The two were told apart in the upper half of the stack",
        "Layers 14 through 18 and Brodmann area 44 answer to syntax",
        "The institute opens on 1 March",
        "Grammar and rhyme are two different things",
        "Billions of words and many heads went into it",
        "Phi-3 and Llama-3.2-1B have such a direction",
        "Heads matter (cf. Fig. 4 and Sec. 5)",
        "The heads at step 30k matter [12, 14]",
        "No. 8 on the list is told at https://example.org/units?page=2",
        "Asked for 36 + 59, the model adds tens and ones apart",
        "Every one of the networks has it",
        "Between 2020 and 2023 the field grew",
    ],
)
def test_what_counts_nothing_is_no_amount(text: str) -> None:
    assert _amounts(text) == ()


def test_numbers_that_name_or_point_back_leave_the_amounts_beside_them() -> None:
    assert _amounts("The probe peaks at layer 17 and in layers 20 to 24 of 30 models") == ("30 models",)
    assert _amounts("Neurons in the upper third of the stack fire for six languages") == ("six languages",)


@pytest.mark.parametrize("unit", ["A single bias", "One neuron", "One attention head"])
def test_one_is_an_amount_only_where_so_few_are_the_point(unit: str) -> None:
    text = f"{unit} keeps the model fluent"
    assert _amounts(text, few=True) == (unit,)
    assert _amounts(text, few=False) == ()


def test_a_claim_that_so_few_are_enough_states_one() -> None:
    assert read_claim("Deleting a single bias is enough to ruin the model's grammar").quantities == ("a single bias",)


@pytest.mark.parametrize("number", ["7", "1,024", "3.5", "0.02", "12 million"])
@pytest.mark.parametrize("bound", ["", "about ", "more than ", "at least "])
def test_pieces_are_verbatim_whatever_the_number_and_its_bound(number: str, bound: str) -> None:
    text = f"They removed {bound}{number} neurons before grammar failed"
    assert _amounts(text) == (f"{bound}{number} neurons",)


def _seen(view: str, *words: str) -> tuple[tuple[int, int], ...]:
    return tuple((view.index(word), view.index(word) + len(word)) for word in words)


def test_where_the_sentence_model_reads_a_pattern_needs_its_leave_and_what_it_is_sure_of_needs_no_pattern() -> None:
    text = "Of about 40 heads, one lone unit did it in 6 of the lower third, at 7 points"
    view = matching_view(text)
    seen = Seen(surely=_seen(view, "third"), perhaps=_seen(view, "40", "third", "lone"))
    assert find_quantities(view, text, names=(), few=False, seen=seen) == ("about 40 heads", "third")
    assert find_quantities(view, text, names=(), few=False, seen=Seen((), ())) == ()


def test_one_unit_is_an_amount_where_few_are_the_point_or_the_sentence_model_is_sure() -> None:
    text = "Deleting a single bias ruined it"
    view = matching_view(text)
    spans = _seen(view, "single")
    for seen, few, found in (
        (Seen(spans, spans), False, True), (Seen((), spans), False, False), (Seen((), spans), True, True),
        (Seen((), ()), True, False), (None, True, True), (None, False, False),
    ):  # fmt: skip
        assert find_quantities(view, text, names=(), few=few, seen=seen) == (("a single bias",) if found else ())


@pytest.mark.parametrize(("text", "sure"), [("It is a 1:1 copy", "1:1"), ("It came out in 2024", "2024")])
def test_years_and_ratios_are_none_however_sure_the_sentence_model_is(text: str, sure: str) -> None:
    view = matching_view(text)
    seen = Seen(_seen(view, sure), _seen(view, sure))
    assert find_quantities(view, text, names=(), few=False, seen=seen) == ()


def test_a_number_within_a_name_is_none_also_where_the_sentence_model_sees_one() -> None:
    text = "Pythia 12B holds it"
    seen = Seen(((7, 10),), ((7, 10),))
    assert find_quantities(matching_view(text), text, names=model_names(text), few=False, seen=seen) == ()


@pytest.mark.parametrize("text", ["It is most of the way up", "It fails in copies of them.1 It sits deep"])
def test_what_the_sentence_model_sees_is_an_amount_only_with_a_number_of_its_own(text: str) -> None:
    amount = "the way" if "the way" in text else "1"
    span = text.index(amount), text.index(amount) + len(amount)
    assert find_quantities(text, text, names=(), few=False, seen=Seen(surely=(span,), perhaps=(span,))) == ()


def test_a_minus_at_the_start_of_a_clause_is_kept() -> None:
    text = "- -0.3 points were lost with random heads."
    assert [text[one.start : one.end] for one in clauses(text, 0, len(text))] == [text[2:]]
