"""Each dependency slow, silent, cut off and back again while people book (toxiproxy between)."""

from __future__ import annotations

import random
import re
import time

import pytest

from support.client import DEMO_USER, Client, problem_type
from support.cluster import SLACK_SECONDS, Cluster
from support.load import Crowd
from support.volley import Range, SeatSupply, lock, statuses
from support.websocket import Viewer

LOCK_TTL_SECONDS = 6
EXPIRY_INTERVAL_SECONDS = 1
RECOVERY_SECONDS_MAX = 10
REFUSAL_SECONDS_MAX = 5
FAULT_SECONDS = 3
CUSTOMERS = 8
SETTLE_SECONDS = 2 * LOCK_TTL_SECONDS + 2 * EXPIRY_INTERVAL_SECONDS + SLACK_SECONDS

FAULTS = {
    "slow": lambda link: link.slow(150),
    "stalled": lambda link: link.stall(),
    "half open": lambda link: link.half_open(),
    "reset": lambda link: link.reset(),
    "cut": lambda link: link.cut(),
}


@pytest.fixture(scope="module")
def cluster(start_cluster) -> Cluster:
    cluster = start_cluster(
        through_network=True,
        LOCK_TTL_SECONDS=str(LOCK_TTL_SECONDS),
        EXPIRY_INTERVAL_SECONDS=str(EXPIRY_INTERVAL_SECONDS),
    )
    for server in cluster.servers:
        # What this file provokes: refusals, and words about dependencies that do not answer.
        server.tolerated += ['"status": 503', '"event": "worker_failed"']
    return cluster


@pytest.fixture(autouse=True)
def healed(cluster: Cluster):
    yield
    cluster.network.heal()
    wait_for_recovery(cluster)


@pytest.fixture(scope="module")
def supply(cluster: Cluster) -> SeatSupply:
    return SeatSupply(Client(cluster.servers[0].url, DEMO_USER, checked=False))


def readiness(server) -> tuple[int, str]:
    answer = Client(server.url, checked=False).get("/readyz")
    return answer.status_code, answer.text


def buys(client: Client) -> bool:
    """One whole booking, with patience for what a recovering box office answers."""
    show = random.choice(client.showtimes())["id"]
    answer = client.lock(show, [random.choice(list(client.seats(show)))])
    if answer.status_code != 201:
        assert answer.status_code in (409, 503), answer.text
        return False
    steps = (client.pay, client.confirm)
    return all(step(answer.json()["bookingId"]).status_code == 200 for step in steps)


def wait_for_recovery(cluster: Cluster) -> None:
    """Every instance books again, and says that it is well."""
    deadline = time.monotonic() + RECOVERY_SECONDS_MAX
    for server in cluster.servers:
        while readiness(server)[0] != 200 or "degraded" in readiness(server)[1]:
            assert time.monotonic() < deadline, f"not ready again: {readiness(server)}"
            time.sleep(0.05)
        client = Client(server.url, "probe@example.org", checked=False)
        while not buys(client):
            assert time.monotonic() < deadline, "no booking after the fault was over"
            time.sleep(0.05)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("dependency", ["mongodb", "redis", "rabbitmq"])
def test_bookings_through_a_fault(cluster: Cluster, dependency: str, fault: str):
    customers = cluster.clients(CUSTOMERS)
    chosen = random.sample(customers[0].showtimes(), 3)
    shows = {show["id"]: list(customers[0].seats(show["id"])) for show in chosen}
    crowd = Crowd(cluster.servers, customers, shows, patient=True).start()
    time.sleep(0.5)
    FAULTS[fault](cluster.network[dependency])
    time.sleep(FAULT_SECONDS)
    cluster.network.heal()
    wait_for_recovery(cluster)
    time.sleep(0.5)
    journal = crowd.stop()
    if dependency != "mongodb":
        assert journal.unavailable == 0, f"{journal.unavailable} refusals without {dependency}"
    assert len(journal.bookings) > 20, "there was hardly any load"
    bookings = cluster.check(settle_seconds=SETTLE_SECONDS)
    journal.check(bookings, holds_run_out=True)


class TestWithoutMongo:
    @pytest.mark.parametrize("fault", ["stalled", "cut"])
    def test_it_is_refused_in_time(self, cluster: Cluster, supply: SeatSupply, fault: str):
        alice = Client(cluster.servers[0].url, DEMO_USER)
        show, seats = supply.take(2)
        booking = alice.hold(show, seats)
        FAULTS[fault](cluster.network["mongodb"])
        for request in (
            lambda: alice.lock(show, supply.take(1)[1]),
            lambda: alice.pay(booking),
            lambda: alice.confirm(booking),
            lambda: alice.cancel(booking),
            lambda: alice.get(f"/api/bookings/{booking}"),
            lambda: Client(alice.url).post("/api/auth/login", {"email": "later@example.org"}),
        ):
            started = time.monotonic()
            answer = request()
            assert time.monotonic() - started < REFUSAL_SECONDS_MAX
            assert (answer.status_code, problem_type(answer)) == (503, "unavailable"), answer.text
            assert int(answer.headers["Retry-After"]) >= 1
        status, text = readiness(cluster.servers[0])
        assert status == 503 and "mongodb" in text.lower(), text
        assert Client(alice.url).get("/livez").status_code == 200

    def test_a_refused_crowd_does_not_wait_in_line(self, cluster: Cluster, supply: SeatSupply):
        """A hundred at once are refused as fast as one: nobody waits behind those who wait."""
        users = cluster.clients(100)
        show, seats = supply.take(1)
        cluster.network["mongodb"].stall()
        weapons = Range(*cluster.servers)
        for _ in range(2):
            started = time.monotonic()
            answers = weapons.fire([lock(user.token, show, seats) for user in users])
            assert set(statuses(answers)) <= {409, 503} and 503 in statuses(answers)
            assert time.monotonic() - started < REFUSAL_SECONDS_MAX
        weapons.close()


