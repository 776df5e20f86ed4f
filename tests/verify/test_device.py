"""On a graphics card the same numbers come out as on the processor; where models run, and how that is decided."""

import pytest
import torch

from tests.verify.conftest import MODELS, tiny, word_tokenizer
from tests.verify.one_at_a_time import PAIRS, mixture
from verify.attribution import Estimate, activity, attribute, responses
from verify.damage import UnitKind
from verify.lesions import chain, score, token_losses
from verify.network import Network, attach
from verify.sites import UNIT_KINDS
from verify.tokens import pack

on_a_card = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a graphics card that PyTorch can use")


def both(name: str) -> tuple[Network, Network]:
    """A tiny model on the processor and on the card."""
    return attach(tiny(name), word_tokenizer()), attach(tiny(name).to("cuda"), word_tokenizer())


def near(found: torch.Tensor, expected: torch.Tensor) -> None:
    assert found.device.type == "cpu"
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-3)


@on_a_card
@pytest.mark.parametrize("name", sorted(MODELS))
def test_lesions_score_the_same_on_a_card(name: str) -> None:
    here, there = both(name)
    near(score(there, pack(PAIRS), mixture()), score(here, pack(PAIRS), mixture()))
    tokens = tuple(range(1, 12))
    near(token_losses(there, tokens, mixture()[:2]), token_losses(here, tokens, mixture()[:2]))


@on_a_card
@pytest.mark.parametrize("name", sorted(MODELS))
@pytest.mark.parametrize("estimate", ["patch", "damage"])
def test_units_are_attributed_the_same_on_a_card(name: str, estimate: Estimate) -> None:
    found = [attribute(one, pack(PAIRS), estimate=estimate) for one in both(name)]
    (expected_scores, expected), (scores, records) = found
    near(scores, expected_scores)
    assert expected is not None
    assert records is not None
    for kind in UNIT_KINDS:
        near(records[kind].attribution, expected[kind].attribution)
        near(records[kind].mean, expected[kind].mean)
        near(records[kind].squares, expected[kind].squares)


@on_a_card
@pytest.mark.parametrize("kind", UNIT_KINDS)
def test_units_answer_the_same_on_a_card(kind: UnitKind) -> None:
    here, there = both("llama")
    near(responses(there, pack(PAIRS), kind), responses(here, pack(PAIRS), kind))
    text = chain(tuple(range(1, 20)))
    near(activity(there, text, kind).mean, activity(here, text, kind).mean)
    near(activity(there, text, kind).norm, activity(here, text, kind).norm)
