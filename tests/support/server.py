"""The program under test as a child process with a box office of its own: a data folder, or in a
cluster what it stands on (support/backing.py)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import ClassVar

import requests

from support.backing import CLUSTER, Backing

REPOSITORY = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("CINEMA_BIN", REPOSITORY / "build/release/cinema")).resolve()
JWT_SECRET = "a-key-for-the-tests-that-is-long-enough"
START_SECONDS_MAX = 30  # sanitizer builds on a busy machine are slow to start

DEFAULT_SETTINGS = {
    "LISTEN": "127.0.0.1:0",
    "DEMO_LOGIN": "true",
    "SEED_DEMO": "true",
    "JWT_SECRET": JWT_SECRET,
}


def child_environment(settings: dict[str, str]) -> dict[str, str]:
    """The settings and nothing of the caller's but what a program needs to run at all."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in ("PATH", "HOME", "LANG", "TMPDIR") or "SAN_OPTIONS" in name
    }
    return kept | {name: value for name, value in settings.items() if value is not None}


def box_office(folder: Path) -> dict[str, str]:
    """The settings that make this folder's box office, on the engine under test."""
    return {"DATA_DIR": str(folder / "data")} | (Backing.of(folder).settings() if CLUSTER else {})


def run_cinema(
    *arguments: str,
    folder: Path,
    settings: dict[str, str] | None = None,
    text: str | None = None,
    timeout: float = 60,
) -> subprocess.CompletedProcess[str]:
    """Runs one `cinema` command to its end. `folder` is its working directory and box office."""
    return subprocess.run(
        [str(BINARY), *arguments],
        cwd=folder,
        env=child_environment(box_office(folder) | (settings or {})),
        input=text,
        stdin=subprocess.DEVNULL if text is None else None,
        capture_output=True,
        text=True,
        timeout=timeout,
    )


class Server:
    """`cinema serve` on a free port. Settings are environment variables; None removes a default.

    The box office survives stop() and kill(), so that start() continues where it ended. It is the
    folder's, unless the settings name another (the instances of one cluster).
    """

    all_launched: ClassVar[list[Server]] = []  # for the report of a failing test

    def __init__(self, folder: Path, **settings: str | None):
        self.folder = folder
        self.data_dir = folder / "data"
        self.log_file = folder / "server.log"
        self.settings = DEFAULT_SETTINGS | self._box_office(settings) | settings
        self.tolerated: list[str] = []  # parts of log lines that a test provokes on purpose
        self.launcher: list[str] = []  # what starts the program, when it is not started directly
        self.process: subprocess.Popen[bytes] | None = None
        self.port = 0
        self._log_start = 0

    def _box_office(self, settings: dict[str, str | None]) -> dict[str, str]:
        elsewhere = settings.get("MONGO_URI") is not None
        return {"DATA_DIR": str(self.data_dir)} if elsewhere else box_office(self.folder)

    # -- life ------------------------------------------------------------------------------

    def launch(self) -> None:
        """Starts the process and does not wait for it."""
        assert self.process is None, "the server is already running"
        if self not in Server.all_launched:
            Server.all_launched.append(self)
        self._log_start = self.log_file.stat().st_size if self.log_file.exists() else 0
        self.port = 0
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.launcher, str(BINARY), "serve"],
                cwd=self.folder,
                env=child_environment(self.settings),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def start(self) -> Server:
        """Returns when the server is ready for requests."""
        self.launch()
        deadline = time.monotonic() + START_SECONDS_MAX
        while not self._is_ready():
            if self.process.poll() is not None:
                code, self.process = self.process.returncode, None
                raise AssertionError(f"the server ended with {code} at start:\n{self.log_tail()}")
            if time.monotonic() > deadline:
                self.kill()
                raise AssertionError(f"the server did not become ready:\n{self.log_tail()}")
            time.sleep(0.01)
        return self

    def stop(self, timeout: float = 20) -> int:
        """SIGTERM, and its exit code. Stopping a stopped server answers 0."""
        if self.process is None:
            return 0
        process, self.process = self.process, None
        process.send_signal(signal.SIGTERM)
        try:
            return process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"SIGTERM did not stop the server:\n{self.log_tail()}") from None

    def kill(self) -> None:
        """kill -9."""
        if self.process is not None:
            process, self.process = self.process, None
            process.kill()
            process.wait()

    def end(self) -> None:
        """Stops it for good and judges how it went."""
        try:
            code = self.stop()
            assert code == 0, f"the server exited with {code}:\n{self.log_tail()}"
            complaints = self.complaints()
            assert not complaints, "errors in the server's log:\n" + "\n".join(complaints[:10])
        finally:
            self.kill()

    def freeze(self) -> None:
        """What is sent now waits in the kernel until thaw(), and then arrives all at once."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def _is_ready(self) -> bool:
        if not self.port:
            for line in self.log_lines(since_start=True):
                if line.get("event") == "listening":
                    self.port = int(line["address"].rsplit(":", 1)[1])
        if not self.port:
            return False
        try:
            return requests.get(self.url + "/readyz", timeout=5).status_code == 200
        except requests.ConnectionError:
            return False

    # -- looking at it ---------------------------------------------------------------------

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self.process is not None, "the server is not running"
        return self.process.pid

    def rss_bytes(self) -> int:
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise AssertionError("no VmRSS in /proc")

    def open_files(self) -> int:
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def log_text(self, since_start: bool = False) -> str:
        if not self.log_file.exists():
            return ""
        with self.log_file.open("rb") as log:
            log.seek(self._log_start if since_start else 0)
            return log.read().decode("utf-8", "replace")

    def log_tail(self, lines: int = 40) -> str:
        return "\n".join(self.log_text().splitlines()[-lines:])

    def log_lines(self, since_start: bool = False) -> list[dict]:
        """The lines that are JSON objects; a line cut off by kill -9 is not one."""
        parsed = []
        for line in self.log_text(since_start).splitlines():
            if line.startswith("{"):
                try:
                    parsed.append(json.loads(line))
                except ValueError:
                    continue
        return parsed

    def complaints(self) -> list[str]:
        """Log lines of level error and answers of 5xx that no test said it would provoke."""
        found = []
        for line in self.log_lines():
            failed = isinstance(line.get("status"), int) and line["status"] >= 500
            if line.get("level") in ("error", "critical", "fatal") or failed:
                text = json.dumps(line)
                if not any(part in text for part in self.tolerated):
                    found.append(text)
        return found
