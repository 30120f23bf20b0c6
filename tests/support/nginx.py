"""nginx as a child process: the repository's own files, before servers of the test's choice."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from support.backing import free_port
from support.server import REPOSITORY

DEPLOY = REPOSITORY / "deploy"
START_SECONDS_MAX = 10


def nginx_binary() -> str:
    """Debian keeps it where only root's PATH looks."""
    binary = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if binary is None:
        pytest.fail("these tests need nginx (Debian's package `nginx`)", pytrace=False)
    return binary


class Nginx:
    """The site on a free port of 127.0.0.1, its files in `folder`.

    Only what differs between houses is the test's own: cinema/site.conf and cinema/servers.conf.
    `site` adds lines to the former. Servers are ports, with the parameters of servers-host.conf.
    """

    def __init__(self, folder: Path, servers: Sequence[int], web: Path, site: str = ""):
        self.folder = folder
        self.port = free_port()
        self.access_log = folder / "access.log"
        self.error_log = folder / "error.log"
        self.process: subprocess.Popen[bytes] | None = None
        (folder / "conf.d").mkdir(parents=True)
        (folder / "cinema").mkdir()
        shutil.copy(DEPLOY / "nginx/main.conf", folder / "nginx.conf")
        shutil.copy(DEPLOY / "nginx.conf", folder / "conf.d/cinema.conf")
        shutil.copy(DEPLOY / "nginx/problem.conf", folder / "cinema/problem.conf")
        (folder / "cinema/site.conf").write_text(
            f"listen 127.0.0.1:{self.port};\nroot {web};\naccess_log {self.access_log} cinema;\n"
            + site
        )
        line = (DEPLOY / "nginx/servers-host.conf").read_text()
        assert "127.0.0.1:8080" in line
        (folder / "cinema/servers.conf").write_text(
            "".join(line.replace("127.0.0.1:8080", f"127.0.0.1:{port}") for port in servers)
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _command(self, *arguments: str) -> list[str]:
        # Root's nginx would serve as nobody, who may not read the test's folder.
        user = "user root;" if os.geteuid() == 0 else ""
        return [nginx_binary(), "-e", "stderr", "-p", f"{self.folder}/",
                "-c", str(self.folder / "nginx.conf"), "-g", f"daemon off; {user}",
                *arguments]  # fmt: skip

    def check(self) -> str:
        """What `nginx -t` has to say; fails when it refuses the files."""
        done = subprocess.run(self._command("-t"), capture_output=True, text=True, timeout=10)
        assert done.returncode == 0, done.stderr
        return done.stderr

    def start(self) -> Nginx:
        with self.error_log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command(), stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + START_SECONDS_MAX
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.stop()
                    raise AssertionError(
                        f"nginx did not start:\n{self.error_log.read_text()}"
                    ) from None
                time.sleep(0.02)

    def stop(self) -> int:
        """A fast end (SIGTERM) and its exit code."""
        if self.process is None:
            return 0
        process, self.process = self.process, None
        process.send_signal(signal.SIGTERM)
        try:
            return process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise

    def log_lines(self) -> list[dict]:
        """One object for each request that has ended."""
        if not self.access_log.exists():
            return []
        return [json.loads(line) for line in self.access_log.read_text().splitlines()]
