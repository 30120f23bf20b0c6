"""Two people and an admin from the list of films to a sold seat, as the brief's flow has it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from support.client import Client, error_fields, problem_type
from support.ledger import check_agreement, expected_events

UNKNOWN_ID = "0123456789abcdef01234567"


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.fixture(scope="module")
def showtime(alice: Client) -> dict:
    """The last showtime of the list: far from starting while the tests run."""
    return alice.showtimes()[-1]


@pytest.fixture(scope="module", autouse=True)
def everything_agrees(admin: Client):
    yield
    assert check_agreement(admin), "these tests made bookings"


class TestCatalogue:
    def test_movies_are_real_and_sorted(self, alice: Client):
        movies = alice.read("/api/movies")
        assert len(movies) >= 12
        assert [movie["title"] for movie in movies] == sorted(movie["title"] for movie in movies)
        for movie in movies:
            assert movie["genres"] and movie["synopsis"] and 40 <= movie["durationMin"] <= 300
            assert alice.read(f"/api/movies/{movie['id']}") == movie

    def test_showtimes_lie_in_the_next_week(self, alice: Client):
        showtimes = alice.showtimes()
        starts = [instant(showtime["startTime"]) for showtime in showtimes]
        now = datetime.now(UTC)
        assert starts == sorted(starts)
        assert now < starts[0] and starts[-1] < now + timedelta(days=8)
        assert len({start.date() for start in starts}) >= 7, "the demo has shows every day"
        assert len({showtime["auditoriumId"] for showtime in showtimes}) == 3
        movies = {movie["id"]: movie for movie in alice.read("/api/movies")}
        for showtime in showtimes:
            length = instant(showtime["endTime"]) - instant(showtime["startTime"])
            assert length >= timedelta(minutes=movies[showtime["movieId"]]["durationMin"])

    def test_rooms_are_as_cinemas_have_them(self, alice: Client):
        rooms = {show["auditoriumId"]: show for show in alice.showtimes()}.values()
        sizes = sorted(room["seatsTotal"] for room in rooms)
        for size, about in zip(sizes, (90, 220, 600), strict=True):
            assert about * 0.85 <= size <= about * 1.15, sizes
        for room in rooms:
            plan = alice.read(f"/api/showtimes/{room['id']}")["plan"]
            lengths = {len(row["seats"]) for row in plan["rows"]}
            assert len(lengths) > 1, "rows of different length"
            assert any(
                seat["column"] - before["column"] > 1
                for row in plan["rows"]
                for before, seat in zip(row["seats"], row["seats"][1:], strict=False)
            ), "an aisle"
            assert {"accessible", "companion", "premium"} <= room["prices"].keys()

    def test_the_plan_and_the_seats_are_the_same_room(self, alice: Client, showtime: dict):
        detail = alice.read(f"/api/showtimes/{showtime['id']}")
        assert {k: v for k, v in detail.items() if k != "plan"} == showtime
        plan, seats = detail["plan"], alice.seats(showtime["id"])
        placed = {seat["seatCode"]: (row, seat) for row in plan["rows"] for seat in row["seats"]}
        assert placed.keys() == seats.keys() and len(seats) == showtime["seatsTotal"]
        places = {(row["y"], seat["column"]) for row, seat in placed.values()}
        assert len(places) == len(seats), "two seats on one place"
        for code, seat in seats.items():
            row, place = placed[code]
            assert code == f"{row['label']}{seat['number']}" and seat["row"] == row["label"]
            assert (place["number"], place["category"]) == (seat["number"], seat["category"])
            assert 0 <= place["column"] < plan["columns"]
            assert seat["price"] == showtime["prices"][seat["category"]]
        screen = plan["screen"]
        assert screen["column"] + screen["width"] <= plan["columns"]

    @pytest.mark.parametrize("path", ["movies/{}", "showtimes/{}", "showtimes/{}/seats"])
    @pytest.mark.parametrize("bad", [UNKNOWN_ID, "1", "g" * 24, "0" * 25])
    def test_unknown_and_malformed_ids_are_404(self, alice: Client, path: str, bad: str):
        answer = alice.get("/api/" + path.format(bad))
        assert (answer.status_code, problem_type(answer)) == (404, "not-found")


class TestBooking:
    def test_the_whole_flow(self, alice: Client, bob: Client, admin: Client, showtime: dict):
        show = showtime["id"]
        before = alice.read(f"/api/showtimes/{show}")["seatsAvailable"]
        a, b, c = alice.free_seats(show, 3)
        first = alice.lock(show, [a, b])
        assert first.status_code == 201
        hold = first.json()
        booking = hold["bookingId"]
        assert first.headers["Location"] == f"/api/bookings/{booking}"
        assert hold["status"] == "LOCKED" and hold["seats"] == [a, b]
        seats = alice.seats(show)
        assert hold["amount"] == seats[a]["price"] + seats[b]["price"]
        left = instant(hold["lockExpiresAt"]) - datetime.now(UTC)
        assert timedelta(seconds=285) < left <= timedelta(seconds=301)
        assert seats[a]["state"] == "LOCKED" and seats[a]["lockedByUserId"] == alice.id
        assert seats[a]["lockExpiresAt"] == hold["lockExpiresAt"]
        assert alice.read(f"/api/showtimes/{show}")["seatsAvailable"] == before - 2

        # Bob wants one of them: nothing of his wish is done, and he learns which seat it was.
        refused = bob.lock(show, [b, c])
        assert (refused.status_code, problem_type(refused)) == (409, "seats-taken")
        assert refused.json()["conflicts"] == [b]
        assert bob.seats(show)[c]["state"] == "AVAILABLE"

        early = alice.confirm(booking)
        assert (early.status_code, problem_type(early)) == (409, "payment-required")
        paid = alice.pay(booking).json()
        assert paid["amount"] == hold["amount"] and paid["currency"] == showtime["currency"]
        assert alice.pay(booking).json() == paid
        sold = alice.confirm(booking).json()
        assert sold["status"] == "BOOKED" and sold["paymentId"] == paid["paymentId"]
        assert sold["paymentStatus"] == "SUCCESS"
        assert alice.confirm(booking).json() == sold
        read = alice.booking(booking)
        assert read == sold | {
            "movieId": showtime["movieId"],
            "movieTitle": showtime["movieTitle"],
            "showtimeStart": showtime["startTime"],
            "showtimeEnd": showtime["endTime"],
            "auditoriumName": showtime["auditoriumName"],
        }
        assert alice.pay(booking).json() == paid, "a repeated pay answers after the sale too"
        late = alice.cancel(booking)
        assert (late.status_code, problem_type(late)) == (409, "booking-not-locked")

        seat = alice.seats(show)[a]
        assert seat["state"] == "BOOKED" and "lockExpiresAt" not in seat and seat["version"] == 2
        assert read in alice.read("/api/bookings")
        assert booking not in [his["id"] for his in bob.read("/api/bookings")]

        row = next(row for row in admin.read("/api/admin/bookings") if row["id"] == booking)
        assert row == read | {"userEmail": alice.user["email"], "userName": alice.user["name"]}
        assert admin.read(f"/api/admin/bookings/{booking}") == row
        assert admin.booking(booking) == read, "staff may read it like its owner"

    def test_the_audit_log_tells_each_event_once(
        self, alice: Client, admin: Client, showtime: dict
    ):
        booking = alice.buy(showtime["id"], alice.free_seats(showtime["id"], 2))
        check_agreement(admin)  # waits for the outbox
        logs = admin.events(booking_id=booking)
        assert [log["eventType"] for log in logs] == [
            "BookingConfirmed",
            "PaymentSucceeded",
            "BookingLocked",
        ]
        sold = alice.booking(booking)
        for log in logs:
            assert log["userId"] == alice.id and log["showtimeId"] == showtime["id"]
            assert log["seats"] == sold["seats"]
        payment = logs[1]["payload"]
        assert payment["paymentId"] == sold["paymentId"]
        assert (payment["amount"], payment["currency"]) == (sold["amount"], sold["currency"])

    def test_another_persons_booking_does_not_exist(
        self, alice: Client, bob: Client, admin: Client, showtime: dict
    ):
        booking = alice.hold(showtime["id"], alice.free_seats(showtime["id"], 1))
        for attempt in (
            bob.get(f"/api/bookings/{booking}"),
            bob.pay(booking),
            bob.confirm(booking),
            bob.cancel(booking),
            bob.get(f"/api/bookings/{UNKNOWN_ID}"),
            bob.pay("nonsense"),
            admin.pay(booking),  # staff may read and cancel, not buy in someone's name
        ):
            assert (attempt.status_code, problem_type(attempt)) == (404, "not-found")
        assert alice.booking(booking)["status"] == "LOCKED"
        assert admin.booking(booking)["id"] == booking

    def test_cancel_gives_seats_and_money_back(
        self, alice: Client, bob: Client, admin: Client, showtime: dict
    ):
        seats = alice.free_seats(showtime["id"], 2)
        booking = alice.hold(showtime["id"], seats)
        assert alice.pay(booking).status_code == 200
        cancelled = alice.cancel(booking).json()
        assert (cancelled["status"], cancelled["paymentStatus"]) == ("CANCELLED", "REFUNDED")
        assert alice.cancel(booking).json() == cancelled
        for attempt in (alice.pay(booking), alice.confirm(booking)):
            assert (attempt.status_code, problem_type(attempt)) == (409, "booking-not-locked")
        assert bob.buy(showtime["id"], seats), "the seats are free for somebody else"
        check_agreement(admin)
        told = [log["eventType"] for log in admin.events(booking_id=booking)]
        assert sorted(told) == sorted(expected_events(cancelled).elements())

    def test_an_admin_cancels_for_a_customer(self, alice: Client, admin: Client, showtime: dict):
        booking = alice.hold(showtime["id"], alice.free_seats(showtime["id"], 1))
        assert admin.cancel(booking).json()["status"] == "CANCELLED"
        assert alice.booking(booking)["status"] == "CANCELLED"
        assert "paymentStatus" not in alice.booking(booking)

    def test_locking_ones_own_held_or_sold_seat_changes_nothing(
        self, alice: Client, showtime: dict
    ):
        held, sold = alice.free_seats(showtime["id"], 2)
        holding = alice.hold(showtime["id"], [held])
        owning = alice.buy(showtime["id"], [sold])
        before = alice.seats(showtime["id"])
        for seat in (held, sold):
            again = alice.lock(showtime["id"], [seat])
            assert (again.status_code, again.json()["conflicts"]) == (409, [seat])
        assert alice.seats(showtime["id"]) == before
        assert alice.booking(holding)["status"] == "LOCKED"
        assert alice.booking(owning)["status"] == "BOOKED"

    def test_wrong_seats_are_named(self, alice: Client, showtime: dict):
        show = showtime["id"]
        seats = alice.free_seats(show, 11)
        for wanted, fields in (
            ([], {"seats"}),
            (seats, {"seats"}),
            ([seats[0], "Z999"], {"seats[1]"}),
            ([seats[0], seats[1], seats[0]], {"seats[2]"}),
            ([seats[0].lower(), ""], {"seats[0]", "seats[1]"}),
        ):
            answer = alice.lock(show, wanted)
            assert (answer.status_code, problem_type(answer)) == (422, "validation")
            assert error_fields(answer) == fields, wanted
        assert alice.lock(UNKNOWN_ID, ["A1"]).status_code == 404
        assert alice.lock(show, seats[:10]).status_code == 201, "ten are allowed"


class TestIdempotencyKey:
    def test_a_repeated_hold_is_the_same_booking(self, alice: Client, bob: Client, showtime: dict):
        show = showtime["id"]
        a, b, c = alice.free_seats(show, 3)
        first = alice.lock(show, [a], key="my-key")
        again = alice.lock(show, [a], key="my-key")
        assert (first.status_code, again.status_code) == (201, 201)
        assert again.json() == first.json()
        assert again.headers["Location"] == first.headers["Location"]
        other = alice.lock(show, [b], key="my-key")
        assert (other.status_code, problem_type(other)) == (422, "idempotency-mismatch")
        assert bob.lock(show, [c], key="my-key").json()["bookingId"] != first.json()["bookingId"]

        alice.cancel(first.json()["bookingId"])
        late = alice.lock(show, [a], key="my-key")
        assert late.status_code == 201 and late.json()["status"] == "CANCELLED"
        assert alice.seats(show)[a]["state"] == "AVAILABLE", "a repetition holds nothing anew"

    @pytest.mark.parametrize("key", ["", "x" * 256, "two words", "caf\u00e9"])
    def test_bad_keys_are_refused(self, alice: Client, showtime: dict, key: str):
        seats = alice.free_seats(showtime["id"], 1)
        answer = alice.lock(showtime["id"], seats, key=key)
        assert (answer.status_code, problem_type(answer)) == (422, "validation")
        assert error_fields(answer) == {"Idempotency-Key"}
        assert alice.seats(showtime["id"])[seats[0]]["state"] == "AVAILABLE"

    def test_the_longest_key_is_accepted(self, alice: Client, showtime: dict):
        seats = alice.free_seats(showtime["id"], 1)
        assert alice.lock(showtime["id"], seats, key="~" * 255).status_code == 201
