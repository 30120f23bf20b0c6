"""When the machine hurts: docs/operations.md, "What happens when", tried. (./dev soak has the long runs.)"""

from __future__ import annotations

import contextlib
import errno
import re
import resource
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from support import rawhttp
from support.bad_days import SmallDisk, serve_read_only
from support.client import DEMO_ADMIN, DEMO_USER, Client, problem_type
from support.ledger import check_agreement
from support.rawhttp import Answer
from support.server import DEFAULT_SETTINGS, Server, box_office, child_environment
from support.volley import SeatSupply, lock
from support.websocket import Viewer
from support.world import World

DISK_COMPLAINTS = ['"status": 503', '"event": "write_', '"event": "worker_failed"',
                   '"event": "checkpoint_failed"', '"event": "catalogue"']  # fmt: skip
RECOVERY_SECONDS_MAX = 10


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def running() -> Iterator[Callable[[Server], Server]]:
    """Starts servers of the test's own making, and judges them at its end."""
    started: list[Server] = []

    def start(server: Server) -> Server:
        started.append(server)
        return server.start()

    yield start
    for server in started:
        server.end()


def wait_for(wanted: Callable[[], bool], seconds: float, what: str) -> float:
    """How long it took."""
    begin = time.monotonic()
    while not wanted():
        assert time.monotonic() - begin < seconds, f"not within {seconds} s: {what}"
        time.sleep(0.05)
    return time.monotonic() - begin


def metric(text: str, name: str) -> float:
    return float(re.search(rf"^{name}(?:{{[^}}]*}})? (\S+)$", text, re.MULTILINE)[1])


class KeptConnection:
    """One that was there before: what is asked over it needs no new descriptor."""

    def __init__(self, server: Server, token: str | None = None):
        self._socket = rawhttp.connect(server.port, timeout=10)
        self._token = token

    def get(self, path: str) -> Answer:
        self._socket.sendall(rawhttp.request("GET", path, token=self._token))
        return rawhttp.read_answer(self._socket)

    def lock(self, show: str, seats: list[str]) -> Answer:
        self._socket.sendall(lock(self._token, show, seats).encoded())
        return rawhttp.read_answer(self._socket, "POST")

    def metrics(self) -> str:
        return self.get("/metrics").body.decode()

    def close(self) -> None:
        self._socket.close()


# -- the disk --------------------------------------------------------------------------------------


def check_a_disk_in_trouble(server: Server, break_it: Callable, mend_it: Callable) -> None:
    """Sales are refused with 503 and nothing else stops; it recovers by itself, with all it sold."""
    server.tolerated += DISK_COMPLAINTS
    alice = Client(server.url, DEMO_USER)
    admin = Client(server.url, DEMO_ADMIN, checked=False)
    supply = SeatSupply(alice)
    sold = [alice.buy(*supply.take(2)) for _ in range(5)]
    half_sold = alice.hold(*supply.take(2))
    show, seats = supply.take(2)
    viewer = Viewer(server.port, show)
    break_it()
    acknowledged = []
    for _ in range(2000):  # a log that has room already takes some more
        answer = alice.lock(show, seats)
        if answer.status_code == 503:
            break
        assert answer.status_code == 201, answer.text
        acknowledged.append(answer.json()["bookingId"])
        show, seats = supply.take(2)
    assert (answer.status_code, problem_type(answer)) == (503, "unavailable"), answer.text
    assert int(answer.headers["Retry-After"]) >= 1
    assert alice.pay(half_sold).status_code == 503
    assert alice.cancel(half_sold).status_code == 503
    assert requests.get(server.url + "/readyz", timeout=5).status_code == 503
    assert requests.get(server.url + "/livez", timeout=5).status_code == 200
    assert alice.seats(show)[seats[0]]["state"] == "AVAILABLE"
    assert [alice.booking(name)["status"] for name in sold] == ["BOOKED"] * 5
    assert viewer.wait_until(lambda v: v.snapshots), "who watches goes on watching"
    errors = metric(alice.get("/metrics").text, 'cinema_dependency_errors_total{dependency="sqlite"}')
    assert errors >= 1

    mend_it()
    took = wait_for(lambda: alice.lock(show, seats).status_code == 201, RECOVERY_SECONDS_MAX, "a hold")
    assert took < 3, "it did not go on by itself at once"
    assert requests.get(server.url + "/readyz", timeout=5).status_code == 200
    assert viewer.wait_until(lambda v: v.seats[seats[0]][0] == "LOCKED")
    viewer.close()
    assert alice.pay(half_sold).status_code == 200 and alice.confirm(half_sold).status_code == 200
    bookings = {b["id"]: b for b in check_agreement(admin, settle_seconds=15)}
    assert all(bookings[name]["status"] == "BOOKED" for name in [*sold, half_sold])
    assert all(name in bookings for name in acknowledged)


