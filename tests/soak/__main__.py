"""./dev soak --minutes N [--engine embedded|cluster]: see docs/proof.md, Endurance."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

TOOLS = Path(__file__).resolve().parents[2] / "tools"


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev soak", description="A mixed load with faults, watched.")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--engine", choices=("embedded", "cluster"), default="embedded")
    parser.add_argument("--rate", type=float, default=15, help="bookings begun per second (15)")
    parser.add_argument("--seed", type=int, default=1, help="of the order of faults (1)")
    arguments = parser.parse_args()
    # What the rest imports reads it, and the cluster's databases are there for a command's time.
    if os.environ.get("CINEMA_ENGINE") != arguments.engine:
        os.environ["CINEMA_ENGINE"] = arguments.engine
        again = [sys.executable, "-m", "soak", *sys.argv[1:]]
        if arguments.engine == "cluster":
            again = [sys.executable, str(TOOLS / "stack.py"), "--", *again]
        os.execv(again[0], again)
    from soak.run import run

    return run(arguments.engine, arguments.minutes * 60, arguments.rate, arguments.seed)


if __name__ == "__main__":
    sys.exit(main())
