"""The time, as it is written down in every record."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator


def now() -> str:
    """This moment, as ISO 8601 to the second, in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _moment(text: str) -> str:
    try:
        datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"a date and time such as {now()}, got {text[:40]!r}") from None
    return text


Moment = Annotated[str, AfterValidator(_moment)]  # in ISO 8601, as `now` gives it
