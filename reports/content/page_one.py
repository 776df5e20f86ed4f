"""The first page, which alone answers: the claim, the verdict, how sure, on which models, what would change it."""

import re

from claims import ability
from claims.listing import sentence
from reports.content.appearance import Appearance, where
from reports.content.elements import (
    Answer,
    Block,
    Bullets,
    FirstPage,
    Halves,
    Masthead,
    Overline,
    Paragraph,
    Quote,
    Span,
    Words,
    bold,
    joined,
)
from reports.content.plain import plain_downgrade, plain_reason, technical_reason
from reports.content.readings_table import readings_table
from reports.numbers import percent
from reports.numbers import size as size_words
from reports.words import BRAND, CERTAINTY, LABELS, PREDICATES, STRENGTH, date_words, label_words, spaced
from verify.record import FactCheck
from verify.verdict import DECIDED
from verify.wording import ANSWERS, other_models

_UNCALIBRATED = "claimlab has not been calibrated yet"


def page_one(record: FactCheck, appeared: Appearance | None = None) -> FirstPage:
    """The blocks of the first page."""
    verdict, claim = record.verdict, record.claim
    how = "Checked in these words, which were chosen by hand: " if appeared and appeared.reworded else "Read as: "
    read_as = [Paragraph((bold(how), claim.text))] if claim.text.strip() != claim.quote.strip() else []
    return FirstPage(
        (
            Masthead(BRAND, date_words(record.created)),
            Overline("The claim"),
            Quote(claim.quote),
            Paragraph(where(appeared), "small"),
            *read_as,
            Answer(
                verdict.label, LABELS[verdict.label], ANSWERS[verdict.label], plain_reason(record), _changed(record)
            ),
            Halves(
                (Overline("How sure, and why not surer"), *_how_sure(record), *_would_change(record)),
                (Overline("What was tested, on which models"), *_tested_on(record)),
            ),
            Overline("How the claim was understood"),
            Paragraph(understood(record)),
            *readings_table(record),
            *_in_the_method_s_words(record),
        )
    )


def _in_the_method_s_words(record: FactCheck) -> list[Block]:
    """The rule that made the verdict, as the method says it; nothing where page one has said it already."""
    said = technical_reason(record)
    return [] if said == plain_reason(record) else [Paragraph((bold("In the method\u2019s words: "), said), "small")]


def _changed(record: FactCheck) -> str:
    return f"{label_words(record.flip)}." if record.flip else ""


def _how_sure(record: FactCheck) -> list[Block]:
    verdict = record.verdict
    of_what = " that no experiment on a model can decide it" if verdict.label == "not_testable" else " in this verdict"
    blocks: list[Block] = [Paragraph((bold(f"{CERTAINTY[verdict.certainty]} certainty"), f"{of_what}."))]
    if verdict.downgrades:
        blocks.append(Bullets(tuple(plain_downgrade(text) for text in verdict.downgrades)))
    if record.plan is None:
        return blocks
    card = record.calibration
    if verdict.probability is None or card is None:
        why = (card.reason if card else None) or _UNCALIBRATED
        return [*blocks, Paragraph(f"No probability is given: {why}.")]
    moved = verdict.probability_with_literature
    literature = f" ({percent(moved)} with published work)" if moved is not None else ""
    undecided = " It leans, and decides nothing." if verdict.label not in DECIDED else ""
    return [
        *blocks,
        Paragraph(
            (
                bold(f"Probability {percent(verdict.probability)}"),
                f"{literature} that the claim is true, in words: {verdict.likelihood}; starting from "
                f"{percent(card.prior)}, {card.text}, not on models like these.{undecided}",
            )
        ),
    ]


def _tested_on(record: FactCheck) -> list[Block]:
    if record.plan is None:
        return [Paragraph("Nothing was measured on a model.")]
    blocks: list[Block] = [Paragraph(bold(mismatch(record)))]
    for card in record.models:
        quantised = f", quantised file: {card.quantisation}" if card.quantisation else ", not quantised"
        blocks.append(Paragraph((bold(card.id), f": {size_words(card.parameters)}{quantised}")))
    if any(card.quantisation for card in record.models):
        blocks.append(Paragraph("A quantised file is another model than the original.", "small"))
    plan = record.plan.plan
    return [*blocks, Paragraph(f"Method: {plan.localizer}; budget {plan.budget.name}.")]


def mismatch(record: FactCheck) -> str:
    """Whether the models tested are the models claimed, in a sentence."""
    if record.named_untested:
        return sentence(other_models(record.named_untested, [card.id for card in record.models]))
    several = len(record.models) > 1
    tested = f"{len(record.models)} open models" if several else "one open model"
    if record.claim.models:
        return f"The claim names {', '.join(record.claim.models)}; what is listed here was tested."
    were = "were" if several else "was"
    return (
        f"The claim is about language models at large; {tested} {were} tested. What holds in "
        f"{'them' if several else 'it'} need not hold in others."
    )


def _would_change(record: FactCheck) -> list[Block]:
    if not record.verdict.would_change:
        return []
    texts = tuple(sentence(text) for text in record.verdict.would_change)
    return [Overline("What would change this verdict"), Bullets(texts)]


def understood(record: FactCheck) -> Words:
    """How the claim was read: what it says of what, how strongly, and what the user corrected."""
    claim = record.claim
    named = ", ".join(ability(domain) for domain in claim.domains if domain != "other")
    about: list[str | Span] = ["It is about ", bold(named)] if named else ["It names no ability"]
    sayings = "; ".join(PREDICATES[p] for p in claim.predicates)
    if sum(domain != "other" for domain in claim.domains) > 1:
        sayings = re.sub(r"\bit\b", "each of them", sayings)
    says: list[str | Span] = (
        [" and ", bold(claim.polarity), f": {sayings}."]
        if sayings
        else [" and says nothing about the inside of a model."]
    )
    parts: list[Words] = [(*about, *says), f"Its wording is {STRENGTH[claim.strength]}."]
    if claim.models:
        parts.append(f"It names {', '.join(claim.models)}.")
    if claim.modality != "text":
        parts.append(f"It is about {claim.modality} models.")
    for c in claim.corrections:
        parts.append(
            (
                bold("Corrected by the user:"),
                f" {spaced(c.field)} read as \u201c{c.read}\u201d, set to \u201c{c.corrected}\u201d.",
            )
        )
    return joined(parts)
