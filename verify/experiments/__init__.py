"""Experiments, one file per reading. Importing this package registers every file in it."""

from verify.experiments.base import Decision, Experiment, Outcome, built, domain_row, experiment, get_experiment
from verify.registry import import_all

import_all(__name__, __path__)

__all__ = ["Decision", "Experiment", "Outcome", "built", "domain_row", "experiment", "get_experiment"]
