"""Batteries of minimal pairs, one file per domain. Importing this package registers every file in it."""

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
    prompts_sha256,
    render,
    swap,
)
from verify.registry import import_all

import_all(__name__, __path__)

from verify.batteries.unlikeness import unlike, unlikeness  # noqa: E402 - counts words of the registered batteries

__all__ = [
    "FORMATS", "RENDERED", "SHOTS", "Battery", "Item", "Pair", "Scene", "Task", "askable", "battery", "domains", "flip",
    "get_battery", "get_task", "make_task", "prompts_sha256", "render", "swap", "unlike", "unlikeness",
]  # fmt: skip
