#!/usr/bin/env python3
"""Runs the test parts (./dev test [part…]) and counts what passed."""
import concurrent.futures
import os
import pathlib
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
REPORTS = BUILD / "reports"
JOBS = os.environ.get("JOBS", str(os.cpu_count() or 1))
FUZZ_SECONDS = os.environ.get("FUZZ_SECONDS", "8")  # for each target


def run(*command, **options):
    return subprocess.run([str(part) for part in command], cwd=ROOT, **options).returncode


def must(*command, **options):
    code = run(*command, **options)
    if code != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: exit code {code}")


def count(report):
    """(passed, failed) of a JUnit file; a missing or empty one is a failure."""
    if not report.exists():
        return 0, 1
    cases = list(ElementTree.parse(report).getroot().iter("testcase"))
    failed = sum(1 for case in cases
                 if case.find("failure") is not None or case.find("error") is not None)
    skipped = sum(1 for case in cases if case.find("skipped") is not None)
    if not cases:
        return 0, 1
    return len(cases) - failed - skipped, failed


def failures():
    """A line for each test that failed, of all the reports there are."""
    for report in sorted(REPORTS.glob("*.xml")):
        for case in ElementTree.parse(report).getroot().iter("testcase"):
            for problem in [*case.iter("failure"), *case.iter("error")]:
                what = (problem.get("message") or problem.text or "").strip()
                first_line = what.splitlines()[0] if what else ""
                name = "::".join(filter(None, (case.get("classname"), case.get("name"))))
                yield f"{report.stem}: {name}: {first_line[:200]}"


def run_in_stack(*command, **options):
    """With MongoDB, Redis and RabbitMQ at hand."""
    return run(sys.executable, "tools/stack.py", "--", *command, **options)


def ctest(preset, env=None, options=()):
    report = REPORTS / f"{preset}.xml"
    must("./dev", "_configure", preset, "CINEMA_TESTS=ON")
    must("./dev", "_build", preset)
    run_in_stack("ctest", "--test-dir", f"build/{preset}", "-j", JOBS, "--output-on-failure",
                 "--progress", "--output-junit", report, *options,
                 env={**os.environ, **(env or {})})
    return count(report)


def one_check(*command, **options):
    return (1, 0) if run(*command, **options) == 0 else (0, 1)


def part_format():
    files = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "backend/*.cpp", "backend/*.hpp"],
        cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    return one_check("clang-format", "--dry-run", "--Werror", *files)


def part_layers():
    return one_check(sys.executable, "tools/layers.py")


def part_unit():
    return ctest("release")


def part_asan():
    return ctest("asan", {"ASAN_OPTIONS": "detect_stack_use_after_return=1",
                          "UBSAN_OPTIONS": "print_stacktrace=1"})


def part_tsan():
    # The simulation is one thread, and slow here.
    return ctest("tsan", {"TSAN_OPTIONS": f"suppressions={ROOT}/tools/tsan.supp"},
                 options=["-E", "^simulation"])


def pytest(run_it, engine, rounds=None):
    must("./dev", "_configure", "release")
    must("./dev", "_build", "release", "cinema")
    must("./dev", "_venv")
    report = REPORTS / f"{engine}.xml"
    run_it("build/venv/bin/python", "-m", "pytest", "tests", "-q", f"--junitxml={report}",
           env={**(rounds or {}), **os.environ, "CINEMA_ENGINE": engine})
    return count(report)


# What repeats is repeated on the embedded engine; on the cluster tests/cluster repeats what is its own.
FEW_ROUNDS = {"RACE_ROUNDS": "30", "SCHEMATHESIS_SECONDS": "10", "WEBSOCKET_DROPS": "1000"}


def part_blackbox():
    return pytest(run, "embedded")


def part_cluster():
    """The same suite and some more, on the cluster engine."""
    must("./dev", "_toxiproxy")
    return pytest(run_in_stack, "cluster", FEW_ROUNDS)


def part_docker():
    """Builds the images and tries them, where a Docker engine can run. Only when asked for: minutes."""
    must("./dev", "_need", "docker")
    must("./dev", "_venv")
    report = REPORTS / "docker.xml"
    run("build/venv/bin/python", "-m", "pytest", "tests/test_compose.py", "-q",
        f"--junitxml={report}", env={**os.environ, "RUN_DOCKER": "1"})
    return count(report)


def part_nginx():
    """What of the suite is not about one process, against two behind nginx."""
    return pytest(run_in_stack, "nginx", FEW_ROUNDS)


def part_histories():
    """Calls to servers in trouble, recorded, and whether one box office can have answered so."""
    must("./dev", "_configure", "release")
    must("./dev", "_build", "release", "cinema")
    must("./dev", "_venv")
    must("./dev", "_toxiproxy")
    must("./dev", "_histories")
    passed, failed = 1, 0  # the checker's own tests
    for engine, run_it in (("embedded", run), ("cluster", run_in_stack)):
        report = REPORTS / f"histories-{engine}.xml"
        run_it("build/venv/bin/python", "-m", "pytest", "tests/histories/real_histories.py", "-q", "-s",
               f"--junitxml={report}", env={**os.environ, "CINEMA_ENGINE": engine})
        counted = count(report)
        passed, failed = passed + counted[0], failed + counted[1]
    return passed, failed


