"""The server is killed under load, again and again, and must not have lied to anybody.

CRASH_ROUNDS (20) is how often; all rounds use one data folder.
"""

from __future__ import annotations

import os
import random
import signal
import time

import pytest

from support import rawhttp, volley
from support.client import DEMO_ADMIN, Client
from support.ledger import check_agreement
from support.load import Crowd, Journal
from support.server import Server
from support.websocket import GOING_AWAY, Viewer

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "20"))
CUSTOMERS = 12


@pytest.fixture
def server(start_server) -> Server:
    """A server of its own for each test here: they all end it."""
    return start_server()


@pytest.fixture
def customers(server: Server) -> list[Client]:
    return [Client(server.url, f"c{n}@example.org", checked=False) for n in range(CUSTOMERS)]


def some_seats(client: Client, shows: int) -> dict[str, list[str]]:
    """A few showtimes with many customers: they are meant to get into each other's way."""
    chosen = random.sample(client.showtimes(), shows)
    return {show["id"]: list(client.seats(show["id"])) for show in chosen}


def check_what_was_said(server: Server, journal: Journal) -> None:
    admin = Client(server.url, DEMO_ADMIN, checked=False)
    journal.check(admin.read_all("/api/admin/bookings", limit=200))
    check_agreement(admin)


def check_unanswered_holds(server: Server, journal: Journal) -> None:
    """A customer who asks again with the same key gets that one booking, whether or not the first
    request was done."""
    for hold in journal.unanswered:
        client = Client(server.url, hold.customer.user["email"], checked=False)
        before = len(client.read("/api/bookings", limit=200))
        first = client.lock(hold.showtime, hold.seats, key=hold.key)
        again = client.lock(hold.showtime, hold.seats, key=hold.key)
        if first.status_code == 409:  # it was not done, and by now somebody else has a seat
            assert again.status_code == 409
            continue
        assert (first.status_code, again.status_code) == (201, 201), first.text
        assert again.json() == first.json()
        assert len(client.read("/api/bookings", limit=200)) - before in (0, 1)


@pytest.mark.embedded_only(reason="one process and its file; cluster/test_killed_instance.py has the rest")
def test_kill_9_under_load(server: Server, customers: list[Client]):
    bookings = pending = 0
    for _ in range(ROUNDS):
        crowd = Crowd(server, customers, some_seats(customers[0], shows=3)).start()
        time.sleep(random.uniform(0.1, 0.9))
        server.kill()
        journal = crowd.stop()
        server.start()
        for client in customers:
            client.url = server.url
        check_what_was_said(server, journal)
        check_unanswered_holds(server, journal)
        bookings += len(journal.bookings)
        pending += journal.pending()
    assert bookings >= ROUNDS * 10, "there was hardly any load"
    assert pending >= ROUNDS, "hardly any request was under way when the server died"


def test_kill_9_while_starting(server: Server, customers: list[Client]):
    """Also a start is interrupted: the next one finds everything."""
    show = customers[0].showtimes()[-1]["id"]
    sold = [client.buy(show, client.free_seats(show, 2)) for client in customers[:5]]
    server.kill()
    for delay in (0.0, 0.002, 0.005, 0.01, 0.02, 0.04, 0.08, 0.15):
        server.launch()
        time.sleep(delay)
        server.kill()
    server.start()
    admin = Client(server.url, DEMO_ADMIN)
    assert [admin.booking(booking)["status"] for booking in sold] == ["BOOKED"] * 5
    check_agreement(admin)


class TestSigterm:
    def test_under_load(self, server: Server, customers: list[Client]):
        crowd = Crowd(server, customers, some_seats(customers[0], shows=3)).start()
        time.sleep(0.5)
        assert server.stop() == 0
        journal = crowd.stop()
        server.start()
        check_what_was_said(server, journal)

    def test_viewers_are_told(self, server: Server, customers: list[Client]):
        show = customers[0].showtimes()[-1]["id"]
        viewers = [Viewer(server.port, show) for _ in range(20)]
        assert all(viewer.wait_until(lambda v: v.snapshots) for viewer in viewers)
        server.process.send_signal(signal.SIGTERM)
        assert [viewer.wait_for_close() for viewer in viewers] == [GOING_AWAY] * 20
        for viewer in viewers:
            viewer.close()
        assert server.stop() == 0

    def test_a_request_that_has_begun_is_answered(self, server: Server, customers: list[Client]):
        alice = customers[0]
        show = alice.showtimes()[-1]["id"]
        request = volley.lock(alice.token, show, alice.free_seats(show, 1)).encoded()
        with rawhttp.connect(server.port) as busy, rawhttp.connect(server.port) as idle:
            busy.sendall(request[:-10])
            time.sleep(0.2)
            server.process.send_signal(signal.SIGTERM)
            time.sleep(0.3)
            busy.sendall(request[-10:])
            answer = rawhttp.read_answer(busy, "POST")
            assert answer.status == 201 and answer.closed
            assert rawhttp.read_until_closed(idle) == b"", "an idle connection is just closed"
        assert server.stop() == 0
        server.start()
        alice = Client(server.url, alice.user["email"])
        assert alice.booking(answer.json()["bookingId"])["status"] == "LOCKED"

    def test_nobody_new_is_let_in(self, server: Server, customers: list[Client]):
        alice = customers[0]
        show = alice.showtimes()[-1]["id"]
        request = volley.lock(alice.token, show, alice.free_seats(show, 1)).encoded()
        with rawhttp.connect(server.port) as busy:
            busy.sendall(request[:-1])  # keeps the server from ending at once
            time.sleep(0.2)
            server.process.send_signal(signal.SIGTERM)
            time.sleep(0.3)
            with pytest.raises(ConnectionError):
                rawhttp.connect(server.port).close()
            busy.sendall(request[-1:])
            assert rawhttp.read_answer(busy, "POST").status == 201
        assert server.stop() == 0

    def test_a_stuck_client_does_not_hold_the_server_up(self, start_server):
        server = start_server(SHUTDOWN_GRACE_SECONDS="1")
        with rawhttp.connect(server.port) as stuck:
            stuck.sendall(
                b"POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{"
            )
            time.sleep(0.2)
            before = time.monotonic()
            assert server.stop() == 0
            assert time.monotonic() - before < 5
