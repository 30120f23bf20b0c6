"""RFC 6455 with good and bad manners, and thousands of clients that just vanish."""

from __future__ import annotations

import os
import random
import threading
import time

import pytest

from support import rawhttp
from support.client import Client
from support.rawhttp import exchange, request
from support.server import Server
from support.websocket import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    PROTOCOL_ERROR,
    TEXT,
    TOO_BIG,
    Viewer,
    drop,
    encode_frame,
    handshake_request,
)

UNKNOWN_ID = "0123456789abcdef01234567"
DROPS = int(os.environ.get("WEBSOCKET_DROPS", "5000"))


@pytest.fixture(scope="module")
def server(start_server) -> Server:
    return start_server(ALLOWED_ORIGINS="https://tickets.example,http://localhost:3000")


@pytest.fixture(scope="module")
def show(alice: Client) -> str:
    return max(alice.showtimes(), key=lambda show: show["seatsTotal"])["id"]


@pytest.fixture
def viewer(server: Server, show: str):
    viewer = Viewer(server.port, show)
    assert viewer.wait_until(lambda v: v.snapshots)
    yield viewer
    viewer.close()


class TestHandshake:
    @pytest.mark.parametrize("bad", [UNKNOWN_ID, "1", "g" * 24, "%00", "..", "a/b"])
    def test_an_unknown_showtime_is_404_before_the_upgrade(self, server: Server, bad: str):
        answer = exchange(server.port, handshake_request(bad))
        assert answer.status == 404
        assert answer.headers["content-type"].startswith("application/problem+json")

    @pytest.mark.parametrize(
        "origin", ["https://evil.example", "null", "https://tickets.example.evil.example",
                   "http://tickets.example", "https://tickets.example:8443", "nonsense", ""]
    )  # fmt: skip
    def test_a_strange_origin_is_403(self, server: Server, show: str, origin: str):
        assert exchange(server.port, handshake_request(show, Origin=origin)).status == 403

    @pytest.mark.parametrize(
        "origin", [None, "https://tickets.example", "http://localhost:3000", "http://cinema.test"]
    )
    def test_no_origin_an_allowed_one_and_the_own_one_are_welcome(
        self, server: Server, show: str, origin: str | None
    ):
        Viewer(server.port, show, Origin=origin).close()

    def test_case_and_lists_in_the_handshake_do_not_matter(self, server: Server, show: str):
        Viewer(server.port, show, Upgrade="WebSocket", Connection="keep-alive, UPGRADE").close()

    @pytest.mark.parametrize(
        "changes, expected",
        [
            ({"Upgrade": None}, {426}),
            ({"Upgrade": "h2c"}, {426}),
            ({"Connection": None}, {400, 426}),
            ({"Connection": "keep-alive"}, {400, 426}),
            ({"Sec_WebSocket_Version": "8"}, {426}),
            ({"Sec_WebSocket_Version": None}, {400, 426}),
            ({"Sec_WebSocket_Version": "thirteen"}, {400, 426}),
            ({"Sec_WebSocket_Key": None}, {400}),
            ({"Sec_WebSocket_Key": ""}, {400}),
            ({"Sec_WebSocket_Key": "dG9vIHNob3J0"}, {400}),
            ({"Sec_WebSocket_Key": "*" * 22 + "=="}, {400}),
        ],
    )
    def test_a_broken_handshake_is_refused(
        self, server: Server, show: str, changes: dict, expected: set[int]
    ):
        answer = exchange(server.port, handshake_request(show, **changes))
        assert answer.status in expected
        if answer.status == 426:
            assert answer.headers["sec-websocket-version"] == "13"
            assert answer.headers["upgrade"].lower() == "websocket"

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
    def test_only_get_upgrades(self, server: Server, show: str, method: str):
        data = handshake_request(show).replace(b"GET", method.encode(), 1)
        assert exchange(server.port, data).status == 405

    def test_no_extension_is_agreed_to(self, server: Server, show: str):
        """Frames are shared by all viewers, so none gets compressed ones."""
        offer = handshake_request(show, Sec_WebSocket_Extensions="permessage-deflate")
        with rawhttp.connect(server.port) as sock:
            sock.sendall(offer)
            head = sock.recv(65536).partition(b"\r\n\r\n")[0].lower()
            assert b" 101 " in head and b"sec-websocket-extensions" not in head

    def test_a_token_in_the_query_is_accepted_and_not_needed(
        self, server: Server, alice: Client, show: str
    ):
        for query in (f"?token={alice.token}", "?token=nonsense"):
            viewer = Viewer(server.port, show + query)
            assert viewer.wait_until(lambda v: v.snapshots)
            viewer.close()

    def test_frames_may_come_right_behind_the_handshake(self, server: Server, show: str):
        with rawhttp.connect(server.port) as sock:
            sock.sendall(handshake_request(show) + encode_frame(PING, b"early"))
            received = b""
            while b"\x8a\x05early" not in received:
                chunk = sock.recv(65536)
                assert chunk, "closed without a pong"
                received = (received + chunk)[-200_000:]