@pytest.mark.embedded_only(reason="the databases of a cluster have disks of their own")
class TestDisk:
    def test_it_is_full(self, folder: Path, running):
        disk = SmallDisk(folder, megabytes=12)
        check_a_disk_in_trouble(running(disk.server), disk.fill, disk.make_room)

    @pytest.mark.parametrize("error", [errno.EROFS, errno.EIO], ids=["read-only", "failing"])
    def test_it_becomes_unwritable(self, folder: Path, running, error: int):
        world = World(folder)
        server = running(Server(folder, **world.settings()))
        check_a_disk_in_trouble(
            server, lambda: world.refuse_writes(error), lambda: world.refuse_writes(0)
        )

    def test_it_is_read_only_at_start(self, folder: Path):
        done = serve_read_only(folder, child_environment(DEFAULT_SETTINGS | box_office(folder)))
        assert done.returncode == 1, done
        last = done.stderr.strip().splitlines()[-1]
        assert str(folder / "data") in last and "read-only" in last.lower(), done.stderr
        assert "DATA_DIR" in last, "it says what to do"


# -- the clock -------------------------------------------------------------------------------------

TTL_SECONDS = 4
HOUR = 3600


class TestClock:
    """TTL 4 s, expiry each second: no hold may live for longer than twice the TTL and two rounds,
    whatever the clock does. (The allowed minute of backward steps is much less than the hour here.)"""

    LONGEST = TTL_SECONDS + 1 + 2  # after a step: one TTL, one round, and a slow machine

    @pytest.fixture
    def world(self, folder: Path) -> World:
        return World(folder)

    @pytest.fixture
    def server(self, folder: Path, running, world: World) -> Server:
        settings = {"LOCK_TTL_SECONDS": str(TTL_SECONDS), "EXPIRY_INTERVAL_SECONDS": "1"}
        return running(Server(folder, **settings, **world.settings()))

    @staticmethod
    def status(client: Client, booking: str) -> tuple[str, str | None]:
        found = client.booking(booking)
        return found["status"], found.get("paymentStatus")

    @pytest.mark.embedded_only(reason="in a cluster the other servers' clocks end the hold")
    def test_it_is_set_back_an_hour(self, server: Server, world: World):
        alice, bob = Client(server.url, DEMO_USER), Client(server.url, "bob@example.org", name="Bob")
        supply = SeatSupply(alice)
        show, seats = supply.take(2)
        unpaid, sold = alice.hold(show, seats), alice.hold(*supply.take(1))
        paid = alice.hold(*supply.take(1))
        assert alice.pay(sold).status_code == alice.pay(paid).status_code == 200
        viewer = Viewer(server.port, show)
        world.set_clock(-HOUR)
        assert bob.get("/api/me").status_code == 401, "a login from the future is none"
        alice, bob = Client(server.url, DEMO_USER), Client(server.url, "bob@example.org")
        assert bob.lock(show, seats).status_code == 409, "a hold is a hold, whatever the clock says"
        assert alice.confirm(sold).status_code == 200, "and can be bought"
        wait_for(lambda: self.status(alice, unpaid)[0] == "EXPIRED", self.LONGEST, "the hold's end")
        wait_for(lambda: self.status(alice, paid)[0] == "EXPIRED", 2, "the paid hold's end")
        assert self.status(alice, paid) == ("EXPIRED", "REFUNDED")
        free = dict.fromkeys(seats, "AVAILABLE")
        assert viewer.wait_until(lambda v: free.items() <= {k: s for k, (s, _) in v.seats.items()}.items())
        viewer.close()
        assert bob.buy(show, seats)
        assert self.status(alice, sold) == ("BOOKED", "SUCCESS")
        check_agreement(Client(server.url, DEMO_ADMIN, checked=False), settle_seconds=10)

    def test_it_is_set_forward_an_hour(self, server: Server, world: World):
        alice, bob = Client(server.url, DEMO_USER), Client(server.url, "bob@example.org", name="Bob")
        supply = SeatSupply(alice)
        show, seats = supply.take(2)
        held, paid, sold = alice.hold(show, seats), alice.hold(*supply.take(1)), alice.buy(*supply.take(1))
        assert alice.pay(paid).status_code == 200
        world.set_clock(HOUR)
        assert alice.pay(held).status_code == 409, "its time is over"
        assert alice.confirm(paid).status_code == 409
        again = bob.hold(show, seats)
        assert bob.pay(again).status_code == bob.confirm(again).status_code == 200
        wait_for(lambda: self.status(alice, paid) == ("EXPIRED", "REFUNDED"), self.LONGEST, "a refund")
        assert self.status(alice, sold) == ("BOOKED", "SUCCESS")
        assert alice.get("/api/me").status_code == 200, "a login lasts twelve hours"
        check_agreement(Client(server.url, DEMO_ADMIN, checked=False), settle_seconds=10)


