"""What a pack's scores become under lesions, many in one batch (in_place.py puts them there).

A row holds only the nodes that its lesion changes and a score depends on: all for a lesion at every position; what
follows the shared beginning of a pair where its prompts are swapped; the scored nodes alone for a lesion at the last
token. What they see besides is computed once, without lesion.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from verify.in_place import LesionKind, LesionRow, Position, lesioned
from verify.network import Known, Network, differences, forward
from verify.stages import Stage, seen_by, stage, texts_of_pairs, whole
from verify.tokens import Pack

__all__ = ["LesionKind", "LesionRow", "Position", "Sides", "chain", "score", "token_losses"]

Sides = Literal["both", "clean"]
TOKENS_PER_PASS = {"cpu": 4096, "cuda": 32768}


def score(
    network: Network, pack: Pack, lesions: Sequence[LesionRow] = (), *, sides: Sides = "both"
) -> Float[Tensor, "rows pairs sides"]:
    """Score differences of every pair of `pack`, intact (row 0) and under each lesion.

    Of the clean and the counterfactual prompt, or of the clean one alone. Lesions are split over passes of about
    `TOKENS_PER_PASS` tokens; each pass carries its own intact row. Raises `LesionNotApplied` when a lesion is not in
    place.
    """
    last = pack.last if sides == "both" else pack.last[:, :1]
    scored, answers = last.flatten(), pack.answers.repeat_interleave(last.shape[1], 0)
    parts = _parts(pack, lesions, scored)
    asked = seen_by(pack, scored)
    needed = [(asked | seen_by(pack, part.nodes)) & ~part.nodes for part in parts]
    once = torch.stack(needed).any(0) if parts else asked
    scores = torch.zeros(len(lesions) + 1, len(scored))
    intact = once[scored]
    first, known = None, None
    with torch.inference_mode():
        if bool(once.any()):
            first = stage(pack, once, same=pack.text)
            state, known = forward(network, first, keep=True)
            scores[:, intact] = differences(network, state[:, first.place[scored[intact]]], answers[intact]).cpu()
        for part in parts:
            here = part.nodes[scored]
            if not bool(here.any()):
                continue
            second = stage(pack, part.nodes, same=part.same, earlier=first, beside_partner=part.beside_partner)
            read = partial(_differences_at, network, second.place[scored[here]], answers[here])
            rows = [lesions[k] for k in part.lesions]
            found = _passes(network, second, rows, known, _partners(pack, second), read)
            scores[torch.tensor(part.lesions)[:, None] + 1, here.nonzero().T] = found[1:]
            scores[0, here & ~intact] = found[0, ~intact[here]]
            intact |= here
    return scores.view(len(scores), *last.shape)


def _differences_at(network: Network, places: Tensor, answers: Tensor, state: Tensor) -> Tensor:
    return differences(network, state[:, places], answers)


@dataclass(frozen=True, eq=False)
class _Part:
    """Lesions that change the same nodes of a pack, and what makes two of these nodes come out the same."""

    lesions: list[int]
    nodes: Bool[Tensor, "packed"]
    same: Int[Tensor, "packed"]
    beside_partner: bool


def _parts(pack: Pack, lesions: Sequence[LesionRow], scored: Int[Tensor, "scored"]) -> list[_Part]:
    """The lesions, by which nodes they change: those that are lesioned, and those that see one of them."""
    alike: dict[tuple[Position, bool], list[int]] = {}
    for k, lesion in enumerate(lesions):
        alike.setdefault((lesion.at, lesion.kind == "counterfactual"), []).append(k)
    everywhere = seen_by(pack, scored)
    at_last = torch.zeros(pack.nodes, dtype=torch.bool)
    at_last[scored] = True  # no other node sees a scored one
    parts = []
    for (at, swaps), chosen in alike.items():
        nodes = everywhere if at == "all" else at_last
        if swaps:
            # What a pair shares is its own partner; behind that, every node of an aligned pair has another one.
            nodes = nodes & (pack.partner != torch.arange(pack.nodes))
        beside = swaps and at == "all" and not bool(nodes[pack.partner[nodes]].all())
        if swaps and not beside:
            nodes = nodes.index_fill(0, pack.partner[nodes], True)
        parts.append(_Part(chosen, nodes, texts_of_pairs(pack) if swaps else pack.text, beside))
    return parts


def _partners(pack: Pack, stage: Stage) -> Int[Tensor, "nodes"]:
    """Where the partner of each node of a stage stands in it, or the node itself where it stands in another row."""
    partners = torch.arange(stage.nodes)
    if len(stage.ids) == 1:
        here = (stage.place >= 0).nonzero().flatten()
        partners[stage.place[here]] = stage.place[pack.partner[here]]
    return partners


def token_losses(
    network: Network, tokens: Sequence[int], lesions: Sequence[LesionRow] = ()
) -> Float[Tensor, "rows targets"]:
    """Loss (nats) at every token of a text after its first, intact (row 0) and under each lesion."""
    text = chain(tokens)
    targets = text.ids[1:].to(network.model.device)
    head = network.model.get_output_embeddings()

    def losses(state: Tensor) -> Tensor:
        return torch.stack(
            [torch.nn.functional.cross_entropy(head(row[:-1]).float(), targets, reduction="none") for row in state]
        )

    with torch.inference_mode():
        return _passes(network, whole(text), lesions, None, text.partner, losses)


def chain(tokens: Sequence[int]) -> Pack:
    """A plain text as a pack of one prompt, with nothing scored."""
    n = len(tokens)
    places = torch.arange(n)
    return Pack(
        ids=torch.tensor(list(tokens)), positions=places, sees=places[:, None] >= places[None], text=places,
        partner=places, last=torch.tensor([[n - 1, n - 1]]), answers=torch.tensor([[0, 0]]),
        aligned=torch.tensor([True]),
    )  # fmt: skip


def _passes(
    network: Network,
    stage: Stage,
    lesions: Sequence[LesionRow],
    known: Known | None,
    partners: Int[Tensor, "nodes"],
    read: Callable[[Tensor], Tensor],
) -> Tensor:
    """What `read` makes of the last hidden state of a stage: the intact row, then each lesion's."""
    order = sorted(range(len(lesions)), key=lambda k: lesions[k].begins)
    lead = len(stage.ids)
    per_pass = max(1, TOKENS_PER_PASS[network.model.device.type] // stage.nodes - lead)
    found = []
    for start in range(0, max(1, len(order)), per_pass):
        rows = [lesions[k] for k in order[start : start + per_pass]]
        with lesioned(network, rows, lead, partners):
            state, _ = forward(network, stage, known=known)
            read_rows = read(state).cpu()
        found += [read_rows[:1], read_rows[lead:]] if start == 0 else [read_rows[lead:]]
    return torch.cat(found)[[0, *(1 + order.index(k) for k in range(len(lesions)))]]
