"""Holds that run out: by the worker, and on the spot when somebody else wants the seat."""

from __future__ import annotations

import time

import pytest

from support.client import DEMO_ADMIN, DEMO_USER, Client, problem_type
from support.ledger import check_agreement, expected_events


def wait_for_status(client: Client, booking: str, status: str, seconds: float = 6) -> dict:
    deadline = time.monotonic() + seconds
    while (found := client.booking(booking))["status"] != status:
        assert time.monotonic() < deadline, f"still {found['status']} after {seconds} s"
        time.sleep(0.05)
    return found


@pytest.fixture(scope="module", params=["worker", "no worker"])
def box_office(request: pytest.FixtureRequest, start_server):
    """Holds of one second; the worker looks every second, or only after the tests have ended."""
    interval = "1" if request.param == "worker" else "3600"
    server = start_server(LOCK_TTL_SECONDS="1", EXPIRY_INTERVAL_SECONDS=interval)
    yield request.param, server
    admin = Client(server.url, DEMO_ADMIN)
    if request.param == "worker":
        assert {b["status"] for b in check_agreement(admin)} == {"EXPIRED", "BOOKED"}


def test_an_overdue_hold_is_of_no_use(box_office):
    worker, server = box_office
    alice, admin = Client(server.url, DEMO_USER), Client(server.url, DEMO_ADMIN)
    show = alice.showtimes()[-1]["id"]
    (seat,) = alice.free_seats(show, 1)
    booking = alice.hold(show, [seat])
    assert alice.pay(booking).status_code == 200
    time.sleep(1.1)
    late = alice.confirm(booking)
    assert (late.status_code, problem_type(late)) == (409, "hold-expired")
    if worker == "worker":
        expired = wait_for_status(alice, booking, "EXPIRED")
        assert expired["paymentStatus"] == "REFUNDED"
        assert alice.seats(show)[seat]["state"] == "AVAILABLE"
        for attempt in (alice.pay(booking), alice.confirm(booking), alice.cancel(booking)):
            assert (attempt.status_code, problem_type(attempt)) == (409, "hold-expired")
        check_agreement(admin)
        told = [log["eventType"] for log in admin.events(booking_id=booking)]
        assert sorted(told) == sorted(expected_events(expired).elements())
    else:
        assert alice.booking(booking)["status"] == "LOCKED", "nobody has looked yet"


def test_an_unpaid_overdue_hold_cannot_be_paid(box_office):
    _, server = box_office
    alice = Client(server.url, DEMO_USER)
    show = alice.showtimes()[-2]["id"]
    booking = alice.hold(show, alice.free_seats(show, 1))
    time.sleep(1.1)
    late = alice.pay(booking)
    assert (late.status_code, problem_type(late)) == (409, "hold-expired")
    assert "paymentStatus" not in alice.booking(booking)


def test_somebody_else_takes_the_seat_of_an_overdue_hold(box_office):
    _, server = box_office
    alice, bob = Client(server.url, DEMO_USER), Client(server.url, "bob@example.org")
    show = alice.showtimes()[-3]["id"]
    seats = alice.free_seats(show, 3)
    overdue = alice.hold(show, seats[:2])
    assert alice.pay(overdue).status_code == 200
    assert bob.lock(show, seats[1:]).json()["conflicts"] == [seats[1]]
    time.sleep(1.1)
    taken = bob.buy(show, seats[1:])
    expired = alice.booking(overdue)
    assert (expired["status"], expired["paymentStatus"]) == ("EXPIRED", "REFUNDED")
    state = alice.seats(show)
    assert state[seats[0]]["state"] == "AVAILABLE", "the whole hold is gone, not one seat of it"
    assert {state[seat]["state"] for seat in seats[1:]} == {"BOOKED"}
    assert alice.confirm(overdue).status_code == 409
    assert bob.booking(taken)["status"] == "BOOKED"


def test_the_same_person_takes_an_overdue_seat_again(box_office):
    _, server = box_office
    alice = Client(server.url, DEMO_USER)
    show = alice.showtimes()[-4]["id"]
    seats = alice.free_seats(show, 1)
    overdue = alice.hold(show, seats)
    time.sleep(1.1)
    assert alice.buy(show, seats) != overdue
    assert alice.booking(overdue)["status"] == "EXPIRED"


def test_holds_that_ran_out_while_the_server_was_down(start_server):
    server = start_server(LOCK_TTL_SECONDS="1", EXPIRY_INTERVAL_SECONDS="1")
    alice = Client(server.url, DEMO_USER)
    show = alice.showtimes()[-1]["id"]
    seats = alice.free_seats(show, 2)
    booking = alice.hold(show, seats)
    assert alice.pay(booking).status_code == 200
    assert server.stop() == 0
    time.sleep(1.1)
    server.start()
    alice = Client(server.url, DEMO_USER)
    assert wait_for_status(alice, booking, "EXPIRED")["paymentStatus"] == "REFUNDED"
    assert all(alice.seats(show)[seat]["state"] == "AVAILABLE" for seat in seats)
    check_agreement(Client(server.url, DEMO_ADMIN))
