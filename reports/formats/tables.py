"""CSV: the readings as one tidy table, and the lesion tables as another. One row per observation, UTF-8, commas.

A cell of text from outside that a spreadsheet would take for a formula starts with an apostrophe; numbers do not.
"""

import csv
import io
from collections.abc import Iterator, Sequence

from reports.formats.base import Record, report_format
from verify.audit_record import Audit
from verify.record import FactCheck, ReadingNumbers

Value = str | float | int | bool | None

_READINGS = (
    "claim", "verdict", "certainty", "probability", "domain", "reading", "role", "model", "way", "decision", "effect",
    "ci_low", "ci_high", "smallest_effect", "p", "e_value", "survives_correction", "families", "tasks", "pairs", "why",
    "plan_sha256",
)  # fmt: skip
_LESIONS = (
    "claim", "model", "source", "kind", "dose_percent", "seed", "matched", "left_out", "without", "localizer", "units",
    "at", "keep", "domain", "family", "task", "format", "answer", "kept", "both_correct", "plan_sha256",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@report_format("csv", suffix=".readings.csv", title="the readings by model, one row each")
def readings_csv(record: Record) -> bytes:
    """One row per reading, domain and model ("all": over all models), and one more per other way of testing."""
    return _table(_READINGS, (row for found in _checks(record) for row in _reading_rows(found)))


@report_format("lesions-csv", suffix=".lesions.csv", title="every lesion by every task, one row each")
def lesions_csv(record: Record) -> bytes:
    """One row per model, lesion and cell; cells that were not scored are empty."""
    return _table(_LESIONS, (row for found in _checks(record) for row in _lesion_rows(found)))


def guarded(text: str) -> str:
    """Text from outside that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) or text.startswith(_FORMULA) else text


def _checks(record: Record) -> list[FactCheck]:
    if isinstance(record, Audit):
        return [found for found in record.factchecks if isinstance(found, FactCheck)]
    return [record]


def _table(head: Sequence[str], rows: Iterator[Sequence[Value]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    for row in rows:
        writer.writerow([guarded(v) if isinstance(v, str) else v for v in row])
    return out.getvalue().encode("utf-8", "replace")


def _reading_rows(record: FactCheck) -> Iterator[Sequence[Value]]:
    verdict = record.verdict
    first = (record.claim.quote, verdict.label, verdict.certainty, verdict.probability)
    plan = record.plan.sha256 if record.plan else None
    if not record.readings:
        yield (*first, *[None] * (len(_READINGS) - len(first) - 1), plan)
    for reading in record.readings:
        named = (*first, reading.domain, reading.reading, reading.role)
        models: list[tuple[str, ReadingNumbers]] = [*reading.by_model.items(), ("all", reading)]
        for model, numbers in models:
            yield (*named, model, "primary", *_numbers(numbers), numbers.why, plan)
            for way in numbers.ways:
                low, high = way.ci or (None, None)
                yield (
                    *named, model, way.name, way.verdict, way.effect, low, high, numbers.smallest_effect,
                    *[None] * 8, plan,
                )  # fmt: skip


def _numbers(numbers: ReadingNumbers) -> tuple[Value, ...]:
    low, high = numbers.ci or (None, None)
    return (
        numbers.verdict, numbers.effect, low, high, numbers.smallest_effect, numbers.p, numbers.e_value,
        numbers.survives_correction, numbers.n_families, numbers.n_tasks, numbers.n_items,
    )  # fmt: skip


def _lesion_rows(record: FactCheck) -> Iterator[Sequence[Value]]:
    plan = record.plan.sha256 if record.plan else None
    for model, table in record.lesions.items():
        cells = [([*name.split("/"), "", "", ""])[:4] for name in table.columns]
        for r, kept, accuracy in zip(table.rows, table.kept, table.accuracy, strict=True):
            lesion = (
                r.source, r.kind, r.dose, r.seed, r.matched, r.left_out, r.without, r.localizer, r.of, r.at, r.keep,
            )  # fmt: skip
            for cell, answer, value, both in zip(cells, table.answers, kept, accuracy, strict=True):
                yield (record.claim.quote, model, *lesion, *cell, answer, value, both, plan)
