"""The embedded reader: one English claim in, one `Claim` out. Rules, a classifier, a sentence model if it is here.

Order of work: is it one English claim; what it says (predicates, domains, models, quantities); can it be tested, and
if not why; does it assert or deny; how strongly. What the user corrects by hand replaces what was read and is recorded.
Nothing is fetched or asked of anybody.
"""

import hashlib
from collections.abc import Sequence

from claims.amounts import find_quantities
from claims.classifier import classify
from claims.disguises import undisguised
from claims.english import check_claim_text
from claims.errors import InputError
from claims.model import DOMAINS, POLARITIES, Claim, Correction, Domain, Polarity
from claims.open_questions import leaves_open
from claims.rules import find_modality, find_strength, matching_view, model_names, models_at

_SURROUNDINGS = " \t\n\r\f\v\x85\u00a0\u200b\ufeff"


def read_claim(text: str, *, domains: Sequence[str] = (), polarity: str | None = None) -> Claim:
    """The claim that a sentence or two make.

    Args:
        text: one claim in English, at most 2,000 characters.
        domains: what the user says the claim is about, in place of what is read.
        polarity: `asserts` or `denies`, in place of what is read.

    Raises:
        ClaimError: the text is not one English claim.
        InputError: a correction names an unknown domain or polarity.
    """
    corrected_domains = _known_domains(domains)
    if polarity is not None and polarity not in POLARITIES:
        raise InputError(f"There is no polarity {polarity!r}: give one of {', '.join(POLARITIES)}.")
    check_claim_text(undisguised(text))

    quote = text.strip(_SURROUNDINGS)
    start = text.index(quote)
    view = matching_view(quote)
    read = classify(view)
    reason = "other" if leaves_open(view) else read.reason
    names = model_names(quote)
    models = models_at(quote, names)
    named = sorted({name.lower() for name in models})  # claims about other models do not say the same

    final_domains = corrected_domains or read.domains
    final_polarity: Polarity = read.polarity if polarity is None else ("asserts" if polarity == "asserts" else "denies")
    corrections: list[Correction] = []
    if set(final_domains) != set(read.domains):
        corrections.append(
            Correction(field="domains", read=", ".join(read.domains), corrected=", ".join(final_domains))
        )
    else:
        final_domains = read.domains
    if final_polarity != read.polarity:
        corrections.append(Correction(field="polarity", read=read.polarity, corrected=final_polarity))

    return Claim(
        id=hashlib.sha256(quote.encode()).hexdigest()[:12],
        text=quote,
        quote=quote,
        start=start,
        end=start + len(quote),
        polarity=final_polarity,
        testable=reason is None,
        not_testable_reason=reason,
        domains=final_domains,
        predicates=read.predicates,
        modality=find_modality(view, humans_only=reason == "humans_only"),
        models=models,
        quantities=find_quantities(view, quote, names=names, few="sparsity" in read.predicates, seen=read.amounts),
        strength=find_strength(view, names_models=bool(models)),
        cluster=":".join((final_polarity, "+".join(sorted(final_domains)), "+".join(sorted(read.predicates)), *named)),
        corrections=tuple(corrections),
    )


def _known_domains(names: Sequence[str]) -> tuple[Domain, ...]:
    unknown = [name for name in names if name not in DOMAINS]
    if unknown:
        raise InputError(f"There is no domain {unknown[0]!r}: give one or more of {', '.join(DOMAINS)}.")
    return tuple(dict.fromkeys(domain for name in names for domain in DOMAINS if domain == name))
