"""Readings with the verdicts that a test wants."""

from claims import Reading, read_claim
from verify.experiments import Decision
from verify.record import ReadingNumbers, ReadingResult, Way
from verify.verdict import Scope

CORE: tuple[Reading, ...] = ("necessary", "specific", "general")
S, R, U, N = "supported", "refuted", "undecided", "not_testable"
FULL = Scope(
    competent_models=3, not_built=(), not_covered=(), named_untested=(), small_models=False,
)  # fmt: skip


INTERVALS: dict[Decision, tuple[float, float]] = {S: (0.5, 0.9), R: (-0.1, 0.1), U: (0.0, 0.6)}  # type: ignore[dict-item]


def way(localizer: str, of: str, verdict: Decision) -> Way:
    return Way(name="", localizer=localizer, of=of, kind="zero", at="all", verdict=verdict, effect=None, ci=None)


def both_ways(verdict: Decision) -> tuple[Way, ...]:
    """The other localizer and the other kind of unit come to the same."""
    return way("contrast", "mlp", verdict), way("attribution", "heads", verdict)


def numbers(verdict: Decision = "supported", *, p: float = 0.05, ways: tuple[Way, ...] | None = None) -> ReadingNumbers:
    ci = INTERVALS.get(verdict)
    return ReadingNumbers(
        verdict=verdict, effect=None if ci is None else sum(ci) / 2, ci=ci, smallest_effect=0.25,
        p=None if ci is None else p, e_value=None if ci is None else 0.5 * p**-0.5, n_tasks=0 if ci is None else 6,
        n_families=0 if ci is None else 5, n_items=0 if ci is None else 40, why=f"it is {verdict}",
        ways=both_ways(verdict) if ways is None else ways,
    )  # fmt: skip


def result(
    reading: Reading,
    verdict: Decision,
    *,
    role: str = "core",
    by_model: dict[str, Decision] | None = None,
    ways: tuple[Way, ...] | None = None,
) -> ReadingResult:
    models = {"a": verdict, "b": verdict} if by_model is None else by_model
    return ReadingResult(
        **numbers(verdict).model_dump(), reading=reading, domain="math", role=role, question="?", null="0",
        wording="a region",
        refuted_by="-", by_model={m: numbers(v, ways=ways) for m, v in models.items()}, families={},
    )  # fmt: skip


def readings(core: str | tuple[Decision, ...], **stronger: Decision) -> list[ReadingResult]:
    """Core readings with these verdicts (one for all of them), and stronger ones by name."""
    verdicts = (core,) * len(CORE) if isinstance(core, str) else core
    found = [result(reading, verdict) for reading, verdict in zip(CORE, verdicts, strict=True)]  # type: ignore[arg-type]
    return found + [result(name, verdict, role="stronger") for name, verdict in stronger.items()]  # type: ignore[arg-type]


REGION = read_claim("LLMs have a math area")
