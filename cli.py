"""The command line. No computing in it: reads options, calls claims, verify and reports, prints.

Results go to standard output, everything else to standard error; with --json standard output holds one JSON document.
Exit codes: 0 done, whatever the verdict; 1 internal or storage error; 2 bad input; 3 model or source unavailable or
corrupt; 4 interrupted, resumable.
"""

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast, get_args

import typer
from rich.markup import escape

from claims import (
    DOMAINS,
    POLARITIES,
    READINGS,
    ClaimError,
    ClaimlabError,
    InputError,
    Interrupted,
    reader_named,
)
from commands import audit, calibrate, literature, parse, serve
from commands.console import (
    AsJson,
    ReaderName,
    err,
    make_folder,
    notice,
    one_of,
    out,
    print_json,
    progress,
    show_terms,
    target_of,
)
from reports import terminal
from verify import (
    BUDGETS,
    FactCheck,
    Prepared,
    Request,
    Store,
    batteries,
    check,
    contrasts,
    estimate,
    models,
    prepare,
    smallest_decidable,
    wording,
)
from verify.damage import UnitKind
from verify.plan import BudgetName

if TYPE_CHECKING:
    from verify.batteries import Pair
    from verify.lesions import LesionKind, Position
    from verify.network import Network
    from verify.workbench import Metric

