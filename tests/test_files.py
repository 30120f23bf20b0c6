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


def test_the_app_and_its_routes(site: Server):
    for path in ("/", "/index.html", "/seats/0123456789abcdef01234567", "/admin", "/login?x=1"):
        page = requests.get(site.url + path, timeout=5)
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
    raw = rawhttp.request("GET", "/_nuxt/app.0a1b2c.js", {"Accept-Encoding": "br, gzip;q=0.5"})
    packed = rawhttp.exchange(site.port, raw)
    assert packed.headers["content-encoding"] == "gzip" and packed.body == b"\x1f\x8bgzipped"
    assert packed.headers["etag"] != plain.headers["ETag"]
    page = requests.get(site.url + "/", timeout=5)
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
