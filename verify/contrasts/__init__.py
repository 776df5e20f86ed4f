"""Contrast sets, one file per domain. Importing this package registers every file in it."""

from importlib import import_module
from pkgutil import iter_modules

from verify.contrasts.base import ContrastSet, Frame, contrast, contrast_sets, get_contrast
from verify.contrasts.matching import Matching, matching

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["ContrastSet", "Frame", "Matching", "contrast", "contrast_sets", "get_contrast", "matching"]
