"""What a row of the tables of malformed input is, and what rows are built from."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import jwt

from support.rawhttp import request
from support.server import JWT_SECRET


@dataclass
class Stage:
    """Real things of the running server that a row spoils: tokens, a showtime, a free seat."""

    token: str
    admin_token: str
    user_id: str
    show: str
    seat: str

    def claims(self, **changes: object) -> dict:
        """A good token's claims with some changed; None takes one away."""
        good = jwt.decode(self.token, options={"verify_signature": False})
        good |= {"jti": uuid.uuid4().hex, "iat": int(time.time()), "exp": int(time.time()) + 600}
        return {name: value for name, value in (good | changes).items() if value is not None}

    def forged(self, key: str = JWT_SECRET, **changes: object) -> str:
        """Claims that PyJWT can encode; what it refuses is written by hand in the rows."""
        return jwt.encode(self.claims(**changes), key, algorithm="HS256")

    def lock(self, body: bytes | str, content_type: str | None = "application/json") -> bytes:
        """A hold with this body."""
        headers = {} if content_type is None else {"Content-Type": content_type}
        body = body.encode() if isinstance(body, str) else body
        return request("POST", f"/api/showtimes/{self.show}/seats/lock", headers, body, self.token)

    def get(self, target: str) -> bytes:
        return request("GET", target, token=self.token)

    def admin_get(self, target: str) -> bytes:
        return request("GET", target, token=self.admin_token)

    def with_token(self, token: str) -> bytes:
        return request("GET", "/api/me", token=token)


@dataclass
class Row:
    """Bytes to send and the statuses that are right for them."""

    name: str
    expected: set[int]
    build: Callable[[Stage], bytes]


def rows(expected: set[int] | int, *named: tuple[str, Callable[[Stage], bytes]]) -> list[Row]:
    statuses = {expected} if isinstance(expected, int) else expected
    return [Row(name, statuses, build) for name, build in named]
