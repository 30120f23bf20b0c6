"""What is wrong with a run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from soak.book import Book, quantile
from soak.house import House
from soak.plan import warm_up_seconds
from soak.trend import Trend, find_trend, surely_seen

LATENCY_STEP_SECONDS = 5.0
# What the page caches of the embedded engine may hold, in MiB: one writer, two readers.
WRITER_CACHE, READER_CACHE, READERS = 64, 8, 2


@dataclass(frozen=True)
class Quantity:
    """`allowance` is by how much it may rise within a run before that is a trend."""

    name: str
    unit: str
    allowance: float | None  # None: shown, not judged
    per_request: bool = False  # its x is thousands of requests; otherwise hours


QUANTITIES = [
    Quantity("memory", "MiB", 8, per_request=True),
    Quantity("descriptors", "", 16, per_request=True),
    Quantity("threads", "", 4, per_request=True),
    Quantity("log before checkpoint", "MiB", 48),
    Quantity("write queue", "commands", 64),
    Quantity("outboxes", "bookings", 200),
    Quantity("queue", "messages", 200),
    Quantity("hold p50", "ms", 25),
    Quantity("confirm p50", "ms", 25),
    Quantity("hold p99", "ms", 500),
    Quantity("confirm p99", "ms", 500),
    Quantity("data", "MiB", None),
    Quantity("connections", "", None),
    Quantity("viewers", "", None),
]


@dataclass(frozen=True)
class Point:
    at: float
    x: float  # thousands of requests, or hours
    y: float
    judged: bool


@dataclass(frozen=True)
class Series:
    quantity: Quantity
    server: str
    points: list[Point]
    trend: Trend | None

    @property
    def least_seen(self) -> str:
        if self.trend is None or self.quantity.allowance is None:
            return "not judged"
        least = surely_seen(self.trend.span, self.quantity.allowance)
        if self.quantity.name == "memory":
            return f"{least * 1024:.0f} KiB per 1,000 requests"
        per = "1,000 requests" if self.quantity.per_request else "hour"
        return f"{least:.3g} {self.quantity.unit} per {per}".replace("  ", " ")


def expected_cache(data: float) -> float:
    """How much of a database of so many MiB its page caches may hold: growth that is no leak."""
    return min(WRITER_CACHE, data) + READERS * min(READER_CACHE, data)


def make(quantity: Quantity, server: str, points: list[Point]) -> Series:
    judged = [point for point in points if point.judged]
    allowance = quantity.allowance
    trend = None
    if allowance is not None and judged:
        trend = find_trend([p.x for p in judged], [p.y for p in judged], allowance)
    return Series(quantity, server, points, trend)


def all_series(book: Book, seconds: float) -> list[Series]:
    found = []
    for server in sorted({sample.server for sample in book.samples}):
        samples = [sample for sample in book.samples if sample.server == server]
        last = max(sample.lives for sample in samples)
        settled = min(s.at for s in samples if s.lives == last) + warm_up_seconds(seconds)
        for quantity in QUANTITIES:
            points = []
            for s in (s for s in samples if quantity.name in s.values):
                y = s.values[quantity.name]
                if quantity.name == "memory":
                    y -= expected_cache(s.values.get("data", 0))
                x = s.requests / 1000 if quantity.per_request else s.at / 3600
                points.append(Point(s.at, x, y, s.lives == last and s.at >= settled))
            if points:
                found.append(make(quantity, server, points))
    return found + latency_series(book, seconds)


def latency_series(book: Book, seconds: float) -> list[Series]:
    """Only what no fault touched; the rest is in the plot of all."""
    found = []
    end = max((note.end for note in book.timed), default=0.0)
    for kind in ("hold", "confirm"):
        for name, share in (("p50", 0.5), ("p99", 0.99)):
            quantity = next(q for q in QUANTITIES if q.name == f"{kind} {name}")
            points, begin = [], 0.0
            while begin < end:
                calm = book.latencies(kind, begin, begin + LATENCY_STEP_SECONDS, calm=True)
                every = book.latencies(kind, begin, begin + LATENCY_STEP_SECONDS)
                for ordered, judged in ((calm, True), (every, False)):
                    value = quantile(ordered, share)
                    if value is not None:
                        judged = judged and begin > warm_up_seconds(seconds)
                        points.append(Point(begin, begin / 3600, value * 1000, judged))
                        break
                begin += LATENCY_STEP_SECONDS
            found.append(make(quantity, "clients", points))
    return found


def check_growth(series: list[Series]) -> list[str]:
    return [
        f"{s.server}: {s.quantity.name} grows by {s.trend.rise:.1f} {s.quantity.unit} in the run "
        f"({s.trend.half_rises[1]:.1f} in its second half), more than {s.quantity.allowance}"
        for s in series
        if s.trend is not None and s.trend.grows
    ]


def check_answers(book: Book) -> list[str]:
    return [
        f"at {note.begin:.1f} s: {note.kind}: {note.status or 'the connection broke'}, "
        "while nothing was wrong"
        for note in book.failed
        if not book.excused(note.begin, note.end)
    ]


def check_logs(book: Book, house: House) -> list[str]:
    found = []
    for name, server in zip(house.names(), house.servers, strict=True):
        for line in server.log_lines():
            if line.get("level") not in ("error", "critical", "fatal"):
                continue
            at = datetime.fromisoformat(line["time"]).timestamp() - book.wall_began
            if not book.excused(at, at):
                found.append(f"at {at:.1f} s: {name} logged {line}")
    return found
