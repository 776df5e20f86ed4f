"""Batteries of minimal pairs, one file per domain. Importing this package registers every file in it."""

from importlib import import_module
from pkgutil import iter_modules

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

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

from verify.batteries.unlikeness import unlike, unlikeness  # noqa: E402 - counts words of the registered batteries

__all__ = [
    "FORMATS", "RENDERED", "SHOTS", "Battery", "Item", "Pair", "Scene", "Task", "askable", "battery", "domains", "flip",
    "get_battery", "get_task", "make_task", "prompts_sha256", "render", "swap", "unlike", "unlikeness",
]  # fmt: skip