# -- descriptors -----------------------------------------------------------------------------------


def open_many(port: int, count: int) -> list[socket.socket]:
    return [rawhttp.connect(port, timeout=5) for _ in range(count)]


def close_all(sockets: list[socket.socket]) -> None:
    for sock in sockets:
        sock.close()


def cpu_seconds(server: Server) -> float:
    fields = Path(f"/proc/{server.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


@pytest.mark.one_process(reason="nginx has descriptors of its own")
class TestDescriptors:
    def start(self, running, folder: Path, limit: int) -> Server:
        server = Server(folder)
        server.launcher = ["prlimit", f"--nofile={limit}:{limit}"]
        return running(server)

    def check_refusal_and_recovery(self, server: Server, count: int) -> int:
        """Opens `count` connections; how many were let in."""
        kept = KeptConnection(server, Client(server.url, DEMO_USER).token)
        supply = SeatSupply(Client(server.url, DEMO_USER, checked=False))
        sockets = open_many(server.port, count)
        try:
            sockets[-1].settimeout(5)
            answer = rawhttp.read_answer(sockets[-1])
            assert answer.status == 503 and answer.closed and int(answer.headers["retry-after"]) >= 1
            text = kept.metrics()
            refused = metric(text, "cinema_overload_refusals_total")
            assert 0 < refused < count
            assert metric(text, "process_open_fds") / metric(text, "process_max_fds") > 0.7
            assert metric(text, "cinema_accept_failures_total") == 0, "some are kept back"
            assert kept.lock(*supply.take(2)).status == 201, "who was there is served"
            for sock in sockets[:: count // 20][:10]:
                sock.sendall(rawhttp.request("GET", "/livez"))
                assert rawhttp.read_answer(sock).status == 200
        finally:
            close_all(sockets)
        kept.close()
        wait_for(lambda: self.is_served(server), 5, "a new connection")
        return count - int(refused)

    @staticmethod
    def is_served(server: Server) -> bool:
        with contextlib.suppress(requests.ConnectionError):
            return requests.get(server.url + "/livez", timeout=5).status_code == 200
        return False

    def test_two_hundred_and_fifty_six(self, folder: Path, running):
        server = self.start(running, folder, 256)
        assert any(line["event"] == "few_descriptors" for line in server.log_lines())
        let_in = self.check_refusal_and_recovery(server, 300)
        assert 100 < let_in < 192

    def test_twenty_thousand(self, folder: Path, running):
        """Or as many as this test may have itself, less what it needs besides."""
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        limit = min(20_000, hard - 400)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        try:
            server = self.start(running, folder, limit)
            let_in = self.check_refusal_and_recovery(server, limit + 100)
            assert let_in > limit - 200
            assert server.open_files() < 200, "what was closed is given back"
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    def test_none_is_left_at_all(self, folder: Path, running):
        """Somebody lowers the limit of the running server: new ones wait, nothing spins or dies."""
        server = running(Server(folder))
        token = Client(server.url, DEMO_USER).token
        supply = SeatSupply(Client(server.url, DEMO_USER, checked=False))
        kept = KeptConnection(server, token)
        assert kept.get("/livez").status == 200
        before = resource.prlimit(server.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (server.open_files() + 2, before[1]))
        waiting = open_many(server.port, 20)
        for sock in waiting:
            sock.sendall(rawhttp.request("GET", "/livez"))
        used = cpu_seconds(server)
        wait_for(lambda: metric(kept.metrics(), "cinema_accept_failures_total") >= 3, 5, "a failed accept")
        time.sleep(1)
        assert cpu_seconds(server) - used < 0.5, "it spins"
        for _ in range(10):
            assert kept.lock(*supply.take(2)).status == 201
        warnings = [line for line in server.log_lines() if line["event"] == "accept_failed"]
        assert len(warnings) == 1, "the log is not filled with it"
        resource.prlimit(server.pid, resource.RLIMIT_NOFILE, before)
        assert [rawhttp.read_answer(sock).status for sock in waiting] == [200] * 20
        close_all(waiting)
        kept.close()


# -- slow clients ----------------------------------------------------------------------------------


@pytest.mark.one_process(reason="nginx takes slow clients upon itself")
class TestSlowClients:
    """Thirty never end their headers, thirty their body, thirty take no answer; ten watch a map and do
    not read. All drip, so that none is idle."""

    SETTINGS = {"HEADER_TIMEOUT_SECONDS": "2", "BODY_TIMEOUT_SECONDS": "2", "WRITE_TIMEOUT_SECONDS": "3"}
    LET_GO_SECONDS_MAX = 3 + 2 + 3  # the longest time-out, deadlines are looked at once a second, slack
    OPENINGS = (
        b"GET /api/movies HTTP/1.1\r\nHost: x\r\nX-",
        b"POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n{",
    )

    def test_a_hundred_harm_nobody_and_are_let_go(self, start_server):
        server = start_server(**self.SETTINGS)
        alice = Client(server.url, DEMO_USER, checked=False)
        supply = SeatSupply(alice)
        show = alice.showtimes()[-1]["id"]
        calm = self.latencies(alice, supply, 60)
        page = rawhttp.request("GET", "/api/showtimes?limit=500", token=alice.token)
        slow = []
        for opening in (*self.OPENINGS, page * 100):
            slow += [self.begin(server, opening) for _ in range(30)]
        watching = [Viewer(server.port, show, receive_buffer=4096) for _ in range(10)]
        begin = time.monotonic()
        disturbed = self.latencies(alice, supply, 60, lambda: self.drip(slow))
        slowest, usual = disturbed[-1], disturbed[len(disturbed) // 2]
        assert usual < 0.1 and slowest < 1, f"{usual:.3f} s, at most {slowest:.3f} s; before {calm[-1]:.3f} s"

        def left() -> float:
            self.drip(slow)
            return metric(alice.get("/metrics").text, "cinema_http_connections")

        wait_for(lambda: left() <= 2, self.LET_GO_SECONDS_MAX, "slow clients are let go")
        assert time.monotonic() - begin >= 1, "they were given their time"
        assert metric(alice.get("/metrics").text, "cinema_websocket_viewers") == 10
        close_all(slow)
        for viewer in watching:
            viewer.close()

    @staticmethod
    def begin(server: Server, opening: bytes) -> socket.socket:
        sock = rawhttp.connect(server.port, receive_buffer=4096)
        sock.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            sock.send(opening)
        return sock

    @staticmethod
    def drip(slow: list[socket.socket]) -> None:
        for sock in slow:
            with contextlib.suppress(OSError):
                sock.send(b" ")

    @staticmethod
    def latencies(alice: Client, supply: SeatSupply, count: int, between=lambda: None) -> list[float]:
        """Seconds of holds and looks at the map, sorted."""
        seconds = []
        for _ in range(count):
            between()
            show, seats = supply.take(1)
            begin = time.monotonic()
            assert alice.lock(show, seats).status_code == 201
            held = time.monotonic()
            assert alice.get(f"/api/showtimes/{show}/seats").status_code == 200
            seconds += [held - begin, time.monotonic() - held]
        return sorted(seconds)
