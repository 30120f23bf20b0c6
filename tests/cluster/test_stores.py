"""What others may rely on in Redis, RabbitMQ and MongoDB: keys, messages and collections as the
brief has them. And what a hold and a confirmation cost in round trips."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections import Counter
from datetime import UTC, datetime

import bson
import pymongo.errors
import pytest

from support.backing import DEAD_LETTERS, QUEUE
from support.client import DEMO_USER, Client
from support.cluster import Cluster
from support.volley import SeatSupply

EVENT_MEMBERS = {"eventId", "eventType", "occurredAt", "bookingId", "userId", "showtimeId", "seats"}
LOCK_TTL_SECONDS = 300


@pytest.fixture(scope="module")
def cluster(start_cluster) -> Cluster:
    # The worker's own calls must not be counted among those of the requests.
    return start_cluster(1, EXPIRY_INTERVAL_SECONDS="60")


@pytest.fixture(scope="module")
def alice(cluster: Cluster) -> Client:
    return Client(cluster.servers[0].url, DEMO_USER)


@pytest.fixture(scope="module")
def supply(alice: Client) -> SeatSupply:
    return SeatSupply(alice)


def eventually(condition, seconds: float = 10):
    """What the condition answers once it is true."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "that did not come true"
        time.sleep(0.05)
    return value


class TestRedis:
    def keys(self, show: str, seats: list[str]) -> list[str]:
        return [f"lock:showtime:{show}:seat:{seat}" for seat in seats]

    def test_a_hold_has_its_keys(self, cluster: Cluster, alice: Client, supply: SeatSupply):
        show, seats = supply.take(2)
        alice.hold(show, seats)
        for key in self.keys(show, seats):
            assert cluster.backing.redis("GET", key) == alice.id
            assert LOCK_TTL_SECONDS - 10 <= int(cluster.backing.redis("TTL", key)) <= 300

    @pytest.mark.parametrize("end", ["confirm", "cancel"])
    def test_the_end_of_a_hold_frees_them(self, cluster, alice, supply, end: str):
        show, seats = supply.take(2)
        booking = alice.hold(show, seats)
        alice.pay(booking)
        assert getattr(alice, end)(booking).status_code == 200
        eventually(lambda: cluster.backing.redis("EXISTS", *self.keys(show, seats)) == "0", 3)

    def test_a_key_of_somebody_else_refuses_and_stays(self, cluster, alice, supply):
        show, (first, second) = supply.take(2)
        (key, other) = self.keys(show, [second, first])
        stranger = "0123456789abcdef01234567"
        assert cluster.backing.redis("SET", key, stranger, "NX", "EX", "300") == "OK"
        refused = alice.lock(show, [first, second])
        assert refused.status_code == 409 and refused.json()["conflicts"] == [second]
        assert cluster.backing.redis("GET", key) == stranger
        assert cluster.backing.redis("EXISTS", other) == "0", "all keys or none"
        assert alice.seats(show)[first]["version"] == 0, "refused without touching the seats"
        cluster.backing.redis("DEL", key)
        alice.hold(show, [first, second])


