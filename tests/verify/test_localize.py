"""Units of a domain: exactly as many as asked, the best ones, with every family weighing the same."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from verify.damage import Cell
from verify.localize import domain_scores, matched_random, top_units

LAYERS, UNITS = 4, 50


def cell(family: str, *, domain: str = "math", task: str = "t", format_: str = "completion") -> Cell:
    return Cell(domain, family, task, format_, "digit")


def values(seed: int) -> Tensor:
    return torch.randn(LAYERS, UNITS, generator=torch.Generator().manual_seed(seed))


def attributions() -> dict[Cell, Tensor]:
    """Two domains; math has three families with one, two and three cells."""
    cells = [
        cell("sum"),
        cell("order"),
        cell("order", format_="fewshot"),
        cell("parts"),
        cell("parts", task="u"),
        cell("parts", task="u", format_="fewshot"),
        cell("grammar", domain="language"),
        cell("words", domain="language"),
    ]
    return {c: values(seed) for seed, c in enumerate(cells)}


# --- scores ----------------------------------------------------------------------------------------------------------


def test_a_domains_score_is_the_mean_over_families_of_the_mean_over_cells() -> None:
    a = list(attributions().values())
    expected = (a[0].double() + (a[1].double() + a[2]) / 2 + (a[3].double() + a[4] + a[5]) / 3) / 3
    torch.testing.assert_close(domain_scores(attributions(), "math"), expected)


def test_repeating_a_cell_within_its_family_changes_nothing() -> None:
    """A family with one cell does not gain weight by having it twice."""
    more = attributions() | {cell("sum", task="again"): attributions()[cell("sum")]}
    torch.testing.assert_close(domain_scores(more, "math"), domain_scores(attributions(), "math"))


def test_leaving_a_family_out_takes_no_notice_of_it() -> None:
    loud = {c: v * 1e6 if c.family == "order" else v for c, v in attributions().items()}
    silent = {c: v for c, v in attributions().items() if c.family != "order"}
    left_out = domain_scores(loud, "math", keep=lambda c: c.family != "order")
    assert torch.equal(left_out, domain_scores(silent, "math"))
    assert not torch.allclose(left_out, domain_scores(attributions(), "math"))


def test_other_domains_do_not_count() -> None:
    loud = {c: v * 1e6 if c.domain == "language" else v for c, v in attributions().items()}
    assert torch.equal(domain_scores(loud, "math"), domain_scores(attributions(), "math"))


@given(st.permutations(range(8)))
def test_the_order_of_cells_and_families_changes_nothing(order: list[int]) -> None:
    items = list(attributions().items())
    shuffled = dict(items[i] for i in order)
    torch.testing.assert_close(domain_scores(shuffled, "math"), domain_scores(attributions(), "math"))


def test_the_names_of_families_change_nothing() -> None:
    other = {"sum": "parts", "parts": "order", "order": "sum"}
    renamed = {
        Cell(c.domain, other.get(c.family, c.family), c.task, c.format, c.answer): v for c, v in attributions().items()
    }
    torch.testing.assert_close(domain_scores(renamed, "math"), domain_scores(attributions(), "math"))


@pytest.mark.parametrize("without", [None, "sum"])
def test_a_domain_without_cells_cannot_be_localized(without: str | None) -> None:
    only = {cell("sum"): values(0)}
    with pytest.raises(ValueError, match="is left to localize on"):
        domain_scores(only, "language" if without is None else "math", keep=lambda c: c.family != without)


# --- top units -------------------------------------------------------------------------------------------------------


def naive_top(scores: Tensor, k: int) -> Tensor:
    """The definition: sort by value, then by place; take k; drop what is not above zero."""
    flat = scores.flatten().tolist()
    best = sorted(range(len(flat)), key=lambda i: (-flat[i], i))[:k]
    mask = torch.zeros(len(flat), dtype=torch.bool)
    mask[[i for i in best if flat[i] > 0]] = True
    return mask.view_as(scores)


# Few different values, so that ties are the rule.
coarse = st.lists(st.integers(-2, 3), min_size=LAYERS * UNITS, max_size=LAYERS * UNITS)


@settings(deadline=None)
@given(coarse, st.sampled_from([0.0, 0.5, 1.0, 2.0, 5.0, 33.0, 100.0]))
def test_top_units_are_the_first_of_the_highest_positive_scores(drawn: list[int], percent: float) -> None:
    scores = torch.tensor(drawn, dtype=torch.float64).view(LAYERS, UNITS)
    k = round(percent / 100 * LAYERS * UNITS)
    found = top_units(scores, percent)
    assert torch.equal(found, naive_top(scores, k))
    assert int(found.sum()) == min(k, int((scores > 0).sum()))


@pytest.mark.parametrize(("percent", "count"), [(0.5, 1), (1.0, 2), (2.0, 4), (5.0, 10), (100.0, 200)])
def test_exactly_the_asked_percentage_is_taken_on_ties(percent: float, count: int) -> None:
    found = top_units(torch.ones(LAYERS, UNITS), percent)
    assert int(found.sum()) == count
    assert found.flatten()[:count].all()  # the ones that come first


def test_units_at_or_below_zero_are_never_taken() -> None:
    scores = -values(0).abs()
    scores[2, 7], scores[3, 1] = 1e-6, 0.0
    assert torch.nonzero(top_units(scores, 50.0)).tolist() == [[2, 7]]


@pytest.mark.parametrize("factor", [1e-3, 7.0, 1e4])
def test_scaling_all_attributions_of_a_domain_leaves_its_units(factor: float) -> None:
    scaled = {c: v * factor for c, v in attributions().items()}
    straight = top_units(domain_scores(attributions(), "math"), 5.0)
    assert torch.equal(top_units(domain_scores(scaled, "math"), 5.0), straight)


def test_scaling_the_only_cell_leaves_the_units() -> None:
    one = {cell("sum"): values(3)}
    louder = {cell("sum"): values(3) * 40}
    assert torch.equal(top_units(domain_scores(louder, "math"), 5.0), top_units(domain_scores(one, "math"), 5.0))


# --- matched random lesions ------------------------------------------------------------------------------------------


def region(seed: int, share: float = 0.1) -> Tensor:
    return torch.rand(LAYERS, UNITS, generator=torch.Generator().manual_seed(seed)) < share


@settings(deadline=None)
@given(st.lists(st.integers(0, UNITS // 2), min_size=LAYERS, max_size=LAYERS), st.integers(0, 200))
def test_a_random_lesion_has_as_many_units_per_layer_and_none_of_the_lesioned_ones(
    counts: list[int], seed: int
) -> None:
    units = torch.zeros(LAYERS, UNITS, dtype=torch.bool)
    for layer, count in enumerate(counts):
        units[layer, torch.randperm(UNITS, generator=torch.Generator().manual_seed(seed + layer))[:count]] = True
    found = matched_random(units, rng=np.random.default_rng(seed))
    assert found.sum(1).tolist() == counts
    assert not (found & units).any()


def test_a_random_lesion_is_reproduced_by_its_seed_and_differs_from_other_seeds() -> None:
    units = region(0)
    drawn = [matched_random(units, rng=np.random.default_rng(seed)) for seed in (*range(20), *range(20))]
    assert all(torch.equal(drawn[k], drawn[k + 20]) for k in range(20))
    assert len({tuple(d.flatten().tolist()) for d in drawn}) == 20


def test_every_other_unit_of_a_layer_can_be_drawn() -> None:
    units = region(0)
    drawn = torch.stack([matched_random(units, rng=np.random.default_rng(seed)) for seed in range(300)]).any(0)
    assert torch.equal(drawn, ~units & units.any(1, keepdim=True))
