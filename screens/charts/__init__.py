"""Charts of a record: each a function from the record to a Vega-Lite chart. Nothing is told by colour alone."""

from screens.charts.base import CLICK, Spec
from screens.charts.dose_curve import doses
from screens.charts.forest_plot import forests
from screens.charts.layer_map import layers, unit_map
from screens.charts.lesion_matrix import matrix
from screens.charts.paired import pairs

__all__ = ["CLICK", "Spec", "doses", "forests", "layers", "matrix", "pairs", "unit_map"]
