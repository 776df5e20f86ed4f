"""Experiments, one file per reading. Importing this package registers the built-in ones."""

from verify.experiments import general, necessary, specific
from verify.experiments.base import Decision, Experiment, Outcome, built, domain_row, experiment, get_experiment

__all__ = [
    "Decision", "Experiment", "Outcome", "built", "domain_row", "experiment", "general", "get_experiment", "necessary",
    "specific",
]  # fmt: skip
