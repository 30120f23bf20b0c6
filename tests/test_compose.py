"""What Docker Compose would start, and the images it would build."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from support.nginx import DEPLOY
from support.server import REPOSITORY, run_cinema


def compose_command() -> list[str]:
    """`docker compose`, or the older docker-compose (Debian's package); skips without either."""
    for command in (["docker", "compose"], ["docker-compose"]):
        try:
            done = subprocess.run([*command, "version"], capture_output=True, timeout=30)
        except FileNotFoundError:
            continue
        if done.returncode == 0:
            return command
    pytest.skip("neither `docker compose` nor docker-compose is here to read the compose files")


@pytest.fixture(scope="module")
def compose(tmp_path_factory) -> Callable[..., dict]:
    """The compose files as Compose itself understands them, with nothing of this machine's."""
    command = compose_command()
    no_settings = tmp_path_factory.mktemp("compose") / "none.env"
    no_settings.touch()

    def read(*files: str, **variables: str) -> dict:
        chosen = [part for file in files for part in ("-f", str(REPOSITORY / file))]
        done = subprocess.run(
            [*command, "--env-file", str(no_settings), *chosen, "config"],
            env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")} | variables,
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return yaml.safe_load(done.stdout)

    return read


def published(service: dict) -> list[str]:
    """Its ports as ADDRESS:PORT, however Compose writes them."""
    found = []
    for port in service.get("ports", []):
        if isinstance(port, str):
            found.append(port.split("/")[0].rsplit(":", 1)[0])
        else:
            found.append(f"{port.get('host_ip', '')}:{port['published']}".lstrip(":"))
    return found


class TestCompose:
    ONE_SHOT = {"secrets", "mongo-setup"}
    SECRETS = {"MONGO_URI", "REDIS_ADDR", "RABBITMQ_URL", "JWT_SECRET"}

    def test_the_stack_is_the_briefs(self, compose):
        services = compose("docker-compose.yml")["services"]
        assert set(services) - self.ONE_SHOT == {"nginx", "backend", "mongo", "redis", "rabbitmq"}
        assert services["backend"]["deploy"]["replicas"] == 2
        images = {name: services[name]["image"] for name in ("mongo", "redis", "rabbitmq")}
        assert images == {
            "mongo": "mongo:7", "redis": "redis:7", "rabbitmq": "rabbitmq:3-management"
        }  # fmt: skip

    def test_only_nginx_is_reached_from_outside(self, compose):
        services = compose("docker-compose.yml")["services"]
        doors = {name: published(service) for name, service in services.items()}
        assert {name: ports for name, ports in doors.items() if ports} == {
            "nginx": ["3000"], "rabbitmq": ["127.0.0.1:15672"]
        }  # fmt: skip
        more = compose("docker-compose.yml", "deploy/compose/ports.yml")["services"]
        for name, ports in {name: published(service) for name, service in more.items()}.items():
            extra = set(ports) - set(doors[name])
            assert all(port.startswith("127.0.0.1:") for port in extra), (name, ports)
        assert "127.0.0.1:8080" in published(more["nginx"])
        assert "127.0.0.1:27017" in published(more["mongo"])

    def test_only_nginx_and_the_console_have_a_way_out(self, compose):
        config = compose("docker-compose.yml")
        outside = {name for name, network in config["networks"].items()
                   if not (network or {}).get("internal")}  # fmt: skip
        assert {name for name, service in config["services"].items()
                if set(service.get("networks", {})) & outside} == {"nginx", "rabbitmq"}  # fmt: skip

    def test_services_may_do_little_and_are_looked_after(self, compose):
        for name, service in compose("docker-compose.yml")["services"].items():
            assert service["cap_drop"] == ["ALL"], name
            assert "no-new-privileges:true" in service["security_opt"], name
            assert service["logging"]["options"]["max-size"], name
            if name in self.ONE_SHOT:
                assert service["restart"] == "no", name
                continue
            assert service["restart"] == "unless-stopped", name
            assert service.get("healthcheck") or service.get("build"), name

    def test_no_secret_is_in_the_files_or_the_environment(self, compose):
        for service in compose("docker-compose.yml")["services"].values():
            for variable, value in service.get("environment", {}).items():
                secret = variable.removesuffix("_FILE")
                if "PASS" in secret or secret in self.SECRETS:
                    assert variable != secret and value.startswith("/run/secrets/"), variable

    def test_settings_pass_and_are_settings_of_the_server(self, compose, tmp_path: Path):
        backend = compose("docker-compose.yml", DEMO_LOGIN="false", TIME_ZONE="Europe/Berlin")
        environment = backend["services"]["backend"]["environment"]
        assert (environment["DEMO_LOGIN"], environment["TIME_ZONE"]) == ("false", "Europe/Berlin")
        known = run_cinema("serve", "--help", folder=tmp_path).stdout
        for variable in environment:
            assert "--" + variable.lower().replace("_", "-") in known, variable
        for path in re.findall("^#? ?([A-Z_]+)=", (REPOSITORY / ".env.example").read_text(), re.M):
            used = (REPOSITORY / "docker-compose.yml").read_text()
            assert "${" + path in used, f".env.example names {path}, which nothing reads"

    def test_development_stays_on_this_machine(self, compose):
        services = compose("docker-compose.dev.yml")["services"]
        assert {name: sorted(published(service)) for name, service in services.items()} == {
            "mongo": ["127.0.0.1:27017"], "redis": ["127.0.0.1:6379"],
            "rabbitmq": ["127.0.0.1:15672", "127.0.0.1:5672"],
        }  # fmt: skip


class TestSecrets:
    """deploy/compose/make-secrets.sh, which runs before the stack."""

    FOLDERS = ("kept", "mongo", "redis", "rabbitmq", "backend")

    def made(self, folder: Path) -> dict[str, str]:
        for name in self.FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True)
        script = str(DEPLOY / "compose/make-secrets.sh")
        subprocess.run(["bash", script, str(folder)], check=True, timeout=30)
        return {str(file.relative_to(folder)): file.read_text()
                for file in folder.rglob("*") if file.is_file()}  # fmt: skip

    def test_are_made_once_and_differ(self, tmp_path: Path):
        first, other = self.made(tmp_path / "one"), self.made(tmp_path / "two")
        assert self.made(tmp_path / "one") == first
        assert not [
            name for name in first if name.startswith("kept/") and first[name] == other[name]
        ]
        assert all(len(first[name]) >= 48 for name in first
                   if name.startswith("kept/") and "salt" not in name)  # fmt: skip
        for file in (tmp_path / "one").rglob("*"):
            assert file.is_dir() or not file.stat().st_mode & 0o077, file

    def test_fit_together(self, tmp_path: Path):
        files = self.made(tmp_path)
        assert files["backend/mongo_uri"].startswith(
            f"mongodb://cinema:{files['mongo/app_password']}@mongo:27017/cinema"
        )
        assert files["redis/auth.conf"] == f"requirepass {files['redis/password']}\n"
        assert files["backend/redis_addr"] == f"redis://:{files['redis/password']}@redis:6379"
        users = {user["name"]: user
                 for user in json.loads(files["rabbitmq/definitions.json"])["users"]}  # fmt: skip
        passwords = {
            "cinema": files["backend/rabbitmq_url"].split(":")[2].split("@")[0],
            "admin": files["rabbitmq/console_password"],
        }
        for name, password in passwords.items():
            stored = base64.b64decode(users[name]["password_hash"])
            assert stored[4:] == hashlib.sha256(stored[:4] + password.encode()).digest()
        assert users["cinema"]["tags"] == ""
        assert len(files["backend/jwt_secret"]) >= 32

    def test_nothing_made_passes_for_a_setting_that_is_refused(self, tmp_path: Path):
        """The server reads JWT_SECRET_FILE as it was written."""
        self.made(tmp_path)
        done = run_cinema(
            "migrate", folder=tmp_path,
            settings={"JWT_SECRET_FILE": str(tmp_path / "backend/jwt_secret")},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr


@pytest.mark.skipif(
    os.environ.get("RUN_DOCKER") != "1",
    reason="builds two images, which takes minutes: RUN_DOCKER=1, or ./dev test docker",
)
@pytest.mark.timeout(3600)
def test_the_images_are_built_and_run(tmp_path: Path):
    trial = [sys.executable, str(REPOSITORY / "tools/docker_trial.py"), "--folder", str(tmp_path)]
    done = subprocess.run(trial, capture_output=True, text=True)
    print(done.stdout)
    if done.returncode == 77:
        pytest.skip(done.stdout.strip().splitlines()[-1])
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