app = typer.Typer(
    name="claimlab",
    help="Checks media claims about what goes on inside AI models, by experiment on open-weights models.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
models_app = typer.Typer(help="Models that claims are tested on.", no_args_is_help=True)
runs_app = typer.Typer(help="Finished and interrupted runs.", no_args_is_help=True)
app.add_typer(models_app, name="models")
app.add_typer(runs_app, name="runs")
app.add_typer(literature.app, name="literature")

# --- verify -----------------------------------------------------------------------------------------------------


@app.command()
def verify(
    claim: Annotated[str, typer.Argument(metavar="CLAIM", help="One claim, in quotes; - reads standard input.")],
    model: Annotated[
        list[str] | None,
        typer.Option(help="Model to test on: an embedded id, org/name, a folder or a .gguf file. Repeat for several."),
    ] = None,
    budget: Annotated[str, typer.Option(help="quick, standard or thorough.")] = "quick",
    seed: Annotated[int | None, typer.Option(help="Seed of items and random lesions; derived from the claim.")] = None,
    out_: Annotated[Path | None, typer.Option("--out", help="Where the report goes: a .pdf file or a folder.")] = None,
    offline: Annotated[bool, typer.Option(help="Fetch nothing.")] = False,
    engine: Annotated[str, typer.Option(help="What runs the models: torch.")] = "torch",
    reader: ReaderName = "embedded",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the plan, its cost and power; measure nothing.")
    ] = False,
    domain: Annotated[
        list[str] | None, typer.Option(help="Correct what the claim is about. Repeat for several.")
    ] = None,
    reading: Annotated[list[str] | None, typer.Option(help="Test only this reading. Repeat for several.")] = None,
    polarity: Annotated[str | None, typer.Option(help="Correct whether the claim asserts or denies.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check one claim by experiment: to a verdict and a report."""
    one_of("budget", budget, tuple(BUDGETS))
    one_of("engine", engine, ("torch",))
    one_of("polarity", polarity, POLARITIES)
    for value in domain or ():
        one_of("domain", value, DOMAINS)
    for value in reading or ():
        one_of("reading", value, READINGS)
    if seed is not None and seed < 0:
        raise InputError(f"--seed must be 0 or more, got {seed}")
    text = _standard_input() if claim == "-" else claim
    reads = reader_named(reader, notice=notice, offline=offline)
    parsed = reads.read_claim(text, domains=tuple(domain or ()), polarity=polarity)
    request = Request(
        budget=_budget(budget),
        models=tuple(dict.fromkeys(model or ())),
        seed=seed,
        readings=tuple(reading or ()),
        offline=offline,
        reader=reads.name,
    )
    terminal.show_claim(err, parsed)
    with progress() as told:
        if parsed.testable:
            show_terms(request)
        prepared = prepare(parsed, request, progress=told)
    if dry_run:
        _print_plan(prepared, as_json=as_json)
        return
    if prepared.plan is not None:
        terminal.show_cost(err, prepared.plan, estimate(prepared.plan, prepared.cards, models.machine()))
    target = _target(out_, prepared)
    with Store() as store, progress() as told:
        record = check(prepared, store, progress=told)
    written = _write(record, target) if not as_json or out_ is not None else []
    if as_json:
        from reports import to_json

        sys.stdout.write(to_json(record) + "\n")
    else:
        terminal.show_result(out, record, written)


def _budget(name: str) -> BudgetName:
    return next(b for b in get_args(BudgetName) if b == name)


def _standard_input() -> str:
    data = sys.stdin.buffer.read(200_001)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise ClaimError("the claim is not readable text (not UTF-8); give one sentence of plain text") from None


def _print_plan(prepared: Prepared, *, as_json: bool) -> None:
    plan = prepared.plan
    if plan is None:
        reason = prepared.reason or wording.NOT_TESTABLE[prepared.claim.not_testable_reason or "other"]
        if as_json:
            print_json({"plan": None, "reason": reason})
        else:
            out.print(f"nothing would be measured: {escape(reason)}")
        return
    cost = estimate(plan, prepared.cards, models.machine())
    decidable = smallest_decidable(plan, cost)
    if as_json:
        print_json(
            {
                "plan": {"sha256": plan.sha256, **plan.model_dump(mode="json")},
                "estimate": {"seconds": cost.seconds, "tokens_per_condition": cost.tokens_per_condition,
                             "conditions": cost.conditions},
                "decidable": decidable,
            }
        )  # fmt: skip
        return
    terminal.show_plan(out, plan, cost)


def _target(wanted: Path | None, prepared: Prepared) -> Path:
    key = prepared.plan.sha256 if prepared.plan else prepared.claim.id
    return target_of(wanted, words=prepared.claim.text, key=key)


def _write(record: FactCheck, target: Path) -> list[Path]:
    from reports import write_json, write_pdf

    make_folder(target.parent)
    write_pdf(record, target)
    beside = target.with_suffix(".json")
    write_json(record, beside)
    return [target, beside]


app.command()(audit)
app.command()(calibrate)
app.command()(parse)
app.command("app")(serve)


# --- reanalyse ----------------------------------------------------------------------------------------------------


@app.command()
def reanalyse(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="Folder with overlap*.csv, lesion*.csv, tasks.csv.")],
    as_json: AsJson = False,
) -> None:
    """Test published overlap and lesion matrices for confounds."""
    from verify import reanalysis

    record = reanalysis.reanalyse(path)
    if as_json:
        sys.stdout.write(record.to_json() + "\n")
        return
    for line in reanalysis.summary(record):
        out.print(line, style=None if line.startswith(" ") else "bold", markup=False)


# --- localizer and lesion by hand -----------------------------------------------------------------------------------


@app.command()
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
    offline: Annotated[bool, typer.Option(help="Use only what is on this machine.")] = False,
    as_json: AsJson = False,
) -> None:
    """Score every unit of a model on pairs of prompts."""
    from verify.workbench import Method, localize_pairs, save_scores

    one_of("method", method, get_args(Method))
    one_of("units", units, get_args(UnitKind))
    one_of("metric", metric, ("difference", "correct"))
    _check_parent(target)
    network, card, read = _network_and_pairs(model, pairs, offline=offline)
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


