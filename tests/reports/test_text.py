"""Outside text is shown as it is, and is never markup, a link, an image or a lost letter."""

from io import BytesIO

import pypdf
import pytest
from reportlab.platypus import Paragraph

from claims import Correction
from claims.listing import sentence
from reports.formats.pdf import to_pdf
from reports.letters import MISSING, fit, missing, plain
from reports.pdf.text import escape
from reports.style import REGULAR, styles
from verify.record import FactCheck, Literature, Work

HOSTILE = [
    '<img src="file:///etc/passwd"/>',
    '<a href="javascript:alert(1)">click</a>',
    '<font size="90" color="white">gone</font>',
    "</para><para>two",
    "<b>bold",
    "&lt;b&gt; &#60;i&#62; &amp;",
    '<onDraw name="showPage"/>',
    '<link href="http://evil.example/">x</link>',
    '"><script>alert(1)</script>',
    "<![CDATA[<b>]]> <!-- gone -->",
    "%s %(x)s {0} {{}} \\n \\u0041",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_is_shown_and_not_obeyed(text: str) -> None:
    fragments = Paragraph(escape(text), styles().body).frags
    assert "".join(f.text for f in fragments) == text
    assert all(not hasattr(f, "cbDefn") and not getattr(f, "link", None) for f in fragments)
    assert {f.fontName for f in fragments} == {REGULAR}


def test_no_field_of_a_record_can_bring_in_markup(small_record: FactCheck) -> None:
    text = " ".join(HOSTILE)
    record = hostile(small_record, text)
    reader = pypdf.PdfReader(BytesIO(to_pdf(record)))
    for page in reader.pages:
        assert "/Annots" not in page
        kinds = [o.get_object()["/Subtype"] for o in page["/Resources"].get("/XObject", {}).values()]  # type: ignore[index]
        assert "/Image" not in kinds
    shown = "".join("".join(page.extract_text() for page in reader.pages).split())
    assert shown.count("".join(text.split())) >= 12


def hostile(record: FactCheck, text: str) -> FactCheck:
    """`record` with `text` in every field that comes from outside."""
    (card,) = record.models
    work = Work(id=text, title=text, year=2026, stance="unclear", quote=text, score=0.5)
    environment = record.environment
    assert environment is not None
    readings = tuple(
        r.model_copy(
            update={
                "why": text,
                "question": text,
                "null": text,
                "refuted_by": text,
                "by_model": {text: n} if (n := next(iter(r.by_model.values()), None)) else {},
            }
        )
        for r in record.readings
    )
    return record.model_copy(
        update={
            "claim": record.claim.model_copy(
                update={
                    "quote": text,
                    "text": f"[{text}]",
                    "models": (text,),
                    "corrections": (Correction(field="domains", read=text, corrected=text),),
                }
            ),
            "verdict": record.verdict.model_copy(
                update={"summary": text, "downgrades": (f"{text}: {text}",), "would_change": (text,)}
            ),
            "readings": readings,
            "models": (
                card.model_copy(
                    update=dict.fromkeys(("id", "origin", "revision", "licence", "quantisation", "architecture"), text)
                ),
            ),
            "lesions": {text: record.lesions[card.id]},
            "controls": {text: record.controls[card.id]},
            "flip": text,
            "literature": Literature(status="gathered", works=(work,)),
            "reproduce": text,
            "environment": environment.model_copy(update={"processor": text}),
            "not_tested": (f"the claim is about {text}", text),
        }
    )


def test_letters_that_vera_lacks_are_set_in_the_other_font_and_lost_ones_marked() -> None:
    text = "Łódź, ą Ω → and \U000e0041 \U0001f9e0 end"
    fragments = Paragraph(escape(text), styles().body).frags
    shown = "".join(f.text for f in fragments)
    assert shown == f"Łódź, ą Ω → and {MISSING} {MISSING} end"
    assert {"Vera", "DejaVuSans"} <= {f.fontName for f in fragments}
    assert missing(text) == ("\U000e0041", "\U0001f9e0")


@pytest.mark.parametrize("text", ["\x00null", "zero\u200bwidth", "\u202eright to left", "lone \ud800", "bell\x07"])
def test_what_cannot_be_shown_is_marked_and_the_rest_is_kept(text: str) -> None:
    shown = "".join(f.text for f in Paragraph(escape(text), styles().body).frags)
    assert MISSING in shown
    assert all(c in shown for c in text if c.isascii() and c.isprintable())


def test_a_claim_with_lost_letters_says_what_the_mark_means(make_record) -> None:
    record = make_record(quote="Models have \U0001f9e0 regions", domains=("math",), models=1, families=3)
    text = pypdf.PdfReader(BytesIO(to_pdf(record))).pages[0].extract_text()
    assert f"{MISSING} stands for" in text
    assert "BRAIN (U+1F9E0)" in " ".join(text.split())


def test_accents_in_two_pieces_are_joined() -> None:
    assert plain("cafe\u0301") == "café"


def test_fit_cuts_to_the_width_and_leaves_short_text_alone() -> None:
    assert fit("short", REGULAR, 7, 100) == "short"
    cut = fit("a much longer text than fits", REGULAR, 7, 60)
    assert cut.endswith("…")
    assert "a much longer text than fits".startswith(cut[:-1])
    assert fit("anything", REGULAR, 7, 0) == "…"


def test_sentence_starts_with_a_capital_and_ends_once() -> None:
    assert sentence("the reading is open") == "The reading is open."
    assert sentence("Done. ") == "Done."


def test_a_line_does_not_end_between_a_number_and_its_per_cent_sign() -> None:
    for width in range(30, 200):
        block = Paragraph(escape("It is surely under 95 % of it"), styles().body)
        block.wrap(width, 1000)
        lines = [" ".join(words) for _, words in block.blPara.lines]
        assert "95\u00a0%" in " ".join(lines)
        assert not any(line.startswith("%") for line in lines), width
