"""Customers, staff, viewers and people with bad manners: threads that go on until `enough` is set."""

from __future__ import annotations

import random
import socket
import threading
import uuid

from soak.book import Book
from soak.house import House
from support import rawhttp, volley
from support.client import DEMO_ADMIN, Client
from support.load import AFTER, Journal, Memory, UnansweredHold
from support.rawhttp import Answer
from support.websocket import Viewer, drop

ANSWER_SECONDS_MAX = 30
CUSTOMERS = 12
REPEATS = 3  # GETs of a visitor before each hold
LIVES = [["pay", "confirm"]] * 5 + [["pay", "cancel"]] * 4 + [["cancel"]] * 5 + [["pay"]] * 3 + [[]] * 3
BAD_REQUESTS = [
    rawhttp.request("GET", "/api/nothing/here"),
    rawhttp.request("GET", "/api/showtimes?limit=-1"),
    rawhttp.request("GET", "/api/bookings", token="not.a.token"),
    rawhttp.request("DELETE", "/api/movies"),
    rawhttp.request("POST", "/api/auth/login", {"Content-Type": "application/json"}, b'{"email":'),
    rawhttp.request("POST", "/api/auth/login", {"Content-Type": "text/plain"}, b"hello"),
    rawhttp.request("GET", "/" + "a" * 5000),
    rawhttp.request("GET", "/api/movies", {"X-Large": "b" * 20000}),
    b"GET /api/movies HTTP/1.1\r\nHost : x\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(60),
]


