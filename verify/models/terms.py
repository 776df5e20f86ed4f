"""Terms that a user must have been shown before a model is used for the first time. Shows nothing itself."""

import json
from pathlib import Path

from claims.atomic import replacing
from claims.errors import StoreError
from claims.folders import data_folder, storing
from verify.clock import now
from verify.models.registry import ModelSource, resolve

_GEMMA = (
    "Gemma is provided under and subject to the Gemma Terms of Use, found at https://ai.google.dev/gemma/terms. They "
    "include a list of uses that are not allowed: https://ai.google.dev/gemma/prohibited_use_policy. By using this "
    "model you accept them. Whoever passes the model on must pass these terms on with it."
)


def terms(name: str) -> str | None:
    """The text to show before the model `name` is first used, or None if its licence asks for nothing.

    Raises:
        InputError: there is no such model.
    """
    return _GEMMA if _licence(resolve(name)) else None


def terms_shown(name: str) -> bool:
    """Whether there is nothing (more) to show for `name`: it has no terms, or this user has seen them.

    Raises:
        InputError: there is no such model.
    """
    licence = _licence(resolve(name))
    return licence is None or licence in _shown(_file())


def mark_terms_shown(name: str) -> None:
    """Remember that the terms of `name` were shown, now.

    Raises:
        InputError: there is no such model.
        StoreError: the data folder cannot be written.
    """
    licence = _licence(resolve(name))
    if licence is None:
        return
    path = _file()
    if path.is_dir():
        raise StoreError(f"{path} is a folder where a file belongs; rename or remove it")
    record = _shown(path) | {licence: now()}
    with storing(path.parent), replacing(path) as partial:
        partial.write_text(json.dumps(record, indent=1), encoding="utf-8")


def _licence(source: ModelSource) -> str | None:
    return "gemma" if "gemma" in source.id.lower() else None


def _file() -> Path:
    return data_folder() / "terms.json"


def _shown(path: Path) -> dict[str, str]:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}
