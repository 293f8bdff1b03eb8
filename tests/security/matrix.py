"""The written table of permissions (docs/permissions.md), read, and what really happens, told in the same words.

A cell names who is let in, then who is refused with 403; the rest get 404 or 403 as it says:

    –                   the address has no such verb: 405
    public              also who is not signed in
    all                 everybody signed in
    absent, refused     404 or 403 for everybody: switched off, or not there without its secret
    begun               works within a sign-in begun elsewhere; all others are sent to the sign-in page
    own C D; 403 L A; 404
                        whose the thing is, clerks, the director; leaders and administrators may only look; others: none
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse

from tests.security.world import Thing, World, undone

TABLE = Path(__file__).resolve().parents[2] / "docs/permissions.md"
LETTERS = {
    "S": "student",
    "T": "staff",
    "U": "unit_secretary",
    "H": "unit_head",
    "C": "clerk",
    "D": "director",
    "L": "leader",
    "A": "administrator",
}
IN, SIGN_IN, FORBIDDEN, ABSENT, NO_VERB, BROKEN = "in", "sign in", "403", "404", "405", "500"
OWNER = "own"
SAMPLE = ("student", "administrator")  # enough where roles make no difference
LINE = re.compile(r"^\| `([^`]+)` \|([^|]*)\|([^|]*)\|([^|]*)\|([^|]*)\|$", re.MULTILINE)


@dataclass(frozen=True)
class Line:
    """One address: on which thing it is tried, and who may GET and POST it."""

    name: str
    thing: str
    get: str
    post: str
    why: str


@cache
def table() -> dict[str, Line]:
    """Every line of the written table, by the name of its address."""
    lines = [Line(*(cell.strip() for cell in found)) for found in LINE.findall(TABLE.read_text())]
    assert len({line.name for line in lines}) == len(lines), "an address stands twice in the table"
    return {line.name: line for line in lines}


def expected(cell: str) -> dict[str, str]:
    """What a cell promises to each role, and to the thing's owner where it names one."""
    if cell == "–":
        return dict.fromkeys(SAMPLE, NO_VERB)
    if cell in ("absent", "refused"):
        return dict.fromkeys((*SAMPLE, "nobody"), ABSENT if cell == "absent" else FORBIDDEN)
    if cell == "begun":
        return dict.fromkeys((*SAMPLE, "nobody"), SIGN_IN)
    if cell in ("public", "all"):
        return dict.fromkeys(SAMPLE, IN) | {"nobody": SIGN_IN if cell == "all" else IN}
    allowed, *refused = [part.strip() for part in cell.split(";")]
    rest = refused.pop() if refused and " " not in refused[-1] else ABSENT
    found = {"nobody": SIGN_IN} | dict.fromkeys(LETTERS.values(), rest)
    found |= {who(letter): IN for letter in allowed.split() if letter != "nobody"}
    for part in refused:
        outcome, *letters = part.split()
        found |= {who(letter): outcome for letter in letters}
    return found


def who(letter: str) -> str:
    return OWNER if letter == OWNER else LETTERS[letter]


def outcome(response: HttpResponse) -> str:
    """One word for an answer. Whatever reaches the page itself (also a form with mistakes) counts as let in."""
    code = response.status_code
    if code >= 500 and code != 503:  # /healthz says 503 when a worker is missing, as in tests
        return BROKEN
    if code in (403, 404, 405):
        return str(code)
    to = response.get("Location", "")
    return SIGN_IN if to.startswith((reverse("account_login"), "/admin/login/")) else IN


def address(name: str, parameters: dict[str, object]) -> str:
    """The path of `name`, its parameters filled from `parameters`."""
    resolver = get_resolver()
    *namespaces, last = name.split(":")
    for namespace in namespaces:
        _, resolver = resolver.namespace_dict[namespace]
    wanted = resolver.reverse_dict.getlist(last)[0][0][0][1]
    named = {key: parameters.get(key, "1") for key in wanted if not key.startswith("_")}
    return reverse(name, kwargs=named) if named else reverse(name, args=["1"] * len(wanted))


def answer(client: Client, method: str, name: str, thing: Thing) -> HttpResponse:
    """Ask, and leave everything as it was."""
    path = address(name, thing.parameters)
    with undone():
        return client.get(path) if method == "GET" else client.post(path, thing.form)


def happens(world: World, line: Line, method: str, roles: Iterable[str]) -> dict[str, str]:
    """What each of `roles` gets from the address, on another person's thing (the owner: on the own one)."""
    thing = world.things[line.thing]
    found = {}
    for role in roles:
        client = world.client(thing.owner if role == OWNER else role)
        found[role] = outcome(answer(client, method, line.name, thing))
    return found
