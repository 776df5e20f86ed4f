"""Parses bytes in a child process with limits on memory, time and output: a bomb ends there and nowhere else."""

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from claims.errors import InputError
from claims.sources.base import Block, Hidden, Parsed, Piece, Raw

SECONDS = 20.0  # of processor time
WAIT = 60.0  # by the clock, on a busy machine
_TOO_MUCH = "takes more memory or time to read than an article should; save its text as .txt and give that"


def parse_limited(raw: Raw, format_name: str, *, seconds: float = SECONDS) -> Parsed:
    """What the format finds in `raw`, parsed by an isolated child that is ended after `seconds` of computing.

    Raises:
        InputError: the bytes are damaged, locked or too much work.
    """
    header = {k: v for k, v in asdict(raw).items() if k != "data"} | {"format": format_name, "seconds": seconds}
    root = Path(__file__).resolve().parents[2]
    start = f"import sys; sys.path.insert(0, {str(root)!r}); from claims.sources.child import main; main()"
    command = [sys.executable, "-I", "-B", "-X", "utf8", "-c", start]
    name = raw.url or raw.name or "the source"
    given = json.dumps(header).encode() + b"\n" + raw.data
    try:
        done = subprocess.run(  # noqa: S603  # our own interpreter and our own code
            command, input=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,  # a library may complain for ever
            timeout=max(WAIT, seconds), check=False, env={"PATH": "", "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise InputError(f"{name} {_TOO_MUCH}") from None
    try:
        found = json.loads(done.stdout)
    except ValueError:  # ended by a limit before it could answer
        raise InputError(f"{name} {_TOO_MUCH}") from None
    if "error" in found:
        raise InputError(f"{name}: {found['error']}")
    return _parsed(found)


def _parsed(found: dict[str, Any]) -> Parsed:
    blocks = tuple(Block(tuple(Piece(*piece) for piece in pieces), kind) for kind, pieces in found["blocks"])
    hidden = tuple(Hidden(*entry) for entry in found["hidden"])
    return Parsed(blocks, found["title"], found["author"], found["date"], found["outlet"], hidden)
