"""What the pipeline says of real models where an answer is known or was published: records and their part of the page.

A made-up domain (families dealt out anew, wrong labels, one format for each domain) must not be supported. What others
published is reported, and nothing is required of it. benchmarks/planted/sanity.py measures it.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from verify.experiments import Decision
from verify.plan import Frozen
from verify.planted.markdown import grid
from verify.record import Label

SanityKind = Literal["groupings", "labels", "formats", "published"]
_DOES: dict[SanityKind, str] = {
    "groupings": "families dealt out anew",
    "labels": "half of the answers wrong",
    "formats": "families dealt out, one format a domain",
    "published": "published",
}
_MARKS = {"supported": "yes", "refuted": "no", "undecided": "open", "not_testable": "cannot be tested"}


class SanityFound(Frozen):
    """What a reading came to, in the primary way or another one."""

    verdict: Decision
    effect: float | None
    ci: tuple[float, float] | None


class SanityResult(Frozen):
    """One question to one real model.

    `name` is the draw of a made-up domain, or the domain of a published finding. `readings` are those of a region;
    `by_contrast_set` the same with units found on a matched contrast set, where the domain has one.
    """

    kind: SanityKind
    model: str
    name: str
    label: Label
    readings: dict[str, SanityFound]
    by_contrast_set: dict[str, SanityFound]
    method_sha256: str


def read_sanity(path: Path) -> tuple[SanityResult, ...]:
    """The results in a file, sorted; none where there is no file. Raises `ValueError` for a line that is not one."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    found = {(r.kind, r.model, r.name): r for r in map(SanityResult.model_validate_json, lines)}
    return tuple(found[key] for key in sorted(found))


def sanity_section(results: Sequence[SanityResult], method: str) -> list[str]:
    """The blocks of the page; none without results. `method` is the hash that the rest of the page belongs to."""
    if not results:
        return []
    made_up = [r for r in results if r.kind != "published"]
    published = [r for r in results if r.kind == "published"]
    wrong = sum(r.label == "supported" for r in made_up)
    old = " Measured with another version of the method." if any(r.method_sha256 != method for r in results) else ""
    blocks = [
        "## Real models",
        f"Domains that are none, asked as *LLMs have a region for math* in a quick run (one model, so that nothing can "
        f"be refuted): {wrong} of {len(made_up)} supported.{old}",
        grid(
            ("model", "made of", "asked", *_named(made_up)),
            [(*key, str(len(group)), *_counts(group, _named(made_up))) for key, group in _groups(made_up)],
        ),
    ]
    if published:
        blocks += [
            "Regions that were published (Han et al. 2026, arXiv 2608.13567; units found on contrast sets: AlKhamissi "
            "et al. 2025, arXiv 2411.02280), at the same budget; reported, not required. Effect and what it decides.",
            grid(
                ("model", "domain", "units", *_named(published)),
                [row for r in published for row in _rows(r, _named(published))],
            ),
        ]
    return blocks


def _named(results: Iterable[SanityResult]) -> list[str]:
    return list(dict.fromkeys(name for r in results for name in r.readings))


def _groups(results: Sequence[SanityResult]) -> list[tuple[tuple[str, str], list[SanityResult]]]:
    keys = dict.fromkeys((r.model, r.kind) for r in results)
    return [((m, _DOES[k]), [r for r in results if (r.model, r.kind) == (m, k)]) for m, k in keys]


def _counts(group: Sequence[SanityResult], readings: Sequence[str]) -> list[str]:
    """How often each reading was supported."""
    return [f"{sum(r.readings[name].verdict == 'supported' for r in group)} supported" for name in readings]


def _rows(result: SanityResult, readings: Sequence[str]) -> list[tuple[str, ...]]:
    ways = [("attribution", result.readings), ("contrast set", result.by_contrast_set)]
    return [
        (result.model, result.name, way, *(_said(found.get(name)) for name in readings)) for way, found in ways if found
    ]


def _said(found: SanityFound | None) -> str:
    if found is None:
        return "-"
    return _MARKS[found.verdict] if found.effect is None else f"{found.effect:.2f} {_MARKS[found.verdict]}"
