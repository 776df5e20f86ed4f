"""The record in plain sentences for a terminal: what was recomputed, what holds up, what does not, what stays open."""

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator

from claims.listing import listed
from verify.reanalysis.labels import plain
from verify.reanalysis.record import Confound, DomainVerdict, Finding, Reanalysis
from verify.reanalysis.words import LEVEL, asked, threshold, times, title

WIDTH = 100
NONE_SHOWN = "No domain is shown to be separate when only tasks that are asked in the same way are compared."
HEADINGS: tuple[tuple[str, str, Finding], ...] = (
    ("What holds up", "+", "shown"),
    ("What does not hold up", "-", "not_shown"),
    ("What these tables cannot tell", "?", "undecided"),
)
LEGEND = (
    "p: how often domains dealt out to the tasks at random do as well as the real ones; up to 0.05 counts as shown, "
    "after correction for the number of comparisons. Asked in the same way: prompts of one format. Family: "
    f"near-duplicate tasks. A task's own level: {LEVEL}."
)


def summary(record: Reanalysis) -> list[str]:
    """Lines of at most 100 characters; a line without indentation is a heading."""
    lines = [f"Published matrices: {record.source}", *_tasks(record)]
    lines += ["", "Recomputed from the tables", *_recomputed(record)]
    for heading, mark, finding in HEADINGS:
        said = list(_said(record, finding))
        if said:
            lines += ["", heading, *(line for text in said for line in _item(mark, text))]
    care = (*record.guessed, *record.notes, LEGEND)
    return [*lines, "", "Read with care", *(line for text in care for line in _item("*", text))]


def _tasks(record: Reanalysis) -> Iterator[str]:
    """How many tasks each domain has, and how they are asked: the first thing to look at."""
    held = [t for t in record.tasks if t.task in _headline_tasks(record)]
    models = f", {len(record.models)} models" if len(record.models) > 1 else ""
    yield f"  {len(held)} tasks in {len({t.domain for t in held})} domains{models}. How the tasks of each are asked:"
    names = {t.domain: plain(t.domain) for t in held}
    room = max(map(len, names.values())) + 2
    for domain in sorted(names):
        formats = Counter(asked(t.format) if t.format else "not known" for t in held if t.domain == domain)
        listing = ", ".join(f"{name} {count}" for name, count in formats.most_common())
        yield from _item(f"{names[domain]:<{room}}{sum(formats.values()):>3}", listing, indent=4)


def _headline_tasks(record: Reanalysis) -> set[str]:
    if record.overlap is not None:
        return {task for group in record.overlap.clusters for task in group}
    return {t.task for t in record.tasks}


def _recomputed(record: Reanalysis) -> Iterator[str]:
    overlap, lesion, consistency = record.overlap, record.lesion, record.consistency
    if overlap is not None:
        yield from _item(
            "Overlap ",
            f"Two tasks of one domain share {overlap.within:.2f} % of their {threshold(overlap.percent)}, two tasks of "
            f"different domains {overlap.across:.2f} %: {times(overlap.ratio)}{_interval(overlap.ratio_ci)}.",
        )
    if lesion is not None:
        yield from _item(
            "Lesions ",
            f"Without the units of one task, another of its domain loses {lesion.within:.2f} points of accuracy, one "
            f"of another domain {lesion.across:.2f}: {times(lesion.ratio)}{_interval(lesion.ratio_ci)}.",
        )
    if overlap is not None:
        yield from _item(
            "Clusters",
            f"Grouped by overlap, tasks fall into their domains with an agreement (adjusted Rand index, ARI) of "
            f"{overlap.ari:.3f}; 1 is perfect, 0 is chance.",
        )
    taus = [
        (n, t) for n, t in (("overlap", consistency.overlap_tau), ("lesions", consistency.lesion_tau)) if t is not None
    ]
    if taus:
        out = f"; not counted: {listed(consistency.left_out)}, which was not lesioned" if consistency.left_out else ""
        yield from _item(
            "Models  ",
            f"How far {consistency.n_models} models agree (Kendall's tau; 1 is fully, 0 not at all): "
            f"{listed([f'{tau:.2f} in {name}' for name, tau in taus])}{out}.",
        )


def _interval(found: tuple[float, float] | None) -> str:
    return "" if found is None else f" (95 % interval over families {found[0]:.1f} to {found[1]:.1f})"


def _said(record: Reanalysis, finding: Finding) -> Iterator[str]:
    """Sentences under one heading. What cannot be told is grouped by its reason."""
    formats = {c.domains: c for c in record.confounds if c.kind == "format" and c.ratio is not None}
    found = {v.verdict for v in record.verdicts}
    if "shown" not in found and finding == ("not_shown" if "not_shown" in found else "undecided"):
        yield NONE_SHOWN
    if finding == "undecided":
        yield from _open(record.verdicts)
    else:
        for v in record.verdicts:
            if v.verdict == finding:
                matched = formats.get(v.domains) if v.against == "each other" else None
                kinder = matched is not None and finding == "not_shown" and not _by_levels(v)
                yield matched.text if matched is not None and kinder else v.text
    yield from _others(record.confounds, finding)


def _by_levels(verdict: DomainVerdict) -> bool:
    """Whether more was compared than the kinder test of the same question tells of."""
    return any(c.beside_levels_p is not None for c in (verdict.overlap, verdict.lesion) if c is not None)


def _others(confounds: Iterable[Confound], finding: Finding) -> Iterator[str]:
    return (c.text for c in confounds if c.kind != "format" and c.verdict == finding)


def _open(verdicts: Iterable[DomainVerdict]) -> Iterator[str]:
    by_reason: dict[str, list[DomainVerdict]] = {}
    for v in verdicts:
        if v.verdict == "undecided":
            by_reason.setdefault(v.why, []).append(v)
    told: set[str] = set()  # domains that share no format with any other: their pairs go without saying
    for why, group in by_reason.items():
        fresh = [
            v for v in group if not (v.against == "each other" and told & set(v.domains) and v.overlap is v.lesion)
        ]
        if not fresh:
            continue
        told |= {v.domains[0] for v in fresh if v.against == "rest" and v.overlap is v.lesion}
        yield f"{'; '.join(title(v.domains, rest=v.against == 'rest') for v in fresh)}: {why}."


def _item(mark: str, text: str, *, indent: int = 2) -> list[str]:
    """A marked item, wrapped with a hanging indent."""
    first = f"{' ' * indent}{mark} "
    lines = textwrap.wrap(
        text.replace(" %", "\xa0%"),  # a number and its unit stay on one line
        WIDTH,
        initial_indent=first,
        subsequent_indent=" " * min(len(first), 40),
        break_long_words=False,
    )
    return [line.replace("\xa0", " ") for line in lines]
