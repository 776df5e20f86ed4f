"""Work outside the page: a queue on disk, and one worker process for each kind of work.

The page imports this and nothing heavier, so that it opens at once; only the workers import verify.
"""

from jobs.job import Job, Kind, Lane, State, in_turn
from jobs.queue import Queue
from jobs.settings import Settings, label, settings

__all__ = ["Job", "Kind", "Lane", "Queue", "Settings", "State", "in_turn", "label", "settings"]
