"""Several servers on one backing, and what must be true of what they leave behind."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from support.backing import DEAD_LETTERS, Backing
from support.client import DEMO_ADMIN, Client
from support.ledger import LIVE, check_agreement
from support.network import Network
from support.server import Server

# How far the clocks of a test and a server, a worker's turn and its work may be apart.
SLACK_SECONDS = 3


class Cluster:
    """Instances of one box office; with a network they reach what they need through its links."""

    def __init__(self, folder: Path, count: int, through_network: bool, **settings: str | None):
        self.backing = Backing.of(folder)
        self.network = Network(folder, self.backing) if through_network else None
        where = self.network.settings() if self.network else self.backing.settings()
        self.servers = []
        for number in range(count):
            home = folder / f"instance-{number}"
            home.mkdir()
            self.servers.append(Server(home, **(where | settings)))

    def start(self) -> Cluster:
        for server in self.servers:
            server.start()
        return self

    def admin(self, number: int = 0) -> Client:
        return Client(self.servers[number].url, DEMO_ADMIN, checked=False)

    def clients(self, count: int, name: str = "c") -> list[Client]:
        """Users, spread over the instances as a crowd spreads them."""
        servers = self.servers
        return [
            Client(servers[n % len(servers)].url, f"{name}{n}@example.org", checked=False)
            for n in range(count)
        ]

    def check(self, settle_seconds: float) -> list[dict]:
        """Nothing is going on any more: the API's and the store's story agree within that time.
        Returns all bookings."""
        deadline = time.monotonic() + settle_seconds
        while True:
            try:
                check_store(self.backing)  # before the API's: much quicker, and it has the reasons
                return check_agreement(self.admin(), settle_seconds=0)
            except AssertionError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.3)


def check_store(backing: Backing) -> None:
    """What the collections say, past the servers: nothing half done, nothing past its time."""
    store = backing.mongo()
    now = datetime.now(UTC).replace(tzinfo=None) - timedelta(seconds=SLACK_SECONDS)
    bookings = {booking["_id"]: booking for booking in store.bookings.find()}
    check_seats(bookings, list(store.seat_reservations.find()), now)
    for booking in bookings.values():
        assert not booking.get("outbox") and "outbox_since" not in booking, f"unsent: {booking}"
        assert "unfinished_since" not in booking, f"unfinished: {booking}"
        over = booking["status"] == "LOCKED" and booking["lock_expires_at"] < now
        assert not over, f"LOCKED past its time: {booking}"
    payments = list(store.payments.find())
    several = [name for name, n in Counter(p["booking_id"] for p in payments).items() if n > 1]
    assert not several, f"more than one payment: {several}"
    for payment in payments:
        live = bookings[payment["booking_id"]]["status"] == "LOCKED"
        assert live or "unsettled_since" not in payment, f"unsettled: {payment}"
        assert live or payment["status"] != "PENDING", f"forgotten: {payment}"
    events = Counter(entry["event_id"] for entry in store.audit_logs.find())
    assert not [name for name, n in events.items() if n > 1], "an event is told twice"
    assert backing.queue(DEAD_LETTERS).get("messages", 0) == 0, "an event became a dead letter"


def check_seats(bookings: dict, seats: list[dict], now: datetime) -> None:
    owned: Counter[object] = Counter()
    places = Counter((seat["showtime_id"], seat["seat_code"]) for seat in seats)
    assert not [place for place, n in places.items() if n > 1], "a seat has two records"
    for seat in seats:
        if seat["state"] == "AVAILABLE":
            assert seat.get("booking_id") is None, f"left behind: {seat}"
            continue
        over = seat["state"] == "LOCKED" and seat["lock_expires_at"] < now
        assert not over, f"LOCKED past its time: {seat}"
        booking = bookings.get(seat["booking_id"])
        assert booking is not None, f"of no booking: {seat}"
        assert booking["status"] == seat["state"], f"{seat} disagrees with {booking}"
        assert seat["seat_code"] in booking["seats"], f"{seat} is not in {booking}"
        owned[booking["_id"]] += 1
    for name, booking in bookings.items():
        wanted = len(booking["seats"]) if booking["status"] in LIVE else 0
        assert owned[name] == wanted, f"has {owned[name]} seats: {booking}"
