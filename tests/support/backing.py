"""What the cluster engine stands on: a database, a Redis and a RabbitMQ vhost for each box office.

CINEMA_ENGINE=cluster makes every server of the tests one of a cluster, CINEMA_ENGINE=nginx two of
them behind nginx (support/proxied.py). `./dev stack` says where the databases are (TEST_MONGO_URI, TEST_REDIS_ADDR, TEST_RABBITMQ_URL, TEST_RABBITMQ_API).
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import pymongo
import requests

ENGINE = os.environ.get("CINEMA_ENGINE", "embedded")
CLUSTER = ENGINE != "embedded"
PROXIED = ENGINE == "nginx"
NAMES = ("TEST_MONGO_URI", "TEST_REDIS_ADDR", "TEST_RABBITMQ_URL", "TEST_RABBITMQ_API")
QUEUE, DEAD_LETTERS = "booking.events", "booking.events.dead"


def problem_with_environment() -> str:
    """Why no test can run with this environment; empty when they can."""
    if ENGINE not in ("embedded", "cluster", "nginx"):
        return f"CINEMA_ENGINE is embedded, cluster or nginx, not {ENGINE}"
    missing = [name for name in NAMES if not os.environ.get(name)] if CLUSTER else []
    return f"{', '.join(missing)} not set: run this with ./dev stack -- …" if missing else ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def with_path(url: str, path: str, **query: str) -> str:
    parts = urlsplit(url)
    wanted = query | dict(parse_qsl(parts.query))
    return urlunsplit(parts._replace(path="/" + path, query=urlencode(wanted)))


class Backing:
    """Made anew and empty; close() removes it. Several servers may stand on one."""

    _of_folder: ClassVar[dict[Path, Backing]] = {}

    def __init__(self):
        self.name = f"cinema_{uuid.uuid4().hex[:12]}"
        given = os.environ["TEST_MONGO_URI"]
        login = {"authSource": "admin"} if urlsplit(given).username else {}
        self.mongo_uri = with_path(given, self.name, **login)
        self.rabbitmq_url = with_path(os.environ["TEST_RABBITMQ_URL"], self.name)
        self._api = os.environ["TEST_RABBITMQ_API"]
        self._mongo: pymongo.MongoClient | None = None
        self._make_vhost()
        self._start_redis()

    @classmethod
    def of(cls, folder: Path) -> Backing:
        """The one of this folder: servers and commands that share a folder share a box office."""
        if folder not in cls._of_folder:
            cls._of_folder[folder] = cls()
        return cls._of_folder[folder]

    @classmethod
    def close_all(cls) -> None:
        for backing in cls._of_folder.values():
            backing.close()
        cls._of_folder.clear()

    def settings(self) -> dict[str, str]:
        return {
            "MONGO_URI": self.mongo_uri,
            "REDIS_ADDR": self.redis_address,
            "RABBITMQ_URL": self.rabbitmq_url,
        }

    def close(self) -> None:
        self._redis.terminate()
        self._redis.wait(10)
        shutil.rmtree(self._redis_folder, ignore_errors=True)
        self._call("DELETE", f"vhosts/{self.name}")
        self.mongo().client.drop_database(self.name)
        self.mongo().client.close()

    @staticmethod
    def address_of(url: str, default_port: int) -> str:
        parts = urlsplit(url)
        return f"{parts.hostname}:{parts.port or default_port}"

    @staticmethod
    def at(url: str, address: str) -> str:
        """The same at another address."""
        parts = urlsplit(url)
        login = parts.netloc.rpartition("@")
        return urlunsplit(parts._replace(netloc=login[0] + login[1] + address))

    # -- looking at it ---------------------------------------------------------------------

    def mongo(self) -> pymongo.database.Database:
        if self._mongo is None:
            self._mongo = pymongo.MongoClient(self.mongo_uri, serverSelectionTimeoutMS=10_000)
        return self._mongo[self.name]

    def redis(self, *words: str) -> str:
        """What redis-cli answers."""
        command = ["redis-cli", "-p", self.redis_address.rsplit(":", 1)[1], *words]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    def queue(self, name: str = QUEUE) -> dict:
        """The management API's words for a queue; some of them are seconds old."""
        return self._call("GET", f"queues/{self.name}/{name}").json()

    def take_messages(self, name: str, count: int = 100) -> list[dict]:
        """Takes them off the queue."""
        wish = {"count": count, "ackmode": "ack_requeue_false", "encoding": "auto"}
        return self._call("POST", f"queues/{self.name}/{name}/get", wish).json()

    def publish(self, name: str, payload: str, **properties: object) -> None:
        message = {"properties": properties, "routing_key": name, "payload": payload,
                   "payload_encoding": "string"}  # fmt: skip
        answer = self._call("POST", f"exchanges/{self.name}/amq.default/publish", message)
        assert answer.json()["routed"], f"there is no queue {name}"

    def tap(self) -> Callable[[], list[dict]]:
        """From now on a copy of what is published to QUEUE; the function takes what has come."""
        self._call("PUT", f"vhosts/{self.name}", {"tracing": True})
        self._call("PUT", f"queues/{self.name}/tap", {"durable": False})
        bound = {"routing_key": "publish.#"}
        self._call("POST", f"bindings/{self.name}/e/amq.rabbitmq.trace/q/tap", bound)

        def take() -> list[dict]:
            found = self.take_messages("tap")
            headers = [message["properties"]["headers"] for message in found]
            return [m for m, h in zip(found, headers, strict=True) if QUEUE in h["routing_keys"]]

        return take

    def untap(self) -> None:
        self._call("DELETE", f"queues/{self.name}/tap")
        self._call("PUT", f"vhosts/{self.name}", {"tracing": False})

    # -- making it -------------------------------------------------------------------------

    def _call(self, method: str, path: str, body: object = None) -> requests.Response:
        answer = requests.request(method, f"{self._api}/api/{path}", json=body, timeout=30)
        answer.raise_for_status()
        return answer

    def _make_vhost(self) -> None:
        self._call("PUT", f"vhosts/{self.name}")
        user = urlsplit(self.rabbitmq_url).username or "guest"
        rights = {"configure": ".*", "write": ".*", "read": ".*"}
        self._call("PUT", f"permissions/{self.name}/{user}", rights)

    def _start_redis(self) -> None:
        """A process of its own: FLUSHALL, its end and its channels are nobody else's."""
        port = free_port()
        self.redis_address = f"127.0.0.1:{port}"
        self._redis_folder = tempfile.mkdtemp(prefix="cinema-redis-")
        self._redis = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", "redis-server", "--port", str(port)]
            + ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
            cwd=self._redis_folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 20
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            assert self._redis.poll() is None, "redis-server does not start"
            assert time.monotonic() < deadline, "redis-server does not answer"
            time.sleep(0.01)
