"""Commands of the command line that have a file of their own; `cli.py` puts them together. No computing in them."""

from commands import literature
from commands.auditing import audit
from commands.calibrating import calibrate
from commands.parsing import parse
from commands.serving import app as serve

__all__ = ["audit", "calibrate", "literature", "parse", "serve"]