def part_simulate():
    """10,000 seeds, each engine on a core of its own."""
    must("./dev", "_configure", "release", "CINEMA_TESTS=ON")
    must("./dev", "_build", "release", "simulate")
    runs = [subprocess.Popen(["build/release/simulate", "--engine", engine, "--seeds", seeds], cwd=ROOT)
            for engine, seeds in (("cluster", "8000"), ("embedded", "2000"))]
    passed = [run.wait() for run in runs].count(0)
    return passed, len(runs) - passed


def part_model():
    """Every order of the cluster protocol's steps, and the model's own guards."""
    report = REPORTS / "model.xml"
    run(sys.executable, "tools/model.py", "--report", report)
    return count(report)


def fuzz(name):
    """Whether nothing was found. What the target says is read only when something was."""
    corpus = BUILD / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    log = REPORTS / f"fuzz-{name}.log"
    with log.open("w") as output:
        code = run(BUILD / "fuzz" / f"fuzz_{name}", corpus,
                   ROOT / "backend/tests/fuzz/seeds" / name, f"-max_total_time={FUZZ_SECONDS}",
                   "-rss_limit_mb=2048", "-timeout=25", "-print_final_stats=1",
                   f"-artifact_prefix={REPORTS}/{name}-", stdout=output, stderr=subprocess.STDOUT)
    lines = log.read_text(errors="replace").splitlines()
    runs = next((line.split()[-1] for line in lines if "number_of_executed_units" in line), "?")
    print(f"  {name}: {'nothing found' if code == 0 else 'FAILED'} in {runs} runs", flush=True)
    if code != 0:
        print("\n".join(lines[-60:]), flush=True)
    return code == 0


def part_fuzz():
    must("./dev", "_configure", "fuzz")
    must("./dev", "_build", "fuzz", "fuzzers")
    names = sorted(path.stem for path in (ROOT / "backend/tests/fuzz").glob("*.cpp"))
    with concurrent.futures.ThreadPoolExecutor(int(JOBS)) as pool:
        results = list(pool.map(fuzz, names))
    return (sum(results), results.count(False)) if results else (0, 1)


def npm(*arguments, **options):
    return run("./dev", "_npm", *arguments, **options)


def part_web():
    """Lint, types, and what can be tried without a browser."""
    report = REPORTS / "web.xml"
    linted, typed = npm("lint"), npm("typecheck")
    npm("test", "--", "--reporter=default", "--reporter=junit", f"--outputFile.junit={report}")
    passed, failed = count(report)
    for code in (linted, typed):
        passed, failed = passed + (code == 0), failed + (code != 0)
    return passed, failed


def part_browser():
    must("./dev", "_configure", "release")
    must("./dev", "_build", "release", "cinema")
    must("./dev", "_web")
    report = REPORTS / "browser.xml"
    npm("e2e", env={**os.environ, "PLAYWRIGHT_JUNIT_OUTPUT_FILE": str(report)})
    return count(report)


def part_mutants():
    report = REPORTS / "mutants.xml"
    must("./dev", "_configure", "release", "CINEMA_TESTS=ON")
    must("./dev", "_build", "release")
    run_in_stack(sys.executable, "tools/mutants.py", report)
    return count(report)


PARTS = {name.removeprefix("part_"): function for name, function in list(globals().items())
         if name.startswith("part_")}
ORDER = ["format", "layers", "unit", "blackbox", "cluster", "nginx", "histories", "simulate", "model",
         "web", "browser", "asan", "tsan", "fuzz", "mutants"]


def main():
    names = sys.argv[1:] or ORDER
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        sys.exit(f"No such part: {', '.join(unknown)}. There are: {', '.join(ORDER)}")
    REPORTS.mkdir(parents=True, exist_ok=True)
    for stale in REPORTS.glob("*.xml"):
        stale.unlink()
    rows = []
    for name in names:
        print(f"\n=== {name}", flush=True)
        start = time.monotonic()
        try:
            passed, failed = PARTS[name]()
        except RuntimeError as error:
            print(error)
            passed, failed = 0, 1
        rows.append((name, passed, failed, time.monotonic() - start))
        print(f"=== {name}: {passed} passed, {failed} failed, {rows[-1][3]:.0f} s", flush=True)
    print()
    for name, passed, failed, seconds in rows:
        print(f"{name:10} {passed:6} passed {failed:4} failed {seconds:6.0f} s")
    failed = sum(row[2] for row in rows)
    for line in failures() if failed else []:
        print(line)
    print(f"{sum(row[1] for row in rows)} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
