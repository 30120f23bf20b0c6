"""`cinema import` and `cinema export`: the catalogue as a file, all of it or nothing."""

from __future__ import annotations

import copy
import json
import re
import time
from pathlib import Path

import pytest

from support.catalogue import small_catalogue, write_catalogue
from support.client import DEMO_USER, Client, problem_type
from support.server import REPOSITORY, Server, run_cinema

DEMO = REPOSITORY / "catalogue/demo.json"


def export(folder: Path) -> dict:
    done = run_cinema("export", folder=folder)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def import_file(folder: Path, file: Path) -> None:
    done = run_cinema("import", str(file), folder=folder)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Server:
    """A server that shows the small catalogue."""
    folder = tmp_path_factory.mktemp("small")
    import_file(folder, write_catalogue(folder / "catalogue.json", small_catalogue()))
    server = Server(folder, SEED_DEMO="false").start()
    yield server
    assert server.stop() == 0
    assert server.complaints() == []


class TestWhatIsImported:
    def test_it_is_shown_as_written(self, small: Server):
        alice = Client(small.url, DEMO_USER)
        (movie,) = alice.read("/api/movies")
        assert (movie["title"], movie["durationMin"], movie["posterUrl"]) == ("The Queue", 95, "")
        (show,) = alice.showtimes()
        assert (show["auditoriumName"], show["currency"]) == ("The Cellar", "EUR")
        assert show["prices"] == {"standard": 900, "accessible": 700}
        seats = alice.seats(show["id"])
        assert list(seats) == ["A1", "A2", "A3", "B1", "B2"]
        assert seats["B2"]["category"] == "accessible" and seats["B2"]["price"] == 700
        plan = alice.read(f"/api/showtimes/{show['id']}")["plan"]
        assert [seat["column"] for seat in plan["rows"][0]["seats"]] == [0, 1, 3]

    def test_a_showtime_that_has_started_is_over(self, small: Server):
        alice = Client(small.url, DEMO_USER)
        began = small_catalogue()["showtimes"][0]["startTime"]
        (past,) = alice.showtimes(date=began[:10])
        assert past["id"] not in [show["id"] for show in alice.showtimes()]
        assert alice.get(f"/api/showtimes/{past['id']}").status_code == 200
        late = alice.lock(past["id"], ["A1"])
        assert (late.status_code, problem_type(late)) == (409, "showtime-started")
        assert alice.seats(past["id"])["A1"]["state"] == "AVAILABLE"

    def test_an_import_while_serving_is_seen(self, small: Server, tmp_path: Path):
        alice = Client(small.url, DEMO_USER)
        tag = alice.get("/api/movies").headers["ETag"]
        changed = small_catalogue()
        changed["movies"][0]["title"] = "The Queue (Director's Cut)"
        del changed["showtimes"]
        import_file(small.folder, write_catalogue(tmp_path / "changed.json", changed))
        deadline = time.monotonic() + 15
        while alice.read("/api/movies")[0]["title"] != "The Queue (Director's Cut)":
            assert time.monotonic() < deadline, "the running server does not see the import"
            time.sleep(0.2)
        assert alice.get("/api/movies").headers["ETag"] != tag


class TestRoundTrip:
    @pytest.mark.parametrize("file", [DEMO, None], ids=["demo", "small"])
    def test_export_then_import_is_the_same_catalogue(self, tmp_path: Path, file: Path | None):
        first, second = tmp_path / "first", tmp_path / "second"
        first.mkdir()
        second.mkdir()
        import_file(first, file or write_catalogue(tmp_path / "small.json", small_catalogue()))
        exported = export(first)
        import_file(second, write_catalogue(tmp_path / "exported.json", exported))
        assert export(second) == exported
        assert exported["movies"] and exported["auditoriums"] and exported["showtimes"]

    def test_importing_twice_changes_nothing(self, tmp_path: Path):
        file = write_catalogue(tmp_path / "small.json", small_catalogue())
        import_file(tmp_path, file)
        before = export(tmp_path)
        import_file(tmp_path, file)
        assert export(tmp_path) == before

    def test_the_export_has_the_servers_ids(self, small: Server):
        alice = Client(small.url, DEMO_USER)
        exported = export(small.folder)
        assert [m["id"] for m in exported["movies"]] == [m["id"] for m in alice.read("/api/movies")]


def broken(change) -> dict:
    catalogue = copy.deepcopy(small_catalogue())
    change(catalogue)
    return catalogue


