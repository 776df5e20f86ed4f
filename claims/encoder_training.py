"""Makes encoder.safetensors from examples.txt: `python -m claims.encoder_training`, half an hour of one core.

Low-rank fine-tuning of all-MiniLM-L6-v2 for all labels together. Only whoever changes the examples needs this, and the
sentence model on this machine; the reader does not import it.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy
from torch.nn.utils import parametrize
from transformers import BertConfig, BertModel

from claims.encoder import DOWN, UP, renamed
from claims.labels import LABELS, REASON_LABELS
from claims.rules import matching_view
from claims.sentence_model import DIMENSIONS, FILES, folder
from claims.training import Example, shipped_examples


@dataclass(frozen=True)
class Recipe:
    """How it is trained; chosen by leaving out a hand."""

    rank: int = 16
    epochs: int = 6
    batch: int = 32
    rate: float = 2e-3  # of AdamW at its highest; the layer of labels learns three times as fast
    warm_up: float = 0.1  # share of the steps before that
    dropout: float = 0.1
    longest_step: float = 5.0  # norm of the gradient


class LowRank(nn.Module):
    """A matrix with a change of low rank, zero at first."""

    def __init__(self, matrix: Tensor, rank: int, generator: torch.Generator) -> None:
        super().__init__()
        rows, columns = matrix.shape
        self.down = nn.Parameter(torch.randn(rank, columns, generator=generator) / math.sqrt(columns))
        self.up = nn.Parameter(torch.zeros(rows, rank))

    def forward(self, matrix: Tensor) -> Tensor:
        """The changed matrix."""
        return matrix + self.up @ self.down


class Encoder(nn.Module):
    """The sentence model and a linear layer on the mean of its tokens."""

    def __init__(self, bert: BertModel, *, recipe: Recipe, generator: torch.Generator) -> None:
        super().__init__()
        self.bert = bert
        for parameter in bert.embeddings.parameters():
            parameter.requires_grad_(False)
        for layer in [module for module in bert.encoder.modules() if isinstance(module, nn.Linear)]:
            layer.weight.requires_grad_(False)
            parametrize.register_parametrization(layer, "weight", LowRank(layer.weight, recipe.rank, generator))
        self.dropout = nn.Dropout(recipe.dropout)
        self.labels = nn.Linear(DIMENSIONS, len(LABELS))
        nn.init.normal_(self.labels.weight, std=0.02, generator=generator)
        nn.init.zeros_(self.labels.bias)

    def forward(self, ids: Tensor) -> Float[Tensor, "claims labels"]:
        """The scores of every label; among the reasons, before the softmax.

        Args:
            ids: claims x tokens, 0 where a claim has ended.
        """
        there = (ids > 0).long()
        vectors = self.bert(input_ids=ids, attention_mask=there).last_hidden_state
        mean = (vectors * there[..., None]).sum(1) / there.sum(1, keepdim=True)
        scores: Tensor = self.labels(self.dropout(mean.float()))
        return scores


def train(bert: BertModel, ids: Sequence[Sequence[int]], labels: Tensor, *, recipe: Recipe, seed: int) -> Encoder:
    """The encoder that fits these examples.

    Args:
        bert: the sentence model, whose weights are changed in place.
        ids: tokens per example.
        labels: examples x labels, 1 where the example has the label.
        recipe: how.
        seed: of the first changes, the order of the examples and dropout.
    """
    rng, generator = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    encoder = Encoder(bert, recipe=recipe, generator=generator).train()
    head = {id(parameter) for parameter in encoder.labels.parameters()}
    learned = [parameter for parameter in encoder.parameters() if parameter.requires_grad]
    groups = [
        {"params": [p for p in learned if id(p) not in head], "lr": recipe.rate},
        {"params": [p for p in learned if id(p) in head], "lr": 3 * recipe.rate},
    ]
    optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.98), eps=1e-6, weight_decay=0.0)
    steps = recipe.epochs * math.ceil(len(ids) / recipe.batch)
    rising = recipe.warm_up * steps
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / rising, (steps - step) / (steps - rising))
    )
    with torch.random.fork_rng():
        torch.manual_seed(seed)  # dropout asks no generator
        for _ in range(recipe.epochs):
            for rows in _batches([len(some) for some in ids], recipe.batch, rng):
                padded = nn.utils.rnn.pad_sequence([torch.tensor(ids[i]) for i in rows], batch_first=True)
                with torch.autocast("cpu", dtype=torch.bfloat16):  # a third of the time where a processor has it
                    scores = encoder(padded)
                loss = _loss(scores.float(), labels[rows])
                optimizer.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(learned, recipe.longest_step)
                optimizer.step()
                schedule.step()
    return encoder.eval()


def _batches(lengths: Sequence[int], size: int, rng: np.random.Generator) -> Iterator[list[int]]:
    """Every example once, with others of about its length: padding costs as much as words."""
    near = np.array(lengths) * (1 + 0.15 * rng.standard_normal(len(lengths))) + rng.random(len(lengths))
    batches = np.array_split(np.argsort(near), math.ceil(len(lengths) / size))
    for at in rng.permutation(len(batches)):
        yield batches[at].tolist()


def _loss(scores: Float[Tensor, "claims labels"], labels: Float[Tensor, "claims labels"]) -> Tensor:
    reason = cross_entropy(scores[:, REASON_LABELS], labels[:, REASON_LABELS].argmax(dim=1))
    each = binary_cross_entropy_with_logits(scores, labels, reduction="none").mean(dim=0)
    return reason + each.sum() - each[REASON_LABELS].sum()


def changes_of(encoder: Encoder) -> Mapping[str, Tensor]:
    """What was learned, by the names of `claims.encoder`."""
    found: dict[str, Tensor] = {}
    for name, parameter in encoder.named_parameters():
        if parameter.requires_grad:
            name = name.removeprefix("bert.").replace(".parametrizations.weight.0.down", DOWN)
            found[name.replace(".parametrizations.weight.0.up", UP)] = parameter.detach().half().contiguous()
    return found


def pretrained() -> BertModel:
    """The sentence model, from this machine."""
    shape = BertConfig.from_json_file(str(folder() / "config.json"))
    shape.attention_probs_dropout_prob = 0.0
    shape._attn_implementation = "eager"  # quicker than the others on short sentences
    bert = BertModel(shape, add_pooling_layer=False)
    weights = load_file(folder() / "model.safetensors")
    bert.load_state_dict({name: weights[name] for name in bert.state_dict() if name in weights})
    return bert


def tokens(examples: Sequence[Example]) -> list[list[int]]:
    """The tokens of each example, as the encoder will see it."""
    tokenizer = Tokenizer.from_file(str(folder() / "tokenizer.json"))
    tokenizer.no_padding()
    return [
        found.ids for found in tokenizer.encode_batch([renamed(matching_view(example.text)) for example in examples])
    ]


def targets(examples: Sequence[Example]) -> Float[Tensor, "examples labels"]:
    """1 where an example has a label."""
    return torch.tensor([[float(label in example.labels) for label in LABELS] for example in examples])


if __name__ == "__main__":
    shipped = shipped_examples()
    trained = train(pretrained(), tokens(shipped), targets(shipped), recipe=Recipe(), seed=0)
    made_for = {"labels": json.dumps(LABELS), "model_sha256": FILES["model.safetensors"]}
    save_file(dict(changes_of(trained)), Path(__file__).parent / "encoder.safetensors", made_for)
