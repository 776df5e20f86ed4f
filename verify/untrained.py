"""Copies of a model with random weights: the same architecture and tokenizer, and nothing learned."""

import torch
from transformers import AutoModelForCausalLM

from verify.network import Network, attach


def untrained_copy(network: Network, seed: int) -> Network:
    """A copy whose weights are drawn anew by the architecture's own rule of initialisation.

    The global generator of torch is what transformers draws from: it is seeded here and put back afterwards.
    """
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = AutoModelForCausalLM.from_config(network.model.config, dtype=network.model.dtype)
    return attach(model.to(network.model.device), network.tokenizer)
