"""The site as it is deployed: deploy/nginx.conf, in a real nginx, before real servers."""

from __future__ import annotations

import json
import re
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from support import rawhttp
from support.backing import free_port
from support.client import DEMO_USER, PROBLEM, Client
from support.contract import contract
from support.nginx import DEPLOY, Nginx
from support.server import Server
from support.upstream import OK, Upstream
from support.websocket import Viewer, check_message, handshake_request

BODY_BYTES_MAX = 64 * 1024
RECOVERY_SECONDS_MAX = 10


@pytest.fixture(scope="module")
def web(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("web") / "root"
    (root / "_nuxt/builds").mkdir(parents=True)
    (root.parent / "secret.txt").write_text("nobody may read this")
    (root / "index.html").write_text("<!doctype html><title>The app</title>")
    (root / "favicon.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (root / "robots.txt").write_text("User-agent: *\n")
    (root / "_nuxt/app.0a1b2c.js").write_text("console.log('hello')")
    (root / "_nuxt/app.0a1b2c.js.gz").write_bytes(b"\x1f\x8bgzipped")
    (root / "_nuxt/app.0a1b2c.css").write_text("p { color: green }")
    (root / "_nuxt/font.0a1b2c.woff2").write_bytes(b"wOF2")
    (root / "_nuxt/builds/latest.json").write_text("{}")
    root.chmod(0o755)
    return root


@pytest.fixture(scope="module")
def site_server(start_server, web: Path) -> Server:
    return start_server(TRUSTED_PROXIES="127.0.0.1", WEB_ROOT=str(web))


@pytest.fixture
def start_nginx(tmp_path: Path, web: Path) -> Iterator[Callable[..., Nginx]]:
    started: list[Nginx] = []

    def start(*servers: int, site: str = "") -> Nginx:
        nginx = Nginx(tmp_path / f"nginx{len(started)}", servers, web, site)
        started.append(nginx)
        return nginx.start()

    yield start
    codes = [nginx.stop() for nginx in started]
    assert not any(codes), codes


@pytest.fixture
def nginx(start_nginx, site_server: Server) -> Nginx:
    return start_nginx(site_server.port)


@pytest.fixture
def upstream() -> Iterator[Callable[[bytes | None], Upstream]]:
    made: list[Upstream] = []

    def make(answer: bytes | None) -> Upstream:
        made.append(Upstream(answer))
        return made[-1]

    yield make
    for one in made:
        one.close()


def check_unavailable(answer: requests.Response) -> None:
    """nginx's own word that no server answered, as the contract has it."""
    assert answer.status_code == 503, answer.text
    assert int(answer.headers["Retry-After"]) >= 1
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == PROBLEM + "unavailable"
    assert answer.json()["requestId"] == answer.headers["X-Request-Id"]


class TestTheSite:
    def test_the_files_are_accepted_without_a_warning(self, nginx: Nginx):
        words = nginx.check()
        said = [line for line in words.splitlines() if "[warn]" in line or "[emerg]" in line]
        # A small machine allows fewer descriptors than a box office needs; nothing to mend here.
        assert not [line for line in said if "open file resource limit" not in line], words

    def test_a_sale_with_somebody_watching(self, nginx: Nginx):
        alice = Client(nginx.url, DEMO_USER)
        show = min(alice.showtimes(), key=lambda show: show["seatsTotal"])["id"]
        (seat,) = alice.free_seats(show, 1)
        viewer = Viewer(nginx.port, show)
        assert viewer.wait_until(lambda v: v.snapshots)
        booking = alice.buy(show, [seat])
        assert alice.booking(booking)["status"] == "BOOKED"
        assert viewer.wait_until(lambda v: v.seats[seat][0] == "BOOKED")
        told = [message for message in viewer.messages if message.get("seatCode") == seat]
        assert [check_message(message)["type"] for message in told] == [
            "SEAT_LOCKED",
            "SEAT_BOOKED",
        ]
        viewer.close()

    def test_refusals_of_the_server_pass_as_they_are(self, nginx: Nginx, site_server: Server):
        stranger = Client(nginx.url)
        missing = stranger.get("/api/movies")
        assert missing.status_code == 401 and "WWW-Authenticate" in missing.headers
        assert requests.get(nginx.url + "/api/nothing", timeout=5).status_code == 404
        plain = rawhttp.exchange(nginx.port, rawhttp.request("GET", "/ws/showtimes/" + "0" * 24))
        assert plain.status in (404, 426) and b"urn:cinema" in plain.body
        foreign = handshake_request("0" * 24, Origin="https://evil.example")
        assert rawhttp.exchange(nginx.port, foreign).status in (403, 404)

    def test_conditional_requests_reach_the_server(self, nginx: Nginx):
        alice = Client(nginx.url, DEMO_USER)
        first = alice.get("/api/movies")
        again = alice.get("/api/movies", headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304

    def test_health_is_public_and_metrics_are_not(self, nginx: Nginx):
        assert requests.get(nginx.url + "/readyz", timeout=5).json()["status"] == "ready"
        assert requests.get(nginx.url + "/livez", timeout=5).status_code == 200
        hidden = requests.get(nginx.url + "/metrics", timeout=5)
        assert hidden.status_code == 404 and hidden.json()["type"] == PROBLEM + "not-found"

    def test_a_page_of_this_site_may_watch(self, nginx: Nginx):
        alice = Client(nginx.url, DEMO_USER)
        show = alice.showtimes()[-1]["id"]
        viewer = Viewer(nginx.port, show, Origin="http://cinema.test")  # as its Host is
        assert viewer.wait_until(lambda v: v.snapshots)
        viewer.close()


class TestTheClientsAddress:
    @pytest.mark.parametrize("claim", [None, "203.0.113.7", "203.0.113.7, 198.51.100.1"])
    def test_is_the_peers_whatever_it_claims(self, nginx: Nginx, site_server: Server, claim):
        peer = "127.0.0.77"
        headers = {"Connection": "close"} | ({"X-Forwarded-For": claim} if claim else {})
        with socket.create_connection(("127.0.0.1", nginx.port), 5, (peer, 0)) as sock:
            sock.sendall(rawhttp.request("GET", "/api/site", headers))
            request_id = rawhttp.read_answer(sock).headers["x-request-id"]
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            for line in site_server.log_lines():
                if line.get("requestId") == request_id:
                    assert line["client"] == peer
                    return
            time.sleep(0.05)
        raise AssertionError("the request is not in the server's log")

    def test_the_log_has_it_and_no_queries(self, nginx: Nginx):
        requests.get(nginx.url + "/api/site?token=do-not-write-this", timeout=5)
        assert requests.get(nginx.url + "/api/site", timeout=5).status_code == 200
        text = nginx.access_log.read_text()
        line = json.loads(text.splitlines()[0])
        assert line["client"] == "127.0.0.1" and line["path"] == "/api/site"
        assert line["status"] == 200 and line["requestId"] and line["server"]
        assert "do-not-write-this" not in text


class TestFiles:
    SAME = ("Content-Security-Policy", "Referrer-Policy", "Permissions-Policy",
            "Cross-Origin-Opener-Policy", "X-Content-Type-Options", "Cache-Control", "Vary",
            "Content-Encoding")  # fmt: skip

    @pytest.mark.parametrize(
        "path",
        ["/", "/index.html", "/seats/0123456789abcdef01234567", "/admin/audit-logs",
         "/login?from=%2Fbookings", "/favicon.svg", "/robots.txt", "/_nuxt/app.0a1b2c.js",
         "/_nuxt/app.0a1b2c.css", "/_nuxt/font.0a1b2c.woff2", "/_nuxt/builds/latest.json"],
    )  # fmt: skip
    @pytest.mark.parametrize("coding", ["identity", "gzip"])
    def test_are_what_the_server_itself_would_send(
        self, nginx: Nginx, site_server: Server, path: str, coding: str
    ):
        raw = rawhttp.request("GET", path, {"Accept-Encoding": coding})
        answer, own = rawhttp.exchange(nginx.port, raw), rawhttp.exchange(site_server.port, raw)
        assert (answer.status, answer.body) == (own.status, own.body) and own.status == 200
        kind = answer.headers["content-type"].replace("application/javascript", "text/javascript")
        assert kind.lower() == own.headers["content-type"].lower()
        for name in self.SAME:
            if name == "Vary" and "content-encoding" not in own.headers:
                continue  # nginx says so only where it has something to vary
            assert answer.headers.get(name.lower()) == own.headers.get(name.lower()), name
        tag = answer.headers["etag"]
        again = rawhttp.request("GET", path, {"Accept-Encoding": coding, "If-None-Match": tag})
        assert rawhttp.exchange(nginx.port, again).status == 304

    @pytest.mark.parametrize(
        "target",
        ["/missing.js", "/_nuxt/missing.js", "/_nuxt/app.0a1b2c.js.gz", "/.env", "/_nuxt/",
         "/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/_nuxt/..%2f..%2fsecret.txt"],
    )  # fmt: skip
    def test_that_are_not_there(self, nginx: Nginx, target: str):
        answer = rawhttp.exchange(nginx.port, rawhttp.request("GET", target))
        assert b"nobody may read this" not in answer.body
        if target == "/_nuxt/":
            assert answer.status == 200 and b"The app" in answer.body, "a route, not a listing"
        else:
            assert answer.status in (400, 404) and b"The app" not in answer.body

    def test_are_there_when_no_server_is(self, start_nginx):
        nginx = start_nginx(1)
        page = requests.get(nginx.url + "/bookings", timeout=5)
        assert page.status_code == 200 and "The app" in page.text
        check_unavailable(requests.get(nginx.url + "/api/site", timeout=5))


class TestLimits:
    def test_a_body_may_be_64_kib(self, nginx: Nginx):
        login = json.dumps({"email": DEMO_USER}).encode()
        kind = {"Content-Type": "application/json"}
        fits = login + b" " * (BODY_BYTES_MAX - len(login))
        raw = rawhttp.request("POST", "/api/auth/login", kind, fits)
        assert rawhttp.exchange(nginx.port, raw).status == 200
        raw = rawhttp.request("POST", "/api/auth/login", kind, fits + b" ")
        answer = rawhttp.exchange(nginx.port, raw)
        assert answer.status == 413
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["type"] == PROBLEM + "body-too-large"
        assert answer.json()["requestId"] == answer.headers["x-request-id"]
        assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"]), "not nginx's own word"

    def test_headers_may_not_be_endless(self, nginx: Nginx):
        raw = rawhttp.request("GET", "/api/site", {"X-Long": "x" * 17000})
        answer = rawhttp.exchange(nginx.port, raw)
        assert (answer.status, answer.json()["type"]) == (431, PROBLEM + "headers-too-large")

    @pytest.mark.parametrize("path", ["/api/site", "/"])
    def test_nor_may_an_address(self, nginx: Nginx, path: str):
        answer = rawhttp.exchange(nginx.port, rawhttp.request("GET", f"{path}?{'x' * 17000}"))
        assert (answer.status, answer.json()["type"]) == (414, PROBLEM + "uri-too-long")
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["requestId"] == answer.headers["x-request-id"]
        # The page of this answer is not one that can be asked for.
        assert requests.get(nginx.url + "/.uri_too_long", timeout=5).status_code == 404

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
    def test_pages_are_only_read(self, nginx: Nginx, method: str):
        for path in ("/", "/bookings", "/favicon.svg"):
            answer = requests.request(method, nginx.url + path, data="x", timeout=5)
            assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")
            assert answer.json()["type"] == PROBLEM + "method-not-allowed"


class TestServersThatFail:
    @pytest.mark.parametrize("round_", range(6))
    def test_a_post_is_never_sent_twice(self, start_nginx, upstream, round_: int):
        """The killed server may have sold the seat already."""
        dying, healthy = upstream(None), upstream(OK)
        nginx = start_nginx(dying.port, healthy.port)
        for _ in range(2):
            before = len(dying.requests) + len(healthy.requests)
            died = len(dying.requests)
            answer = requests.post(nginx.url + "/api/bookings/x/confirm", timeout=5)
            assert len(dying.requests) + len(healthy.requests) == before + 1
            if len(dying.requests) > died:
                check_unavailable(answer)
            else:
                assert answer.text == "ok"
        assert dying.requests, "the dying server was never asked"

    def test_a_get_is(self, start_nginx, upstream):
        dying, healthy = upstream(None), upstream(OK)
        nginx = start_nginx(dying.port, healthy.port)
        for _ in range(6):
            assert requests.get(nginx.url + "/api/movies", timeout=5).text == "ok"
        assert dying.requests and len(healthy.requests) == 6

    def test_a_post_that_was_not_sent_goes_to_another(self, start_nginx, upstream):
        healthy = upstream(OK)
        nginx = start_nginx(1, healthy.port)  # nobody listens on port 1
        for _ in range(6):
            assert requests.post(nginx.url + "/api/bookings/x/pay", timeout=5).text == "ok"
        assert len(healthy.requests) == 6

    def test_a_servers_own_503_passes(self, start_nginx, upstream):
        body = b'{"type":"urn:cinema:problem:overloaded","status":503}'
        busy = upstream(
            b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 7\r\nConnection: close\r\n"
            b"Content-Type: application/problem+json\r\nContent-Length: %d\r\n\r\n"
            % len(body)
            + body
        )
        answer = requests.get(start_nginx(busy.port).url + "/api/movies", timeout=5)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "7")
        assert answer.content == body and len(busy.requests) == 1

    def test_the_only_server_is_down_and_comes_back(self, start_nginx, start_server):
        server = start_server(LISTEN=f"127.0.0.1:{free_port()}", TRUSTED_PROXIES="127.0.0.1")
        nginx = start_nginx(server.port)
        stranger = Client(nginx.url)
        assert stranger.get("/api/site").status_code == 200
        assert server.stop() == 0
        refused = stranger.get("/api/site")  # the client checks it against the contract, too
        check_unavailable(refused)
        contract().check(refused)
        handshake = rawhttp.exchange(nginx.port, handshake_request("0" * 24))
        assert handshake.status == 503 and "retry-after" in handshake.headers
        server.start()
        assert stranger.get("/api/site").status_code == 200

    def test_one_of_two_servers_is_down_and_comes_back(self, start_nginx, start_server):
        ports = [free_port(), free_port()]
        one, two = (start_server(LISTEN=f"127.0.0.1:{port}") for port in ports)
        nginx = start_nginx(*ports)

        def served_by() -> set[str]:
            """Who answers twenty requests, one after the other: all must succeed."""
            seen = len(nginx.log_lines())
            for _ in range(20):
                assert requests.get(nginx.url + "/api/site", timeout=5).status_code == 200
            return {line["server"].split(", ")[-1] for line in nginx.log_lines()[seen:]}

        addresses = {f"127.0.0.1:{port}" for port in ports}
        assert served_by() == addresses
        one.kill()
        assert served_by() == {f"127.0.0.1:{two.port}"}
        one.start()
        deadline = time.monotonic() + RECOVERY_SECONDS_MAX
        while served_by() != addresses:
            assert time.monotonic() < deadline, "the server that came back is not used"
            time.sleep(0.2)

    def test_viewers_hear_of_a_server_that_stops(self, start_nginx, start_server):
        server = start_server()
        nginx = start_nginx(server.port)
        show = Client(server.url, DEMO_USER).showtimes()[0]["id"]
        viewer = Viewer(nginx.port, show)
        assert viewer.wait_until(lambda v: v.snapshots)
        assert server.stop() == 0
        assert viewer.wait_for_close() == 1001


class TestTls:
    """deploy/nginx/site-tls.conf with a certificate and ports of the test's own."""

    @pytest.fixture
    def tls(self, tmp_path: Path, start_nginx, site_server: Server) -> tuple[Nginx, int, Path]:
        certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
             "-keyout", key, "-out", certificate, "-subj", "/CN=tickets.example.org",
             "-addext", "subjectAltName=DNS:tickets.example.org"],
            check=True, capture_output=True, timeout=60,
        )  # fmt: skip
        port, plain = free_port(), free_port()
        kept = []
        for line in (DEPLOY / "nginx/site-tls.conf").read_text().splitlines():
            if line.startswith(("root ", "access_log ", "listen [::]")):
                continue  # the test has its own; not every machine has IPv6
            line = line.replace("listen 443", f"listen 127.0.0.1:{port}")
            line = line.replace("listen 80", f"listen 127.0.0.1:{plain}")
            folder = "/etc/letsencrypt/live/tickets.example.org"
            line = line.replace(f"{folder}/fullchain.pem", str(certificate))
            kept.append(line.replace(f"{folder}/privkey.pem", str(key)))
        text = "\n".join(kept) + "\n"
        assert "letsencrypt" not in text and str(key) in text
        nginx = start_nginx(site_server.port, site=text)
        return nginx, port, certificate

    def test_everything_is_there_and_plain_http_is_sent_there(self, tls):
        nginx, port, certificate = tls
        context = ssl.create_default_context(cafile=str(certificate))
        for path in ("/", "/api/site", "/_nuxt/app.0a1b2c.js", "/missing.js"):
            with (
                socket.create_connection(("127.0.0.1", port), 5) as plain,
                context.wrap_socket(plain, server_hostname="tickets.example.org") as sock,
            ):
                sock.sendall(rawhttp.request("GET", path, {"Connection": "close"}))
                answer = rawhttp.read_answer(sock)
            assert answer.status == (404 if "missing" in path else 200), path
            assert answer.headers["strict-transport-security"] == "max-age=31536000", path
        raw = rawhttp.request("GET", "/seats/x?y=z").replace(b"cinema.test", b"tickets.example.org")
        answer = rawhttp.exchange(nginx.port, raw)
        assert answer.status == 308
        assert answer.headers["location"] == "https://tickets.example.org/seats/x?y=z"
