"""The front door of the command line: whoever stops it while everything is still being imported gets one line too.

Imports nothing but what Python has loaded anyway, so that this holds from the first moment.
"""

import os
import signal
from typing import NoReturn

STOPPED = "claimlab: stopped; everything finished is kept, and the same command continues from there"
INTERRUPTED = 4  # of `claims.errors.Interrupted`, which would have to be imported


def main() -> None:
    """Run the command line: one line per error, and the documented exit code."""
    usual = signal.getsignal(signal.SIGINT)
    if usual is signal.default_int_handler:  # not where it is ignored, as behind nohup
        signal.signal(signal.SIGINT, _leave)
    signal.signal(signal.SIGTERM, _leave)  # whoever stops it politely gets what Ctrl-C gives
    from commands.program import run

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGINT, usual)
    run()


def _leave(_signal: int, _frame: object) -> NoReturn:
    """Go at once: an exception in the middle of an import may come out as another one, or not at all."""
    try:
        os.write(2, f"{STOPPED}\n".encode())
    finally:  # also where nobody can read it
        os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
