"""One run from the first start to the verdict."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from soak import judge, report
from soak.book import Book, quantile
from soak.faults import Trouble
from soak.house import LOCK_TTL_SECONDS, House
from soak.visitors import Crowd
from soak.watch import Watch
from support.backing import Backing, problem_with_environment

PROGRESS_SECONDS = 5
# Every hold is over, workers have had their turns, and dependencies were found again.
SETTLE_SECONDS = LOCK_TTL_SECONDS + 60
COMPLAINTS_MAX = 20


def run(engine: str, seconds: float, rate: float, seed: int) -> int:
    os.environ["NO_PROXY"] = "*"  # whatever proxy this machine uses, the server is not behind it
    if problem := problem_with_environment():
        print(problem, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="cinema-soak-", ignore_cleanup_errors=True) as folder:
        house = House(Path(folder))
        try:
            house.start()
            book, complaints = soak(house, engine, seconds, rate, seed)
        finally:
            ended = house.close()
            Backing.close_all()
        complaints += ended + judge.check_logs(book, house)
    series = judge.all_series(book, seconds)
    complaints += judge.check_growth(series)
    file = report.write(engine, seconds, book, series, complaints)
    return tell(book, series, complaints, file)


def soak(house: House, engine: str, seconds: float, rate: float, seed: int) -> tuple[Book, list[str]]:
    crowd_of = Crowd(house, book := Book(), rate)
    crowd = crowd_of.start()
    watch, trouble = Watch(house, book), Trouble(house, book, engine, seconds, seed)
    watch.start()
    trouble.start()
    try:
        progress(house, book, seconds)
    finally:
        trouble.enough.set()
        trouble.join(30)
        journal = crowd.stop()
        watch.enough.set()
        watch.join(10)
    complaints = [f"at {at:.1f} s: {text}" for at, text in book.problems] + judge.check_answers(book)
    try:
        journal.check(house.check(SETTLE_SECONDS), holds_run_out=True)
    except AssertionError as failure:
        complaints.append(f"the books do not agree: {failure}")
    if not journal.bookings:
        complaints.append("nobody booked anything")
    return book, complaints


def progress(house: House, book: Book, seconds: float) -> None:
    on_terminal = sys.stderr.isatty()
    while (now := book.now()) < seconds:
        time.sleep(min(PROGRESS_SECONDS, seconds - now))
        now = book.now()
        holds = book.latencies("hold", now - 30, now)
        middle, slow = quantile(holds, 0.5), quantile(holds, 0.99)
        memory = [s.values["memory"] for s in book.samples[-4:] if "memory" in s.values]
        fault = next((w.kind for w in book.windows if w.begin <= now <= w.end), "")
        line = (
            f"{now:5.0f}/{seconds:.0f} s  {book.requests():7,} requests  {book.counts['hold']:6,} holds"
            f"  p50 {(middle or 0) * 1000:5.1f} ms  p99 {(slow or 0) * 1000:6.1f} ms"
            f"  {max(memory, default=0):5.1f} MiB  {len(book.windows):3} faults  {fault:18}"
        )
        print(line, end="\r" if on_terminal else "\n", file=sys.stderr, flush=True)
    if on_terminal:
        print(file=sys.stderr)


def tell(book: Book, series: list[judge.Series], complaints: list[str], file: Path) -> int:
    print(f"{book.requests():,} requests, {book.counts['hold']:,} holds, {len(book.windows)} faults")
    for one in series:
        if one.trend is not None:
            rise = f"{one.trend.rise:+.2f} {one.quantity.unit}".strip()
            print(f"  {one.server:9} {one.quantity.name:22} {rise:>16}  (finds {one.least_seen})")
    print(f"report: {file}")
    for complaint in complaints[:COMPLAINTS_MAX]:
        print(f"WRONG: {complaint}")
    if len(complaints) > COMPLAINTS_MAX:
        print(f"… and {len(complaints) - COMPLAINTS_MAX} more")
    print("failed" if complaints else "passed")
    return 1 if complaints else 0
