"""A loaded model as the laboratory sees it: packs in, scores and attributions out, lesions as rows of one batch.

    layer               0   1   2   3      one forward pass of one pack; each row is the same text under another
    row 0   intact      ─┬───┬───────      lesion. A row branches off from the intact one where its lesion begins, so
    row 1   lesion A     └─0───────0─      that what lies below is computed once. A counterfactual lesion (~) takes
    row 2   lesion B         └─~───~─      its values from row 0, layer by layer.

Unit: an MLP neuron, which is one input of a block's down-projection. Knows nothing about tasks, files or statistics.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn
from transformers import PreTrainedModel

from claims.errors import LesionNotApplied, ModelError
from verify.tokens import Pack, Tokenizer

LesionKind = Literal["zero", "counterfactual"]
TOKENS_PER_PASS = 4096

# Where the down-projection stands in a decoder block, by architecture.
_DOWN_PROJECTIONS = ("mlp.down_proj", "mlp.c_proj", "mlp.dense_4h_to_h", "mlp.fc_out", "mlp.fc2", "fc2")


@dataclass(frozen=True, eq=False)
class LesionRow:
    """One lesion: which units, and what their value becomes at every prompt position.

    `zero` sets them to 0. `counterfactual` gives them the value they have in the intact model on the paired prompt.
    """

    units: Bool[Tensor, "layers units"]
    kind: LesionKind


@dataclass(frozen=True)
class Network:
    """A causal language model with its tokenizer and the places where its units are read and lesioned."""

    model: PreTrainedModel
    tokenizer: Tokenizer
    sites: tuple[nn.Module, ...] = field(repr=False)
    blocks: tuple[nn.Module, ...] = field(repr=False)
    units: int

    @property
    def layers(self) -> int:
        """Number of decoder blocks."""
        return len(self.sites)


def attach(model: PreTrainedModel, tokenizer: Tokenizer) -> Network:
    """Find the units of `model` and prove that packs score as plain prompts do.

    Raises:
        ModelError: the architecture is not one whose down-projections are known, or packing is not exact in it.
    """
    model.eval().requires_grad_(False)
    sites, blocks = _sites(model)
    widths = {_width(site) for site in sites}
    if len(widths) != 1:
        raise ModelError(f"{model.config.model_type} has MLP layers of different widths, which is not supported yet")
    network = Network(model, tokenizer, sites, blocks, widths.pop())
    _prove_packing(network)
    return network


def _sites(model: PreTrainedModel) -> tuple[tuple[nn.Module, ...], tuple[nn.Module, ...]]:
    """The down-projection of every decoder block, and the blocks."""
    modules = dict(model.named_modules())
    for suffix in _DOWN_PROJECTIONS:
        found = [name for name in modules if name.endswith(f".{suffix}")]
        blocks = [name.removesuffix(f".{suffix}") for name in found]
        if len(found) == model.config.num_hidden_layers and all(b.rpartition(".")[2].isdigit() for b in blocks):
            return tuple(modules[name] for name in found), tuple(modules[name] for name in blocks)
    raise ModelError(
        f"models of type {model.config.model_type} are not supported: no down-projection was found in each of their "
        f"{model.config.num_hidden_layers} blocks; use a dense decoder such as Llama, Gemma, Qwen, Mistral or GPT-2"
    )


def _width(site: nn.Module) -> int:
    weight = site.weight
    if not isinstance(weight, Tensor):
        raise ModelError("the down-projection of this model has no plain weight")
    return int(weight.shape[0] if type(site).__name__ == "Conv1D" else weight.shape[1])


# --- scoring ----------------------------------------------------------------------------------------------------


def _forward(network: Network, pack: Pack) -> Float[Tensor, "rows nodes hidden"]:
    """Last hidden state of the pack. One row goes in; hooks on the blocks may add more on the way."""
    device = network.model.device
    dtype = network.model.dtype
    window = getattr(network.model.config, "sliding_window", None)
    if window is not None and int(pack.positions.max()) >= window:
        raise ModelError(f"a prompt is longer than the attention window of this model ({window} tokens)")
    mask = torch.zeros(1, 1, pack.nodes, pack.nodes, dtype=dtype, device=device)
    mask.masked_fill_(~pack.sees.to(device), torch.finfo(dtype).min)
    output = network.model.base_model(
        input_ids=pack.ids.to(device)[None],
        position_ids=pack.positions.to(device)[None],
        attention_mask=mask,
        use_cache=False,
    )
    state: Tensor = output.last_hidden_state
    return state


def _differences(
    network: Network, pack: Pack, state: Float[Tensor, "rows nodes hidden"]
) -> Float[Tensor, "rows pairs 2"]:
    """Score of the correct minus the incorrect token at each scored node, from these two rows of the output matrix."""
    head = network.model.get_output_embeddings()
    answers = pack.answers.to(state.device)
    at = state[:, pack.last.to(state.device)].float()  # rows pairs 2 hidden
    direction = head.weight[answers[:, 0]].float() - head.weight[answers[:, 1]].float()
    scores = torch.einsum("rpsh,ph->rps", at, direction)
    if getattr(head, "bias", None) is not None:
        scores = scores + (head.bias[answers[:, 0]] - head.bias[answers[:, 1]])[None, :, None].float()
    return scores


def score(network: Network, pack: Pack, lesions: Sequence[LesionRow] = ()) -> Float[Tensor, "rows pairs 2"]:
    """Score differences of every pair of `pack`, clean and counterfactual, intact (row 0) and under each lesion.

    Row 0 is the intact model. Lesions are split over passes of about `TOKENS_PER_PASS` tokens; each pass carries its
    own intact row, and a lesion's row branches off from it where the lesion begins: what lies below is computed once.
    Raises `LesionNotApplied` when a lesion is not in place.
    """
    order = sorted(range(len(lesions)), key=lambda i: _first_layer(lesions[i]))
    per_pass = max(1, TOKENS_PER_PASS // pack.nodes - 1)
    with torch.inference_mode():
        if not lesions:
            return _differences(network, pack, _forward(network, pack)).cpu()
        out: dict[int, Tensor] = {}
        for start in range(0, len(order), per_pass):
            chunk = order[start : start + per_pass]
            with _lesioned(network, pack, [lesions[i] for i in chunk]):
                scores = _differences(network, pack, _forward(network, pack)).cpu()
            out.setdefault(-1, scores[0])
            out |= dict(zip(chunk, scores[1:], strict=True))
    return torch.stack([out[i] for i in range(-1, len(lesions))])


def _first_layer(lesion: LesionRow) -> int:
    """Where a lesion begins; a lesion without units begins in the last layer."""
    touched = lesion.units.any(1).nonzero()
    return int(touched[0]) if len(touched) else len(lesion.units) - 1


@contextmanager
def _lesioned(network: Network, pack: Pack, lesions: Sequence[LesionRow]) -> Iterator[None]:
    """Put the lesions, sorted by where they begin, in place for one pass: row 0 intact, row k under `lesions[k - 1]`.

    Proof of placement: every layer with lesioned units fires exactly once, and what the down-projection then
    receives is read back and equals the fill.
    """
    device = network.model.device
    begins = [_first_layer(lesion) for lesion in lesions]
    units = torch.stack([lesion.units for lesion in lesions]).to(device)  # lesions layers units
    swaps = torch.tensor([False, *(lesion.kind == "counterfactual" for lesion in lesions)], device=device)
    partner = pack.partner.to(device)
    intact = torch.zeros(1, units.shape[2], dtype=torch.bool, device=device)
    fired: dict[int, int] = {}
    handles = []

    def branch(layer: int) -> None:
        """Rows that begin in this layer branch off from the intact row at the entrance of the block."""

        def grow(_: nn.Module, args: tuple[Any, ...]) -> tuple[Any, ...]:
            state: Tensor = args[0]
            return (torch.cat([state, state[:1].expand(begins.count(layer), -1, -1)]), *args[1:])

        handles.append(network.blocks[layer].register_forward_pre_hook(grow))

    def place(layer: int, rows: int) -> None:
        mask = torch.cat([intact, units[: rows - 1, layer]])[:, None, :]
        swapped = swaps[:rows, None, None]

        def fill_of(x: Tensor) -> Tensor:
            """What a lesioned unit becomes: 0, or (swap rows) its intact value on the paired prompt."""
            if not bool(swapped.any()):
                return x.new_zeros(())
            return torch.where(swapped, x[:1, partner], x.new_zeros(()))

        def lesion(_: nn.Module, args: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
            fired[layer] = fired.get(layer, 0) + 1
            return (torch.where(mask, fill_of(args[0]), args[0]), *args[1:])

        def read_back(_: nn.Module, args: tuple[Tensor, ...], __: Tensor) -> None:
            x = args[0]
            wrong = mask & (x != fill_of(x))
            if bool(wrong.any()):
                raise LesionNotApplied(f"{int(wrong.sum())} lesioned values in layer {layer} do not hold their fill")

        handles.append(network.sites[layer].register_forward_pre_hook(lesion))
        handles.append(network.sites[layer].register_forward_hook(read_back))

    touched = [layer for layer in range(network.layers) if bool(units[:, layer].any())]
    try:
        for layer in sorted(set(begins)):
            branch(layer)
        for layer in touched:
            place(layer, 1 + sum(begin <= layer for begin in begins))
        yield
        missed = [layer for layer in touched if fired.get(layer) != 1]
        if missed:
            raise LesionNotApplied(f"the lesion hooks of layers {missed} did not fire exactly once in this pass")
    finally:
        for handle in handles:
            handle.remove()


def attribute(
    network: Network, pack: Pack, *, wanted: Callable[[Float[Tensor, "pairs 2"]], bool]
) -> tuple[Float[Tensor, "pairs 2"], Float[Tensor, "layers units"] | None]:
    """Intact scores of `pack`, and the attribution-patching score of every unit, summed over its pairs.

    The backward pass is spared (None) where the scores are not `wanted`.

    a = (activation on the clean prompt - activation on the counterfactual prompt) * gradient of the score difference
    on the counterfactual run, all at the last prompt token: the first-order estimate of what patching the unit from
    clean into counterfactual would change (Nanda 2023; Syed et al. 2023, arXiv 2310.10348).
    """
    seen: list[Tensor] = []

    def keep(_: nn.Module, args: tuple[Tensor, ...]) -> None:
        args[0].retain_grad()
        seen.append(args[0])

    def start(_: nn.Module, __: tuple[Tensor, ...], output: Tensor) -> Tensor:
        return output.requires_grad_()

    handles = [site.register_forward_pre_hook(keep) for site in network.sites]
    handles.append(network.model.get_input_embeddings().register_forward_hook(start))
    try:
        scores = _differences(network, pack, _forward(network, pack))[0]
        if not wanted(scores.detach().cpu()):
            return scores.detach().cpu(), None
        scores[:, 1].sum().backward()
    finally:
        for handle in handles:
            handle.remove()
    clean, counterfactual = pack.last.T.to(network.model.device)
    parts = []
    for x in seen:
        if x.grad is None:
            raise ModelError("no gradient reached the units of this model; it cannot be localized by attribution")
        parts.append(((x[0, clean] - x[0, counterfactual]) * x.grad[0, counterfactual]).detach().float().sum(0).cpu())
    return scores.detach().cpu(), torch.stack(parts)


# --- proof that packing is exact --------------------------------------------------------------------------------


def _prove_packing(network: Network) -> None:
    """Compare a pack with plain prompts, each alone, through the model's own forward pass and full vocabulary."""
    from verify.tokens import EncodedPair, pack  # the proof needs a pack of its own

    ids = network.tokenizer("The keys to the old house are here and Anna has them")["input_ids"]
    pairs = [
        EncodedPair(tuple(ids[:6]), tuple(ids[:4] + ids[7:9]), (ids[5], ids[8])),
        EncodedPair(tuple(ids[:3] + ids[5:8]), tuple(ids[:9]), (ids[2], ids[6])),
    ]
    packed = score(network, pack(pairs))[0]
    plain = torch.empty(len(pairs), 2)
    with torch.inference_mode():
        for k, pair in enumerate(pairs):
            for side, prompt in enumerate((pair.clean, pair.counterfactual)):
                logits = network.model(torch.tensor([prompt], device=network.model.device), use_cache=False).logits[
                    0, -1
                ]
                plain[k, side] = (logits[pair.answers[0]] - logits[pair.answers[1]]).float()
    tolerance = 1e-2 if network.model.dtype == torch.float32 else 0.5
    if not torch.allclose(packed, plain, atol=tolerance, rtol=0.02):
        raise ModelError(
            f"models of type {network.model.config.model_type} are not supported: prompts computed together score "
            f"differently from prompts computed alone (by {(packed - plain).abs().max():.2g})"
        )
