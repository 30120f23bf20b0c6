"""build/reports/soak.html: a chart for each quantity, faults marked. The last run of each engine is
kept beside it as soak-<engine>.json, so that the page shows both."""

from __future__ import annotations

import html
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from soak.book import Book
from soak.judge import Point, Series
from support.server import REPOSITORY

REPORTS = REPOSITORY / "build/reports"
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 620, 190, 52, 10, 14, 26
POINTS_MAX = 450
COLOURS = ("#1f5fa8", "#b5541c", "#3c7d3c")
ENGINES = ("embedded", "cluster")

STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 24px auto; max-width: 1320px; color: #1b1b1b; padding: 0 20px }
h1 { font-size: 24px } h2 { font-size: 20px; margin-top: 36px }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(600px, 1fr)); gap: 18px 28px }
figure { margin: 0 } figcaption { font-weight: 600 } figcaption small { font-weight: 400; color: #555 }
svg { width: 100%; height: auto; display: block } svg text { font-size: 11px; fill: #444 }
.ok { color: #23692a } .bad { color: #a11616 } ul.bad { white-space: pre-wrap; overflow-wrap: anywhere }
table { border-collapse: collapse } td, th { padding: 2px 14px 2px 0; text-align: left; vertical-align: top }
.key span { display: inline-block; width: 12px; height: 12px; margin: 0 5px 0 14px; vertical-align: -1px }
"""


def write(engine: str, seconds: float, book: Book, series: list[Series], complaints: list[str]) -> Path:
    REPORTS.mkdir(parents=True, exist_ok=True)
    run = {
        "engine": engine,
        "ended": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "seconds": seconds,
        "requests": book.requests(),
        "counts": dict(book.counts),
        "excused": dict(Counter(str(note.status or "connection broke") for note in book.failed)),
        "faults": [[w.kind, w.begin, w.end, w.excuses] for w in book.windows],
        "complaints": complaints,
        "series": [of_series(one) for one in series],
    }
    (REPORTS / f"soak-{engine}.json").write_text(json.dumps(run))
    file = REPORTS / "soak.html"
    file.write_text(page([run for name in ENGINES if (run := read(name))]))
    return file


def read(engine: str) -> dict | None:
    file = REPORTS / f"soak-{engine}.json"
    return json.loads(file.read_text()) if file.exists() else None


def of_series(series: Series) -> dict:
    trend = series.trend
    verdict = "not judged"
    if trend is not None:
        verdict = f"{trend.rise:+.2f} {series.quantity.unit} in the run, allowed {series.quantity.allowance}"
        verdict += f"; finds {series.least_seen}"
    return {
        "name": series.quantity.name,
        "unit": series.quantity.unit,
        "server": series.server,
        "verdict": verdict,
        "grows": trend is not None and trend.grows,
        "points": [[round(p.at, 1), round(p.y, 3), p.judged] for p in thinned(series.points)],
    }


def thinned(points: list[Point]) -> list[Point]:
    """Few enough to draw; of each stretch the highest, so that no peak is lost."""
    step = max(1, -(-len(points) // POINTS_MAX))
    return [max(points[i : i + step], key=lambda p: p.y) for i in range(0, len(points), step)]


def page(runs: list[dict]) -> str:
    body = "".join(section(run) for run in runs)
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>Soak</title><style>{STYLE}</style>"
        f"<h1>Soak</h1><p class=key>Grey lines: not judged (warm-up, earlier lives of a process, times of faults)."
        f" Memory is resident memory less what the page caches may hold of the embedded engine's file."
        f"<span style='background:#f6d5d5'></span>fault that excuses errors, with its grace"
        f"<span style='background:#e3e6ee'></span>fault that nobody may notice</p>{body}</html>"
    )


def section(run: dict) -> str:
    wrong = "".join(f"<li>{html.escape(text[:2000])}</li>" for text in run["complaints"][:50])
    verdict = f"<p class=bad>failed</p><ul class=bad>{wrong}</ul>" if wrong else "<p class=ok>passed</p>"
    names = list(dict.fromkeys(one["name"] for one in run["series"]))
    charts = "".join(chart(run, [s for s in run["series"] if s["name"] == name]) for name in names)
    kinds = Counter(kind for kind, *_ in run["faults"])
    rows = [
        ("ended", run["ended"]),
        ("length", f"{run['seconds'] / 60:g} minutes"),
        ("answers", f"{run['requests']:,}: " + ", ".join(f"{n:,} {k}" for k, n in sorted(run["counts"].items()))),
        ("faults", ", ".join(f"{n} × {k}" for k, n in sorted(kinds.items()))),
        ("answers of 5xx and broken connections", json.dumps(run["excused"]).strip("{}") or "none"),
    ]  # fmt: skip
    table = "".join(f"<tr><th>{k}</th><td>{html.escape(v)}</td></tr>" for k, v in rows)
    return f"<h2>{run['engine']}</h2>{verdict}<table>{table}</table><div class=charts>{charts}</div>"


def nice(top: float) -> float:
    """The next round number."""
    scale = 1.0
    while scale * 10 <= top:
        scale *= 10
    while scale > top and scale > 1e-3:
        scale /= 10
    return next((scale * m for m in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if scale * m >= top), top)


def chart(run: dict, series: list[dict]) -> str:
    values = [y for one in series for _, y, _ in one["points"]]
    top, bottom = nice(max([*values, 0.95]) * 1.05), min([*values, 0.0])
    length = max(run["seconds"], 1)

    def x(at: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * min(at, length) / length

    def y(value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - bottom) / (top - bottom))

    parts = []
    for kind, begin, end, excuses in run["faults"]:
        colour = "#f6d5d5" if excuses else "#e3e6ee"
        parts.append(
            f"<rect x={x(begin):.1f} y={TOP} width={max(1.5, x(end) - x(begin)):.1f} "
            f"height={HEIGHT - TOP - BOTTOM} fill='{colour}'><title>{kind} at {begin:.0f} s</title></rect>"
        )
    for share in (0, 0.25, 0.5, 0.75, 1):
        value, at = bottom + (top - bottom) * share, length * share
        parts.append(f"<line x1={LEFT} x2={WIDTH - RIGHT} y1={y(value):.1f} y2={y(value):.1f} stroke='#ddd'/>")
        parts.append(f"<text x={LEFT - 5} y={y(value) + 4:.1f} text-anchor=end>{value:.4g}</text>")
        anchor = "end" if share == 1 else "middle"
        parts.append(f"<text x={x(at):.1f} y={HEIGHT - 8} text-anchor={anchor}>{at / 60:.3g} min</text>")
    notes = []
    for one, colour in zip(series, COLOURS, strict=False):
        parts += lines(one["points"], x, y, colour)
        mark = " <b class=bad>grows</b>" if one["grows"] else ""
        notes.append(f"<small><span style='color:{colour}'>●</span> {one['server']}: {html.escape(one['verdict'])}{mark}</small>")
    unit = f", {series[0]['unit']}" if series[0]["unit"] else ""
    return (
        f"<figure><figcaption>{series[0]['name']}{unit}<br>{'<br>'.join(notes)}</figcaption>"
        f"<svg viewBox='0 0 {WIDTH} {HEIGHT}' role=img>{''.join(parts)}</svg></figure>"
    )


def lines(points: list, x, y, colour: str) -> list[str]:
    """One line for each stretch that is judged, or not."""
    parts, stretch = [], []
    for index, point in enumerate(points):
        stretch.append(point)
        last = index + 1 == len(points)
        if last or points[index + 1][2] != point[2]:
            stroke = colour if point[2] else "#9a9a9a"
            where = " ".join(f"{x(at):.1f},{y(value):.1f}" for at, value, _ in stretch)
            parts.append(f"<polyline points='{where}' fill=none stroke='{stroke}' stroke-width=1.5 />")
            stretch = [point]
    return parts
