"""What all threads note. Times are seconds of the run."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from soak.plan import Window


@dataclass
class Answered:
    kind: str  # hold, confirm, …
    begin: float
    end: float
    status: int  # 0: the connection broke


@dataclass
class Sample:
    """Quantities at one moment. `lives` counts the starts of the process."""

    at: float
    server: str
    lives: int
    requests: int
    values: dict[str, float]


@dataclass
class Book:
    began: float = field(default_factory=time.monotonic)
    wall_began: float = field(default_factory=time.time)
    timed: list[Answered] = field(default_factory=list)  # holds and confirms: for the latencies
    failed: list[Answered] = field(default_factory=list)  # 5xx, and connections that broke
    counts: Counter[str] = field(default_factory=Counter)  # answers, by kind
    samples: list[Sample] = field(default_factory=list)
    windows: list[Window] = field(default_factory=list)
    problems: list[tuple[float, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> float:
        return time.monotonic() - self.began

    def answered(self, kind: str, begin: float, status: int) -> None:
        note = Answered(kind, begin, self.now(), status)
        with self.lock:
            self.counts[kind] += 1
            if kind in ("hold", "confirm") and 0 < status < 500:
                self.timed.append(note)
            if status == 0 or status >= 500:
                self.failed.append(note)

    def problem(self, text: str) -> None:
        """Something that no fault excuses."""
        with self.lock:
            self.problems.append((self.now(), text))

    def requests(self) -> int:
        with self.lock:
            return self.counts.total()

    def begin_fault(self, kind: str, excuses: bool) -> Window:
        window = Window(kind, self.now(), float("inf"), excuses)
        with self.lock:
            self.windows.append(window)
        return window

    def excused(self, begin: float, end: float) -> bool:
        return any(w.excuses and begin <= w.end and end >= w.begin for w in self.windows)

    def calm(self, begin: float, end: float) -> bool:
        return not any(begin <= w.end and end >= w.begin for w in self.windows)

    def latencies(self, kind: str, begin: float, end: float, calm: bool = False) -> list[float]:
        """Sorted seconds of what ended within that time."""
        with self.lock:
            notes = self.timed[:]
        return sorted(
            note.end - note.begin
            for note in notes
            if note.kind == kind and begin <= note.end < end
            and (not calm or self.calm(note.begin, note.end))
        )  # fmt: skip


def quantile(ordered: list[float], share: float) -> float | None:
    """None when there are too few to speak of it."""
    if not ordered or len(ordered) < 1 / (1 - share) / 5:
        return None
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
