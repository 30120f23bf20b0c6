"""Paging, filters and ETags of everything that can be listed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from support.backing import PROXIED
from support.client import Client, error_fields, problem_type
from support.ledger import check_agreement

UNKNOWN_ID = "0123456789abcdef01234567"
TODAY = datetime.now(UTC).date()


@pytest.fixture(scope="module")
def bookings(alice: Client, bob: Client, admin: Client) -> list[dict]:
    """Twelve bookings of two people and two showtimes in different states, newest first."""
    first, second = alice.showtimes()[-2:]
    for number in range(6):
        alice_hold = alice.hold(first["id"], alice.free_seats(first["id"], 1))
        bob_hold = bob.hold(second["id"], bob.free_seats(second["id"], 1))
        if number % 3 == 1:
            alice.pay(alice_hold)
            alice.confirm(alice_hold)
        if number % 3 == 2:
            bob.cancel(bob_hold)
    return check_agreement(admin)


def pages(client: Client, path: str, **query: object) -> Iterator[list]:
    response = client.get(path, **query)
    while True:
        assert response.status_code == 200, response.text
        yield response.json()
        if "next" not in response.links:
            return
        response = client.get(response.links["next"]["url"])


class TestPaging:
    @pytest.mark.parametrize("limit", [1, 5, 12, 200])
    def test_bookings_in_pages(self, admin: Client, bookings: list[dict], limit: int):
        read = list(pages(admin, "/api/admin/bookings", limit=limit))
        assert [row for page in read for row in page] == bookings
        assert all(len(page) == limit for page in read[:-1]) and len(read[-1]) <= limit

    def test_every_other_list_in_pages(self, alice: Client, admin: Client, bookings: list[dict]):
        mine = [row for page in pages(alice, "/api/bookings", limit=2) for row in page]
        assert [row["id"] for row in mine] == [
            row["id"] for row in bookings if row["userId"] == alice.id
        ]
        logs = [log for page in pages(admin, "/api/admin/audit-logs", limit=7) for log in page]
        assert logs == admin.events() and len(logs) > 12
        shows = [show for page in pages(alice, "/api/showtimes", limit=9) for show in page]
        assert shows == alice.showtimes(limit=500) and len(shows) > 18

    def test_newest_first(self, admin: Client, bookings: list[dict]):
        for path in ("/api/admin/bookings", "/api/admin/audit-logs"):
            # Ids tell the order, and those of two servers tell it to the second.
            digits = len("2026-01-02T03:04:05") if PROXIED else None
            times = [row["createdAt"][:digits] for row in admin.read(path)]
            assert times == sorted(times, reverse=True)

    def test_a_page_keeps_its_filter(self, admin: Client, bob: Client, bookings: list[dict]):
        read = pages(admin, "/api/admin/bookings", limit=2, user_id=bob.id, status="LOCKED")
        rows = [row for page in read for row in page]
        assert len(rows) == 4
        assert {(row["userId"], row["status"]) for row in rows} == {(bob.id, "LOCKED")}

    def test_new_rows_do_not_shift_a_page(self, alice: Client, bookings: list[dict]):
        read = pages(alice, "/api/bookings", limit=3)
        seen = [row["id"] for row in next(read)]
        show = alice.showtimes()[-1]["id"]
        added = alice.hold(show, alice.free_seats(show, 1))
        seen += [row["id"] for page in read for row in page]
        assert added not in seen and len(seen) == len(set(seen)) == 6
        alice.cancel(added)

    @pytest.mark.parametrize(
        "path", ["/api/showtimes", "/api/bookings", "/api/admin/bookings", "/api/admin/audit-logs"]
    )
    @pytest.mark.parametrize(
        "field, value",
        [("limit", value) for value in ("0", "-1", "501", "ten", "1.5", "9" * 30, "+5", "0x5")]
        + [("cursor", value) for value in ("!", "abc", "' OR 1=1", "A" * 400, "ÿ")],
    )
    def test_a_bad_page_is_named(self, admin: Client, path: str, field: str, value: str):
        answer = admin.get(path, **{field: value})
        assert (answer.status_code, problem_type(answer)) == (422, "validation")
        assert error_fields(answer) == {field}


class TestFilters:
    def test_showtimes_of_a_film(self, alice: Client):
        everything = alice.showtimes()
        for movie in alice.read("/api/movies"):
            assert alice.showtimes(movie_id=movie["id"]) == [
                show for show in everything if show["movieId"] == movie["id"]
            ]

    def test_showtimes_of_a_day(self, alice: Client):
        everything = alice.showtimes()
        for days in range(1, 7):
            day = (TODAY + timedelta(days=days)).isoformat()
            assert alice.showtimes(date=day) == [
                show for show in everything if show["startTime"].startswith(day)
            ]
        assert alice.showtimes(date="1999-12-31") == []
        movie = everything[-1]["movieId"]
        day = everything[-1]["startTime"][:10]
        assert everything[-1] in alice.showtimes(movie_id=movie, date=day)

    @pytest.mark.parametrize(
        "path, field, values",
        [
            ("showtimes", "movie_id", [UNKNOWN_ID, "1", "g" * 24]),
            ("showtimes", "date", ["today", "2026-02-30", "2026-1-1", "2026-01-01T00:00:00Z"]),
            ("admin/bookings", "status", ["locked", "PAID"]),
            ("admin/bookings", "user_id", ["me", "0" * 23]),
            ("admin/bookings", "showtime_id", ["x", "0" * 25]),
            ("admin/bookings", "movie_id", ["x", "0" * 25]),
            ("admin/bookings", "date", ["01.02.2026", "2026-13-01"]),
            ("admin/audit-logs", "event_type", ["BookingLost", "bookinglocked"]),
            ("admin/audit-logs", "booking_id", ["x", "0" * 25]),
            ("admin/audit-logs", "user_id", ["x"]),
            ("admin/audit-logs", "date_from", ["yesterday", "2026-00-10"]),
            ("admin/audit-logs", "date_to", ["tomorrow", "2026-11-31"]),
            ("admin/audit-logs.csv", "event_type", ["BookingLost"]),
            ("admin/audit-logs.csv", "date_to", ["tomorrow"]),
            ("admin/audit-logs.csv", "limit", ["0", "50001"]),
            ("admin/audit-logs.csv", "cursor", ["1"]),
            ("admin/dashboard", "days", ["0", "91", "-1", "week"]),
        ],
    )
    def test_nonsense_is_not_everything(
        self, admin: Client, path: str, field: str, values: list[str]
    ):
        for value in values:
            answer = admin.get("/api/" + path, **{field: value})
            assert (answer.status_code, problem_type(answer)) == (422, "validation"), value
            assert error_fields(answer) == {field}, value

    def test_bookings_by_what_staff_know(
        self, alice: Client, bob: Client, admin: Client, bookings: list[dict]
    ):
        def found(**query: object) -> list[str]:
            return [row["id"] for row in admin.read_all("/api/admin/bookings", **query)]

        def where(**members: object) -> list[str]:
            return [row["id"] for row in bookings if members.items() <= row.items()]

        bookings = admin.read_all("/api/admin/bookings")  # other tests have added some
        sample = bookings[-1]
        for status in ("LOCKED", "BOOKED", "CANCELLED"):
            assert found(status=status) == where(status=status) != []
        assert found(status="EXPIRED") == []
        assert found(user_id=bob.id) == where(userId=bob.id)
        assert found(showtime_id=sample["showtimeId"]) == where(showtimeId=sample["showtimeId"])
        for movie in {row["movieId"] for row in bookings}:
            assert found(movie_id=movie) == where(movieId=movie) != []
        assert found(movie_id=UNKNOWN_ID) == []
        day = sample["createdAt"][:10]
        assert found(date=day) == [row["id"] for row in bookings if row["createdAt"][:10] == day]
        assert found(date="2020-02-29") == []
        assert found(q="BOB@exam") == where(userId=bob.id)
        assert found(q="demo us") == where(userId=alice.id)
        assert sample["id"] in found(q=sample["movieTitle"][1:].upper())
        assert found(q=sample["id"]) == [sample["id"]]
        assert found(q=sample["id"].upper()) == [sample["id"]]
        code = sample["id"][-8:]
        for typed in (code, code.upper(), f"{code[:4]}-{code[4:]}", f" {code[:4]} {code[4:]} "):
            assert found(q=typed) == [sample["id"]], typed
        assert found(q=code[1:]) == found(q="f" * 8) == []
        for wildcard in ("%", "_", "*", "bob%org", "'"):
            assert found(q=wildcard) == [], f"{wildcard} is text, not a pattern"
        assert found(q="") == where()

    def test_filters_add_up(self, alice: Client, admin: Client, bookings: list[dict]):
        bookings = admin.read_all("/api/admin/bookings")
        sample = next(row for row in bookings if row["status"] == "BOOKED")
        fitting = {
            "status": sample["status"],
            "user_id": sample["userId"],
            "showtime_id": sample["showtimeId"],
            "movie_id": sample["movieId"],
            "date": sample["createdAt"][:10],
            "q": sample["movieTitle"],
        }
        members = ("status", "userId", "showtimeId", "movieId")
        expected = [
            row["id"] for row in bookings if all(row[name] == sample[name] for name in members)
        ]

        def found(query: dict) -> list[str]:
            return [row["id"] for row in admin.read_all("/api/admin/bookings", **query)]

        assert found(fitting) == expected != []
        assert found(fitting | {"q": sample["id"]}) == [sample["id"]]
        other = {
            "status": "EXPIRED",
            "user_id": UNKNOWN_ID,
            "showtime_id": UNKNOWN_ID,
            "movie_id": UNKNOWN_ID,
            "date": "2020-02-29",
            "q": "nobody at all",
        }
        for name, value in other.items():
            assert found(fitting | {name: value}) == [], f"{name} is one filter of all"

    @pytest.mark.parametrize("bad", [UNKNOWN_ID, "1", "g" * 24])
    def test_one_booking_for_staff(self, admin: Client, bookings: list[dict], bad: str):
        for row in bookings[:3]:
            assert admin.read(f"/api/admin/bookings/{row['id']}") == row
        answer = admin.get(f"/api/admin/bookings/{bad}")
        assert (answer.status_code, problem_type(answer)) == (404, "not-found")

    def test_audit_logs_by_what_staff_know(self, bob: Client, admin: Client, bookings: list[dict]):
        everything = admin.events()
        sample = everything[-1]
        assert admin.events(event_type="BookingCancelled") == [
            log for log in everything if log["eventType"] == "BookingCancelled"
        ]
        assert admin.events(booking_id=sample["bookingId"]) == [
            log for log in everything if log["bookingId"] == sample["bookingId"]
        ]
        assert admin.events(user_id=bob.id) == [
            log for log in everything if log["userId"] == bob.id
        ]
        assert admin.events(booking_id=UNKNOWN_ID) == []
        for member, wanted in (("userId", "user_id"), ("bookingId", "booking_id")):
            both = {"event_type": "BookingLocked", wanted: sample[member]}
            assert admin.events(**both) == [
                log
                for log in everything
                if (log["eventType"], log[member]) == ("BookingLocked", sample[member])
            ]
        assert admin.events(user_id=bob.id, booking_id=UNKNOWN_ID) == []
        middle = everything[len(everything) // 2]["createdAt"]
        assert admin.events(date_from=middle) == [
            log for log in everything if log["createdAt"] >= middle
        ]
        assert admin.events(date_to=middle, user_id=bob.id) == [
            log for log in everything if log["createdAt"] < middle and log["userId"] == bob.id
        ]
        first, last = everything[-1]["createdAt"][:10], everything[0]["createdAt"][:10]
        assert admin.events(date_from=first, date_to=last) == everything
        tomorrow = (TODAY + timedelta(days=2)).isoformat()
        assert admin.events(date_from=tomorrow) == admin.events(date_to="2020-01-01") == []


class TestETags:
    PATHS = (
        "/api/me",
        "/api/movies",
        "/api/movies/{movieId}",
        "/api/showtimes",
        "/api/showtimes/{id}",
        "/api/showtimes/{id}/seats",
        "/api/bookings",
        "/api/bookings/{booking}",
        "/api/admin/bookings",
        "/api/admin/bookings/{booking}",
        "/api/admin/audit-logs",
        "/api/openapi.yaml",
    )

    @pytest.mark.parametrize("pattern", PATHS)
    def test_an_unchanged_answer_is_304(self, admin: Client, bookings: list[dict], pattern: str):
        show = admin.showtimes()[0]
        path = pattern.format(**show, booking=bookings[0]["id"])
        tag = admin.get(path).headers["ETag"]
        for condition in (tag, f'"other", {tag}', "W/" + tag.removeprefix("W/"), "*"):
            answer = admin.get(path, headers={"If-None-Match": condition})
            assert answer.status_code == 304, condition
            assert answer.headers["ETag"] == tag
        for condition in ('"other"', "", "nonsense"):
            answer = admin.get(path, headers={"If-None-Match": condition})
            assert answer.status_code == 200, condition

    def test_a_change_changes_the_tag(self, alice: Client, admin: Client):
        show = alice.showtimes()[-1]["id"]
        paths = (
            "/api/showtimes?limit=500",
            f"/api/showtimes/{show}",
            f"/api/showtimes/{show}/seats",
            "/api/bookings",
        )
        before = {path: alice.get(path).headers["ETag"] for path in paths}
        booking = alice.hold(show, alice.free_seats(show, 1))
        held = alice.get(f"/api/bookings/{booking}").headers["ETag"]
        for path, tag in before.items():
            fresh = alice.get(path, headers={"If-None-Match": tag})
            assert fresh.status_code == 200 and fresh.headers["ETag"] != tag, path
        alice.cancel(booking)
        assert alice.get(f"/api/bookings/{booking}").headers["ETag"] != held
