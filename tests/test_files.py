"""What the server serves besides the API: the start page, the web app, the contract."""

from __future__ import annotations

import pytest
import requests

from support import rawhttp
from support.client import Client
from support.contract import CONTRACT_FILE
from support.server import Server


@pytest.fixture(scope="module")
def site(tmp_path_factory, start_server) -> Server:
    root = tmp_path_factory.mktemp("web") / "root"
    (root / "_nuxt").mkdir(parents=True)
    (root.parent / "secret.txt").write_text("nobody may read this")
    (root / "index.html").write_text("<!doctype html><title>The app</title>")
    (root / "_nuxt/app.0a1b2c.js").write_text("console.log('hello')")
    (root / "_nuxt/app.0a1b2c.js.gz").write_bytes(b"\x1f\x8bgzipped")
    (root / "_nuxt/app.0a1b2c.js.br").write_bytes(b"brotli")
    (root / "index.html.br").write_bytes(b"the app, small")
    (root / "link.txt").symlink_to(root.parent / "secret.txt")
    return start_server(WEB_ROOT=str(root))


def test_the_built_in_start_page(server: Server):
    page = requests.get(server.url + "/", timeout=5)
    assert page.status_code == 200 and page.headers["Content-Type"].startswith("text/html")
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    again = requests.get(
        server.url + "/", headers={"If-None-Match": page.headers["ETag"]}, timeout=5
    )
    assert again.status_code == 304 and again.content == b""


@pytest.mark.parametrize("path", ["/", "/tickets/0123456789abcdef01234567"])
@pytest.mark.parametrize("coding", ["identity", "br"])
def test_pages_may_do_little(site: Server, path: str, coding: str):
    raw = rawhttp.request("GET", path, {"Accept-Encoding": coding})
    headers = rawhttp.exchange(site.port, raw).headers
    policy = {
        directive: sources
        for directive, *sources in (part.split() for part in
                                    headers["content-security-policy"].split(";"))
    }  # fmt: skip
    assert policy["default-src"] == policy["script-src"] == policy["connect-src"] == ["'self'"]
    for directive in ("style-src-attr", "object-src", "base-uri", "frame-ancestors"):
        assert policy[directive] == ["'none'"], directive
    assert "unsafe-eval" not in str(policy) and "*" not in str(policy)
    unsafe = [directive for directive in policy if "'unsafe-inline'" in policy[directive]]
    assert unsafe == ["style-src"], "scripts are files"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    for power in ("camera", "microphone", "geolocation", "payment"):
        assert f"{power}=()" in headers["permissions-policy"]


def test_nothing_is_guessed_to_be_a_script(site: Server):
    for path in ("/_nuxt/app.0a1b2c.js", "/api/site", "/missing.js", "/livez"):
        answer = rawhttp.exchange(site.port, rawhttp.request("GET", path))
        assert answer.headers["x-content-type-options"] == "nosniff", path


def test_the_app_and_its_routes(site: Server):
    hex24 = "0123456789abcdef01234567"
    routes = ("seats", "checkout", "tickets", "showtimes", "admin/bookings")
    for path in ("/", "/index.html", "/admin", "/admin/audit-logs", "/login?from=%2Fbookings",
                 *(f"/{route}/{hex24}" for route in routes)):  # fmt: skip
        page = requests.get(site.url + path, headers={"Accept-Encoding": "identity"}, timeout=5)
        assert page.status_code == 200 and "The app" in page.text, path
    for path in ("/missing.js", "/_nuxt/missing.js", "/api/missing", "/ws/missing"):
        answer = requests.get(site.url + path, timeout=5)
        assert answer.status_code == 404 and "The app" not in answer.text, path


def test_hashed_assets_are_kept_for_ever_and_sent_compressed(site: Server):
    url = site.url + "/_nuxt/app.0a1b2c.js"
    plain = requests.get(url, headers={"Accept-Encoding": "identity"}, timeout=5)
    assert plain.text == "console.log('hello')"
    assert "immutable" in plain.headers["Cache-Control"]
    assert plain.headers["Content-Type"].startswith("text/javascript")
    assert "Accept-Encoding" in plain.headers["Vary"]
    tags = {plain.headers["ETag"]}
    for accepted, coding, body in (
        ("gzip, deflate, br, zstd", "br", b"brotli"),
        ("br;q=0, gzip;q=0.5", "gzip", b"\x1f\x8bgzipped"),
        ("gzip", "gzip", b"\x1f\x8bgzipped"),
    ):
        raw = rawhttp.request("GET", "/_nuxt/app.0a1b2c.js", {"Accept-Encoding": accepted})
        packed = rawhttp.exchange(site.port, raw)
        assert (packed.headers["content-encoding"], packed.body) == (coding, body)
        assert packed.headers["content-type"] == plain.headers["Content-Type"]
        assert packed.headers["vary"] == plain.headers["Vary"]
        assert "immutable" in packed.headers["cache-control"]
        tags.add(packed.headers["etag"])
        condition = {"Accept-Encoding": accepted, "If-None-Match": packed.headers["etag"]}
        again = rawhttp.exchange(
            site.port, rawhttp.request("GET", "/_nuxt/app.0a1b2c.js", condition)
        )
        assert (again.status, again.body) == (304, b"")
    assert len(tags) == 3, "each form has a tag of its own"
    for path in ("/", "/seats/0123456789abcdef01234567"):
        raw = rawhttp.request("GET", path, {"Accept-Encoding": "br"})
        page = rawhttp.exchange(site.port, raw)
        assert (page.headers["content-encoding"], page.body) == ("br", b"the app, small")
        assert page.headers["content-type"].startswith("text/html")
    for name in (".br", ".gz"):
        answer = requests.get(url + name, timeout=5)
        assert answer.status_code == 404, "a form of a file is no file of its own"
    page = requests.get(site.url + "/", headers={"Accept-Encoding": "identity"}, timeout=5)
    assert "immutable" not in page.headers.get("Cache-Control", "")


@pytest.mark.parametrize(
    "target",
    ["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/_nuxt/../../secret.txt",
     "/_nuxt/..%2f..%2fsecret.txt", "/..\\secret.txt", "//secret.txt", "/./../secret.txt",
     "/link.txt"],
)  # fmt: skip
def test_nothing_outside_the_root_is_served(site: Server, target: str):
    answer = rawhttp.exchange(site.port, rawhttp.request("GET", target))
    assert b"nobody may read this" not in answer.body


def test_the_contract_is_the_repositorys(server: Server):
    answer = Client(server.url).get("/api/openapi.yaml")
    assert answer.text == CONTRACT_FILE.read_text()


def test_cross_origin_pages(start_server):
    server = start_server(ALLOWED_ORIGINS="https://tickets.example")
    preflight = {"Access-Control-Request-Method": "GET"}
    for origin, allowed in (("https://tickets.example", True), ("https://evil.example", False)):
        answer = requests.options(
            server.url + "/api/movies", headers={"Origin": origin} | preflight, timeout=5
        )
        assert answer.headers.get("Access-Control-Allow-Origin") == (origin if allowed else None)
