"""A house moves from the embedded engine to the cluster: cinema export --all, cinema import."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from support.client import DEMO_ADMIN, DEMO_USER, Client
from support.server import Server, run_cinema

NO_CLUSTER = {"MONGO_URI": None, "REDIS_ADDR": None, "RABBITMQ_URL": None}


def test_a_house_moves_with_its_bookings(
    tmp_path: Path, start_server: Callable[..., Server]
) -> None:
    # A house on the embedded engine, with a sale, a live hold and one that was cancelled.
    old_folder = tmp_path / "old"
    old_folder.mkdir()
    old = Server(old_folder, **NO_CLUSTER)
    old.start()
    try:
        alice = Client(old.url, DEMO_USER)
        showtime = alice.get("/api/showtimes", limit=1).json()[0]["id"]
        seats = [seat["seatCode"] for seat in alice.get(f"/api/showtimes/{showtime}/seats").json()]
        sold, live, ended = (
            alice.post(f"/api/showtimes/{showtime}/seats/lock", {"seats": wanted}).json()["bookingId"]
            for wanted in (seats[:2], seats[2:3], seats[3:4])
        )
        for step in ("pay", "confirm"):
            assert alice.post(f"/api/bookings/{sold}/{step}").status_code == 200
        assert alice.post(f"/api/bookings/{ended}/cancel").status_code == 200
        before = {id: alice.get(f"/api/bookings/{id}").json() for id in (sold, live, ended)}
        taken = alice.get(f"/api/showtimes/{showtime}/seats").json()
    finally:
        assert old.stop() == 0

    archive = tmp_path / "house.jsonl"
    exported = run_cinema("export", "--all", str(archive), folder=old_folder, settings=NO_CLUSTER)
    assert exported.returncode == 0, exported.stderr
    assert archive.stat().st_mode & 0o077 == 0, "an archive holds password hashes"

    # A cluster that has nothing yet.
    new = start_server(SEED_DEMO="false")
    imported = run_cinema("import", str(archive), folder=new.folder)
    assert imported.returncode == 0, imported.stderr
    assert "Imported the whole house" in imported.stdout
    again = run_cinema("import", str(archive), folder=new.folder)
    assert again.returncode == 1
    assert "not empty" in again.stderr

    new.stop()
    new.start()
    alice = Client(new.url, DEMO_USER)
    for id, told in before.items():
        assert alice.get(f"/api/bookings/{id}").json() == told
    assert alice.get(f"/api/showtimes/{showtime}/seats").json() == taken
    # Everybody goes on where they were, and the trail is whole.
    for step in ("pay", "confirm"):
        assert alice.post(f"/api/bookings/{live}/{step}").status_code == 200
    admin = Client(new.url, DEMO_ADMIN)
    trail = admin.get("/api/admin/audit-logs", booking_id=sold).json()
    assert [entry["eventType"] for entry in trail] == [
        "BookingConfirmed", "PaymentSucceeded", "BookingLocked",
    ]
