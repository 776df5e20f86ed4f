"""Experiments, one file per reading. Importing this package registers every file in it."""

from importlib import import_module
from pkgutil import iter_modules

from verify.experiments.base import Decision, Experiment, Outcome, built, domain_row, experiment, get_experiment

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["Decision", "Experiment", "Outcome", "built", "domain_row", "experiment", "get_experiment"]
