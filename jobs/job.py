"""A job as data: what somebody asked for, how far it is and what came of it. Knows nothing about where it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["claim", "article", "plan", "check", "audit"]
State = Literal["queued", "running", "done", "failed", "cancelled"]
Lane = Literal["desk", "laboratory"]

# The desk reads texts and estimates costs, in seconds; the laboratory measures. Each lane does one job at a time.
LANES: Mapping[Kind, Lane] = {
    "claim": "desk", "article": "desk", "plan": "desk", "check": "laboratory", "audit": "laboratory",
}  # fmt: skip
FINISHED: tuple[State, ...] = ("done", "failed", "cancelled")


@dataclass(frozen=True)
class Job:
    """One job. Times are seconds since 1970; `stage` is at work, `done` a share of the whole job.

    `seconds` is what the claim at hand was expected to take per model.
    """

    id: str
    visitor: str
    kind: Kind
    state: State
    title: str
    request: dict[str, Any]
    created: float
    parent: str | None = None
    started: float | None = None
    finished: float | None = None
    stopping: bool = False
    stage: str = ""
    done: float = 0.0
    detail: str = ""
    error: str = ""
    label: str = ""
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def lane(self) -> Lane:
        """Who does it."""
        return LANES[self.kind]

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in FINISHED


@dataclass(frozen=True)
class Waiting:
    """A queued job as the order of the queue sees it."""

    id: str
    visitor: str
    created: float
    resumed: bool = False


def in_turn(waiting: list[Waiting], last_served: Mapping[str, float]) -> list[str]:
    """Ids of the queued jobs in the order in which they will be started.

    What was started before goes on first. Then visitors take turns, the one who has waited longest for a turn first
    (never served before served), each with the oldest of their jobs. So one visitor's many jobs delay another by one.

    Args:
        waiting: the queued jobs.
        last_served: when each visitor's last job was started.
    """
    order = [job.id for job in sorted(waiting, key=lambda job: job.created) if job.resumed]
    left = sorted((job for job in waiting if not job.resumed), key=lambda job: (job.created, job.id))
    served = dict(last_served)
    latest = max(served.values(), default=0.0)
    while left:
        turn = min(left, key=lambda job: (served.get(job.visitor, float("-inf")), job.created, job.id))
        left.remove(turn)
        order.append(turn.id)
        latest += 1.0
        served[turn.visitor] = latest
    return order