class TestWithoutRedis:
    @pytest.mark.parametrize("fault", ["stalled", "cut"])
    def test_bookings_go_on_and_stay_exclusive(self, cluster: Cluster, supply, fault: str):
        users = cluster.clients(40)
        FAULTS[fault](cluster.network["redis"])
        weapons = Range(*cluster.servers)
        for _ in range(10):
            show, seats = supply.take(2)
            answers = weapons.fire([lock(user.token, show, seats) for user in users])
            assert sorted(set(statuses(answers))) in ([201, 409], [409]), statuses(answers)
            # Without the keys two can stop each other half way: then both are told, none has both.
            assert statuses(answers).count(201) <= 1
        weapons.close()
        alice = Client(cluster.servers[0].url, DEMO_USER)
        alice.buy(*supply.take(2))
        status, text = readiness(cluster.servers[0])
        assert status == 200 and "degraded" in text and "redis" in text.lower(), text

    def test_maps_are_made_good_afterwards(self, cluster: Cluster, supply: SeatSupply):
        one, two = cluster.servers
        show, seats = supply.take(2)
        viewer = Viewer(two.port, show)
        assert viewer.wait_until(lambda v: v.snapshots)
        cluster.network["redis"].cut()
        time.sleep(0.5)
        Client(one.url, DEMO_USER, checked=False).buy(show, seats)
        wanted = dict.fromkeys(seats, ("BOOKED", 2))
        assert viewer.wait_until(lambda v: wanted.items() <= v.seats.items(), RECOVERY_SECONDS_MAX)
        viewer.close()


class TestWithoutRabbit:
    def test_events_wait_and_come_once(self, cluster: Cluster, supply: SeatSupply):
        admin = cluster.admin()
        alice = Client(cluster.servers[0].url, DEMO_USER)
        cluster.network["rabbitmq"].cut()
        bookings = [alice.buy(*supply.take(1)) for _ in range(5)]
        status, text = readiness(cluster.servers[0])
        deadline = time.monotonic() + REFUSAL_SECONDS_MAX
        while "degraded" not in text:
            assert time.monotonic() < deadline, text
            time.sleep(0.1)
            status, text = readiness(cluster.servers[0])
        assert status == 200 and "rabbitmq" in text.lower(), text
        assert not [event for name in bookings for event in admin.events(booking_id=name)]
        cluster.network.heal()
        deadline = time.monotonic() + RECOVERY_SECONDS_MAX
        for name in bookings:
            while len(admin.events(booking_id=name)) < 3:
                assert time.monotonic() < deadline, f"events of {name} are missing"
                time.sleep(0.1)
            types = sorted(event["eventType"] for event in admin.events(booking_id=name))
            assert types == ["BookingConfirmed", "BookingLocked", "PaymentSucceeded"]

    def test_a_dependency_in_trouble_is_counted(self, cluster: Cluster, supply: SeatSupply):
        alice = Client(cluster.servers[0].url, DEMO_USER)

        def errors(name: str) -> float:
            text = Client(cluster.servers[0].url).get("/metrics").text
            pattern = rf'^cinema_dependency_errors_total\{{dependency="{name}"\}} (\S+)$'
            found = re.search(pattern, text, re.MULTILINE)
            return float(found[1]) if found else 0

        for name in ("redis", "rabbitmq"):
            before = errors(name)
            cluster.network[name].cut()
            alice.buy(*supply.take(1))
            deadline = time.monotonic() + REFUSAL_SECONDS_MAX
            while errors(name) == before:
                assert time.monotonic() < deadline, f"no error of {name} is counted"
                time.sleep(0.1)


def test_redis_emptied_under_load(cluster: Cluster):
    """The keys only ever speed up a refusal: without them no seat is sold twice."""
    customers = cluster.clients(CUSTOMERS)
    chosen = random.sample(customers[0].showtimes(), 2)
    shows = {show["id"]: list(customers[0].seats(show["id"])) for show in chosen}
    crowd = Crowd(cluster.servers, customers, shows, patient=True).start()
    times = 0
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        assert cluster.backing.redis("FLUSHALL") == "OK"
        times += 1
        time.sleep(0.05)
    journal = crowd.stop()
    assert times > 20 and len(journal.bookings) > 50 and journal.unavailable == 0
    journal.check(cluster.check(settle_seconds=SETTLE_SECONDS), holds_run_out=True)
