"""Training plants what it says: the stacked model is transformers' Llama, and lesions show the planted neurons."""

import pytest
import torch
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from tests.verify.planted_truth.conftest import MODULAR
from verify.planted import DOMAINS, PlantedSpec, build, check_planted, modules, train, training
from verify.planted.asking import Asked
from verify.planted.circuit import drawn, layout, scores
from verify.planted.kinds import ACTIVE, LAYERS, design_of, places_of_neurons, trained_neurons
from verify.planted.training import ITEMS, draw_lesions
from verify.planted.world import CODES, places, prompts

SPEC = PlantedSpec("modular", 0)


def loud(spec: PlantedSpec) -> dict[str, torch.Tensor]:
    """Weights before training, but with MLPs and a head that say something."""
    return {k: w * 20 if k.startswith("down") or k == "head" else w for k, w in drawn(spec).items()}


def test_stacked_weights_score_as_transformers_own_model_does_with_and_without_a_lesion() -> None:
    """Each model of a stack, every format; a lesion of the neurons by their number in training and in the model."""
    specs = [PlantedSpec("modular", seed) for seed in (0, 1)]
    each = [loud(spec) for spec in specs]
    stacked = {name: torch.stack([w[name] for w in each]) for name in each[0]}
    rng = torch.Generator().manual_seed(0)
    codes = torch.randint(CODES, (2, len(places()), 1), generator=rng)
    out = torch.rand(LAYERS, ACTIVE, generator=rng) < 0.5
    for lesion in (torch.zeros_like(out), out):
        present = (~lesion).float()[:, None].expand(-1, len(places()), -1)
        found = scores(stacked, codes, present)
        for k, spec in enumerate(specs):
            model, tokenizer = build(spec, each[k])
            order = places_of_neurons(spec)
            with torch.no_grad():
                for layer, block in enumerate(model.model.layers):
                    block.mlp.down_proj.weight[:, order[layer, :ACTIVE][lesion[layer]]] = 0
                    assert block.mlp.down_proj.weight[:, order[layer, ACTIVE:]].abs().max() < 0.02
                    block.mlp.down_proj.weight[:, order[layer, ACTIVE:]] = 0  # what was not trained
            for p in range(0, len(places()), 7):
                text, _ = prompts(places()[p])[int(codes[0, p, 0]) * CODES + int(codes[1, p, 0])]
                with torch.inference_mode():
                    logits = model(torch.tensor([tokenizer(text)["input_ids"]])).logits[0, -1]
                theirs = logits[layout().answers]
                torch.testing.assert_close(found[k, p], theirs, atol=1e-3, rtol=1e-3)
                assert found[k, p].std() > 1, "there is something to compare"


def test_a_model_does_not_depend_on_its_company(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "STEPS", 4)
    other = PlantedSpec("modular", 7)
    alone, together = train([SPEC])[SPEC], train([other, SPEC])
    for name, weights in alone.items():
        torch.testing.assert_close(together[SPEC][name], weights, atol=1e-4, rtol=1e-3)
    assert not torch.allclose(together[other]["words"], together[SPEC]["words"])
    again = train([SPEC])[SPEC]
    assert all(torch.equal(again[name], w) for name, w in alone.items())


@pytest.mark.parametrize("kind", ["modular", "redundant", "answer-modular"])
def test_lesioned_rows_hold_none_of_their_own_modules_and_spared_rows_hold_enough(kind: str) -> None:
    design = design_of(PlantedSpec(kind, 0))  # type: ignore[arg-type]
    lesioned, present = draw_lesions(design, torch.Generator().manual_seed(0))
    neurons = trained_neurons(design).float()
    held = torch.einsum("lra,mla->rm", present, neurons).numpy()
    for row, (out, counts) in enumerate(zip(lesioned.tolist(), held, strict=True)):
        own = counts[list(design.through[row // ITEMS])]
        assert (own.sum() == 0) if out else (own.sum() >= 8)
    assert 0.2 < lesioned.float().mean() < 0.5
    whole = (present == 1).all(2).all(0) & ~lesioned
    assert whole.any(), "some rows see the model as it is"


def test_a_kind_without_modules_loses_neurons_and_is_never_lesioned() -> None:
    lesioned, present = draw_lesions(design_of(PlantedSpec("distributed", 0)), torch.Generator().manual_seed(0))
    assert not lesioned.any()
    assert 0.6 < present.mean() < 0.9


@pytest.mark.slow
def test_a_modular_model_breaks_where_it_was_planted_and_nowhere_else(
    modular: tuple[PreTrainedModel, PreTrainedTokenizerFast],
) -> None:
    check = check_planted(MODULAR, *modular)
    assert check.took, check.failed
    assert check.numbers["accuracy, intact"] == 1.0
    assert check.numbers["accuracy, never learned"] < 0.5


@pytest.mark.slow
def test_a_plant_that_did_not_take_is_found_out(modular: tuple[PreTrainedModel, PreTrainedTokenizerFast]) -> None:
    """The same model taken for one with its modules elsewhere, for one of half strength, and for an incompetent one."""
    elsewhere = PlantedSpec("modular", 12)
    assert not any((modules(elsewhere)[d] & modules(MODULAR)[d]).sum() > 2 for d in DOMAINS)
    for spec in (elsewhere, PlantedSpec("weak", 5, 0.5), PlantedSpec("incompetent", 5)):
        assert not check_planted(spec, *modular).took


@pytest.mark.slow
def test_the_neurons_that_cost_a_domain_most_are_its_module(
    modular: tuple[PreTrainedModel, PreTrainedTokenizerFast],
) -> None:
    (worst,) = Asked(*modular).worst_neurons(MODULAR, ["math"])
    assert int((worst & modules(MODULAR)["math"]).sum()) >= 6


def test_random_weights_took_as_untrained_and_not_as_modular() -> None:
    spec = PlantedSpec("untrained", 5)
    model, tokenizer = build(spec, train([spec])[spec])
    assert check_planted(spec, model, tokenizer).took
    assert not check_planted(MODULAR, model, tokenizer).took