class TestMistakes:
    CASES = {
        "movies[0].title": lambda c: c["movies"][0].pop("title"),
        "movies[0].durationMin": lambda c: c["movies"][0].update(durationMin="long"),
        "movies[0].releaseDate": lambda c: c["movies"][0].update(releaseDate="2021-02-30"),
        "movies[0].titel": lambda c: c["movies"][0].update(titel="The Queue"),
        "movies[0].genres[1]": lambda c: c["movies"][0].update(genres=["Comedy", 7]),
        "movies[1].key": lambda c: c["movies"].append(c["movies"][0]),
        "auditoriums[0].rows[1].label": lambda c: c["auditoriums"][0]["rows"][1].update(label="7"),
        "auditoriums[0].rows[0].plan": lambda c: c["auditoriums"][0]["rows"][0].update(plan="sxs"),
        "showtimes[0].movie": lambda c: c["showtimes"][0].update(movie="unheard-of"),
        "showtimes[1].auditorium": lambda c: c["showtimes"][1].update(auditorium="attic"),
        "showtimes[0].startTime": lambda c: c["showtimes"][0].update(startTime="tomorrow"),
        "showtimes[0].prices.standard": lambda c: c["showtimes"][0].update(
            prices={"standard": -1, "accessible": 1}
        ),
        "showtimes[1].prices": lambda c: c["showtimes"][1].update(prices={"standard": 900}),
        "currency": lambda c: c.update(currency="Euro"),
        "format": lambda c: c.update(format="cinema-catalogue/99"),
    }

    @pytest.mark.parametrize("field", CASES)
    def test_a_mistake_is_named_with_its_line(self, tmp_path: Path, field: str):
        file = write_catalogue(tmp_path / "bad.json", broken(self.CASES[field]))
        done = run_cinema("import", str(file), folder=tmp_path)
        assert done.returncode not in (0, -6, -11)
        (named,) = [line for line in done.stderr.splitlines() if field in line][:1] or [None]
        assert named, f"{field} is not in:\n{done.stderr}"
        number = int(re.search(r"(?:line |:)(\d+)", named)[1])
        lines = file.read_text().splitlines()
        word = re.split(r"[.\[]", field.rstrip("]0123456789[") if field.endswith("]") else field)[
            -1
        ]
        near = "\n".join(lines[max(0, number - 15) : number + 15])
        assert 1 <= number <= len(lines) and (word in near or "title" in field)

    def test_all_mistakes_are_named_and_nothing_is_imported(self, tmp_path: Path):
        import_file(tmp_path, write_catalogue(tmp_path / "good.json", small_catalogue()))
        before = export(tmp_path)
        catalogue = small_catalogue()
        catalogue["movies"].append(catalogue["movies"][0] | {"key": "new", "title": "A new film"})
        catalogue["movies"][0]["durationMin"] = 0
        catalogue["showtimes"][1]["auditorium"] = "attic"
        file = write_catalogue(tmp_path / "bad.json", catalogue)
        done = run_cinema("import", str(file), folder=tmp_path)
        assert done.returncode != 0
        assert "movies[0].durationMin" in done.stderr
        assert "showtimes[1].auditorium" in done.stderr
        assert export(tmp_path) == before

    @pytest.mark.parametrize(
        "text, line",
        [
            ("", 1),
            ("{", 1),
            ('{\n "format": "cinema-catalogue/1",\n "movies": [}\n', 3),
            ('{\n "format": "cinema-catalogue/1",\n "movies": [],\n}', 4),
            ('{\n "format": "cinema-catalogue/1"\n}\nand more', 4),
            ("[" * 100_000, 1),
            ('{"format": "\udc80"}', 1),
        ],
    )
    def test_text_that_is_no_json_is_told_by_its_line(self, tmp_path: Path, text: str, line: int):
        file = tmp_path / "bad.json"
        file.write_text(text, errors="surrogateescape")
        done = run_cinema("import", str(file), folder=tmp_path)
        assert done.returncode not in (0, -6, -11)
        assert re.search(rf"(line |:){line}\b", done.stderr), done.stderr

    def test_overlapping_showtimes_are_refused(self, tmp_path: Path):
        catalogue = small_catalogue()
        later = catalogue["showtimes"][1]
        start = later["startTime"]
        moved = start[:14] + f"{(int(start[14:16]) + 30) % 60:02}" + start[16:]
        catalogue["showtimes"].append(later | {"startTime": moved})
        done = run_cinema(
            "import",
            str(write_catalogue(tmp_path / "bad.json", catalogue)),
            folder=tmp_path,
        )
        assert done.returncode != 0 and "showtimes[" in done.stderr, done.stderr

    def test_a_missing_file_is_told(self, tmp_path: Path):
        done = run_cinema("import", str(tmp_path / "nowhere.json"), folder=tmp_path)
        assert done.returncode != 0 and "nowhere.json" in done.stderr
