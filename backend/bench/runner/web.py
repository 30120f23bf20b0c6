"""The web app in real Chromium: what a seat event costs it, and how Lighthouse judges its pages.

The measuring itself is the web app's: frontend/bench/.
"""

import json
import os
import subprocess
from pathlib import Path

from .context import Context
from .drivers import CannotMeasure
from .results import Row, Spread

FRONTEND = Path(__file__).resolve().parents[3] / "frontend"
WEB_ROOT = FRONTEND / ".output" / "public"
SECONDS_MAX = 900
EVENT_MS_MAX = 2
ROOMS = (600, 2000)
PERFORMANCE_MIN = {"desktop": 95, "mobile": 85}


def measure_seat_events(context: Context) -> list[Row]:
    bench = "seat-events"
    p50, p95 = {seats: [] for seats in ROOMS}, {seats: [] for seats in ROOMS}
    rounds = context.rounds(3, 1)
    folder = context.servers.fresh_folder(bench)
    with context.servers.running(folder, seed=True, settings={"WEB_ROOT": str(WEB_ROOT)}) as server:
        for i in range(rounds):
            rooms = ",".join(map(str, ROOMS))
            for found in _script("seat-events.mjs", f"http://{server.target}", f"--seats={rooms}"):
                p50[found["seats"]].append(found["ms_per_event_p50"])
                p95[found["seats"]].append(found["ms_per_event_p95"])
            context.say(bench, f"round {i + 1}/{rounds}: p95 " + ", ".join(
                f"{p95[seats][-1]:.2f} ms with {seats:,} seats" for seats in ROOMS))
    rows = []
    for seats in ROOMS:
        late = Spread(p95[seats], "ms")
        what = f"script and layout per seat event, {seats:,} seats"
        rows += [Row(bench, f"{what}: p50", Spread(p50[seats], "ms")),
                 Row(bench, f"{what}: p95", late, required=f"≤ {EVENT_MS_MAX} ms",
                     passed=late.middle <= EVENT_MS_MAX)]
    return rows


def measure_pages(context: Context) -> list[Row]:
    bench = "pages"
    rows = []
    for found in _script("lighthouse.mjs", f"--runs={context.rounds(3, 1)}",
                         binary=context.servers.binary):
        where = f"{found['page']}, {found['preset']}"
        context.say(bench, f"{where}: performance {found['performance']}")
        least = PERFORMANCE_MIN[found["preset"]]
        rows.append(Row(bench, f"{where}: Lighthouse performance",
                        Spread([found["performance"]], ""), required=f"≥ {least}",
                        passed=found["performance"] >= least))
        lowest = min(found["accessibility"], found["bestPractices"])
        rows.append(Row(bench, f"{where}: accessibility and best practices, the lower one",
                        Spread([lowest], ""), required="100", passed=lowest == 100))
    return rows


def _script(name: str, *arguments: str, binary: Path | None = None) -> list[dict]:
    """The lines of JSON that a script of frontend/bench prints. Its exit code only repeats what
    the lines say, so a run without lines is one that failed."""
    if not (WEB_ROOT / "index.html").is_file():
        raise CannotMeasure(f"{WEB_ROOT} is missing: run ./dev build")
    environment = os.environ | {"WEB_ROOT": str(WEB_ROOT)}
    if binary:
        environment["CINEMA_BIN"] = str(binary)
    done = subprocess.run(["node", f"bench/{name}", *arguments], cwd=FRONTEND, env=environment,
                          capture_output=True, text=True, timeout=SECONDS_MAX)
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if not lines:
        raise CannotMeasure(f"{name}: {done.stderr.strip()[-500:]}")
    return lines
