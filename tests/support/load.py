"""Customers who book as fast as they can, and remember what they were told.

For the crash tests: whatever was acknowledged has to be true afterwards, and what was asked but
not answered may have happened or not, but never by half.
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


@dataclass
class Memory:
    """What one booking's customer knows."""

    state: State
    seats: list[str]
    pending: str | None = None  # asked and not answered

    def allowed(self) -> set[State]:
        states = {self.state}
        if self.pending is not None:
            states.add(AFTER[self.pending][self.state])
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
    surprises: list[str] = field(default_factory=list)  # answers that must not happen


class Customer(threading.Thread):
    """Holds random seats of a few showtimes, then pays and confirms or cancels, until the
    connection breaks or `enough` is set."""

    def __init__(self, server: Server, client: Client, shows: dict[str, list[str]], enough):
        super().__init__(daemon=True)
        self.journal = Journal()
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
            memory.state, memory.pending = AFTER[name][memory.state], None
            if not self._expect(answer, 200):
                return False
        return True

    def _expect(self, answer: Answer, status: int) -> bool:
        if answer.status != status:
            self.journal.surprises.append(f"{answer.status} instead of {status}: {answer.body!r}")
        return answer.status == status


class Crowd:
    """Many customers at once. stop() or a dying server ends them; stop() says what they know."""

    def __init__(self, server: Server, clients: list[Client], shows: dict[str, list[str]]):
        self._enough = threading.Event()
        self._customers = [Customer(server, client, shows, self._enough) for client in clients]

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
            joined.bookings |= customer.journal.bookings
            joined.unanswered += customer.journal.unanswered
            joined.refused += customer.journal.refused
            joined.surprises += customer.journal.surprises
        return joined
