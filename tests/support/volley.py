"""Many requests at the same moment.

A client library prepares a request, sends it, then prepares the next: by the time the tenth is
sent the first is answered, and nothing collides. Here every connection is open and every request
is ready as bytes before the first is sent; the sends are then a few microseconds apart. With a
frozen server they are not apart at all: they wait in the kernel and the thawed server finds them
all at once.
"""

from __future__ import annotations

import json
import select
import socket
import time
from dataclasses import dataclass, field

from support import rawhttp
from support.client import Client
from support.rawhttp import Answer
from support.server import Server


@dataclass
class Shot:
    """One POST of a volley. `delay` is in seconds after the volley's start."""

    token: str
    path: str
    body: object = None
    delay: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)

    def encoded(self) -> bytes:
        if self.body is None:
            return rawhttp.request("POST", self.path, self.headers, b"", self.token)
        headers = {"Content-Type": "application/json"} | self.headers
        body = json.dumps(self.body).encode()
        return rawhttp.request("POST", self.path, headers, body, self.token)


def lock(token: str, showtime: str, seats: list[str], delay: float = 0.0) -> Shot:
    return Shot(token, f"/api/showtimes/{showtime}/seats/lock", {"seats": seats}, delay)


def step(token: str, booking: str, name: str, delay: float = 0.0) -> Shot:
    """`name` is pay, confirm or cancel."""
    return Shot(token, f"/api/bookings/{booking}/{name}", delay=delay)


class Range:
    """Open keep-alive connections to fire volleys over, one shot per connection and volley. With
    several servers neighbouring shots go to different ones."""

    def __init__(self, *servers: Server):
        self._servers = servers
        self._sockets: list[socket.socket] = []

    def close(self) -> None:
        for sock in self._sockets:
            sock.close()
        self._sockets = []

    def fire(self, shots: list[Shot], frozen: bool = False) -> list[Answer]:
        """All shots in the order given (delays must not fall); their answers in that order."""
        self._sockets = [sock for sock in self._sockets if not _is_stale(sock)]
        while len(self._sockets) < len(shots):
            server = self._servers[len(self._sockets) % len(self._servers)]
            self._sockets.append(rawhttp.connect(server.port, timeout=30))
        used = self._sockets[: len(shots)]
        loaded = [shot.encoded() for shot in shots]
        if frozen:
            for server in self._servers:
                server.freeze()
        start = time.monotonic()
        try:
            for sock, data, shot in zip(used, loaded, shots, strict=True):
                if shot.delay:
                    time.sleep(max(0.0, start + shot.delay - time.monotonic()))
                sock.sendall(data)
        finally:
            if frozen:
                for server in self._servers:
                    server.thaw()
        answers = [rawhttp.read_answer(sock, "POST") for sock in used]
        for sock, answer in zip(used, answers, strict=True):
            if answer.closed:
                sock.close()
                self._sockets.remove(sock)
        return answers


def _is_stale(sock: socket.socket) -> bool:
    """Has the server closed this idle connection meanwhile?"""
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    if not poll.poll(0):
        return False
    sock.close()
    return True


class SeatSupply:
    """Hands out seats that no round has had before, neighbours first; of the showtimes that start
    last, so that none begins while a test (or the clock it sets) goes on."""

    def __init__(self, client: Client):
        self._client = client
        last_first = sorted(client.showtimes(), key=lambda show: show["startTime"], reverse=True)
        self._showtimes = iter(sorted(last_first, key=lambda show: -show["seatsTotal"]))
        self._show, self._seats = "", []

    def take(self, count: int) -> tuple[str, list[str]]:
        while len(self._seats) < count:
            self._show = next(self._showtimes)["id"]
            seats = self._client.seats(self._show)
            self._seats = [code for code, seat in seats.items() if seat["state"] == "AVAILABLE"]
        taken, self._seats = self._seats[:count], self._seats[count:]
        return self._show, taken


def statuses(answers: list[Answer]) -> list[int]:
    return [answer.status for answer in answers]


def slug(answer: Answer) -> str:
    return answer.json()["type"].rsplit(":", 1)[1]
