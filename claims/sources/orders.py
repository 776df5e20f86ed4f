"""Text that tries to give orders to the machine that reads it: found and reported. It changes no claim and no verdict.

The words are in orders.yaml.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import yaml

_SENTENCE_END = re.compile(r"[.!?\n]")
_REACH = 400  # characters: how far a sentence is looked for on each side


@cache
def _orders() -> re.Pattern[str]:
    text = files("claims.sources").joinpath("orders.yaml").read_text(encoding="utf-8")
    found = yaml.safe_load(text)
    machine, verdict = _joined(found["machine"]), _joined(found["verdict"])
    patterns = "|".join(_joined(order) for order in found["orders"])
    patterns = patterns.replace("MACHINE", machine).replace("VERDICT", verdict)
    return re.compile(patterns, re.IGNORECASE | re.MULTILINE)


def _joined(expression: str) -> str:
    return "".join(line.strip() for line in expression.splitlines())


def orders(text: str) -> Iterator[tuple[int, int]]:
    """Spans of the sentences in `text` that give orders to a machine reader, in order and without overlap."""
    done = 0
    for match in _orders().finditer(text):
        if match.start() < done:
            continue
        before = list(_SENTENCE_END.finditer(text, max(done, match.start() - _REACH), match.start()))
        start = before[-1].end() if before else max(done, match.start() - _REACH)
        after = _SENTENCE_END.search(text, match.end(), min(len(text), match.end() + _REACH))
        end = after.end() if after else min(len(text), match.end() + _REACH)
        start += len(text[start:end]) - len(text[start:end].lstrip())
        yield start, start + len(text[start:end].rstrip())
        done = end


def gives_orders(text: str) -> bool:
    """Whether any sentence of `text` gives orders to a machine reader."""
    return _orders().search(text) is not None
