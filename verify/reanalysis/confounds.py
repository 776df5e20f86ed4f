"""What else than the domain could make the headline: one function per suspect, None where the tables cannot show it."""

from collections.abc import Callable, Sequence

import numpy as np

from claims.listing import listed
from claims.thresholds import thresholds
from verify.reanalysis.clusters import adjusted_rand, clusters, shares_of_variance
from verify.reanalysis.contrast import Contrast, comparable, contrast, same
from verify.reanalysis.folder import averaged
from verify.reanalysis.judging import Question, compare, everything, questions, together, weigh
from verify.reanalysis.matched import Untestable, design
from verify.reanalysis.matrices import FEWEST_TASKS, Kind
from verify.reanalysis.permutation import Test
from verify.reanalysis.record import Confound, DomainVerdict, Finding, Plain
from verify.reanalysis.sentences import figures, limits
from verify.reanalysis.study import Study
from verify.reanalysis.words import LEADS, amount, asked, probability, threshold, times


def confounds(study: Study, verdicts: Sequence[DomainVerdict], *, seed: int) -> tuple[Confound, ...]:
    """Everything that was found, format first."""
    single: tuple[Callable[[], Confound | None], ...] = (
        lambda: cluster_labels(study),
        lambda: same_family(study, seed=seed),
        lambda: thresholds_compared(study),
        lambda: left_out_tasks(study),
        lambda: left_out_models(study),
    )
    return (*formats(study, verdicts, seed=seed), *(c for make in single if (c := make()) is not None))


# --- format --------------------------------------------------------------------------------------------------------


def formats(study: Study, verdicts: Sequence[DomainVerdict], *, seed: int) -> list[Confound]:
    """Domains compared only among tasks asked in the same way; each has the verdict of its entry in `verdicts`."""
    found = []
    by_question = {(v.domains, v.against): v for v in verdicts}
    kinds = tuple(study.tables)
    for q in questions(study):
        verdict = by_question[q.asked, "rest" if q.rest else "each other"]
        plans = {kind: design(study.labels(kind), q.sides, q.counted, by_family=False) for kind in kinds}
        reason = next((plan.reason for plan in plans.values() if isinstance(plan, Untestable)), None)
        if reason is not None:
            if q.rest:
                found.append(_confounded(q, reason, verdict))
        elif not q.rest:
            tests = {kind: compare(study, q, kind, seed=seed, by_family=False, by_level=False) for kind in kinds}
            found.append(_matched(study, q, {k: t for k, t in tests.items() if isinstance(t, Test)}, verdict))
    return found


def _confounded(q: Question, reason: str, verdict: DomainVerdict) -> Confound:
    text = f"{q.title}: {reason}."
    return Confound(kind="format", domains=q.asked, ratio=None, p=None, verdict=verdict.verdict, text=text)


def _matched(study: Study, q: Question, tests: dict[Kind, Test], verdict: DomainVerdict) -> Confound:
    first = next(iter(tests.values()))
    ways = listed([asked(f) for f in first.formats])
    if len(q.asked) == 2:
        counts = [
            sum(study.domain[t] == d and study.format[t] in first.formats for t in study.main.tasks) for d in q.asked
        ]
        which = f"the {first.tasks} tasks ({counts[0]} + {counts[1]}) that are asked in the same way, {ways}"
    else:
        which = f"the {first.tasks} tasks whose format two domains share, only like with like"
    said = f"{q.title}: between {which}, {figures(tests, {k: study.headline[k].ratio for k in tests})}. {limits(tests)}"
    strict = [probability(c.p) for c in (verdict.overlap, verdict.lesion) if c is not None]
    if strict:
        said = f"{said.strip()} With whole families moved together and no pair of one family: {listed(strict)}."
    plain = {kind: _plain(t.within, t.across, t.ratio, t.p) for kind, t in tests.items()}
    return Confound(
        kind="format", domains=q.asked, ratio=first.ratio, p=first.p, smallest_p=first.smallest_p,
        verdict=verdict.verdict, text=said, overlap=plain.get("overlap"), lesion=plain.get("lesion"),
    )  # fmt: skip


# --- clusters, families --------------------------------------------------------------------------------------------


