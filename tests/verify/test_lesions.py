"""Many lesions of many prompts in one pass, against their definition: one prompt at a time."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor

from claims.errors import LesionNotApplied
from tests.verify.conftest import LAYERS, UNITS
from tests.verify.one_at_a_time import (
    ALIGNED,
    KINDS,
    PAIRS,
    close,
    copied_with_zero_columns,
    down,
    hooks_left,
    mixture,
    plain_scores,
    scattered,
    swapped_alone,
    units,
)
from verify import lesions as lesions_module
from verify.attribution import attribute
from verify.lesions import LesionKind, LesionRow, Position, Sides, score
from verify.network import Network
from verify.tokens import EncodedPair, Pack, pack

# --- scores ----------------------------------------------------------------------------------------------------------


def test_a_zero_lesion_equals_a_model_without_those_connections(network: Network) -> None:
    for seed in range(3):
        mask = scattered(seed)
        intact, lesioned = score(network, pack(PAIRS), [LesionRow(mask, "zero")])
        assert (intact - lesioned).abs().min() > 1e-3
        close(lesioned, plain_scores(copied_with_zero_columns(network, mask)))
        close(intact, plain_scores(network.model))


def test_a_counterfactual_lesion_equals_running_each_prompt_with_its_partners_units(network: Network) -> None:
    for seed in range(3):
        mask = scattered(seed)
        intact, lesioned = score(network, pack(PAIRS), [LesionRow(mask, "counterfactual")])
        for k in ALIGNED:
            expected = torch.stack([swapped_alone(network, PAIRS[k], side, mask) for side in (0, 1)])
            close(lesioned[k], expected)
        assert (intact - lesioned)[ALIGNED].abs().min() > 1e-3


def test_a_counterfactual_lesion_leaves_pairs_alone_that_are_not_aligned(network: Network) -> None:
    mask = torch.ones(LAYERS, UNITS, dtype=torch.bool)
    intact, lesioned = score(network, pack(PAIRS), [LesionRow(mask, "counterfactual")])
    unaligned = [k for k in range(len(PAIRS)) if k not in ALIGNED]
    close(lesioned[unaligned], intact[unaligned])


def test_a_counterfactual_lesion_of_equal_prompts_changes_nothing(llama: Network) -> None:
    """Every unit is taken from a partner that has the same value."""
    same = [EncodedPair((1, 2, 3), (1, 2, 3), (4, 5))]
    mask = torch.ones(LAYERS, UNITS, dtype=torch.bool)
    intact, lesioned = score(llama, pack(same), [LesionRow(mask, "counterfactual")])
    close(lesioned, intact)


@pytest.mark.parametrize("sides", ["both", "clean"])
@pytest.mark.parametrize("at", ["all", "last"])
def test_a_lesion_of_no_units_is_bit_for_bit_no_lesion(
    network: Network, monkeypatch: pytest.MonkeyPatch, at: Position, sides: Sides
) -> None:
    """Compared in batches of one size: how a product is rounded may depend on its size, not on other rows."""
    monkeypatch.setattr(LesionRow, "begins", 0)  # so that all layers of all batches have as many rows
    packed = pack(PAIRS)
    for kind in KINDS:
        empty = LesionRow(units(), kind, at=at)
        untouched = score(network, packed, [empty, empty], sides=sides)
        beside = score(network, packed, [LesionRow(scattered(1), kind, at=at), empty], sides=sides)
        assert torch.equal(beside[[0, 2]], untouched[[0, 2]])
        assert not torch.equal(beside[1], untouched[1])
        close(untouched[1], score(network, packed, sides=sides)[0])


def test_many_lesions_in_one_batch_equal_one_at_a_time(network: Network) -> None:
    together = score(network, pack(PAIRS), mixture())
    assert together.shape == (len(mixture()) + 1, len(PAIRS), 2)
    close(together[0], plain_scores(network.model))
    for k, lesion in enumerate(mixture()):
        close(together[k + 1], score(network, pack(PAIRS), [lesion])[1])
    effects = (together[1:] - together[0]).abs().amax((1, 2))
    assert [bool(e > 1e-3) for e in effects] == [bool(lesion.units.any()) for lesion in mixture()]


@pytest.mark.parametrize("passes_of", [1, 2, 3])
def test_splitting_lesions_over_passes_changes_nothing(
    network: Network, monkeypatch: pytest.MonkeyPatch, passes_of: int
) -> None:
    packed = pack(PAIRS)
    together = score(network, packed, mixture())
    passes: list[tuple[int, int]] = []
    handle = down(network)[-1].register_forward_hook(lambda _, args, __: passes.append(tuple(args[0].shape[:2])))
    tokens = packed.nodes * (passes_of + 1)
    monkeypatch.setitem(lesions_module.TOKENS_PER_PASS, "cpu", tokens)
    split = score(network, packed, mixture())
    handle.remove()
    rows = [rows for rows, _ in passes]
    assert max(rows) >= passes_of + 1  # lesions and the intact row of that pass
    assert all(rows * nodes <= tokens for rows, nodes in passes)
    assert sum(rows) - len(rows) == len(mixture())
    close(split, together)


def test_a_pack_longer_than_a_pass_is_still_scored(llama: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    together = score(llama, pack(PAIRS), mixture())
    monkeypatch.setitem(lesions_module.TOKENS_PER_PASS, "cpu", 1)
    close(score(llama, pack(PAIRS), mixture()), together)


def batch_activations(network: Network, packed: Pack, lesions: list[LesionRow]) -> list[Tensor]:
    """What each down-projection receives in one pass; hooked last, so after the lesion."""
    seen: list[Tensor] = [torch.empty(0)] * network.layers
    handles = [
        site.register_forward_hook(lambda _, args, __, k=k: seen.__setitem__(k, args[0].clone()))  # type: ignore[misc]
        for k, site in enumerate(down(network))
    ]
    try:
        score(network, packed, lesions)
    finally:
        for handle in handles:
            handle.remove()
    return seen


@pytest.mark.parametrize("kind", KINDS)
def test_a_lesion_leaves_the_layers_before_it_as_they_were(
    network: Network, monkeypatch: pytest.MonkeyPatch, kind: LesionKind
) -> None:
    """Row by row and bit for bit, in batches of one size."""
    monkeypatch.setattr(LesionRow, "begins", 0)
    packed = pack(PAIRS)
    intact = batch_activations(network, packed, [LesionRow(units(), kind)])
    for layer in range(LAYERS):
        lesioned = batch_activations(network, packed, [LesionRow(units((layer, 3), (layer, 7)), kind)])
        for k in range(LAYERS):
            assert torch.equal(lesioned[k][0], intact[k][0])  # the intact row, everywhere
            assert torch.equal(lesioned[k][1], intact[k][1]) == (k < layer)
        others = [u for u in range(UNITS) if u not in (3, 7)]
        assert torch.equal(lesioned[layer][1][:, others], intact[layer][1][:, others])


@pytest.mark.parametrize("kind", KINDS)
def test_the_layers_before_a_lesion_are_computed_once(network: Network, kind: LesionKind) -> None:
    for layer in range(LAYERS):
        lesioned = batch_activations(network, pack(PAIRS), [LesionRow(units((layer, 3), (layer, 7)), kind)])
        assert [len(x) for x in lesioned] == [1 if k < layer else 2 for k in range(LAYERS)]


def test_rows_that_begin_in_different_layers_are_computed_from_there_on_only(network: Network) -> None:
    for kind in KINDS:
        rows = [row for row in mixture() if row.kind == kind]
        seen = batch_activations(network, pack(PAIRS), rows)
        begins = [int(row.units.any(1).nonzero()[0]) for row in rows if row.units.any()]
        for layer in range(LAYERS - 1):
            assert len(seen[layer]) == 1 + sum(begin <= layer for begin in begins)
        assert len(seen[-1]) == 1 + len(rows)


# --- hooks -----------------------------------------------------------------------------------------------------------


def test_no_hook_is_left_after_scoring(network: Network) -> None:
    score(network, pack(PAIRS), mixture())
    assert hooks_left(network.model) == 0


def test_no_hook_is_left_after_an_error_inside_the_pass(llama: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> Tensor:
        raise RuntimeError("in the middle of the pass")

    monkeypatch.setattr(llama.model.model.layers[1].self_attn, "forward", broken)
    with pytest.raises(RuntimeError, match="in the middle"):
        score(llama, pack(PAIRS), mixture())
    assert hooks_left(llama.model) == 0
    with pytest.raises(RuntimeError, match="in the middle"):
        attribute(llama, pack(PAIRS))
    assert hooks_left(llama.model) == 0


def test_a_lesion_whose_hook_never_fires_is_an_error(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = SimpleNamespace(remove=lambda: None)
    site = down(network)[1]
    monkeypatch.setattr(site, "register_forward_pre_hook", lambda _: nothing)
    monkeypatch.setattr(site, "register_forward_hook", lambda _: nothing)
    with pytest.raises(LesionNotApplied, match=r"layers \[1\] did not fire"):
        score(network, pack(PAIRS), [LesionRow(units((1, 5)), "zero")])
    assert hooks_left(network.model) == 0


@pytest.mark.parametrize("kind", ["zero", "counterfactual"])
def test_a_lesion_whose_values_are_not_taken_is_an_error(
    network: Network, monkeypatch: pytest.MonkeyPatch, kind: LesionKind
) -> None:
    site = down(network)[1]
    register = site.register_forward_pre_hook

    def ignoring(hook: Callable[..., Any]) -> Any:
        return register(lambda module, args: (hook(module, tuple(a.clone() for a in args)), None)[1])

    monkeypatch.setattr(site, "register_forward_pre_hook", ignoring)
    with pytest.raises(LesionNotApplied, match="layer 1 do not hold their fill"):
        score(network, pack(PAIRS), [LesionRow(units((1, 5)), kind)])
    assert hooks_left(network.model) == 0


def test_a_site_that_runs_twice_in_a_pass_is_an_error(llama: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    mlp = llama.model.model.layers[0].mlp
    once = mlp.forward
    monkeypatch.setattr(mlp, "forward", lambda x: (once(x) + once(x)) / 2)
    with pytest.raises(LesionNotApplied, match="exactly once"):
        score(llama, pack(PAIRS), [LesionRow(units((0, 5)), "zero")])
