"""Every fast way of computing scores, lesions and attributions, against its definition: one prompt at a time."""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    MambaConfig,
    MambaForCausalLM,
    OlmoeConfig,
    OlmoeForCausalLM,
    PreTrainedModel,
)

from claims.errors import LesionNotApplied, ModelError
from tests.verify.conftest import LAYERS, UNITS, WORDS, tiny, word_tokenizer
from verify import lesions as lesions_module
from verify.attribution import Estimate, attribute
from verify.lesions import LesionKind, LesionRow, Position, Sides, score
from verify.localize import top_units
from verify.network import Network, attach
from verify.tokens import EncodedPair, Pack, pack

# Five pairs: shared beginnings, different lengths, and two (the third and the last) that are not token-aligned.
PAIRS = [
    EncodedPair((1, 2, 3, 4), (1, 2, 5, 4), (6, 7)),
    EncodedPair((1, 2, 3, 9, 11, 12, 20), (1, 2, 3, 10, 11, 12, 20), (8, 9)),
    EncodedPair((1, 2, 3, 4, 30), (1, 2, 31), (10, 13)),
    EncodedPair((40, 41), (42, 41), (20, 21)),
    EncodedPair((1, 15, 16, 17, 18, 19), (1, 15, 22, 17), (23, 24)),
]
ALIGNED = [0, 1, 3]
KINDS: tuple[LesionKind, ...] = ("zero", "counterfactual")


def units(*places: tuple[int, int]) -> Tensor:
    """A mask with these (layer, unit) marked."""
    mask = torch.zeros(LAYERS, UNITS, dtype=torch.bool)
    for layer, unit in places:
        mask[layer, unit] = True
    return mask


def scattered(seed: int, share: float = 0.2) -> Tensor:
    """A mask of about `share` of all units."""
    return torch.rand(LAYERS, UNITS, generator=torch.Generator().manual_seed(seed)) < share


NO_UNITS = LesionRow(units(), "zero")


def down(network: Network) -> tuple[nn.Module, ...]:
    """The down-projections, whose inputs are the MLP neurons."""
    return tuple(site.module for site in network.sites["mlp"])


def close(found: Tensor, expected: Tensor) -> None:
    torch.testing.assert_close(found, expected.to(found.dtype), atol=1e-4, rtol=1e-4)


# --- the definitions, one prompt at a time ---------------------------------------------------------------------------


def difference(model: nn.Module, prompt: tuple[int, ...], answers: tuple[int, int]) -> Tensor:
    """Logit of the correct minus the incorrect answer after `prompt`, from a plain forward pass."""
    logits = model(torch.tensor([prompt]), use_cache=False).logits[0, -1]
    return logits[answers[0]] - logits[answers[1]]


def plain_scores(model: nn.Module, pairs: list[EncodedPair] = PAIRS) -> Tensor:
    with torch.no_grad():
        return torch.stack([
            torch.stack([difference(model, prompt, p.answers) for prompt in (p.clean, p.counterfactual)]) for p in pairs
        ])  # fmt: skip


@contextmanager
def hooked(sites: tuple[nn.Module, ...], make: Callable[[int], Callable[..., Any]]) -> Iterator[None]:
    handles = [site.register_forward_pre_hook(make(layer)) for layer, site in enumerate(sites)]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def activations(network: Network, prompt: tuple[int, ...]) -> list[Tensor]:
    """The units of every layer at every position of `prompt`, intact."""
    seen: list[Tensor] = []
    with hooked(down(network), lambda _: lambda __, args: seen.append(args[0].detach().clone())), torch.no_grad():
        network.model(torch.tensor([prompt]), use_cache=False)
    return [x[0] for x in seen]


def swapped_alone(network: Network, pair: EncodedPair, side: int, mask: Tensor) -> Tensor:
    """One prompt, its units at every position taken from the intact run of the other prompt of its pair."""
    prompts = (pair.clean, pair.counterfactual)
    other = activations(network, prompts[1 - side])

    def patch(layer: int) -> Callable[..., Any]:
        def hook(_: nn.Module, args: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
            return (torch.where(mask[layer], other[layer][None], args[0]), *args[1:])

        return hook

    with hooked(down(network), patch), torch.no_grad():
        return difference(network.model, prompts[side], pair.answers)


def copied_with_zero_columns(network: Network, mask: Tensor) -> nn.Module:
    """The same model with what the down-projections read from the marked units set to nothing."""
    model = copy.deepcopy(network.model)
    for layer, site in enumerate(down(attach(model, network.tokenizer))):
        weight = site.weight
        assert isinstance(weight, Tensor)
        with torch.no_grad():
            (weight if type(site).__name__ == "Conv1D" else weight.T)[mask[layer]] = 0
    return model


def hooks_left(model: nn.Module) -> int:
    return sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in model.modules())