def cluster_labels(study: Study) -> Confound | None:
    """Whether the groups found in the overlap are domains, or ways of asking."""
    if study.overlap is None:
        return None
    names = _all_domains(study)
    known = [i for i, t in enumerate(study.overlap.tasks) if study.format[t] is not None]
    group = clusters(study.overlap, len(names))
    tasks = [study.overlap.tasks[i] for i in known]
    if len({study.format[t] for t in tasks}) < 2:
        return Confound(
            kind="cluster_labels", domains=names, ratio=None, p=None, verdict="undecided",
            text=f"{LEADS['cluster_labels', 'undecided']} The tasks are not known to be asked in different ways.",
        )  # fmt: skip
    by_domain, by_format = (adjusted_rand([of[t] for t in tasks], [int(group[i]) for i in known])
                            for of in (study.domain, study.format))  # fmt: skip
    finding: Finding = "not_shown" if by_format >= by_domain else "shown"
    return Confound(
        kind="cluster_labels", domains=names, ratio=None, p=None, verdict=finding,
        text=f"{LEADS['cluster_labels', finding]} They agree with the formats at ARI {by_format:.2f}, with the domains "
        f"at ARI {by_domain:.2f}, both on the {len(tasks)} tasks of known format. Of the differences between pairs of "
        f"tasks, {_explained(study)}.",
    )  # fmt: skip


def variance_shares(study: Study) -> dict[str, float]:
    """How much of the variance of overlap same domain, same format and same family explain, where formats are known."""
    if study.overlap is None:
        return {}
    known = {task: form for task, form in study.format.items() if form is not None}
    held = study.overlap.restrict(known)
    if len(held.tasks) < FEWEST_TASKS:
        return {}
    return shares_of_variance(held, {"domain": study.domain, "format": known, "family": study.family})


def _explained(study: Study) -> str:
    shares = [f"the same {name} explains {100 * share:.0f} %" for name, share in variance_shares(study).items()]
    return listed(shares) or "none"


def same_family(study: Study, *, seed: int) -> Confound | None:
    """How much near-duplicate tasks lift the mean within domains, and what is left without pairs of one family."""
    inside: dict[Kind, tuple[float, float]] = {}
    rest: dict[Kind, Test | Untestable] = {}
    for kind, matrix in study.tables.items():
        kin, alike = same(matrix.tasks, study.family), same(matrix.tasks, study.domain)
        there = np.isfinite(matrix.values)
        if not (there & kin).any() or not (there & alike & ~kin).any():
            return None
        inside[kind] = (float(matrix.values[there & kin].mean()), float(matrix.values[there & alike & ~kin].mean()))
        rest[kind] = compare(study, everything(study), kind, seed=seed, by_format=False, by_level=False)
    said: list[str] = []
    plain: dict[Kind, Plain] = {}
    judged: list[Finding] = []
    for kind, (near, far) in inside.items():
        test, head = rest[kind], study.headline[kind]
        said.append(
            f"Two tasks of one family share {amount(near, kind)}, two of one domain but different families "
            f"{amount(far, kind)}." if kind == "overlap" else
            f"Lesioning one task costs another of its family {amount(near, kind)}, another of its domain but not its "
            f"family {amount(far, kind)}."
        )  # fmt: skip
        if isinstance(test, Test):
            said.append(
                f"Without pairs of one family {times(head.ratio)} becomes {times(test.ratio)} "
                f"({probability(test.p)}, whole families relabelled, formats not matched)."
            )
            judged.append(weigh(test, True, head.ratio).verdict)
        plain[kind] = _plain(near, far, near / far if far > 0 else None, None)
    first, finding = next(iter(plain.values())), together(judged) if judged else "undecided"
    return Confound(
        kind="same_family", domains=_all_domains(study), ratio=first.ratio, p=None,
        verdict=finding, text=" ".join((LEADS["same_family", finding], *said)),
        overlap=plain.get("overlap"), lesion=plain.get("lesion"),
    )  # fmt: skip


# --- choices of the authors ----------------------------------------------------------------------------------------


def thresholds_compared(study: Study) -> Confound | None:
    """Whether ratio and clusters depend on how many units are counted."""
    found = by_threshold(study)
    if len(found) < 2:
        return None
    ratios = [c.ratio for _, c, _ in found if c.ratio is not None]
    aris = [ari for _, _, ari in found]
    least = min(ratios, default=None)
    finding: Finding = "shown" if least is None or least >= thresholds().reanalysis.smallest_ratio else "not_shown"
    listing = "; ".join(f"top {p:g} %: {times(c.ratio)}, ARI {ari:.2f}" for p, c, ari in found)
    return Confound(
        kind="threshold", domains=_all_domains(study), ratio=least, p=None, verdict=finding,
        text=f"{LEADS['threshold', finding]} {listing[:1].upper()}{listing[1:]}. So the ratio lies between "
        f"{least or 0:.2f} and {max(ratios, default=0):.2f}, the agreement of clusters with domains (ARI) between "
        f"{min(aris):.2f} and {max(aris):.2f}.",
    )  # fmt: skip


