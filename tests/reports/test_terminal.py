"""What the command line shows: of an audit every claim once, of a fact-check the numbers that the report prints."""

import re

from rich.console import Console

from reports.content.document import document
from reports.content.elements import Table, text_of
from reports.lesions import other_domains
from reports.terminal import show_result
from reports.terminal_audit import show_audit
from verify.audit_record import Audit
from verify.record import FactCheck


def test_no_claim_is_listed_twice(small_audit: Audit) -> None:
    console = Console(width=200)
    with console.capture() as shown:
        show_audit(console, small_audit, [])
    text = shown.get()
    numbered = re.findall(r"^ *(\d+(?:, \d+)*)  \S", text, re.MULTILINE)
    listed = [number for line in numbered for number in line.split(", ")]
    assert sorted(listed) == sorted(set(listed))
    assert text.index("exaggerated") < text.index("Not checked")


def test_the_same_words_stand_before_the_same_number_as_in_the_report(standard_record: FactCheck) -> None:
    console = Console(width=400)
    with console.capture() as shown:
        show_result(console, standard_record, [])
    said = re.findall(
        r"^(\S+): without its top 1 % of neurons, (\w+) keeps (\S+) of itself, other domains keep (\S+); with random "
        r"neurons gone, \w+ keeps (\S+)$",
        shown.get(),
        re.MULTILINE,
    )
    (table,) = (
        b
        for b in document(standard_record).blocks
        if isinstance(b, Table) and b.caption == "What is left when units are switched off"
    )
    columns = [table.head.index(name) for name in ("Model", "Units of", "Own tasks", "Other domains")]
    randoms = table.head.index("Random lesions, own tasks")
    printed = [
        (*(text_of(row[k]) for k in columns), text_of(row[randoms]).split()[0])  # type: ignore[arg-type]
        for row in table.rows
    ]
    assert said
    assert said == [tuple(text.replace("\u2212", "-") for text in row) for row in printed]


def test_control_tasks_are_no_other_domain(rich_record: FactCheck) -> None:
    for table in rich_record.lesions.values():
        for domain in table.lesioned_domains():
            counted = {table.columns[j].split("/")[0] for j in other_domains(table, domain)}
            assert counted == {"language", "math", "physics", "social"} - {domain}
