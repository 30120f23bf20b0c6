"""Customers who book as fast as they can, and remember what they were told.

For the crash and fault tests: whatever was acknowledged has to be true afterwards, and what was
asked but not answered (or with 503) may have happened or not, but never by half.
"""

from __future__ import annotations

import random
import socket
import threading
import uuid
from dataclasses import dataclass, field

from support import rawhttp, volley
from support.client import Client
from support.rawhttp import Answer
from support.server import Server

State = tuple[str, str | None]  # (status, paymentStatus) of a booking

AFTER: dict[str, dict[State, State]] = {
    "pay": {("LOCKED", None): ("LOCKED", "SUCCESS")},
    "confirm": {("LOCKED", "SUCCESS"): ("BOOKED", "SUCCESS")},
    "cancel": {
        ("LOCKED", None): ("CANCELLED", None),
        ("LOCKED", "SUCCESS"): ("CANCELLED", "REFUNDED"),
    },
}

EXPIRED: dict[State, State] = {
    ("LOCKED", None): ("EXPIRED", None),
    ("LOCKED", "SUCCESS"): ("EXPIRED", "REFUNDED"),
}


@dataclass
class Memory:
    """What one booking's customer knows."""

    state: State
    seats: list[str]
    pending: str | None = None  # asked and not answered

    def allowed(self, holds_run_out: bool = False) -> set[State]:
        """What the booking may be by now."""
        states = {self.state}
        if self.pending is not None:
            states.add(AFTER[self.pending][self.state])
        if holds_run_out:
            states |= {EXPIRED[state] for state in states & EXPIRED.keys()}
        return states


@dataclass
class UnansweredHold:
    """A hold that was asked for with this key; nobody knows whether it was made."""

    customer: Client
    showtime: str
    seats: list[str]
    key: str


@dataclass
class Journal:
    bookings: dict[str, Memory] = field(default_factory=dict)
    unanswered: list[UnansweredHold] = field(default_factory=list)
    refused: int = 0  # seats that somebody else had
    unavailable: int = 0  # answers of 503
    surprises: list[str] = field(default_factory=list)  # answers that must not happen

    def add(self, other: Journal) -> None:
        self.bookings |= other.bookings
        self.unanswered += other.unanswered
        self.refused += other.refused
        self.unavailable += other.unavailable
        self.surprises += other.surprises

    def pending(self) -> int:
        """How many requests nobody knows the outcome of."""
        steps = sum(memory.pending is not None for memory in self.bookings.values())
        return len(self.unanswered) + steps

    def check(self, bookings: list[dict], holds_run_out: bool = False) -> None:
        """Every acknowledged answer is true, every unanswered request happened wholly or not."""
        assert not self.surprises, self.surprises[:5]
        found = {booking["id"]: booking for booking in bookings}
        for name, memory in self.bookings.items():
            assert name in found, f"the acknowledged booking {name} is gone: {memory}"
            booking = found[name]
            state = booking["status"], booking.get("paymentStatus")
            assert state in memory.allowed(holds_run_out), f"{booking} but the customer knows {memory}"
            assert booking["seats"] == memory.seats


class Customer(threading.Thread):
    """Holds random seats of a few showtimes, then pays and confirms or cancels, until the
    connection breaks or `enough` is set. A patient one minds no 503 and no hold that ran out."""

    def __init__(
        self, server: Server, client: Client, shows: dict[str, list[str]], enough, patient=False
    ):
        super().__init__(daemon=True)
        self.journal = Journal()
        self._patient: bool = patient
        self._client = client
        self._shows = shows
        self._enough: threading.Event = enough
        self._random = random.Random()
        self._socket: socket.socket = rawhttp.connect(server.port, timeout=30)

    def run(self) -> None:
        try:
            while not self._enough.is_set() and self._book_once():
                pass
        except OSError:
            pass  # the connection broke before an answer: what was asked stays pending
        finally:
            self._socket.close()

    def _send(self, shot: volley.Shot) -> Answer | None:
        self._socket.sendall(shot.encoded())
        answer = rawhttp.read_answer(self._socket, "POST")
        return answer if answer.status else None

    def _book_once(self) -> bool:
        showtime = self._random.choice(list(self._shows))
        seats = self._random.sample(self._shows[showtime], self._random.randint(1, 4))
        hold = UnansweredHold(self._client, showtime, seats, uuid.uuid4().hex)
        self.journal.unanswered.append(hold)
        shot = volley.lock(self._client.token, showtime, seats)
        shot.headers["Idempotency-Key"] = hold.key
        answer = self._send(shot)
        if answer is None:
            return False
        if self._is_unavailable(answer):
            return True
        self.journal.unanswered.pop()
        if answer.status != 201:
            self.journal.refused += 1
            return self._expect(answer, 409)
        booking = answer.json()["bookingId"]
        memory = self.journal.bookings[booking] = Memory(("LOCKED", None), seats)
        steps = self._random.choice(
            [["pay", "confirm"]] * 4 + [["pay", "cancel"]] * 3 + [["cancel"]] * 3 + [["pay"], []]
        )
        for name in steps:
            memory.pending = name
            answer = self._send(volley.step(self._client.token, booking, name))
            if answer is None:
                return False
            if self._is_unavailable(answer):
                return True
            if self._patient and answer.status == 409 and volley.slug(answer) == "hold-expired":
                memory.pending = None
                return True
            memory.state, memory.pending = AFTER[name][memory.state], None
            if not self._expect(answer, 200):
                return False
        return True

    def _is_unavailable(self, answer: Answer) -> bool:
        """A 503 that may happen here: what was asked stays pending."""
        if not self._patient or answer.status != 503:
            return False
        self.journal.unavailable += 1
        if int(answer.headers.get("retry-after", 0)) < 1:
            self.journal.surprises.append(f"503 without Retry-After: {answer.body!r}")
        self._enough.wait(0.05)
        return True

    def _expect(self, answer: Answer, status: int) -> bool:
        if answer.status != status:
            self.journal.surprises.append(f"{answer.status} instead of {status}: {answer.body!r}")
        return answer.status == status


class Crowd:
    """Many customers at once, spread over the servers. stop() or a dying server ends them; stop()
    says what they know."""

    def __init__(
        self,
        servers: Server | list[Server],
        clients: list[Client],
        shows: dict[str, list[str]],
        patient: bool = False,
    ):
        servers = servers if isinstance(servers, list) else [servers]
        self._enough = threading.Event()
        self._customers = [
            Customer(servers[number % len(servers)], client, shows, self._enough, patient)
            for number, client in enumerate(clients)
        ]

    def start(self) -> Crowd:
        for customer in self._customers:
            customer.start()
        return self

    def stop(self) -> Journal:
        self._enough.set()
        joined = Journal()
        for customer in self._customers:
            customer.join(30)
            assert not customer.is_alive(), "a customer waits for an answer that never comes"
            joined.add(customer.journal)
        return joined
