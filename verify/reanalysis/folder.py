"""Which files of a folder are matrices, of which model and threshold. Knows two layouts and reads both.

repository   results/<model>/overlap/positive_<p>pct_overlap.csv, results/<model>/ablation_analysis/*_accuracy.csv
plain        overlap*.csv and lesion*.csv, the model's name and <p>pct in the file's name if there are several
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from claims import InputError
from verify.reanalysis.matrices import Kind, Matrix, as_shares, lopsided, mean_matrix, read_table, short

AVERAGE = frozenset({"average", "mean", "avg"})
PUBLISHED = "published"  # the model's name where the file gives none
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*(?:pct|percent|%)", re.IGNORECASE)
_DERIVED = ("doubly_stochastic", "normalized", "normalised")
_FOLDERS: dict[Kind, tuple[str, ...]] = {"overlap": ("overlap",), "lesion": ("ablation_analysis", "ablation", "lesion")}


@dataclass(frozen=True, slots=True)
class Published:
    """Everything that was published: per threshold (percent of units; None where no file says), per model."""

    overlap: dict[float | None, dict[str, Matrix]]
    lesion: dict[float | None, dict[str, Matrix]]
    files: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Source:
    path: Path
    kind: Kind
    model: str
    percent: float | None


def root_of(path: Path) -> Path:
    """The folder that holds results, prompts and tasks.csv; `path` may be its folder `results`.

    Raises:
        InputError: there is no such folder.
    """
    if not path.exists():
        raise InputError(f"there is no folder {path}; give the folder that holds the published matrices")
    if not path.is_dir():
        raise InputError(f"{path} is a file; give the folder that holds overlap*.csv and lesion*.csv")
    return path.resolve().parent if path.resolve().name == "results" else path


def read_folder(path: Path) -> Published:
    """Read and check every matrix under `path`.

    Raises:
        InputError: no folder, no matrices in it, or one of them cannot be used.
    """
    root = root_of(path)
    try:
        sources = list(_repository(root)) or list(_plain(root))
    except OSError as error:
        raise InputError(f"the folder {path} cannot be read ({error.strerror}); check its permissions") from None
    if not sources:
        raise InputError(
            f"{path} holds no matrices; needed are overlap*.csv and lesion*.csv, or results/<model>/overlap/*.csv and "
            "results/<model>/ablation_analysis/*.csv"
        )
    _refuse_twins(sources)
    notes: list[str] = []
    read: dict[Kind, dict[float | None, dict[str, Matrix]]] = {"overlap": {}, "lesion": {}}
    for kind, into in read.items():
        chosen = [s for s in sources if s.kind == kind]
        tables = [read_table(s.path, kind) for s in chosen]
        if not tables:
            continue
        matrices, percent = as_shares(kind, tables)
        if percent:
            notes.append(f"The {kind} tables hold numbers above 1 and were read as percent.")
        if kind == "overlap" and any(lopsided(t) for t in tables):
            notes.append("Some overlap tables differ by direction; the mean of both directions was taken.")
        for source, matrix in zip(chosen, matrices, strict=True):
            into.setdefault(source.percent, {})[source.model] = matrix
    return Published(read["overlap"], read["lesion"], len(sources), tuple(notes))


def _repository(root: Path) -> Iterator[_Source]:
    base = root / "results" if (root / "results").is_dir() else root
    for model in sorted(p for p in base.iterdir() if p.is_dir()):
        for kind, folders in _FOLDERS.items():
            for folder in folders:
                for path in sorted((model / folder).glob("*.csv")):
                    if not any(word in path.stem for word in _DERIVED):
                        yield _Source(path, kind, _model(model.name), _percent(path.stem))


def _plain(root: Path) -> Iterator[_Source]:
    for path in sorted(root.glob("*.csv")):
        for kind in _FOLDERS:
            if path.stem.lower().startswith(kind):
                rest = _PERCENT.sub("", path.stem[len(kind) :]).strip("_-. ")
                yield _Source(path, kind, _model(rest or PUBLISHED), _percent(path.stem))


def _model(name: str) -> str:
    return "average" if name.lower() in AVERAGE else name


def _percent(stem: str) -> float | None:
    found = _PERCENT.search(stem)
    return float(found.group(1)) if found else None


def _refuse_twins(sources: list[_Source]) -> None:
    seen: dict[tuple[Kind, str, float | None], Path] = {}
    for s in sources:
        other = seen.setdefault((s.kind, s.model, s.percent), s.path)
        if other != s.path:
            raise InputError(
                f"{short(other)} and {short(s.path)} are both {s.kind} tables of the same model and threshold; keep one"
            )


def averaged(by_model: dict[str, Matrix]) -> Matrix:
    """The published average where there is one, else the mean over models."""
    return by_model.get("average") or mean_matrix(list(by_model.values()))


def models_in_average(by_model: dict[str, Matrix], candidates: tuple[str, ...]) -> bool | None:
    """Whether the published average is the mean of these models, to rounding; None without a published average."""
    average = by_model.get("average")
    if average is None:
        return None
    mean = mean_matrix([by_model[name] for name in candidates if name in by_model])
    same = mean.tasks == average.tasks
    return same and bool(np.nanmax(np.abs(mean.values - average.values)) < 5e-4)