def by_threshold(study: Study) -> list[tuple[float, Contrast, float]]:
    """Threshold, contrast and ARI of each averaged overlap table, smallest threshold first."""
    found = []
    for percent, tables in sorted((p, t) for p, t in study.published.overlap.items() if p is not None):
        matrix = averaged(tables)
        matrix = matrix.restrict(study.domain)
        if not comparable(matrix, study.domain):
            continue
        group = clusters(matrix, len(_all_domains(study)))
        ari = adjusted_rand([study.domain[t] for t in matrix.tasks], group.tolist())
        found.append((percent, contrast(matrix, study.domain), ari))
    return found


def left_out_tasks(study: Study) -> Confound | None:
    """Tasks that the lesion tables hold and the headline leaves out."""
    if study.lesion is None or study.lesion_all is None or len(study.lesion.tasks) == len(study.lesion_all.tasks):
        return None
    extra = [t for t in study.lesion_all.tasks if t not in study.lesion.tasks]
    head, full = study.headline["lesion"], contrast(study.lesion_all, study.domain)
    matrix = study.lesion_all
    rows = np.isin(np.array(matrix.tasks), extra)
    alike, there = same(matrix.tasks, study.domain), np.isfinite(matrix.values)
    from_extra = there & rows[:, None] & ~rows[None, :]
    finding: Finding = (
        "shown" if full.ratio is None or full.ratio >= thresholds().reanalysis.smallest_ratio else "not_shown"
    )
    said = (
        f"{LEADS['left_out_tasks', finding]} The lesion tables hold {len(extra)} more tasks: {listed(extra)}. With "
        f"them: {amount(full.within, 'lesion')} within, {amount(full.across, 'lesion')} across, {times(full.ratio)} "
        f"instead of {times(head.ratio)}."
    )
    if (from_extra & alike).any() and (from_extra & ~alike).any():
        said += (
            f" Lesioning what they use costs the other tasks of their domain "
            f"{amount(float(matrix.values[from_extra & alike].mean()), 'lesion')}, tasks of other domains "
            f"{amount(float(matrix.values[from_extra & ~alike].mean()), 'lesion')}."
        )
    return Confound(
        kind="left_out_tasks", domains=tuple(sorted({study.domain[t] for t in extra})), ratio=full.ratio, p=None,
        verdict=finding, text=said, lesion=_plain(full.within, full.across, full.ratio, None),
    )  # fmt: skip


def left_out_models(study: Study) -> Confound | None:
    """Models whose overlap was published at the headline threshold, but that have no lesion table."""
    if not study.published.overlap or study.lesion is None:
        return None
    tables = study.published.overlap[study.overlap_percent]
    others = sorted(set(tables) - {"average"} - {m for t in study.published.lesion.values() for m in t})
    if not others or len(others) == len(set(tables) - {"average"}):
        return None
    held = {name: tables[name].restrict(study.domain) for name in others}
    found = {name: contrast(matrix, study.domain) for name, matrix in held.items() if comparable(matrix, study.domain)}
    if not found:
        return None
    ratios = [c.ratio for c in found.values() if c.ratio is not None]
    said = "; ".join(
        f"{name}: {amount(c.within, 'overlap')} within, {amount(c.across, 'overlap')} across, {times(c.ratio)}"
        for name, c in found.items()
    )
    return Confound(
        kind="left_out_model", domains=_all_domains(study), ratio=min(ratios, default=None), p=None,
        verdict="undecided",
        text=f"{LEADS['left_out_model', 'undecided']} Overlap at the {threshold(study.overlap_percent)}: {said}. If "
        "that model cannot do the tasks, so much of the ratio comes without the ability.",
    )  # fmt: skip


def _all_domains(study: Study) -> tuple[str, ...]:
    return tuple(sorted({study.domain[t] for t in study.main.tasks}))


def _plain(within: float, across: float, ratio: float | None, p: float | None) -> Plain:
    return Plain(within=100 * within, across=100 * across, ratio=ratio, p=p)
