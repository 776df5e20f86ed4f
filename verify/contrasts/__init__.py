"""Contrast sets, one file per domain. Importing this package registers every file in it."""

from verify.contrasts.base import ContrastSet, Frame, contrast, contrast_sets
from verify.contrasts.matching import Matching, matching
from verify.registry import import_all

import_all(__name__, __path__)

__all__ = ["ContrastSet", "Frame", "Matching", "contrast", "contrast_sets", "matching"]
