"""`claimlab parse`: claims, what each would mean and what would refute it. Measures nothing on a model."""

import json
import sys
from typing import Annotated, Any

import typer

from claims import (
    Claim,
    ClaimlabError,
    InputError,
    Reader,
    beyond_test,
    hypotheses,
    read_citations,
    read_omissions,
    reader_named,
)
from claims.sources import load_article, read_text
from commands.console import AsJson, ReaderName, notice, out, print_json, read_by, tell_how_read
from reports.terminal_audit import show_article, show_beside, show_claims


def parse(
    source: Annotated[
        str | None, typer.Argument(metavar="SOURCE", help="A .txt .md .html .pdf file, a URL, or - for standard input.")
    ] = None,
    lines: Annotated[
        str | None, typer.Option(help="A file (or -) with a claim on each line: one JSON line for each.")
    ] = None,
    reader: ReaderName = "embedded",
    as_json: AsJson = False,
) -> None:
    """Find the claims of an article and what each would mean. Seconds, no model."""
    reads = reader_named(reader, notice=notice)
    if (source is None) == (lines is None):
        raise InputError("give either a SOURCE or --lines FILE; see `claimlab parse --help`")
    if lines is not None:
        _parse_lines(read_text(lines), reads)
        return
    article = load_article(str(source), tell=notice)
    claims = reads.read_article(article)
    omissions, citations = read_omissions(article), read_citations(article)
    if as_json:
        print_json(
            {
                "schema": "claimlab/claims@1",
                "source": article.source,
                "read_by": read_by(reads),
                "article": article.model_dump(mode="json"),
                "claims": [claim.model_dump(mode="json") for claim in claims],
                "hypotheses": {claim.id: _hypotheses(claim) for claim in claims},
                "beyond_test": {claim.id: _beyond_test(claim) for claim in claims},
                "omissions": omissions.model_dump(mode="json"),
                "citations": [citation.model_dump(mode="json") for citation in citations],
            }
        )
        return
    tell_how_read(reads)
    show_article(out, article)
    show_claims(out, claims)
    show_beside(out, omissions, citations)


def _hypotheses(claim: Claim) -> list[dict[str, Any]]:
    return [hypothesis.model_dump(mode="json") for hypothesis in hypotheses(claim)]


def _beyond_test(claim: Claim) -> list[dict[str, Any]]:
    return [found.model_dump(mode="json") for found in beyond_test(claim)]


def _parse_lines(text: str, reader: Reader) -> None:
    """A line of JSON for each line: the claim with its hypotheses, or what is wrong with it."""
    failed = count = 0
    for number, line in enumerate(text.removesuffix("\n").split("\n"), start=1):
        count += 1
        try:
            claim = reader.read_claim(line)
        except ClaimlabError as error:
            failed += 1
            found: dict[str, Any] = {"line": number, "error": str(error)}
        else:
            found = claim.model_dump(mode="json") | {"hypotheses": _hypotheses(claim), "read_by": read_by(reader)}
        sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    if failed == count:
        raise InputError("no line holds a claim that can be read; give one English sentence on each line")
    if failed:
        notice(f"{failed} of {count} lines hold no claim that can be read; each says why in `error`")
