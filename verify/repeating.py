"""The command that gives a record again: one builder for a check and for an audit, with every option that counts."""

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from claims import Claim, ClaimError, hypotheses, read_claim

if TYPE_CHECKING:
    from verify.preparing import Prepared, Request

RECORD = "record.json"  # stands for the file of the record itself, which holds what no option says

_Options = Sequence[tuple[str, str]]


def reproduce(prepared: "Prepared") -> str:
    """The command that makes a fact-check again."""
    request = prepared.request
    words, options = _as_read(prepared.claim, request)
    tested = replace(request, models=tuple(card.name for card in prepared.cards))
    return _command("verify", words, tested, [*(("--reading", name) for name in request.readings), *options])


def reproduce_audit(source: str, request: "Request", *, most: int | None = None) -> str:
    """The command that makes an audit again.

    Args:
        source: the file or address of the article; `RECORD` where claims were left out or changed by hand, or where
            whoever repeats it does not have the article.
        request: how its claims are checked.
        most: how many were asked for at most.
    """
    return _command("audit", source, request, [("--top", str(most))] if most else [])


def with_target(command: str, target: Path | None) -> str:
    """A command that also says where the report goes, from whatever folder it is given."""
    if target is None:
        return command
    name, rest = command.split(" ", 2)[1:]  # in front: the subject may stand behind "--"
    return f"claimlab {name} --out {shlex.quote(str(target.absolute()))} {rest}"


def _command(name: str, subject: str, request: "Request", more: Iterable[tuple[str, str]]) -> str:
    options = [("--model", model) for model in request.models]
    options.append(("--budget", request.budget))
    options += [] if request.seed is None else [("--seed", str(request.seed))]
    options += [] if request.reader == "embedded" else [("--reader", request.reader)]
    options += more
    flags = ["--offline"] if request.offline else []
    words = [*(word for option in options for word in option), *flags]
    # what begins with a dash would be an option
    last = subject.startswith("-") and subject != "-"
    return shlex.join(["claimlab", name, *words, "--", subject] if last else ["claimlab", name, subject, *words])


def _as_read(claim: Claim, request: "Request") -> tuple[str, _Options]:
    """The words of a claim that `verify` reads as it was read, and the options that it takes besides.

    A claim of an article was read in its surroundings, or was changed by hand: its quote alone may say less. Its
    wording is then given in place of the quote, and what still differs as a correction.
    """
    if request.reader != "embedded":  # reading it again would ask somebody
        changed = {correction.field for correction in claim.corrections}
        return claim.quote, _corrections(claim, domains="domains" in changed, polarity="polarity" in changed)
    found = _corrections(claim, domains=True, polarity=True)
    for words in dict.fromkeys((claim.quote, claim.text)):
        try:
            alone = read_claim(words)
        except ClaimError:
            continue
        found = _corrections(
            claim, domains=set(alone.domains) != set(claim.domains), polarity=alone.polarity != claim.polarity
        )
        corrected = alone.model_copy(update={"domains": claim.domains, "polarity": claim.polarity})
        asked, would_be = ([h.reading for h in hypotheses(c)] for c in (claim, corrected))
        if asked != would_be and not request.readings:
            found = [*found, *(("--reading", name) for name in dict.fromkeys(asked))]
        if not found or words == claim.text:
            return words, found
    return claim.text, found


def _corrections(claim: Claim, *, domains: bool, polarity: bool) -> list[tuple[str, str]]:
    about = [("--domain", domain) for domain in claim.domains] if domains else []
    return [*about, *([("--polarity", claim.polarity)] if polarity else [])]
