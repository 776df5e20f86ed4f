"""Batteries of minimal pairs, one file per domain. Importing this package registers the built-in ones."""

from verify.batteries import control, language, math, physics, social
from verify.batteries.base import (
    FORMATS,
    RENDERED,
    SHOTS,
    Battery,
    Item,
    Pair,
    Scene,
    Task,
    askable,
    battery,
    domains,
    flip,
    get_battery,
    get_task,
    make_task,
    render,
)

__all__ = [
    "FORMATS", "RENDERED", "SHOTS", "Battery", "Item", "Pair", "Scene", "Task", "askable", "battery", "control",
    "domains", "flip", "get_battery", "get_task", "language", "make_task", "math", "physics", "render", "social",
]  # fmt: skip
