"""Describes the hardware, because a number without it means nothing."""

import os
import platform
import time
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


def busy_share(seconds: float = 1.0) -> float:
    """How busy all cores together are while nothing of ours runs (0..1)."""

    def reading() -> tuple[int, int]:
        values = [int(v) for v in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
        return sum(values), values[3] + values[4]

    total, idle = reading()
    time.sleep(seconds)
    total_after, idle_after = reading()
    return 1 - (idle_after - idle) / max(total_after - total, 1)
