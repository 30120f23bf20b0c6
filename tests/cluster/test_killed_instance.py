"""One of two servers is killed under load, again and again. The other goes on, and finishes or
undoes what was under way.

CRASH_ROUNDS (20) is how often; all rounds are one box office.
"""

from __future__ import annotations

import os
import random
import time

from support.client import Client
from support.cluster import SLACK_SECONDS, Cluster
from support.load import Crowd, Journal

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "20"))
LOCK_TTL_SECONDS = 6
EXPIRY_INTERVAL_SECONDS = 1
CUSTOMERS = 16
# Two turns of the worker after the last hold is over.
SETTLE_SECONDS = LOCK_TTL_SECONDS + 2 * EXPIRY_INTERVAL_SECONDS + SLACK_SECONDS


def check_everything(cluster: Cluster, journal: Journal) -> None:
    """Once every hold is over: nothing stays LOCKED, and what was said is true."""
    bookings = cluster.check(settle_seconds=SETTLE_SECONDS)
    deadline = time.monotonic() + SETTLE_SECONDS
    while any(booking["status"] == "LOCKED" for booking in bookings):
        assert time.monotonic() < deadline, "holds stay LOCKED"
        time.sleep(0.3)
        bookings = cluster.check(settle_seconds=SETTLE_SECONDS)
    journal.check(bookings, holds_run_out=True)
    seats = cluster.backing.mongo().seat_reservations
    assert seats.count_documents({"state": "LOCKED"}) == 0
    sold = sum(len(booking["seats"]) for booking in bookings if booking["status"] == "BOOKED")
    assert seats.count_documents({"state": "BOOKED"}) == sold


def test_kill_9_of_one_instance_under_load(start_cluster):
    cluster = start_cluster(
        LOCK_TTL_SECONDS=str(LOCK_TTL_SECONDS),
        EXPIRY_INTERVAL_SECONDS=str(EXPIRY_INTERVAL_SECONDS),
    )
    customers = cluster.clients(CUSTOMERS)
    everything = Journal()
    unanswered = 0
    for number in range(ROUNDS):
        victim, other = cluster.servers[number % 2], cluster.servers[1 - number % 2]
        chosen = random.sample(customers[0].showtimes(), 3)
        shows = {show["id"]: list(customers[0].seats(show["id"])) for show in chosen}
        # A hold that runs out while a slow machine looks the other way is nobody's mistake.
        crowd = Crowd([victim, other], customers, shows, patient=True).start()
        time.sleep(random.uniform(0.1, 0.9))
        victim.kill()
        time.sleep(0.2)
        journal = crowd.stop()
        assert journal.unavailable == 0, "the survivor refused"
        unanswered += journal.pending()
        everything.add(journal)
        repeat_the_unanswered(other.url, journal)
        victim.start()
        for client in customers:
            client.url = other.url
        if number % 5 == 4 or number == ROUNDS - 1:
            check_everything(cluster, everything)
    assert len(everything.bookings) >= ROUNDS * 10, "there was hardly any load"
    assert unanswered >= ROUNDS, "hardly any request was under way when the server died"


def repeat_the_unanswered(url: str, journal: Journal) -> None:
    """A customer who asks another server with the same key gets that one booking, whether or not
    the first request was done. What a dead server has half done may still stand in the way."""
    for hold in journal.unanswered:
        client = Client(url, hold.customer.user["email"], checked=False)
        first = client.lock(hold.showtime, hold.seats, key=hold.key)
        again = client.lock(hold.showtime, hold.seats, key=hold.key)
        assert first.status_code in (201, 409), first.text
        if first.status_code == 201:
            assert again.status_code == 201 and again.json() == first.json(), again.text
