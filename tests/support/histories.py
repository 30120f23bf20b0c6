"""Recorded histories: real load on real servers, and whether one box office can have said it all.

The recorder and the checker are one Go program (tests/histories), which `./dev test histories` builds.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from support.catalogue import rfc3339
from support.client import Client
from support.server import REPOSITORY

BINARY = REPOSITORY / "build/histories/histories"
REPORTS = REPOSITORY / "build/reports"
SEATS = [f"A{number}" for number in range(1, 7)]
USERS = 48
CHECK_SECONDS_MAX = 120
SETTLE_SECONDS_MAX = 60


def many_small_showtimes(count: int) -> dict:
    """Rooms of six seats, so that people meet; many, so that no showtime's history gets long."""
    rooms = [f"room-{number}" for number in range(20)]
    begin = datetime.now(UTC) + timedelta(days=2)
    return {
        "format": "cinema-catalogue/1",
        "currency": "EUR",
        "movies": [
            {
                "key": "the-queue",
                "title": "The Queue",
                "durationMin": 60,
                "rating": "PG",
                "genres": ["Comedy"],
                "synopsis": "Everybody waits, nobody knows for what.",
                "releaseDate": "2021-05-06",
            }
        ],
        "auditoriums": [
            {"key": room, "name": room, "rows": [{"label": "A", "plan": "s" * len(SEATS)}]}
            for room in rooms
        ],
        "showtimes": [
            {
                "movie": "the-queue",
                "auditorium": rooms[number % len(rooms)],
                "startTime": rfc3339(begin + timedelta(hours=2 * (number // len(rooms)))),
                "prices": {"standard": 900},
            }
            for number in range(count)
        ],
    }


def users(url: str) -> list[dict]:
    found = [Client(url, f"h{number}@example.org", checked=False) for number in range(USERS)]
    return [{"id": user.id, "token": user.token} for user in found]


class Recorder:
    """People who book until stop(). What is done to the servers meanwhile is told with trouble()."""

    def __init__(self, folder: Path, name: str, plan: dict):
        assert BINARY.exists(), f"{BINARY} is missing: ./dev test histories builds it"
        self.history = folder / f"{name}.jsonl"
        file = folder / f"{name}.plan.json"
        file.write_text(json.dumps(plan))
        self._process = subprocess.Popen(
            [str(BINARY), "record", str(file), str(self.history)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def calls(self) -> int:
        return int(self._tell("count"))

    @contextmanager
    def trouble(self, name: str) -> Iterator[None]:
        """Until everything has recovered."""
        assert self._tell(f"trouble {name}") == "noted"
        yield
        assert self._tell(f"calm {name}") == "noted"

    def wait_for(self, calls: int, seconds_max: float) -> None:
        deadline = time.monotonic() + seconds_max
        while (have := self.calls()) < calls:
            assert time.monotonic() < deadline, f"only {have} of {calls} calls"
            time.sleep(0.2)

    def stop(self) -> int:
        """How many calls were recorded, with the last look at everything."""
        count = int(self._tell("stop"))
        self._process.stdin.close()
        assert self._process.wait(10) == 0, "the recorder failed"
        return count

    def close(self) -> None:
        """After a failure: nobody books any more."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def _tell(self, line: str) -> str:
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()


def check(history: Path) -> subprocess.CompletedProcess[str]:
    """Exit code 0: there is an order that explains every answer. Pictures of showtimes without one
    are put beside the reports."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    return subprocess.run(
        [str(BINARY), "check", str(history), str(REPORTS)],
        capture_output=True,
        text=True,
        timeout=CHECK_SECONDS_MAX,
    )
