"""Two servers, one box office: whatever is done on one is true on the other.

INSTANCE_ROUNDS (50) sets how often two hundred users on both want one seat.
"""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from support.backing import Backing
from support.catalogue import small_catalogue, write_catalogue
from support.client import DEMO_ADMIN, DEMO_USER, Client
from support.cluster import Cluster
from support.load import Crowd
from support.server import DEFAULT_SETTINGS, Server, run_cinema
from support.volley import Range, SeatSupply, lock, statuses, step
from support.websocket import Viewer, check_message, pump_all

ROUNDS = int(os.environ.get("INSTANCE_ROUNDS", "50"))
SOON = 3  # seconds in which one instance shows what another has done


@pytest.fixture(scope="module")
def users(cluster: Cluster) -> list[Client]:
    return cluster.clients(200, "user")


@pytest.fixture(scope="module")
def supply(users: list[Client]) -> SeatSupply:
    return SeatSupply(users[0])


@pytest.fixture
def both(cluster: Cluster):
    weapons = Range(*cluster.servers)
    yield weapons
    weapons.close()


@pytest.fixture(scope="module", autouse=True)
def everything_agrees(cluster: Cluster):
    yield
    assert cluster.check(settle_seconds=20)


def soon(condition, seconds: float = SOON) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


class TestRaces:
    def test_two_hundred_users_want_one_seat(self, cluster, users, supply, both):
        winners = set()
        for number in range(ROUNDS):
            show, (seat,) = supply.take(1)
            shots = [lock(user.token, show, [seat]) for user in random.sample(users, len(users))]
            answers = both.fire(shots, frozen=number % 2 == 1)
            won = [i for i, answer in enumerate(answers) if answer.status == 201]
            assert len(won) == 1, f"{len(won)} winners: {statuses(answers)}"
            assert set(statuses(answers)) == {201, 409}
            winners.add(won[0] % 2)
            for user in users[:2]:  # one on each instance
                state = user.seats(show)[seat]
                assert (state["state"], state["version"]) == ("LOCKED", 1)
        assert winners == {0, 1}, "one instance never won: was there a race?"

    def test_overlapping_wishes_on_different_instances(self, users, supply, both):
        for number in range(ROUNDS):
            show, (a, b, c) = supply.take(3)
            wishes = [[a, b], [c, b]]
            answers = both.fire(
                [lock(users[i].token, show, wish) for i, wish in enumerate(wishes)],
                frozen=number % 2 == 1,
            )
            assert sorted(statuses(answers)) == [201, 409], statuses(answers)
            won = wishes[statuses(answers).index(201)]
            seats = users[0].seats(show)
            free = ({a, b, c} - set(won)).pop()
            assert seats[free]["state"] == "AVAILABLE"
            assert all(seats[seat]["state"] == "LOCKED" for seat in won)

    def test_one_idempotency_key_on_both_is_one_booking(self, users, supply, both):
        for number in range(ROUNDS):
            show, seats = supply.take(2)
            shot = lock(users[0].token, show, seats)
            shot.headers["Idempotency-Key"] = f"both-{number}"
            answers = both.fire([shot] * 8, frozen=number % 2 == 1)
            assert set(statuses(answers)) == {201}, [answer.body for answer in answers]
            assert len({answer.json()["bookingId"] for answer in answers}) == 1

    def test_confirm_on_one_against_cancel_on_the_other(self, users, supply, both):
        seen = set()
        for number in range(ROUNDS):
            booking = users[0].hold(*supply.take(1))
            assert users[0].pay(booking).status_code == 200
            names = ["confirm", "cancel"] if number % 4 < 2 else ["cancel", "confirm"]
            answers = both.fire(
                [step(users[0].token, booking, name) for name in names], frozen=number % 2 == 1
            )
            assert sorted(statuses(answers)) == [200, 409], [answer.body for answer in answers]
            won = names[statuses(answers).index(200)]
            status = users[0].booking(booking)["status"]
            assert status == {"confirm": "BOOKED", "cancel": "CANCELLED"}[won]
            seen.add(won)
        assert seen == {"confirm", "cancel"}, "one side always won: was there a race?"

    def test_paying_on_both_pays_once(self, users, supply, both):
        for number in range(ROUNDS):
            booking = users[0].hold(*supply.take(1))
            shot = step(users[0].token, booking, "pay")
            answers = both.fire([shot] * 6, frozen=number % 2 == 1)
            assert set(statuses(answers)) == {200}, [answer.body for answer in answers]
            assert len({answer.json()["paymentId"] for answer in answers}) == 1


