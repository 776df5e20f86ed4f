"""The time, as it is written down in every record."""

from datetime import UTC, datetime


def now() -> str:
    """This moment, as ISO 8601 to the second, in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")
