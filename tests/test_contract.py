"""The server against api/openapi.yaml: generated requests, and answers as declared.

SCHEMATHESIS_SECONDS (30) is how long each of the two runs takes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from support.client import Client
from support.contract import CONTRACT_FILE, contract
from support.server import Server

SECONDS = int(os.environ.get("SCHEMATHESIS_SECONDS", "30"))
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "unsupported_method",
    "ignored_auth",
)
NEVER_KEPT = {"/api/site", "/api/admin/audit-logs.csv"}  # GETs without an ETag
EVERYWHERE = {"400", "405", "408", "413", "414", "431", "500", "501", "503", "505"}


def operations() -> list[tuple[str, str, dict]]:
    return [
        (method, path, operation)
        for path, item in contract().document["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    ]


@pytest.fixture(scope="module")
def server(start_server) -> Server:
    server = start_server()
    server.tolerated.append('"status": 501')  # for methods that nobody has heard of
    return server


class TestTheFile:
    def test_it_is_openapi_3_1(self):
        OpenAPIV31SpecValidator(contract().document).validate()

    def test_every_operation_declares_what_can_happen_to_any_request(self):
        for method, path, operation in operations():
            where = f"{method} {path}"
            statuses = operation["responses"].keys()
            assert statuses >= EVERYWHERE, where
            assert operation["operationId"] and operation["tags"] and operation["summary"], where
            assert ("401" in statuses) == (operation.get("security") != [] or "login" in path)
            assert ("403" in statuses) == path.startswith("/api/admin/"), where
            tagged = "ETag" in operation["responses"].get("200", {}).get("headers", {})
            assert ("304" in statuses) == tagged, where
            assert tagged == (method == "get" and path.startswith("/api/")) or path in NEVER_KEPT

    def test_every_example_is_one(self):
        document = contract().document
        for _, _, operation in operations():
            contents = [r.get("content", {}) for r in operation["responses"].values()]
            contents.append(operation.get("requestBody", {}).get("content", {}))
            self.check_examples([media for content in contents for media in content.values()])
        for response in document["components"]["responses"].values():
            self.check_examples(response.get("content", {}).values())
        for name, schema in document["components"]["schemas"].items():
            for example in schema.get("examples", []) + [
                schema[k] for k in schema if k == "example"
            ]:
                contract().validate_component(example, name)

    def check_examples(self, medias) -> None:
        for media in medias:
            examples = [media[key] for key in media if key == "example"]
            examples += [example["value"] for example in media.get("examples", {}).values()]
            for example in examples:
                contract().validate(example, media["schema"])


class TestGeneratedRequests:
    """Schemathesis makes requests that fit the contract and requests that do not."""

    def run(self, server: Server, client: Client, folder: Path, *more: str) -> None:
        st = shutil.which("schemathesis", path=str(Path(sys.executable).parent))
        assert st, "schemathesis is not installed beside this Python"
        done = subprocess.run(
            [
                *[st, "run", str(CONTRACT_FILE), "--url", server.url],
                *["--header", f"Authorization: Bearer {client.token}"],
                *["--checks", ",".join(CHECKS), "--max-time", str(SECONDS)],
                *["--request-timeout", "10", "--generation-database", "none", "--no-color"],
                *["--suppress-health-check", "all", "--warnings", "off", "--continue-on-failure"],
                *more,
            ],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=SECONDS * 3 + 60,
        )
        assert done.returncode == 0, f"{done.stdout[-8000:]}\n{done.stderr[-2000:]}"

    def test_as_a_user(self, server: Server, alice: Client, tmp_path: Path):
        self.run(server, alice, tmp_path, "--exclude-path-regex", "^/api/admin/")

    def test_as_an_admin(self, server: Server, admin: Client, tmp_path: Path):
        self.run(server, admin, tmp_path, "--include-path-regex", "^/api/(admin|bookings)")
