"""Where every number comes from: models by hash, machine, plan, earlier runs, the command to repeat it."""

from collections import Counter
from collections.abc import Mapping, Sequence

from claims.listing import sentence
from reports.content.elements import Block, Facts, Heading, Paragraph, Section, Span, Table, Together, Words, bold
from reports.numbers import count, interval, number, percent
from reports.words import SOURCES, date_words, label_words
from verify.models import ModelCard
from verify.record import CalibrationCard, EarlierRun, FactCheck
from verify.remarks import agrees

_OPPOSITE = "opposite claim"
_QUANTISED = "A quantised file is another model than the original; what is found in it need not hold for the original."


def provenance(record: FactCheck) -> list[Block]:
    """The section, as far as the record has it."""
    title = Section("Models and provenance" if record.models else "Provenance")
    return [title, *_models([record]), *_calibration(record.calibration), *_reproduce(record), *_earlier(record)]


def provenance_of_all(records: Mapping[int, FactCheck]) -> list[Block]:
    """The same for the checks of an audit, by their numbers: the models once, and a row per check to repeat it."""
    rows = tuple(
        (bold(str(number)), _hash(record.plan.sha256[:16]), Span(record.reproduce, mono=True))
        for number, record in records.items()
        if record.plan
    )
    return [
        Section("Models and provenance"),
        *_models(list(records.values())),
        *_calibration(next((r.calibration for r in records.values() if r.calibration), None)),
        Heading("Each check, with all its evidence, again"),
        Paragraph(
            "The pages above answer. The tables, figures and controls behind each answer are in the record of this "
            "audit (JSON), and in the report that the command of a check writes."
        ),
        Table("How to repeat each check", ("Check", "Plan sha256", "Command"), rows, (40, 103, 350)),
    ]


def _models(records: Sequence[FactCheck]) -> list[Block]:
    """Every model of the records, once."""
    dtypes = {m.id: m.dtype for record in records if record.plan for m in record.plan.plan.models}
    cards = {card.id: card for record in records for card in record.models}
    return [Together((Heading(card.id), Facts(_card(card, dtypes.get(card.id))))) for card in cards.values()]


def _card(card: ModelCard, dtype: str | None) -> tuple[tuple[str, Words], ...]:
    quantised = f"{card.quantisation}. {_QUANTISED}" if card.quantisation else "none"
    rows: list[tuple[str, Words]] = [
        ("Source", f"{SOURCES[card.source]}: {card.origin}"),
        ("Revision", card.revision or "not given"),
        ("Licence", card.licence or "not given"),
        ("Quantisation", quantised),
        ("Size", _size(card)),
        ("Weights sha256", _hash(card.weights_sha256)),
        ("Tokenizer sha256", _hash(card.tokenizer_sha256)),
    ]
    return (*rows, ("Computed in", dtype)) if dtype else tuple(rows)


def _hash(text: str) -> Span:
    return Span(text, mono=True)


def _size(card: ModelCard) -> str:
    layers = f"{card.layers} layers, {count(card.units_per_layer)} MLP neurons each"
    return f"{count(card.parameters)} parameters, {layers} ({card.architecture})"


def _calibration(card: CalibrationCard | None) -> list[Block]:
    """How often claimlab is right where the truth is known, and how a probability came about."""
    if card is None:
        return []
    n = card.numbers
    rows: tuple[tuple[str, Words], ...] = (
        (
            "What it is",
            f"{sentence(card.text)} Small transformers whose insides are known because they were trained to be so went "
            f"through the same tests: {count(n.models_fitted)} to fit the probabilities, {count(n.models_reported)} "
            "others to judge them. They are far smaller and simpler than the models that claims are about.",
        ),
        (
            "Right when it decided",
            f"{count(n.right)} of {count(n.decided)} verdicts (several a model)",
        ),
        (
            "Wrongly supported",
            f"{count(n.false_supported)} of {count(n.negatives)} models without a region that can do the tasks (surely "
            f"under {percent(n.false_supported_upper, 1)}, one-sided 95 %)",
        ),
        (
            "Calibration error",
            f"{number(n.ece, 3)} ({interval(n.ece_interval, 3)}); perfect probabilities would show "
            f"{number(n.ece_perfect, 3)} on as many "
            f"models. Brier score {number(n.brier, 3)}",
        ),
        ("This claim", _probability(card)),
        ("Method sha256", _hash(card.method_sha256)),
        ("Results sha256", _hash(card.data_sha256)),
    )
    return [Together((Heading(f"Calibration card, version {card.version}"), Facts(rows)))]


