#!/usr/bin/env python3
"""Checks that includes go one way: main → api → {booking, catalog, …} → domain."""
import pathlib
import re
import sys

# folder → folders of ours that it may include
PORTS = {"booking", "catalog", "accounts", "archive", "audit", "events", "reports"}
ALLOWED = {
    "domain": set(),
    "env": {"domain"},
    "json": {"domain"},
    "telemetry": set(),
    "config": {"domain", "env", "telemetry"},
    "http": {"telemetry"},
    "booking": {"domain", "env", "json", "telemetry"},
    "catalog": {"domain", "env", "json"},
    "accounts": {"domain", "env", "json"},
    "archive": {"domain", "json"},
    "audit": {"domain", "booking"},
    "events": {"domain", "booking", "telemetry"},
    "reports": {"domain", "booking"},
    "engine": {"domain"} | PORTS,
    "embedded": {"domain", "env", "json", "telemetry", "engine"} | PORTS,
    "cluster/link": {"domain", "telemetry"},
    "cluster/saga": {"domain", "env", "telemetry"} | PORTS,
    "cluster/mongo": {"cluster/saga", "cluster/link", "domain", "env", "json", "telemetry"} | PORTS,
    "cluster/redis": {"cluster/saga", "cluster/link", "domain", "json", "telemetry", "booking"},
    "cluster/rabbitmq": {"cluster/saga", "cluster/link", "domain", "json", "telemetry", "booking"},
    "cluster": {"cluster/saga", "cluster/link", "cluster/mongo", "cluster/redis",
                "cluster/rabbitmq", "domain", "env", "telemetry", "engine"} | PORTS,
    "realtime": {"domain", "booking", "catalog", "http", "json", "telemetry"},
    "api": {"domain", "env", "json", "telemetry", "http", "realtime", "engine"} | PORTS,
}

root = pathlib.Path(__file__).resolve().parent.parent / "backend" / "src"
errors = []
checked = 0
for path in sorted(root.rglob("*.[ch]pp")):
    folder = path.relative_to(root).parent.as_posix()
    if folder not in ALLOWED:
        if path.parent != root and folder != "commands":
            errors.append(f"{path.relative_to(root)}: folder '{folder}' is not in tools/layers.py")
        continue
    checked += 1
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = re.match(r'#include "([\w/]+)/[\w.]+"', line)
        if match and match[1] != folder and match[1] in ALLOWED and match[1] not in ALLOWED[folder]:
            errors.append(f"{path.relative_to(root)}:{number}: {folder}/ may not include {match[1]}/")
for error in errors:
    print(error)
print(f"layers: {checked} files checked, {len(errors)} wrong")
sys.exit(1 if errors else 0)
