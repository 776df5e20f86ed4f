"""Where every number comes from: models by hash, machine, plan, earlier runs, literature, the command to repeat it."""

from reportlab.platypus import KeepTogether

from reports.blocks import Block, facts, heading, paragraph, rich, section, table
from reports.numbers import count, number
from reports.style import styles
from reports.text import escape, sentence
from reports.words import SOURCES, label_words
from verify.literature import RULE
from verify.models import ModelCard
from verify.record import CalibrationCard, FactCheck

_QUANTISED = "A quantised file is another model than the original; what is found in it need not hold for the original."


def provenance(record: FactCheck) -> list[Block]:
    """The section, as far as the record has it."""
    dtypes = {m.id: m.dtype for m in record.plan.plan.models} if record.plan else {}
    parts = [[heading(card.id), facts(_card(card, dtypes.get(card.id)))] for card in record.models]
    parts += [_calibration(record.calibration), _reproduce(record), _earlier(record)]
    parts[0].insert(0, section("Models and provenance" if record.models else "Provenance"))
    return [*(KeepTogether(part) for part in parts if part), *_literature(record)]


def _card(card: ModelCard, dtype: str | None) -> list[tuple[str, Block]]:
    quantised = f"{card.quantisation}. {_QUANTISED}" if card.quantisation else "none"
    rows = [
        ("Source", paragraph(f"{SOURCES[card.source]}: {card.origin}")),
        ("Revision", paragraph(card.revision or "not given")),
        ("Licence", paragraph(card.licence or "not given")),
        ("Quantisation", paragraph(quantised)),
        ("Size", paragraph(_size(card))),
        ("Weights sha256", paragraph(card.weights_sha256, styles().mono)),
        ("Tokenizer sha256", paragraph(card.tokenizer_sha256, styles().mono)),
    ]
    return [*rows, ("Computed in", paragraph(dtype))] if dtype else rows


def _size(card: ModelCard) -> str:
    layers = f"{card.layers} layers, {count(card.units_per_layer)} MLP neurons each"
    return f"{count(card.parameters)} parameters, {layers} ({card.architecture})"


def _calibration(card: CalibrationCard | None) -> list[Block]:
    """How often claimlab is right where the truth is known, and how a probability came about."""
    if card is None:
        return []
    n = card.numbers
    low, high = n.ece_interval
    rows: list[tuple[str, Block]] = [
        (
            "What it is",
            paragraph(
                f"{sentence(card.text)} Small transformers whose insides are known because they were trained to be so "
                f"went through the same tests: {count(n.models_fitted)} to fit the probabilities, "
                f"{count(n.models_reported)} others to judge them. They are far smaller and simpler than the models "
                "that claims are about."
            ),
        ),
        ("Right when it decided", paragraph(f"{count(n.right)} of {count(n.decided)} verdicts")),
        (
            "Wrongly supported",
            paragraph(
                f"{count(n.false_supported)} of {count(n.negatives)} models without a region (surely under "
                f"{n.false_supported_upper:.1%}, one-sided 95 %)"
            ),
        ),
        (
            "Calibration error",
            paragraph(
                f"{n.ece:.3f} [{low:.3f}, {high:.3f}]; perfect probabilities would show {n.ece_perfect:.3f} on as many "
                f"models. Brier score {n.brier:.3f}"
            ),
        ),
        ("This claim", paragraph(_probability(card))),
        ("Method sha256", paragraph(card.method_sha256, styles().mono)),
        ("Results sha256", paragraph(card.data_sha256, styles().mono)),
    ]
    return [heading(f"Calibration card, version {card.version}"), facts(rows)]


def _probability(card: CalibrationCard) -> str:
    if card.reason:
        return f"No probability is given: {card.reason}."
    kept = " It was kept within 5 % and 95 %." if card.capped else ""
    return (
        f"Prior {card.prior:.0%}. The weakest reading is {number(card.score)} half-widths of its interval above its "
        f"smallest effect; the likelihood ratio of that makes the probability.{kept}"
    )


def _reproduce(record: FactCheck) -> list[Block]:
    rows: list[tuple[str, Block]] = [("Command", paragraph(record.reproduce, styles().mono))]
    if record.plan:
        plan = record.plan.plan
        rows += [
            ("Plan sha256", paragraph(record.plan.sha256, styles().mono)),
            ("Thresholds sha256", paragraph(plan.thresholds_sha256, styles().mono)),
            ("Budget, seed", paragraph(f"{plan.budget.name}; seed {plan.seed}, stimuli seed {plan.stimuli_seed}")),
            ("Measuring", paragraph(_timing(record))),
        ]
    if record.environment:
        e = record.environment
        rows += [
            ("Machine", paragraph(f"{e.processor}, {e.cores} cores")),
            (
                "Software",
                paragraph(f"claimlab {e.claimlab}, Python {e.python}, torch {e.torch}, transformers {e.transformers}"),
            ),
        ]
    rows.append(("Made", paragraph(record.created)))
    return [heading("How to repeat this"), facts(rows)]


def _timing(record: FactCheck) -> str:
    timing = record.timing
    if timing.new_measurements == 0:
        return "nothing new was measured: every measurement came from the store"
    return f"{timing.measuring_s:.0f} seconds, {count(timing.new_measurements)} new measurements"


def _earlier(record: FactCheck) -> list[Block]:
    if record.plan is None:
        return []
    blocks: list[Block] = [heading("Earlier runs of the same question")]
    if record.flip:
        blocks.append(rich(f"<b>The result changed:</b> {escape(label_words(record.flip))}."))
    if not record.earlier_runs:
        return [*blocks, paragraph("None on this machine.")]
    look = styles()
    heads = ("Run", "Started", "Budget", "Seed", "Came to", "Plan")
    rows: list[list[Block]] = [[paragraph(text, look.table_bold) for text in heads]]
    for run in record.earlier_runs:
        cells = (str(run.run), run.started, run.budget, str(run.seed), label_words(run.label), run.plan[:12])
        rows.append([paragraph(text, look.table) for text in cells])
    return [*blocks, table(rows, [34, 130, 60, 80, 105, 84])]


def _literature(record: FactCheck) -> list[Block]:
    literature, look = record.literature, styles()
    if literature.status == "unavailable":
        return [
            heading("Related work"),
            paragraph("Related work was not gathered, which does not mean that there is none."),
        ]
    source = "from the index on this machine" if literature.status == "offline_index" else "gathered for this claim"
    blocks: list[Block] = [
        heading("Related work"),
        paragraph(f"Related work {source}. It does not change the verdict."),
        *(paragraph(sentence(note), look.small) for note in literature.notes),
    ]
    if (with_literature := record.verdict.probability_with_literature) is not None:
        blocks.append(paragraph(f"Probability with the literature: {with_literature:.0%}; {RULE}."))
    if not literature.works:
        return [*blocks, paragraph("Nothing related was found.")]
    rows: list[list[Block]] = [[paragraph(t, look.table_bold) for t in ("Work", "Year", "Stance", "Finding")]]
    for work in literature.works:
        year = str(work.year) if work.year else "\u2013"
        cells = (f"{work.title} ({work.id})", year, work.stance, work.quote or "\u2013")
        rows.append([paragraph(text, look.table) for text in cells])
    return [*blocks, table(rows, [185, 34, 60, 214])]
