"""Good HTTP with wrong content: tokens, bodies, seats, methods, ids and queries."""

from __future__ import annotations

import base64
import hmac
import json

from support.malformed import Row, Stage, rows
from support.rawhttp import request
from support.server import JWT_SECRET


def b64(data: bytes | dict) -> str:
    data = json.dumps(data).encode() if isinstance(data, dict) else data
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(
    header: bytes | dict,
    payload: bytes | dict,
    key: str = JWT_SECRET,
    digest: str = "sha256",
) -> str:
    """A token that no library would make, with a good signature."""
    text = f"{b64(header)}.{b64(payload)}"
    return f"{text}.{b64(hmac.new(key.encode(), text.encode(), digest).digest())}"


HS256 = {"alg": "HS256", "typ": "JWT"}


def unsigned(stage: Stage, algorithm: str, signature: str = "") -> str:
    header = {"alg": algorithm, "typ": "JWT"}
    return f"{b64(header)}.{b64(stage.claims(role='ADMIN'))}.{signature}"


def parts(stage: Stage) -> list[str]:
    return stage.token.split(".")


def authorized(value: str) -> bytes:
    return request("GET", "/api/me", {"Authorization": value})


TOKENS: list[Row] = [
    Row(row.name, {401}, lambda stage, make=row.build: stage.with_token(make(stage)))
    for row in rows(
        401,
        ("an empty token", lambda s: ""),
        ("a word", lambda s: "nonsense"),
        ("dots", lambda s: ".."),
        ("alg none", lambda s: unsigned(s, "none")),
        ("alg None with a signature", lambda s: unsigned(s, "None", parts(s)[2])),
        ("alg NONE", lambda s: unsigned(s, "NONE")),
        ("an empty alg", lambda s: unsigned(s, "", parts(s)[2])),
        ("no alg", lambda s: signed({"typ": "JWT"}, s.claims())),
        ("alg HS256 in lower case", lambda s: signed({"alg": "hs256"}, s.claims())),
        ("alg RS256 with the shared key", lambda s: signed({"alg": "RS256"}, s.claims())),
        ("HS384 with the right key",
            lambda s: signed({"alg": "HS384"}, s.claims(), digest="sha384")),
        ("HS512 with the right key",
            lambda s: signed({"alg": "HS512"}, s.claims(), digest="sha512")),
        ("another key", lambda s: s.forged(key="another-key-that-is-long-enough-too!")),
        ("an empty key", lambda s: signed(HS256, s.claims(), key="")),
        ("a key file that the token names",
            lambda s: signed(HS256 | {"kid": "../../dev/null"}, s.claims(), key="")),
        ("a key that the token brings",
            lambda s: signed(HS256 | {"jwk": {"kty": "oct", "k": "bWluZQ"}}, s.claims(), "mine")),
        ("a critical extension", lambda s: signed(HS256 | {"crit": ["exp"]}, s.claims())),
        ("expired a second ago", lambda s: s.forged(exp=s.claims()["iat"] - 1)),
        ("expired long ago", lambda s: s.forged(exp=1)),
        ("a negative expiry", lambda s: signed(HS256, s.claims(exp=-1))),
        ("no expiry", lambda s: s.forged(exp=None)),
        ("an expiry in words", lambda s: signed(HS256, s.claims(exp="tomorrow"))),
        ("another issuer", lambda s: s.forged(iss="https://evil.example")),
        ("no issuer", lambda s: s.forged(iss=None)),
        ("another audience", lambda s: s.forged(aud="somebody-else")),
        ("no audience", lambda s: s.forged(aud=None)),
        ("no jti", lambda s: s.forged(jti=None)),
        ("no subject", lambda s: s.forged(sub=None)),
        ("a subject that never was", lambda s: s.forged(sub="0123456789abcdef01234567")),
        ("a subject that is no id", lambda s: s.forged(sub="admin")),
        ("a subject that is a number", lambda s: signed(HS256, s.claims(sub=1))),
        ("claims that are a list", lambda s: signed(HS256, b"[]")),
        ("claims that are no JSON", lambda s: signed(HS256, b"nonsense")),
        ("a header that is no JSON", lambda s: signed(b"nonsense", s.claims())),
        ("half a signature", lambda s: s.token[:-20]),
        ("no signature", lambda s: ".".join(parts(s)[:2]) + "."),
        ("no third part", lambda s: ".".join(parts(s)[:2])),
        ("a fourth part", lambda s: s.token + ".x"),
        ("half the claims", lambda s: ".".join([parts(s)[0], parts(s)[1][:-9], parts(s)[2]])),
        ("another token's claims",
            lambda s: ".".join([parts(s)[0], b64(s.claims(role="ADMIN")), parts(s)[2]])),
        ("base64 with padding", lambda s: s.token + "="),
        ("base64 of the other alphabet", lambda s: ".".join([*parts(s)[:2], "+/" * 21 + "A"])),
        ("something behind the token", lambda s: s.token + " x"),
    )
] + rows(
    401,
    ("no token", lambda s: request("GET", "/api/me")),
    ("a token of another scheme", lambda s: authorized("Basic eDp5")),
    ("a scheme alone", lambda s: authorized("Bearer")),
    ("a bare token", lambda s: authorized(s.token)),
    ("a token in the query", lambda s: request("GET", f"/api/me?token={s.token}")),
    ("a token in a cookie", lambda s: request("GET", "/api/me", {"Cookie": f"token={s.token}"})),
)  # fmt: skip

