"""Makes catalogues of any size for `cinema import`: rooms of 600 seats, no overlaps."""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

ROW_LABELS = [chr(ord("A") + i) for i in range(20)]
SEATS_PER_ROW = 30
SEATS_PER_ROOM = len(ROW_LABELS) * SEATS_PER_ROW
_MOVIES = 12
_ROOMS = 20
_HOURS_APART = 4  # in one room; longer than any film here


def write_catalogue(path: Path, showtimes: int) -> None:
    """Writes a catalogue with `showtimes` showtimes, the first one tomorrow."""
    first = (datetime.now(timezone.utc) + timedelta(days=1)).replace(
        hour=0, minute=0, second=0, microsecond=0)
    plan = "s" * 5 + "_" + "s" * 20 + "_" + "s" * 5
    catalogue = {
        "format": "cinema-catalogue/1",
        "currency": "USD",
        "utcOffset": "+00:00",
        "movies": [_movie(i) for i in range(_MOVIES)],
        "auditoriums": [
            {"key": f"room-{i}", "name": f"Room {i + 1}",
             "rows": [{"label": label, "plan": plan} for label in ROW_LABELS]}
            for i in range(min(_ROOMS, showtimes))
        ],
        "showtimes": [
            {"movie": f"film-{i % _MOVIES}", "auditorium": f"room-{i % _ROOMS}",
             "startTime": (first + timedelta(hours=_HOURS_APART * (i // _ROOMS)))
             .strftime("%Y-%m-%dT%H:%M:%SZ"),
             "prices": {"standard": 1200}}
            for i in range(showtimes)
        ],
    }
    path.write_text(json.dumps(catalogue))


def _movie(i: int) -> dict:
    return {"key": f"film-{i}", "title": f"Measured Film {i + 1}", "durationMin": 90 + 5 * i,
            "rating": "PG-13", "genres": ["Drama", "Adventure"],
            "synopsis": "A film that exists only to be booked, again and again, by machines "
                        "that never watch it.",
            "releaseDate": f"2024-{i % 12 + 1:02d}-01"}