class TestOneBoxOffice:
    def test_every_step_on_another_instance(self, cluster: Cluster, supply: SeatSupply):
        one, two = (Client(server.url, DEMO_USER) for server in cluster.servers)
        show, seats = supply.take(2)
        booking = one.hold(show, seats)
        assert two.booking(booking) == one.booking(booking)
        assert two.pay(booking).status_code == 200
        assert one.confirm(booking).json() == two.confirm(booking).json()
        assert two.seats(show)[seats[0]]["state"] == "BOOKED"
        refused = two.lock(show, seats)
        assert refused.status_code == 409 and set(refused.json()["conflicts"]) == set(seats)
        assert slug_of(one.cancel(booking)) == slug_of(two.cancel(booking))

    def test_a_token_is_good_everywhere(self, cluster: Cluster):
        one, two = cluster.servers
        alice = Client(one.url, DEMO_USER)
        alice.url = two.url
        assert alice.read("/api/me") == alice.user
        assert Client(two.url, DEMO_USER).id == alice.id

    def test_a_new_user_is_known_to_both(self, cluster: Cluster, supply: SeatSupply):
        newcomer = Client(cluster.servers[0].url, f"new-{time.time_ns()}@example.org")
        newcomer.url = cluster.servers[1].url
        assert newcomer.hold(*supply.take(1))

    def test_the_audit_log_is_one(self, cluster: Cluster, supply: SeatSupply):
        booking = Client(cluster.servers[0].url, DEMO_USER).buy(*supply.take(1))
        for number in range(2):
            admin = cluster.admin(number)
            assert soon(lambda: len(admin.events(booking_id=booking)) == 3, 10)

    def test_an_import_is_shown_by_both(self, start_cluster):
        cluster = start_cluster(SEED_DEMO="false")
        folder = cluster.servers[0].folder
        file = write_catalogue(folder / "catalogue.json", small_catalogue())
        done = run_cinema("import", str(file), folder=folder, settings=cluster.backing.settings())
        assert done.returncode == 0, done.stderr
        for server in cluster.servers:
            visitor = Client(server.url, DEMO_USER)
            assert soon(lambda: len(visitor.read("/api/movies")) == 1, 15), server.log_tail()
            assert len(visitor.showtimes()) == 1


def slug_of(answer) -> str:
    assert answer.status_code == 409
    return answer.json()["type"]


