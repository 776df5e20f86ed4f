"""Makes the workers of a server under test fast and local, from outside: the program itself knows nothing of it.

Python imports this by its name before a program begins, where it lies on PYTHONPATH. In a worker the domains are then
the planted ones, so that a tiny model of known insides answers in seconds, and pages may be fetched from 127.0.0.1 too.
While a file "hold" lies in the home of the server, no model is loaded: a check that must be seen at work stays at work.
Everything else is as in production.
"""

import os
import sys
import time
from pathlib import Path

if "jobs.worker" in sys.orig_argv:
    import torch

    from claims.sources.addresses import is_public
    from claims.sources.fetching import Fetcher
    from tests.verify.planted import planted_batteries
    from verify import models

    torch.set_num_threads(1)
    os.nice = lambda _: 0  # nobody clicks while others wait for a worker, and the machine may be busy with other tests
    _kept = planted_batteries()  # must not be collected: it would put the real ones back
    _kept.__enter__()
    Fetcher.__init__.__kwdefaults__["allowed"] = lambda address: address == "127.0.0.1" or is_public(address)

    _load = models.load

    def _held(*given, **named):  # type: ignore[no-untyped-def]
        while (Path(os.environ["CLAIMLAB_HOME"]) / "hold").exists():
            time.sleep(0.05)
        return _load(*given, **named)

    models.load = _held
