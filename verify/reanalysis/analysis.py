"""A folder of published matrices in, the whole record out."""

from pathlib import Path

import numpy as np

from claims.listing import listed
from claims.thresholds import thresholds_sha256
from verify.reanalysis.agreement import Agreement, agreement
from verify.reanalysis.clusters import adjusted_rand, clusters
from verify.reanalysis.confounds import by_threshold, confounds, variance_shares
from verify.reanalysis.contrast import bootstrap_ratio, comparable, contrast
from verify.reanalysis.folder import models_in_average
from verify.reanalysis.judging import judge
from verify.reanalysis.matrices import Kind, Matrix
from verify.reanalysis.record import (
    Consistency,
    LesionNumbers,
    ModelNumbers,
    OverlapNumbers,
    Reanalysis,
    TaskRecord,
    ThresholdNumbers,
)
from verify.reanalysis.study import Study, read_study


def reanalyse(path: Path, *, seed: int = 0) -> Reanalysis:
    """Recompute what was published and test it for confounds.

    Args:
        path: a folder of matrices (see `folder.py`), with tasks.csv or published prompts if there are any.
        seed: of everything that is drawn.

    Raises:
        InputError: the folder or one of its files cannot be used.
    """
    study = read_study(path)
    verdicts = judge(study, seed=seed)
    return Reanalysis(
        source=str(path),
        models=tuple(sorted(_models(study, "overlap") | _models(study, "lesion"))),
        overlap=_overlap(study, seed=seed),
        lesion=_lesion(study, seed=seed),
        consistency=_consistency(study),
        confounds=confounds(study, verdicts, seed=seed),
        verdicts=verdicts,
        tasks=tuple(
            TaskRecord(
                task=t.name, domain=t.domain, domain_from=t.domain_from, format=t.format, format_from=t.format_from,
                family=t.family, family_from=t.family_from,
            )
            for t in study.tasks.values()
        ),
        guessed=guessed(study),
        notes=(*study.published.notes, *_notes(study)),
        seed=seed,
        thresholds_sha256=thresholds_sha256(),
    )  # fmt: skip


def _tables(study: Study, kind: Kind) -> dict[str, Matrix]:
    """Tables of single models at the headline threshold."""
    every = study.published.overlap if kind == "overlap" else study.published.lesion
    at = study.overlap_percent if kind == "overlap" else study.lesion_percent
    return {name: matrix for name, matrix in every.get(at, {}).items() if name != "average"}


def _models(study: Study, kind: Kind) -> set[str]:
    return set(_tables(study, kind))


def _by_model(study: Study, kind: Kind) -> tuple[ModelNumbers, ...]:
    found = []
    for name, matrix in sorted(_tables(study, kind).items()):
        held = matrix.restrict(study.main.tasks)
        if comparable(held, study.domain):
            c = contrast(held, study.domain)
            found.append(
                ModelNumbers(
                    model=name, within=100 * c.within, across=100 * c.across, ratio=c.ratio, n_tasks=c.tasks
                )
            )  # fmt: skip
    return tuple(found)


def _overlap(study: Study, *, seed: int) -> OverlapNumbers | None:
    matrix = study.overlap
    if matrix is None:
        return None
    head = study.headline["overlap"]
    domains = [study.domain[t] for t in matrix.tasks]
    group = clusters(matrix, len(set(domains))).tolist()
    known = [i for i, t in enumerate(matrix.tasks) if study.format[t] is not None]
    some = len(known) > 1
    format_of = {t: f for t, f in study.format.items() if f is not None}
    held = matrix.restrict(format_of)
    return OverlapNumbers(
        within=100 * head.within, across=100 * head.across, ratio=head.ratio,
        ratio_ci=bootstrap_ratio(matrix, study.domain, study.family, rng=np.random.default_rng(seed)),
        ari=adjusted_rand(domains, group),
        ari_format=adjusted_rand([format_of[t] for t in held.tasks], [group[i] for i in known]) if some else None,
        ari_domain_same_tasks=adjusted_rand([domains[i] for i in known], [group[i] for i in known]) if some else None,
        variance_shares=variance_shares(study),
        percent=study.overlap_percent, n_tasks=head.tasks,
        clusters=tuple(
            tuple(t for t, g in zip(matrix.tasks, group, strict=True) if g == number) for number in sorted(set(group))
        ),
        by_threshold=tuple(
            ThresholdNumbers(percent=p, within=100 * c.within, across=100 * c.across, ratio=c.ratio, ari=ari)
            for p, c, ari in by_threshold(study)
        ),
        by_model=_by_model(study, "overlap"),
    )  # fmt: skip


