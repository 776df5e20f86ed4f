"""Makes encoder.safetensors and same_encoder.safetensors: `python -m claims.encoder_training`, more than an hour.

Low-rank fine-tuning of all-MiniLM-L6-v2: for the labels and the amounts of single claims (examples.txt and
encoder_examples.txt), and for which claims of an article say the same (encoder_articles.txt, with the labels of
examples.txt beside it). Only whoever changes the examples or articles needs this, and the sentence model on this
machine; the reader does not import it.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, normalize
from torch.nn.utils import parametrize
from transformers import BertConfig, BertModel

from claims.encoder import DOWN, OF_LABELS, OF_PAIRS, UP, places_of, renamed
from claims.labelled_articles import Labelled, encoder_articles
from claims.labels import LABELS, REASON_LABELS
from claims.points import POINTS
from claims.rules import matching_view
from claims.sentence_model import DIMENSIONS, FILES, folder, token_ids
from claims.training import Example, encoder_examples, shipped_examples

_AMOUNTS = 3.0  # weight of the tokens of amounts beside that of the labels


@dataclass(frozen=True)
class Recipe:
    """How it is trained; chosen by leaving out one writer at a time."""

    rank: int = 16
    epochs: int = 6
    batch: int = 32
    rate: float = 2e-3  # of AdamW at its highest; the layer of labels learns three times as fast
    warm_up: float = 0.1  # share of the steps before that
    dropout: float = 0.1
    longest_step: float = 5.0  # norm of the gradient
    image: int = 128  # numbers of the image of a claim in which those that say the same are near
    same_weight: float = 3.0  # of a pair that says the same, beside one that does not
    sharpness: float = 10.0  # of the softmax over the other claims of the article


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


@dataclass(frozen=True)
class Marked:
    """The marked claims of one article."""

    ids: Sequence[Sequence[int]]  # tokens per claim
    same: Bool[Tensor, "claims claims"]
    points: Int[Tensor, "claims"]  # in the order of `POINTS`


class Encoder(nn.Module):
    """The sentence model and linear layers on the mean of its tokens."""

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
        self.amounts = nn.Linear(DIMENSIONS, 1)  # of a token: is it of a stated amount?
        self.points = nn.Linear(DIMENSIONS, len(POINTS))  # teaches the sentence model, and is not kept
        self.same = nn.Linear(DIMENSIONS, recipe.image)
        for layer in (self.labels, self.points, self.same, self.amounts):
            nn.init.normal_(layer.weight, std=0.02, generator=generator)
            nn.init.zeros_(layer.bias)
        self.same_scale = nn.Parameter(torch.tensor(8.0))
        self.same_shift = nn.Parameter(torch.tensor(-5.0))

    def forward(self, ids: Tensor) -> Float[Tensor, "claims labels"]:
        """The scores of every label; among the reasons, before the softmax.

        Args:
            ids: claims x tokens, 0 where a claim has ended.
        """
        scores: Tensor = self.labels(self.mean(ids))
        return scores

    def mean(self, ids: Tensor) -> Float[Tensor, "claims 384"]:
        """The mean over the tokens of each claim.

        Args:
            ids: claims x tokens, 0 where a claim has ended.
        """
        return self.mean_of(self.vectors(ids), ids)

    def vectors(self, ids: Tensor) -> Float[Tensor, "claims tokens 384"]:
        """The vector of each token.

        Args:
            ids: claims x tokens, 0 where a claim has ended.
        """
        found: Tensor = self.bert(input_ids=ids, attention_mask=(ids > 0).long()).last_hidden_state
        return found

    def mean_of(self, vectors: Float[Tensor, "claims tokens 384"], ids: Tensor) -> Float[Tensor, "claims 384"]:
        """The mean over the vectors of the tokens that are there."""
        there = (ids > 0).long()
        mean: Tensor = self.dropout(((vectors * there[..., None]).sum(1) / there.sum(1, keepdim=True)).float())
        return mean

    def alike(self, means: Float[Tensor, "claims 384"]) -> Float[Tensor, "claims claims"]:
        """Cosines of the images of the claims of one article, without half of what they have in common."""
        images = self.same(means)
        images = normalize(images - images.mean(0) / 2, dim=1)
        return images @ images.T


def train(
    bert: BertModel,
    ids: Sequence[Sequence[int]],
    labels: Tensor,
    articles: Sequence[Marked] = (),
    *,
    amounts: Sequence[Sequence[bool] | None] = (),
    recipe: Recipe,
    seed: int,
) -> Encoder:
    """The encoder that fits these examples and articles.

    Args:
        bert: the sentence model, whose weights are changed in place.
        ids: tokens per example.
        labels: examples x labels, 1 where the example has the label.
        articles: one step each, among those of the examples.
        amounts: of each example, which of its tokens are of a stated amount; None where that is not known.
        recipe: how.
        seed: of the first changes, the order of the examples and dropout.
    """
    rng, generator = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    encoder = Encoder(bert, recipe=recipe, generator=generator).train()
    layers = (encoder.labels, encoder.points, encoder.same, encoder.amounts)
    head = {id(p) for layer in layers for p in layer.parameters()} | {id(encoder.same_scale), id(encoder.same_shift)}
    learned = [parameter for parameter in encoder.parameters() if parameter.requires_grad]
    groups = [
        {"params": [p for p in learned if id(p) not in head], "lr": recipe.rate},
        {"params": [p for p in learned if id(p) in head], "lr": 3 * recipe.rate},
    ]
    optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.98), eps=1e-6, weight_decay=0.0)
    steps = recipe.epochs * (math.ceil(len(ids) / recipe.batch) + len(articles))
    rising = recipe.warm_up * steps
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / rising, (steps - step) / (steps - rising))
    )
    with torch.random.fork_rng():
        torch.manual_seed(seed)  # dropout asks no generator
        for _ in range(recipe.epochs):
            batches = list(_batches([len(some) for some in ids], recipe.batch, rng))
            for at in rng.permutation(len(batches) + len(articles)):
                if at < len(batches):
                    rows = batches[at]
                    vectors, padded = _vectors(encoder, [ids[i] for i in rows])
                    loss = _loss(encoder.labels(encoder.mean_of(vectors, padded)), labels[rows])
                    if amounts:
                        loss = loss + _amount_loss(encoder, vectors, padded, [amounts[i] for i in rows])
                else:
                    loss = _article_loss(encoder, articles[at - len(batches)], recipe)
                optimizer.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(learned, recipe.longest_step)
                optimizer.step()
                schedule.step()
    return encoder.eval()


def _vectors(encoder: Encoder, ids: Sequence[Sequence[int]]) -> tuple[Float[Tensor, "claims tokens 384"], Tensor]:
    """The vector of each token, and the tokens as they were padded."""
    padded = nn.utils.rnn.pad_sequence([torch.tensor(some) for some in ids], batch_first=True)
    with torch.autocast("cpu", dtype=torch.bfloat16):  # a third of the time where a processor has it
        return encoder.vectors(padded).float(), padded


def _amount_loss(encoder: Encoder, vectors: Tensor, padded: Tensor, amounts: Sequence[Sequence[bool] | None]) -> Tensor:
    known = torch.tensor([some is not None for some in amounts])[:, None] & (padded > 0)
    wanted = nn.utils.rnn.pad_sequence(
        [torch.tensor(some or [False], dtype=torch.float32) for some in amounts], batch_first=True
    )
    wanted = nn.functional.pad(wanted, (0, padded.shape[1] - wanted.shape[1]))
    scores: Tensor = encoder.amounts(encoder.dropout(vectors))[..., 0]
    if not known.any():
        return scores.sum() * 0
    loss: Tensor = _AMOUNTS * binary_cross_entropy_with_logits(scores[known], wanted[known])
    return loss


def _article_loss(encoder: Encoder, article: Marked, recipe: Recipe) -> Tensor:
    """Of pairs that say the same against the rest, of each claim's twins among all others, and of the points.

    The second is the supervised contrastive loss (Khosla et al. 2020, arXiv:2004.11362).
    """
    means = encoder.mean_of(*_vectors(encoder, article.ids))
    cosines = encoder.alike(means)
    upper = torch.triu(torch.ones_like(article.same), 1)
    same = article.same[upper].float()
    odds = encoder.same_scale * cosines[upper] + encoder.same_shift
    pairs = binary_cross_entropy_with_logits(odds, same, weight=1 + (recipe.same_weight - 1) * same)
    itself = torch.eye(len(means), dtype=torch.bool)
    chosen = (recipe.sharpness * cosines).masked_fill(itself, -1e9).log_softmax(dim=1)
    twins = (article.same & ~itself).float()
    some = twins.sum(1) > 0
    among = -((chosen * twins).sum(1)[some] / twins.sum(1)[some]).mean() if some.any() else cosines.sum() * 0
    return 2 * pairs + among / 2 + cross_entropy(encoder.points(means), article.points) / 2


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


def changes_of(encoder: Encoder, heads: Sequence[str]) -> Mapping[str, Tensor]:
    """What was learned, by the names of `claims.encoder`.

    Args:
        encoder: trained.
        heads: the layers to be read; the other ones are left out.
    """
    found: dict[str, Tensor] = {}
    for name, parameter in encoder.named_parameters():
        if parameter.requires_grad and name.startswith(("bert.", *heads)):
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


def tokens(texts: Sequence[str]) -> list[list[int]]:
    """The tokens of each claim, as the encoder will see it."""
    return token_ids([renamed(matching_view(text)) for text in texts])


def amount_tokens(example: Example) -> list[bool] | None:
    """Which of its tokens are of a stated amount; None where its writer did not mark them."""
    if example.amounts is None:
        return None
    places = places_of(matching_view(example.text))
    return [any(start < e and s < end for s, e in example.amounts) for start, end in places]


def marked(article: Labelled) -> Marked:
    """The marked claims of an article, as the encoder will see them."""
    letters = [letter for _, _, letter in article.claims]
    return Marked(
        ids=tokens([" ".join(article.text[start:end].split()) for start, end, _ in article.claims]),
        same=torch.tensor([[one == other for other in letters] for one in letters]),
        points=torch.tensor([POINTS.index(article.points[letter]) for letter in letters]),
    )


def targets(examples: Sequence[Example]) -> Float[Tensor, "examples labels"]:
    """1 where an example has a label."""
    return torch.tensor([[float(label in example.labels) for label in LABELS] for example in examples])


def _table(examples: Sequence[Example]) -> tuple[list[list[int]], Float[Tensor, "examples labels"]]:
    return tokens([example.text for example in examples]), targets(examples)


def main() -> None:
    """Train both and write them beside this file."""
    examples = encoder_examples()
    amounts = [amount_tokens(example) for example in examples]
    of_labels = train(pretrained(), *_table(examples), amounts=amounts, recipe=Recipe(), seed=0)
    articles = list(map(marked, encoder_articles()))
    of_pairs = train(pretrained(), *_table(shipped_examples()), articles, recipe=Recipe(), seed=0)
    made_for = {"labels": json.dumps(LABELS), "model_sha256": FILES["model.safetensors"]}
    save_file(dict(changes_of(of_labels, ("labels", "amounts"))), Path(__file__).parent / OF_LABELS, made_for)
    del made_for["labels"]
    save_file(dict(changes_of(of_pairs, ("same",))), Path(__file__).parent / OF_PAIRS, made_for)


if __name__ == "__main__":
    main()