class TestFrames:
    @pytest.mark.parametrize(
        "frames, code",
        [
            ([encode_frame(TEXT, b"x" * 4097)], TOO_BIG),
            ([encode_frame(BINARY, b"x" * 70_000)], TOO_BIG),
            ([encode_frame(TEXT, b"", claimed_length=1 << 40)], TOO_BIG),
            (
                [encode_frame(TEXT, b"x" * 3000, final=False), encode_frame(0, b"y" * 3000)],
                TOO_BIG,
            ),
            (
                [encode_frame(TEXT, b"x" * 500, final=False)]
                + [encode_frame(CONTINUATION, b"x" * 500, final=False)] * 20,
                TOO_BIG,
            ),
            ([encode_frame(TEXT, b"hello", masked=False)], PROTOCOL_ERROR),
            ([encode_frame(PING, b"hello", masked=False)], PROTOCOL_ERROR),
            ([encode_frame(CLOSE, b"\x03\xe8", masked=False)], PROTOCOL_ERROR),
            ([encode_frame(TEXT, b"hello", reserved=4)], PROTOCOL_ERROR),
            ([encode_frame(TEXT, b"hello", reserved=1)], PROTOCOL_ERROR),
            ([encode_frame(PING, b"hello", reserved=2)], PROTOCOL_ERROR),
            ([encode_frame(0x3, b"hello")], PROTOCOL_ERROR),
            ([encode_frame(0x7, b"")], PROTOCOL_ERROR),
            ([encode_frame(0xB, b"")], PROTOCOL_ERROR),
            ([encode_frame(0xF, b"")], PROTOCOL_ERROR),
            ([encode_frame(PING, b"x", final=False)], PROTOCOL_ERROR),
            ([encode_frame(PING, b"x" * 126)], PROTOCOL_ERROR),
            ([encode_frame(CLOSE, b"x" * 126)], PROTOCOL_ERROR),
            ([encode_frame(CONTINUATION, b"of what?")], PROTOCOL_ERROR),
            (
                [encode_frame(TEXT, b"a", final=False), encode_frame(TEXT, b"b")],
                PROTOCOL_ERROR,
            ),
            ([encode_frame(CLOSE, b"\x03")], PROTOCOL_ERROR),
            ([encode_frame(CLOSE, (1005).to_bytes(2, "big"))], PROTOCOL_ERROR),
            ([encode_frame(CLOSE, (999).to_bytes(2, "big"))], PROTOCOL_ERROR),
            ([encode_frame(CLOSE, (5000).to_bytes(2, "big"))], PROTOCOL_ERROR),
            ([b"\x81\xff" + b"\xff" * 8 + b"mask"], PROTOCOL_ERROR),  # the length's top bit is set
        ],
    )
    def test_a_broken_rule_closes_with_its_code(
        self, viewer: Viewer, frames: list[bytes], code: int
    ):
        try:
            for frame in frames:
                viewer.socket.sendall(frame)
        except ConnectionError:
            pass  # closed before the last of it was sent
        allowed = {code, TOO_BIG} if frames[0][1] & 0x7F == 127 else {code}
        assert viewer.wait_for_close() in allowed

    @pytest.mark.parametrize("code", [1000, 1001, 3000, 4999])
    def test_a_goodbye_is_returned(self, viewer: Viewer, code: int):
        viewer.send(CLOSE, code.to_bytes(2, "big") + b"bye")
        assert viewer.wait_for_close() == code

    def test_a_goodbye_without_a_code(self, viewer: Viewer):
        viewer.send(CLOSE)
        assert viewer.wait_for_close() in (None, 1000)

    def test_what_a_client_says_is_ignored(self, viewer: Viewer):
        viewer.send(TEXT, b'{"type":"SEAT_BOOKED","seatCode":"A1","version":99}')
        viewer.send(TEXT, b"x" * 4096)
        viewer.send(BINARY, bytes(200))
        viewer.send(TEXT, b"in ", final=False)
        viewer.send(PING, b"between")  # control frames may come between fragments
        viewer.send(CONTINUATION, b"two pieces")
        viewer.send(PONG, b"nobody asked")
        viewer.send(PING, b"last")
        assert viewer.wait_until(lambda v: v.pongs == [b"between", b"last"])
        assert not viewer.ended and len(viewer.messages) == 1

    def test_a_frame_may_arrive_byte_by_byte(self, viewer: Viewer):
        for byte in encode_frame(TEXT, b"slowly") + encode_frame(PING, b"done"):
            viewer.socket.sendall(bytes([byte]))
            time.sleep(0.001)
        assert viewer.wait_until(lambda v: v.pongs == [b"done"])


