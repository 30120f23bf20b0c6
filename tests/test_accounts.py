"""Who may log in, and as what."""

from __future__ import annotations

from datetime import UTC, datetime

import jwt
import pytest

from support.client import DEMO_ADMIN, DEMO_USER, Client, error_fields, problem_type
from support.server import JWT_SECRET, Server, run_cinema

PASSWORD = "correct horse battery staple"


def add_user(server: Server, email: str, name: str, role: str, password: str = PASSWORD) -> None:
    """`cinema user add` beside the running server, as an operator would."""
    done = run_cinema(
        *["user", "add", "--email", email, "--name", name, "--role", role],
        folder=server.folder,
        text=password + "\n",
    )
    assert done.returncode == 0, done.stderr
    assert password not in done.stdout + done.stderr


class TestDemoLogin:
    def test_the_demo_accounts(self, server: Server, alice: Client, admin: Client):
        assert alice.user == {"id": alice.id, "email": DEMO_USER, "name": "Demo User",
                              "role": "USER"}  # fmt: skip
        assert admin.user == {"id": admin.id, "email": DEMO_ADMIN, "name": "Demo Admin",
                              "role": "ADMIN"}  # fmt: skip
        assert alice.read("/api/me") == alice.user
        assert Client(server.url, "USER@Cinema.Local").id == alice.id, "e-mail has no case"

    def test_anybody_is_a_plain_user(self, server: Server):
        visitor = Client(server.url, "visitor@example.org", name="Vera Visitor")
        assert (visitor.user["name"], visitor.user["role"]) == ("Vera Visitor", "USER")
        again = Client(server.url, "visitor@example.org", name="Somebody Else")
        assert again.user == visitor.user

    @pytest.mark.parametrize("role", ["ADMIN", "admin", 1, ["ADMIN"], {"ADMIN": True}, None])
    def test_nobody_chooses_a_role(self, server: Server, role: object):
        email = f"climber-{abs(hash(str(role)))}@example.org"
        climber = Client(server.url, email, role=role, demo=True, isAdmin=True)
        assert climber.user["role"] == "USER"
        assert climber.get("/api/admin/bookings").status_code == 403
        assert Client(server.url, DEMO_USER, role=role).user["role"] == "USER"

    @pytest.mark.parametrize(
        "body, field",
        [
            ({}, "email"),
            ({"email": ""}, "email"),
            ({"email": "nobody"}, "email"),
            ({"email": "two@at@example.org"}, "email"),
            ({"email": "a b@example.org"}, "email"),
            ({"email": "x" * 250 + "@example.org"}, "email"),
            ({"email": 7}, "email"),
            ({"email": "long@example.org", "name": "n" * 5000}, "name"),
            ({"email": "typed@example.org", "name": 5}, "name"),
            ({"email": "typed@example.org", "password": {}}, "password"),
        ],
    )
    def test_nonsense_is_named(self, server: Server, body: dict, field: str):
        answer = Client(server.url).post("/api/auth/login", body)
        assert (answer.status_code, problem_type(answer)) == (422, "validation")
        assert field in error_fields(answer)

    def test_the_token_is_a_short_lived_hs256_jwt(self, alice: Client):
        session = alice.post("/api/auth/login", {"email": DEMO_USER}).json()
        assert jwt.get_unverified_header(session["token"])["alg"] == "HS256"
        claims = jwt.decode(
            session["token"], JWT_SECRET, algorithms=["HS256"], options={"verify_aud": False}
        )
        assert {"iss", "aud", "exp", "jti", "sub"} <= claims.keys()
        assert claims["sub"] == alice.id
        expires = datetime.fromisoformat(session["expiresAt"])
        assert abs(expires.timestamp() - claims["exp"]) < 1
        assert 0 < (expires - datetime.now(UTC)).total_seconds() <= 7 * 86400


class TestRoles:
    @pytest.mark.parametrize(
        "path", ["bookings", "bookings/{}", "audit-logs", "audit-logs.csv", "dashboard"]
    )
    def test_admin_pages_are_for_admins(
        self, server: Server, alice: Client, admin: Client, path: str
    ):
        show = alice.showtimes()[-1]["id"]
        mine = alice.hold(show, alice.free_seats(show, 1))
        path = "/api/admin/" + path.format(mine)
        assert Client(server.url).get(path).status_code == 401
        refused = alice.get(path)
        assert (refused.status_code, problem_type(refused)) == (403, "forbidden")
        assert admin.get(path).status_code == 200

    @pytest.mark.parametrize(
        "path", ["me", "movies", "showtimes", "bookings", "movies/1", "showtimes/1/seats"]
    )
    def test_everything_needs_a_token(self, server: Server, path: str):
        answer = Client(server.url).get("/api/" + path)
        assert (answer.status_code, problem_type(answer)) == (401, "missing-token")

    @pytest.mark.parametrize(
        "path",
        ["/livez", "/readyz", "/api/openapi.yaml", "/api/site"]
        + [pytest.param("/metrics", marks=pytest.mark.one_process(reason="nginx hides it"))],
    )
    def test_operations_need_none(self, server: Server, path: str):
        assert Client(server.url).get(path).status_code == 200


