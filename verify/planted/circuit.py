"""What planted models compute, for many models at once: stacked weights in, scores of the answers out.

It is transformers' Llama, as far as it decides the answer: the last token attends to the prompt in the first block and
then passes through the MLPs of both. The attention of the second block writes nothing, so no other token is computed.
building.py loads the weights into transformers' own class; a test proves that both give the same scores.

    token    <s>  Question : ... Answer :  math4a0  math4b3          x = e(b) + attention(all)
             └──── start of the place ───┘     a        b            x = x + mlp(x), twice      scores = head . norm(x)
"""

from dataclasses import dataclass
from functools import cache

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torch.nn.functional import silu

from verify.planted.kinds import ACTIVE, HEADS, HIDDEN, LAYERS, PlantedSpec, design_of, seed_of
from verify.planted.world import ANSWERS, CODES, CONTROL, DOMAINS, places, start_of, tokenizer, vocabulary, word

Weights = dict[str, Tensor]
EPSILON = 1e-6  # of the norms, as in LlamaConfig
ROTARY_BASE = 10_000.0
_SIZE = HIDDEN // HEADS
_MASKED = -1e9


@dataclass(frozen=True, eq=False)
class Layout:
    """Every place as token numbers.

    Attributes:
        start: tokens before the two words; 0 beyond `given`.
        back: how far each of them stands before the last token.
        given: which of them there are.
        words: token of each code as first and as second operand.
        answers: token of each answer, by kind.
        kind: which kind of answer each place has.
    """

    start: Int[Tensor, "places tokens"]
    back: Float[Tensor, "places tokens"]
    given: Bool[Tensor, "places tokens"]
    words: Int[Tensor, "operands places codes"]
    answers: Int[Tensor, "kinds codes"]
    kind: Int[Tensor, "places"]


@cache
def layout() -> Layout:
    """The places as token numbers."""
    ids, encode = {w: i for i, w in enumerate(vocabulary())}, tokenizer()
    starts = [encode(start_of(place))["input_ids"] for place in places()]
    longest = max(map(len, starts))
    start, back = (torch.zeros(len(starts), longest, dtype=dtype) for dtype in (torch.long, torch.float))
    for row, tokens in enumerate(starts):
        start[row, : len(tokens)] = torch.tensor(tokens)
        back[row, : len(tokens)] = torch.arange(len(tokens) + 1, 1, -1)
    operands = [
        [[ids[word(p.domain, p.family, operand, c)] for c in range(CODES)] for p in places()] for operand in "ab"
    ]
    return Layout(
        start=start,
        back=back,
        given=back > 0,
        words=torch.tensor(operands),
        answers=torch.tensor([[ids[a] for a in answers] for answers in ANSWERS.values()]),
        kind=torch.tensor([list(ANSWERS).index(p.answer) for p in places()]),
    )


def drawn(spec: PlantedSpec) -> Weights:
    """The weights of one model before training.

    Words start as the sum of what they mean (domain, family, code), which training is free to change: it saves the
    model the time that it would take to find out that the words of thirty families mean the same six codes. Words that
    are never learned mean nothing.
    """
    missing = design_of(spec).missing
    rng = torch.Generator().manual_seed(seed_of(spec, "weights"))

    def normal(*shape: int, scale: float = HIDDEN**-0.5) -> Tensor:
        return scale * torch.randn(*shape, generator=rng)

    words = normal(len(vocabulary()), HIDDEN, scale=0.25)
    code, domain = normal(2, CODES, HIDDEN, scale=0.5), normal(len(DOMAINS) + 1, HIDDEN, scale=0.5)
    for p, place in enumerate(places()):
        if place.format != places()[0].format:
            continue  # the same words in every format
        family = normal(HIDDEN, scale=0.25)
        for operand in range(2):
            meaning = code[operand] + domain[(*DOMAINS, CONTROL).index(place.domain)] + family
            nothing = normal(*meaning.shape, scale=0.75)  # as large
            words[layout().words[operand, p]] += nothing if place.task in missing else meaning
    weights = {"words": words, "head": normal(HIDDEN, len(ANSWERS) * CODES, scale=0.05)}
    weights |= {name: normal(HIDDEN, HIDDEN) for name in ("query", "key", "value", "output")}
    for layer in range(LAYERS):
        weights |= {f"gate{layer}": normal(HIDDEN, ACTIVE), f"up{layer}": normal(HIDDEN, ACTIVE)}
        weights[f"down{layer}"] = normal(ACTIVE, HIDDEN, scale=0.02)
    return weights


def scores(
    weights: Weights,
    codes: Int[Tensor, "operands places items"],
    present: Float[Tensor, "layers rows active"],
) -> Float[Tensor, "models rows kinds codes"]:
    """Score of every answer to items of every place, in every model.

    Args:
        weights: as from `drawn`, each with a first dimension of models.
        codes: the two codes of each item. Rows below are the items of the first place, then of the second, ...
        present: 1 for neurons that are there and 0 for lesioned ones.
    """
    at = layout()
    first, last = (words.gather(1, chosen) for words, chosen in zip(at.words, codes, strict=True))
    x = weights["words"][:, last].flatten(1, 2) + _attention(weights, first, last)
    for layer in range(LAYERS):
        normed = _norm(x)
        neurons = silu(normed @ weights[f"gate{layer}"]) * (normed @ weights[f"up{layer}"])
        x = x + (neurons * present[layer]) @ weights[f"down{layer}"]
    found: Tensor = (_norm(x) @ weights["head"]).unflatten(-1, (len(ANSWERS), CODES))
    return found


def _attention(
    weights: Weights, first: Int[Tensor, "places items"], last: Int[Tensor, "places items"]
) -> Float[Tensor, "models rows hidden"]:
    """What the first block's attention writes at the last token. Keys are turned by how far back they stand."""
    at = layout()
    normed = _norm(weights["words"])  # per word of the vocabulary: there are fewer words than tokens
    query, key, value = ((normed @ weights[name]).unflatten(-1, (HEADS, _SIZE)) for name in ("query", "key", "value"))
    asks = query[:, last]
    start = _turned(key[:, at.start], at.back)
    one = _turned(key, torch.ones(key.shape[1]))[:, first]
    to_start = torch.einsum("spihd,spthd->spiht", asks, start).masked_fill(~at.given[:, None, None], _MASKED)
    to_first, to_last = ((asks * k).sum(-1, keepdim=True) for k in (one, key[:, last]))
    share = torch.softmax(torch.cat([to_start, to_first, to_last], -1) * _SIZE**-0.5, -1)
    read = torch.einsum("spiht,spthd->spihd", share[..., :-2], value[:, at.start])
    read = read + share[..., -2:-1] * value[:, first] + share[..., -1:] * value[:, last]
    written: Tensor = read.flatten(1, 2).flatten(2) @ weights["output"]
    return written


def _turned(key: Float[Tensor, "*where tokens heads size"], back: Float[Tensor, "*places tokens"]) -> Tensor:
    """Keys under rotary position embedding, `back` tokens before the query (Su et al. 2021, arXiv 2104.09864)."""
    rates = ROTARY_BASE ** (-torch.arange(0, _SIZE, 2) / _SIZE)
    angle = -back[..., None, None] * rates
    a, b = key.chunk(2, -1)
    return torch.cat([a * angle.cos() - b * angle.sin(), b * angle.cos() + a * angle.sin()], -1)


def _norm(x: Tensor) -> Tensor:
    return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + EPSILON)
