"""Requests that collide. Every round ends in exactly one of the allowed outcomes, and at the end
seats, bookings, payments and the audit log agree.

RACE_ROUNDS (120) is how many rounds each race has. In every other round the server is frozen while
the requests are sent, so that it finds all of them at once.
"""

from __future__ import annotations

import os
import random

import pytest

from support.client import DEMO_ADMIN, Client
from support.ledger import check_agreement
from support.rawhttp import Answer
from support.server import Server
from support.volley import SeatSupply, lock, slug, statuses, step

ROUNDS = int(os.environ.get("RACE_ROUNDS", "120"))


@pytest.fixture(scope="module")
def users(server: Server) -> list[Client]:
    return [Client(server.url, f"user{n}@example.org", checked=False) for n in range(200)]


@pytest.fixture(scope="module", autouse=True)
def everything_agrees(server: Server):
    yield
    assert check_agreement(Client(server.url, DEMO_ADMIN, checked=False))


@pytest.fixture(scope="module")
def supply(users: list[Client]) -> SeatSupply:
    return SeatSupply(users[0])


def check_one_winner(
    client: Client, show: str, wishes: list[tuple[Client, list[str]]], answers: list[Answer]
) -> None:
    """Exactly one wish came true, whole; the others are told which seats are gone."""
    won = [i for i, answer in enumerate(answers) if answer.status == 201]
    assert len(won) == 1, f"{len(won)} winners: {statuses(answers)}"
    assert set(statuses(answers)) <= {201, 409}
    winner, wanted = wishes[won[0]]
    seats = client.seats(show)
    for answer, (_, wish) in zip(answers, wishes, strict=True):
        if answer.status == 409:
            assert slug(answer) == "seats-taken"
            assert set(answer.json()["conflicts"]) == set(wish) & set(wanted)
    for code in {code for _, wish in wishes for code in wish}:
        if code in wanted:
            assert seats[code]["state"] == "LOCKED" and seats[code]["lockedByUserId"] == winner.id
            assert seats[code]["version"] == 1
        else:
            assert seats[code]["state"] == "AVAILABLE" and seats[code]["version"] == 0


def test_two_hundred_users_want_one_seat(users, supply, shooting_range):
    for number in range(ROUNDS):
        show, seat = supply.take(1)
        wishes = [(user, seat) for user in random.sample(users, len(users))]
        shots = [lock(user.token, show, wish) for user, wish in wishes]
        answers = shooting_range.fire(shots, frozen=number % 2 == 1)
        check_one_winner(users[0], show, wishes, answers)


@pytest.mark.parametrize("shape", ["AB BC", "AB BA", "ABC CBA", "AB B", "AB BC CA", "ABCD DA"])
def test_overlapping_wishes(users, supply, shooting_range, shape: str):
    """One wish wins, whole. Never two, and never none because each waited for the other."""
    for number in range(ROUNDS * 2):
        show, seats = supply.take(len(set(shape) - {" "}))
        name = dict(zip(sorted(set(shape) - {" "}), seats, strict=True))
        wishes = [
            (user, [name[letter] for letter in wish])
            for user, wish in zip(random.sample(users, 4), shape.split(), strict=False)
        ]
        random.shuffle(wishes)
        shots = [lock(user.token, show, wish) for user, wish in wishes]
        check_one_winner(users[0], show, wishes, shooting_range.fire(shots, frozen=number % 2 == 1))


