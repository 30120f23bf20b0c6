"""Servers on machines in trouble: a small disk of their own, few descriptors."""

from __future__ import annotations

import contextlib
import subprocess
from pathlib import Path

import pytest

from support.server import BINARY, Server

# A mount of its own, seen by that process alone; no rights are needed where user namespaces are allowed.
OWN_MOUNTS = ["unshare", "--user", "--map-root-user", "--mount"]


def own_mounts_or_skip() -> None:
    tried = subprocess.run([*OWN_MOUNTS, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True)
    if tried.returncode != 0:
        pytest.skip(f"no mounts of one's own here: {tried.stderr.decode().strip()}")


class SmallDisk:
    """A server whose data folder is a disk of a few MiB, which can be filled."""

    def __init__(self, folder: Path, megabytes: int, **settings: str | None):
        own_mounts_or_skip()
        self.server = Server(folder, **settings)
        self.server.data_dir.mkdir()
        mount = f'mount -t tmpfs -o size={megabytes}m,mode=0700 none "$DATA_DIR" && exec "$@"'
        self.server.launcher = [*OWN_MOUNTS, "sh", "-c", mount, "sh"]

    def _filler(self) -> Path:
        return Path(f"/proc/{self.server.pid}/root{self.server.data_dir}/filler")

    def fill(self) -> None:
        with self._filler().open("wb", buffering=0) as filler, contextlib.suppress(OSError):
            while filler.write(bytes(4096)) == 4096:
                pass

    def make_room(self) -> None:
        self._filler().unlink()


def serve_read_only(folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """`cinema serve` on a box office whose disk has become read-only before."""
    own_mounts_or_skip()
    (folder / "data").mkdir()
    script = (
        'mount -t tmpfs -o size=16m,mode=0700 none "$DATA_DIR" && "$1" migrate >&2 && '
        'mount -o remount,ro "$DATA_DIR" && exec "$1" serve'
    )
    command = [*OWN_MOUNTS, "sh", "-c", script, "sh", str(BINARY)]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=30
    )
