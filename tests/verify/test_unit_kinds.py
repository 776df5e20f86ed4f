"""Heads, residual dimensions, mean fills and last-token lesions, against one prompt at a time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import torch
from torch import Tensor

from claims.errors import LesionNotApplied
from tests.verify.conftest import LAYERS
from tests.verify.one_at_a_time import ALIGNED, PAIRS, close, difference, hooks_left
from verify.attribution import activity, attribute
from verify.damage import UnitKind
from verify.lesions import LesionRow, chain, score, token_losses
from verify.network import Network
from verify.sites import UNIT_KINDS, state_of, with_state
from verify.tokens import EncodedPair, pack

each_kind = pytest.mark.parametrize("of", UNIT_KINDS)


def some(network: Network, of: UnitKind, seed: int = 0, share: float = 0.25) -> Tensor:
    rng = torch.Generator().manual_seed(seed)
    mask = torch.rand(LAYERS, network.units(of), generator=rng) < share
    mask[1, 0] = True
    return mask


def values(network: Network, of: UnitKind, mask: Tensor) -> Tensor:
    """A mask of units as a mask of values: all values of a head belong to it."""
    return mask.repeat_interleave(network.sites[of][0].size, 1)


@contextmanager
def edited(network: Network, of: UnitKind, edit: Callable[[int, Tensor], Tensor]) -> Iterator[None]:
    """What each site holds is replaced by `edit(layer, what it holds)`."""
    handles = []
    for layer, site in enumerate(network.sites[of]):

        def before(_: Any, args: tuple[Tensor, ...], layer: int = layer) -> tuple[Tensor, ...]:
            return (edit(layer, args[0]), *args[1:])

        def after(_: Any, __: Any, output: Any, layer: int = layer) -> Any:
            return with_state(output, edit(layer, state_of(output)))

        hook = site.module.register_forward_pre_hook if site.side == "input" else site.module.register_forward_hook
        handles.append(hook(before if site.side == "input" else after))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def held(network: Network, of: UnitKind, prompt: tuple[int, ...]) -> list[Tensor]:
    seen: list[Tensor] = []

    def look(_: int, x: Tensor) -> Tensor:
        seen.append(x.detach().clone()[0])
        return x

    with edited(network, of, look), torch.no_grad():
        network.model(torch.tensor([prompt]), use_cache=False)
    return seen


def expected(network: Network, lesion: LesionRow, pair: EncodedPair) -> Tensor:
    """The lesioned scores of a pair, each prompt alone."""
    mask = values(network, lesion.of, lesion.units)
    scores = []
    for side, prompt in enumerate((pair.clean, pair.counterfactual)):
        other = held(network, lesion.of, (pair.counterfactual, pair.clean)[side])

        def edit(layer: int, x: Tensor, other: list[Tensor] = other) -> Tensor:
            if lesion.kind == "counterfactual":
                fill = other[layer][None]
            elif lesion.fill is not None:
                fill = lesion.fill[layer].expand_as(x)
            else:
                fill = torch.zeros_like(x)
            changed = torch.where(mask[layer], fill, x)
            return changed if lesion.at == "all" else torch.cat([x[:, :-1], changed[:, -1:]], 1)

        with edited(network, lesion.of, edit), torch.no_grad():
            scores.append(difference(network.model, prompt, pair.answers))
    return torch.stack(scores)


def rows(network: Network, of: UnitKind) -> list[LesionRow]:
    width = network.units(of) * network.sites[of][0].size
    fill = torch.randn(LAYERS, width, generator=torch.Generator().manual_seed(3))
    return [
        LesionRow(some(network, of, 1), "zero", of),
        LesionRow(some(network, of, 2), "mean", of, fill=fill),
        LesionRow(some(network, of, 3), "counterfactual", of),
        LesionRow(some(network, of, 4), "zero", of, at="last"),
        LesionRow(some(network, of, 5), "counterfactual", of, at="last"),
        LesionRow(some(network, of, 6), "mean", of, at="last", fill=fill),
    ]


@each_kind
def test_every_lesion_of_every_kind_of_unit_equals_one_prompt_at_a_time(network: Network, of: UnitKind) -> None:
    lesions = rows(network, of)
    found = score(network, pack(PAIRS), lesions)
    for k, lesion in enumerate(lesions):
        for p in ALIGNED:
            close(found[k + 1, p], expected(network, lesion, PAIRS[p]))
        assert (found[k + 1] - found[0])[ALIGNED].abs().max() > 1e-3
    assert hooks_left(network.model) == 0


def test_lesions_of_different_kinds_of_unit_share_a_batch(network: Network) -> None:
    lesions = [lesion for of in UNIT_KINDS for lesion in rows(network, of)]
    together = score(network, pack(PAIRS), lesions)
    for k, lesion in enumerate(lesions):
        close(together[k + 1], score(network, pack(PAIRS), [lesion])[1])


@each_kind
def test_swapping_all_units_at_every_position_of_the_residual_turns_the_scores_round(
    network: Network, of: UnitKind
) -> None:
    """A full swap of what every block passes on gives the partner's score; of neurons or heads alone it need not."""
    everything = torch.ones(LAYERS, network.units(of), dtype=torch.bool)
    intact, swapped = score(network, pack(PAIRS), [LesionRow(everything, "counterfactual", of)])
    if of == "residual":
        close(swapped[ALIGNED], intact[ALIGNED].flip(1))
    else:
        assert (swapped - intact)[ALIGNED].abs().max() > 1e-3


