"""The document of the API: what every operation may answer, said once and written at each."""

from collections.abc import Iterator, Mapping
from typing import Any

from apps.interfaces.api.problems import MEDIA_TYPE, TITLES

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "description": "The kind of problem, for programs."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "Words for people, in the language of Accept-Language."},
        "instance": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
ALWAYS = (400, 401, 403, 404, 405, 422, 429)
WITH_BODY = (409, 413, 415)
VERSIONED = (412, 428)
TEXT = {"type": "string"}
HEADERS = {
    "RateLimit-Policy": {"description": "How many calls a minute the token may make.", "schema": TEXT},
    "RateLimit": {"description": "How many are left, and for how many seconds.", "schema": TEXT},
}
LANGUAGE = {
    "name": "Accept-Language",
    "in": "header",
    "schema": TEXT,
    "required": False,
    "description": "zh-Hant, zh-Hans or en; without it the language of the token's owner.",
}
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "pattern": "^[!#-~]{8,120}$"},
    "description": "A new one for each thing that is to happen; the same call with the same key happens once.",
}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
    "description": "The ETag of what was read; 412 when somebody changed it since.",
}
NEEDS_VERSION = ("change_answers", "correct_request")
NO_KEY = ("upload_file", "check_certificate")
BINARY = ("download_file", "read_paper")


def documented(schema: dict[str, Any]) -> dict[str, Any]:
    """The document with problems, headers, scopes and the one way to sign in."""
    parts = schema.setdefault("components", {})
    parts.setdefault("schemas", {})["Problem"] = PROBLEM
    parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer", "description": "A token of the portal."}}
    for _path, method, operation in operations(schema):
        describe(method, operation)
    return schema


def operations(schema: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def describe(method: str, operation: dict[str, Any]) -> None:
    name = operation["operationId"]
    operation["security"] = [{"token": []}]
    operation.setdefault("parameters", []).append(LANGUAGE)
    moves = method in ("post", "put") and name not in NO_KEY
    if moves:
        operation["parameters"].append(KEY)
    if moves and not name.startswith(("create_", "write_")):
        operation["parameters"].append(IF_MATCH | {"required": name in NEEDS_VERSION})
    for answer in operation["responses"].values():
        answer["headers"] = HEADERS
    if name in BINARY:
        operation["responses"][200]["content"] = {"*/*": {"schema": {"type": "string", "format": "binary"}}}
    statuses = ALWAYS + ((*WITH_BODY, *VERSIONED) if method != "get" else ())
    for status in statuses:
        operation["responses"].setdefault(status, problem(status))


def problem(status: int) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": str(TITLES[status]), "content": content}
