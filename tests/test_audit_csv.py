"""The audit log as a spreadsheet."""

from __future__ import annotations

import csv
import io
import json

import pytest
import requests

from support import rawhttp
from support.client import DEMO_ADMIN, Client
from support.ledger import check_agreement
from support.server import Server

PATH = "/api/admin/audit-logs.csv"
COLUMNS = [
    *("createdAt", "eventType", "bookingId", "userId", "showtimeId"),
    *("seats", "payload", "eventId", "id"),
]


@pytest.fixture(scope="module")
def logs(alice: Client, bob: Client, admin: Client) -> list[dict]:
    """The same entries as JSON, newest first: sales, a cancelled and a paid and cancelled hold."""
    show = alice.showtimes()[-1]["id"]
    for count in (1, 2, 3):
        alice.buy(show, alice.free_seats(show, count))
    bob.cancel(bob.hold(show, bob.free_seats(show, 2)))
    paid = bob.hold(show, bob.free_seats(show, 1))
    bob.pay(paid)
    bob.cancel(paid)
    check_agreement(admin)
    return admin.events()


def rows_of(answer: requests.Response) -> list[dict]:
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8"), newline="")))


def as_rows(logs: list[dict]) -> list[dict]:
    return [
        {name: str(log[name]) for name in COLUMNS}
        | {"seats": " ".join(log["seats"]), "payload": log["payload"]}
        for log in logs
    ]


def read(rows: list[dict]) -> list[dict]:
    return [row | {"payload": json.loads(row["payload"])} for row in rows]


class TestWhatIsExported:
    def test_it_says_what_the_list_says(self, admin: Client, logs: list[dict]):
        answer = admin.get(PATH)
        assert read(rows_of(answer)) == as_rows(logs) and len(logs) >= 15
        lines = answer.content.decode().split("\r\n")
        assert lines[0] == ",".join(COLUMNS) and lines[-1] == ""
        assert "\n" not in "".join(lines), "CRLF alone ends lines"

    def test_it_is_a_file_to_save(self, admin: Client, logs: list[dict]):
        answer = admin.get(PATH)
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="audit-logs-')
        assert answer.headers["Cache-Control"] == "no-store" and "ETag" not in answer.headers
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Link" not in answer.headers

    def test_it_takes_the_filters_of_the_list(self, bob: Client, admin: Client, logs: list[dict]):
        booking, middle = logs[-1]["bookingId"], logs[len(logs) // 2]["createdAt"]
        for query in (
            {"event_type": "PaymentRefunded"},
            {"user_id": bob.id},
            {"booking_id": booking},
            {"booking_id": booking, "event_type": "BookingConfirmed"},
            {"date_from": middle},
            {"date_to": middle},
            {"date_from": middle, "user_id": bob.id},
        ):
            expected = as_rows(admin.events(**query))
            assert read(rows_of(admin.get(PATH, **query))) == expected != [], query
        nothing = admin.get(PATH, date_to="2020-01-01")
        assert nothing.text == ",".join(COLUMNS) + "\r\n"

    def test_a_cut_file_says_where_the_rest_begins(self, admin: Client, logs: list[dict]):
        answer = admin.get(PATH, limit=4, event_type="BookingLocked")
        rows = rows_of(answer)
        assert len(rows) == 4
        rest = admin.get(answer.links["next"]["url"])
        assert len(rows_of(rest)) == 1 and "Link" not in rest.headers
        rows += rows_of(rest)
        assert read(rows) == as_rows(admin.events(event_type="BookingLocked"))
        exact = admin.get(PATH, limit=5, event_type="BookingLocked")
        assert len(rows_of(exact)) == 5 and "Link" not in exact.headers


@pytest.fixture(scope="module")
def busy(start_server) -> Server:
    """A server with 1,120 entries: more than it reads at a time."""
    server = start_server()
    carl = Client(server.url, "carl@example.org", checked=False)
    show = carl.showtimes()[-1]["id"]
    seats = carl.free_seats(show, 1)
    for _ in range(560):  # two events each
        carl.cancel(carl.hold(show, seats))
    check_agreement(Client(server.url, DEMO_ADMIN))
    return server


class TestManyEntries:
    def test_they_are_all_there(self, busy: Server):
        admin = Client(busy.url, DEMO_ADMIN)
        assert read(rows_of(admin.get(PATH))) == as_rows(admin.events())
        for limit in (499, 500, 501, 1000, 1119):
            answer = admin.get(PATH, limit=limit)
            assert len(rows_of(answer)) == limit and "next" in answer.links
        assert "next" not in admin.get(PATH, limit=1120).links

    def test_two_exports_at_a_time(self, busy: Server):
        admin = Client(busy.url, DEMO_ADMIN)
        busy.tolerated.append("audit-logs.csv")  # a 503 is an answer here, and logged as such
        request = rawhttp.request("GET", PATH, token=admin.token)
        refused = []
        for _ in range(20):
            clients = [rawhttp.connect(busy.port) for _ in range(6)]
            busy.freeze()  # so that all of them arrive at the same moment
            for client in clients:
                client.sendall(request)
            busy.thaw()
            answers = [rawhttp.read_answer(client) for client in clients]
            assert {answer.status for answer in answers} <= {200, 503}
            refused += [answer for answer in answers if answer.status == 503]
            for client in clients:
                client.close()
            if refused:
                break
        assert refused, "six exports at once, and all were made"
        assert refused[0].json()["type"] == "urn:cinema:problem:overloaded"
        assert int(refused[0].headers["retry-after"]) >= 1
        assert admin.get(PATH).status_code == 200, "the others have given their places back"
