"""A worker as in production, but for two things: the domains are the planted ones, so that a tiny model answers in
seconds, and pages may be fetched from this machine. Started by the browser tests in the place of the server's own.

    python tests/app/planted_worker.py laboratory
"""

import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from claims.sources import Fetcher
from jobs.worker import main
from tests.verify.planted import planted_batteries

if __name__ == "__main__":
    torch.set_num_threads(1)
    here = Fetcher(resolver=lambda _host, _port: ("127.0.0.1",), allowed=lambda address: address == "127.0.0.1")
    with planted_batteries():
        main(fetcher=here, idle=600.0)
