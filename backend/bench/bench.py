#!/usr/bin/env python3
"""Measures the server against the limits in docs/performance.md. `./dev bench` builds and runs it.

The server and the bare limit it is compared with take turns, several rounds, so that a busy
machine slows both; the spread over the rounds is shown as noise. Exit code: 0 all limits kept,
1 a limit missed or a bench that could not measure, 2 wrong usage.
"""

import argparse
import sys
import traceback
from pathlib import Path

from runner import booking, broadcast, cluster, growth, machine, memory, reads, web
from runner.context import Context
from runner.drivers import CannotMeasure, Drivers
from runner.results import Results, Row
from runner.server import Servers

ROOT = Path(__file__).resolve().parents[2]
DEMO_CATALOGUE = ROOT / "catalogue" / "demo.json"
# A core that compiles something else delays every wake-up by milliseconds.
OTHER_WORK_MAX = 0.05

BENCHES = {
    "get-movies": reads.measure_movies,
    "get-seats": reads.measure_seats,
    "booking": booking.measure_booking,
    "hold-latency": booking.measure_hold_latency,
    "cluster": cluster.measure_cluster,
    "broadcast": broadcast.measure_broadcast,
    "memory": memory.measure_memory,
    "growth-showtimes": growth.measure_growth_showtimes,
    "growth-bookings": growth.measure_growth_bookings,
    "start": growth.measure_start,
    "seat-events": web.measure_seat_events,
    "pages": web.measure_pages,
}


def benches_called(name: str) -> list[str]:
    """The bench of that name, or all of that family ("growth")."""
    return [bench for bench in BENCHES if bench == name or bench.startswith(name + "-")]


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("names", nargs="*", metavar="NAME",
                        help=f"which benches (default all): {', '.join(BENCHES)}")
    parser.add_argument("--quick", action="store_true",
                        help="fewer and shorter rounds: to try a change, not to state a number")
    parser.add_argument("--record", action="store_true",
                        help="write the results into docs/performance.md")
    parser.add_argument("--build-dir", type=Path, default=ROOT / "build" / "release",
                        help="where the server and the drivers are built")
    parser.add_argument("--work-dir", type=Path, default=ROOT / "build" / "bench",
                        help="for data folders: on the disk that is to be measured")
    parser.add_argument("--keep", action="store_true",
                        help="leave the data folders, some of them a gigabyte, for a closer look")
    parser.add_argument("--ports", default="22000-22999", help="range to take ports from")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE",
                        help="a setting for the server; may be repeated")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.names if not benches_called(name)]
    if unknown:
        parser.error(f"no such bench: {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    if any("=" not in setting for setting in arguments.set):
        parser.error("--set takes NAME=VALUE")
    return arguments


def main() -> int:
    arguments = parse_arguments()
    binary = arguments.build_dir / "cinema"
    if not binary.is_file():
        print(f"{binary} is missing: run ./dev build", file=sys.stderr)
        return 2
    work_dir = arguments.work_dir.resolve()
    work_dir.mkdir(parents=True, exist_ok=True)
    first, last = map(int, arguments.ports.split("-"))
    servers = Servers(binary.resolve(), work_dir, range(first, last + 1), DEMO_CATALOGUE,
                      dict(setting.split("=", 1) for setting in arguments.set))
    context = Context(Drivers(arguments.build_dir), servers, work_dir, arguments.quick)

    facts = machine.describe(work_dir) + [
        f"bare write + fdatasync loop: {booking.syncs_per_second(context):,.0f} a second",
    ] + [f"setting: {setting}" for setting in arguments.set]
    print("\n".join(facts), file=sys.stderr)

    results = Results(facts, arguments.quick)
    chosen = [bench for name in arguments.names for bench in benches_called(name)]
    for name in chosen or BENCHES:
        print(name, file=sys.stderr)
        other_work = machine.OtherWork()
        results.rows += run_bench(name, context)
        if not arguments.keep:
            servers.remove_folders()
        if other_work.share() > OTHER_WORK_MAX:
            results.notes.append(f"{name}: other work took {other_work.share():.0%} of the machine "
                                 f"meanwhile, so these numbers say little")
    print()
    print(results.table())
    if arguments.record:
        results.record(ROOT / "docs" / "performance.md")
    return 1 if results.failed() else 0


def run_bench(name: str, context: Context) -> list[Row]:
    """A bench that breaks fails by itself; the others still run."""
    try:
        return BENCHES[name](context)
    except CannotMeasure as problem:
        return [Row(name, "not measured", error=str(problem))]
    except Exception as problem:
        traceback.print_exc()
        return [Row(name, "not measured", error=f"{type(problem).__name__}: {problem}")]


if __name__ == "__main__":
    sys.exit(main())
