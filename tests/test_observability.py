"""Metrics and logs: what they say, and what they must never say."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

from support import rawhttp
from support.client import Client
from support.server import JWT_SECRET, Server, run_cinema

PASSWORD = "a-password-for-these-tests"


class TestMetrics:
    def test_routes_are_patterns(self, server: Server, alice: Client):
        show = alice.showtimes()[-1]["id"]
        seats = alice.free_seats(show, 1)
        booking = alice.buy(show, seats)
        alice.lock(show, seats)
        alice.get("/api/movies/0123456789abcdef01234567")
        rawhttp.exchange(server.port, rawhttp.request("GET", "/wp-admin/0123456789"))
        text = Client(server.url).get("/metrics").text
        for secret in (show, booking, alice.id, "0123456789", "wp-admin", "user@"):
            assert secret not in text
        for sample in (
            r'^cinema_http_requests_total\{[^}]*"/api/showtimes/\{id\}/seats/lock"[^}]*\} \d+',
            r"^cinema_holds_total \d+",
            r"^cinema_hold_conflicts_total \d+",
            r"^cinema_confirmations_total \d+",
            r"^cinema_write_queue_depth \d+",
            r"^cinema_commit_seconds_count \d+",
            r"^process_resident_memory_bytes \d+",
        ):
            assert re.search(sample, text, re.MULTILINE), sample

    def test_it_is_the_exposition_format(self, server: Server):
        answer = Client(server.url).get("/metrics")
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        name = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
        line = re.compile(
            rf"^(# (HELP|TYPE) {name} .*|{name}(\{{.*\}})? (NaN|[+-]?Inf|[-+.0-9e]+))$"
        )
        assert [text for text in answer.text.splitlines() if text and not line.match(text)] == []

    def test_counts_grow_by_what_happens(self, server: Server, alice: Client):
        def count(name: str) -> float:
            text = Client(server.url).get("/metrics").text
            return float(re.search(rf"^{name} (\S+)$", text, re.MULTILINE)[1])

        names = ["cinema_holds_total", "cinema_payments_total", "cinema_confirmations_total",
                 "cinema_cancellations_total", "cinema_refunds_total"]  # fmt: skip
        before = [count(name) for name in names]
        show = alice.showtimes()[-1]["id"]
        alice.buy(show, alice.free_seats(show, 1))
        refunded = alice.hold(show, alice.free_seats(show, 1))
        alice.pay(refunded)
        alice.cancel(refunded)
        assert [count(name) - old for name, old in zip(names, before, strict=True)] == [
            2,
            2,
            1,
            1,
            1,
        ]


class TestLogs:
    def test_lines_are_json_and_hold_no_secrets(self, tmp_path: Path):
        server = Server(tmp_path, LOG_LEVEL="debug").start()
        try:
            run_cinema(
                *["user", "add", "--email", "eve@example.org", "--name", "Eve", "--role", "USER"],
                folder=tmp_path,
                text=PASSWORD + "\n",
            )
            eve = Client(server.url, "eve@example.org", password=PASSWORD)
            nobody = Client(server.url)
            nobody.post("/api/auth/login", {"email": "eve@example.org", "password": "Wr0ng-guess"})
            eve.get("/api/me")
            eve.get("/api/me?token=" + eve.token)
            rawhttp.exchange(
                server.port, rawhttp.request("GET", "/api/me", token=eve.token[:-4] + "xxxx")
            )
            show = eve.showtimes()[-1]["id"]
            eve.lock(show, eve.free_seats(show, 1), key="a-secret-key-of-mine")
            request_id = eve.get("/api/movies").headers["X-Request-Id"]
            user_id = eve.id
        finally:
            assert server.stop() == 0
        text = server.log_text()
        signature = eve.token.rsplit(".", 1)[1]
        for secret in (PASSWORD, "Wr0ng-guess", eve.token, signature[:-4], JWT_SECRET):
            assert secret not in text
        lines = [json.loads(line) for line in text.splitlines()]  # every line is JSON
        assert all({"time", "level", "event"} <= line.keys() for line in lines)
        (line,) = [line for line in lines if line.get("requestId") == request_id]
        assert line["event"] == "request" and line["route"] == "/api/movies"
        assert (line["status"], line["userId"]) == (200, user_id)
        assert isinstance(line["micros"], int)
        routes = {line["route"] for line in lines if line["event"] == "request"}
        assert "/api/showtimes/{id}/seats/lock" in routes and show not in str(routes)

    def test_log_lines_cannot_be_forged(self, server: Server):
        forged = 'x"}\\n{"level":"error","event":"forged'
        rawhttp.exchange(
            server.port,
            rawhttp.request("GET", "/api/movies?a=%0a%22forged", {"User-Agent": forged}),
        )
        time.sleep(1.2)  # lines are gathered for a second
        assert not any(line.get("event") == "forged" for line in server.log_lines())