def _probability(card: CalibrationCard) -> str:
    if card.reason:
        return f"No probability is given: {card.reason}."
    score = card.score or 0.0
    kept = " It was kept within 5 % and 95 %." if card.capped else ""
    return (
        f"Prior {percent(card.prior)}. The weakest reading is {number(abs(score))} half-widths of its interval "
        f"{'above' if score >= 0 else 'below'} its smallest effect; the likelihood ratio of that makes the "
        f"probability.{kept}"
    )


def _reproduce(record: FactCheck) -> list[Block]:
    rows: list[tuple[str, Words]] = [("Command", Span(record.reproduce, mono=True))]
    if record.plan:
        plan = record.plan.plan
        rows += [
            ("Plan sha256", _hash(record.plan.sha256)),
            ("Thresholds sha256", _hash(plan.thresholds_sha256)),
            ("Budget, seed", f"{plan.budget.name}; seed {plan.seed}, stimuli seed {plan.stimuli_seed}"),
            ("Measuring", _timing(record)),
        ]
    if record.environment:
        e = record.environment
        software = f"claimlab {e.claimlab}, Python {e.python}, torch {e.torch}, transformers {e.transformers}"
        rows += [("Machine", e.machine), ("Software", software)]
    rows.append(("Made", record.created))
    return [Together((Heading("How to repeat this"), Facts(tuple(rows))))]


def _timing(record: FactCheck) -> str:
    timing = record.timing
    if timing.new_measurements == 0:
        return "nothing in this run: every measurement is from earlier runs on this machine"
    return f"{timing.measuring_s:.0f} seconds, {count(timing.new_measurements)} new measurements"


def _earlier(record: FactCheck) -> list[Block]:
    if record.plan is None:
        return _unmeasured_before(record)
    blocks: list[Block] = [Heading("Earlier runs of the same question, and whether they agree")]
    if record.flip:
        blocks.append(Paragraph((bold("The result changed: "), f"{label_words(record.flip)}.")))
    if not record.earlier_runs:
        return [*blocks, Paragraph("None on this machine.")]
    blocks.append(Paragraph(_in_numbers(record, record.plan.sha256)))
    rows = [
        (str(run.run), run.started, run.budget, str(run.seed), label_words(run.label),
         _beside(run, record), run.plan[:12])
        for run in record.earlier_runs
    ]  # fmt: skip
    head = ("Run", "Started", "Budget", "Seed", "Came to", "This run", "Plan")
    return [*blocks, Table("Earlier runs", head, tuple(rows), (30, 124, 52, 70, 90, 50, 77))]


def _unmeasured_before(record: FactCheck) -> list[Block]:
    """Earlier checks of a claim for which nothing is measured; they had no plan that could be compared."""
    if not record.earlier_runs:
        return []
    said = "; ".join(f"{date_words(run.started)}: {label_words(run.label)}" for run in record.earlier_runs)
    return [
        Heading("Earlier checks of the same claim"),
        Paragraph(f"Nothing was measured in these either. {said}."),
    ]


def _in_numbers(record: FactCheck, plan: str) -> str:
    """How many others agree, and how many are no second test."""
    others = [run for run in record.earlier_runs if run.plan != plan]
    beside = Counter(_beside(run, record) for run in others)
    total = beside["agrees"] + beside["differs"]
    sentences = []
    if total:
        runs = f"{total} earlier runs" if total > 1 else "1 earlier run"
        sentences.append(f"{beside['agrees']} of {runs} came to the same answer, {beside['differs']} to another.")
    if opposite := sum(run.opposite for run in others):
        sentences.append(
            f"{opposite} of them tested a claim that says the opposite, and agrees where its verdict is the opposite."
        )
    if repeated := len(record.earlier_runs) - len(others):
        sentences.append(f"{repeated} followed the very plan of this run: the same measurements, not a second test.")
    return " ".join(sentences)


def _beside(run: EarlierRun, record: FactCheck) -> str:
    return {True: "agrees", False: "differs", None: _OPPOSITE}[agrees(run, record.verdict.label)]
