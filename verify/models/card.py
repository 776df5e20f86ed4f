"""What a model is: the card that goes into every record, and the manifest that proves the files behind it."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

SourceKind = Literal["embedded", "hub", "folder", "gguf"]


class ModelCard(BaseModel):
    """A model as tested, down to the hash of its weights.

    `family` is who trained it (gemma, smollm, qwen), not the shape of its blocks: models of one family are not
    independent replications. `parameters` counts a tied output matrix once. `units_per_layer` is the MLP width.
    `folder` stays on this machine and is left out of JSON.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    source: SourceKind
    origin: str
    revision: str | None
    licence: str | None
    quantisation: str | None
    architecture: str
    family: str
    parameters: int
    layers: int
    units_per_layer: int
    weights_sha256: str
    tokenizer_sha256: str
    folder: Path | None = Field(default=None, exclude=True)

    @property
    def name(self) -> str:
        """What to type to get this model again."""
        return self.id if self.source in ("embedded", "hub") else self.origin


class FileRecord(BaseModel):
    """One file as it was when its model was fetched. `size` in bytes, `modified` in nanoseconds of the epoch."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: int
    modified: int
    sha256: str | None = None

    @classmethod
    def of(cls, path: Path, sha256: str | None = None) -> "FileRecord":
        """The record of `path` now."""
        stat = path.stat()
        return cls(size=stat.st_size, modified=stat.st_mtime_ns, sha256=sha256)


class Manifest(BaseModel):
    """A card with the hash of every file behind it.

    `folder` is where the files are if not beside the manifest (the hub's cache, the user's own folder); `made_from` is
    the user's GGUF file that they were converted from.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    format: Literal["claimlab/model@1"] = Field(default="claimlab/model@1", alias="schema")
    card: ModelCard
    files: dict[str, FileRecord]
    folder: Path | None = None
    made_from: FileRecord | None = None
