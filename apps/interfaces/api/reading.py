"""Bodies are read strictly: what the database cannot hold is refused here, not found out there."""

import json
from typing import NoReturn

from django.http import HttpRequest
from ninja.parser import Parser

MOST_DEPTH = 12


class StrictParser(Parser):
    """JSON without NUL characters, lone surrogates, endless numbers and deep nesting (the caller gets 400)."""

    def parse_body(self, request: HttpRequest) -> dict[str, object]:
        try:
            data = json.loads(request.body, parse_constant=refuse_constant)
        except RecursionError as error:
            raise ValueError("too deep") from error
        check(data)
        return data


def refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def check(value: object, depth: int = 0) -> None:
    """Raises ValueError."""
    if depth > MOST_DEPTH:
        raise ValueError("too deep")
    if isinstance(value, dict):
        for key, inner in value.items():
            check(key, depth)
            check(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            check(inner, depth + 1)
    elif isinstance(value, str) and not is_whole(value):
        raise ValueError("a character that cannot be kept")
    elif isinstance(value, float) and value in (float("inf"), float("-inf")):
        raise ValueError("a number that cannot be kept")


def is_whole(text: str) -> bool:
    """Text that PostgreSQL can hold."""
    return "\x00" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)
