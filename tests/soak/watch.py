"""Samples of processes, files, metrics and queues, from outside."""

from __future__ import annotations

import os
import re
import threading
from pathlib import Path

import requests

from soak.book import Book, Sample
from soak.house import House
from support.server import Server

SAMPLE_SECONDS = 2.0
STORES_EVERY = 5  # samples: asking the stores is work for them

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
METRICS = {
    "write queue": "cinema_write_queue_depth",
    "connections": "cinema_http_connections",
    "viewers": "cinema_websocket_viewers",
}


def of_process(server: Server) -> dict[str, float]:
    """Of /proc: nothing that the program says of itself."""
    process = Path(f"/proc/{server.pid}")
    status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
    ticks = (process / "stat").read_text().rpartition(")")[2].split()
    return {
        "memory": int(status["VmRSS"].split()[0]) / 1024,
        "threads": int(status["Threads"]),
        "descriptors": len(os.listdir(process / "fd")),
        "cpu": (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK"),
    }


def of_files(folder: Path) -> dict[str, float]:
    sizes = {}
    for name, file in (("data", "cinema.db"), ("log before checkpoint", "cinema.db-wal")):
        path = folder / file
        if path.exists():
            sizes[name] = path.stat().st_size / 2**20
    return sizes


def of_metrics(server: Server) -> dict[str, float]:
    text = requests.get(server.url + "/metrics", timeout=2).text
    found = {}
    for name, metric in METRICS.items():
        if line := re.search(rf"^{metric} (\S+)$", text, re.MULTILINE):
            found[name] = float(line[1])
    return found


class Watch(threading.Thread):
    def __init__(self, house: House, book: Book):
        super().__init__(daemon=True)
        self._house, self._book = house, book
        self.enough = threading.Event()

    def run(self) -> None:
        turn = 0
        while not self.enough.wait(SAMPLE_SECONDS):
            for name, server in zip(self._house.names(), self._house.servers, strict=True):
                with self._house.lock:
                    self._sample(name, server)
            if self._house.cluster and turn % STORES_EVERY == 0:
                self._sample_stores()
            turn += 1

    def _add(self, server: str, lives: int, values: dict[str, float]) -> None:
        with self._book.lock:
            requests_now = self._book.counts.total()
            sample = Sample(self._book.now(), server, lives, requests_now, values)
            self._book.samples.append(sample)

    def _sample(self, name: str, server: Server) -> None:
        if server.process is None:
            return  # being killed
        try:
            values = of_process(server) | of_files(server.data_dir)
        except OSError as failure:
            self._book.problem(f"{name} is gone: {failure}")
            return
        try:
            values |= of_metrics(server)
        except requests.RequestException:
            pass  # frozen: there is nothing to be had from it
        self._add(name, self._house.lives[name], values)

    def _sample_stores(self) -> None:
        backing = self._house.cluster.backing
        try:
            self._add("stores", 1, {
                "outboxes": backing.mongo().bookings.count_documents({"outbox_since": {"$exists": True}}),
                "queue": backing.queue().get("messages", 0),
            })  # fmt: skip
        except requests.RequestException as failure:
            self._book.problem(f"the stores cannot be looked at: {failure!r}")
