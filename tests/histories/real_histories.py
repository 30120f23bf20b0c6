"""Real histories: people book on real servers that are killed, cut off and slowed; afterwards there
must be one order of all calls that explains every answer (docs/proof.md).

HISTORY_CALLS is how many calls each of the two long runs records.
"""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support import histories
from support.backing import CLUSTER, Backing, free_port
from support.catalogue import write_catalogue
from support.client import DEMO_USER, Client
from support.cluster import Cluster
from support.server import Server, run_cinema

LOCK_TTL_SECONDS = 2
EXPIRY_INTERVAL_SECONDS = 1
SETTINGS = {
    "LOCK_TTL_SECONDS": str(LOCK_TTL_SECONDS),
    "EXPIRY_INTERVAL_SECONDS": str(EXPIRY_INTERVAL_SECONDS),
    "SEED_DEMO": "false",
}
CALLS = int(os.environ.get("HISTORY_CALLS", "35000" if CLUSTER else "65000"))
CALLS_PER_SHOW = 120
SECONDS_MAX = 100
KILLS = 8
RECOVERY_SECONDS_MAX = 15

on_one_engine = pytest.mark.skipif(CLUSTER, reason="once is enough: on the embedded engine")


@pytest.fixture(autouse=True)
def recorders(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """None outlives its test."""
    started: list[histories.Recorder] = []
    first = histories.Recorder.__init__

    def remember(self, *arguments, **options):
        first(self, *arguments, **options)
        started.append(self)

    monkeypatch.setattr(histories.Recorder, "__init__", remember)
    yield
    for recorder in started:
        recorder.close()


def plan(servers: list[Server], shows: list[str], **changes: object) -> dict:
    return {
        "engine": "cluster" if CLUSTER else "embedded",
        "targets": [f"127.0.0.1:{server.port}" for server in servers],
        "lockTtlSeconds": LOCK_TTL_SECONDS,
        "expiryIntervalSeconds": EXPIRY_INTERVAL_SECONDS,
        "users": histories.users(servers[0].url),
        "showtimes": shows,
        "seats": histories.SEATS,
        "tables": 6,
        "peoplePerTable": 4,
        "showsPerTable": 20,
        "callsPerVisit": 5,
        "callsPerShow": CALLS_PER_SHOW,
        "pauseSeconds": 0.0,
        "seed": random.randrange(1 << 30),
    } | changes


def open_house(folder: Path, shows: int) -> None:
    file = write_catalogue(folder / "catalogue.json", histories.many_small_showtimes(shows))
    done = run_cinema("import", str(file), folder=folder)
    assert done.returncode == 0, done.stderr


def showtimes(server: Server) -> list[str]:
    shows = [show["id"] for show in Client(server.url, DEMO_USER, checked=False).showtimes()]
    random.shuffle(shows)
    return shows


def fixed_port(server: Server) -> Server:
    """A restarted one is found where it was."""
    server.settings["LISTEN"] = f"127.0.0.1:{free_port()}"
    return server


def explained(recorder: histories.Recorder) -> None:
    checked = histories.check(recorder.history)
    print(checked.stdout)
    if checked.returncode != 0:
        shutil.copy(recorder.history, histories.REPORTS)
    assert checked.returncode == 0, checked.stdout[-3000:] + checked.stderr


@pytest.mark.skipif(CLUSTER, reason="the embedded engine")
def test_one_server_that_is_killed(tmp_path: Path):
    open_house(tmp_path, shows=3 * CALLS // CALLS_PER_SHOW)
    server = fixed_port(Server(tmp_path, **SETTINGS)).start()
    recorder = histories.Recorder(tmp_path, "embedded", plan([server], showtimes(server)))
    started = time.monotonic()
    for _ in range(KILLS):
        time.sleep(random.uniform(0.8, 1.6))
        with recorder.trouble("kill -9"):
            server.kill()
            time.sleep(0.1)
            server.start()
    recorder.wait_for(CALLS, SECONDS_MAX)
    print(f"{recorder.calls() / (time.monotonic() - started):.0f} calls a second")
    recorder.stop()
    server.end()
    explained(recorder)


FAULTS = {
    "slow MongoDB": lambda cluster: cluster.network["mongodb"].slow(40),
    "MongoDB's answers lost": lambda cluster: cluster.network["mongodb"].half_open(),
    "Redis cut": lambda cluster: cluster.network["redis"].cut(),
    "MongoDB reset": lambda cluster: cluster.network["mongodb"].reset(),
    "Redis silent": lambda cluster: cluster.network["redis"].stall(),
    "MongoDB cut": lambda cluster: cluster.network["mongodb"].cut(),
    "RabbitMQ cut": lambda cluster: cluster.network["rabbitmq"].cut(),
    "Redis emptied": lambda cluster: cluster.backing.redis("FLUSHALL"),
}
FAULT_SECONDS = 1.0


def wait_until_well(cluster: Cluster) -> None:
    deadline = time.monotonic() + RECOVERY_SECONDS_MAX
    for server in cluster.servers:
        while True:
            answer = Client(server.url, checked=False).get("/readyz")
            if answer.status_code == 200 and "degraded" not in answer.text:
                break
            assert time.monotonic() < deadline, f"not ready again: {answer.text}"
            time.sleep(0.05)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path, 2, through_network=True, **SETTINGS)
    open_house(tmp_path, shows=3 * CALLS // CALLS_PER_SHOW)
    for server in cluster.servers:
        fixed_port(server)
        # What the faults provoke: refusals, and words about dependencies that do not answer.
        server.tolerated += ['"status": 503', '"event": "worker_failed"']
    yield cluster.start()
    for server in cluster.servers:
        server.kill()
    cluster.network.close()
    Backing.close_all()


@pytest.mark.skipif(not CLUSTER, reason="the cluster engine")
def test_two_servers_of_a_cluster(cluster: Cluster, tmp_path: Path):
    recorder = histories.Recorder(
        tmp_path, "cluster", plan(cluster.servers, showtimes(cluster.servers[0]))
    )
    started = time.monotonic()
    for number, (name, fault) in enumerate(FAULTS.items()):
        time.sleep(random.uniform(0.8, 1.6))
        with recorder.trouble(name):
            fault(cluster)
            time.sleep(FAULT_SECONDS)
            cluster.network.heal()
            wait_until_well(cluster)
        time.sleep(random.uniform(0.8, 1.6))
        victim = cluster.servers[number % 2]
        with recorder.trouble("kill -9"):
            victim.kill()
            time.sleep(0.1)
            victim.start()
            wait_until_well(cluster)
    recorder.wait_for(CALLS, SECONDS_MAX)
    print(f"{recorder.calls() / (time.monotonic() - started):.0f} calls a second")
    recorder.stop()
    for server in cluster.servers:
        server.end()
    explained(recorder)


@on_one_engine
def test_a_house_with_two_ledgers_is_noticed(tmp_path: Path):
    """The checker can fail: two servers that know nothing of each other sell the same seats."""
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    open_house(one, shows=200)
    first = Server(one, **SETTINGS).start()
    shows, everybody = showtimes(first), histories.users(first.url)
    assert first.stop() == 0
    shutil.copytree(one, two)
    servers = [first.start(), Server(two, **SETTINGS).start()]
    recorder = histories.Recorder(
        tmp_path, "two-ledgers", plan(servers, shows, users=everybody, showsPerTable=2)
    )
    recorder.wait_for(1000, SECONDS_MAX)
    recorder.stop()
    for server in servers:
        server.end()
    rejected(recorder, "was given to", "is not there")


@on_one_engine
def test_a_server_that_forgets_is_noticed(tmp_path: Path):
    """The checker can fail: after a crash the data of a moment ago is back."""
    open_house(tmp_path, shows=200)
    server = fixed_port(Server(tmp_path, **SETTINGS)).start()
    shows = showtimes(server)
    before = tmp_path / "before"
    everybody = histories.users(server.url)
    assert server.stop() == 0
    shutil.copytree(server.data_dir, before)
    server.start()
    recorder = histories.Recorder(
        tmp_path, "forgets", plan([server], shows, users=everybody, showsPerTable=2)
    )
    recorder.wait_for(1000, SECONDS_MAX)
    with recorder.trouble("kill -9"):
        server.kill()
        shutil.rmtree(server.data_dir)
        shutil.copytree(before, server.data_dir)
        server.start()
    recorder.wait_for(1500, SECONDS_MAX)
    recorder.stop()
    server.end()
    rejected(recorder, "404")


def rejected(recorder: histories.Recorder, *words: str) -> None:
    """Some showtime is contradictory, a seat is named, and there is a picture of it."""
    checked = histories.check(recorder.history)
    assert checked.returncode == 1, checked.stdout
    assert "no order explains its answers: " in checked.stdout and "seat" in checked.stdout
    assert any(word in checked.stdout for word in words), checked.stdout
    pages = [line.split(": ", 1)[1] for line in checked.stdout.splitlines() if "picture:" in line]
    assert pages
    for page in map(Path, pages):
        assert "<html" in page.read_text().lower()
        page.unlink()
