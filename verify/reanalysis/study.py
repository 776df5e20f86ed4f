"""What was published, put in order for the tests: averaged tables at the headline threshold, and labels."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from claims import InputError
from verify.reanalysis.contrast import Contrast, comparable, contrast
from verify.reanalysis.folder import Published, averaged, read_folder, root_of
from verify.reanalysis.labels import Task, read_labels
from verify.reanalysis.matrices import FEWEST_TASKS, Kind, Matrix


@dataclass(frozen=True)
class Study:
    """Published tables with their labels.

    Attributes:
        overlap: averaged over models at the headline threshold, `overlap_percent`.
        lesion: averaged over models, on the tasks of the overlap table; `lesion_all` on every task.
        tasks: what each task is, those of `lesion_all` too.
    """

    published: Published
    overlap: Matrix | None
    overlap_percent: float | None
    lesion: Matrix | None
    lesion_all: Matrix | None
    lesion_percent: float | None
    tasks: dict[str, Task]

    @cached_property
    def domain(self) -> dict[str, str]:
        """Domain of each task."""
        return {name: task.domain for name, task in self.tasks.items()}

    @cached_property
    def format(self) -> dict[str, str | None]:
        """Format of each task; None where it is not known."""
        return {name: task.format for name, task in self.tasks.items()}

    @cached_property
    def family(self) -> dict[str, str]:
        """Family of each task; families of different domains are different."""
        return {name: f"{task.domain}/{task.family}" for name, task in self.tasks.items()}

    @cached_property
    def tables(self) -> dict[Kind, Matrix]:
        """The averaged tables that there are."""
        found: dict[Kind, Matrix] = {}
        if self.overlap is not None:
            found["overlap"] = self.overlap
        if self.lesion is not None:
            found["lesion"] = self.lesion
        return found

    @cached_property
    def headline(self) -> dict[Kind, Contrast]:
        """Within and across domains, as published."""
        return {kind: contrast(matrix, self.domain) for kind, matrix in self.tables.items()}

    def labels(self, kind: Kind) -> dict[str, Task]:
        """Labels of the tasks of one table."""
        return {name: self.tasks[name] for name in self.tables[kind].tasks}

    @property
    def main(self) -> Matrix:
        """The table that sets the tasks of the headline."""
        return next(iter(self.tables.values()))


def read_study(path: Path) -> Study:
    """Read a folder.

    Raises:
        InputError: what is there cannot be used.
    """
    published = read_folder(path)
    at_overlap, at_lesion = _headline(published)
    overlap = averaged(published.overlap[at_overlap]) if published.overlap else None
    lesion_all = averaged(published.lesion[at_lesion]) if published.lesion else None
    lesion = lesion_all
    if overlap is not None and lesion_all is not None:
        lesion = lesion_all.restrict(overlap.tasks)
        if len(lesion.tasks) < FEWEST_TASKS:
            raise InputError(
                f"the tasks of the lesion tables ({lesion_all.tasks[0]}, ...) are not those of the overlap tables "
                f"({overlap.tasks[0]}, ...); both must use the same task labels"
            )
    names = sorted({t for m in (overlap, lesion_all) if m is not None for t in m.tasks})
    tasks = read_labels(root_of(path), names)
    study = Study(published, overlap, at_overlap, lesion, lesion_all, at_lesion, tasks)
    for kind, matrix in study.tables.items():
        if not comparable(matrix, study.domain):
            raise InputError(
                f"the {kind} tables hold no two domains with two tasks in one of them, so within and across domains "
                "cannot be compared; name tasks domain/task or add tasks.csv (task,domain,format,family)"
            )
    return study


def _headline(published: Published) -> tuple[float | None, float | None]:
    """Thresholds of the headline: where there are lesion tables too, else where most tables are, else the smallest."""

    def best(found: dict[float | None, dict[str, Matrix]], among: set[float | None]) -> float | None:
        chosen = [p for p in found if p in among] or list(found)
        return min(chosen, key=lambda p: (-len(found[p]), p or 0.0), default=None)

    at_overlap = best(published.overlap, set(published.lesion))
    return at_overlap, best(published.lesion, {at_overlap})
