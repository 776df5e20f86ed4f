"""Follows the painting of a PDF page and tells, for each piece of text, whether anybody can see it.

pypdf reports each operator before it acts on it (with the current matrices) and takes the operands as they are then: a
piece of text that is not wanted is emptied there. Operators: ISO 32000-2, annex A.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import sqrt
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import TextStringObject

from claims.sources.colours import Colour, alike

_SHOWS = {b"Tj": 0, b"TJ": 0, b"'": 0, b'"': 2}
_FILLS = (b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*")
_TINY = 2.0  # points
_MARGIN = 3.0  # points outside the page that still count as on it
_WHITE: Colour = (255, 255, 255, 1.0)
_UNSEEN_MODES = (3, 7)
_MOST_BOXES = 3000
Box = tuple[float, float, float, float]
Matrix = Sequence[float]


@dataclass(frozen=True)
class _State:
    """The part of the graphics state that decides whether text is seen. A colour that cannot be told is None."""

    ink: Colour | None = (0, 0, 0, 1.0)
    spots: bool = False  # one number is not a shade of grey here
    mode: int = 0
    size: float = 1.0
    opacity: float = 1.0


@dataclass
class _Layer:
    """One level of content: the page, or a form painted on it, which has coordinates of its own."""

    state: _State = field(default_factory=_State)
    saved: list[_State] = field(default_factory=list)
    boxes: list[tuple[Box, Colour | None]] = field(default_factory=list)
    path: list[tuple[float, float]] = field(default_factory=list)


class Watcher:
    """Empties the pieces of text of a page that are not wanted.

    Args:
        page: the page.
        layers: ids of optional content that is switched off.
        keep: None keeps what is seen; the name of a way of hiding keeps what is hidden so.

    Attributes:
        hidden: how each hidden piece was hidden.
    """

    def __init__(self, page: PageObject, layers: frozenset[int], *, keep: str | None) -> None:
        self._keep, self._off = keep, layers
        box = page.cropbox
        self._page: Box = (float(box.left), float(box.bottom), float(box.right), float(box.top))
        self._resources = _resolved(page.get("/Resources")) or {}
        self._levels = [_Layer()]
        self._marks: list[bool] = []
        self.hidden: list[str] = []

    def before(self, operator: bytes, operands: Any, cm: Matrix, tm: Matrix) -> None:
        """What pypdf calls before an operator acts."""
        level = self._levels[-1]
        try:
            if operator in _SHOWS:
                self._show(operator, operands, cm, tm)
            elif operator == b"q":
                level.saved.append(level.state)
            elif operator == b"Q":
                level.state = level.saved.pop() if level.saved else level.state
            elif operator == b"Do":
                level.boxes.append((_box([_at(cm, x, y) for x in (0, 1) for y in (0, 1)]), None))
                self._levels.append(_Layer(state=level.state))
            elif operator in (b"BDC", b"BMC"):
                self._marks.append(operator == b"BDC" and self._is_off(operands))
            elif operator == b"EMC":
                self._marks = self._marks[:-1]
            else:
                level.state = self._changed(level.state, operator, operands)
                _paint(level, operator, operands, cm)
        except (TypeError, ValueError, IndexError, KeyError, AttributeError, OverflowError, PyPdfError):
            return  # damaged operands change nothing

    def after(self, operator: bytes, _operands: Any, _cm: Matrix, _tm: Matrix) -> None:
        """What pypdf calls when an operator, with all that it painted, is done."""
        if operator == b"Do" and len(self._levels) > 1:
            self._levels.pop()

    def _show(self, operator: bytes, operands: Any, cm: Matrix, tm: Matrix) -> None:
        why = self._unseen(cm, tm)
        if why is not None:
            self.hidden.append(why)
        if why != self._keep:
            place = _SHOWS[operator]
            operands[place] = type(operands[place])() if operator == b"TJ" else TextStringObject("")

    def _unseen(self, cm: Matrix, tm: Matrix) -> str | None:
        level = self._levels[-1]
        state, top = level.state, len(self._levels) == 1
        if state.mode in _UNSEEN_MODES:
            return "invisible letters"
        if state.opacity <= 0.05:
            return "letters that let everything through"
        if any(self._marks):
            return "a layer that is switched off"
        if state.size * _scale(tm) * _scale(cm) < _TINY:
            return "letters of no size"
        x, y = _at(cm, tm[4], tm[5])
        left, bottom, right, up = self._page
        if top and not (left - _MARGIN <= x <= right + _MARGIN and bottom - _MARGIN <= y <= up + _MARGIN):
            return "letters outside the page"
        paper = next((c for (a, b, c_, d), c in reversed(level.boxes) if a <= x + 1 <= c_ and b <= y + 1 <= d), _WHITE)
        if not top and any(outer.boxes for outer in self._levels[:-1]) and paper is _WHITE:
            paper = None if len(self._levels[0].boxes) > 1 else _WHITE
        if state.ink is not None and paper is not None and state.mode in (0, 4) and alike(state.ink, paper):
            return "letters in the colour of the paper"
        return None

    def _changed(self, state: _State, operator: bytes, operands: Any) -> _State:
        if operator == b"Tr":
            return replace(state, mode=int(operands[0]))
        if operator == b"Tf":
            return replace(state, size=abs(float(operands[1])))
        if operator in (b"g", b"rg", b"k"):
            return replace(state, ink=_colour([float(v) for v in operands]), spots=False)
        if operator == b"cs":
            return replace(state, spots=self._spots(str(operands[0])), ink=(0, 0, 0, 1.0))
        if operator in (b"sc", b"scn"):
            numbers = [float(v) for v in operands if isinstance(v, int | float)]
            known = len(numbers) == len(operands) and not (state.spots and len(numbers) != 3)
            return replace(state, ink=_colour(numbers) if known else None)
        if operator == b"gs":
            found = _resolved((_resolved(self._resources.get("/ExtGState")) or {}).get(operands[0])) or {}
            return replace(state, opacity=float(found.get("/ca", state.opacity)))
        return state

    def _spots(self, name: str) -> bool:
        """Whether a colour space counts ink rather than light, or is unknown."""
        if name in ("/DeviceGray", "/DeviceRGB", "/DeviceCMYK", "/CalGray", "/CalRGB"):
            return False
        space = _resolved((_resolved(self._resources.get("/ColorSpace")) or {}).get(name))
        return not (isinstance(space, list) and space and str(space[0]) in ("/ICCBased", "/CalGray", "/CalRGB"))

    def _is_off(self, operands: Any) -> bool:
        if str(operands[0]) != "/OC":
            return False
        named = _raw(_resolved(self._resources.get("/Properties")), operands[1])
        group = _resolved(named)
        members = [named, *_as_list(group.get("/OCGs") if group else None)]
        return any(getattr(m, "idnum", -1) in self._off for m in members)


def hidden_layers(reader: PdfReader) -> frozenset[int]:
    """Ids of the optional content that is switched off when the file is opened."""
    try:
        properties = _resolved(reader.trailer["/Root"].get("/OCProperties")) or {}  # type: ignore[attr-defined]
        default = _resolved(properties.get("/D")) or {}
        off = _as_list(_resolved(default.get("/OFF")))
        if str(default.get("/BaseState", "/ON")) == "/OFF":
            on = {getattr(r, "idnum", -1) for r in _as_list(_resolved(default.get("/ON")))}
            off = [r for r in _as_list(_resolved(properties.get("/OCGs"))) if getattr(r, "idnum", -1) not in on]
        return frozenset(getattr(r, "idnum", -1) for r in off) - {-1}
    except (PyPdfError, KeyError, TypeError, AttributeError):
        return frozenset()


def _paint(level: _Layer, operator: bytes, operands: Any, cm: Matrix) -> None:
    """Remember what is filled: text of the same colour on it is not seen."""
    if operator == b"re":
        x, y, w, h = (float(v) for v in operands)
        level.path += [_at(cm, x, y), _at(cm, x + w, y + h), _at(cm, x + w, y), _at(cm, x, y + h)]
    elif operator in (b"m", b"l", b"c", b"v", b"y"):
        level.path.append(_at(cm, float(operands[-2]), float(operands[-1])))
    elif operator in _FILLS:
        if level.path and len(level.boxes) < _MOST_BOXES:
            level.boxes.append((_box(level.path), level.state.ink if level.state.opacity > 0.5 else None))
        level.path = []
    elif operator in (b"n", b"S", b"s"):
        level.path = []
    elif operator == b"sh":
        level.boxes.append(((-1e9, -1e9, 1e9, 1e9), None))


def _colour(values: Sequence[float]) -> Colour | None:
    if len(values) == 1:
        grey = round(255 * values[0])
        return grey, grey, grey, 1.0
    if len(values) == 3:
        return round(255 * values[0]), round(255 * values[1]), round(255 * values[2]), 1.0
    if len(values) == 4:
        r, g, b = (round(255 * (1 - min(1.0, v + values[3]))) for v in values[:3])
        return r, g, b, 1.0
    return None


def _scale(matrix: Matrix) -> float:
    return sqrt(abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]))


def _at(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    return matrix[0] * x + matrix[2] * y + matrix[4], matrix[1] * x + matrix[3] * y + matrix[5]


def _box(points: Sequence[tuple[float, float]]) -> Box:
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs), min(ys), max(xs), max(ys)


def _raw(values: Any, name: str) -> Any:
    """The entry itself, which may be a reference: layers are known by the number of theirs."""
    return values.raw_get(name) if values is not None and name in values else None


def _resolved(value: Any) -> Any:
    return value.get_object() if hasattr(value, "get_object") else value


def _as_list(value: Any) -> list[Any]:
    value = _resolved(value)
    return list(value) if isinstance(value, list) else [] if value is None else [value]
