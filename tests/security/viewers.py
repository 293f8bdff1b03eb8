"""Who opens an address in tests that visit them all: whose the thing is, and the first of the office that may."""

from collections.abc import Iterator

from apps.people.models import Person
from tests.security import matrix
from tests.security.matrix import IN, OWNER, Line
from tests.security.world import Thing, World

OFFICE = ("director", "clerk", "administrator", "leader", "unit_secretary")
NOBODY = "nobody"
# What answers a GET, and is not a page that a person opens.
FILE, PART, DATA = "a file, not a page", "a part that a page fetches", "data for a script"
STEP = "only within a sign-in with a second step; tests/people walks through those"
ELSEWHERE = "sends on; the page stands elsewhere in the portal"
NOT_PAGES = {
    "account_confirm_login_code": ELSEWHERE,
    "account_email": ELSEWHERE,
    "account_logout": ELSEWHERE,
    "account_set_password": ELSEWHERE,
    "delivery:push_worker": "a script",
    "delivery:raw": FILE,
    "delivery:raw_evidence": FILE,
    "delivery:raw_report": FILE,
    "documents:find": PART,
    "documents:ledger": ELSEWHERE,
    "documents:same": PART,
    "documents:senders": PART,
    "dispatch:docx": FILE,
    "dispatch:picture": FILE,
    "documents:picture": FILE,
    "healthz": "words and numbers for load balancers",
    "imports:progress": PART,
    "journal:download": FILE,
    "journal:sheet": FILE,
    "mfa_authenticate": STEP,
    "mfa_login_webauthn": STEP,
    "mfa_reauthenticate": STEP,
    "mfa_reauthenticate_webauthn": STEP,
    "questionnaires:people": DATA,
    "relays:file": FILE,
    "relays:of": "sends on to the unit's page",
    "reports:edition": FILE,
    "reports:pdf": FILE,
    "servicedesk:canned_text": DATA,
    "servicedesk:certificate": FILE,
    "servicedesk:export_service": FILE,
    "servicedesk:list_news": PART,
    "servicedesk:news": PART,
    "servicedesk:preview": PART,
}
SENDS_ON = {
    ("replies:detail", OWNER): "the own answers stand in the form, a page of its own",
    ("dispatch:sign", OWNER): "who is not asked is led to the paper",
    ("dispatch:sign", "director"): "who is not asked yet is led to the paper",
}
MORE = (  # the same page looks quite different for these
    (OWNER, "servicedesk:detail", "filed for the owner"),
    (OWNER, "servicedesk:detail", "request in approval"),
    (OWNER, "servicedesk:detail", "objected"),
    (OWNER, "notices:read", "to fill in"),
    (OWNER, "replies:fill", "to fill in"),
    ("director", "servicedesk:detail", "request in approval"),
    ("director", "servicedesk:detail", "request to seal"),
    ("director", "servicedesk:detail", "timed request"),
    ("director", "servicedesk:detail", "objected"),
    ("director", "replies:totals", "signed collection"),
    ("director", "seals:detail", "hand-over"),
    ("director", "documents:detail", "document to decide"),
    (OWNER, "documents:detail", "document to decide"),
    (OWNER, "documents:detail", "document to read"),
    (OWNER, "documents:detail", "document in the file"),
    ("director", "documents:list", "nothing"),
    ("leader", "dispatch:sign", "outgoing paper"),
    ("director", "relays:line", "report of a unit"),
    ("clerk", "dashboard:home", "nothing"),
    ("clerk", "servicedesk:list", "nothing"),
    ("unit_secretary", "dashboard:home", "nothing"),
    ("unit_secretary", "notices:list", "nothing"),
    ("unit_secretary", "people:list", "nothing"),
    ("leader", "dashboard:home", "nothing"),
    ("administrator", "dashboard:home", "nothing"),
)
FILES = [name for name, reason in NOT_PAGES.items() if reason != PART]


def sides(cell: str) -> list[str]:
    """The sides from which a cell of the written table lets somebody in: the owner, a role, who is not signed in."""
    allowed = {role for role, outcome in matrix.expected(cell).items() if outcome == IN}
    if cell == "all":
        return [OWNER, "director"]
    if NOBODY in allowed:
        return [NOBODY]
    return [OWNER] * (OWNER in allowed) + [role for role in OFFICE if role in allowed][:1]


def person(world: World, side: str, thing: Thing) -> Person | None:
    """Who that is; a thing of nobody is opened by the owner of the others."""
    return (thing.owner or world.owner) if side == OWNER else world.people.get(side)


def ways_in(name: str, method: str) -> list[str]:
    """The sides from which GET or POST of this address is open."""
    line: Line = matrix.table()[name]
    return sides(line.get if method == "GET" else line.post)


def ways(method: str) -> Iterator[tuple[str, str, str]]:
    """Every address on its thing, from each side from which it is open."""
    for name, line in matrix.table().items():
        yield from ((side, name, line.thing) for side in ways_in(name, method))
    if method == "GET":
        yield from MORE


def pages() -> list[tuple[str, str, str]]:
    """Those that a person opens: whose eyes, which address, on which thing."""
    every = (way for way in ways("GET") if way[1] not in NOT_PAGES)
    return [(side, name, thing) for side, name, thing in every if (name, side) not in SENDS_ON]
