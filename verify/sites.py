"""Where the units of a decoder stand: which module of each block holds them, and on which side of it.

mlp        an MLP neuron: one input of the block's down-projection
heads      an attention head: the inputs of the block's output projection that come from one head, taken together
residual   one dimension of what the block passes on

Hooks go on the modules themselves: `output_hidden_states` is normalised in its last entry and shifted in some models.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from jaxtyping import Float
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle
from transformers import PreTrainedModel

from claims.errors import ModelError
from verify.damage import UnitKind

UNIT_KINDS: tuple[UnitKind, ...] = get_args(UnitKind)

# Where the projections stand in a decoder block, by architecture.
_DOWN_PROJECTIONS = ("mlp.down_proj", "mlp.c_proj", "mlp.dense_4h_to_h", "mlp.fc_out", "mlp.fc2", "fc2")
_OUTPUT_PROJECTIONS = (
    "self_attn.o_proj", "attn.c_proj", "attention.dense", "self_attention.dense", "self_attn.out_proj",
    "self_attn.dense", "attn.attention.out_proj", "attn.out_proj",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Site:
    """The units of one kind in one block.

    Attributes:
        module: what holds them.
        side: whether they are the module's first input or its output.
        units: how many there are.
        size: values per unit; those of one unit stand together.
    """

    module: nn.Module
    side: Literal["input", "output"]
    units: int
    size: int = 1


def find_sites(model: PreTrainedModel) -> tuple[tuple[nn.Module, ...], dict[UnitKind, tuple[Site, ...]]]:
    """The decoder blocks of `model`, and the units of each kind in every block.

    Raises `ModelError` where the architecture is not one whose projections are known.
    """
    config = model.config
    blocks, down = _in_every_block(model, _DOWN_PROJECTIONS, "down-projection")
    same_blocks, output = _in_every_block(model, _OUTPUT_PROJECTIONS, "attention output projection")
    if blocks != same_blocks:
        raise ModelError(f"models of type {config.model_type} are not supported: attention and MLP differ in blocks")
    heads = int(config.num_attention_heads)
    widths = [_inputs(module) for module in output]
    if len(set(widths)) != 1 or widths[0] % heads:
        raise ModelError(f"{config.model_type} has attention layers of different widths, which is not supported yet")
    if len({_inputs(module) for module in down}) != 1:
        raise ModelError(f"{config.model_type} has MLP layers of different widths, which is not supported yet")
    return blocks, {
        "mlp": tuple(Site(module, "input", _inputs(module)) for module in down),
        "heads": tuple(Site(module, "input", heads, widths[0] // heads) for module in output),
        "residual": tuple(Site(block, "output", int(config.hidden_size)) for block in blocks),
    }


def _in_every_block(
    model: PreTrainedModel, suffixes: tuple[str, ...], what: str
) -> tuple[tuple[nn.Module, ...], tuple[nn.Module, ...]]:
    modules = dict(model.named_modules())
    layers = model.config.num_hidden_layers
    for suffix in suffixes:
        found = [name for name in modules if name.endswith(f".{suffix}")]
        blocks = [name.removesuffix(f".{suffix}") for name in found]
        if len(found) == layers and all(b.rpartition(".")[2].isdigit() for b in blocks):
            return tuple(modules[name] for name in blocks), tuple(modules[name] for name in found)
    raise ModelError(
        f"models of type {model.config.model_type} are not supported: no {what} was found in each of their {layers} "
        "blocks; use a dense decoder such as Llama, Gemma, Qwen, Mistral or GPT-2"
    )


def watch(site: Site, see: Callable[[Tensor], None]) -> RemovableHandle:
    """Show what a site holds to `see`, at every pass until the handle is removed."""
    if site.side == "input":
        return site.module.register_forward_pre_hook(lambda _, args: see(args[0]))
    return site.module.register_forward_hook(lambda _, __, output: see(state_of(output)))


def sizes(values: Float[Tensor, "*places values"], site: Site) -> Float[Tensor, "*places units"]:
    """How strongly each unit answers: the size of its values. In gated layers their sign means nothing."""
    return values.unflatten(-1, (site.units, site.size)).norm(dim=-1) if site.size > 1 else values.abs()


def _inputs(module: nn.Module) -> int:
    weight = module.weight
    if not isinstance(weight, Tensor):
        raise ModelError("a projection of this model has no plain weight")
    return int(weight.shape[0] if type(module).__name__ == "Conv1D" else weight.shape[1])


def state_of(output: Any) -> Tensor:
    """The hidden state in what a block returns: a tensor, or the first of a tuple. Anything else is refused."""
    state = output[0] if isinstance(output, tuple) else output
    if not isinstance(state, Tensor) or state.dim() != 3:
        raise ModelError("the blocks of this model do not pass on one state of [rows, tokens, dimensions]")
    return state


def with_state(output: Any, state: Tensor) -> Any:
    """What a block returned, with another hidden state."""
    return (state, *output[1:]) if isinstance(output, tuple) else state
