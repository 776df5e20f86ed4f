"""Published overlap and lesion matrices in, a record of what survives out: recomputed, then tested for confounds.

A separation of domains is called shown only where tasks that are asked in the same way, and are no near-duplicates of
each other, still separate by domain. Knows nothing about models, plans or the run store.
"""

from verify.reanalysis.analysis import reanalyse
from verify.reanalysis.record import Confound, DomainVerdict, Reanalysis
from verify.reanalysis.summary import summary

__all__ = ["Confound", "DomainVerdict", "Reanalysis", "reanalyse", "summary"]
