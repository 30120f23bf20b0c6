"""When which fault happens, and what it excuses."""

from __future__ import annotations

import random
from dataclasses import dataclass

# Until everything is as before: sleeping dependencies are noticed, pools fill again, caches load.
GRACE_SECONDS = {"embedded": 3.0, "cluster": 10.0}
# Instances die in the first part of a run only: the rest watches processes that live long.
DEATHS_UNTIL = 0.3
WARM_UP_SECONDS_MAX = 90.0
PAUSE_SECONDS = {"embedded": (6.0, 14.0), "cluster": (14.0, 22.0)}

FREEZE_SECONDS = 3.0
OUTAGE_SECONDS = 3.0


@dataclass(frozen=True)
class Kind:
    """`excuses`: answers of 5xx, broken connections and error lines may follow from it. The others
    must not be noticed by anybody but for the time that things take."""

    name: str
    deadly: bool = False
    excuses: bool = False


KINDS = {
    "embedded": [
        Kind("kill -9", deadly=True, excuses=True),
        Kind("frozen"),
        Kind("slow clients"),
    ],
    "cluster": [
        Kind("kill -9", deadly=True, excuses=True),
        Kind("frozen", excuses=True),
        Kind("mongodb slow", excuses=True),
        Kind("mongodb stalled", excuses=True),
        Kind("mongodb cut", excuses=True),
        Kind("redis stalled", excuses=True),
        Kind("redis cut", excuses=True),
        Kind("redis emptied"),
        Kind("rabbitmq stalled", excuses=True),
        Kind("rabbitmq cut", excuses=True),
    ],
}  # fmt: skip


@dataclass
class Window:
    """A fault as it happened, in seconds of the run; `end` counts the grace."""

    kind: str
    begin: float
    end: float
    excuses: bool


def warm_up_seconds(seconds: float) -> float:
    """What is not judged yet, after the start and after each restart."""
    return min(WARM_UP_SECONDS_MAX, seconds / 10)


def schedule(engine: str, seconds: float, chance: random.Random) -> list[tuple[float, Kind]]:
    """Each kind in turn, in an order of chance: (when, what). The last tenth is left in peace."""
    lowest, highest = PAUSE_SECONDS[engine]
    planned: list[tuple[float, Kind]] = []
    waiting: list[Kind] = []
    moment = min(5.0, seconds / 10)
    while moment < seconds * 0.9:
        deaths = moment < seconds * DEATHS_UNTIL
        if not waiting:
            waiting = [kind for kind in KINDS[engine] if deaths or not kind.deadly]
            chance.shuffle(waiting)
        kind = waiting.pop()
        if deaths or not kind.deadly:
            planned.append((moment, kind))
            moment += chance.uniform(lowest, highest)
    return planned
