"""Vector figures, each a function from the record to a drawing; legible without colour."""

from reports.figures.forest import forest_plots
from reports.figures.layers import layer_profiles
from reports.figures.matrix import lesion_matrices
from reports.figures.symbols import MARK_EMS, decision_mark, label_symbol

__all__ = ["MARK_EMS", "decision_mark", "forest_plots", "label_symbol", "layer_profiles", "lesion_matrices"]
