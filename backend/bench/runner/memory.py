"""Memory: of the idle server, and of each viewer that only watches."""

import time

from .context import Context
from .results import Row, Spread

RSS_MIB_MAX = 30
VIEWERS = 5000
HEAP_KIB_PER_VIEWER_MAX = 8


def measure_memory(context: Context) -> list[Row]:
    bench = "memory"
    idle, heap, rss = [], [], []
    rounds = context.rounds(3, 1)
    for i in range(rounds):
        # A new process each time: what a process has once freed can hide what the next needs.
        folder = context.servers.fresh_folder(bench)
        with context.servers.running(folder, seed=True) as server:
            time.sleep(2)
            idle.append(server.rss_kib() / 1024)
            shows = list(server.client.all_pages("/api/showtimes?limit=500"))
            largest = max(shows, key=lambda show: show["seatsTotal"])
            result = context.drivers.run(
                "viewers", target=server.target, pid=server.pid, showtime=largest["id"],
                tokens=context.tokens(server.client, 1), seats=context.write("seats", "A1"),
                viewers=VIEWERS, changes=0, settle_ms=2000)
            heap.append(result["heap_bytes_per_viewer"] / 1024)
            rss.append(result["rss_kib_after"] / 1024)
        context.say(bench, f"round {i + 1}/{rounds}: {idle[-1]:.1f} MiB idle, "
                           f"{heap[-1]:.2f} KiB per viewer")
    idle_mib, heap_kib = Spread(idle, "MiB"), Spread(heap, "KiB")
    return [
        Row(bench, "resident, idle, demo data", idle_mib, required=f"≤ {RSS_MIB_MAX} MiB",
            passed=idle_mib.middle <= RSS_MIB_MAX),
        Row(bench, "heap per idle viewer", heap_kib, required=f"≤ {HEAP_KIB_PER_VIEWER_MAX} KiB",
            passed=heap_kib.middle <= HEAP_KIB_PER_VIEWER_MAX),
        Row(bench, f"resident with {VIEWERS:,} viewers", Spread(rss, "MiB")),
    ]