@contextmanager
def gradients_kept(network: Network, of: UnitKind) -> Iterator[list[Tensor]]:
    """What the units of every layer hold in one run, each with its gradient after a backward pass."""
    kept: list[Tensor] = []

    def keep(_: int, x: Tensor) -> Tensor:
        x = x.requires_grad_() if not kept else x
        x.retain_grad()
        kept.append(x)
        return x

    with edited(network, of, keep):
        yield kept


@each_kind
def test_attribution_and_responses_equal_their_definition(network: Network, of: UnitKind) -> None:
    _, records = attribute(network, pack(PAIRS))
    assert records is not None
    size = network.sites[of][0].size
    responses, total = [], torch.zeros(LAYERS, network.units(of))
    for pair in PAIRS:
        clean, counterfactual = held(network, of, pair.clean), held(network, of, pair.counterfactual)
        with gradients_kept(network, of) as kept:
            difference(network.model, pair.counterfactual, pair.answers).backward()
        for layer, x in enumerate(kept):
            assert x.grad is not None
            product = (clean[layer][-1] - counterfactual[layer][-1]) * x.grad[0, -1]
            total[layer] += product.view(-1, size).sum(1)
        for run in (clean, counterfactual):
            responses.append(torch.stack([x[-1] for x in run]).view(LAYERS, -1, size).norm(dim=-1))
    stacked = torch.stack(responses)
    torch.testing.assert_close(records[of].attribution.sum(0), total, atol=1e-4, rtol=1e-3)
    torch.testing.assert_close(records[of].mean, stacked.mean(0), atol=1e-4, rtol=1e-3)
    torch.testing.assert_close(records[of].squares, (stacked - stacked.mean(0)).square().sum(0), atol=1e-3, rtol=1e-3)


@each_kind
def test_the_estimate_of_damage_equals_its_definition(network: Network, of: UnitKind) -> None:
    """Half of each: what a zero lesion and what a swap of both prompts take from m, to first order."""
    scores, records = attribute(network, pack(PAIRS), estimate="damage")
    patched, others = attribute(network, pack(PAIRS))
    assert records is not None
    assert others is not None
    size = network.sites[of][0].size
    total = torch.zeros(LAYERS, network.units(of))
    for pair in PAIRS:
        values, slopes = [], []
        for prompt in (pair.clean, pair.counterfactual):
            with gradients_kept(network, of) as kept:
                difference(network.model, prompt, pair.answers).backward()
            values.append([x[0, -1].detach() for x in kept])
            slopes.append([x.grad[0, -1] for x in kept if x.grad is not None])
        for layer, (a, b, g, h) in enumerate(zip(*values, *slopes, strict=True)):
            estimate = 0.5 * (a * g - b * h) + 0.5 * (a - b) * (g + h) / 2
            total[layer] += estimate.view(-1, size).sum(1)
    torch.testing.assert_close(records[of].attribution.sum(0), total, atol=1e-4, rtol=1e-3)
    close(scores, patched)
    torch.testing.assert_close(records[of].mean, others[of].mean, atol=1e-4, rtol=1e-3)
    torch.testing.assert_close(records[of].squares, others[of].squares, atol=1e-3, rtol=1e-3)


def test_damage_of_a_whole_answer_cannot_be_asked_for(network: Network) -> None:
    with pytest.raises(ValueError, match="not to a whole answer"):
        attribute(network, pack(PAIRS), estimate="damage", answers=[(1,)] * len(PAIRS))


def test_the_estimate_of_damage_comes_near_what_small_lesions_do(network: Network) -> None:
    """Of the single neurons of the last layer, mean over a zero and a counterfactual lesion at the last token."""
    aligned = [pair for pair in PAIRS if pair.aligned]
    _, records = attribute(network, pack(aligned), estimate="damage")
    assert records is not None
    found = records["mlp"].attribution.sum(0)[-1]
    single = torch.eye(network.units("mlp"), dtype=torch.bool)
    masks = [torch.zeros(LAYERS, network.units("mlp"), dtype=torch.bool) for _ in single]
    for mask, unit in zip(masks, single, strict=True):
        mask[-1] = unit
    zero, swap = (
        score(network, pack(aligned), [LesionRow(m, kind, at="last") for m in masks])
        for kind in ("zero", "counterfactual")
    )
    lost = [(s[:1] - s[1:])[..., 0].sum(1) - (s[:1] - s[1:])[..., 1].sum(1) for s in (zero, swap)]
    measured = (lost[0] + lost[1] / 2) / 2
    assert float(torch.corrcoef(torch.stack([found, measured]))[0, 1]) > 0.95


