"""api/openapi.yaml as a checker: is this answer one that the contract declares?

The checks are stricter than the contract's words for clients: a member that the contract does not
name is a mistake here, because the web app's types are made from the same file.
"""

from __future__ import annotations

import copy
import json
import re
from functools import cache

import requests
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from support.server import REPOSITORY

CONTRACT_FILE = REPOSITORY / "api/openapi.yaml"
BASE = "urn:contract"


def _closed(document: dict) -> dict:
    """The document with every object schema closed to members that it does not name.

    A schema that others extend by allOf stays open there, through a copy with the suffix `Open`;
    so does what that one extends.
    """
    document = copy.deepcopy(document)
    schemas = document["components"]["schemas"]
    for name, schema in list(schemas.items()):
        schemas[name + "Open"] = copy.deepcopy(schema)
    for name, schema in schemas.items():
        for part in schema.get("allOf", []):
            if "$ref" in part:
                part["$ref"] += "Open"
        if name.endswith("Open"):
            continue
        is_object = schema.get("type") == "object" and "properties" in schema
        if (is_object or "allOf" in schema) and "additionalProperties" not in schema:
            schema["unevaluatedProperties"] = False
    return document


class Contract:
    def __init__(self, document: dict):
        self.document = document
        self._closed = _closed(document)
        self._validators: dict[str, Draft202012Validator] = {}
        self._paths = [
            (re.compile("^" + re.sub(r"\{\w+\}", "[^/]+", path) + "$"), path)
            # Fixed paths first: /api/openapi.yaml is not an id of anything.
            for path in sorted(document["paths"], key=lambda path: "{" in path)
        ]

    def path_pattern(self, path: str) -> str | None:
        path = path.split("?")[0]
        return next((name for regex, name in self._paths if regex.match(path)), None)

    def operation(self, method: str, path: str) -> dict:
        pattern = self.path_pattern(path)
        assert pattern, f"the contract has no path like {path}"
        operation = self._closed["paths"][pattern].get(method.lower())
        assert operation, f"the contract has no {method} {pattern}"
        return operation

    def validate(self, value: object, schema: dict) -> None:
        """`schema` may refer to the contract's components."""
        errors = sorted(self._validator(json.dumps(schema)).iter_errors(value), key=str)
        assert not errors, "\n".join(
            f"{error.json_path}: {error.message[:300]}" for error in errors[:10]
        )

    def validate_component(self, value: object, name: str) -> None:
        self.validate(value, {"$ref": f"#/components/schemas/{name}"})

    def _validator(self, schema_text: str) -> Draft202012Validator:
        if schema_text not in self._validators:
            root = self._closed | json.loads(schema_text) | {"$id": BASE}
            self._validators[schema_text] = Draft202012Validator(
                root, format_checker=FormatChecker()
            )
        return self._validators[schema_text]

    def check(self, response: requests.Response) -> requests.Response:
        """Raises AssertionError unless the contract declares exactly this kind of answer."""
        method, path = response.request.method, response.request.path_url
        where = f"{method} {path} → {response.status_code}"
        declared = self.operation(method, path)["responses"].get(str(response.status_code))
        assert declared, f"{where}: this status is not declared. Body: {response.text[:300]}"
        declared = self._resolve(declared)
        self._check_headers(response, declared.get("headers", {}), where)

        content = declared.get("content")
        if not content:
            assert response.content == b"", f"{where}: has a body and should have none"
            return response
        media_type = response.headers.get("Content-Type", "").split(";")[0].strip()
        assert media_type in content, f"{where}: undeclared content type {media_type!r}"
        if media_type.endswith("json"):
            try:
                self.validate(response.json(), content[media_type]["schema"])
            except AssertionError as error:
                raise AssertionError(f"{where}:\n{error}\n{response.text[:500]}") from None
        if media_type == "application/problem+json":
            problem = response.json()
            assert problem["status"] == response.status_code, where
            assert problem["requestId"] == response.headers["X-Request-Id"], where
        return response

    def _check_headers(self, response: requests.Response, headers: dict, where: str) -> None:
        for name, header in headers.items():
            header = self._resolve(header)
            value = response.headers.get(name)
            if value is None:
                assert not header.get("required"), f"{where}: the header {name} is missing"
                continue
            typed = int(value) if header["schema"]["type"] == "integer" else value
            try:
                self.validate(typed, header["schema"])
            except AssertionError as error:
                raise AssertionError(f"{where}: header {name}: {error}") from None

    def _resolve(self, node: dict) -> dict:
        while "$ref" in node:
            target: dict = self._closed
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            node = target
        return node


@cache
def contract() -> Contract:
    return Contract(yaml.safe_load(CONTRACT_FILE.read_text()))
