"""Runs the C++ drivers, which print one JSON object, and limits, which say when they are ready."""

import json
import subprocess
from contextlib import contextmanager
from pathlib import Path


class CannotMeasure(Exception):
    """Something else than slowness kept a bench from measuring; the text says what."""


class Drivers:
    """The executables bench_<name>, found in the build folder."""

    def __init__(self, build_dir: Path):
        self._folders = [build_dir, build_dir / "bench", build_dir / "bin",
                         build_dir / "backend" / "bench"]

    def path(self, name: str) -> Path:
        for folder in self._folders:
            candidate = folder / f"bench_{name}"
            if candidate.is_file():
                return candidate
        raise CannotMeasure(f"bench_{name} is not built in {self._folders[0]}")

    def run(self, name: str, *, check_failures: bool = True, **options) -> dict:
        """Runs a driver with `--option value` for each option that is not None."""
        done = subprocess.run([self.path(name), *_as_arguments(options)], capture_output=True,
                              text=True, timeout=1800)
        if done.returncode != 0:
            raise CannotMeasure(f"bench_{name} ended with {done.returncode}: {done.stderr.strip()}")
        result = json.loads(done.stdout)
        if check_failures and result.get("failures", 0):
            raise CannotMeasure(f"{result['failures']} requests failed: {done.stderr.strip()}")
        return result

    @contextmanager
    def limit(self, name: str, **options):
        """A limit that serves until the block ends; gives its process id."""
        process = subprocess.Popen([self.path(name), *_as_arguments(options)],
                                   stdout=subprocess.PIPE, text=True)
        try:
            if process.stdout.readline().strip() != "ready":
                raise CannotMeasure(f"bench_{name} did not start")
            yield process.pid
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


def _as_arguments(options: dict) -> list[str]:
    arguments = []
    for name, value in options.items():
        if value is not None:
            arguments += ["--" + name.replace("_", "-"), str(value)]
    return arguments
