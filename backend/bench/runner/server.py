"""Starts and stops `cinema serve` on a folder of its own."""

import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

from .client import Client
from .drivers import CannotMeasure

READY_SECONDS_MAX = 60
STOP_SECONDS_MAX = 30


class Server:
    """One running server: `port`, `pid`, and a logged-in `client`."""

    def __init__(self, process: subprocess.Popen, port: int, data_dir: Path):
        self.process = process
        self.port = port
        self.pid = process.pid
        self.data_dir = data_dir
        self.target = f"127.0.0.1:{port}"
        self.client = Client(port)

    def rss_kib(self) -> int:
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        raise CannotMeasure("the server has ended")

    def cpu_seconds(self) -> float:
        """User and kernel time of all its threads, from the process's CPU clock."""
        return time.clock_gettime((~self.pid << 3) | 2)


class Servers:
    """Makes servers. `ports` is where to look for a free port, `catalogue` what a seeded server
    shows, `settings` are variables that come before everything else."""

    def __init__(self, binary: Path, work_dir: Path, ports: range, catalogue: Path,
                 settings: dict[str, str]):
        self.binary = binary
        self._work_dir = work_dir
        self._ports = ports
        self._catalogue = catalogue
        self._settings = settings
        self._folders: set[Path] = set()

    def fresh_folder(self, name: str) -> Path:
        """An empty data folder; remove_folders() removes it."""
        folder = self._work_dir / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self._folders.add(folder)
        return folder

    def remove_folders(self) -> None:
        for folder in self._folders:
            shutil.rmtree(folder)
        self._folders.clear()

    def free_port(self) -> int:
        for port in self._ports:
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                    return port
                except OSError:
                    continue
        raise CannotMeasure(f"no free port in {self._ports}")

    def command(self, data_dir: Path, *arguments: str,
                settings: dict[str, str] | None = None) -> None:
        """Runs another subcommand of the binary (`import FILE`, `migrate`) on a data folder."""
        environment = self._environment(data_dir, seed=False) | (settings or {})
        done = subprocess.run([self.binary, *arguments], cwd=self._work_dir, text=True,
                              env=environment, capture_output=True)
        if done.returncode != 0:
            raise CannotMeasure(f"cinema {arguments[0]}: {done.stderr.strip() or done.stdout}")

    @contextmanager
    def running(self, data_dir: Path, *, seed: bool = False,
                settings: dict[str, str] | None = None):
        server, _ = self.start(data_dir, seed=seed, settings=settings)
        try:
            server.client.token = server.client.login("bench@example.com")
            yield server
        finally:
            self.stop(server)

    def start(self, data_dir: Path, *, seed: bool = False,
              settings: dict[str, str] | None = None) -> tuple[Server, float]:
        """A server that answers /readyz, and the seconds from its start until then."""
        port = self.free_port()
        environment = (self._environment(data_dir, seed=seed) | (settings or {})
                       | {"LISTEN": f"127.0.0.1:{port}"})
        problems = self._work_dir / "server-stderr.log"
        with open(problems, "wb") as stderr:
            started = time.monotonic()
            # A line is logged per request as in production; where it goes must not cost disk
            # writes that would disturb the fsyncs being measured.
            process = subprocess.Popen([self.binary, "serve"], cwd=self._work_dir,
                                       env=environment, stdout=subprocess.DEVNULL, stderr=stderr)
        try:
            self._wait_until_ready(process, port, problems)
        except BaseException:
            process.kill()
            process.wait()
            raise
        return Server(process, port, data_dir), time.monotonic() - started

    def _wait_until_ready(self, process: subprocess.Popen, port: int, problems: Path) -> None:
        give_up = time.monotonic() + READY_SECONDS_MAX
        while not _is_ready(port):
            if process.poll() is not None:
                raise CannotMeasure(f"cinema serve ended with {process.returncode}: "
                                    f"{problems.read_text(errors='replace')[-2000:]}")
            if time.monotonic() > give_up:
                raise CannotMeasure(f"cinema serve was not ready in {READY_SECONDS_MAX} s")
            time.sleep(0.001)

    def stop(self, server: Server) -> None:
        if server.process.poll() is not None:
            raise CannotMeasure(f"cinema serve ended by itself with {server.process.returncode}")
        server.process.terminate()
        try:
            server.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            server.process.kill()
            server.process.wait()
            raise CannotMeasure(f"cinema serve did not stop in {STOP_SECONDS_MAX} s") from None

    def _environment(self, data_dir: Path, *, seed: bool) -> dict[str, str]:
        # Not the caller's environment: a LOCK_TTL_SECONDS there would change what is measured.
        # The working folder is ours for the same reason: the server reads a .env file.
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ")
                     if name in os.environ}
        ours = {"DATA_DIR": str(data_dir), "DEMO_LOGIN": "true"}
        if seed:
            ours |= {"SEED_DEMO": "true", "DEMO_CATALOGUE": str(self._catalogue)}
        return inherited | ours | self._settings


def _is_ready(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(b"GET /readyz HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")
            return connection.recv(64).startswith(b"HTTP/1.1 200 ")
    except OSError:
        return False
