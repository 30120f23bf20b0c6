"""Watching a seat map: what every viewer sees, however many there are and however slow."""

from __future__ import annotations

import random
import time

import pytest

from support import rawhttp
from support.client import Client
from support.load import Crowd
from support.server import Server
from support.volley import Range, lock, step
from support.websocket import PING, Viewer, check_message, handshake_request, pump_all

MEGABYTE = 1 << 20


@pytest.fixture(scope="module")
def shows(alice: Client) -> list[dict]:
    """Showtimes, the largest room first."""
    return sorted(alice.showtimes(), key=lambda show: -show["seatsTotal"])


def seat_map(client: Client, show: str) -> dict[str, tuple[str, int]]:
    return {code: (seat["state"], seat["version"]) for code, seat in client.seats(show).items()}


def watch(server: Server, show: str, count: int) -> list[Viewer]:
    viewers = [Viewer(server.port, show) for _ in range(count)]
    assert pump_all(viewers, lambda: all(v.snapshots for v in viewers), 20), "no snapshot"
    return viewers


def close_all(viewers: list[Viewer]) -> None:
    for viewer in viewers:
        viewer.close()


class TestWhatIsSeen:
    def test_the_snapshot_comes_first_and_is_get_seats(
        self, server: Server, alice: Client, shows: list[dict]
    ):
        show = shows[-1]["id"]
        alice.hold(show, alice.free_seats(show, 2))
        alice.buy(show, alice.free_seats(show, 1))
        viewer = Viewer(server.port, show)
        assert viewer.wait_until(lambda v: v.messages)
        snapshot = check_message(viewer.messages[0])
        assert snapshot["type"] == "SYNC_SNAPSHOT" and snapshot["showtimeId"] == show
        assert snapshot["seats"] == alice.read(f"/api/showtimes/{show}/seats")
        viewer.close()

    def test_each_change_is_told_as_the_brief_has_it(
        self, server: Server, alice: Client, shows: list[dict]
    ):
        show = shows[-1]["id"]
        (viewer,) = watch(server, show, 1)
        seat, other = alice.free_seats(show, 2)
        hold = alice.lock(show, [seat]).json()
        alice.pay(hold["bookingId"])
        alice.confirm(hold["bookingId"])
        alice.cancel(alice.hold(show, [other]))
        assert viewer.wait_until(lambda v: len(v.messages) >= 5), viewer.messages[1:]
        events = [check_message(message) for message in viewer.messages[1:]]
        assert events == [
            {
                "type": "SEAT_LOCKED",
                "seatCode": seat,
                "lockedByUserId": alice.id,
                "lockExpiresAt": hold["lockExpiresAt"],
                "version": 1,
            },
            {"type": "SEAT_BOOKED", "seatCode": seat, "version": 2},
            events[2],
            {"type": "SEAT_RELEASED", "seatCode": other, "version": 2},
        ]
        assert (events[2]["type"], events[2]["seatCode"]) == ("SEAT_LOCKED", other)
        viewer.close()

    def test_other_showtimes_are_not_told(self, server: Server, alice: Client, shows: list[dict]):
        (viewer,) = watch(server, shows[0]["id"], 1)
        other = shows[1]["id"]
        alice.cancel(alice.hold(other, alice.free_seats(other, 2)))
        assert not viewer.wait_until(lambda v: len(v.messages) > 1, timeout=0.5)
        viewer.close()

    def test_an_expired_hold_is_told(self, start_server):
        server = start_server(LOCK_TTL_SECONDS="1", EXPIRY_INTERVAL_SECONDS="1")
        alice = Client(server.url, "alice@example.org")
        show = alice.showtimes()[-1]["id"]
        (viewer,) = watch(server, show, 1)
        seats = alice.free_seats(show, 2)
        alice.hold(show, seats)
        assert viewer.wait_until(lambda v: len(v.messages) >= 5, timeout=6)
        assert sorted((m["type"], m["seatCode"]) for m in viewer.messages[3:]) == [
            ("SEAT_RELEASED", seat) for seat in sorted(seats)
        ]
        viewer.close()

    def test_a_ping_gets_its_pong(self, server: Server, shows: list[dict]):
        (viewer,) = watch(server, shows[0]["id"], 1)
        for payload in (b"", b"are you there?", bytes(range(125))):
            viewer.send(PING, payload)
            assert viewer.wait_until(lambda v, p=payload: v.pongs[-1:] == [p])
        viewer.close()