class TestVanishingClients:
    """Each kind of rudeness takes an open socket and gives it back closed."""

    @staticmethod
    def rudeness(server: Server, show: str, number: int) -> None:
        sock = rawhttp.connect(server.port, timeout=20)
        hello = handshake_request(show)
        match number % 10:
            case 0:
                pass  # connect and leave
            case 1:
                sock.sendall(hello[: random.randrange(1, len(hello) - 1)])  # half a handshake
            case 2:
                sock.sendall(hello)  # gone before the answer
            case 3:
                sock.sendall(hello)
                sock.recv(10)  # gone in the middle of the answer
            case 4:
                sock.sendall(hello + encode_frame(TEXT, b"half a frame")[:7])
            case 5:
                sock.sendall(hello + encode_frame(CLOSE, b"\x03\xe8"))  # does not wait
            case 6:
                sock.sendall(hello + os.urandom(64))
            case 7:
                sock.sendall(hello + encode_frame(PING, b"x") * 20)
            case 8:
                sock.sendall(handshake_request(UNKNOWN_ID))
            case 9:
                sock.sendall(request("GET", "/livez") + hello)  # pipelined
        if number % 3:
            drop(sock)
        else:
            sock.close()

    def test_thousands_of_clients_vanish(self, server: Server, alice: Client, show: str):
        witness = Viewer(server.port, show)
        assert witness.wait_until(lambda v: v.snapshots)
        files, memory = server.open_files(), server.rss_bytes()
        failures: list[BaseException] = []

        def many(first: int) -> None:
            try:
                for number in range(first, DROPS, 4):
                    self.rudeness(server, show, number)
            except BaseException as failure:
                failures.append(failure)

        threads = [threading.Thread(target=many, args=(first,)) for first in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failures, failures[0]

        booking = alice.hold(show, alice.free_seats(show, 1))
        assert witness.wait_until(lambda v: len(v.messages) == 2), "the witness sees no change"
        alice.cancel(booking)
        deadline = time.monotonic() + 15
        while server.open_files() > files + 10:
            assert time.monotonic() < deadline, f"{server.open_files() - files} files left open"
            time.sleep(0.2)
        assert server.rss_bytes() - memory < 48 << 20
        witness.close()
