"""lock → pay → confirm: how many a second, at what CPU, and how long a hold waits."""

import re
from contextlib import contextmanager

from .context import Context
from .drivers import CannotMeasure
from .results import Row, Spread
from .server import Server

CONNECTIONS = 64
# The limit is stated for a disk that syncs 4,000 times a second. A slower disk lowers it in
# proportion; a faster one does not raise it, because then the CPU is what runs out.
BOOKINGS_PER_SECOND_MIN = 8000
SYNCS_PER_SECOND_STATED = 4000
CPU_US_MAX = 120
HOLD_P99_MS_MAX = 25
SHOWTIMES = 2000


def syncs_per_second(context: Context, seconds: float = 1) -> float:
    syncs = _bare_syncs(context, seconds)["syncs_per_second"]
    if syncs > 200_000:
        raise CannotMeasure(f"{context.work_dir} is not on a disk: a sync there costs nothing")
    return syncs


def _bare_syncs(context: Context, seconds: float) -> dict:
    result = context.drivers.run("limit_fsync", folder=context.work_dir, seconds=seconds, records=1)
    return result["batches"][0]


def required_per_second(syncs: float) -> float:
    return BOOKINGS_PER_SECOND_MIN * min(1.0, syncs / SYNCS_PER_SECOND_STATED)


def measure_booking(context: Context) -> list[Row]:
    bench = "booking"
    ours, syncs = [], []
    with _booking_load(context, bench) as (server, load):
        rounds = context.rounds(7)
        for i in range(rounds):
            ours.append(load(seconds=context.seconds(4, 1.5)))
            syncs.append(syncs_per_second(context))
            context.say(bench, f"round {i + 1}/{rounds}: {ours[-1]['per_second']:,.0f} bookings/s, "
                               f"{ours[-1]['cpu_us']:.0f} µs CPU each; {syncs[-1]:,.0f} syncs/s")

    rate = Spread([o["per_second"] for o in ours], "/s")
    bare = Spread(syncs, "syncs/s")
    cpu = Spread([o["cpu_us"] for o in ours], "µs")
    # The best round tells what the disk can do; a disturbed one must not lower the demand.
    required = required_per_second(max(syncs))
    return [
        Row(bench, "lock, pay, confirm: bookings a second", rate, bare,
            Spread([o / s for o, s in zip(rate.values, syncs)], ""),
            f"≥ {required:,.0f}/s on this disk", rate.middle >= required),
        Row(bench, "server CPU per booking", cpu, required=f"≤ {CPU_US_MAX} µs",
            passed=cpu.middle <= CPU_US_MAX),
        Row(bench, "hold, pay, confirm under full load: p99",
            Spread([max(o[step]["p99"] for step in ("hold_us", "pay_us", "confirm_us")) / 1000
                    for o in ours], "ms")),
    ]


def measure_hold_latency(context: Context) -> list[Row]:
    bench = "hold-latency"
    ours, syncs = [], []
    with _booking_load(context, bench) as (server, load):
        rate = required_per_second(max(syncs_per_second(context) for _ in range(3))) / 2
        checkpoints_before = checkpoints(server)
        rounds = context.rounds(4)
        for i in range(rounds):
            ours.append(load(seconds=context.seconds(20, 4), rate=rate))
            syncs.append(_bare_syncs(context, 1)["latency_us"])
            hold = ours[-1]["hold_us"]
            context.say(bench, f"round {i + 1}/{rounds}: at {ours[-1]['per_second']:,.0f}/s p50 "
                               f"{hold['p50'] / 1000:.2f}, p99 {hold['p99'] / 1000:.2f}, p99.9 "
                               f"{hold['p999'] / 1000:.2f} ms")
        made = checkpoints(server) - checkpoints_before

    if made == 0:
        raise CannotMeasure("no checkpoint happened: measure longer")

    def spread(percentile: str, of: list[dict]) -> Spread:
        return Spread([values[percentile] / 1000 for values in of], "ms")

    holds = [o["hold_us"] for o in ours]
    p99 = spread("p99", holds)
    reached = min(o["per_second"] for o in ours)
    what = f"hold at {rate:,.0f} bookings/s"
    return [
        Row(bench, f"{what}: p50", spread("p50", holds), spread("p50", syncs)),
        Row(bench, f"{what}: p99, {made:.0f} checkpoints within", p99, spread("p99", syncs),
            required=f"≤ {HOLD_P99_MS_MAX} ms, rate kept",
            passed=p99.middle <= HOLD_P99_MS_MAX and reached >= 0.98 * rate),
        Row(bench, f"{what}: p99.9", spread("p999", holds), spread("p999", syncs)),
        Row(bench, f"{what}: longest", spread("max", holds), spread("max", syncs)),
    ]


def checkpoints(server: Server) -> float:
    """How many checkpoints the server says that it has made."""
    _, _, text = server.client.request("GET", "/metrics")
    found = re.search(rb"^cinema_checkpoint_seconds_count(?:\{[^}]*\})? (\S+)", text, re.MULTILINE)
    if not found:
        raise CannotMeasure("/metrics tells of no checkpoints")
    return float(found.group(1))


@contextmanager
def _booking_load(context: Context, bench: str):
    """A server with many free seats, and a function that books them, each seat once."""
    folder = context.folder_with_showtimes(bench, SHOWTIMES)
    with context.servers.running(folder) as server:
        tokens = context.tokens(server.client, CONNECTIONS)
        showtimes, seats, _ = context.showtimes_and_seats(server.client)
        next_booking = 0

        def load(seconds: float, rate: float | None = None) -> dict:
            nonlocal next_booking
            result = context.drivers.run(
                "load_booking", target=server.target, pid=server.pid, tokens=tokens,
                showtimes=showtimes, seats=seats, first=next_booking, connections=CONNECTIONS,
                seconds=seconds, rate=rate, warmup=0.5)
            next_booking = result["next"]
            return result

        yield server, load
