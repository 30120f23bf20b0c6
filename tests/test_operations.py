"""What whoever runs a box office needs: settings, backup, migrations."""

from __future__ import annotations

import re
import shutil
import sqlite3
import stat
import subprocess
import threading
import time
from datetime import datetime
from pathlib import Path

import jwt
import pytest
import requests

from support.client import DEMO_ADMIN, DEMO_USER, Client
from support.ledger import check_agreement
from support.server import BINARY, JWT_SECRET, Server, child_environment, run_cinema


def seconds_between(earlier: str, later: str) -> float:
    difference = datetime.fromisoformat(later) - datetime.fromisoformat(earlier)
    return difference.total_seconds()


class TestCommandLine:
    def test_version_and_help(self, tmp_path: Path):
        version = run_cinema("--version", folder=tmp_path)
        assert version.returncode == 0 and re.search(r"\d+\.\d+\.\d+", version.stdout)
        helped = run_cinema("--help", folder=tmp_path)
        assert helped.returncode == 0
        for command in ("serve", "import", "export", "backup", "migrate", "user"):
            assert command in helped.stdout
        served = run_cinema("serve", "--help", folder=tmp_path)
        assert served.returncode == 0
        for setting in ("--listen", "--data-dir", "--lock-ttl-seconds", "--jwt-secret"):
            assert setting in served.stdout
        assert list(tmp_path.iterdir()) == [], "help leaves nothing behind"

    @pytest.mark.parametrize(
        "arguments", [[], ["serv"], ["serve", "--no-such-flag"], ["import"], ["backup"], ["user"]]
    )
    def test_nonsense_is_refused_with_a_hint(self, tmp_path: Path, arguments: list[str]):
        done = run_cinema(*arguments, folder=tmp_path)
        assert done.returncode != 0
        assert "--help" in done.stderr or "Usage" in done.stdout + done.stderr


