"""A clock that can be set and a disk that can be read-only, for one server: support/world.c, loaded before
libc. The rest of the machine does not notice."""

from __future__ import annotations

import mmap
import struct
import subprocess
from functools import cache
from pathlib import Path

from support.server import REPOSITORY

SOURCE = Path(__file__).with_name("world.c")
KNOBS = struct.Struct("qq")


@cache
def library() -> Path:
    """Compiled when it is not there or older."""
    made = REPOSITORY / "build/tests/world.so"
    if not made.exists() or made.stat().st_mtime < SOURCE.stat().st_mtime:
        made.parent.mkdir(parents=True, exist_ok=True)
        command = ["cc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", str(made), str(SOURCE)]
        subprocess.run(command, check=True)
    return made


class World:
    """settings() are for the server that is to live in it; the knobs work at once."""

    def __init__(self, folder: Path):
        self._file = folder / "world.knobs"
        self._file.write_bytes(bytes(mmap.PAGESIZE))
        with self._file.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), mmap.PAGESIZE)
        self._clock_offset_seconds = 0
        self._write_error = 0

    def settings(self) -> dict[str, str]:
        return {"LD_PRELOAD": str(library()), "WORLD_KNOBS": str(self._file)}

    def set_clock(self, offset_seconds: int) -> None:
        """The wall clock is off by so much; how time passes stays as it is."""
        self._clock_offset_seconds = offset_seconds
        self._turn()

    def refuse_writes(self, error: int) -> None:
        """Every change in DATA_DIR fails with this errno; 0 mends it."""
        self._write_error = error
        self._turn()

    def _turn(self) -> None:
        KNOBS.pack_into(self._shared, 0, self._clock_offset_seconds, self._write_error)
