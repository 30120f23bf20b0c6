"""One change to thousands of viewers: against a bare loop that writes the same bytes."""

from statistics import median

from .context import Context
from .results import Row, Spread

VIEWERS = 5000
RATIO_MAX = 1.5


def measure_broadcast(context: Context) -> list[Row]:
    bench = "broadcast"
    changes = 15 if context.quick else 40
    rounds = context.rounds(5)
    folder = context.folder_with_showtimes(bench, 1)
    with context.servers.running(folder) as server:
        tokens = context.tokens(server.client, 1)
        showtimes, seats, _ = context.showtimes_and_seats(server.client)
        showtime = showtimes.read_text().strip()
        first_seat = seats.read_text().split()[0]
        greeting, answer, message = server.client.watch_one_change(showtime, first_seat)
        port = context.servers.free_port()
        with context.drivers.limit("limit_broadcast", listen=f"127.0.0.1:{port}",
                                   greeting=context.write("greeting", greeting),
                                   answer=context.write("answer", answer),
                                   message=context.write("message", message)) as limit_pid:

            def watch(target: str, pid: int, first: int) -> dict:
                return context.drivers.run("viewers", target=target, pid=pid, first=first,
                                           showtime=showtime, tokens=tokens, seats=seats,
                                           viewers=VIEWERS, changes=changes)

            ours, bare = [], []
            for i in range(rounds):
                ours.append(watch(server.target, server.pid, 1 + i * changes))
                bare.append(watch(f"127.0.0.1:{port}", limit_pid, 1 + i * changes))
                context.say(bench, f"round {i + 1}/{rounds}: server {_middle(ours[-1]):.1f} ms, "
                                   f"limit {_middle(bare[-1]):.1f} ms, "
                                   f"{ours[-1]['resyncs']} resyncs")

    def row(what: str, name: str) -> Row:
        return Row(bench, what, Spread([_middle(o, name) for o in ours], "ms"),
                   Spread([_middle(b, name) for b in bare], "ms"),
                   Spread([_middle(o, name) / _middle(b, name) for o, b in zip(ours, bare)], ""))

    judged = row(f"{VIEWERS:,} viewers: HTTP answer → last viewer", "answer_to_last_ms")
    judged.required = f"≤ {RATIO_MAX}"
    judged.passed = judged.ratio.middle <= RATIO_MAX
    return [
        judged,
        row(f"{VIEWERS:,} viewers: request sent → last viewer", "sent_to_last_ms"),
        Row(bench, f"{VIEWERS:,} viewers: CPU per change",
            Spread([o["cpu_us_per_change"] / 1000 for o in ours], "ms"),
            Spread([b["cpu_us_per_change"] / 1000 for b in bare], "ms"),
            Spread([o["cpu_us_per_change"] / b["cpu_us_per_change"]
                    for o, b in zip(ours, bare)], "")),
        Row(bench, "resyncs of viewers that fell behind",
            Spread([float(o["resyncs"]) for o in ours], "")),
    ]


def _middle(result: dict, name: str = "answer_to_last_ms") -> float:
    return median(result[name])
