"""GET movies and GET seats: CPU per request against a responder that sends the same bytes."""

from .context import Context
from .machine import cores
from .results import Row, Spread

CONNECTIONS = 64
EFFICIENCY_MIN = 0.75


def measure_movies(context: Context) -> list[Row]:
    return _measure(context, "get-movies", "GET movies", lambda client: "/api/movies")


def measure_seats(context: Context) -> list[Row]:
    return _measure(context, "get-seats", "GET seats", _path_of_largest_room)


def _path_of_largest_room(client) -> str:
    largest = max(client.all_pages("/api/showtimes?limit=500"), key=lambda s: s["seatsTotal"])
    return f"/api/showtimes/{largest['id']}/seats"


def _measure(context: Context, bench: str, what: str, path_of) -> list[Row]:
    seconds = context.seconds(4, 1)
    folder = context.servers.fresh_folder(bench)
    with context.servers.running(folder, seed=True) as server:
        request_bytes = server.client.get_request_bytes(path_of(server.client))
        answer = server.client.exchange_bytes(request_bytes)
        request = context.write("request", request_bytes)
        response = context.write("response", answer)
        port = context.servers.free_port()
        with context.drivers.limit("limit_responder", listen=f"127.0.0.1:{port}",
                                   response=response, threads=cores()) as limit_pid:

            def load(target: str, pid: int) -> dict:
                return context.drivers.run("load_http", target=target, request=request, pid=pid,
                                           connections=CONNECTIONS, seconds=seconds, warmup=0.5)

            ours, bare = [], []
            rounds = context.rounds(7)
            for i in range(rounds):
                ours.append(load(server.target, server.pid))
                bare.append(load(f"127.0.0.1:{port}", limit_pid))
                context.say(bench, f"round {i + 1}/{rounds}: server {ours[-1]['cpu_us']:.1f} µs, "
                                   f"limit {bare[-1]['cpu_us']:.1f} µs CPU per request")

    efficiency = Spread([b["cpu_us"] / o["cpu_us"] for o, b in zip(ours, bare)], "")
    size = f"{what}, {len(answer) / 1024:.1f} KiB"
    return [
        Row(bench, f"{size}: CPU per request", Spread([o["cpu_us"] for o in ours], "µs"),
            Spread([b["cpu_us"] for b in bare], "µs"), efficiency,
            f"≥ {EFFICIENCY_MIN} of the limit's efficiency", efficiency.middle >= EFFICIENCY_MIN),
        Row(bench, f"{size}: requests a second",
            Spread([o["per_second"] for o in ours], "/s"),
            Spread([b["per_second"] for b in bare], "/s"),
            Spread([o["per_second"] / b["per_second"] for o, b in zip(ours, bare)], "")),
    ]
