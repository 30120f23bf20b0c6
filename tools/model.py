#!/usr/bin/env python3
"""Checks the model of the cluster engine's protocol (docs/model/booking.pml) with SPIN.

Every configuration is searched exhaustively and must hold; every mutant (one guard of the protocol
removed) must be caught. A step of the model that no configuration reaches is a failure, too.
Usage: tools/model.py [--report REPORT.xml] [--list] [NAME…]
"""
import argparse
import os
import pathlib
import re
import resource
import subprocess
import sys
import time
from xml.sax.saxutils import quoteattr

ROOT = pathlib.Path(__file__).resolve().parent.parent
MODEL = ROOT / "docs" / "model" / "booking.pml"
BUILD = ROOT / "build" / "model"
MEMORY_MB_MAX = 4000
SECONDS_MAX = 300
DEPTH_MAX = 100_000  # steps

# What takes part, as the model's switches say it (docs/model/README.md tells why these).
CONFIGURATIONS = {
    "holds": "HOLDS=2 WORKERS=1",
    "holds-apart": "HOLDS=3 WANTS_1=1 WANTS_3=2",
    "in-the-way": "START=1 HOLDS=1 WANTS_2=2 CANCELS=1 WORKERS=1",
    "two-workers": "HOLDS=1 WORKERS=2 CANCELS=1",
    "lost-answers": "HOLDS=2 WANTS_2=2 LOSSES=1 WORKERS=1",
    "lost-answers-worker": "HOLDS=1 LOSSES=2 WORKERS=1",
    "lost-answer-sold": "HOLDS=1 LOSSES=1 PAYS=1 CONFIRMS=1",
    "pay": "START=1 PAYS=1 CANCELS=1 WORKERS=1",
    "pay-twice": "START=1 PAYS=2 WORKERS=1",
    "confirm": "START=2 CONFIRMS=1 CANCELS=1 WORKERS=1",
    "confirm-and-hold": "START=2 CONFIRMS=1 HOLDS=1 WANTS_2=1 WORKERS=1",
    "sale": "START=1 PAYS=1 CONFIRMS=1 CANCELS=1 WORKERS=1",
    "relay-paid": "START=1 PAYS=1 CANCELS=1 RELAYS=1",
    "relay-sold": "START=2 CONFIRMS=1 CANCELS=1 RELAYS=2",
    "whole": "HOLDS=2 WANTS_2=2 PAYS=1 CONFIRMS=1 CANCELS=1",
}

# switch: (configuration that catches it, what is missing)
MUTANTS = {
    "NO_ADOPTION": ("holds", "seats without a booking are released without an EXPIRED one"),
    "LOST_IS_NOT_INSERTED": ("lost-answers-worker", "a lost insert is taken for none"),
    "LOST_IS_INSERTED": ("lost-answers-worker", "a lost insert is taken for done"),
    "MISSING_IS_NEVER": ("lost-answers-worker", "a lost insert that is not there yet is taken for none"),
    "SOLD_IS_ENDED": ("lost-answer-sold", "after a lost insert a BOOKED booking is taken for ended"),
    "INSERT_OVER_ANOTHER": ("holds", "the id of a booking is not unique"),
    "SEATS_BEFORE_STATUS": ("confirm", "seats are released before the booking leaves LOCKED"),
    "RELEASE_WITHOUT_BOOKING": ("holds", "seats are released whoever has them"),
    "LOCK_TAKEN_SEATS": ("holds", "a hold takes seats that are LOCKED"),
    "LOCK_WITHOUT_VERSION": ("holds", "a hold takes seats at another version than it read"),
    "CONFIRM_OVERDUE": ("confirm", "confirm does not look at the time"),
    "CONFIRM_UNPAID": ("sale", "confirm does not look at the payment"),
    "END_WITHOUT_REVISION": ("relay-paid", "a booking ends at another revision than was read"),
    "END_BOOKED": ("confirm", "a BOOKED booking can be ended"),
    "NOTE_WHEN_ENDED": ("pay", "an ended booking notes a payment"),
    "PAY_TWICE": ("pay-twice", "a booking can have two payments"),
    "NO_REFUND": ("confirm", "money is noted as returned and is not"),
    "NO_REFUND_AT_THE_END": ("confirm", "the end of a paid booking returns nothing"),
    "NO_LATE_REFUND": ("pay", "a payment that came too late is kept"),
    "PROVIDER_FORGETS_REFUNDS": ("pay", "a refund before the charge does not void it"),
    "CLEAR_BEFORE_PUBLISH": ("relay-sold", "the outbox is emptied before it is published"),
    "CLEAR_ANY_REVISION": ("relay-sold", "the outbox is emptied at another revision than was read"),
    "LOG_EVERY_DELIVERY": ("relay-sold", "the audit log takes an event id twice"),
}


def run(*command, **options):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)


def limit_memory():
    limit = (MEMORY_MB_MAX + 500) << 20
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def build(name, switches, optimise="-O2"):
    """A folder with the checker of one configuration."""
    folder = BUILD / name
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.iterdir():
        stale.unlink()
    made = run("spin", *(f"-D{switch}" for switch in switches), "-a", MODEL, cwd=folder)
    if not (folder / "pan.c").exists() or "Error" in made.stdout + made.stderr:
        raise RuntimeError(f"spin: {made.stdout}{made.stderr}")
    # No partial order reduction: it is not sound with a rendezvous in an escape (the crashes).
    made = run("gcc", optimise, "-w", "-DNOREDUCE", "-DCOLLAPSE", "-DSAFETY", "-DVECTORSZ=1024",
               f"-DMEMLIM={MEMORY_MB_MAX}", "-o", "pan", "pan.c", cwd=folder)
    if made.returncode != 0:
        raise RuntimeError(f"gcc: {made.stderr}")
    return folder


