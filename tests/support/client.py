"""One user's requests. Every answer is checked against the contract before a test sees it."""

from __future__ import annotations

from urllib.parse import urljoin

import requests

from support.contract import contract

DEMO_USER = "user@cinema.local"
DEMO_ADMIN = "admin@cinema.local"
PROBLEM = "urn:cinema:problem:"


def problem_type(response: requests.Response) -> str:
    """The slug of the answer's problem type: "seats-taken"."""
    return response.json()["type"].removeprefix(PROBLEM)


def error_fields(response: requests.Response) -> set[str]:
    return {error["field"] for error in response.json().get("errors", [])}


class Client:
    """Without an e-mail address: nobody, who may read what is public and log in.

    `checked=False` skips the contract: for reading thousands of rows that other tests check.
    """

    def __init__(self, url: str, email: str | None = None, checked: bool = True, **login: object):
        self.url = url
        self.checked = checked
        self.session = requests.Session()
        self.token: str | None = None
        self.user: dict = {}
        if email is not None:
            answer = self.post("/api/auth/login", {"email": email, **login})
            assert answer.status_code == 200, f"{email} cannot log in: {answer.text}"
            self.token, self.user = answer.json()["token"], answer.json()["user"]
            self.session.headers["Authorization"] = f"Bearer {self.token}"

    @property
    def id(self) -> str:
        return self.user["id"]

    # -- requests --------------------------------------------------------------------------

    def get(self, path: str, headers: dict | None = None, **query: object) -> requests.Response:
        return self._send("GET", path, headers=headers, params=query)

    def post(
        self, path: str, body: object = None, headers: dict | None = None
    ) -> requests.Response:
        return self._send("POST", path, headers=headers, json=body)

    def _send(self, method: str, path: str, **options: object) -> requests.Response:
        response = self.session.request(
            method, urljoin(self.url, path), timeout=30, allow_redirects=False, **options
        )
        return contract().check(response) if self.checked else response

    def read(self, path: str, **query: object) -> object:
        """The JSON of a GET that must succeed."""
        response = self.get(path, **query)
        assert response.status_code == 200, f"GET {path}: {response.status_code} {response.text}"
        return response.json()

    def read_all(self, path: str, **query: object) -> list:
        """A paged list to its end."""
        response = self.get(path, **query)
        items = response.json()
        while "next" in response.links:
            response = self.get(response.links["next"]["url"])
            assert response.status_code == 200, response.text
            items += response.json()
        return items

    # -- the box office --------------------------------------------------------------------

    def showtimes(self, **query: object) -> list[dict]:
        return self.read_all("/api/showtimes", **query)

    def seats(self, showtime: str) -> dict[str, dict]:
        return {seat["seatCode"]: seat for seat in self.read(f"/api/showtimes/{showtime}/seats")}

    def free_seats(self, showtime: str, count: int, category: str = "standard") -> list[str]:
        """`count` seats side by side in reading order that nobody has."""
        free = [
            code
            for code, seat in self.seats(showtime).items()
            if seat["state"] == "AVAILABLE" and seat["category"] == category
        ]
        assert len(free) >= count, f"showtime {showtime} has only {len(free)} free seats"
        return free[:count]

    def lock(self, showtime: str, seats: list[str], key: str | None = None) -> requests.Response:
        headers = {"Idempotency-Key": key} if key is not None else None
        return self.post(f"/api/showtimes/{showtime}/seats/lock", {"seats": seats}, headers)

    def hold(self, showtime: str, seats: list[str]) -> str:
        """A hold that must succeed; its booking id."""
        response = self.lock(showtime, seats)
        assert response.status_code == 201, f"{response.status_code} {response.text}"
        return response.json()["bookingId"]

    def booking(self, booking: str) -> dict:
        return self.read(f"/api/bookings/{booking}")

    def pay(self, booking: str) -> requests.Response:
        return self.post(f"/api/bookings/{booking}/pay")

    def confirm(self, booking: str) -> requests.Response:
        return self.post(f"/api/bookings/{booking}/confirm")

    def cancel(self, booking: str) -> requests.Response:
        return self.post(f"/api/bookings/{booking}/cancel")

    def buy(self, showtime: str, seats: list[str]) -> str:
        """Hold, pay, confirm; the booking's id."""
        booking = self.hold(showtime, seats)
        assert self.pay(booking).status_code == 200
        assert self.confirm(booking).status_code == 200
        return booking

    def events(self, **query: object) -> list[dict]:
        """The audit log, newest first. For an admin."""
        return self.read_all("/api/admin/audit-logs", **({"limit": 200} | query))
