"""Does a hold get slower when there is more of everything? And how long does a start take?"""

from contextlib import ExitStack
from pathlib import Path
from statistics import median

from .bulk_bookings import SEATS_PER_BOOKING, insert_bookings
from .context import Context
from .results import Row, Spread

CONNECTIONS = 16
HOLDS_PER_SECOND = 250  # low: a queue would hide what one hold costs
# What "flat" means: noise of this size appears between two equal servers too.
RATIO_MAX = 1.25
START_MS_MAX = 300
START_BOOKINGS = 100_000
START_SHOWTIMES = 1000


def measure_growth_showtimes(context: Context) -> list[Row]:
    bench = "growth"
    few, many = 10, 10_000
    return _compare(
        context, bench, "showtimes", few, many,
        lambda name, count: context.folder_with_showtimes(name, count), seats_from=0)


def measure_growth_bookings(context: Context) -> list[Row]:
    bench = "growth"
    few, many = 1000, 100_000 if context.quick else 1_000_000
    showtimes = many // 250  # their bookings take 500 of 600 seats, the rest is free to hold

    def prepare(name: str, count: int) -> Path:
        folder = context.folder_with_showtimes(name, showtimes)
        context.say(bench, f"writing {count:,} bookings into the file")
        insert_bookings(folder / "cinema.db", count)
        return folder

    return _compare(context, bench, "bookings", few, many, prepare,
                    seats_from=250 * SEATS_PER_BOOKING)


def _compare(context: Context, bench: str, what: str, few: int, many: int, prepare,
             seats_from: int) -> list[Row]:
    """Holds seats in turn on a server with `few` and on one with `many`, both running."""
    with ExitStack() as stack:
        loads = []
        for name, count in (("few", few), ("many", many)):
            folder = prepare(f"{bench}-{name}", count)
            server = stack.enter_context(context.servers.running(folder))
            loads.append(_hold_load(context, server, seats_from))
        small, large = [], []
        rounds = context.rounds(5)
        for i in range(rounds):
            small.append(loads[0]())
            large.append(loads[1]())
            context.say(bench, f"{what}, round {i + 1}/{rounds}: hold p50 "
                               f"{small[-1]['hold_us']['p50']:.0f} µs with {few:,}, "
                               f"{large[-1]['hold_us']['p50']:.0f} µs with {many:,}")

    def row(text: str, value_of, unit: str) -> Row:
        return Row(bench, f"{text}: {many:,} {what} against {few:,}",
                   Spread([value_of(r) for r in large], unit),
                   Spread([value_of(r) for r in small], unit),
                   Spread([value_of(b) / value_of(a) for a, b in zip(small, large)], ""))

    judged = row("hold p50", lambda r: r["hold_us"]["p50"], "µs")
    judged.required = f"flat: ≤ {RATIO_MAX}"
    judged.passed = judged.ratio.middle <= RATIO_MAX
    return [judged, row("hold p99", lambda r: r["hold_us"]["p99"], "µs"),
            row("CPU per hold", lambda r: r["cpu_us"], "µs")]


def _hold_load(context: Context, server, seats_from: int):
    tokens = context.tokens(server.client, CONNECTIONS)
    showtimes, seats, _ = context.showtimes_and_seats(server.client, seats_from)
    next_hold = 0

    def load() -> dict:
        nonlocal next_hold
        result = context.drivers.run(
            "load_booking", target=server.target, pid=server.pid, tokens=tokens, steps=1,
            showtimes=showtimes, seats=seats, seats_per_booking=1, first=next_hold,
            connections=CONNECTIONS, rate=HOLDS_PER_SECOND, warmup=0.5,
            seconds=context.seconds(4, 2))
        next_hold = result["next"]
        return result

    return load


def measure_start(context: Context) -> list[Row]:
    bench = "start"
    folder = context.folder_with_showtimes(bench, START_SHOWTIMES)
    context.say(bench, f"writing {START_BOOKINGS:,} bookings into the file")
    insert_bookings(folder / "cinema.db", START_BOOKINGS)
    times = []
    rounds = context.rounds(9, 3)
    for i in range(rounds):
        server, seconds = context.servers.start(folder)
        context.servers.stop(server)
        times.append(seconds * 1000)
        context.say(bench, f"round {i + 1}/{rounds}: ready after {times[-1]:.0f} ms")
    return [Row(bench, f"start → ready, {START_BOOKINGS:,} bookings in the file",
                Spread(times, "ms"), required=f"≤ {START_MS_MAX} ms",
                passed=median(times) <= START_MS_MAX)]
