"""Pairs as tokens, and a whole cell of pairs as one packed sequence. Knows nothing about models or lesions.

A cell is one task in one format. Its prompts share much: the examples in front, the words before the pair differs.
A pack lays all of them out as one sequence in which each shared piece stands once; a mask lets every token see
only the tokens before it in its own prompts, and positions count along each prompt. Computing the pack is exact:
every prompt gives the scores it would give alone. With two pairs (clean a, counterfactual b):

      node     0   1   2   3   4   5   6   7          sees
      token   <s> The key  is keys are  car  cars     node 3: 0 1 2        node 5: 0 1 4
              └── shared ┘                            a node after the point where its pair differs belongs to one
                                                      prompt only, so a counterfactual lesion can swap it with its
                                                      partner (2 <-> 4) and leave the shared part alone
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Bool, Int
from torch import Tensor

from verify.batteries import Pair


@runtime_checkable
class Tokenizer(Protocol):
    """What is needed of a tokenizer: text to token ids, with whatever the model wants at the start."""

    def __call__(self, text: str, /) -> Mapping[str, list[int]]:
        """Token ids under "input_ids"."""
        ...


@dataclass(frozen=True, slots=True)
class EncodedPair:
    """A pair as token ids up to the scored position, and the two tokens that are compared there.

    `answers` (correct, incorrect) are the first tokens at which the two continuations of a prompt differ; what the
    continuations share before that is part of the prompt.
    """

    clean: tuple[int, ...]
    counterfactual: tuple[int, ...]
    answers: tuple[int, int]

    @property
    def aligned(self) -> bool:
        """Whether the two prompts can be swapped token by token."""
        return len(self.clean) == len(self.counterfactual)


def encode(tokenizer: Tokenizer, pair: Pair) -> EncodedPair | None:
    """`pair` as tokens, or None where the two prompts do not lead to the same pair of answer tokens.

    Prompt and continuation are tokenized together, as they would be read. A chat pair is put into the model's own
    template first, which brings its own start.
    """
    sides = []
    for k, prompt in enumerate((pair.clean, pair.counterfactual)):
        if pair.turn is None:
            right, wrong = (tokenizer(prompt + answer)["input_ids"] for answer in (pair.correct, pair.incorrect))
        else:
            said = tokenizer.apply_chat_template(  # type: ignore[attr-defined]
                [{"role": "user", "content": prompt}], tokenize=False, add_generation_prompt=True
            )
            begun = said + pair.turn[k]
            answers = (a.lstrip() if begun[-1:].isspace() else a for a in (pair.correct, pair.incorrect))
            right, wrong = (tokenizer(begun + a, add_special_tokens=False)["input_ids"] for a in answers)  # type: ignore[call-arg]
        split = next((i for i, (a, b) in enumerate(zip(right, wrong, strict=False)) if a != b), None)
        if split is None or split == 0:
            return None
        sides.append((tuple(right[:split]), (right[split], wrong[split])))
    (clean, offered), (counterfactual, others) = sides
    return EncodedPair(clean, counterfactual, offered) if offered == others else None


def encode_answer(tokenizer: Tokenizer, pair: Pair) -> tuple[EncodedPair, tuple[int, ...]] | None:
    """Prompts that go on with the whole correct answer but for its last token, and the tokens of that answer.

    None where the answer is not spelled with the same tokens after both prompts.
    """
    prompts = [tokenizer(prompt)["input_ids"] for prompt in (pair.clean, pair.counterfactual)]
    whole = [tokenizer(prompt + pair.correct)["input_ids"] for prompt in (pair.clean, pair.counterfactual)]
    answer, other = (tuple(ids[len(prompt) :]) for ids, prompt in zip(whole, prompts, strict=True))
    kept = all(ids[: len(prompt)] == prompt for ids, prompt in zip(whole, prompts, strict=True))
    if not answer or answer != other or not kept or prompts[0] == prompts[1]:
        return None
    return EncodedPair(tuple(whole[0][:-1]), tuple(whole[1][:-1]), (answer[-1], answer[-1])), answer


@dataclass(frozen=True)
class Pack:
    """All prompts of one cell in one sequence of `nodes` tokens. What of it is computed when: see stages.py.

    Attributes:
        ids: token of each node.
        positions: its position within its prompts.
        sees: row i marks the nodes that node i attends to (its own prefix and itself).
        text: number of the text that ends in the node; nodes with the same number read the same from the start on.
        partner: the node at the same position of the other prompt of the pair; the node itself where both share it
            or where the pair is not token-aligned.
        last: the scored node of each prompt, clean and counterfactual.
        answers: correct and incorrect token of each pair.
        aligned: whether a pair is token-aligned.
    """

    ids: Int[Tensor, "nodes"]
    positions: Int[Tensor, "nodes"]
    sees: Bool[Tensor, "nodes nodes"]
    text: Int[Tensor, "nodes"]
    partner: Int[Tensor, "nodes"]
    last: Int[Tensor, "pairs 2"]
    answers: Int[Tensor, "pairs 2"]
    aligned: Bool[Tensor, "pairs"]

    @property
    def nodes(self) -> int:
        """Length of the sequence."""
        return len(self.ids)


def pack(pairs: Sequence[EncodedPair]) -> Pack:
    """Lay `pairs` out as one sequence. Raises `ValueError` when there are none."""
    if not pairs:
        raise ValueError("a pack needs at least one pair")
    ids: list[int] = []
    positions: list[int] = []
    parents: list[int] = []
    text: list[int] = []
    texts: dict[tuple[int, int], int] = {}  # (text before, token) -> text
    shared: dict[tuple[int, int], int] = {}  # (parent node, token) -> node, for text before a pair differs

    def add(token: int, parent: int) -> int:
        ids.append(token)
        positions.append(0 if parent < 0 else positions[parent] + 1)
        parents.append(parent)
        text.append(texts.setdefault((text[parent] if parent >= 0 else -1, token), len(texts)))
        return len(ids) - 1

    partner: dict[int, int] = {}
    last: list[tuple[int, int]] = []
    for pair in pairs:
        split = next(
            (i for i, (a, b) in enumerate(zip(pair.clean, pair.counterfactual, strict=False)) if a != b),
            min(len(pair.clean), len(pair.counterfactual)),
        )
        # A scored node is never shared: it belongs to one prompt.
        split = min(split, len(pair.clean) - 1, len(pair.counterfactual) - 1)
        stem = -1
        for token in pair.clean[:split]:
            if (stem, token) not in shared:
                shared[stem, token] = add(token, stem)
            stem = shared[stem, token]
        tails = []
        for prompt in (pair.clean, pair.counterfactual):
            node, tail = stem, []
            for token in prompt[split:]:
                node = add(token, node)
                tail.append(node)
            tails.append(tail)
        if pair.aligned:
            partner |= dict(zip(tails[0], tails[1], strict=True)) | dict(zip(tails[1], tails[0], strict=True))
        last.append((tails[0][-1], tails[1][-1]))

    n = len(ids)
    sees = np.eye(n, dtype=bool)
    for node, parent in enumerate(parents):  # parents come before their children
        if parent >= 0:
            sees[node] |= sees[parent]
    return Pack(
        ids=torch.tensor(ids),
        positions=torch.tensor(positions),
        sees=torch.from_numpy(sees),
        text=torch.tensor(text),
        partner=torch.tensor([partner.get(i, i) for i in range(n)]),
        last=torch.tensor(last),
        answers=torch.tensor([p.answers for p in pairs]),
        aligned=torch.tensor([p.aligned for p in pairs]),
    )