class TestPasswords:
    def test_a_real_account_needs_its_password(self, server: Server):
        add_user(server, "ada@example.org", "Ada", "ADMIN")
        ada = Client(server.url, "ada@example.org", password=PASSWORD)
        assert (ada.user["name"], ada.user["role"]) == ("Ada", "ADMIN")
        assert ada.get("/api/admin/bookings").status_code == 200
        nobody = Client(server.url)
        for login in ({}, {"password": ""}, {"password": None}):
            answer = nobody.post("/api/auth/login", {"email": "ada@example.org"} | login)
            assert answer.status_code == 422, "demo mode must not open a real account"
            assert error_fields(answer) == {"password"}
        for guess in (PASSWORD + "!", PASSWORD.upper(), " "):
            answer = nobody.post("/api/auth/login", {"email": "ada@example.org", "password": guess})
            assert (answer.status_code, problem_type(answer)) == (401, "wrong-credentials")

    def test_without_demo_mode_only_passwords_open(self, start_server):
        server = start_server(DEMO_LOGIN="false")
        add_user(server, "carl@example.org", "Carl", "USER")
        nobody = Client(server.url)
        for email in (DEMO_USER, DEMO_ADMIN, "carl@example.org", "stranger@example.org"):
            answer = nobody.post("/api/auth/login", {"email": email})
            assert (answer.status_code, error_fields(answer)) == (422, {"password"})
            answer = nobody.post("/api/auth/login", {"email": email, "password": "guess"})
            assert (answer.status_code, problem_type(answer)) == (401, "wrong-credentials")
        assert Client(server.url, "carl@example.org", password=PASSWORD).user["role"] == "USER"

    def test_repeated_failures_are_slowed_down(self, start_server):
        server = start_server()
        add_user(server, "dora@example.org", "Dora", "USER")
        nobody = Client(server.url)
        for attempt in range(60):
            answer = nobody.post(
                "/api/auth/login", {"email": "dora@example.org", "password": f"guess {attempt}"}
            )
            if answer.status_code == 429:
                break
            assert (answer.status_code, problem_type(answer)) == (401, "wrong-credentials")
        assert (answer.status_code, problem_type(answer)) == (429, "too-many-requests")
        assert attempt >= 3, "a typing mistake is not an attack"
        assert int(answer.headers["Retry-After"]) >= 1

    @pytest.mark.one_process(reason="each process counts for itself")
    def test_an_ipv6_network_is_one_guesser(self, start_server):
        server = start_server(
            DEMO_LOGIN="false", TRUSTED_PROXIES="127.0.0.1", LOGIN_FAILURES_MAX="1"
        )

        def guess(address: str, number: int) -> int:
            login = {"email": f"guess-{number}@example.org", "password": "a-guess-at-a-password"}
            headers = {"X-Forwarded-For": address}
            return Client(server.url).post("/api/auth/login", login, headers).status_code

        answers = [guess(f"2001:db8:0:1::{number}", number) for number in range(6)]
        assert answers == [401] * 5 + [429], "five times LOGIN_FAILURES_MAX for one address"
        assert guess("2001:db8:0:2::1", 7) == 401, "the neighbour has nothing to do with it"

    @pytest.mark.parametrize(
        "arguments, password",
        [
            (["--email", "x@example.org", "--name", "X", "--role", "KING"], PASSWORD),
            (["--email", "nobody", "--name", "X", "--role", "USER"], PASSWORD),
            (["--name", "X", "--role", "USER"], PASSWORD),
            (["--email", "x@example.org", "--name", "X", "--role", "USER"], ""),
        ],
    )
    def test_user_add_refuses_nonsense(self, server: Server, arguments: list, password: str):
        done = run_cinema("user", "add", *arguments, folder=server.folder, text=password + "\n")
        assert done.returncode != 0 and done.stderr.strip(), done
