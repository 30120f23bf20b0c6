"""Fills a stopped server's database with sold bookings, far faster than selling them would.

Writes the tables of backend/src/embedded/migrations/ directly, and only for measuring: every row is
what a completed lock → pay → confirm leaves behind.
"""

import json
import os
import random
import sqlite3
import time
from pathlib import Path

SEATS_PER_BOOKING = 2
_PRICE = 1200
_DAYS_BACK = 30
_BOOKINGS_PER_USER = 10
_EVENTS = ("BookingLocked", "PaymentSucceeded", "BookingConfirmed")


def insert_bookings(database: Path, count: int) -> None:
    """Adds `count` bookings. Booking number k takes the (k // S)-th pair of seats, in the room's
    order, of showtime number k % S (S showtimes), so the last seats of every room stay free."""
    connection = sqlite3.connect(database, isolation_level=None)
    try:
        # A crash here costs a scratch file, so durability is left out.
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE",
                       "cache_size=-1000000"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        connection.execute("BEGIN")
        _insert_all(connection, _Plan(connection, count))
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode=WAL").fetchall()
    finally:
        connection.close()
    # What is measured next must not pay for writing this out.
    os.sync()


class _Plan:
    """Says for every booking number what its rows contain."""

    def __init__(self, connection: sqlite3.Connection, count: int):
        self.count = count
        self.showtimes = connection.execute(
            "SELECT id, currency FROM showtimes ORDER BY start_time, id").fetchall()
        seats = connection.execute("SELECT m.seats FROM seatmaps m, showtimes s "
                                   "WHERE s.seatmap_id = m.id LIMIT 1").fetchone()
        codes = [seat[0] for seat in json.loads(seats[0])]
        self.groups = [codes[at:at + SEATS_PER_BOOKING]
                       for at in range(0, len(codes) - SEATS_PER_BOOKING + 1, SEATS_PER_BOOKING)]
        if count > len(self.groups) * len(self.showtimes):
            raise ValueError(f"{len(self.showtimes)} showtimes have no room for {count} bookings")
        self.users = max(1, count // _BOOKINGS_PER_USER)
        self._end_ms = int(time.time() * 1000) - 3_600_000
        self._step_ms = _DAYS_BACK * 86_400_000 / count

    def created_ms(self, k: int) -> int:
        return self._end_ms - int((self.count - k) * self._step_ms)

    def id_of(self, k: int, kind: int) -> bytes:
        """An ObjectId: seconds, then a number that grows and is unique for each kind of thing."""
        return (self.created_ms(k) // 1000).to_bytes(4) + kind.to_bytes(3) + k.to_bytes(5)

    def user_of(self, k: int) -> bytes:
        return self.id_of(0, 16)[:4] + (k % self.users).to_bytes(8)

    def showtime_of(self, k: int) -> tuple[bytes, str]:
        return self.showtimes[k % len(self.showtimes)]

    def seats_of(self, k: int) -> list[str]:
        return self.groups[k // len(self.showtimes)]


def _text(value) -> str:
    return json.dumps(value, separators=(",", ":"))


def _insert_all(connection: sqlite3.Connection, plan: _Plan) -> None:
    amount = SEATS_PER_BOOKING * _PRICE
    numbers = range(plan.count)

    def insert(table: str, columns: str, rows) -> None:
        places = ", ".join("?" * len(columns.split(", ")))
        connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)

    created = plan.created_ms(0)
    insert("users", "id, email, name, role, password_hash, created_at", (
        (plan.user_of(k), f"sold-{k}@example.com", f"Sold {k}", "USER", "", created)
        for k in range(plan.users)))
    insert("bookings", "id, user_id, showtime_id, seats, status, amount, currency, "
                       "lock_expires_at, created_at, updated_at", (
        (plan.id_of(k, 0), plan.user_of(k), plan.showtime_of(k)[0], _text(plan.seats_of(k)),
         "BOOKED", amount, plan.showtime_of(k)[1], plan.created_ms(k) + 300_000,
         plan.created_ms(k), plan.created_ms(k) + 60_000) for k in numbers))
    insert("payments", "booking_id, id, status, amount, currency, created_at, updated_at", (
        (plan.id_of(k, 0), plan.id_of(k, 1), "SUCCESS", amount, plan.showtime_of(k)[1],
         plan.created_ms(k) + 30_000, plan.created_ms(k) + 30_000) for k in numbers))
    insert("seat_reservations", "showtime_id, seat_code, state, booking_id, locked_by, version",
           _reservations(plan))
    insert("showtime_sales", "showtime_id, seats_taken", _sales(plan))
    insert("audit_logs", "id, event_id, event_type, user_id, showtime_id, booking_id, seats, "
                         "payload, created_at", _audit_entries(plan, amount))


def _reservations(plan: _Plan):
    for first in range(min(len(plan.showtimes), plan.count)):  # in key order, for speed
        for k in range(first, plan.count, len(plan.showtimes)):
            for seat in plan.seats_of(k):
                yield (plan.showtime_of(k)[0], seat, "BOOKED", plan.id_of(k, 0), plan.user_of(k), 2)


def _sales(plan: _Plan):
    for first in range(min(len(plan.showtimes), plan.count)):
        bookings = len(range(first, plan.count, len(plan.showtimes)))
        yield plan.showtimes[first][0], bookings * SEATS_PER_BOOKING


def _audit_entries(plan: _Plan, amount: int):
    chance = random.Random(1)
    for k in range(plan.count):
        seats = _text(plan.seats_of(k))
        price = {"amount": amount, "currency": plan.showtime_of(k)[1]}
        held = _text(price | {"lockExpiresAt": "2026-01-01T00:00:00.000Z"})  # any, of that length
        paid = _text(price | {"paymentId": plan.id_of(k, 1).hex()})
        for number, event in enumerate(_EVENTS):
            yield (plan.id_of(k, 2 + number), chance.randbytes(16), event, plan.user_of(k),
                   plan.showtime_of(k)[0], plan.id_of(k, 0), seats, held if number == 0 else paid,
                   plan.created_ms(k) + number * 30_000)
