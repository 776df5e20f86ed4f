"""Every record renders to every format without an error; a fuzzed one too. The first page keeps to its 80 words."""

import itertools
import json
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims import InputError
from reports import format_names, get_format, read_record
from reports.content.plain import MOST_WORDS, plain_answer, technical_reason
from tests.reports.hostile import HOSTILE, fuzzed
from verify.audit_record import Audit
from verify.record import FactCheck

TEXT = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=60),
    st.lists(st.sampled_from(HOSTILE), max_size=4).map(" ".join),
)


@pytest.mark.parametrize("name", format_names())
def test_every_kind_of_record_renders(every_record: dict[str, FactCheck | Audit], name: str) -> None:
    for kind, record in every_record.items():
        content = get_format(name).render(record)
        assert content, kind
        assert name == "pdf" or content.decode()


@settings(max_examples=40)
@given(st.lists(TEXT, min_size=3, max_size=9), st.booleans())
def test_a_fuzzed_record_renders_to_every_format(
    untestable_record: FactCheck, small_record: FactCheck, texts: list[str], drop: bool
) -> None:
    record = fuzzed(small_record if drop else untestable_record, itertools.cycle(texts), drop=drop)
    for name in format_names():
        assert get_format(name).render(record)


def test_everything_hostile_at_once_renders_to_every_format(small_record: FactCheck) -> None:
    record = fuzzed(small_record, itertools.cycle(HOSTILE), drop=False)
    for name in format_names():
        assert get_format(name).render(record)


def test_an_article_of_hostile_text_renders_to_every_format(small_audit: Audit) -> None:
    text = "\n\n".join(HOSTILE) + "\n\n" + small_audit.article.text
    shift = len(text) - len(small_audit.article.text)
    claims = tuple(
        c.model_copy(update={"start": c.start + shift, "end": c.end + shift, "text": HOSTILE[0]})
        for c in small_audit.claims
    )
    article = small_audit.article.model_copy(update={"text": text, "title": " ".join(HOSTILE), "source": HOSTILE[1]})
    record = small_audit.model_copy(update={"article": article, "claims": claims})
    for name in format_names():
        assert get_format(name).render(record)


@pytest.mark.parametrize("word", [string.ascii_letters, "\u05e9\u05dc\u05d5\u05dd ", "\u6570\u5b66"])
def test_a_claim_of_ten_thousand_characters_renders(untestable_record: FactCheck, word: str) -> None:
    quote = (word * 10_000)[:10_000]
    claim = untestable_record.claim.model_copy(update={"quote": quote, "text": quote})
    record = untestable_record.model_copy(update={"claim": claim})
    for name in format_names():
        assert get_format(name).render(record)


def test_answer_and_reason_have_at_most_eighty_words(every_record: dict[str, FactCheck | Audit]) -> None:
    for record in every_record.values():
        checks = (
            [record] if isinstance(record, FactCheck) else [c for c in record.factchecks if isinstance(c, FactCheck)]
        )
        for check in checks:
            assert len(plain_answer(check).split()) <= MOST_WORDS


@given(st.text(alphabet=" .ab", max_size=600))
def test_a_reason_is_cut_at_the_end_of_a_sentence(untestable_record: FactCheck, summary: str) -> None:
    verdict = untestable_record.verdict.model_copy(update={"summary": summary})
    said = technical_reason(untestable_record.model_copy(update={"verdict": verdict}))
    assert len(said.split()) <= MOST_WORDS
    assert said == " ".join(summary.split()) or said.endswith((".", "!", "?", "\u2026"))


@pytest.mark.parametrize("damage", ["kept", "columns", "answers", "probability", "deep"])
def test_a_damaged_record_is_refused_and_not_drawn(small_record: FactCheck, damage: str) -> None:
    data = json.loads(small_record.model_dump_json(by_alias=True))
    table = next(iter(data["lesions"].values()))
    if damage == "probability":
        data["verdict"]["probability"] = 7
    elif damage != "deep":
        table[damage] = table[damage][:-1]
    content = "[" * 100_000 if damage == "deep" else json.dumps(data)
    with pytest.raises(InputError):
        read_record(content, where="it")
