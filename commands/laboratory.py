"""`claimlab localize` and `claimlab lesion`: the laboratory by hand, on anybody's pairs of prompts."""

import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer
from rich.markup import escape

from claims import InputError
from commands.console import AsJson, Offline, one_of, out, print_json, progress, show_terms
from verify import models
from verify.damage import UnitKind

if TYPE_CHECKING:
    from verify.batteries import Pair
    from verify.lesions import LesionKind, Position
    from verify.network import Network
    from verify.workbench import Metric


def localize(
    model: Annotated[str, typer.Option(help="Embedded id, hub id, folder or GGUF file.")],
    pairs: Annotated[Path, typer.Option(help="JSON list of {clean, counterfactual, correct, incorrect}.")],
    target: Annotated[Path, typer.Option("--out", help="Where the scores go (.safetensors).")],
    method: Annotated[str, typer.Option(help="attribution, or contrast of clean with counterfactual prompts.")] = (
        "attribution"
    ),
    units: Annotated[str, typer.Option(help="mlp, heads or residual.")] = "mlp",
    metric: Annotated[
        str,
        typer.Option(help="Gradient of what: difference of the answers, or log-probability of the correct one."),
    ] = "difference",
    max_tokens: Annotated[int | None, typer.Option(help="Cut prompts to so many tokens (contrast).", min=1)] = None,
    offline: Offline = False,
    as_json: AsJson = False,
) -> None:
    """Score every unit of a model on pairs of prompts."""
    from verify.workbench import Method, check_lengths, localize_pairs, save_scores

    one_of("method", method, get_args(Method))
    one_of("units", units, get_args(UnitKind))
    one_of("metric", metric, ("difference", "correct"))
    if max_tokens is not None and method != "contrast":
        raise InputError("--max-tokens belongs to --method contrast; leave it out, or choose that method")
    if metric == "correct" and method != "attribution":
        raise InputError("--metric correct belongs to --method attribution; leave it out, or choose that method")
    _check_target(target, pairs, Path(model))
    network, card, read = _network_and_pairs(model, pairs, offline=offline)
    check_lengths(network, read, method=cast("Method", method), metric=cast("Metric", metric), max_tokens=max_tokens)
    with models.within_memory(model):
        found = localize_pairs(
            network, read, method=cast("Method", method), of=cast("UnitKind", units), metric=cast("Metric", metric),
            max_tokens=max_tokens,
        )  # fmt: skip
    save_scores(found, target, model=card.id, weights=card.weights_sha256, method=method, units=units)
    layers, width = found.scores.shape
    if as_json:
        print_json(
            {"model": card.id, "method": method, "units": units, "shape": [layers, width], "pairs": found.pairs,
             "dropped": found.dropped, "out": str(target)}
        )  # fmt: skip
        return
    out.print(f"{layers} layers x {width} units scored on {found.pairs} pairs ({found.dropped} dropped)")
    out.print(f"Scores  {escape(str(target))}", soft_wrap=True)


def lesion(
    model: Annotated[str, typer.Option(help="Embedded id, hub id, folder or GGUF file.")],
    units: Annotated[Path, typer.Option(help="Scores of units, as `claimlab localize` writes them.")],
    pairs: Annotated[Path, typer.Option(help="JSON list of {clean, counterfactual, correct, incorrect}.")],
    kind: Annotated[str, typer.Option(help="zero, mean or counterfactual.")] = "zero",
    top: Annotated[float, typer.Option(help="Percent of all units, those with the highest scores.")] = 1.0,
    at: Annotated[str, typer.Option(help="all prompt positions, or the last.")] = "all",
    random: Annotated[int, typer.Option(help="Random lesions of as many units per layer, beside it.", min=0)] = 3,
    seed: Annotated[int, typer.Option(help="Seed of the random lesions.", min=0)] = 0,
    offline: Offline = False,
    as_json: AsJson = False,
) -> None:
    """Switch units off (or swap them) and see what is left on pairs of prompts."""
    from verify.workbench import check_lengths, lesion_pairs, load_units

    one_of("kind", kind, ("zero", "mean", "counterfactual"))
    one_of("at", at, ("all", "last"))
    if not 0 < top <= 100:
        raise InputError(f"--top must be a percentage above 0 and at most 100, got {top:g}")
    network, card, read = _network_and_pairs(model, pairs, offline=offline)
    mask, of = load_units(units, network, top, weights=card.weights_sha256)
    check_lengths(network, read)
    with models.within_memory(model):
        found = lesion_pairs(
            network,
            read,
            mask,
            kind=cast("LesionKind", kind),
            of=of,
            at=cast("Position", at),
            randoms=random,
            seed=seed,
        )
    if as_json:
        print_json({"model": model, "kind": kind, "at": at, "top": top, **asdict(found)})
        return
    out.print(f"{found.units} {of} units ({top:g} %), {kind} lesion at {at} positions, {found.pairs} pairs")
    out.print(f"                     intact   lesioned\nm                 {found.m[0]:>9.3f}  {found.m[1]:>9.3f}")
    for name, (intact, lesioned) in {
        "both correct": found.both_correct, "clean correct": found.clean, "counterf. correct": found.counterfactual,
    }.items():  # fmt: skip
        out.print(f"{name:<18}{intact:>9.3f}  {lesioned:>9.3f}")
    beside = ", ".join(f"{v:.2f}" for v in found.randoms) or "none"
    out.print(f"kept {found.kept:.2f} of m; random lesions of as many units per layer keep {beside}")


def _network_and_pairs(model: str, pairs: Path, *, offline: bool) -> "tuple[Network, models.ModelCard, Sequence[Pair]]":
    """A model ready for the laboratory, and the pairs of a file; the file is read first, since it may be wrong."""
    from verify.published import chat_of, load_pairs

    load_pairs(pairs)
    show_terms([model])
    with progress() as told:
        card = models.fetch(model, offline=offline, progress=lambda what, done: told("models", done or 0.0, what))
        told("load", 0.0, card.id)
        from verify.network import attach

        with models.within_memory(card.id):
            network = attach(*models.load(card, dtype=models.pick_dtype(), device=models.pick_device()))
        told("load", 1.0, "")
    chat = chat_of(network.tokenizer) if models.has_chat_template(card) else None  # type: ignore[arg-type]
    return network, card, load_pairs(pairs, chat=chat)


def _check_target(target: Path, pairs: Path, model: Path) -> None:
    """Refuse a place where no file of scores can be made, or one that is read, before anything is measured."""
    if target.suffix.lower() != ".safetensors":
        raise InputError(f"--out must be the name of a .safetensors file, got {target.name!r}; end it so")
    try:
        if not target.absolute().parent.is_dir():
            raise InputError(f"the folder of --out {target} does not exist; make it first or choose another place")
        if target.exists() and not target.is_file():
            raise InputError(f"--out cannot be used: {target} is not a file; choose another place")
        if not os.access(target.absolute().parent, os.W_OK | os.X_OK):
            raise InputError(f"--out cannot be used: the folder of {target} cannot be written; choose another place")
        place = target.resolve()
        if place == pairs.resolve() or (target.exists() and pairs.exists() and target.samefile(pairs)):
            raise InputError(f"--out {target} is the file of --pairs, which would be lost; choose another place")
        if target.exists() and model.exists() and (model.resolve() in (place, *place.parents)):
            raise InputError(f"--out {target} is a file of --model, which would be lost; choose another place")
    except OSError as error:
        raise InputError(f"--out cannot be used ({(error.strerror or '').lower()}); choose another place") from None
