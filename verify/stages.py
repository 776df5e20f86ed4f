"""What of a pack is computed when: each node in one pass only, and only if something that is asked for depends on it.

A later stage holds nodes that come out differently (under a lesion, or with a gradient); it attends to what an earlier
stage has left behind. Nodes that must come out the same are computed once. Under a counterfactual lesion, scored on
clean prompts (nodes of the picture in tokens.py):

      earlier   0 1 2 . .        what the prompts of a pair share is swapped with itself: nothing changes there
      now             4 6  ...   what follows it, once in every row
"""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Int
from torch import Tensor

from verify.tokens import Pack


@dataclass(frozen=True, eq=False)
class Stage:
    """Some nodes of a pack, for one pass.

    Attributes:
        ids: token of each node; in a second row, where there is one, of its partner.
        positions: its position within its prompts.
        sees: which nodes of the earlier stage, then of this one, each node attends to.
        place: for every node of the pack, where it stands among the nodes of this stage; -1 if it does not.
    """

    ids: Int[Tensor, "rows nodes"]
    positions: Int[Tensor, "nodes"]
    sees: Bool[Tensor, "nodes seen"]
    place: Int[Tensor, "packed"]

    @property
    def nodes(self) -> int:
        """How many tokens a row of this stage has."""
        return len(self.positions)


def stage(
    pack: Pack,
    among: Bool[Tensor, "packed"],
    *,
    same: Int[Tensor, "packed"],
    earlier: Stage | None = None,
    beside_partner: bool = False,
) -> Stage:
    """A stage of the nodes `among` those of the pack.

    Nodes with one number in `same` are computed once: they, and all that they see, must come out the same. What the
    nodes see besides each other must be in the `earlier` stage, else `ValueError` is raised. With `beside_partner` a
    second row holds their partners.
    """
    chosen = among.nonzero().flatten()
    _, group = same[chosen].unique(return_inverse=True)
    first = torch.full((int(group.max()) + 1,), pack.nodes).scatter_reduce(0, group, chosen, "amin")
    nodes, order = first.sort()  # in the order of the pack, so that what a node sees stands near it
    place = torch.full((pack.nodes,), -1)
    place[chosen] = order.argsort()[group]
    before = 0 if earlier is None else earlier.nodes
    where = place + before
    if earlier is not None:
        where = torch.where(among, where, earlier.place)
    node, seen = pack.sees[nodes].nonzero(as_tuple=True)
    columns = where[seen]
    if bool((columns < 0).any()):
        raise ValueError("a node of this stage sees one that is computed in no stage")
    sees = torch.zeros(len(nodes), before + len(nodes), dtype=torch.bool)
    sees[node, columns] = True
    ids = pack.ids[nodes][None]
    if beside_partner:
        ids = torch.cat([ids, pack.ids[pack.partner[nodes]][None]])
    return Stage(ids, pack.positions[nodes], sees, place)


def whole(pack: Pack) -> Stage:
    """All of a pack in one stage, each text once."""
    return stage(pack, torch.ones(pack.nodes, dtype=torch.bool), same=pack.text)


def seen_by(pack: Pack, nodes: Int[Tensor, "*some"] | Bool[Tensor, "packed"]) -> Bool[Tensor, "packed"]:
    """Which nodes the given ones depend on, themselves included."""
    return pack.sees[nodes.flatten()].any(0)


def texts_of_pairs(pack: Pack) -> Int[Tensor, "packed"]:
    """A number for each text together with that of its partner: what a counterfactual lesion depends on."""
    return pack.text * (int(pack.text.max()) + 1) + pack.text[pack.partner]