class Worker(threading.Thread):
    """Repeats its turn; what it did not expect is a complaint, and its connection is made anew."""

    def __init__(self, house: House, book: Book, enough: threading.Event, number: int):
        super().__init__(daemon=True)
        self.house, self.book, self.enough = house, book, enough
        self.chance = random.Random(f"{type(self).__name__} {number}")
        self.server = house.servers[number % len(house.servers)]
        self._socket: socket.socket | None = None

    def run(self) -> None:
        while not self.enough.is_set():
            begin = self.book.now()
            try:
                self.turn()
            except OSError:
                self.book.answered("broken connection", begin, 0)
                self.hang_up()
                self.enough.wait(0.2)
            except Exception as failure:
                self.book.problem(f"{type(self).__name__}: {failure!r}")
                self.hang_up()
                self.enough.wait(1)
        self.hang_up()

    def turn(self) -> None:
        raise NotImplementedError

    def ask(self, kind: str, request: bytes, method: str) -> Answer:
        """Raises OSError when the connection broke before the answer."""
        begin = self.book.now()
        if self._socket is None:
            self._socket = rawhttp.connect(self.server.port, timeout=ANSWER_SECONDS_MAX)
        self._socket.sendall(request)
        answer = rawhttp.read_answer(self._socket, method)
        if answer.status == 0:
            raise ConnectionError
        self.book.answered(kind, begin, answer.status)
        if answer.closed:
            self.hang_up()
        return answer

    def get(self, kind: str, path: str, token: str | None = None) -> Answer:
        return self.ask(kind, rawhttp.request("GET", path, token=token), "GET")

    def expect(self, kind: str, answer: Answer, *statuses: int) -> bool:
        """5xx are the book's business: some are excused."""
        if answer.status in statuses:
            return True
        if answer.status < 500:
            self.book.problem(f"{kind}: {answer.status} {answer.body[:200]!r}")
        return False

    def hang_up(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


class Customer(Worker):
    """Looks around, holds seats that look free, then pays, confirms, cancels or forgets them.
    `pause` is the mean time between two bookings, in seconds."""

    def __init__(self, house, book, enough, number: int, login: Client, shows: list[str], pause: float):
        super().__init__(house, book, enough, number)
        self.journal = Journal()
        self._login, self._shows, self._pause = login, shows, pause

    def turn(self) -> None:
        self.enough.wait(self.chance.uniform(0, 2 * self._pause))
        show = self.chance.choice(self._shows)
        for _ in range(self.chance.randint(1, REPEATS)):
            path = self.chance.choice(["/api/movies", "/api/showtimes?limit=100", "/api/site"])
            self.expect("browse", self.get("browse", path, self._login.token), 200)
        seats = self.get("seats", f"/api/showtimes/{show}/seats", self._login.token)
        if not self.expect("seats", seats, 200):
            return
        free = [seat["seatCode"] for seat in seats.json() if seat["state"] == "AVAILABLE"]
        if len(free) < 10:
            self._shows = [other for other in self._shows if other != show] or self._shows
            return
        self._book(show, self.chance.sample(free, self.chance.randint(1, 3)))

    def _book(self, show: str, seats: list[str]) -> None:
        hold = UnansweredHold(self._login, show, seats, uuid.uuid4().hex)
        self.journal.unanswered.append(hold)
        shot = volley.lock(self._login.token, show, seats)
        shot.headers["Idempotency-Key"] = hold.key
        answer = self.ask("hold", shot.encoded(), "POST")
        if answer.status >= 500:
            return
        self.journal.unanswered.pop()
        if answer.status == 409 or not self.expect("hold", answer, 201):
            return  # somebody was quicker
        booking = answer.json()["bookingId"]
        memory = self.journal.bookings[booking] = Memory(("LOCKED", None), seats)
        for step in self.chance.choice(LIVES):
            memory.pending = step
            answer = self.ask(step, volley.step(self._login.token, booking, step).encoded(), "POST")
            if answer.status == 409 and volley.slug(answer) == "hold-expired":
                memory.pending = None
                return
            if not self.expect(step, answer, 200):
                return
            memory.state, memory.pending = AFTER[step][memory.state], None
        if self.chance.random() < 0.2:
            self.expect("mine", self.get("mine", "/api/bookings?limit=20", self._login.token), 200)


class Staff(Worker):
    """Lists, dashboard, audit log and CSV, as an office leaves them open."""

    VIEWS = ("/api/admin/dashboard", "/api/admin/bookings?limit=50", "/api/admin/audit-logs?limit=50",
             "/api/admin/audit-logs.csv?limit=500", "/metrics", "/readyz")  # fmt: skip

    def __init__(self, house: House, book: Book, enough: threading.Event, number: int):
        super().__init__(house, book, enough, number)
        self._token = Client(self.server.url, DEMO_ADMIN, checked=False).token

    def turn(self) -> None:
        self.enough.wait(1)
        self.expect("staff", self.get("staff", self.chance.choice(self.VIEWS), self._token), 200)


class Audience(Worker):
    """A viewer of a seat map who stays for a while, answers pings, and leaves politely or not."""

    def __init__(self, house, book, enough, number: int, shows: list[str]):
        super().__init__(house, book, enough, number)
        self._shows = shows

    def turn(self) -> None:
        begin = self.book.now()
        try:
            viewer = Viewer(self.server.port, self.chance.choice(self._shows))
        except AssertionError:  # not upgraded: excused or not is for the book to say
            self.book.answered("viewer", begin, 0)
            self.enough.wait(0.5)
            return
        viewer.keep_messages = False
        self.book.answered("viewer", begin, 101)
        leaving = begin + self.chance.uniform(1, 15)
        while not viewer.ended and self.book.now() < leaving and not self.enough.is_set():
            viewer.pump(0.5)
        if viewer.ended and not self.enough.is_set():
            self.book.answered("viewer lost", self.book.now(), 0)
        if self.chance.random() < 0.5:
            drop(viewer.socket)
        else:
            viewer.close()


class Vandal(Worker):
    """Bad requests, each on a connection of its own: refused, never 5xx."""

    def turn(self) -> None:
        self.enough.wait(0.5)
        begin = self.book.now()
        answer = rawhttp.exchange(self.server.port, self.chance.choice(BAD_REQUESTS))
        self.book.answered("bad request", begin, answer.status or 400)
        if not 400 <= (answer.status or 400) < 500:
            self.expect("bad request", answer, 400)


class Crowd:
    def __init__(self, house: House, book: Book, per_second: float):
        self.enough = threading.Event()
        count = CUSTOMERS
        logins = [Client(house.servers[0].url, f"c{n}@example.org", checked=False) for n in range(count)]
        shows = [show["id"] for show in logins[0].showtimes()]
        self.customers = [
            Customer(house, book, self.enough, n, logins[n], shows, count / per_second)
            for n in range(count)
        ]
        others = [Audience(house, book, self.enough, n, shows) for n in range(12)]
        others += [Staff(house, book, self.enough, n) for n in range(2)]
        others += [Vandal(house, book, self.enough, n) for n in range(2)]
        self._workers: list[Worker] = [*self.customers, *others]

    def start(self) -> Crowd:
        for worker in self._workers:
            worker.start()
        return self

    def stop(self) -> Journal:
        self.enough.set()
        for worker in self._workers:
            worker.join(ANSWER_SECONDS_MAX + 5)
            assert not worker.is_alive(), "somebody waits for an answer that never comes"
        joined = Journal()
        for customer in self.customers:
            joined.add(customer.journal)
        return joined
