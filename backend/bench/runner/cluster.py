"""lock → pay → confirm on the cluster engine, with MongoDB, Redis and RabbitMQ on this machine, too."""

import os
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from .booking import CONNECTIONS
from .context import Context
from .drivers import CannotMeasure
from .results import Row, Spread

sys.path.append(str(Path(__file__).resolve().parents[3] / "tools"))
import stack  # noqa: E402  (tools/ is no package)

CPU_US_MAX = 350
SHOWTIMES = 500


def measure_cluster(context: Context) -> list[Row]:
    bench = "cluster"
    ours = []
    with _load(context, bench) as load:
        rounds = context.rounds(7)
        for i in range(rounds):
            ours.append(load(seconds=context.seconds(4, 2)))
            context.say(bench, f"round {i + 1}/{rounds}: {ours[-1]['per_second']:,.0f} bookings/s, "
                               f"{ours[-1]['cpu_us']:.0f} µs CPU each")

    cpu = Spread([o["cpu_us"] for o in ours], "µs")
    return [
        # What MongoDB, or what stands in for it, takes of the machine decides this one.
        Row(bench, "lock, pay, confirm: bookings a second",
            Spread([o["per_second"] for o in ours], "/s")),
        Row(bench, "server CPU per booking", cpu, required=f"≤ {CPU_US_MAX} µs",
            passed=cpu.middle <= CPU_US_MAX),
        *[Row(bench, f"{step} at {CONNECTIONS} connections: p99",
              Spread([o[f"{step}_us"]["p99"] / 1000 for o in ours], "ms"))
          for step in ("hold", "pay", "confirm")],
    ]


@contextmanager
def _load(context: Context, bench: str):
    """A function that books seats on one server, each seat once."""
    with _backing(context) as settings:
        folder = context.folder_with_showtimes(bench, SHOWTIMES, settings)
        with context.servers.running(folder, settings=settings) as server:
            tokens = context.tokens(server.client, CONNECTIONS)
            showtimes, seats, _ = context.showtimes_and_seats(server.client)
            next_booking = 0

            def load(seconds: float) -> dict:
                nonlocal next_booking
                result = context.drivers.run(
                    "load_booking", target=server.target, pid=server.pid, tokens=tokens,
                    showtimes=showtimes, seats=seats, first=next_booking, connections=CONNECTIONS,
                    seconds=seconds, warmup=1)
                next_booking = result["next"]
                return result

            yield load


@contextmanager
def _backing(context: Context):
    """The settings of a server of a cluster that has nothing yet."""
    if os.environ.get("MONGO_URI"):
        raise CannotMeasure("MONGO_URI is set, and this bench fills its database: unset it")
    with tempfile.TemporaryDirectory(dir=context.work_dir, prefix="stack-") as folder:
        services = stack.Stack(Path(folder))
        with services.closing:
            try:
                found = services.start()
            except stack.Failed as problem:
                raise CannotMeasure(str(problem)) from None
            yield {"MONGO_URI": found["TEST_MONGO_URI"] + "/bench",
                   "REDIS_ADDR": found["TEST_REDIS_ADDR"],
                   "RABBITMQ_URL": found["TEST_RABBITMQ_URL"],
                   "JWT_SECRET": "a-key-for-the-bench-that-is-long-enough"}