class TestManyViewers:
    def test_three_hundred_viewers_all_see_each_change(
        self, server: Server, alice: Client, shows: list[dict]
    ):
        show = shows[0]["id"]
        viewers = watch(server, show, 300)
        seats = alice.free_seats(show, 30)
        for i in range(0, 30, 3):
            booking = alice.hold(show, seats[i : i + 3])
            if i % 2:
                alice.cancel(booking)
            else:
                alice.pay(booking)
                alice.confirm(booking)
        wanted = 1 + 10 * 6  # the snapshot, and two changes of each of thirty seats
        seen = pump_all(viewers, lambda: all(len(v.messages) >= wanted for v in viewers), 20)
        assert seen, sorted({len(v.messages) for v in viewers})
        told = viewers[0].messages[1:]
        assert len(told) == wanted - 1
        assert len({(m["seatCode"], m["version"]) for m in told}) == len(told)
        truth = seat_map(alice, show)
        for viewer in viewers:
            assert viewer.messages[1:] == told, "a viewer was told something else"
            assert viewer.seats == truth
        close_all(viewers)

    def test_after_a_storm_every_map_equals_get_seats(
        self, server: Server, alice: Client, shows: list[dict]
    ):
        """Viewers come and go while a crowd books; whoever stays ends with the truth."""
        stage = {show["id"]: list(alice.seats(show["id"])) for show in shows[2:4]}
        clients = [Client(server.url, f"s{n}@example.org", checked=False) for n in range(8)]
        crowd = Crowd(server, clients, stage).start()
        viewers: list[Viewer] = []
        deadline = time.monotonic() + 4
        while time.monotonic() < deadline:
            viewers.append(Viewer(server.port, random.choice(list(stage))))
            if len(viewers) > 60:
                viewers.pop(random.randrange(len(viewers))).close()
            pump_all(viewers, lambda: False, 0.05)
        journal = crowd.stop()
        assert not journal.surprises and len(journal.bookings) > 100
        truth = {show: seat_map(alice, show) for show in stage}
        agreed = pump_all(viewers, lambda: all(v.seats == truth[v.showtime] for v in viewers), 10)
        assert agreed, "a viewer's map is not the store's"
        assert not any(viewer.ended for viewer in viewers)
        close_all(viewers)

    def test_viewers_leave_nothing_behind(self, server: Server, shows: list[dict]):
        show = shows[0]["id"]
        before = server.open_files()
        for _ in range(3):
            close_all(watch(server, show, 200))
        deadline = time.monotonic() + 10
        while server.open_files() > before + 5:
            assert time.monotonic() < deadline, "connections stay open after their viewers left"
            time.sleep(0.1)

    @pytest.mark.one_process(reason="each process counts for itself")
    def test_the_number_of_viewers_is_limited(self, start_server):
        server = start_server(VIEWERS_PER_ADDRESS_MAX="3")
        show = Client(server.url, "alice@example.org").showtimes()[0]["id"]
        viewers = watch(server, show, 3)
        server.tolerated.append("/ws/showtimes")  # a 503 is an answer here, and logged as such
        refused = rawhttp.exchange(server.port, handshake_request(show))
        assert refused.status in (429, 503) and int(refused.headers["retry-after"]) >= 1
        viewers.pop().close()
        time.sleep(0.3)
        viewers += watch(server, show, 1)
        close_all(viewers)


    @pytest.mark.one_process(reason="each process counts for itself")
    def test_viewers_of_one_ipv6_network_are_counted_together(self, start_server):
        server = start_server(VIEWERS_PER_ADDRESS_MAX="2", TRUSTED_PROXIES="127.0.0.1")
        show = Client(server.url, "alice@example.org").showtimes()[0]["id"]
        server.tolerated.append("/ws/showtimes")  # a 503 is an answer here, and logged as such

        def open_from(address: str) -> Viewer:
            return Viewer(server.port, show, X_Forwarded_For=address)

        viewers = [open_from("2001:db8:0:1::1"), open_from("2001:db8:0:1:2:3:4:5")]
        third = handshake_request(show, X_Forwarded_For="2001:db8:0:1::3")
        assert rawhttp.exchange(server.port, third).status == 503
        viewers += [open_from("2001:db8:0:2::1"), open_from("192.0.2.1"), open_from("192.0.2.2")]
        assert pump_all(viewers, lambda: all(v.snapshots for v in viewers), 20), "no snapshot"
        close_all(viewers)


@pytest.mark.one_process(reason="between them and the server are nginx's buffers")
class TestSlowReaders:
    """Viewers that stop reading while the seats change tens of thousands of times."""

    CHANGES = 40_000  # events, about 5 MB a viewer: more than a socket's buffers hold

    def storm(self, server: Server, show: str, seats: list[str]) -> None:
        """Holds and cancels, ten seats at a time, over a few connections."""
        client = Client(server.url, "storm@example.org", checked=False)
        weapons = Range(server)
        groups = [seats[i : i + 10] for i in range(0, len(seats) - 9, 10)]
        for _ in range(self.CHANGES // (20 * len(groups))):
            answers = weapons.fire([lock(client.token, show, group) for group in groups])
            bookings = [answer.json()["bookingId"] for answer in answers]
            weapons.fire([step(client.token, booking, "cancel") for booking in bookings])
        weapons.close()

    def test_a_slow_reader_is_resynced_and_not_buffered_without_end(
        self, server: Server, alice: Client, shows: list[dict]
    ):
        show = shows[5]["id"]
        seats = alice.free_seats(show, 200)
        attentive = watch(server, show, 1)[0]
        attentive.keep_messages = False
        slow = [Viewer(server.port, show, receive_buffer=4096) for _ in range(20)]
        for viewer in slow:
            viewer.keep_messages = False
        memory = server.rss_bytes()
        self.storm(server, show, seats)
        grown = server.rss_bytes() - memory
        assert grown < 24 * MEGABYTE, f"{grown / MEGABYTE:.0f} MB for 20 slow readers"

        truth = seat_map(alice, show)
        assert attentive.wait_until(lambda v: v.seats == truth), "the attentive viewer has lost it"
        caught_up = pump_all(slow, lambda: all(v.ended or v.seats == truth for v in slow), 30)
        assert caught_up, "a slow reader neither learnt the truth nor was let go"
        assert all(v.ended or v.snapshots >= 2 for v in slow), "the backlog was kept"

        # From here on it is a viewer like any other.
        alice.hold(show, alice.free_seats(show, 1))
        truth = seat_map(alice, show)
        assert pump_all(slow, lambda: all(v.ended or v.seats == truth for v in slow), 10)
        close_all([*slow, attentive])
