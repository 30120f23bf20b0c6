"""Input that is wrong in every way we could think of: each gets its 4xx, and the server goes on."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable

import pytest

from support import malformed_http, malformed_requests, rawhttp
from support.client import Client
from support.contract import contract
from support.malformed import Row, Stage
from support.rawhttp import Answer, exchange, read_answer, request
from support.server import Server

TABLES = {
    "request line": malformed_http.REQUEST_LINES,
    "header": malformed_http.HEADER_LINES,
    "framing": malformed_http.FRAMING,
    "traversal": malformed_http.TRAVERSALS,
    "token": malformed_requests.TOKENS,
    "body": malformed_requests.BODIES,
    "method": malformed_requests.METHODS,
    "path": malformed_requests.PATHS,
    "query": malformed_requests.QUERIES,
}
ROWS = [
    pytest.param(row, id=f"{table}: {row.name}") for table, rows in TABLES.items() for row in rows
]


@pytest.fixture(scope="module")
def server(start_server) -> Server:
    server = start_server(
        HEADER_TIMEOUT_SECONDS="2", BODY_TIMEOUT_SECONDS="2", IDLE_TIMEOUT_SECONDS="3"
    )
    # What this server has not implemented it says so; the rows that expect 501 or 505.
    server.tolerated += ['"status": 501', '"status": 505']
    return server


@pytest.fixture(scope="module")
def stage(alice: Client, admin: Client) -> Stage:
    show = alice.showtimes()[-1]["id"]
    (seat,) = alice.free_seats(show, 1)
    return Stage(alice.token, admin.token, alice.id, show, seat)


@pytest.fixture(scope="module", autouse=True)
def the_server_goes_on(server: Server, alice: Client):
    yield
    assert exchange(server.port, request("GET", "/livez")).status == 200
    show = alice.showtimes()[-1]["id"]
    assert all(seat["state"] == "AVAILABLE" for seat in alice.seats(show).values())
    assert alice.buy(show, alice.free_seats(show, 2))


def check_problem(answer: Answer) -> None:
    """A refusal is a problem document that names its request."""
    assert answer.headers["content-type"] == "application/problem+json", answer
    problem = answer.json()
    contract().validate_component(problem, "Problem")
    assert problem["status"] == answer.status
    assert problem["requestId"] == answer.headers["x-request-id"]
    assert b"root:" not in answer.body


def test_the_tables_are_long_enough():
    names = [param.id for param in ROWS]
    assert len(names) == len(set(names)) >= 90


@pytest.mark.parametrize("row", ROWS)
def test_malformed_input_is_refused(server: Server, stage: Stage, row: Row):
    answer = exchange(server.port, row.build(stage))
    assert answer.status in row.expected, f"{answer.status} {answer.body[:300]!r}"
    check_problem(answer)
    if answer.status == 401:
        assert answer.headers["www-authenticate"].startswith("Bearer")
    if answer.status == 405:
        assert answer.headers["allow"]


@pytest.mark.parametrize(
    "row", [p for p in ROWS if p.id.startswith(("request", "head", "framing"))]
)
def test_nothing_hides_behind_broken_framing(server: Server, stage: Stage, row: Row):
    """Once the two sides may disagree on where a request ends, nothing more is answered: a request
    smuggled in behind must not be."""
    hidden = request("GET", "/livez", {"X-Hidden": "yes"})
    with rawhttp.connect(server.port) as sock:
        try:
            sock.sendall(row.build(stage) + hidden)
        except ConnectionError:
            pass  # refused before it was all sent
        else:
            # Half-closing says that no more is to come, so that the server need not wait for it.
            sock.shutdown(socket.SHUT_WR)
        received = rawhttp.read_until_closed(sock)
    statuses = re.findall(rb"HTTP/1\.1 (\d\d\d) ", received)
    if row.expected <= {400, 413, 414, 431}:
        assert len(statuses) <= 1, received[:2000]
    assert b"500" not in statuses


class TestSlowSenders:
    """Drips and silences, all at once; each ends in 408 or a closed connection within seconds."""

    SECONDS_MAX = 8.0
    LOGIN = request(
        "POST", "/api/auth/login", {"Content-Type": "application/json"}, b"{" + b" " * 98
    )

    @staticmethod
    def drip(sock: socket.socket, data: bytes) -> None:
        for byte in data:
            sock.sendall(bytes([byte]))
            time.sleep(0.15)

    def shapes(self) -> dict[str, Callable[[socket.socket], None]]:
        head, _, _ = self.LOGIN.partition(b"\r\n\r\n")
        chunks = head.replace(b"Content-Length: 99", b"Transfer-Encoding: chunked") + b"\r\n\r\n"
        return {
            "says nothing": lambda sock: None,
            "sends one byte": lambda sock: sock.sendall(b"G"),
            "sends half a line": lambda sock: sock.sendall(self.LOGIN[:10]),
            "never ends its headers": lambda sock: sock.sendall(head),
            "drips its headers": lambda sock: self.drip(sock, self.LOGIN),
            "sends no body": lambda sock: sock.sendall(head + b"\r\n\r\n"),
            "sends half a body": lambda sock: sock.sendall(self.LOGIN[:-50]),
            "drips its body": lambda sock: (
                sock.sendall(head + b"\r\n\r\n{"), self.drip(sock, b" " * 98)
            ),
            "drips chunks": lambda sock: (
                sock.sendall(chunks), self.drip(sock, b"1\r\n \r\n" * 20)
            ),
            "never ends its chunks": lambda sock: sock.sendall(chunks + b"5\r\n{    \r\n"),
        }  # fmt: skip

    def test_slow_senders(self, server: Server):
        outcomes: dict[str, tuple[int, float]] = {}

        def run(name: str, send: Callable[[socket.socket], None]) -> None:
            start = time.monotonic()
            with rawhttp.connect(server.port, timeout=20) as sock:
                try:
                    send(sock)
                except ConnectionError:
                    pass
                answer = read_answer(sock, "POST")
                rawhttp.read_until_closed(sock)
            outcomes[name] = answer.status, time.monotonic() - start

        shapes = self.shapes()
        threads = [threading.Thread(target=run, args=shape) for shape in shapes.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert outcomes.keys() == shapes.keys(), "a slow sender was never let go"
        assert outcomes["says nothing"][0] == 0, "nothing was asked, so nothing is answered"
        for name, (status, seconds) in outcomes.items():
            assert status in (0, 408), f"{name}: {status}"
            assert seconds < self.SECONDS_MAX, f"{name}: {seconds:.1f} s"


class TestOddButRight:
    """Unusual requests that are good HTTP: a strict server must not be too strict."""

    @pytest.mark.parametrize(
        "data",
        [
            pytest.param(b"GET /livez HTTP/1.0\r\n\r\n", id="HTTP/1.0 without a Host"),
            pytest.param(b"\r\nGET /livez HTTP/1.1\r\nHost: x\r\n\r\n", id="a blank line first"),
            pytest.param(
                b"GET http://x/livez HTTP/1.1\r\nHost: x\r\n\r\n", id="an absolute target"
            ),
            pytest.param(b"GET /livez? HTTP/1.1\r\nHost: x\r\n\r\n", id="an empty query"),
            pytest.param(b"GET /livez?a=1&b HTTP/1.1\r\nHost: x\r\n\r\n", id="unknown parameters"),
            pytest.param(
                b"GET /livez HTTP/1.1\r\nhOsT:x\r\n\r\n", id="names in any case, no space"
            ),
            pytest.param(
                b"GET /livez HTTP/1.1\r\nHost: \t x \t\r\n\r\n", id="blanks around a value"
            ),
            pytest.param(b"GET /livez HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", id="an IPv6 Host"),
            pytest.param(
                b"GET /livez HTTP/1.1\r\nHost: x\r\nX-Text: caf\xc3\xa9\r\n\r\n", id="obs-text"
            ),
            pytest.param(
                b"GET /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc",
                id="GET with a body",
            ),
            pytest.param(
                b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                id="the last request",
            ),
        ],
    )
    def test_good_requests(self, server: Server, data: bytes):
        assert exchange(server.port, data).status == 200

    @pytest.mark.parametrize(
        "framing, body",
        [
            (b"Transfer-Encoding: chunked", b"1D\r\n%s\r\n0\r\n\r\n"),
            (b"Transfer-Encoding: Chunked", b"1d;name=value\r\n%s\r\n0\r\nX-Trailer: 1\r\n\r\n"),
            (b"Content-Length: 29\r\nExpect: 100-continue", b"%s"),
            (b"Content-Length: 29\r\nContent-Type: application/json; charset=utf-8", b"%s"),
        ],
    )
    def test_good_bodies(self, server: Server, framing: bytes, body: bytes):
        head = b"POST /api/auth/login HTTP/1.1\r\nHost: x\r\n" + framing
        if b"Content-Type" not in framing:
            head += b"\r\nContent-Type: application/json"
        content = b'{"email":"user@cinema.local"}'
        answer = exchange(server.port, head + b"\r\n\r\n" + body % content)
        assert answer.status == 200, answer.body

    def test_a_body_in_single_bytes(self, server: Server, stage: Stage):
        with rawhttp.connect(server.port) as sock:
            for byte in stage.lock("{}"):
                sock.sendall(bytes([byte]))
            assert read_answer(sock).status == 422

    def test_a_body_of_exactly_64_kib(self, server: Server, stage: Stage):
        body = b'{"seats":[]' + b" " * (65_536 - 12) + b"}"
        assert exchange(server.port, stage.lock(body)).status == 422

    def test_pipelined_requests_are_answered_in_order(self, server: Server, stage: Stage):
        targets = ["/livez", "/api/me", "/nowhere", "/api/movies", "/livez"]
        with rawhttp.connect(server.port) as sock:
            sock.sendall(b"".join(stage.get(target) for target in targets))
            sock.shutdown(socket.SHUT_WR)
            received = rawhttp.read_until_closed(sock)
        found = [part[:3] for part in received.split(b"HTTP/1.1 ")[1:]]
        assert found == [b"200", b"200", b"404", b"200", b"200"]

    def test_head_is_get_without_the_body(self, server: Server, stage: Stage):
        for target in ("/livez", "/api/movies", f"/api/showtimes/{stage.show}/seats", "/nowhere"):
            got = exchange(server.port, request("GET", target, token=stage.token))
            head = exchange(server.port, request("HEAD", target, token=stage.token))
            assert (head.status, head.body) == (got.status, b"")
            if target != "/nowhere":
                for name in ("content-type", "content-length", "etag"):
                    assert head.headers.get(name) == got.headers.get(name), name

    def test_options_tell_the_methods(self, server: Server, stage: Stage):
        answer = exchange(
            server.port, request("OPTIONS", f"/api/showtimes/{stage.show}/seats/lock")
        )
        assert answer.status in (200, 204) and "POST" in answer.headers["allow"]