class TestSettings:
    @pytest.mark.parametrize(
        "name, value",
        [
            ("LISTEN", "nowhere"),
            ("LISTEN", "127.0.0.1:99999"),
            ("LOCK_TTL_SECONDS", "soon"),
            ("LOCK_TTL_SECONDS", "0"),
            ("LOCK_TTL_SECONDS", "-5"),
            ("EXPIRY_INTERVAL_SECONDS", "1.5"),
            ("MAX_SEATS_PER_BOOKING", "many"),
            ("DEMO_LOGIN", "perhaps"),
            ("CINEMA_NAME", "x" * 61),
            ("CINEMA_NAME", "two\nlines"),
            ("TIME_ZONE", "Bangkok"),
            ("TIME_ZONE", "../../../etc/passwd"),
            ("JWT_SECRET", "too-short"),
            ("LOG_LEVEL", "loud"),
            ("ALLOWED_ORIGINS", "tickets.example"),
            ("WEB_ROOT", "/no/such/folder"),
            ("MONGO_URI", "mongo://user:hidden-secret@127.0.0.1"),
        ],
    )
    def test_an_invalid_value_stops_the_start(self, tmp_path: Path, name: str, value: str):
        settings = {"LISTEN": "127.0.0.1:0", "JWT_SECRET": JWT_SECRET} | {name: value}
        done = run_cinema("serve", folder=tmp_path, settings=settings, timeout=20)
        said = done.stdout + done.stderr
        assert done.returncode not in (0, -6, -11) and name in said, said
        if name in ("JWT_SECRET", "MONGO_URI"):
            assert value not in said and "hidden-secret" not in said, "a secret is not repeated"

    def test_all_mistakes_are_told_at_once(self, tmp_path: Path):
        settings = {"LOCK_TTL_SECONDS": "soon", "LOG_LEVEL": "loud", "LISTEN": "127.0.0.1:0"}
        done = run_cinema("serve", folder=tmp_path, settings=settings, timeout=20)
        assert done.returncode != 0
        assert "LOCK_TTL_SECONDS" in done.stderr and "LOG_LEVEL" in done.stderr

    def test_a_busy_port_is_told(self, server: Server, tmp_path: Path):
        done = run_cinema(
            "serve",
            folder=tmp_path,
            settings={"LISTEN": f"127.0.0.1:{server.port}", "JWT_SECRET": JWT_SECRET},
            timeout=20,
        )
        assert done.returncode != 0 and str(server.port) in done.stdout + done.stderr

    @pytest.mark.embedded_only(reason="a cluster has many servers on one box office")
    def test_a_second_server_on_one_data_folder_is_refused_or_right(self, server: Server):
        """Two writers must not both believe that they are alone."""
        done = subprocess.Popen(
            [str(BINARY), "serve"],
            cwd=server.folder,
            env=child_environment(server.settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        try:
            assert done.wait(10) != 0
            assert done.stdout.read().strip(), "it says why"
        finally:
            done.kill()
            done.wait()

    def test_the_env_file_is_read_and_the_environment_wins(self, start_server, tmp_path: Path):
        server = Server(tmp_path, LOCK_TTL_SECONDS=None, MAX_SEATS_PER_BOOKING="2")
        (tmp_path / ".env").write_text(
            "# holds are short here\nLOCK_TTL_SECONDS=77\nMAX_SEATS_PER_BOOKING='5'\n"
        )
        server.start()
        try:
            alice = Client(server.url, DEMO_USER)
            show = alice.showtimes()[-1]["id"]
            hold = alice.lock(show, alice.free_seats(show, 1)).json()
            booking = alice.booking(hold["bookingId"])
            assert 76 <= seconds_between(booking["createdAt"], booking["lockExpiresAt"]) <= 77
            assert alice.lock(show, alice.free_seats(show, 3)).status_code == 422
        finally:
            server.stop()

    def test_an_unknown_name_in_the_env_file_stops_the_start(self, tmp_path: Path):
        (tmp_path / ".env").write_text("LOCK_TTL_SECOND=60\n")
        done = run_cinema("serve", folder=tmp_path, settings={"LISTEN": "127.0.0.1:0"}, timeout=20)
        assert done.returncode != 0 and "LOCK_TTL_SECOND" in done.stderr

    @pytest.mark.embedded_only(reason="the secret of a cluster must be given")
    def test_the_secret_is_made_once_and_kept_private(self, tmp_path: Path):
        server = Server(tmp_path, JWT_SECRET=None).start()
        try:
            token = Client(server.url, DEMO_USER).token
            assert server.stop() == 0
            server.start()
            answer = requests.get(
                server.url + "/api/me", headers={"Authorization": f"Bearer {token}"}, timeout=5
            )
            assert answer.status_code == 200, "a restart logs nobody out"
            for path in server.data_dir.rglob("*"):
                mode = stat.S_IMODE(path.stat().st_mode)
                assert mode & 0o007 == 0, f"{path.name} can be read by everybody: {mode:o}"
        finally:
            server.stop()

    def test_a_secret_from_a_file(self, tmp_path: Path):
        (tmp_path / "key").write_text(JWT_SECRET + "\n")
        server = Server(tmp_path, JWT_SECRET=None, JWT_SECRET_FILE=str(tmp_path / "key")).start()
        try:
            token = Client(server.url, DEMO_USER).token
            jwt.decode(token, JWT_SECRET, algorithms=["HS256"], options={"verify_aud": False})
        finally:
            server.stop()


@pytest.mark.embedded_only(reason="a cluster is backed up with MongoDB's tools")
class TestBackup:
    def test_a_backup_under_load_is_a_box_office(self, start_server, tmp_path: Path):
        server = start_server()
        admin = Client(server.url, DEMO_ADMIN, checked=False)
        stop = threading.Event()
        sold: list[str] = []
        failures: list[BaseException] = []

        def keep_selling(number: int) -> None:
            try:
                client = Client(server.url, f"b{number}@example.org", checked=False)
                for show in client.showtimes()[number::4]:
                    seats = list(client.seats(show["id"]))
                    for i in range(0, len(seats) - 1, 2):
                        if stop.is_set():
                            return
                        sold.append(client.buy(show["id"], seats[i : i + 2]))
            except BaseException as failure:
                failures.append(failure)

        threads = [threading.Thread(target=keep_selling, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        time.sleep(1)
        before = list(sold)
        file = tmp_path / "backup.db"
        done = run_cinema("backup", str(file), folder=server.folder)
        at_end = len(sold)
        time.sleep(0.2)
        stop.set()
        for thread in threads:
            thread.join()
        assert not failures, failures[0]
        assert done.returncode == 0, done.stderr
        assert len(before) > 20 and at_end >= len(before)
        check_agreement(admin)

        # The backup is a data folder's database: a server starts on it.
        database = next(server.data_dir.glob("*.db*")).name.split("-")[0]
        restored = Server(tmp_path / "restored")
        restored.data_dir.mkdir(parents=True)
        shutil.copy(file, restored.data_dir / database)
        restored.start()
        try:
            admin = Client(restored.url, DEMO_ADMIN, checked=False)
            bookings = {b["id"]: b for b in check_agreement(admin)}
            missing = [name for name in before if bookings.get(name, {}).get("status") != "BOOKED"]
            assert not missing, f"{len(missing)} bookings from before the backup are not in it"
        finally:
            assert restored.stop() == 0

    def test_a_backup_does_not_overwrite(self, server: Server, tmp_path: Path):
        file = tmp_path / "precious"
        file.write_text("do not lose me")
        done = run_cinema("backup", str(file), folder=server.folder)
        assert done.returncode != 0 and done.stderr.strip()
        assert file.read_text() == "do not lose me"

    def test_a_backup_of_nothing_fails(self, tmp_path: Path):
        done = run_cinema("backup", str(tmp_path / "b.db"), folder=tmp_path)
        assert done.returncode != 0 and done.stderr.strip()
        assert not (tmp_path / "b.db").exists()


class TestMigrations:
    def test_migrate_is_repeatable(self, tmp_path: Path):
        for _ in range(2):
            done = run_cinema("migrate", folder=tmp_path)
            assert done.returncode == 0, done.stderr

    @pytest.mark.embedded_only(reason="the version is a number in the file")
    def test_a_newer_database_is_refused(self, tmp_path: Path):
        assert run_cinema("migrate", folder=tmp_path).returncode == 0
        database = next((tmp_path / "data").glob("*.db"))
        with sqlite3.connect(database) as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            assert version >= 1
            connection.execute("PRAGMA user_version = 9999")
        connection.close()
        for command in (["migrate"], ["serve"], ["export"]):
            done = run_cinema(
                *command, folder=tmp_path, settings={"LISTEN": "127.0.0.1:0"}, timeout=20
            )
            said = done.stdout + done.stderr
            assert done.returncode != 0 and "newer" in said, said

    @pytest.mark.embedded_only(reason="there is a file")
    def test_a_file_that_is_no_database_is_refused(self, tmp_path: Path):
        assert run_cinema("migrate", folder=tmp_path).returncode == 0
        database = next((tmp_path / "data").glob("*.db"))
        for leftover in (tmp_path / "data").glob("*.db-*"):
            leftover.unlink()
        database.write_bytes(b"this is not a database, it is a letter" * 500)
        done = run_cinema("serve", folder=tmp_path, settings={"LISTEN": "127.0.0.1:0"}, timeout=20)
        assert done.returncode not in (0, -6, -11), done
