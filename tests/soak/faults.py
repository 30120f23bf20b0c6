"""The faults themselves. Each takes its time and leaves everything healed."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
import time

from soak.book import Book
from soak.house import House
from soak.plan import FREEZE_SECONDS, GRACE_SECONDS, OUTAGE_SECONDS, Kind, schedule
from support import rawhttp

SLOW_CLIENTS = 30
DOWN_SECONDS = 1.0
FLUSHES = 20


class Trouble(threading.Thread):
    """Brings the faults as planned until the run ends."""

    def __init__(self, house: House, book: Book, engine: str, seconds: float, seed: int):
        super().__init__(daemon=True)
        self._house, self._book, self._engine = house, book, engine
        self._chance = random.Random(seed)
        self._plan = schedule(engine, seconds, self._chance)
        self.enough = threading.Event()

    def run(self) -> None:
        for moment, kind in self._plan:
            if self.enough.wait(max(0.0, moment - self._book.now())):
                return
            window = self._book.begin_fault(kind.name, kind.excuses)
            try:
                self._bring(kind)
            except Exception as failure:
                self._book.problem(f"the fault '{kind.name}' itself failed: {failure!r}")
            window.end = self._book.now() + GRACE_SECONDS[self._engine]

    def _bring(self, kind: Kind) -> None:
        number = self._chance.randrange(len(self._house.servers))
        what, _, how = kind.name.partition(" ")
        if kind.deadly:
            self._house.kill_one(number)
            time.sleep(DOWN_SECONDS)
            self._house.start_one(number)
        elif what == "frozen":
            self._freeze(number)
        elif what == "slow":
            self._slow_clients(self._house.servers[number].port)
        elif how == "emptied":
            for _ in range(FLUSHES):
                self._house.cluster.backing.redis("FLUSHALL")
                time.sleep(OUTAGE_SECONDS / FLUSHES)
        else:
            self._disturb(what, how)

    def _freeze(self, number: int) -> None:
        server = self._house.servers[number]
        server.freeze()
        try:
            time.sleep(FREEZE_SECONDS)
        finally:
            server.thaw()

    def _disturb(self, dependency: str, how: str) -> None:
        link = self._house.cluster.network[dependency]
        try:
            {"slow": lambda: link.slow(150), "stalled": link.stall, "cut": link.cut}[how]()
            time.sleep(OUTAGE_SECONDS)
        finally:
            link.heal()

    def _slow_clients(self, port: int) -> None:
        """A third never ends its headers, a third its body, a third takes no answer."""
        openings = [
            b"GET /api/movies HTTP/1.1\r\nHost: x\r\nX-",
            b"POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n{",
            b"GET /api/showtimes?limit=500 HTTP/1.1\r\nHost: x\r\n\r\n" * 200,
        ]
        sockets: list[socket.socket] = []
        try:
            for number in range(SLOW_CLIENTS):
                sock = rawhttp.connect(port, receive_buffer=4096)
                sockets.append(sock)
                sock.setblocking(False)
                with contextlib.suppress(BlockingIOError):
                    sock.send(openings[number % len(openings)])
            end = time.monotonic() + OUTAGE_SECONDS
            while time.monotonic() < end:
                for sock in sockets:
                    with contextlib.suppress(OSError):
                        sock.send(b" ")
                time.sleep(0.3)
        finally:
            for sock in sockets:
                sock.close()