class TestMessages:
    @pytest.fixture
    def tap(self, cluster: Cluster):
        """A copy of all that is published (RabbitMQ's tracing)."""
        yield cluster.backing.tap()
        cluster.backing.untap()

    def test_events_are_as_the_contract_has_them(self, cluster, alice, supply, tap):
        show, seats = supply.take(2)
        sold = alice.buy(show, seats)
        given_up = alice.hold(*supply.take(1))
        assert alice.pay(given_up).status_code == 200
        assert alice.cancel(given_up).status_code == 200
        seen: dict[str, tuple[dict, dict]] = {}  # by event: they come at least once

        def all_came() -> bool:
            for message in tap():
                body = json.loads(message["payload"])
                if body["bookingId"] in (sold, given_up):  # an earlier test's may still come
                    seen[body["eventId"]] = (message, body)
            return len(seen) >= 7

        eventually(all_came)
        bodies = [body for _, body in seen.values()]
        types = Counter((body["bookingId"], body["eventType"]) for body in bodies)
        assert types == Counter(
            [(sold, "BookingLocked"), (sold, "PaymentSucceeded"), (sold, "BookingConfirmed")]
            + [(given_up, "BookingLocked"), (given_up, "PaymentSucceeded")]
            + [(given_up, "BookingCancelled"), (given_up, "PaymentRefunded")]
        )
        for message, body in seen.values():
            assert body.keys() >= EVENT_MEMBERS and body.keys() <= EVENT_MEMBERS | {"payload"}
            assert uuid.UUID(body["eventId"]) and body["userId"] == alice.id
            assert body["occurredAt"].endswith("Z") and datetime.fromisoformat(body["occurredAt"])
            properties = message["properties"]["headers"]["properties"]
            assert properties["delivery_mode"] == 2, "it would not outlive the broker's restart"
            assert properties["message_id"] == body["eventId"]
            assert properties["content_type"] == "application/json"
        (confirmed,) = [b for b in bodies if b["eventType"] == "BookingConfirmed"]
        assert (confirmed["showtimeId"], confirmed["seats"]) == (show, seats)

    def test_the_queue_outlives_a_restart(self, cluster: Cluster):
        for name in (QUEUE, DEAD_LETTERS):
            assert cluster.backing.queue(name)["durable"], name
        arguments = cluster.backing.queue()["arguments"]
        assert arguments["x-dead-letter-exchange"] == QUEUE + ".dlx"

    def event(self, alice: Client, show: str, seats: list[str]) -> dict:
        return {
            "eventId": str(uuid.uuid4()),
            "eventType": "BookingConfirmed",
            "occurredAt": "2026-01-02T03:04:05Z",
            "bookingId": str(bson.ObjectId()),
            "userId": alice.id,
            "showtimeId": show,
            "seats": seats,
        }

    def test_a_message_that_comes_again_is_told_once(self, cluster, alice, supply):
        show, seats = supply.take(1)
        event = self.event(alice, show, seats)
        for _ in range(5):
            cluster.backing.publish(QUEUE, json.dumps(event), delivery_mode=2)
        last = self.event(alice, show, seats)
        cluster.backing.publish(QUEUE, json.dumps(last), delivery_mode=2)
        admin = cluster.admin()
        eventually(lambda: admin.events(booking_id=last["bookingId"]))
        (entry,) = admin.events(booking_id=event["bookingId"])
        assert entry["eventId"] == event["eventId"] and entry["seats"] == seats

    @pytest.mark.parametrize(
        "text",
        ["", "poison", "[]", '{"eventId": 7}', '{"eventId":"no-uuid","eventType":"BookingLocked"}',
         "\\u0000", "{" * 5000],
    )  # fmt: skip
    def test_poison_is_put_aside(self, cluster, alice, supply, text: str):
        cluster.servers[0].tolerated.append("dead")  # it is logged
        cluster.backing.publish(QUEUE, text)
        found: list[dict] = []
        eventually(lambda: found.extend(cluster.backing.take_messages(DEAD_LETTERS)) or found)
        assert [message["payload"] for message in found] == [text]
        booking = alice.buy(*supply.take(1))
        admin = cluster.admin()
        eventually(lambda: len(admin.events(booking_id=booking)) == 3)