BODIES: list[Row] = [
    *rows(
        400,
        ("an empty body", lambda s: s.lock("")),
        ("a blank body", lambda s: s.lock("  \r\n")),
        ("half an object", lambda s: s.lock('{"seats":["A1"')),
        ("an object and more", lambda s: s.lock('{"seats":["A1"]}{}')),
        ("a trailing comma", lambda s: s.lock('{"seats":["A1",]}')),
        ("a comment", lambda s: s.lock('{"seats":["A1"]/* please */}')),
        ("single quotes", lambda s: s.lock("{'seats':['A1']}")),
        ("a name without quotes", lambda s: s.lock('{seats:["A1"]}')),
        ("NaN", lambda s: s.lock('{"seats":[NaN]}')),
        ("a number with a leading zero", lambda s: s.lock('{"seats":[01]}')),
        ("a bare word", lambda s: s.lock("seats")),
        ("a byte order mark", lambda s: s.lock(b'\xef\xbb\xbf{"seats":["A1"]}')),
        ("UTF-16", lambda s: s.lock('{"seats":["A1"]}'.encode("utf-16"))),
        ("bad UTF-8 in a string", lambda s: s.lock(b'{"seats":["A\xff1"]}')),
        ("overlong UTF-8", lambda s: s.lock(b'{"seats":["\xc0\xc1"]}')),
        ("a raw control character", lambda s: s.lock(b'{"seats":["A\n1"]}')),
        ("a raw NUL", lambda s: s.lock(b'{"seats":["A\x001"]}')),
        ("a bad escape", lambda s: s.lock('{"seats":["\\x41"]}')),
        ("half a surrogate pair", lambda s: s.lock('{"seats":["\\ud800"]}')),
        ("arrays 20,000 deep", lambda s: s.lock("[" * 20_000 + "]" * 20_000)),
        ("objects 10,000 deep", lambda s: s.lock('{"a":' * 10_000 + "1" + "}" * 10_000)),
        ("an unknown member 1,000 deep",
            lambda s: s.lock('{"seats":["A1"],"x":' + "[" * 1000 + "]" * 1000 + "}")),
    ),
    *rows(
        422,
        ("null for a body", lambda s: s.lock("null")),
        ("an array for a body", lambda s: s.lock('["A1"]')),
        ("a string for a body", lambda s: s.lock('"A1"')),
        ("no seats", lambda s: s.lock("{}")),
        ("null for seats", lambda s: s.lock('{"seats":null}')),
        ("a string for seats", lambda s: s.lock('{"seats":"A1"}')),
        ("an object for seats", lambda s: s.lock('{"seats":{"0":"A1"}}')),
        ("an empty list", lambda s: s.lock('{"seats":[]}')),
        ("null for a seat", lambda s: s.lock('{"seats":[null]}')),
        ("a number for a seat", lambda s: s.lock('{"seats":[1]}')),
        ("a list for a seat", lambda s: s.lock('{"seats":[["A1"]]}')),
        ("an empty seat", lambda s: s.lock('{"seats":[""]}')),
        ("a seat in lower case", lambda s: s.lock(json.dumps({"seats": [s.seat.lower()]}))),
        ("a seat with a space", lambda s: s.lock(json.dumps({"seats": [s.seat + " "]}))),
        ("a seat with a NUL", lambda s: s.lock(json.dumps({"seats": [s.seat + "\0"]}))),
        ("a seat in other letters", lambda s: s.lock(json.dumps({"seats": ["Ａ１"]}))),
        ("a seat with a leading zero", lambda s: s.lock('{"seats":["A01"]}')),
        ("a seat of SQL", lambda s: s.lock("""{"seats":["A1'; DROP TABLE bookings;--"]}""")),
        ("a seat of 60,000 letters", lambda s: s.lock(json.dumps({"seats": ["A" * 60_000]}))),
        ("the same seat twice", lambda s: s.lock(json.dumps({"seats": [s.seat] * 2}))),
        ("10,000 seats", lambda s: s.lock(json.dumps({"seats": ["A1"] * 10_000}))),
        ("the name in capitals", lambda s: s.lock('{"SEATS":["A1"]}')),
    ),
    *rows(
        {400, 422},
        ("a number beyond double", lambda s: s.lock('{"seats":[1e999]}')),
        ("a number of 10,000 digits", lambda s: s.lock('{"seats":[' + "9" * 10_000 + "]}")),
    ),
    *rows(
        415,
        ("no type", lambda s: s.lock('{"seats":["A1"]}', None)),
        ("an empty type", lambda s: s.lock('{"seats":["A1"]}', "")),
        ("plain text", lambda s: s.lock('{"seats":["A1"]}', "text/plain")),
        ("a form", lambda s: s.lock("seats=A1", "application/x-www-form-urlencoded")),
        ("XML", lambda s: s.lock("<seats/>", "application/xml")),
        ("almost JSON", lambda s: s.lock('{"seats":["A1"]}', "application/jsonp")),
        ("JSON of another kind", lambda s: s.lock('{"seats":["A1"]}', "application/ld+json")),
    ),
]  # fmt: skip


