"""The first page, which alone answers: claim, verdict, how sure, what was tested, each reading, what would change it.

Set in the largest type at which it fits on one page; if none does, the smallest, and it runs on.
"""

from reportlab.platypus import HRFlowable

from reports.blocks import Block, bullets, columns, gap, paragraph, rich
from reports.figures import label_symbol
from reports.numbers import size as size_words
from reports.readings_table import readings_table
from reports.style import BOLD, HEIGHT, INK, PALE, RULE, WIDTH, Styles, paragraph_style, styles
from reports.text import MISSING, escape, has_missing, sentence
from reports.words import BRAND, CERTAINTY, LABELS, POLARITY, PREDICATES, STRENGTH, date_words, label_words, spaced
from verify.record import FactCheck
from verify.wording import ANSWERS

_SIZES = (9.4, 8.8, 8.2, 7.6, 7.1)
_UNCALIBRATED = "claimlab has not been calibrated yet"


def page_one(record: FactCheck) -> list[Block]:
    """The blocks of the first page."""
    blocks: list[Block] = []
    for size in _SIZES:
        blocks = _blocks(record, size)
        if sum(_height(b) for b in blocks) <= HEIGHT - 4:
            break
    return blocks


def _height(block: Block) -> float:
    _, height = block.wrap(WIDTH, 10 * HEIGHT)
    return float(height) + float(block.getSpaceBefore()) + float(block.getSpaceAfter())


def _blocks(record: FactCheck, size: float) -> list[Block]:
    look = styles(size)
    blocks = [*_brand(record, look), *_claim(record, size), _verdict(record, size), gap(size * 0.9)]
    blocks += [
        _halves(_how_sure(record, look), [*_tested_on(record, look), *_would_change(record, look)]),
        gap(size * 0.5),
    ]
    blocks += [_label("How the claim was understood", look), rich(understood(record), look.body)]
    if record.readings:
        blocks += [gap(size * 0.5), *readings_table(record, look)]
    return blocks


def _brand(record: FactCheck, look: Styles) -> list[Block]:
    cells = [rich(f"<b>{BRAND}</b>", look.body), paragraph(date_words(record.created), look.table_right)]
    line = columns([cells], [WIDTH * 0.7, WIDTH * 0.3], padding=0, extra=[("VALIGN", (0, 0), (-1, -1), "BOTTOM")])
    return [line, HRFlowable(width="100%", thickness=1.2, color=INK, spaceBefore=0, spaceAfter=12)]


def _claim(record: FactCheck, size: float) -> list[Block]:
    claim, look = record.claim, styles(size)
    length = len(claim.quote)
    scale = next(s for limit, s in ((130, 2.0), (260, 1.65), (520, 1.3), (1000, 1.1), (10**9, 0.95)) if length <= limit)
    large = paragraph_style("claim", BOLD if length <= 520 else look.body.fontName, size * scale, after=size * 0.9)
    title = rich(f"\u201c{escape(claim.quote)}\u201d", large)
    title.outline = ("The claim and the verdict", 0)
    blocks = [_label("The claim", look), title]
    if claim.text.strip() != claim.quote.strip():
        blocks.append(paragraph(f"Read as: {claim.text}", look.body))
    if has_missing(claim.quote + claim.text):
        blocks.append(paragraph(f"{MISSING} stands for a character that this report has no letter for.", look.small))
    return blocks


def _verdict(record: FactCheck, size: float) -> Block:
    verdict, look = record.verdict, styles(size)
    phrase = paragraph_style("answer", BOLD, size * 1.75, after=size * 0.3)
    summary = verdict.summary.removeprefix(ANSWERS[verdict.label]).strip()
    words = [
        rich(f"<b>Verdict: {LABELS[verdict.label]}</b>", look.label),
        paragraph(ANSWERS[verdict.label], phrase),
        *([paragraph(summary, look.body)] if summary else []),
        *([rich(f"<b>Changed:</b> {escape(label_words(record.flip))}.", look.body)] if record.flip else []),
    ]
    return columns(
        [[label_symbol(verdict.label, 36), words]],
        [58, WIDTH - 58],
        padding=8,
        extra=[
            ("BACKGROUND", (0, 0), (-1, -1), PALE),
            ("LINEBEFORE", (0, 0), (0, -1), 3.5, INK, 0),
            ("LEFTPADDING", (0, 0), (0, 0), 13),
            ("LEFTPADDING", (1, 0), (1, 0), 4),
            ("RIGHTPADDING", (0, 0), (-1, -1), 10),
        ],
    )


