"""A network that can be slow, silent or cut: toxiproxy between servers and what they need.

`./dev test cluster` builds it (build/toxiproxy/server).
"""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import requests

from support.backing import Backing, free_port
from support.server import REPOSITORY

BINARY = REPOSITORY / "build/toxiproxy/server"


class Link:
    """One way from the servers to one dependency."""

    def __init__(self, api: str, name: str, upstream: str):
        self.name = name
        self.address = f"127.0.0.1:{free_port()}"
        self._url = f"{api}/proxies/{name}"
        body = {"name": name, "listen": self.address, "upstream": upstream, "enabled": True}
        requests.post(f"{api}/proxies", json=body, timeout=10).raise_for_status()

    def slow(self, milliseconds: int) -> None:
        """Every answer comes this much later, give or take half."""
        self._poison("latency", latency=milliseconds, jitter=milliseconds // 2)

    def stall(self) -> None:
        """Connections stay open, and nothing arrives on either side any more."""
        self._poison("timeout", timeout=0)
        self._poison("timeout", "upstream", timeout=0)

    def half_open(self) -> None:
        """Requests arrive and are done, answers do not: the far side's machine is gone."""
        self._poison("timeout", timeout=0)

    def reset(self) -> None:
        """Every connection is torn down as soon as something is sent."""
        self._poison("reset_peer", timeout=0)
        self._poison("reset_peer", "upstream", timeout=0)

    def cut(self) -> None:
        """Nobody listens: a full outage."""
        self._set(enabled=False)

    def heal(self) -> None:
        for toxic in requests.get(f"{self._url}/toxics", timeout=10).json():
            requests.delete(f"{self._url}/toxics/{toxic['name']}", timeout=10).raise_for_status()
        self._set(enabled=True)

    def _set(self, **fields: object) -> None:
        requests.post(self._url, json=fields, timeout=10).raise_for_status()

    def _poison(self, kind: str, stream: str = "downstream", **attributes: object) -> None:
        toxic = {"name": f"{kind}_{stream}", "type": kind, "stream": stream}
        requests.post(
            f"{self._url}/toxics", json=toxic | {"attributes": attributes}, timeout=10
        ).raise_for_status()


class Network:
    """Links to all that a backing has."""

    def __init__(self, folder: Path, backing: Backing):
        assert BINARY.exists(), f"{BINARY} is missing: ./dev test cluster builds it"
        port = free_port()
        with (folder / "toxiproxy.log").open("wb") as log:
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", str(BINARY), "-host", "127.0.0.1"]
                + ["-port", str(port)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        api = f"http://127.0.0.1:{port}"
        self._wait_for(api)
        self.links = {
            "mongodb": Link(api, "mongodb", backing.address_of(backing.mongo_uri, 27017)),
            "redis": Link(api, "redis", backing.redis_address),
            "rabbitmq": Link(api, "rabbitmq", backing.address_of(backing.rabbitmq_url, 5672)),
        }
        self._backing = backing

    def settings(self) -> dict[str, str]:
        """For a server on the far side of the links."""
        backing, links = self._backing, self.links
        return {
            "MONGO_URI": backing.at(backing.mongo_uri, links["mongodb"].address),
            "REDIS_ADDR": links["redis"].address,
            "RABBITMQ_URL": backing.at(backing.rabbitmq_url, links["rabbitmq"].address),
        }

    def __getitem__(self, name: str) -> Link:
        return self.links[name]

    def heal(self) -> None:
        for link in self.links.values():
            link.heal()

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(10)

    def _wait_for(self, api: str) -> None:
        deadline = time.monotonic() + 20
        while True:
            try:
                requests.get(f"{api}/version", timeout=5).raise_for_status()
                return
            except requests.ConnectionError:
                assert self._process.poll() is None, "toxiproxy does not start"
                assert time.monotonic() < deadline, "toxiproxy does not answer"
                time.sleep(0.02)
