"""Two servers behind nginx (deploy/nginx.conf) that look like one to a test."""

from __future__ import annotations

from pathlib import Path

from support.nginx import Nginx
from support.server import Server, box_office

INSTANCES = 2


class ProxiedServers(Server):
    """What a test does to the server is done to both; `port` is nginx's."""

    def __init__(self, folder: Path, **settings: str | None):
        super().__init__(folder, **settings)
        where = box_office(folder) | {"TRUSTED_PROXIES": "127.0.0.1"} | settings
        self.instances = []
        for number in range(INSTANCES):
            home = folder / f"instance-{number}"
            home.mkdir()
            instance = Server(home, **where)
            instance.tolerated = self.tolerated
            self.instances.append(instance)
        self._starts = 0
        self._nginx: Nginx | None = None

    def start(self) -> ProxiedServers:
        for instance in self.instances:
            instance.start()
        self._starts += 1
        empty = self.folder / "web"
        empty.mkdir(exist_ok=True)
        ports = [instance.port for instance in self.instances]
        self._nginx = Nginx(self.folder / f"nginx-{self._starts}", ports, empty).start()
        self.port = self._nginx.port
        return self

    def stop(self, timeout: float = 20) -> int:
        codes = [instance.stop(timeout) for instance in self.instances]
        self._stop_nginx()
        return next((code for code in codes if code != 0), 0)

    def kill(self) -> None:
        for instance in self.instances:
            instance.kill()
        self._stop_nginx()

    def _stop_nginx(self) -> None:
        if self._nginx is not None:
            self._nginx.stop()
            self._nginx = None

    def freeze(self) -> None:
        for instance in self.instances:
            instance.freeze()

    def thaw(self) -> None:
        for instance in self.instances:
            instance.thaw()

    def rss_bytes(self) -> int:
        return sum(instance.rss_bytes() for instance in self.instances)

    def open_files(self) -> int:
        return sum(instance.open_files() for instance in self.instances)

    def log_text(self, since_start: bool = False) -> str:
        return "".join(instance.log_text(since_start) for instance in self.instances)