# --- scores ----------------------------------------------------------------------------------------------------------


def test_a_pack_scores_every_prompt_as_it_scores_alone(network: Network) -> None:
    expected = plain_scores(network.model)
    assert expected.abs().min() > 1e-3  # else a tolerance of 1e-4 would prove nothing
    close(score(network, pack(PAIRS))[0], expected)


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


def mixture() -> list[LesionRow]:
    """Lesions of both kinds that begin in every layer, out of order, with an empty one among them."""
    rows: list[LesionRow] = []
    for seed, begins in enumerate((2, 0, 1, 2, 0, 1)):
        mask = scattered(seed)
        mask[:begins] = False
        rows.append(LesionRow(mask, "zero" if seed % 2 else "counterfactual"))
    return [*rows[:3], NO_UNITS, *rows[3:]]


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
    monkeypatch.setattr(lesions_module, "TOKENS_PER_PASS", tokens)
    split = score(network, packed, mixture())
    handle.remove()
    rows = [rows for rows, _ in passes]
    assert max(rows) >= passes_of + 1  # lesions and the intact row of that pass
    assert all(rows * nodes <= tokens for rows, nodes in passes)
    assert sum(rows) - len(rows) == len(mixture())
    close(split, together)


def test_a_pack_longer_than_a_pass_is_still_scored(llama: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    together = score(llama, pack(PAIRS), mixture())
    monkeypatch.setattr(lesions_module, "TOKENS_PER_PASS", 1)
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


# --- attribution -----------------------------------------------------------------------------------------------------


def plain_attribution(network: Network, pair: EncodedPair) -> Tensor:
    """(clean - counterfactual) * gradient on the counterfactual run, at the last token, from two separate runs."""
    clean = torch.stack([x[-1] for x in activations(network, pair.clean)])
    seen: list[Tensor] = []

    def keep(_: int) -> Callable[..., Any]:
        def hook(__: nn.Module, args: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
            x = args[0].detach().requires_grad_() if not seen else args[0]
            x.retain_grad()
            seen.append(x)
            return (x, *args[1:])

        return hook

    with hooked(down(network), keep):
        difference(network.model, pair.counterfactual, pair.answers).backward()
    gradient = torch.stack([x.grad[0, -1] for x in seen if x.grad is not None])
    return (clean - torch.stack([x[0, -1].detach() for x in seen])) * gradient


def test_attribution_equals_its_definition_on_separate_runs(network: Network) -> None:
    scores, records = attribute(network, pack(PAIRS))
    assert records is not None
    found = records["mlp"].attribution.sum(0)
    expected = torch.stack([plain_attribution(network, pair) for pair in PAIRS]).sum(0)
    assert found.shape == (LAYERS, UNITS)
    assert all(expected[layer].abs().max() > 1e-2 for layer in range(LAYERS))
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-3)
    close(scores, plain_scores(network.model))


def test_attribution_predicts_what_a_small_patch_changes(network: Network) -> None:
    """Central difference: each unit of the counterfactual run is moved a little towards its clean value, and away.

    In float64, but norms are computed in float32 whatever the model's dtype, so the step is not tiny.
    """
    pair, step = PAIRS[1], 0.02
    _, records = attribute(network, pack([pair]))
    assert records is not None
    found = records["mlp"].attribution.sum(0)
    exact = attach(copy.deepcopy(network.model), network.tokenizer)
    exact.model.double()
    clean = [x[-1] for x in activations(exact, pair.clean)]
    start = [x[-1] for x in activations(exact, pair.counterfactual)]

    def moved(layer: int, unit: int, by: float) -> Tensor:
        def patch(k: int) -> Callable[..., Any]:
            def hook(_: nn.Module, args: tuple[Tensor, ...]) -> tuple[Tensor, ...] | None:
                if k != layer:
                    return None
                x = args[0].clone()
                x[0, -1, unit] += by * (clean[layer][unit] - start[layer][unit])
                return (x, *args[1:])

            return hook

        with hooked(down(exact), patch), torch.no_grad():
            return difference(exact.model, pair.counterfactual, pair.answers)

    for layer in range(LAYERS):
        for unit in found[layer].abs().topk(3).indices.tolist():
            change = (moved(layer, unit, step) - moved(layer, unit, -step)) / (2 * step)
            assert float(found[layer, unit]) == pytest.approx(float(change), rel=2e-2, abs=1e-3)


def test_louder_scores_give_the_same_share_of_attribution(llama: Network) -> None:
    """The output matrix scaled: attribution over the effect, which is what a domain's mean is taken of, stays."""
    shares = []
    for scale in (1.0, 8.0):
        model = copy.deepcopy(llama.model)
        head = model.get_output_embeddings()
        assert isinstance(head, nn.Linear)
        head.weight.data *= scale
        scores, found = attribute(attach(model, llama.tokenizer), pack(PAIRS))
        assert found is not None
        shares.append(found["mlp"].attribution.sum(0) / (scores[:, 0] - scores[:, 1]).sum())
    torch.testing.assert_close(shares[1], shares[0], atol=1e-4, rtol=1e-3)
    assert torch.equal(top_units(shares[1], 10.0), top_units(shares[0], 10.0))


def test_scores_that_are_not_wanted_spare_the_backward_pass(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Tensor] = []

    def refuse(scores: Tensor) -> bool:
        asked.append(scores)
        return False

    def backward(*_: object, **__: object) -> None:
        raise AssertionError("the backward pass ran")

    monkeypatch.setattr(Tensor, "backward", backward)
    scores, found = attribute(network, pack(PAIRS), wanted=refuse)
    assert found is None
    assert not scores.requires_grad
    assert torch.equal(asked[0], scores)
    close(scores, plain_scores(network.model))


@pytest.mark.parametrize("estimate", ["patch", "damage"])
@pytest.mark.parametrize("wanted", [True, False])
def test_attribution_leaves_no_gradient_and_no_hook_behind(network: Network, wanted: bool, estimate: Estimate) -> None:
    attribute(network, pack(PAIRS), estimate=estimate, wanted=lambda _: wanted)
    assert all(p.grad is None and not p.requires_grad for p in network.model.parameters())
    assert hooks_left(network.model) == 0


def test_an_error_in_what_is_wanted_leaves_no_hook_behind(llama: Network) -> None:
    def broken(_: Tensor) -> bool:
        raise KeyError("wanted")

    with pytest.raises(KeyError):
        attribute(llama, pack(PAIRS), wanted=broken)
    assert hooks_left(llama.model) == 0


# --- which models ----------------------------------------------------------------------------------------------------


def mixture_of_experts() -> PreTrainedModel:
    return OlmoeForCausalLM(
        OlmoeConfig(
            vocab_size=len(WORDS), hidden_size=16, intermediate_size=8, num_hidden_layers=2, num_attention_heads=2,
            num_key_value_heads=2, num_experts=4, num_experts_per_tok=2, eos_token_id=0, pad_token_id=0,
        )
    )  # fmt: skip


def state_space() -> PreTrainedModel:
    return MambaForCausalLM(
        MambaConfig(
            vocab_size=len(WORDS), hidden_size=16, state_size=4, num_hidden_layers=2, eos_token_id=0, bos_token_id=0,
            pad_token_id=0,
        )
    )  # fmt: skip


@pytest.mark.parametrize("make", [mixture_of_experts, state_space])
def test_an_unsupported_architecture_is_refused_by_name(make: Callable[[], PreTrainedModel]) -> None:
    model = make()
    with pytest.raises(ModelError, match=f"type {model.config.model_type} are not supported"):
        attach(model, word_tokenizer())


def test_a_model_with_a_block_that_lacks_its_down_projection_is_refused() -> None:
    model = tiny("llama")
    model.model.layers[1].mlp = nn.Identity()
    with pytest.raises(ModelError, match="no down-projection was found in each of their 3 blocks"):
        attach(model, word_tokenizer())


def test_a_model_whose_blocks_differ_in_width_is_refused() -> None:
    model = tiny("llama")
    wide = LlamaConfig(**{**model.config.to_dict(), "intermediate_size": UNITS + 8})
    model.model.layers[1].mlp = LlamaForCausalLM(wide).model.layers[1].mlp
    with pytest.raises(ModelError, match="different widths"):
        attach(model, word_tokenizer())


def test_a_model_that_scores_packs_otherwise_than_prompts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here one that takes no notice of the mask it is given."""
    model = tiny("llama")
    plain = model.model.forward

    def deaf(*_: object, attention_mask: object = None, **rest: Any) -> Any:
        del attention_mask
        return plain(**rest)

    monkeypatch.setattr(model.model, "forward", deaf)
    with pytest.raises(ModelError, match="score differently from prompts computed alone"):
        attach(model, word_tokenizer())


def test_attaching_switches_training_off(network: Network) -> None:
    assert not network.model.training
    assert not any(p.requires_grad for p in network.model.parameters())
    assert (network.layers, network.units("mlp")) == (LAYERS, UNITS)
