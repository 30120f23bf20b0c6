"""Do seats, bookings, payments and the audit log tell the same story?

Used after everything that is meant to break them: races, kill -9, storms. It reads through the API
alone, so it holds for every engine.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict

from support.client import Client

LIVE = {"LOCKED", "BOOKED"}
EVENT_OF_STATUS = {
    "BOOKED": "BookingConfirmed",
    "CANCELLED": "BookingCancelled",
    "EXPIRED": "BookingExpired",
}


def expected_events(booking: dict) -> Counter[str]:
    """What the audit log must say of a booking that is in this state, each exactly once."""
    events = Counter({"BookingLocked": 1})
    if booking["status"] in EVENT_OF_STATUS:
        events[EVENT_OF_STATUS[booking["status"]]] += 1
    if booking.get("paymentStatus") in ("SUCCESS", "REFUNDED"):
        events["PaymentSucceeded"] += 1
    if booking.get("paymentStatus") == "REFUNDED":
        events["PaymentRefunded"] += 1
    return events


def check_payments(bookings: list[dict]) -> None:
    """No sale without money, and no money without a sale or a chance of one."""
    for booking in bookings:
        status, payment = booking["status"], booking.get("paymentStatus")
        if status == "BOOKED":
            assert payment == "SUCCESS", f"sold without payment: {booking}"
        if status in ("CANCELLED", "EXPIRED"):
            assert payment in (None, "REFUNDED", "FAILED"), f"money kept: {booking}"


def check_seats(admin: Client, showtime: str, bookings: list[dict]) -> None:
    """Every taken seat belongs to one live booking, and every live booking has its seats."""
    owner: dict[str, dict] = {}
    for booking in bookings:
        if booking["showtimeId"] != showtime or booking["status"] not in LIVE:
            continue
        for seat in booking["seats"]:
            assert seat not in owner, f"{seat} is in two bookings: {owner[seat]} and {booking}"
            owner[seat] = booking
    for code, seat in admin.seats(showtime).items():
        booking = owner.get(code)
        if booking is None:
            assert seat["state"] == "AVAILABLE", f"{seat} is taken by no live booking"
            assert "lockedByUserId" not in seat and "lockExpiresAt" not in seat, seat
        else:
            assert seat["state"] == booking["status"], f"{seat} disagrees with {booking}"
            if seat["state"] == "LOCKED":
                assert seat["lockedByUserId"] == booking["userId"], f"{seat} against {booking}"
                assert seat["lockExpiresAt"] == booking["lockExpiresAt"], f"{seat}: {booking}"
            else:
                assert "lockedByUserId" not in seat and "lockExpiresAt" not in seat, seat


def check_audit(bookings: list[dict], logs: list[dict]) -> None:
    """One entry per event, none missing, none invented."""
    repeated = [name for name, n in Counter(log["eventId"] for log in logs).items() if n > 1]
    assert not repeated, f"events in the audit log more than once: {repeated[:5]}"
    told: dict[str, Counter[str]] = defaultdict(Counter)
    for log in logs:
        told[log["bookingId"]][log["eventType"]] += 1
    known = {booking["id"]: booking for booking in bookings}
    unknown = told.keys() - known.keys()
    assert not unknown, f"the audit log tells of bookings that are not there: {sorted(unknown)[:5]}"
    for name, booking in known.items():
        assert told[name] == expected_events(booking), (
            f"the audit log says {dict(told[name])} of {booking}"
        )


def check_agreement(admin: Client, settle_seconds: float = 20) -> list[dict]:
    """Everything above for the whole box office, once nothing is going on any more.

    The audit log is written after the change (at least once, through the outbox), so it is given
    `settle_seconds` to catch up: after a kill that takes two intervals of the workers. Returns all
    bookings.
    """
    deadline = time.monotonic() + settle_seconds
    while True:
        bookings = admin.read_all("/api/admin/bookings", limit=200)
        try:
            check_payments(bookings)
            check_audit(bookings, admin.events())
            for showtime in {booking["showtimeId"] for booking in bookings}:
                check_seats(admin, showtime, bookings)
            return bookings
        except AssertionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
