"""What every bench gets: where things are, how long to measure, and how to tell about progress."""

import sys
from dataclasses import dataclass
from pathlib import Path

from .catalogue import write_catalogue
from .client import Client
from .drivers import Drivers
from .server import Servers


@dataclass
class Context:
    drivers: Drivers
    servers: Servers
    work_dir: Path
    quick: bool

    def rounds(self, full: int, quick: int = 2) -> int:
        return quick if self.quick else full

    def seconds(self, full: float, quick: float) -> float:
        return quick if self.quick else full

    def say(self, bench: str, text: str) -> None:
        print(f"  {bench}: {text}", file=sys.stderr, flush=True)

    def write(self, name: str, content: bytes | str) -> Path:
        path = self.work_dir / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def folder_with_showtimes(self, name: str, showtimes: int,
                              settings: dict[str, str] | None = None) -> Path:
        """A data folder into which a catalogue of that many showtimes is imported; with settings
        that say so, it goes into a cluster's database instead."""
        folder = self.servers.fresh_folder(name)
        catalogue = self.work_dir / "catalogue.json"
        write_catalogue(catalogue, showtimes)
        self.servers.command(folder, "import", str(catalogue), settings=settings)
        return folder

    def tokens(self, client: Client, users: int) -> Path:
        """A file with the tokens of that many different users."""
        tokens = [client.login(f"bench-{i}@example.com") for i in range(users)]
        return self.write(f"tokens-{client.port}", "\n".join(tokens))

    def showtimes_and_seats(self, client: Client, seats_from: int = 0) -> tuple[Path, Path, int]:
        """Files with all showtimes' ids and with the seats they share, from seat number
        `seats_from` on; and how many holds of one seat they allow."""
        showtimes = [show["id"] for show in client.all_pages("/api/showtimes?limit=500")]
        plan = client.json("GET", f"/api/showtimes/{showtimes[0]}/seats")
        seats = [seat["seatCode"] for seat in plan[seats_from:]]
        return (self.write(f"showtimes-{client.port}", "\n".join(showtimes)),
                self.write(f"seats-{client.port}", "\n".join(seats)), len(showtimes) * len(seats))
