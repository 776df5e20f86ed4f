"""The literature: what has been published for and against a claim, with the sentence that says so.

An index of curated works ships with claimlab and works offline; arXiv is asked live where that is allowed. Literature
never changes a label: it is a second number beside the experiment's, by a printed rule.
"""

from verify.literature.citations import CheckedCitation, check_citation
from verify.literature.gathering import find_works, gather
from verify.literature.language_model_judge import judge_by
from verify.literature.retelling import SourcePaper
from verify.literature.shifting import RULE, independent_origins, shift
from verify.literature.sources import Answer, Source, source
from verify.literature.sourcing import Sourced, check_sources
from verify.literature.stance import Judge, Judged, embedded_judge
from verify.literature.tracing import Traced, trace_source
from verify.literature.works import CuratedWork, curated_works

__all__ = [
    "RULE",
    "Answer",
    "CheckedCitation",
    "CuratedWork",
    "Judge",
    "Judged",
    "Source",
    "SourcePaper",
    "Sourced",
    "Traced",
    "check_citation",
    "check_sources",
    "curated_works",
    "embedded_judge",
    "find_works",
    "gather",
    "independent_origins",
    "judge_by",
    "shift",
    "source",
    "trace_source",
]