@app.command()
def lesion(
    model: Annotated[str, typer.Option(help="Embedded id, hub id, folder or GGUF file.")],
    units: Annotated[Path, typer.Option(help="Scores of units, as `claimlab localize` writes them.")],
    pairs: Annotated[Path, typer.Option(help="JSON list of {clean, counterfactual, correct, incorrect}.")],
    kind: Annotated[str, typer.Option(help="zero, mean or counterfactual.")] = "zero",
    top: Annotated[float, typer.Option(help="Percent of all units, those with the highest scores.")] = 1.0,
    at: Annotated[str, typer.Option(help="all prompt positions, or the last.")] = "all",
    random: Annotated[int, typer.Option(help="Random lesions of as many units per layer, beside it.", min=0)] = 3,
    seed: Annotated[int, typer.Option(help="Seed of the random lesions.")] = 0,
    offline: Annotated[bool, typer.Option(help="Use only what is on this machine.")] = False,
    as_json: AsJson = False,
) -> None:
    """Switch units off (or swap them) and see what is left on pairs of prompts."""
    from verify.workbench import lesion_pairs, load_units

    one_of("kind", kind, ("zero", "mean", "counterfactual"))
    one_of("at", at, ("all", "last"))
    if not 0 < top <= 100:
        raise InputError(f"--top must be a percentage above 0 and at most 100, got {top:g}")
    network, _, read = _network_and_pairs(model, pairs, offline=offline)
    mask, of = load_units(units, network, top)
    found = lesion_pairs(
        network, read, mask, kind=cast("LesionKind", kind), of=of, at=cast("Position", at), randoms=random, seed=seed
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
    with progress() as told:
        card = models.fetch(model, offline=offline, progress=lambda what, done: told("models", done or 0.0, what))
        told("load", 0.0, card.id)
        from verify.network import attach

        network = attach(*models.load(card, dtype=models.pick_dtype()))
        told("load", 1.0, "")
    chat = chat_of(network.tokenizer) if models.has_chat_template(card) else None  # type: ignore[arg-type]
    return network, card, load_pairs(pairs, chat=chat)


def _check_parent(target: Path) -> None:
    if not target.absolute().parent.is_dir():
        raise InputError(f"the folder of --out {target} does not exist; make it first or choose another place")


# --- models, batteries, runs, doctor ------------------------------------------------------------------------------


@models_app.command("list")
def models_list(as_json: AsJson = False) -> None:
    """Models that are always there."""
    rows = [{"id": name, "status": models.status(name)} for name in models.names()]
    if as_json:
        print_json({"models": rows})
        return
    for row in rows:
        out.print(f"{row['id']:<22}{row['status']}")


@models_app.command("pull")
def models_pull(
    name: Annotated[str, typer.Argument(metavar="MODEL")],
    offline: Annotated[bool, typer.Option()] = False,
    as_json: AsJson = False,
) -> None:
    """Bring a model into the cache, or check every byte of one that is there."""
    text = models.terms(name)
    if text and not models.terms_shown(name):
        err.print(f"\n{escape(text)}\n", style="yellow")
        models.mark_terms_shown(name)
    with progress() as told:
        card = models.pull(name, offline=offline, progress=lambda what, done: told("models", done or 0.0, what))
    _print_card(card, as_json=as_json)


@models_app.command("info")
def models_info(name: Annotated[str, typer.Argument(metavar="MODEL")], as_json: AsJson = False) -> None:
    """What is known of a model that was fetched."""
    _print_card(models.fetch(name, offline=True), as_json=as_json)


def _print_card(card: models.ModelCard, *, as_json: bool) -> None:
    values = card.model_dump(mode="json")
    if as_json:
        print_json(values)
        return
    for key, value in values.items():
        out.print(f"{key.replace('_', ' '):<18}{escape(str(value))}")


@app.command("batteries")
def batteries_(as_json: AsJson = False) -> None:
    """Domains that can be tested, with their tasks."""
    made = [batteries.get_battery(d) for d in batteries.domains()]
    if as_json:
        print_json({"batteries": [_battery_as_data(b) for b in made]})
        return
    for b in made:
        mean, smallest, closest = batteries.unlikeness(b)
        kind = ", a control: never a claim's own domain" if b.control else ""
        out.print(f"[bold]{b.domain}[/bold]: {b.title} ({len(b.tasks)} tasks in {len(b.families)} families{kind})")
        out.print(
            f"  families differ in words by {mean:.2f} on average (1: no word in common); most alike are "
            f"{closest[0]} and {closest[1]}, {smallest:.2f}"
        )
        for t in b.tasks:
            example = batteries.render(t, "completion", 0)
            shown = f"{example.clean} ->{example.correct} | {example.counterfactual} ->{example.incorrect}"
            out.print(
                f"  {t.name:<16}{t.family:<18}{t.answer:<12}level {t.level} {len(t.items):>4} pairs   {escape(shown)}"
            )
    for found in contrasts.contrast_sets():
        match = contrasts.matching(found)
        out.print(f"[bold]contrast {found.domain}[/bold]: {escape(found.name)}, {len(found.target)} texts a side")
        out.print(
            f"  {match.words[0]:.1f} and {match.words[1]:.1f} words, {match.characters[0]:.0f} and "
            f"{match.characters[1]:.0f} characters; cosine of their words {match.vocabulary:.2f}"
        )


def _battery_as_data(b: batteries.Battery) -> dict[str, Any]:
    mean, smallest, closest = batteries.unlikeness(b)
    return {
        "domain": b.domain, "title": b.title, "control": b.control, "families": len(b.families),
        "unlikeness": {"mean": mean, "smallest": smallest, "most_alike": list(closest)},
        "tasks": [
            {"task": t.name, "family": t.family, "answer": t.answer, "level": t.level, "pairs": len(t.items),
             "frames": len({i.frame for i in t.items})}
            for t in b.tasks
        ],
    }  # fmt: skip


@runs_app.command("list")
def runs_list(as_json: AsJson = False) -> None:
    """Every run, newest first."""
    with Store() as store:
        rows = store.runs()
    if as_json:
        print_json({"runs": rows})
        return
    for row in rows:
        out.print(
            f"{row['id']:>4}  {row['started'][:16]}  {row['budget']:<9}{row['label'] or 'interrupted':<21}"
            f"{escape(row['claim'])}"
        )


@runs_app.command("show")
def runs_show(run: Annotated[int, typer.Argument(metavar="RUN")], as_json: AsJson = False) -> None:
    """The result of a finished run."""
    with Store() as store:
        record = store.record(run)
    if record is None:
        raise InputError(f"there is no finished run {run}; see `claimlab runs list`")
    if as_json:
        sys.stdout.write(record + "\n")
        return
    terminal.show_result(out, FactCheck.model_validate_json(record), [])


# --- shared -------------------------------------------------------------------------------------------------------


def reference() -> str:
    """The help of every command, as the page docs/commands.md."""
    command = typer.main.get_command(app)
    lines = ["# Commands", "", "Written by `make docs` from the help texts; a test fails when it is out of date.", ""]
    for path, found in _commands("claimlab", command):
        arguments = " ".join(str(p.metavar) for p in found.params if p.param_type_name == "argument")
        lines += [f"## `{f'{path} {arguments}'.strip()}`", "", found.help or "", ""]
        for parameter in found.params:
            if parameter.param_type_name == "option" and parameter.name != "help":
                lines.append(f"- `{', '.join(parameter.opts)}`: {getattr(parameter, 'help', None) or ''}".rstrip(": "))
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _commands(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    for name, found in getattr(command, "commands", {"": command}).items():
        if hasattr(found, "commands"):
            yield from _commands(f"{path} {name}", found)
        else:
            yield f"{path} {name}".strip(), found


def main() -> None:
    """Run the command line: one line per error, and the documented exit code."""
    gc.set_threshold(100_000, 50, 50)  # hundreds of thousands of small objects are made and none of them is garbage
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    try:
        app(standalone_mode=False)
    except ClaimlabError as error:
        _fail(str(error), error.exit_code)
    except KeyboardInterrupt:
        _fail("stopped; everything finished is kept, and the same command continues from there", Interrupted.exit_code)
    except typer.Exit as stop:
        sys.exit(stop.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:  # the last line of defence: still one line and the documented code
        if any(kind.__name__ == "ClickException" for kind in type(error).__mro__):  # typer brings its own click
            _fail(str(getattr(error, "format_message", lambda: error)()), InputError.exit_code)
        if os.environ.get("CLAIMLAB_DEBUG"):
            raise
        _fail(f"something inside failed ({type(error).__name__}: {error}); set CLAIMLAB_DEBUG=1 to see where", 1)


def _fail(message: str, code: int) -> None:
    err.print(f"claimlab: {message}", markup=False, soft_wrap=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