@each_kind
def test_attribution_of_a_whole_answer_equals_its_definition(network: Network, of: UnitKind) -> None:
    """Answers of one to three tokens: the gradient of the sum of their log-probabilities, before the first of them."""
    prompts = [((1, 5, 9), (1, 6, 9)), ((1, 5, 9, 2), (1, 5, 7, 2)), ((1, 8, 3), (1, 8, 4))]
    answers = [(4,), (11, 3), (7, 12, 2)]
    pairs = [EncodedPair(a + x[:-1], b + x[:-1], (x[-1], 0)) for (a, b), x in zip(prompts, answers, strict=True)]
    _, records = attribute(network, pack(pairs), answers=answers)
    assert records is not None
    size = network.sites[of][0].size
    total = torch.zeros(LAYERS, network.units(of))
    for (clean, counterfactual), answer in zip(prompts, answers, strict=True):
        with gradients_kept(network, of) as kept:
            logits = network.model(torch.tensor([counterfactual + answer]), use_cache=False).logits[0].log_softmax(-1)
            start = len(counterfactual) - 1
            torch.stack([logits[start + k, token] for k, token in enumerate(answer)]).sum().backward()
        for layer, (there, x) in enumerate(zip(held(network, of, clean), kept, strict=True)):
            assert x.grad is not None
            total[layer] += ((there[-1] - x[0, start].detach()) * x.grad[0, start]).view(-1, size).sum(1)
    torch.testing.assert_close(records[of].attribution.sum(0), total, atol=1e-4, rtol=1e-3)


def copied(x: Any) -> Any:
    """A tensor, or each of a tuple of them, as a copy."""
    if isinstance(x, tuple):
        return tuple(copied(part) for part in x)
    return x.clone() if isinstance(x, Tensor) else x


@each_kind
def test_a_lesion_that_is_not_taken_is_an_error(
    network: Network, of: UnitKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = network.sites[of][1]
    name = "register_forward_pre_hook" if site.side == "input" else "register_forward_hook"
    register, calls = getattr(site.module, name), []

    def ignoring(hook: Callable[..., Any]) -> Any:
        calls.append(hook)
        if len(calls) > 1 or getattr(hook, "__name__", "") == "grow":
            return register(hook)
        return register(lambda *args: (hook(*(copied(a) for a in args)), None)[1])

    begins = some(network, of)
    begins[0] = False
    begins[0, 1] = True  # the lesion begins in layer 0, so the branch is not hooked on the module of layer 1
    monkeypatch.setattr(site.module, name, ignoring)
    with pytest.raises(LesionNotApplied, match="do not hold their fill"):
        score(network, pack(PAIRS), [LesionRow(begins, "zero", of)])
    assert hooks_left(network.model) == 0


def test_mean_needs_a_fill_and_nothing_else_takes_one(llama: Network) -> None:
    mask = some(llama, "mlp")
    with pytest.raises(ValueError, match="needs fill"):
        LesionRow(mask, "mean")
    with pytest.raises(ValueError, match="takes no fill"):
        LesionRow(mask, "zero", fill=torch.zeros(LAYERS, 24))


# --- running text ----------------------------------------------------------------------------------------------------

TEXT = (1, 9, 3, 14, 25, 6, 30, 11)


def test_token_losses_are_those_of_the_plain_model(network: Network) -> None:
    lesion = LesionRow(some(network, "mlp"), "zero")
    found = token_losses(network, TEXT, [lesion, LesionRow(some(network, "heads"), "zero", "heads")])
    with torch.no_grad():
        logits = network.model(torch.tensor([TEXT]), use_cache=False).logits[0, :-1]
    plain = torch.nn.functional.cross_entropy(logits, torch.tensor(TEXT[1:]), reduction="none")
    torch.testing.assert_close(found[0], plain, atol=1e-4, rtol=1e-4)
    assert found.shape == (3, len(TEXT) - 1)
    assert all((row - found[0]).abs().max() > 1e-3 for row in found[1:])


@each_kind
def test_activity_is_the_mean_over_the_tokens_after_the_first(network: Network, of: UnitKind) -> None:
    found = activity(network, chain(TEXT), of)
    size = network.sites[of][0].size
    for layer, x in enumerate(held(network, of, TEXT)):
        torch.testing.assert_close(found.mean[layer], x[1:].mean(0), atol=1e-4, rtol=1e-4)
        norms = x[1:].view(len(TEXT) - 1, -1, size).norm(dim=-1).mean(0)
        torch.testing.assert_close(found.norm[layer], norms, atol=1e-4, rtol=1e-4)
    assert hooks_left(network.model) == 0