class Outcome:
    """What the checker said."""

    def __init__(self, output):
        def number(pattern):
            found = re.search(pattern, output)
            return float(found.group(1)) if found else None

        self.output = output
        self.errors = number(r"errors: (\d+)")
        self.states = int(number(r"([\d.e+]+) states, stored") or 0)
        self.megabytes = number(r"([\d.]+)\ttotal actual memory") or 0
        violated = re.search(r"pan:\d+: (?:assertion violated )?(.+?) \(at depth", output)
        self.violation = violated.group(1).strip() if violated else ""
        # Only a search that ended by itself proves anything.
        self.complete = (self.errors == 0 and "Search not completed" not in output
                         and "max search depth too small" not in output
                         and "out of memory" not in output)
        self.unreached = set()
        for part in re.split(r"\nunreached in ", output)[1:]:
            process = part.split("\n")[0].removeprefix("proctype ")
            for line, state in re.findall(r'\w+\.pml:(\d+), state (\d+),', part):
                self.unreached.add((process, int(line), int(state)))


def check(folder):
    try:
        ended = run("./pan", f"-m{DEPTH_MAX}", "-w25", cwd=folder, timeout=SECONDS_MAX,
                    preexec_fn=limit_memory)
    except subprocess.TimeoutExpired:
        return Outcome(f"Search not completed: more than {SECONDS_MAX} s")
    return Outcome(ended.stdout + ended.stderr)


def switches_of(configuration):
    return CONFIGURATIONS[configuration].split()


def check_configuration(name):
    outcome = check(build(name, switches_of(name)))
    told = f"{outcome.states:,} states, {outcome.megabytes:,.0f} MB"
    if outcome.complete:
        return None, told, outcome
    why = outcome.violation or "the search did not come to its end"
    return f"{why}; trail: build/model/{name}, see docs/model/README.md", told, outcome


def check_mutant(name):
    configuration = MUTANTS[name][0]
    outcome = check(build(name, [*switches_of(configuration), name], "-O1"))
    if outcome.errors and outcome.violation:
        return None, f"caught: {outcome.violation}", outcome
    return f"not caught in {configuration} ({outcome.states:,} states)", "", outcome


def lines_of(folder, unreached):
    """(all lines of the checked processes, those reached): a line has a state in each process that
    uses it, and counts as reached when one of them is."""
    every, reached, process = set(), set(), ""
    for text in run("./pan", "-d", "-d", cwd=folder).stdout.splitlines():
        heading = re.match(r"STEP \d+ (.+)", text)
        if heading:
            process = heading.group(1)
        step = re.search(r"state\s+(\d+) .*booking\.pml:(\d+) =>", text)
        if step and process != ":init:":
            every.add(int(step.group(2)))
            if (process, int(step.group(2)), int(step.group(1))) not in unreached:
                reached.add(int(step.group(2)))
    return every, reached


def never_reached(outcomes):
    """Lines that no configuration has reached, but for those that only a violation reaches."""
    every, reached = set(), set()
    for name, outcome in outcomes.items():
        there, come_to = lines_of(BUILD / name, outcome.unreached)
        every, reached = every | there, reached | come_to
    source = MODEL.read_text().splitlines()
    return [(line, source[line - 1].strip()) for line in sorted(every - reached)
            if "assert(" not in source[line - 1]]


def write_report(path, rows):
    cases = []
    for name, failure, seconds in rows:
        inside = f"<failure message={quoteattr(failure)}/>" if failure else ""
        cases.append(f'<testcase classname="model" name={quoteattr(name)} time="{seconds:.1f}">'
                     f"{inside}</testcase>")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("<testsuite>" + "".join(cases) + "</testsuite>\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--report", type=pathlib.Path)
    parser.add_argument("--list", action="store_true", help="names only")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    everything = [*CONFIGURATIONS, *MUTANTS]
    if arguments.list:
        for name, switches in CONFIGURATIONS.items():
            print(f"{name:26} {switches}")
        for name, (configuration, text) in MUTANTS.items():
            print(f"{name:26} {configuration}: {text}")
        return 0
    unknown = [name for name in arguments.names if name not in everything]
    if unknown:
        sys.exit(f"No such configuration or mutant: {', '.join(unknown)}. See --list.")
    names = arguments.names or everything
    rows, outcomes, began = [], {}, time.monotonic()
    for index, name in enumerate(names, 1):
        started = time.monotonic()
        is_mutant = name in MUTANTS
        failure, told, outcome = (check_mutant if is_mutant else check_configuration)(name)
        seconds = time.monotonic() - started
        if not is_mutant:
            outcomes[name] = outcome
        rows.append((name, failure, seconds))
        print(f"[{index}/{len(names)}] {'mutant ' if is_mutant else ''}{name}: "
              f"{'FAILED: ' + failure if failure else told} ({seconds:.1f} s)", flush=True)
    if set(CONFIGURATIONS) <= set(names):
        forgotten = never_reached(outcomes)
        for line, text in forgotten:
            print(f"never reached: booking.pml:{line}: {text}")
        rows.append(("every step is reached", f"{len(forgotten)} are not" if forgotten else None, 0))
    if arguments.report:
        write_report(arguments.report, rows)
    failed = sum(1 for row in rows if row[1])
    print(f"{sum(outcome.states for outcome in outcomes.values()):,} states in "
          f"{time.monotonic() - began:.0f} s\n{len(rows) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