def test_crowds_with_overlapping_wishes(users, supply, shooting_range):
    """Sixty users want ten overlapping pairs: winners' pairs are disjoint, and nobody could have
    had one more."""
    for number in range(ROUNDS // 2):
        show, seats = supply.take(11)
        pairs = [seats[i : i + 2] for i in range(10)]
        wishes = [(user, random.choice(pairs)[:: random.choice((1, -1))]) for user in users[:60]]
        shots = [lock(user.token, show, wish) for user, wish in wishes]
        answers = shooting_range.fire(shots, frozen=number % 2 == 1)
        assert set(statuses(answers)) <= {201, 409}
        taken: set[str] = set()
        for answer, (_, wish) in zip(answers, wishes, strict=True):
            if answer.status == 201:
                assert not taken & set(wish), f"{wish} was sold twice"
                taken |= set(wish)
        for _, wish in wishes:
            assert taken & set(wish), f"nobody has any of {wish}, and yet it was refused"


def test_one_user_repeats_one_hold(users, supply, shooting_range):
    """Ten requests with one Idempotency-Key are one booking."""
    for number in range(ROUNDS):
        show, seats = supply.take(2)
        shot = lock(users[0].token, show, seats)
        shot.headers["Idempotency-Key"] = f"repeat-{number}"
        answers = shooting_range.fire([shot] * 10, frozen=number % 2 == 1)
        assert set(statuses(answers)) == {201}
        assert len({answer.json()["bookingId"] for answer in answers}) == 1


def held_and_paid(user: Client, supply: SeatSupply) -> str:
    booking = user.hold(*supply.take(2))
    assert user.pay(booking).status_code == 200
    return booking


def test_confirm_against_cancel(users, supply, shooting_range):
    for number in range(ROUNDS * 2):
        user = users[number % len(users)]
        booking = held_and_paid(user, supply)
        names = random.sample(["confirm", "cancel"], 2)
        answers = shooting_range.fire(
            [step(user.token, booking, name) for name in names], frozen=number % 2 == 1
        )
        outcome = dict(zip(names, answers, strict=True))
        assert sorted(statuses(answers)) == [200, 409]
        assert slug(next(a for a in answers if a.status == 409)) == "booking-not-locked"
        final = user.booking(booking)
        expected = (
            ("BOOKED", "SUCCESS") if outcome["confirm"].status == 200 else ("CANCELLED", "REFUNDED")
        )
        assert (final["status"], final["paymentStatus"]) == expected


def test_pay_against_cancel(users, supply, shooting_range):
    """Whoever was first, a cancelled booking has no money left in it."""
    for number in range(ROUNDS * 2):
        user = users[number % len(users)]
        booking = user.hold(*supply.take(1))
        names = random.sample(["pay", "cancel"], 2)
        answers = shooting_range.fire(
            [step(user.token, booking, name) for name in names], frozen=number % 2 == 1
        )
        outcome = dict(zip(names, answers, strict=True))
        assert outcome["cancel"].status == 200
        final = user.booking(booking)
        assert final["status"] == "CANCELLED"
        paid = outcome["pay"].status == 200
        assert final.get("paymentStatus") == ("REFUNDED" if paid else None)


def test_ten_pays_are_one_payment(users, supply, shooting_range):
    for number in range(ROUNDS):
        user = users[number % len(users)]
        booking = user.hold(*supply.take(2))
        answers = shooting_range.fire([step(user.token, booking, "pay")] * 10, number % 2 == 1)
        assert set(statuses(answers)) == {200}
        assert len({answer.body for answer in answers}) == 1, "ten different payments"
        assert user.booking(booking)["paymentId"] == answers[0].json()["paymentId"]


def test_ten_confirms_agree(users, supply, shooting_range):
    for number in range(ROUNDS):
        user = users[number % len(users)]
        booking = held_and_paid(user, supply)
        answers = shooting_range.fire([step(user.token, booking, "confirm")] * 10, number % 2 == 1)
        assert set(statuses(answers)) == {200}
        assert len({answer.body for answer in answers}) == 1
        assert answers[0].json().items() <= user.booking(booking).items()


def test_locking_ones_own_booked_seat_changes_nothing(users, supply, shooting_range):
    for number in range(ROUNDS):
        user = users[number % len(users)]
        show, seats = supply.take(2)
        booking = user.buy(show, seats)
        before = user.booking(booking), user.seats(show)
        shots = [lock(user.token, show, seats), lock(user.token, show, seats[:1])] * 5
        shots += [step(user.token, booking, "confirm"), step(user.token, booking, "cancel")]
        answers = shooting_range.fire(shots, number % 2 == 1)
        assert statuses(answers) == [409] * 10 + [200, 409]
        assert (user.booking(booking), user.seats(show)) == before
