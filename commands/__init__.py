"""The commands of the command line, one file each; `commands/program.py` puts them together. No computing in them."""

from commands import literature, models, runs
from commands.auditing import audit
from commands.batteries import batteries
from commands.calibrating import calibrate
from commands.doctor import doctor
from commands.laboratory import lesion, localize
from commands.parsing import parse
from commands.reanalysing import reanalyse
from commands.reporting import report
from commands.serving import app
from commands.verifying import verify

COMMANDS = (verify, audit, report, parse, reanalyse, localize, lesion, batteries, calibrate, doctor, app)
GROUPS = (literature.app, models.app, runs.app)

__all__ = ["COMMANDS", "GROUPS"]
