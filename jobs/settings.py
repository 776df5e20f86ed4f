"""What a server allows, decided once by `claimlab app` and handed to the page and the workers in one variable.

The page and the workers are processes of their own; they must agree on the folder and on every limit.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

VARIABLE = "CLAIMLAB_APP"


@dataclass(frozen=True)
class Settings:
    """Limits of a server.

    Attributes:
        folder: where the queue is, beside the store.
        models: names that claims may be tested on; nothing else is loaded whatever a visitor sends.
        budgets: budgets that visitors may choose.
        shared: strangers may reach the server, so each visitor sees the own checks only and no place on this machine.
        queue: unfinished checks, of all visitors together.
        per_visitor: unfinished checks of one visitor.
        minutes: a check that computes longer is stopped; what it measured is kept.
        upload_mb: size of an uploaded article, in 10^6 bytes.
        days: readings and estimates are removed after so many, with the texts and files that they were made from.
    """

    folder: str
    models: tuple[str, ...]
    budgets: tuple[str, ...] = ("quick", "standard", "thorough")
    shared: bool = False
    queue: int = 40
    per_visitor: int = 5
    minutes: int = 240
    upload_mb: int = 10
    days: int = 30

    @property
    def path(self) -> Path:
        """The folder as a path."""
        return Path(self.folder)

    def as_environment(self) -> dict[str, str]:
        """The variable that carries the settings to another process."""
        return {VARIABLE: json.dumps(asdict(self))}


def settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this server: those of `claimlab app`, or the ordinary ones where it started nothing."""
    carried = environment.get(VARIABLE)
    if carried:
        values: dict[str, Any] = json.loads(carried)
        return Settings(**values | {name: tuple(values[name]) for name in ("models", "budgets") if name in values})
    from claims.folders import data_folder
    from verify import models  # slow to import: `claimlab app` spares the page this

    return Settings(folder=str(data_folder()), models=models.names())


def label(model: str) -> str:
    """What a visitor is shown for a model: never a place on this machine."""
    return (
        Path(model).stem if Path(model).suffix.lower() == ".gguf" else Path(model).name if _is_place(model) else model
    )


def _is_place(model: str) -> bool:
    return model.startswith((".", "~", "/")) or Path(model).is_dir()
