"""The synthetic domains are batteries like any other, and crossed as the real ones are."""

from itertools import product

import numpy as np
import pytest

from verify import batteries
from verify.planted import CONTROL, DOMAINS, planted_batteries
from verify.planted.world import CODES, FAMILIES, FORMATS, Place, places, prompts, table, task, tokenizer
from verify.tokens import encode


def test_neither_code_alone_says_anything_about_the_answer() -> None:
    for rows in (table(), table().T):
        assert all(sorted(row) == list(range(CODES)) for row in rows.tolist())


def test_only_planted_domains_have_batteries_and_the_real_ones_come_back() -> None:
    before = batteries.domains()
    with planted_batteries():
        assert batteries.domains() == (*DOMAINS, CONTROL)
        assert batteries.get_battery(CONTROL).control
    assert batteries.domains() == before


def failing() -> None:
    with planted_batteries():
        raise RuntimeError


def test_an_error_brings_the_real_batteries_back_too() -> None:
    before = batteries.domains()
    with pytest.raises(RuntimeError):
        failing()
    assert batteries.domains() == before


def test_every_domain_asks_for_both_kinds_of_answer_unevenly() -> None:
    shares = set()
    for domain in (*DOMAINS, CONTROL):
        kinds = [task(domain, f).answer for f in range(FAMILIES)]
        assert set(kinds) == {"digit", "noun"}
        shares.add(kinds.count("digit"))
    assert len(shares) > 1


@pytest.mark.parametrize("format_", FORMATS)
def test_pairs_are_aligned_and_differ_in_one_word(format_: str) -> None:
    made = task("math", 1)
    usable = batteries.askable(made)
    assert len(usable) >= 100, "as many as a thorough run localizes and tests on, with room"
    for k in usable[::10]:
        pair = encode(tokenizer(), batteries.render(made, format_, k))
        assert pair is not None
        assert pair.aligned
        assert np.sum(np.array(pair.clean) != np.array(pair.counterfactual)) == 1
        assert 0 not in pair.clean, "no word is unknown"


@pytest.mark.parametrize("place", [Place("math", 1, f) for f in FORMATS])
def test_what_models_are_trained_on_is_what_the_pipeline_asks(place: Place) -> None:
    known = dict(prompts(place))
    made = task(place.domain, place.family)
    encode_ = tokenizer()
    by_tokens = {tuple(encode_(text)["input_ids"]): answer for text, answer in known.items()}
    assert len(by_tokens) == CODES**2
    for k in batteries.askable(made):
        pair = batteries.render(made, place.format, k)
        assert by_tokens[tuple(encode_(pair.clean)["input_ids"])] == pair.correct.strip()
        assert by_tokens[tuple(encode_(pair.counterfactual)["input_ids"])] == pair.incorrect.strip()


def test_places_are_tasks_crossed_with_formats() -> None:
    assert {(p.task, p.format) for p in places()} == {
        (f"{d}{f}", format_) for d, f, format_ in product((*DOMAINS, CONTROL), range(FAMILIES), FORMATS)
    }
