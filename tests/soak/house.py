"""The box office under test: one server, or two of a cluster with a bad network below them."""

from __future__ import annotations

import threading
from pathlib import Path

from support.backing import CLUSTER, free_port
from support.client import DEMO_ADMIN, Client
from support.cluster import Cluster
from support.ledger import check_agreement
from support.server import Server

LOCK_TTL_SECONDS = 8
SETTINGS = {
    "LOCK_TTL_SECONDS": str(LOCK_TTL_SECONDS),
    "EXPIRY_INTERVAL_SECONDS": "1",
    # So that slow clients are let go within a fault's time.
    "HEADER_TIMEOUT_SECONDS": "3",
    "BODY_TIMEOUT_SECONDS": "3",
    "WRITE_TIMEOUT_SECONDS": "5",
}


class House:
    """Servers keep their ports when they are started again, as behind a proxy they would."""

    def __init__(self, folder: Path):
        self.cluster = Cluster(folder, 2, through_network=True, **SETTINGS) if CLUSTER else None
        self.servers = self.cluster.servers if self.cluster else [Server(folder, **SETTINGS)]
        for server in self.servers:
            server.settings["LISTEN"] = f"127.0.0.1:{free_port()}"
        self.lives = dict.fromkeys(self.names(), 0)
        self.lock = threading.Lock()  # held while a process is about to change

    def names(self) -> list[str]:
        return [f"server {n + 1}" for n in range(len(self.servers))]

    def start(self) -> House:
        for number in range(len(self.servers)):
            self.start_one(number)
        return self

    def start_one(self, number: int) -> None:
        with self.lock:
            self.servers[number].start()
            self.lives[self.names()[number]] += 1

    def kill_one(self, number: int) -> None:
        with self.lock:
            self.servers[number].kill()

    def admin(self) -> Client:
        return Client(self.servers[0].url, DEMO_ADMIN, checked=False)

    def check(self, settle_seconds: float) -> list[dict]:
        """Nothing is going on any more: do all stories agree? Returns all bookings."""
        if self.cluster:
            return self.cluster.check(settle_seconds)
        return check_agreement(self.admin(), settle_seconds)

    def close(self) -> list[str]:
        """Ends everything; says what was wrong with that."""
        problems = []
        for server in self.servers:
            try:
                code = server.stop()
                if code != 0:
                    problems.append(f"a server exited with {code} on SIGTERM")
            except AssertionError as failure:
                problems.append(str(failure).splitlines()[0])
            finally:
                server.kill()
        if self.cluster:
            self.cluster.network.close()
        return problems
