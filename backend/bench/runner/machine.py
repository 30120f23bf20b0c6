"""Describes the hardware, because a number without it means nothing."""

import os
import platform
from pathlib import Path


def cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() in ("model name", "Model", "Hardware"):
            return value.strip()
    return platform.machine()


def memory_gib() -> float:
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemTotal:"):
            return int(line.split()[1]) / 1024 / 1024
    raise RuntimeError("/proc/meminfo has no MemTotal")


def file_system_of(folder: Path) -> str:
    """The type of the file system that holds `folder`: the longest mount point wins."""
    best = ("", "unknown")
    for line in Path("/proc/self/mounts").read_text().splitlines():
        _, mount, kind = line.split()[:3]
        mount = mount.replace("\\040", " ")
        inside = mount == "/" or folder == Path(mount) or Path(mount) in folder.parents
        if inside and len(mount) >= len(best[0]):
            best = (mount, kind)
    return best[1]


def cores() -> int:
    return len(os.sched_getaffinity(0))


def describe(folder: Path) -> list[str]:
    return [
        f"CPU: {cpu_model()}, {cores()} cores",
        f"memory: {memory_gib():.0f} GiB",
        f"kernel: {platform.system()} {platform.release()}",
        f"file system of the data folder: {file_system_of(folder)}",
    ]


class OtherWork:
    """How much of the machine something else than this run has used since this was made.

    Everything that the run starts is also waited for, so its CPU time is that of our children."""

    def __init__(self):
        self._before = _cpu_ticks(), _our_seconds()

    def share(self) -> float:
        (total, busy), ours = _cpu_ticks(), _our_seconds()
        (total_before, busy_before), ours_before = self._before
        other = (busy - busy_before) - (ours - ours_before) * os.sysconf("SC_CLK_TCK")
        return max(0.0, other / max(total - total_before, 1))


def _cpu_ticks() -> tuple[int, int]:
    """All cores' time since the boot, and the part of it that was not idle, in clock ticks."""
    values = [int(v) for v in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return sum(values), sum(values) - values[3] - values[4]


def _our_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
