"""BibTeX: the report itself, claimlab, the models tested by their hashes, and the published work that was found."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from claims import Article
from reports.content.links import page_address, work_address
from reports.formats.base import Record, report_format
from reports.words import LABELS
from verify.audit_record import Audit
from verify.models import ModelCard
from verify.record import FactCheck, Work

_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&", "$": r"\$", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_ARXIV = re.compile(r"\d{4}\.\d{4,5}(?:v\d+)?")


@report_format("bibtex", suffix=".bib", title="what to cite")
def bibtex(record: Record) -> bytes:
    """One entry each, with keys that are the same for the same thing."""
    entries: dict[str, str] = {}
    for key, entry in _entries(record):
        entries.setdefault(key, entry)
    return ("\n".join(entries.values())).encode("utf-8", "replace")


def escape(text: str) -> str:
    """`text` as the value of a field that shows exactly the text: no command, no comment, braces in balance."""
    shown = " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in text).split())
    return "".join(_SPECIAL.get(c, c) for c in shown)


def _entries(record: Record) -> Iterator[tuple[str, str]]:
    checks = [record] if isinstance(record, FactCheck) else [c for c in record.factchecks if isinstance(c, FactCheck)]
    if isinstance(record, Audit):
        yield _article(record.article)
    for check in checks:
        yield _report(check)
    software = next((c.environment.claimlab for c in checks if c.environment), None)
    yield _entry(
        "software", "claimlab",
        {"title": "claimlab: checks media claims about what goes on inside AI models, by experiment",
         "author": "{claimlab authors}", "version": software or ""},
        ready=("author",),
    )  # fmt: skip
    for check in checks:
        yield from map(_model, check.models)
    for check in checks:
        yield from map(_work, check.literature.works)


def _article(article: Article) -> tuple[str, str]:
    title, year = article.title or article.source, (article.date or "")[:4]
    return _entry(
        "misc",
        f"article-{_key(title)}",
        {
            "title": title,
            "author": article.author or "",
            "howpublished": article.outlet or "",
            "year": year if year.isdigit() else "",
            "url": page_address(article.source),
        },
    )


def _report(check: FactCheck) -> tuple[str, str]:
    plan = f"Plan sha256 {check.plan.sha256}. " if check.plan else ""
    return _entry(
        "misc", f"factcheck-{check.plan.sha256[:12] if check.plan else check.claim.id}",
        {"title": f"Fact-check: {check.claim.quote}", "author": "{claimlab}", "year": check.created[:4],
         "note": f"Verdict: {LABELS[check.verdict.label]}. {plan}Made {check.created}"},
        ready=("author",),
    )  # fmt: skip


def _model(card: ModelCard) -> tuple[str, str]:
    quantised = f", {card.quantisation}" if card.quantisation else ""
    return _entry(
        "misc", f"model-{card.weights_sha256[:12]}",
        {"title": card.id, "howpublished": card.origin, "version": card.revision or "",
         "note": f"Language model, {card.parameters} parameters{quantised}. Licence: {card.licence or 'not given'}. "
                 f"Weights sha256 {card.weights_sha256}"},
    )  # fmt: skip


def _work(work: Work) -> tuple[str, str]:
    fields = {"title": work.title, "year": str(work.year or "")}
    address = work_address(work.id)
    if _ARXIV.fullmatch(work.id):
        fields |= {"eprint": work.id, "archiveprefix": "arXiv", "url": address}
    elif address:
        fields |= {"doi": work.id, "url": address}
    else:
        fields["note"] = work.id
    return _entry(
        "misc", _key(f"{work.id}"), fields | {"annote": f"{work.stance}: {work.quote or ''}".removesuffix(": ")}
    )


def _key(text: str) -> str:
    """A citation key: letters, digits, dots and hyphens."""
    ascii_ = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9.]+", "-", ascii_).strip("-.")[:60] or "work"


def _entry(kind: str, key: str, fields: Mapping[str, str], *, ready: tuple[str, ...] = ()) -> tuple[str, str]:
    """An entry; fields without a value are left out, `ready` ones are ours and braced already."""
    whole = {*ready, "url", "doi"}  # addresses of ours: quoted already, and a backslash would break them
    lines = [f"  {name} = {{{value if name in whole else escape(value)}}}" for name, value in fields.items() if value]
    return key, f"@{kind}{{{key},\n" + ",\n".join(lines) + "\n}\n"