class TestViewers:
    def test_what_is_done_on_one_is_seen_on_the_other(self, cluster: Cluster, supply: SeatSupply):
        one, two = cluster.servers
        alice = Client(one.url, DEMO_USER)
        show, seats = supply.take(2)
        viewer = Viewer(two.port, show)
        assert viewer.wait_until(lambda v: v.snapshots)
        before = len(viewer.messages)

        def told(state: str, version: int) -> None:
            wanted = dict.fromkeys(seats, (state, version))
            started = time.monotonic()
            assert viewer.wait_until(lambda v: wanted.items() <= v.seats.items(), SOON), (
                f"not told of {state} {version}: {viewer.messages[before:]}"
            )
            assert time.monotonic() - started < 1, "this was a resync and not an event"

        booking = alice.hold(show, seats)
        told("LOCKED", 1)
        assert alice.cancel(booking).status_code == 200
        told("AVAILABLE", 2)
        alice.buy(show, seats)
        told("BOOKED", 4)
        for message in viewer.messages[before:]:
            check_message(message)
        assert viewer.snapshots == 1
        viewer.close()

    def test_seats_that_another_sold_while_nobody_watched(self, cluster: Cluster, supply):
        one, two = cluster.servers
        show, seats = supply.take(1)
        early = Viewer(two.port, show)
        assert early.wait_until(lambda v: v.snapshots)
        early.close()
        Client(one.url, DEMO_USER).buy(show, seats)
        late = Viewer(two.port, show)
        assert late.wait_until(lambda v: v.snapshots)
        assert late.wait_until(lambda v: v.seats[seats[0]] == ("BOOKED", 2), SOON)
        late.close()

    def test_all_converge_under_load_on_both(self, cluster: Cluster, users: list[Client]):
        shows = {show["id"]: list(users[0].seats(show["id"])) for show in users[0].showtimes()[-2:]}
        viewers = [Viewer(s.port, show) for s in cluster.servers for show in shows for _ in "123"]
        crowd = Crowd(cluster.servers, users[:16], shows).start()
        pump_all(viewers, lambda: False, 3)
        journal = crowd.stop()
        assert not journal.surprises, journal.surprises[:5]
        assert len(journal.bookings) > 50, "there was hardly any load"
        truth = {
            show: {code: (s["state"], s["version"]) for code, s in users[0].seats(show).items()}
            for show in shows
        }
        agreed = pump_all(viewers, lambda: all(v.seats == truth[v.showtime] for v in viewers), 10)
        assert agreed, "a viewer's map is not the store's"
        for viewer in viewers:
            viewer.close()


class TestStart:
    def test_without_mongodb_it_says_so_and_ends(self, tmp_path: Path):
        where = {"MONGO_URI": "mongodb://user:hidden-secret@127.0.0.1:1/cinema"}
        done = run_cinema("serve", folder=tmp_path, settings=DEFAULT_SETTINGS | where, timeout=30)
        said = done.stdout + done.stderr
        assert done.returncode not in (0, -6, -11) and "MONGO_URI" in done.stderr, said
        assert "hidden-secret" not in said, "a secret is not repeated"

    def test_without_redis_and_rabbitmq_it_sells(self, tmp_path: Path):
        server = Server(
            tmp_path,
            MONGO_URI=Backing.of(tmp_path).mongo_uri,
            REDIS_ADDR="redis://:hidden-secret@127.0.0.1:1",
            RABBITMQ_URL="amqp://user:hidden-secret@127.0.0.1:1/",
        ).start()
        try:
            assert Client(server.url).read("/readyz")["status"] == "degraded"
            alice = Client(server.url, DEMO_USER)
            show = alice.showtimes()[-1]["id"]
            alice.buy(show, alice.free_seats(show, 2))
        finally:
            started = time.monotonic()
            assert server.stop() == 0
            assert time.monotonic() - started < 5, "it waits for what is not there"
        assert "hidden-secret" not in server.log_text(), "a secret is not repeated"


def test_a_hold_made_on_one_expires_on_the_other(start_cluster):
    cluster = start_cluster(LOCK_TTL_SECONDS="2", EXPIRY_INTERVAL_SECONDS="1")
    one, two = cluster.servers
    alice = Client(one.url, DEMO_USER)
    show = alice.showtimes()[-1]["id"]
    seats = alice.free_seats(show, 2)
    booking = alice.hold(show, seats)
    assert alice.pay(booking).status_code == 200
    viewer = Viewer(two.port, show)
    one.kill()
    alice.url = two.url
    assert soon(lambda: alice.booking(booking)["status"] == "EXPIRED", 2 + 2 * 1 + SOON)
    wanted = dict.fromkeys(seats, ("AVAILABLE", 2))
    assert viewer.wait_until(lambda v: wanted.items() <= v.seats.items(), SOON)
    assert soon(lambda: alice.booking(booking)["paymentStatus"] == "REFUNDED")
    viewer.close()
    one.start()
    cluster.check(settle_seconds=10)
    assert Client(one.url, DEMO_ADMIN).booking(booking)["status"] == "EXPIRED"
