"""Vector figures, each a function from the record to a drawing; legible without colour."""

from reports.figures.doses import dose_curves, dose_key
from reports.figures.forest import forest_head, forest_plots
from reports.figures.layers import layer_profiles
from reports.figures.matrix import lesion_matrices
from reports.figures.symbols import MARK_EMS, decision_mark, label_symbol
from reports.figures.task_matrix import heads, task_matrices, task_rows
from reports.figures.units_map import units_map

__all__ = [
    "MARK_EMS",
    "decision_mark",
    "dose_curves",
    "dose_key",
    "forest_head",
    "forest_plots",
    "heads",
    "label_symbol",
    "layer_profiles",
    "lesion_matrices",
    "task_matrices",
    "task_rows",
    "units_map",
]
