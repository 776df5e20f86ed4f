"""Text that means harm, and records with it in every field that comes from outside."""

import itertools

from claims import Correction
from verify.record import FactCheck, Literature, Work

HOSTILE = (
    "<img src=file:///etc/passwd>", "javascript:alert(1)", "</script><script>alert(1)</script>", "]]>", "--><b>",
    "{\\bf x}", "=cmd|' /C calc'!A0", "\u202eabc", "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd",
    "\u0645\u0631\u062d\u0628\u0627", "\u6570\u5b66", "\U0001f9e0\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\x00\x07\ufffe", "x" * 900, "%n%s", "\\input{/etc/passwd}", "a\u0301\u0323" * 20, "&lt;&#x27;", "",
)  # fmt: skip


def fuzzed(record: FactCheck, texts: "itertools.cycle[str]", *, drop: bool) -> FactCheck:
    """`record` with other texts in what comes from outside; with `drop`, without what may be missing."""
    works = tuple(
        Work(id=next(texts), title=next(texts), year=None, stance="mixed", quote=next(texts), score=0.1) for _ in "ab"
    )
    claim = record.claim.model_copy(
        update={
            "quote": next(texts), "text": next(texts), "models": (next(texts),), "attributed_to": next(texts),
            "corrections": (Correction(field="domains", read=next(texts), corrected=next(texts)),),
        }
    )  # fmt: skip
    verdict = record.verdict.model_copy(
        update={
            "summary": next(texts), "downgrades": (next(texts), f"{next(texts)}: {next(texts)}"),
            "would_change": (next(texts),),
        }
    )  # fmt: skip
    found = record.model_copy(
        update={
            "claim": claim, "verdict": verdict, "literature": Literature(status="gathered", works=works),
            "reproduce": next(texts), "flip": next(texts), "not_tested": (f"the claim is about {next(texts)}",),
            "models": tuple(card.model_copy(update={"origin": next(texts)}) for card in record.models),
        }
    )  # fmt: skip
    if drop:
        found = found.model_copy(
            update={"controls": {}, "environment": None, "earlier_runs": (), "items": {}, "models": (), "readings": ()}
        )
    return found