def method(verb: str, target: str, body: bytes | None = None):
    return lambda s: request(verb, target.format(show=s.show), body=body, token=s.token)


METHODS: list[Row] = rows(
    405,
    *[
        (
            f"{verb} {target}",
            method(verb, target, b"" if verb in ("POST", "PUT", "PATCH") else None),
        )
        for verb, target in (
            ("POST", "/api/movies"),
            ("PUT", "/api/movies"),
            ("DELETE", "/api/movies/0123456789abcdef01234567"),
            ("PATCH", "/api/showtimes/{show}"),
            ("POST", "/api/showtimes/{show}/seats"),
            ("GET", "/api/showtimes/{show}/seats/lock"),
            ("DELETE", "/api/showtimes/{show}/seats/lock"),
            ("GET", "/api/bookings/0123456789abcdef01234567/pay"),
            ("PUT", "/api/bookings/0123456789abcdef01234567/confirm"),
            ("DELETE", "/api/bookings/0123456789abcdef01234567"),
            ("GET", "/api/auth/login"),
            ("POST", "/api/me"),
            ("POST", "/api/admin/bookings"),
            ("POST", "/livez"),
            ("DELETE", "/metrics"),
            ("POST", "/api/openapi.yaml"),
            ("POST", "/"),
        )
    ],
)

PATHS: list[Row] = rows(
    404,
    *[
        (f"GET {target[:60]}", lambda s, target=target: s.get(target.format(show=s.show)))
        for target in (
            "/api",
            "/api/",
            "/api/unknown",
            "/api/movies/",
            "/api//movies",
            "/API/movies",
            "/api/movies.json",
            "/api/movies/..",
            "/api/movies/0123456789abcdef0123456",
            "/api/movies/0123456789abcdef012345678",
            "/api/movies/0123456789abcdef0123456%00",
            "/api/movies/%30123456789abcdef012345678",
            "/api/movies/' OR 1=1--".replace(" ", "%20"),
            "/api/movies/" + "a" * 3000,
            "/api/showtimes/{show}/",
            "/api/showtimes/{show}/seats/",
            "/api/showtimes/{show}/seats/lock/now",
            "/api/showtimes/{show}%2fseats",
            "/api/bookings/-1",
            "/api/bookings/null",
            "/ws",
            "/ws/showtimes",
            "/livez/x",
            "/favicon.ico.php",
        )
    ],
)


def keyed(stage: Stage, *keys: str) -> bytes:
    """A hold with these Idempotency-Keys."""
    lines = "".join(f"\r\nIdempotency-Key: {key}" for key in keys).encode()
    return stage.lock('{"seats":["A1"]}').replace(
        b"\r\nContent-Type", lines + b"\r\nContent-Type", 1
    )


SHOWTIMES, BOOKINGS, STAFF = "/api/showtimes?", "/api/bookings?", "/api/admin/bookings?"

QUERIES: list[Row] = rows(
    {400, 422},
    ("a broken escape", lambda s: s.get(SHOWTIMES + "movie_id=%zz")),
    ("half an escape", lambda s: s.get(SHOWTIMES + "movie_id=%4")),
    ("a NUL in the query", lambda s: s.admin_get(STAFF + "q=%00")),
    ("bad UTF-8 in the query", lambda s: s.admin_get(STAFF + "q=%ff%fe")),
    ("the same parameter twice", lambda s: s.get(SHOWTIMES + "limit=1&limit=2")),
    ("a parameter of 3,000 letters", lambda s: s.admin_get(STAFF + "q=" + "a" * 3000)),
    ("a hundred parameters", lambda s: s.get(SHOWTIMES + "&".join(f"x{n}=1" for n in range(100)))),
    ("a limit beyond 64 bits", lambda s: s.get(BOOKINGS + "limit=" + "9" * 40)),
    ("a limit with a NUL", lambda s: s.get(BOOKINGS + "limit=1%00")),
    ("a cursor of SQL", lambda s: s.get(BOOKINGS + "cursor=1%27%20OR%201=1")),
    ("a day that never was", lambda s: s.get(SHOWTIMES + "date=2026-02-30")),
    ("a day of the year 10000", lambda s: s.get(SHOWTIMES + "date=10000-01-01")),
    ("a status that is none", lambda s: s.admin_get(STAFF + "status=SOLD")),
    ("an Idempotency-Key of 256 letters", lambda s: keyed(s, "k" * 256)),
    ("an empty Idempotency-Key", lambda s: keyed(s, "")),
    ("an Idempotency-Key of two words", lambda s: keyed(s, "two words")),
    ("two Idempotency-Keys", lambda s: keyed(s, "a", "b")),
)
