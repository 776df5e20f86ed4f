"""Localizer and lesion on anybody's pairs: what `claimlab localize` and `claimlab lesion` do. Decides nothing.

Pairs that cannot be scored (the two prompts do not lead to the same two answer tokens) are dropped and counted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from jaxtyping import Bool, Float
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from claims.atomic import replacing
from claims.errors import InputError, StoreError
from verify import attribution
from verify.attribution import activity, attribute
from verify.batteries import Pair
from verify.damage import UnitKind
from verify.lesions import LesionKind, LesionRow, Position, chain, score
from verify.localize import Moments, matched_random, merged, top_units, welch
from verify.network import Network, longest_prompt
from verify.plain_text import PLAIN_TEXT
from verify.sites import UNIT_KINDS
from verify.tokens import EncodedPair, encode, encode_answer, pack

Method = Literal["attribution", "contrast"]
Metric = Literal["difference", "correct"]
TOKENS_PER_PACK = 1024


@dataclass(frozen=True, eq=False)
class Localized:
    """Scores of every unit [layers, units], and how many pairs they come from."""

    scores: Float[Tensor, "layers units"]
    pairs: int
    dropped: int


@dataclass(frozen=True)
class LesionEffect:
    """What one lesion does to one set of pairs.

    `m` is the mean over pairs of the score difference on clean minus on counterfactual, `both_correct` the share of
    pairs with both prompts right, `clean` and `counterfactual` the shares with that prompt right; first intact, then
    lesioned. `kept` is m lesioned over m intact, `randoms` the same for random lesions of as many units per layer.
    """

    pairs: int
    dropped: int
    units: int
    m: tuple[float, float]
    kept: float
    both_correct: tuple[float, float]
    clean: tuple[float, float]
    counterfactual: tuple[float, float]
    randoms: tuple[float, ...]


def check_lengths(
    network: Network,
    pairs: Sequence[Pair],
    *,
    method: Method = "attribution",
    metric: Metric = "difference",
    max_tokens: int | None = None,
) -> None:
    """Refuse pairs with a prompt that `network` cannot read whole, as `localize_pairs` (or a lesion) would read it.

    Raises `InputError` that names the first such pair.
    """
    longest = longest_prompt(network.model)
    for number, pair in enumerate(pairs if longest else (), start=1):
        found: EncodedPair | None
        if method == "contrast":
            found = _prompts(network, pair, max_tokens)
        elif metric == "correct":
            found = (encode_answer(network.tokenizer, pair) or (None,))[0]
        else:
            found = encode(network.tokenizer, pair)
        length = 0 if found is None else max(len(found.clean), len(found.counterfactual))
        if longest and length > longest:
            raise InputError(
                f"a prompt of pair {number} is {length} tokens long and this model reads at most {longest}; shorten or "
                "remove the pair, or use another model"
            )


def localize_pairs(
    network: Network,
    pairs: Sequence[Pair],
    *,
    method: Method,
    of: UnitKind,
    metric: Metric = "difference",
    max_tokens: int | None = None,
) -> Localized:
    """Score every unit on `pairs`.

    attribution: attribution patching of `metric`, summed over the token-aligned pairs: of the difference between the
    two answers' logits, or of the log-probability of the whole correct answer. contrast: Welch t of the response to
    clean minus counterfactual prompts at their last token; `max_tokens` cuts the prompts.

    Raises `InputError` where too few pairs can be used.
    """
    if method == "contrast":
        parts = list(_responses(network, pairs, of, max_tokens))
        if not parts:
            raise InputError("a contrast needs at least two pairs of prompts; give it more")
        clean, counterfactual = (merged(part[side] for part in parts) for side in (0, 1))
        if clean.count < 2:
            raise InputError("a contrast needs at least two pairs of prompts; give it more")
        return Localized(welch(clean, counterfactual).float(), clean.count, len(pairs) - clean.count)
    answered: dict[EncodedPair, tuple[int, ...]] = {}
    if metric == "correct":
        spelled = [found for p in pairs if (found := encode_answer(network.tokenizer, p)) is not None]
        encoded = [e for e, _ in spelled if e.aligned]
        answered = dict(spelled)
    else:
        encoded = [e for e in _scorable(network, pairs) if e.aligned]
    if not encoded:
        raise InputError("none of the pairs is token-aligned with answers that differ; attribution needs such pairs")
    total = torch.zeros(network.layers, network.units(of))
    for group in groups(encoded):
        answers = [answered[pair] for pair in group] if answered else None
        _, records = attribute(network, pack(group), kinds=(of,), answers=answers)
        if records is not None:
            total += records[of].attribution.sum(0)
    return Localized(total, len(encoded), len(pairs) - len(encoded))


def _scorable(network: Network, pairs: Sequence[Pair]) -> list[EncodedPair]:
    """The pairs as tokens; those whose prompts lead to other answers, or are the same tokens, are left out."""
    encoded = (encode(network.tokenizer, pair) for pair in pairs)
    return [found for found in encoded if found is not None and found.clean != found.counterfactual]


def _responses(
    network: Network, pairs: Sequence[Pair], of: UnitKind, max_tokens: int | None
) -> Iterator[tuple[Moments, Moments]]:
    encoded = [read for pair in pairs if (read := _prompts(network, pair, max_tokens)).clean and read.counterfactual]
    for group in groups(encoded):
        found = attribution.responses(network, pack(group), of).double()
        yield moments(found[0::2]), moments(found[1::2])


def _prompts(network: Network, pair: Pair, max_tokens: int | None) -> EncodedPair:
    """The two prompts alone, cut; the answers, of which a contrast knows nothing, are no tokens."""
    a, b = (tuple(network.tokenizer(text)["input_ids"][:max_tokens]) for text in (pair.clean, pair.counterfactual))
    return EncodedPair(a, b, (0, 0))


def moments(values: Float[Tensor, "prompts layers units"]) -> Moments:
    """Number, mean and sum of squared deviations over prompts, per unit."""
    mean = values.mean(0)
    return Moments(len(values), mean, (values - mean).square().sum(0))


def groups(pairs: Sequence[EncodedPair]) -> Iterator[list[EncodedPair]]:
    """`pairs` in groups of about `TOKENS_PER_PACK` tokens: those of like length and beginning together."""
    order = sorted(pairs, key=lambda p: (len(p.clean) + len(p.counterfactual), p.clean))
    group: list[EncodedPair] = []
    size = 0
    for pair in order:
        here = len(pair.clean) + len(pair.counterfactual)
        if group and size + here > TOKENS_PER_PACK:
            yield group
            group, size = [], 0
        group.append(pair)
        size += here
    if group:
        yield group


def lesion_pairs(
    network: Network,
    pairs: Sequence[Pair],
    units: Bool[Tensor, "layers units"],
    *,
    kind: LesionKind,
    of: UnitKind,
    at: Position = "all",
    randoms: int = 0,
    seed: int = 0,
) -> LesionEffect:
    """What lesioning `units` does to `pairs`; a counterfactual lesion uses the token-aligned ones only.

    Raises `InputError` where no pair can be used, the model makes no difference between their prompts, or there are too
    few other units for random lesions.
    """
    usable = [e for e in _scorable(network, pairs) if e.aligned or kind != "counterfactual"]
    if not usable:
        raise InputError("none of the pairs can be scored under this lesion; give it token-aligned pairs")
    if randoms and 2 * int(units.sum(1).max()) > units.shape[1]:
        raise InputError(
            "more than half of a layer would be lesioned, so there are not as many other units for random lesions; "
            "lesion fewer, or ask for no random lesions"
        )
    fill = None
    if kind == "mean":
        fill = activity(network, chain(network.tokenizer(PLAIN_TEXT)["input_ids"]), of).mean
    sets = [units, *(matched_random(units, rng=np.random.default_rng([seed, n])) for n in range(randoms))]
    rows = [LesionRow(mask, kind, of, at, fill) for mask in sets]
    scores = torch.cat([score(network, part, rows) for part in map(pack, groups(usable))], 1).double().numpy()
    m = (scores[..., 0] - scores[..., 1]).mean(1)
    if not m[0]:
        raise InputError("the model makes no difference between the prompts of these pairs; give it pairs it can do")
    right = np.stack([scores[..., 0] > 0, scores[..., 1] < 0], -1)
    both = right.all(-1).mean(1)
    share = right.mean(1)
    return LesionEffect(
        pairs=len(usable), dropped=len(pairs) - len(usable), units=int(units.sum()), m=(float(m[0]), float(m[1])),
        kept=float(m[1] / m[0]), both_correct=(float(both[0]), float(both[1])),
        clean=(float(share[0, 0]), float(share[1, 0])),
        counterfactual=(float(share[0, 1]), float(share[1, 1])),
        randoms=tuple(float(v) for v in m[2:] / m[0]),
    )  # fmt: skip


def save_scores(found: Localized, path: Path, *, model: str, weights: str, method: str, units: str) -> None:
    """Write scores as safetensors (`scores`, float32), whole or not at all, with what they are in the metadata.

    Raises `StoreError` where the file cannot be written.
    """
    described = {"model": model, "weights_sha256": weights, "method": method, "units": units, "pairs": str(found.pairs)}
    try:
        with replacing(path) as partial:
            save_file({"scores": found.scores.float().contiguous()}, partial, metadata=described)
    except (OSError, SafetensorError) as error:
        raise StoreError(f"{path} cannot be written ({error}); free some space or choose another --out") from error


def load_units(
    path: Path, network: Network, percent: float, *, weights: str | None = None
) -> tuple[Bool[Tensor, "layers units"], UnitKind]:
    """The top units by the scores in a file, and what kind of unit they are: by the metadata, else by the shape.

    `weights` is the sha256 of the model's weights; scores that say that they are of other weights are refused.

    Raises `InputError` where the file is not one of scores for this model, or none of them is chosen.
    """
    again = "write it with `claimlab localize` on the same model"
    try:
        with safe_open(path, framework="pt") as file:
            said: dict[str, str] = file.metadata() or {}
            scores = file.get_tensor("scores").float()
    except (OSError, SafetensorError) as error:
        raise InputError(f"{path} holds no scores of units ({str(error).splitlines()[0]}); {again}") from error
    if weights is not None and said.get("weights_sha256", weights) != weights:
        raise InputError(
            f"the scores in {path} are of another model ({said.get('model', 'not named')}, weights "
            f"{said['weights_sha256'][:12]}, not {weights[:12]}); {again}"
        )
    for of in UNIT_KINDS:
        if said.get("units", of) == of and tuple(scores.shape) == (network.layers, network.units(of)):
            if not bool(torch.isfinite(scores).all()):
                raise InputError(f"{path} holds scores that are no numbers; {again}")
            chosen = top_units(scores, percent)
            if not bool(chosen.any()):
                raise InputError(
                    f"{percent:g} % of the {scores.numel()} units in {path} is none with a score above zero; choose a "
                    "larger percentage or other scores"
                )
            return chosen, of
    shape = " x ".join(map(str, scores.shape)) or "one number"
    raise InputError(f"the scores in {path} are {shape}, which fits no units of this model; {again}")
