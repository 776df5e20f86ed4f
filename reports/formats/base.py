"""What a report format is: a function from a record to the bytes of a file, registered under a name.

The record is all that a format gets, so that every number in a report comes from it; the same record gives the same
bytes. A package of somebody else's adds a format through the entry-point group "claimlab.report_formats".
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from pydantic import ValidationError

from claims import InputError, StoreError
from claims.atomic import replacing
from verify.audit_record import Audit
from verify.record import FactCheck
from verify.registry import Registry

Record: TypeAlias = FactCheck | Audit
Render: TypeAlias = Callable[[Record], bytes]


@dataclass(frozen=True)
class ReportFormat:
    """A way to write a record down.

    Attributes:
        name: what it is called on the command line.
        suffix: of its files, with the dot.
        title: what it is good for, in a few words.
        render: from the record to the bytes of the file.
    """

    name: str
    suffix: str
    title: str
    render: Render

    def fits(self, name: str) -> bool:
        """Whether a file of that name is one of this format, or could be: `.csv` for `.readings.csv`."""
        return name.lower().endswith(f".{self.suffix.rpartition('.')[2]}")


REGISTRY: Registry[ReportFormat] = Registry("claimlab.report_formats")


def report_format(name: str, *, suffix: str, title: str) -> Callable[[Render], Render]:
    """Register the function below as the format `name`."""

    def register(render: Render) -> Render:
        REGISTRY.add(name, ReportFormat(name, suffix, title, render))
        return render

    return register


def format_names() -> tuple[str, ...]:
    """Every format, those to read first."""
    first = ("pdf", "html", "json")
    return (*first, *sorted(name for name in REGISTRY.all() if name not in first))


def get_format(name: str) -> ReportFormat:
    """A format by name.

    Raises:
        InputError: there is none of that name.
    """
    found = REGISTRY.all().get(name)
    if found is None:
        raise InputError(f"--format must be one of {', '.join(format_names())}, got {name!r}")
    return found


def file_of(target: Path, name: str) -> Path:
    """Where the format `name` goes: `target` if it ends as the format's files do, else its name with their suffix.

    Raises:
        InputError: there is no such format.
    """
    chosen = get_format(name)
    return target if chosen.fits(target.name) else target.with_name(target.stem + chosen.suffix)


def write_report(record: Record, target: Path, name: str) -> Path:
    """Write `record` in the format `name` to the `file_of` it.

    Raises:
        InputError: there is no such format.
        StoreError: the file cannot be written; what was there before stays.
    """
    path = file_of(target, name)
    content = get_format(name).render(record)
    try:
        with replacing(path) as partial:
            partial.write_bytes(content)
    except (OSError, ValueError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or str(error)
        raise StoreError(
            f"the report {str(path)!r} could not be written ({reason}); choose another place or make room"
        ) from error
    return path


def read_record(content: str, *, where: str) -> Record:
    """The record in a JSON document that claimlab wrote.

    Args:
        content: the document.
        where: where it is from, for messages.

    Raises:
        InputError: it is no record of a fact-check or an audit.
    """
    kinds: dict[str, type[FactCheck] | type[Audit]] = {"claimlab/factcheck@1": FactCheck, "claimlab/audit@1": Audit}
    try:
        found: Any = json.loads(content)
    except (ValueError, RecursionError):
        raise InputError(f"{where} is not a JSON document; give a record that claimlab wrote") from None
    schema = found.get("schema") if isinstance(found, dict) else None
    if schema not in kinds:
        raise InputError(
            f"{where} has the schema {schema!r}, not {' or '.join(kinds)}; give what `claimlab verify --json` or "
            "`claimlab audit --json` wrote"
        )
    try:
        return kinds[schema].model_validate_json(content)
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise InputError(
            f"{where} is not a whole record ({place}: {error.errors()[0]['msg']}); make it again"
        ) from None
