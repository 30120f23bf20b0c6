"""Fixtures shared by all files: servers with a box office of their own, and their users.

CINEMA_ENGINE (embedded, cluster, nginx) is what all of them run on; with nginx every server is two of
a cluster behind it.

A server is watched: a test module fails when its server logged an error or answered 5xx without a
test saying so (server.tolerated), and a failing test shows the end of the server's log.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from support.backing import CLUSTER, PROXIED, Backing, problem_with_environment
from support.client import DEMO_ADMIN, DEMO_USER, Client
from support.proxied import ProxiedServers
from support.server import BINARY, Server
from support.volley import Range

os.environ["NO_PROXY"] = "*"  # whatever proxy this machine uses, the server is not behind it
collect_ignore = [] if CLUSTER and not PROXIED else ["cluster"]
if PROXIED:
    # About one process, or about the HTTP of one that nobody stands before.
    collect_ignore += ["test_contract.py", "test_crash.py", "test_deploy.py", "test_files.py"]
    collect_ignore += ["test_malformed.py", "test_observability.py", "test_operations.py"]
    collect_ignore += ["test_site.py", "test_websocket_protocol.py"]


def pytest_sessionstart(session: pytest.Session) -> None:
    collecting_only = session.config.getoption("collectonly")
    if not collecting_only and not os.access(BINARY, os.X_OK):
        pytest.exit(f"no server to test at {BINARY}: build it, or set CINEMA_BIN", returncode=3)
    if not collecting_only and (problem := problem_with_environment()):
        pytest.exit(problem, returncode=3)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for name, skipped in (("embedded_only", CLUSTER), ("one_process", PROXIED)):
        for item in items if skipped else []:
            if mark := item.get_closest_marker(name):
                item.add_marker(pytest.mark.skip(reason=f"{name}: {mark.kwargs['reason']}"))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Iterator[None]:
    outcome = yield
    report = outcome.get_result()
    if report.failed:
        for server in Server.all_launched:
            if server.log_file.exists() and server.log_file.stat().st_mtime >= call.start - 1:
                report.sections.append((f"end of {server.log_file}", server.log_tail()))


@pytest.fixture(scope="module", autouse=True)
def _box_offices() -> Iterator[None]:
    """Asked for first and so ended last: whatever the module's servers stood on."""
    yield
    Backing.close_all()


@pytest.fixture(scope="module")
def start_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Starts servers that live as long as the module: start_server(LOCK_TTL_SECONDS="2")."""
    started: list[Server] = []

    def start(**settings: str | None) -> Server:
        kind = ProxiedServers if PROXIED else Server
        server = kind(tmp_path_factory.mktemp("cinema"), **settings)
        server.start()
        started.append(server)
        return server

    yield start
    failures = []
    for server in started:
        try:
            server.end()
        except AssertionError as failure:
            failures.append(str(failure))
    assert not failures, "\n\n".join(failures)


@pytest.fixture(scope="module")
def server(start_server: Callable[..., Server]) -> Server:
    """The module's server with the usual settings."""
    return start_server()


@pytest.fixture(scope="module")
def admin(server: Server) -> Client:
    return Client(server.url, DEMO_ADMIN)


@pytest.fixture(scope="module")
def alice(server: Server) -> Client:
    return Client(server.url, DEMO_USER)


@pytest.fixture(scope="module")
def bob(server: Server) -> Client:
    return Client(server.url, "bob@example.org", name="Bob")


@pytest.fixture
def shooting_range(server: Server) -> Iterator[Range]:
    shooting_range = Range(server)
    yield shooting_range
    shooting_range.close()