def _lesion(study: Study, *, seed: int) -> LesionNumbers | None:
    if study.lesion is None:
        return None
    head = study.headline["lesion"]
    return LesionNumbers(
        within=100 * head.within, across=100 * head.across, ratio=head.ratio,
        ratio_ci=bootstrap_ratio(study.lesion, study.domain, study.family, rng=np.random.default_rng(seed)),
        percent=study.lesion_percent, n_tasks=head.tasks, by_model=_by_model(study, "lesion"),
    )  # fmt: skip


def _consistency(study: Study) -> Consistency:
    """Models with a lesion table count; those without were left out of the lesions by the authors."""
    overlap, lesion = _tables(study, "overlap"), _tables(study, "lesion")
    both = {name: m for name, m in overlap.items() if name in lesion} if len(lesion) > 1 else overlap
    first, second = agreement(both), agreement(lesion)

    def spread(found: Agreement | None) -> tuple[float, float] | None:
        return None if found is None else (found.low, found.high)

    return Consistency(
        overlap_tau=first.tau if first else None, lesion_tau=second.tau if second else None,
        overlap_range=spread(first), lesion_range=spread(second), n_models=len(both or lesion),
        overlap_tasks=first.tasks if first else 0, lesion_tasks=second.tasks if second else 0,
        left_out=tuple(sorted(set(overlap) - set(both))),
    )  # fmt: skip


def guessed(study: Study) -> tuple[str, ...]:
    """What was guessed or is not known, one sentence each; empty where tasks.csv says everything."""
    tasks = [study.tasks[t] for t in study.main.tasks]
    said = []
    by_word = [t.name for t in tasks if t.domain_from == "name"]
    if by_word:
        said.append(f"The domain of {len(by_word)} tasks was guessed: the first word of the name.")
    named = [t.name for t in tasks if t.format_from == "name"]
    if named:
        said.append(
            f"How a task was asked (its format) was guessed from its name for {len(named)} tasks: {listed(named)}."
        )
    unknown = [t.name for t in tasks if t.format is None]
    if unknown:
        which = listed(unknown) if len(unknown) <= 6 else f"{listed(unknown[:3])} and others"
        said.append(
            f"How {len(unknown)} of {len(tasks)} tasks were asked is not known ({which}): their prompts are not here. "
            "They are left out wherever formats are matched; tasks.csv (task,domain,format,family) can name them."
        )
    if any(t.format_from == "prompts" for t in tasks):
        count = sum(t.format_from == "prompts" for t in tasks)
        said.append(f"The format of {count} tasks was read off their published prompts, in coarse classes.")
    if any(t.family_from == "name" for t in tasks):
        said.append(
            "Which tasks are near-duplicates (families) was guessed: tasks of one domain whose names share a word."
        )
    return tuple(said)


def _notes(study: Study) -> tuple[str, ...]:
    said = []
    overlap, lesion = study.published.overlap.get(study.overlap_percent, {}), _models(study, "lesion")
    same = [models_in_average(overlap, tuple(names)) for names in (lesion, set(overlap) - {"average"}) if names]
    if "average" in overlap and len(overlap) > 1 and not any(same):
        said.append("The published average is not the mean of the published tables of single models.")
    if study.overlap is not None and study.lesion is not None:
        missing = sorted(set(study.overlap.tasks) - set(study.lesion.tasks))
        if missing:
            said.append(f"{len(missing)} tasks have no lesion table: {listed(missing)}.")
    return tuple(said)