class TestMongo:
    def test_the_collections(self, cluster: Cluster, alice: Client, supply: SeatSupply):
        show, seats = supply.take(2)
        booking = bson.ObjectId(alice.buy(show, seats))
        store = cluster.backing.mongo()
        names = {"users", "movies", "showtimes", "seatmaps", "bookings", "seat_reservations",
                 "payments", "audit_logs"}  # fmt: skip
        eventually(lambda: names <= set(store.list_collection_names()))
        document = store.bookings.find_one({"_id": booking})
        assert document["status"] == "BOOKED" and document["seats"] == seats
        assert document["user_id"] == bson.ObjectId(alice.id)
        assert document["showtime_id"] == bson.ObjectId(show)
        for seat in seats:
            place = {"showtime_id": bson.ObjectId(show), "seat_code": seat}
            found = store.seat_reservations.find_one(place)
            assert (found["state"], found["booking_id"]) == ("BOOKED", booking)
        assert store.payments.find_one({"booking_id": booking})["status"] == "SUCCESS"
        assert store.users.find_one({"_id": bson.ObjectId(alice.id)})["email"] == DEMO_USER

    def test_the_last_line_of_defence(self, cluster: Cluster, alice: Client, supply: SeatSupply):
        """No second record for a seat, whoever writes it."""
        show, (seat,) = supply.take(1)
        alice.hold(show, [seat])
        place = {"showtime_id": bson.ObjectId(show), "seat_code": seat}
        with pytest.raises(pymongo.errors.DuplicateKeyError):
            cluster.backing.mongo().seat_reservations.insert_one(place | {"state": "BOOKED"})

    def test_a_seat_that_the_keys_do_not_know_is_refused(self, cluster, alice, supply):
        """MongoDB decides, whatever Redis says."""
        show, seats = supply.take(1)
        alice.hold(show, seats)
        assert cluster.backing.redis("FLUSHALL") == "OK"
        refused = Client(alice.url, "late@example.org").lock(show, seats)
        assert refused.status_code == 409 and refused.json()["conflicts"] == seats


class TestRoundTrips:
    """Through /metrics: what one operation asks of the network before its answer."""

    COUNT = 50
    # After the answer, or of nobody's request.
    BEHIND = re.compile(
        r"^(bookings\.(with_outbox|clear_outbox|mark_finished)|audit\.insert|feed\.|locks\.release"
        r"|catalogue\.|ping$)"
    )

    def calls(self, alice: Client) -> Counter[tuple[str, str]]:
        text = Client(alice.url).get("/metrics").text
        pattern = r'^cinema_dependency_calls_total\{([^}]*)\} (\S+)$'
        found: Counter[tuple[str, str]] = Counter()
        for labels, value in re.findall(pattern, text, re.MULTILINE):
            label = dict(re.findall(r'(\w+)="([^"]*)"', labels))
            found[label["dependency"], label["operation"]] = float(value)
        return found

    def per_operation(self, alice: Client, action) -> dict[str, float]:
        before = self.calls(alice)
        for _ in range(self.COUNT):
            action()
        grown = self.calls(alice) - before
        print({name: value / self.COUNT for name, value in grown.items()})
        sums: Counter[str] = Counter()
        for (dependency, operation), value in grown.items():
            if not self.BEHIND.match(operation):
                sums[dependency] += value
        return {name: value / self.COUNT for name, value in sums.items()}

    def test_a_hold(self, alice: Client, supply: SeatSupply):
        alice.hold(*supply.take(2))  # the user and the showtime are known by now
        cost = self.per_operation(alice, lambda: alice.hold(*supply.take(2)))
        assert 0 < cost["redis"] <= 1 and 0 < cost["mongodb"] <= 3, cost

    def test_a_hold_that_may_be_repeated(self, alice: Client, supply: SeatSupply):
        def hold() -> None:
            assert alice.lock(*supply.take(2), key=uuid.uuid4().hex).status_code == 201

        cost = self.per_operation(alice, hold)
        assert 0 < cost["redis"] <= 1 and 0 < cost["mongodb"] <= 3, cost

    def test_a_confirmation(self, alice: Client, supply: SeatSupply):
        paid = [alice.hold(*supply.take(2)) for _ in range(self.COUNT)]
        for booking in paid:
            assert alice.pay(booking).status_code == 200
        time.sleep(1)
        cost = self.per_operation(alice, lambda: alice.confirm(paid.pop()).raise_for_status())
        assert 0 < cost["mongodb"] <= 3, cost
