#!/usr/bin/env python3
"""Removes one guard after another from a copy of the backend and sees the named test fail.

The list is backend/tests/mutants/mutants.json: name, file, find (text that occurs once), replace,
and test: a ctest name pattern of tests that must fail, beginning with their folder ("embedded\\.").
Usage: tools/mutants.py [REPORT.xml [NAME…]]
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time
from xml.sax.saxutils import escape, quoteattr

ROOT = pathlib.Path(__file__).resolve().parent.parent
COPY = ROOT / "build" / "mutants"
BUILD = COPY / "build" / "release"
JOBS = os.environ.get("JOBS", str(os.cpu_count() or 1))
# The copy has the layout of the original, so that the compiler cache knows most of it.
ENVIRONMENT = {**os.environ, "CCACHE_BASEDIR": str(COPY), "CCACHE_NOHASHDIR": "1"}
TEST_SECONDS_MAX = 120


def run(*command, **options):
    return subprocess.run([str(part) for part in command], env=ENVIRONMENT, capture_output=True,
                          text=True, **options)


def copy_tree():
    files = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "backend", "api",
                            "catalogue"], cwd=ROOT, capture_output=True, text=True, check=True)
    wanted = set()
    for name in files.stdout.splitlines():
        source, target = ROOT / name, COPY / name
        if not source.exists():
            continue
        wanted.add(target)
        if not target.exists() or target.read_bytes() != source.read_bytes():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    for folder in ("backend", "api", "catalogue"):
        for path in (COPY / folder).rglob("*"):
            if path.is_file() and path not in wanted:
                path.unlink()


def build(*targets):
    return run("ninja", "-C", BUILD, "-j", JOBS, *targets)


def run_test(mutant):
    return run("ctest", "--test-dir", BUILD, "-R", mutant["test"], "--timeout", TEST_SECONDS_MAX,
               "--no-tests=error")


def target_of(mutant):
    return "test_" + mutant["test"].split("\\.")[0]


def try_mutant(mutant):
    """None when the guard's test fails without it, else what went wrong."""
    path = COPY / mutant["file"]
    original = path.read_text()
    if original.count(mutant["find"]) != 1:
        return f"'{mutant['find']}' occurs {original.count(mutant['find'])} times, not once"
    path.write_text(original.replace(mutant["find"], mutant["replace"]))
    try:
        built = build(target_of(mutant))
        if built.returncode != 0:
            return "does not build: " + built.stdout[-2000:]
        if run_test(mutant).returncode == 0:
            return "survived: " + mutant["test"] + " passes without the guard"
        return None
    finally:
        path.write_text(original)


def main():
    report = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else None
    mutants = json.loads((ROOT / "backend/tests/mutants/mutants.json").read_text())
    if sys.argv[2:]:
        mutants = [mutant for mutant in mutants if mutant["name"] in sys.argv[2:]]
    copy_tree()
    configured = run("cmake", "--preset", "release", "-DCINEMA_TESTS=ON", cwd=COPY / "backend")
    built = build(*sorted({target_of(mutant) for mutant in mutants}))
    if configured.returncode or built.returncode:
        sys.exit("the unchanged copy does not build:\n" + configured.stderr + built.stdout[-3000:])
    for mutant in mutants:
        healthy = run_test(mutant)
        if healthy.returncode:
            sys.exit(f"{mutant['test']} fails with every guard in place:\n" + healthy.stdout[-3000:])
    cases = []
    for mutant in mutants:
        start = time.monotonic()
        problem = try_mutant(mutant)
        print(f"  {mutant['name']}: {problem or 'caught'} ({time.monotonic() - start:.0f} s)",
              flush=True)
        failure = f"<failure>{escape(problem)}</failure>" if problem else ""
        cases.append((problem, f"<testcase name={quoteattr(mutant['name'])}>{failure}</testcase>"))
    if report:
        report.write_text("<testsuite>" + "".join(case for _, case in cases) + "</testsuite>")
    sys.exit(1 if any(problem for problem, _ in cases) else 0)


main()
