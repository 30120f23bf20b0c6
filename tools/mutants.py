#!/usr/bin/env python3
"""Removes one guard after another from the backend and sees the named tests fail.

The list is backend/tests/mutants/mutants.json: name, file, find (text that occurs once), replace, and
test: a ctest name pattern of tests that must fail. Only the changed file is compiled, and linked
before the libraries of build/release, so that nothing else is built and the sources stay as they are;
a header therefore cannot be changed. Those of cluster/ need the stack (./dev stack).
Usage: tools/mutants.py [REPORT.xml [NAME…]]
"""
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import time
from xml.sax.saxutils import escape, quoteattr

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "release"
WORK = ROOT / "build" / "mutants"
JOBS = int(os.environ.get("JOBS", os.cpu_count() or 1))
TEST_SECONDS_MAX = 60


class Problem(Exception):
    """Why a mutant was not caught."""


def run(*command, **options):
    return subprocess.run([str(part) for part in command], cwd=BUILD, capture_output=True, text=True,
                          errors="replace", **options)


def tests_of(mutant):
    """{program: the gtest names that the mutant's pattern means}."""
    listed = run("ctest", "--show-only=json-v1", "-R", mutant["test"])
    programs = {}
    for test in json.loads(listed.stdout)["tests"]:
        program, name = test["command"][0], test["command"][1].removeprefix("--gtest_filter=")
        programs.setdefault(pathlib.Path(program).name, []).append(name)
    if not programs:
        raise Problem(f"there is no test {mutant['test']}")
    return programs


def passes(program, names):
    try:
        return run(program, f"--gtest_filter={':'.join(names)}",
                   timeout=TEST_SECONDS_MAX).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def changed_once(text, find, replace):
    if text.count(find) != 1:
        raise Problem(f"'{find}' occurs {text.count(find)} times, not once")
    return text.replace(find, replace)


def mutated(mutant, folder):
    """(the file that is compiled, its changed copy)"""
    source = ROOT / mutant["file"]
    find, replace = mutant["find"], mutant["replace"]
    if source.suffix == ".sql":  # compiled as an array of its bytes
        changed_once(source.read_text(), find, replace)
        source = BUILD / "generated" / "migrations.cpp"
        find, replace = (",".join(f"0x{byte:02x}" for byte in part.encode())
                         for part in (find, replace))
    copy = folder / "mutated.cpp"
    copy.write_text(changed_once(source.read_text(), find, replace))
    return source, copy


def compile_copy(source, copy, commands):
    command = commands[str(source)]
    command[command.index("-o") + 1] = copy.with_suffix(".o")
    command[command.index("-c") + 1] = copy
    done = run(*command)
    if done.returncode != 0:
        raise Problem("does not build: " + done.stderr[-600:])
    return copy.with_suffix(".o")


def link(program, changed, folder):
    """The test program with the changed file in front of the library that has the original."""
    everything = run("ninja", "-t", "commands", program).stdout.splitlines()[-1]
    command = next(shlex.split(part) for part in everything.split(" && ")
                   if f" -o {program} " in part)
    at = command.index("-o")
    done = run(*command[:at], changed, "-o", folder / program, *command[at + 2:])
    if done.returncode != 0:
        raise Problem("does not link: " + done.stderr[-600:])
    return folder / program


def try_mutant(mutant):
    """None when the guard's tests fail without it, else what went wrong."""
    start = time.monotonic()
    folder = WORK / re.sub(r"\W+", "-", mutant["name"])
    folder.mkdir(parents=True, exist_ok=True)
    problem = None
    try:
        commands = {entry["file"]: shlex.split(entry["command"])
                    for entry in json.loads((BUILD / "compile_commands.json").read_text())}
        changed = compile_copy(*mutated(mutant, folder), commands)
        if all(passes(link(program, changed, folder), names)
               for program, names in tests_of(mutant).items()):
            raise Problem(f"survived: {mutant['test']} passes without the guard")
    except Problem as found:
        problem = str(found)
    finally:
        for left in folder.iterdir():
            left.unlink()
    print(f"  {mutant['name']}: {problem or 'caught'} ({time.monotonic() - start:.0f} s)", flush=True)
    return problem


def check_healthy(mutants):
    """Ends the program unless every test passes with every guard in place."""
    programs = {}
    for mutant in mutants:
        for program, names in tests_of(mutant).items():
            programs.setdefault(program, set()).update(names)
    for program, names in programs.items():
        if not passes(BUILD / program, sorted(names)):
            sys.exit(f"{program} fails with every guard in place; try: ./dev test unit")


def main():
    report = pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else None
    mutants = json.loads((ROOT / "backend/tests/mutants/mutants.json").read_text())
    if sys.argv[2:]:
        mutants = [mutant for mutant in mutants if mutant["name"] in sys.argv[2:]]
    try:
        check_healthy(mutants)
    except Problem as problem:
        sys.exit(str(problem))
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        problems = list(pool.map(try_mutant, mutants))
    if report:
        cases = [f"<testcase name={quoteattr(mutant['name'])}>"
                 + (f"<failure>{escape(problem)}</failure>" if problem else "") + "</testcase>"
                 for mutant, problem in zip(mutants, problems)]
        report.write_text("<testsuite>" + "".join(cases) + "</testsuite>")
    sys.exit(1 if any(problems) else 0)


main()
