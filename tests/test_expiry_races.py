"""Requests that arrive while the hold ends: around the last millisecond of its one second.

RACE_ROUNDS (120) sets how many; each round is a batch of holds that end at about the same time.
"""

from __future__ import annotations

import os
import random
import time
from datetime import datetime

import pytest

from support.client import DEMO_ADMIN, Client
from support.ledger import check_agreement
from support.rawhttp import Answer
from support.server import Server
from support.volley import Range, SeatSupply, lock, slug, statuses, step

HOLDS_PER_BATCH = 60
BATCHES = max(2, int(os.environ.get("RACE_ROUNDS", "120")) // 40)
SPREAD_SECONDS = 0.04


@pytest.fixture(scope="module")
def server(start_server) -> Server:
    return start_server(LOCK_TTL_SECONDS="1", EXPIRY_INTERVAL_SECONDS="1")


@pytest.fixture(scope="module")
def owner(server: Server) -> Client:
    return Client(server.url, "owner@example.org", checked=False)


@pytest.fixture(scope="module")
def rival(server: Server) -> Client:
    return Client(server.url, "rival@example.org", checked=False)


@pytest.fixture(scope="module")
def supply(owner: Client) -> SeatSupply:
    return SeatSupply(owner)


def hold_many(weapons: Range, owner: Client, supply: SeatSupply, paid: bool) -> list[dict]:
    """Made in volleys: one by one, the first would be over before the last is paid."""
    wishes = [supply.take(1) for _ in range(HOLDS_PER_BATCH)]
    answers = weapons.fire([lock(owner.token, show, seats) for show, seats in wishes])
    assert set(statuses(answers)) == {201}
    holds = [answer.json() for answer in answers]
    if paid:
        pays = weapons.fire([step(owner.token, hold["bookingId"], "pay") for hold in holds])
        assert set(statuses(pays)) == {200}
    return holds


def fire_at_the_end(
    weapons: Range, owner: Client, holds: list[dict], name: str, rival: Client | None = None
) -> dict[str, dict[str, Answer]]:
    """`name` for each hold within ±SPREAD_SECONDS of its end; the rival wants its seat too."""
    now = time.time()
    timed = []
    for hold in holds:
        end = datetime.fromisoformat(hold["lockExpiresAt"]).timestamp()
        for who in ("owner", "rival") if rival else ("owner",):
            at = end - now + random.uniform(-SPREAD_SECONDS, SPREAD_SECONDS)
            timed.append((max(0.0, at), who, hold))
    timed.sort(key=lambda entry: entry[0])
    shots = [
        step(owner.token, hold["bookingId"], name, delay=at)
        if who == "owner"
        else lock(rival.token, hold["showtimeId"], hold["seats"], delay=at)
        for at, who, hold in timed
    ]
    results: dict[str, dict[str, Answer]] = {hold["bookingId"]: {} for hold in holds}
    for (_, who, hold), answer in zip(timed, weapons.fire(shots), strict=True):
        results[hold["bookingId"]][who] = answer
    return results


def settle(server: Server) -> dict[str, dict]:
    """All bookings once nothing is LOCKED any more."""
    admin = Client(server.url, DEMO_ADMIN, checked=False)
    deadline = time.monotonic() + 10
    while admin.read("/api/admin/bookings", status="LOCKED"):
        assert time.monotonic() < deadline, "overdue holds stay LOCKED"
        time.sleep(0.1)
    return {booking["id"]: booking for booking in check_agreement(admin)}


def check_mixed(seen: set[int]) -> None:
    """A race that only ever ended one way was no race."""
    assert seen == {200, 409}, f"aimed badly: only {seen}"


def test_confirm_against_expiry(server, owner, rival, supply, shooting_range):
    seen: set[int] = set()
    for _ in range(BATCHES):
        holds = hold_many(shooting_range, owner, supply, paid=True)
        results = fire_at_the_end(shooting_range, owner, holds, "confirm", rival)
        final = settle(server)
        for booking, answers in results.items():
            mine, theirs = answers["owner"], answers["rival"]
            seen.add(mine.status)
            if mine.status == 200:
                assert final[booking]["status"] == "BOOKED"
                assert theirs.status == 409, "the seat was sold and given away"
            else:
                assert (mine.status, slug(mine)) == (409, "hold-expired")
                assert final[booking]["status"] == "EXPIRED"
                assert final[booking]["paymentStatus"] == "REFUNDED"
    check_mixed(seen)


def test_pay_against_expiry(server, owner, supply, shooting_range):
    seen: set[int] = set()
    for _ in range(BATCHES):
        holds = hold_many(shooting_range, owner, supply, paid=False)
        results = fire_at_the_end(shooting_range, owner, holds, "pay")
        final = settle(server)
        for booking, answers in results.items():
            status = answers["owner"].status
            seen.add(status)
            assert final[booking]["status"] == "EXPIRED"
            money = final[booking].get("paymentStatus")
            assert money == ("REFUNDED" if status == 200 else None), answers["owner"].json()
    check_mixed(seen)


def test_pay_then_confirm_against_expiry(server, owner, supply, shooting_range):
    """Whoever has paid ends with a ticket or with the money."""
    for _ in range(BATCHES):
        holds = hold_many(shooting_range, owner, supply, paid=False)
        results = fire_at_the_end(shooting_range, owner, holds, "pay")
        for booking in results:
            owner.confirm(booking)
        final = settle(server)
        for booking, answers in results.items():
            found = final[booking]["status"], final[booking].get("paymentStatus")
            if answers["owner"].status == 200:
                assert found in {("BOOKED", "SUCCESS"), ("EXPIRED", "REFUNDED")}
            else:
                assert found == ("EXPIRED", None)
