"""A small catalogue of our own, for what the demo's must not have: showtimes in the past."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path


def rfc3339(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:00Z")


def small_catalogue() -> dict:
    """One film, one room of six seats, one showtime that began yesterday and one next week."""
    now = datetime.now(UTC)
    prices = {"standard": 900, "accessible": 700}
    show = {"movie": "the-queue", "auditorium": "cellar", "prices": prices}
    return {
        "format": "cinema-catalogue/1",
        "currency": "EUR",
        "movies": [
            {
                "key": "the-queue",
                "title": "The Queue",
                "durationMin": 95,
                "rating": "PG",
                "genres": ["Comedy"],
                "synopsis": "Everybody waits, nobody knows for what.",
                "releaseDate": "2021-05-06",
            }
        ],
        "auditoriums": [
            {
                "key": "cellar",
                "name": "The Cellar",
                "rows": [{"label": "A", "plan": "ss_s"}, {"label": "B", "plan": "s__a"}],
            }
        ],
        "showtimes": [
            show | {"startTime": rfc3339(now - timedelta(days=1))},
            show | {"startTime": rfc3339(now + timedelta(days=7))},
        ],
    }


def write_catalogue(path: Path, catalogue: dict) -> Path:
    """One member a line, so that an error's line says something."""
    path.write_text(json.dumps(catalogue, indent=1))
    return path
