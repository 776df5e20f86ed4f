"""Patterns by which mentions of works are found: people, years, titles, ids, venues. Words are in citations.yaml."""

import re
from dataclasses import dataclass
from functools import cache

from claims.word_files import one_line, word_file

_UPPER = (
    "A-Z\u00c0-\u00d6\u00d8-\u00de\u0100\u0106\u010c\u010e\u0110\u0118\u011a\u011e\u0130\u0141\u0143\u0147\u0150"
    "\u0158\u015a\u015e\u0160\u0164\u016e\u0170\u0179\u017b\u017d"
)
_YEAR = r"(?P<year>(?:19[5-9]|20[0-4])\d)[a-z]?"
ARXIV_ID = r"\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7}"

ARXIV = re.compile(
    rf"(?:https?://)?(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/(?P<url>{ARXIV_ID})(?:v\d+)?(?:\.pdf)?"
    rf"|\barXiv(?: (?:preprint|id|e-print))?(?: arXiv)?[:\s.#]{{0,3}}(?P<id>{ARXIV_ID})(?:v\d+)?(?: ?\[[\w.-]+\])?",
    re.IGNORECASE,
)
DOI = re.compile(
    r"(?:(?:https?://)?(?:dx\.)?doi\.org/|\bdoi[:\s]{1,2}|(?<![\w/.]))(?P<doi>10\.\d{4,9}/[^\s\"'<>\[\]{}|]+)",
    re.IGNORECASE,
)
QUOTED_TITLE = re.compile(r"(?<![\w\"])\"(?P<title>[^\"\n]{4,250}(?:\n[^\"\n]{1,200})?)\"(?!\w)")
MARKED_TITLE = re.compile(r"(?<![\w*_])(?P<mark>\*{1,2}|_{1,2})(?P<title>[^*_\n]{4,250}?)(?P=mark)(?![\w*_])")
BARE_YEAR = re.compile(rf"(?:(?<=[,.]\s)|(?<=\()){_YEAR}(?=[),.;\s]|$)")
REFERENCE_LINE = re.compile(r"(?:[-*]\s+)?(?:\[\d+\]|\d+[.)])\s+[^.]*\b[A-Z]\.")


@dataclass(frozen=True)
class Patterns:
    """Patterns made of the words of citations.yaml."""

    people: tuple[re.Pattern[str], ...]
    reference: re.Pattern[str]
    the_authors: re.Pattern[str]
    bare_people: re.Pattern[str]
    name: re.Pattern[str]
    others: re.Pattern[str]
    venue: re.Pattern[str]
    glue: re.Pattern[str]
    titled: re.Pattern[str]
    of_work: re.Pattern[str]
    says: re.Pattern[str]


@cache
def patterns() -> Patterns:
    """The patterns that ship with this version."""
    words = {name: one_line(text).replace(" ", r"\s+") for name, text in word_file("citations").items()}
    word = rf"(?!(?:{words['not_a_name']})\b)[{_UPPER}][\w'-]*\w"
    surname = rf"(?:(?:van|von|de|der|den|la|le|di|da|dos|del|della|ter|ten|bin|ibn|al|el)\s+)*{word}"
    person = rf"(?<![@\w])(?:(?:[{_UPPER}]\.[\s-]?|{word}\s+){{1,4}})?{surname}"
    many = rf"{person}(?:,?\s+(?:and|&)\s+{person}|,\s+{person}){{0,30}}"
    others = rf"(?:,?\s+(?:{words['and_others']}))"
    year, lead = rf"{_YEAR}", r"(?:,\s*|\s*\(|\s*\[|\s+)"
    last_first = rf"{surname},\s+(?:[{_UPPER}]\.[\s-]?)+"
    return Patterns(
        people=(
            re.compile(
                rf"\b(?:[Aa]n?|[Tt]he(?:ir)?|[Aa]nother|[Oo]ne)\s+(?:\w+\s+)?{year}\s+(?:{words['work']})\s+(?:by|from|of)\s+(?P<people>{many}){others}?"
            ),
            re.compile(
                rf"\b(?:[Aa]|[Tt]he)\s+(?:team|group)\s+(?:led|headed)\s+by\s+(?P<people>{many})(?:[^.;,\n]{{0,40}}?\sin\s+{year}\b)?"
            ),
            re.compile(rf"\bIn\s+{year},?\s+(?P<people>{many})(?:{others}|(?=\s+{words['says']}))"),
            re.compile(rf"(?P<people>{many}){others}(?:'s?)?(?:{lead}(?:in\s+)?{year}\b)?"),
            re.compile(rf"(?P<people>{many})(?:'s?)?(?:\s*[(\[]|,\s+){year}\b(?=\s*[\])&;,:.]|\s*$)"),
            re.compile(rf"(?P<people>{many})\s+{words['says']}\s+(?:\w+\s+)?in\s+{year}\b"),
            re.compile(
                rf"\b(?:[Tt]he|[Aa]|[Tt]his|[Tt]heir)\s+(?:\w+\s+)?(?:{words['work']})(?:\s+[a-z]+){{0,2}},?\s+(?:\w+\s+)?(?:by|from|of)\s+(?P<people>{person}(?:,?\s+(?:and|&)\s+{person}|,\s+{person})+){others}?"
            ),
        ),
        reference=re.compile(
            rf"(?P<people>{last_first}(?:,?\s*(?:&|and)?\s*{last_first}){{0,30}}(?:,?\s*(?:&\s*)?et\s+al\.?)?)\s*\({year}\)\.?\s+(?P<title>[^.\n]{{8,250}}(?:\n[^.\n]{{1,200}})?)(?=\.)"
        ),
        the_authors=re.compile(
            rf"\b[Tt]he(?:\s+study's|\s+paper's)?\s+authors?,?\s+(?P<people>{person}(?:,?\s+(?:and|&)\s+{person}|,\s+{person})+)"
        ),
        bare_people=re.compile(rf"(?P<people>{many})(?P<others>{others})?"),
        name=re.compile(rf"{last_first}|{person}"),
        others=re.compile(others),
        venue=re.compile(rf"(?<!\w){words['venue']}(?:,?\s+{year})?(?!\w)"),
        glue=re.compile(
            rf"[\s,.;:()\[\]\"'*_#&-]*(?:(?:{words['glue']})[\s,.;:()\[\]\"'*_#&/-]*){{0,6}}", re.IGNORECASE
        ),
        titled=re.compile(
            rf"(?:(?:{words['work']})(?:\s+is|\s+was)?(?:\s+(?:titled|entitled|called|named))?|\b(?:titled|entitled|headlined))[\s,:*_]*$",
            re.IGNORECASE,
        ),
        of_work=re.compile(rf"\b(?:{words['work']}|authors?|arXiv)\b", re.IGNORECASE),
        says=re.compile(rf"(?:,[^.;]{{0,60}},)?\s+{words['says']}\b"),
    )


def venue_words() -> str:
    """A regular expression for journals, conferences and proceedings."""
    return one_line(word_file("citations")["venue"]).replace(" ", r"\s+")
