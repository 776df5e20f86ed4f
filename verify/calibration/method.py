"""Which method a calibration belongs to: one hash of all that turns measurements into a verdict.

Comments, docstrings, layout and the wording of messages do not count; whatever else changes in these sources needs a
new calibration. How scores come about in a model is counted by `plan.MEASUREMENT`.
"""

import ast
import hashlib
import json
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from claims.thresholds import thresholds_sha256
from verify.plan import MEASUREMENT

_WHOLE = (
    "assemble.py", "damage.py", "lesion_rows.py", "localize.py", "regions.py", "responses.py", "set_localizer.py",
    "statistics.py", "verdict.py", "calibration/evidence.py", "calibration/curve.py",
)  # fmt: skip
_PARTS = {  # the rest of them is about what is stored and when
    "gating.py": ("gate", "passes", "keep"),
    "lesioning.py": ("effect", "lesion_table"),
    "plan.py": ("BUDGETS", "_task_plans", "_unseen_first"),
}
_NOT_METHOD = frozenset({"ctx", "kind", "type_comment", "type_ignores", "type_params", "returns", "annotation"})


@cache
def method_sha256() -> str:
    """Hash of the thresholds, the measurement version and the sources that decide."""
    package = files("verify")
    shapes: dict[str, Any] = {name: _shape(_parsed(package.joinpath(name))) for name in _WHOLE}
    for path in sorted(package.joinpath("experiments").iterdir(), key=lambda p: p.name):
        if path.name.endswith(".py"):
            shapes[f"experiments/{path.name}"] = _shape(_parsed(path))
    for name, wanted in _PARTS.items():
        found = dict(map(_named, _parsed(package.joinpath(name)).body))
        shapes[name] = [_shape(found[function]) for function in wanted]
    parts = {"thresholds": thresholds_sha256(), "measurement": MEASUREMENT, "sources": shapes}
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def source_shape(source: str) -> Any:
    """What counts of a source, as nested lists: the same for sources that differ in comments or wording only."""
    return _shape(ast.parse(source))


def _named(node: ast.stmt) -> tuple[str, ast.stmt]:
    """What a statement of a module defines, and the statement."""
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return node.target.id, node
    return getattr(node, "name", ""), node


def _parsed(path: Traversable) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _shape(node: Any) -> Any:
    """A tree as nested lists, the same in every Python: what is empty, and what is no method, is left out."""
    if isinstance(node, list):
        return [_shape(n) for n in node if not (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant))]
    if isinstance(node, ast.Constant):
        return ["Constant", None if _is_wording(node.value) else repr(node.value)]
    if isinstance(node, ast.AST):
        fields = [[k, _shape(v)] for k, v in ast.iter_fields(node) if k not in _NOT_METHOD and v not in (None, [])]
        return [type(node).__name__, *fields]
    return repr(node)


def _is_wording(value: object) -> bool:
    return isinstance(value, str) and " " in value.strip()