def _how_sure(record: FactCheck, look: Styles) -> list[Block]:
    verdict = record.verdict
    of_what = " that no experiment on a model can decide it" if verdict.label == "not_testable" else ""
    blocks = [_label("How sure", look), rich(f"<b>{CERTAINTY[verdict.certainty]} certainty</b>{of_what}.", look.body)]
    blocks += bullets([_downgrade(text) for text in verdict.downgrades], look.body)
    if record.plan is None:
        return blocks
    card = record.calibration
    if verdict.probability is None or card is None:
        reason = (card.reason if card else None) or _UNCALIBRATED
        return [*blocks, paragraph(f"No probability is given: {reason}.", look.body)]
    return [
        *blocks,
        rich(
            f"<b>{escape(sentence(verdict.likelihood or ''))[:-1]}</b>: probability {verdict.probability:.0%} that the "
            f"claim is true, starting from {card.prior:.0%}; {escape(card.text)}, not on models like these.",
            look.body,
        ),
    ]


def _downgrade(text: str) -> str:
    """A reason of the form `name: why` as `Why (name).`."""
    name, colon, why = text.partition(": ")
    return f"{sentence(why).removesuffix('.')} ({name})." if colon else sentence(text)


def _tested_on(record: FactCheck, look: Styles) -> list[Block]:
    blocks = [_label("What was tested", look)]
    if record.plan is None:
        return [*blocks, paragraph("Nothing was measured on a model.", look.body)]
    for text in record.not_tested:
        if text.startswith("the claim is about"):
            blocks.append(rich(f"<b>{escape(sentence(text))}</b>", look.body))
    for card in record.models:
        quantised = f", quantised file: {card.quantisation}" if card.quantisation else ", not quantised"
        blocks.append(rich(f"<b>{escape(card.id)}</b>: {size_words(card.parameters)}{escape(quantised)}", look.body))
    if any(card.quantisation for card in record.models):
        blocks.append(paragraph("A quantised file is another model than the original.", look.small))
    plan = record.plan.plan
    return [*blocks, paragraph(f"Method: {plan.localizer}; budget {plan.budget.name}.", look.body)]


def _would_change(record: FactCheck, look: Styles) -> list[Block]:
    if not record.verdict.would_change:
        return []
    texts = [sentence(text) for text in record.verdict.would_change]
    return [gap(3), _label("What would change this verdict", look), *bullets(texts, look.body)]


def understood(record: FactCheck) -> str:
    """How the claim was read, as markup: what it says of what, how strongly, and what the user corrected."""
    claim = record.claim
    about = f"It is about <b>{escape(', '.join(claim.domains))}</b>" if claim.domains else "It names no ability"
    sayings = escape("; ".join(PREDICATES[p] for p in claim.predicates))
    says = f"<b>{POLARITY[claim.polarity]}</b>: {sayings}" if sayings else "says nothing about the inside of a model"
    parts = [f"{about} and {says}. Its wording is {STRENGTH[claim.strength]}."]
    if claim.models:
        parts.append(f"It names {escape(', '.join(claim.models))}.")
    if claim.modality != "text":
        parts.append(f"It is about {escape(claim.modality)} models.")
    for c in claim.corrections:
        parts.append(
            f"<b>Corrected by the user:</b> {escape(spaced(c.field))} read as \u201c{escape(c.read)}\u201d, set to "
            f"\u201c{escape(c.corrected)}\u201d."
        )
    return " ".join(parts)


def _label(text: str, look: Styles) -> Block:
    return paragraph(text.upper(), look.label)


def _halves(left: list[Block], right: list[Block]) -> Block:
    return columns(
        [[left, right]],
        [WIDTH / 2, WIDTH / 2],
        padding=1,
        extra=[
            ("RIGHTPADDING", (0, 0), (0, 0), 12),
            ("LEFTPADDING", (1, 0), (1, 0), 12),
            ("LINEBEFORE", (1, 0), (1, 0), 0.5, RULE),
        ],
    )
