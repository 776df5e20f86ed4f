"""A small Llama whose insides are known because they are written by hand: one set of MLP neurons per domain.

    word       = direction of its domain + (or -) the feature that decides the answer + a little noise of its own
    neuron     = silu(domain direction . x) * (feature direction . x)  -> writes "yes" minus "no"

Attention writes nothing. So every domain is solved by its own neurons and by no others, whatever the family, and a
family moved to another domain's name takes its neurons with it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import product

import numpy as np
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from verify.batteries import Item, Scene, base, make_task
from verify.batteries.base import Battery
from verify.contrasts import ContrastSet
from verify.contrasts import base as contrasts
from verify.network import Network, attach

DOMAINS = ("language", "math", "physics")
FAMILIES = 6
WORDS = 16  # of each answer, per family
MODULE = 8  # neurons per domain: 1 % of 2 x 400
HIDDEN, UNITS = 64, 400
FEATURE, ANSWER, NOISE = 8, 9, 16  # first coordinates of what


def words(domain: str, family: int, answer: str) -> list[str]:
    """The words of one family that call for one answer."""
    return [f"{domain}{family}{answer}{k}" for k in range(WORDS)]


def planted_network(seed: int = 0) -> Network:
    """The modular model with its word-level tokenizer."""
    rng = torch.Generator().manual_seed(seed)
    vocabulary = ["<s>", "yes", "no", ".", "Question:", "Answer:", "what?", "<unk>"]
    vocabulary += [w for d, f, a in product(DOMAINS, range(FAMILIES), ("yes", "no")) for w in words(d, f, a)]
    ids = {w: i for i, w in enumerate(vocabulary)}
    raw = Tokenizer(models.WordLevel(ids, unk_token="<unk>"))
    raw.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=raw, unk_token="<unk>", bos_token="<s>")
    torch.manual_seed(seed)  # transformers initialises from the global generator; everything is overwritten below
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(ids), hidden_size=HIDDEN, intermediate_size=UNITS, num_hidden_layers=2,
            num_attention_heads=4, num_key_value_heads=4, max_position_embeddings=512, tie_word_embeddings=False,
        )
    )  # fmt: skip

    def noise(*shape: int) -> torch.Tensor:
        return 0.002 * torch.randn(*shape, generator=rng)

    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() == 2:
                parameter.copy_(noise(*parameter.shape))
        table = model.get_input_embeddings().weight
        for d, f, a in product(range(len(DOMAINS)), range(FAMILIES), ("yes", "no")):
            for word in words(DOMAINS[d], f, a):
                row = table[ids[word]]
                row[d] += 1.0
                row[FEATURE] += 1.0 if a == "yes" else -1.0
                row[NOISE:] += 0.2 * torch.randn(HIDDEN - NOISE, generator=rng)
        head = model.get_output_embeddings().weight
        head[ids["yes"], ANSWER] += 1.0
        head[ids["no"], ANSWER] -= 1.0
        for block in model.model.layers:
            block.self_attn.o_proj.weight.zero_()
        mlp = model.model.layers[1].mlp
        for d in range(len(DOMAINS)):
            for unit in range(d * MODULE, (d + 1) * MODULE):
                mlp.gate_proj.weight[unit, d] += 1.0
                mlp.up_proj.weight[unit, FEATURE] += 1.0
                mlp.down_proj.weight[ANSWER, unit] += 0.005
    return attach(model, tokenizer)


def _tasks(domain: str) -> dict[str, list[Item]]:
    return {
        f"{domain}{f}": [
            Item(Scene("", "what?", yes), Scene("", "what?", no), "yes", "no")
            for yes, no in zip(words(domain, f, "yes"), words(domain, f, "no"), strict=True)
        ] + [
            Item(Scene("", "what?", no), Scene("", "what?", yes), "no", "yes")
            for yes, no in zip(words(domain, f, "yes")[1:], words(domain, f, "no"), strict=False)
        ]
        for f in range(FAMILIES)
    }  # fmt: skip


def contrast_set(domain: str) -> ContrastSet:
    """Words of one domain against words of another, in every family."""
    other = DOMAINS[(DOMAINS.index(domain) + 1) % len(DOMAINS)]
    target, baseline = (
        tuple(w for f in range(FAMILIES) for a in ("yes", "no") for w in words(d, f, a)) for d in (domain, other)
    )
    return ContrastSet(domain, f"{domain}-words", target, baseline, f"words of {domain} and of {other}")


@contextmanager
def planted_batteries(*, shuffled: np.random.Generator | None = None) -> Iterator[None]:
    """Only the planted domains have batteries and contrast sets.

    `shuffled` deals whole families out to the domains anew.
    """
    families = [(name, items) for d in DOMAINS for name, items in _tasks(d).items()]
    order = range(len(families)) if shuffled is None else shuffled.permutation(len(families))
    dealt = [families[i] for i in order]
    registries = (base.REGISTRY, contrasts.REGISTRY)
    kept = [dict(registry.all()) for registry in registries]
    for registry in registries:
        registry.entries.clear()
    try:
        for k, domain in enumerate(DOMAINS):
            tasks = [make_task(n, n, "noun", items) for n, items in dealt[k * FAMILIES : (k + 1) * FAMILIES]]
            base.REGISTRY.entries[domain] = Battery(domain, domain, partial(list, tasks))
            contrasts.REGISTRY.entries[domain] = partial(contrast_set, domain)
        yield
    finally:
        for registry, entries in zip(registries, kept, strict=True):
            registry.entries.clear()
            registry.entries.update(entries)
