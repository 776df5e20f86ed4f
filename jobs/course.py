"""How far a whole check or audit is, from what the pipeline tells of its stages. Never goes back."""

from collections.abc import Mapping

from verify.measured import Progress
from verify.number_format import EXACT, again
from verify.plan import Plan

# Parts of one model's time, as they were of the demo's two models; an untrained copy is localized like the model.
_GATE, _LESION, _COPY, _SMALL = 0.3, 0.7, 0.3, 0.03
_AGAIN = 0.14  # of a model's time, to measure again in float32 what decided: ten minutes of a run of 83


class Course:
    """Progress of the pipeline's stages as progress of the whole; what has no known share holds its place.

    Args:
        tell: told the stage, the share of the whole, and the detail.
    """

    def __init__(self, tell: Progress) -> None:
        self._tell = tell
        self._share, self._number, self._of = 0.0, 1, 1
        self._claim = ""
        self._seconds: dict[str, float] = {}
        self._parts: dict[str, float] = {}

    def begin(self, plan: Plan | None, seconds: Mapping[str, float], *, number: int | None = None, of: int = 1) -> None:
        """A claim begins.

        Args:
            plan: what is measured for it, if anything.
            seconds: expected per model, in the order in which they are measured.
            number: of the claim in an audit, from 1.
            of: claims in the audit.
        """
        self._seconds = dict(seconds)
        self._parts = {} if plan is None else _parts(plan)
        for model in () if plan is None else plan.models:
            if model.dtype != EXACT:
                self._seconds[again(model.id)] = _AGAIN * seconds[model.id]
        if number is not None:
            self._number, self._of, self._claim = number, of, f"claim {number} of {of}, "

    def __call__(self, stage: str, done: float, detail: str, /) -> None:
        """A piece of a stage is finished."""
        self._share = max(self._share, (self._number - 1 + self._of_claim(stage, done)) / self._of)
        self._tell(f"{self._claim}{stage}", self._share, detail)

    def _of_claim(self, stage: str, done: float) -> float:
        """Share of the claim at hand, or 0 where the stage does not tell."""
        total = sum(self._seconds.values())
        if not total:
            return 0.0
        if stage.startswith("literature: "):  # asked when everything is measured
            return 1.0
        model, _, what = stage.rpartition(": ")
        if model not in self._seconds or what not in self._parts:
            return 0.0
        models, stages = list(self._seconds), list(self._parts)
        before = sum(self._seconds[name] for name in models[: models.index(model)])
        of_model = sum(self._parts[name] for name in stages[: stages.index(what)])
        of_model += self._parts[what] * min(max(done, 0.0), 1.0)
        return (before + self._seconds[model] * of_model / sum(self._parts.values())) / total


def _parts(plan: Plan) -> dict[str, float]:
    """Parts of a model's time by stage, in order. Loading is no part: it holds the place of whatever asked for it."""
    parts = {"gate and localize": _GATE}
    if any(way.localizer == "contrast_set" for way in plan.budget.variants):
        parts["contrast sets"] = _SMALL
    parts["lesion"] = _LESION
    if plan.responses:
        parts["respond"] = _SMALL
    if plan.budget.untrained:
        parts["untrained copies"] = _COPY * plan.budget.untrained
    return parts
