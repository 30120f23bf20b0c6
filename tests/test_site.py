"""What everybody is told of the cinema: its name, its clock and its limits."""

from __future__ import annotations

import time
from datetime import datetime

import requests

from support.client import Client
from support.server import Server


def test_the_settings_are_told(start_server):
    server = start_server(
        CINEMA_NAME="Sala โรงหนัง",
        TIME_ZONE="Asia/Bangkok",
        DEMO_LOGIN="false",
        MAX_SEATS_PER_BOOKING="4",
        LOCK_TTL_SECONDS="120",
    )
    site = Client(server.url).read("/api/site")
    del site["now"]
    assert site == {
        "name": "Sala โรงหนัง",
        "timeZone": "Asia/Bangkok",
        "demoLogin": False,
        "maxSeatsPerBooking": 4,
        "lockTtlSeconds": 120,
    }


def test_the_defaults(server: Server):
    site = Client(server.url).read("/api/site")
    assert (site["name"], site["timeZone"], site["demoLogin"]) == ("Cinema", "UTC", True)
    assert (site["maxSeatsPerBooking"], site["lockTtlSeconds"]) == (10, 300)


def test_the_clock_is_never_kept(server: Server):
    before = time.time() * 1000
    answer = Client(server.url).get("/api/site")
    after = time.time() * 1000
    assert int(before) <= answer.json()["now"] <= after
    assert answer.headers["Cache-Control"] == "no-store" and "ETag" not in answer.headers
    again = requests.get(server.url + "/api/site", headers={"If-None-Match": "*"}, timeout=5)
    assert again.status_code == 200 and again.json()["now"] >= answer.json()["now"]


def test_holds_end_by_that_clock(server: Server, alice: Client):
    show = alice.showtimes()[-1]["id"]
    site = alice.read("/api/site")
    alice.hold(show, seats := alice.free_seats(show, 1))
    expires = alice.seats(show)[seats[0]]["lockExpiresAt"]
    left = datetime.fromisoformat(expires).timestamp() * 1000 - site["now"]
    assert site["lockTtlSeconds"] * 1000 <= left < site["lockTtlSeconds"] * 1000 + 5000
