"""The figures that staff see, against what was done."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from support.catalogue import rfc3339, small_catalogue, write_catalogue
from support.client import DEMO_ADMIN, DEMO_USER, Client
from support.server import Server, run_cinema

BANGKOK = ZoneInfo("Asia/Bangkok")
KEPT_SECONDS = 2.1  # an answer may be that old


@pytest.fixture(scope="module")
def server(start_server) -> Server:
    return start_server(TIME_ZONE="Asia/Bangkok")


def dashboard(admin: Client, **query: object) -> dict:
    time.sleep(KEPT_SECONDS)
    return admin.read("/api/admin/dashboard", **query)


def amounts(*bookings: dict) -> list[dict]:
    total = sum(booking["amount"] for booking in bookings)
    return [{"currency": "THB", "amount": total}] if bookings else []


def test_an_empty_house(admin: Client):
    board = dashboard(admin)
    today = datetime.now(BANGKOK).date()
    assert board["timeZone"] == "Asia/Bangkok"
    nothing = {"bookings": 0, "seats": 0, "revenue": []}
    assert board["today"] == nothing | {
        "date": today.isoformat(),
        "refunds": {"bookings": 0, "amount": []},
    }
    assert board["revenueByDay"] == [
        nothing | {"date": (today - timedelta(days=13 - i)).isoformat()} for i in range(14)
    ]
    assert board["holds"] == {"bookings": 0, "seats": 0, "amount": []}
    age = datetime.now(UTC) - datetime.fromisoformat(board["asOf"])
    assert timedelta(0) <= age < timedelta(seconds=5)


@pytest.mark.parametrize("days", [1, 2, 90])
def test_as_many_days_as_asked_for(admin: Client, days: int):
    board = admin.read("/api/admin/dashboard", days=days)
    dates = [day["date"] for day in board["revenueByDay"]]
    assert len(dates) == days and dates == sorted(set(dates))
    assert dates[-1] == board["today"]["date"]


def test_what_was_done_is_in_the_figures(alice: Client, bob: Client, admin: Client):
    show, other = alice.showtimes()[:2]
    before = dashboard(admin)
    sold = [
        alice.booking(alice.buy(show["id"], alice.free_seats(show["id"], 2))),
        bob.booking(bob.buy(other["id"], bob.free_seats(other["id"], 1))),
    ]
    refunded = bob.hold(show["id"], bob.free_seats(show["id"], 3))
    bob.pay(refunded)
    bob.cancel(refunded)
    bob.cancel(bob.hold(show["id"], bob.free_seats(show["id"], 1)))  # nothing was paid
    held = [
        alice.booking(alice.hold(show["id"], alice.free_seats(show["id"], 1))),
        bob.booking(bob.hold(show["id"], bob.free_seats(show["id"], 2))),
    ]
    bob.pay(held[1]["id"])  # still a hold

    board = dashboard(admin)
    assert board["today"] == {
        "date": before["today"]["date"],
        "bookings": 2,
        "seats": 3,
        "revenue": amounts(*sold),
        "refunds": {"bookings": 1, "amount": amounts(bob.booking(refunded))},
    }
    assert board["revenueByDay"][:-1] == before["revenueByDay"][:-1]
    assert board["revenueByDay"][-1] == {
        name: board["today"][name] for name in ("date", "bookings", "seats", "revenue")
    }
    assert board["holds"] == {
        "bookings": 2,
        "seats": 3,
        "amount": amounts(*held),
        "nextExpiryAt": held[0]["lockExpiresAt"],
    }
    taken = {row["showtimeId"]: (row["seatsBooked"], row["seatsLocked"]) for row in
             board["occupancy"]}  # fmt: skip
    assert (taken[show["id"]], taken[other["id"]]) == ((2, 3), (1, 0))
    for booking in held:
        assert admin.cancel(booking["id"]).status_code == 200


def test_occupancy_is_of_today_and_what_comes_next(alice: Client, admin: Client):
    board = dashboard(admin)
    begin = datetime.now(BANGKOK).replace(hour=0, minute=0, second=0, microsecond=0)
    dates = [(begin.date() + timedelta(days=i)).isoformat() for i in range(-2, 12)]
    shows = {show["id"]: show for date in dates for show in alice.showtimes(date=date)}
    expected = sorted(
        (s for s in shows.values() if datetime.fromisoformat(s["startTime"]) >= begin),
        key=lambda s: s["startTime"],
    )[:60]
    assert len(expected) == 60
    assert [row["startTime"] for row in board["occupancy"]] == [s["startTime"] for s in expected]
    for row in board["occupancy"]:
        show = shows[row["showtimeId"]]
        assert row["seatsTotal"] - row["seatsBooked"] - row["seatsLocked"] == (
            show["seatsAvailable"]
        )
        for name in ("movieId", "movieTitle", "auditoriumName", "startTime", "endTime"):
            assert row[name] == show[name]


@pytest.mark.one_process(reason="each process keeps its own")
def test_an_answer_is_kept_for_two_seconds(alice: Client, admin: Client):
    show = alice.showtimes()[-1]["id"]
    before = dashboard(admin, days=3)
    answer = admin.get("/api/admin/dashboard", days=3)
    tag = answer.headers["ETag"]
    alice.cancel(alice.hold(show, alice.free_seats(show, 1)))
    same = admin.get("/api/admin/dashboard", headers={"If-None-Match": tag}, days=3)
    assert answer.json() == before and same.status_code == 304
    assert dashboard(admin, days=3)["asOf"] > before["asOf"]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
def test_days_are_those_of_the_cinema(start_server, zone: str):
    """In one of these places it is never the same day as in UTC."""
    server = start_server(TIME_ZONE=zone)
    admin = Client(server.url, DEMO_ADMIN)
    show = admin.showtimes()[-1]["id"]
    admin.buy(show, admin.free_seats(show, 1))
    board = admin.read("/api/admin/dashboard", days=2)
    assert board["timeZone"] == zone
    assert board["today"]["date"] == datetime.now(ZoneInfo(zone)).date().isoformat()
    assert [day["bookings"] for day in board["revenueByDay"]] == [0, 1]


def test_a_day_with_too_many_showtimes(tmp_path: Path):
    """75 rooms with a showtime each, all on one day: those that end first are left out."""
    catalogue = small_catalogue()
    cellar = catalogue["auditoriums"][0]
    catalogue["auditoriums"] = [cellar | {"key": f"r{i}", "name": f"Room {i}"} for i in range(75)]
    # Wherever the day stands, noon UTC to noon plus 75 minutes is one day in the zone below.
    noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    catalogue["showtimes"] = [
        {
            "movie": "the-queue",
            "auditorium": f"r{i}",
            "prices": {"standard": 900, "accessible": 700},
            "startTime": rfc3339(noon + timedelta(minutes=i)),
        }
        for i in range(75)
    ]
    done = run_cinema(
        "import", str(write_catalogue(tmp_path / "many.json", catalogue)), folder=tmp_path
    )
    assert done.returncode == 0, done.stderr
    server = Server(tmp_path, SEED_DEMO="false", TIME_ZONE="UTC").start()
    try:
        board = Client(server.url, DEMO_ADMIN).read("/api/admin/dashboard")
        shown = [row["startTime"] for row in board["occupancy"]]
        starts = [show["startTime"] for show in Client(server.url, DEMO_USER).showtimes(
            date=noon.date().isoformat())]  # fmt: skip
        assert len(starts) == 75 and shown == starts[15:]
    finally:
        server.stop()
