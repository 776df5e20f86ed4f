"""Published work for and against, with what it says in a sentence, and what it would move."""

from collections.abc import Sequence

from claims.listing import sentence
from reports.content.elements import Block, Heading, Paragraph, Section, Span, Table, Words
from reports.content.links import work_address
from reports.numbers import NONE, in_style, percent
from verify.literature import RULE
from verify.record import FactCheck, Work

_GROUPS = (
    ("supports", "For the claim"),
    ("refutes", "Against the claim"),
    ("mixed", "For and against"),
    ("unclear", "Related; what it says about the claim is unclear"),
)


def literature(record: FactCheck) -> list[Block]:
    """The section."""
    found = record.literature
    if found.status == "unavailable":
        words = "Related work was not gathered, which does not mean that there is none."
        return [Section("Literature for and against"), Paragraph(words)]
    source = "from the index on this machine" if found.status == "offline_index" else "gathered for this claim"
    counts = ", ".join(
        f"{n} {words}"
        for stance, words in (
            ("supports", "for"),
            ("refutes", "against"),
            ("mixed", "both ways"),
            ("unclear", "unclear"),
        )
        if (n := sum(w.stance == stance for w in found.works))
    )
    blocks: list[Block] = [
        Section("Literature for and against"),
        Paragraph(f"Related work {source}{f': {counts}' if counts else ''}. It does not change the verdict."),
        *(Paragraph(sentence(note), "small") for note in found.notes),
    ]
    if (with_literature := record.verdict.probability_with_literature) is not None:
        blocks.append(Paragraph(f"Probability with the literature: {percent(with_literature)}; {in_style(RULE)}."))
    if not found.works:
        return [*blocks, Paragraph("Nothing related was found.")]
    for stance, title in _GROUPS:
        blocks += _works(title, [w for w in found.works if w.stance == stance])
    if unrelated := sum(w.stance == "unrelated" for w in found.works):
        blocks.append(Paragraph(f"{unrelated} more were looked at and found to be unrelated.", "small"))
    return blocks


def _works(title: str, works: Sequence[Work]) -> list[Block]:
    if not works:
        return []
    rows = [(_work(w), str(w.year) if w.year else NONE, w.quote or NONE) for w in works]
    return [Heading(title), Table(title, ("Work", "Year", "What it says"), tuple(rows), (190, 32, 271))]


def _work(work: Work) -> Words:
    address = work_address(work.id)  # else its name is all that is known of it
    return (f"{work.title} ", Span(f"({work.id})", link=address)) if address else work.title
