"""What a rule would reach, before anything is sent: counts, units, people without mail, names, unknown numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from apps.core.clock import now
from apps.core.text import localized
from apps.delivery.enums import WEAK_CHANNELS, Channel
from apps.delivery.services.planning import CONTACT_OF
from apps.notices.audience import Rule
from apps.notices.filters import ALL, UNREACHED
from apps.people.models import Person, Unit

PAGE = 50
Rung = tuple[Channel, ...]


@dataclass(frozen=True)
class Summary:
    """How many people, and how many of them have no mail address that works and is written to now."""

    count: int
    without_mail: int


@dataclass(frozen=True)
class UnitCount:
    name: str
    count: int


@dataclass(frozen=True)
class Named:
    """One of the people, with the code of the reason and the place of the first rung that reaches (None: none does)."""

    person_id: int
    number: str
    name: str
    unit: str
    reason: str
    way: int | None


# The first rung by which a person can be reached: the main address works and is written to now. NULL: by none.
FIRST_WAY = (
    "(SELECT way.place FROM (VALUES {ways}) AS way(place, channel, kind)"
    " JOIN people_contactpoint contact ON contact.kind = way.kind AND contact.person_id = audience.person_id"
    " AND contact.is_primary AND contact.dead_at IS NULL"
    " WHERE NOT EXISTS (SELECT 1 FROM delivery_suppression kept WHERE kept.channel = way.channel"
    " AND lower(kept.address) = lower(contact.value) AND kept.lifted_at IS NULL"
    " AND (kept.until IS NULL OR kept.until > %s)) ORDER BY way.place LIMIT 1)"
)
BY_MAIL: tuple[Rung, ...] = ((Channel.MAIL,),)
SHOWN = {ALL: "true", UNREACHED: "way IS NULL"}
# The main post first, else the oldest: the unit under which a person is counted, so that the units add up to the whole.
MAIN_POST = (
    "LEFT JOIN LATERAL (SELECT post.unit_id FROM people_post post WHERE post.person_id = {person}"
    " AND post.valid_from <= %s AND (post.valid_to IS NULL OR post.valid_to >= %s)"
    " ORDER BY post.is_main DESC, post.id LIMIT 1) main ON true"
)


def first_way(rungs: Sequence[Rung]) -> str:
    """FIRST_WAY for these rungs; it takes the moment as its one value. A browser alone reaches nobody for certain."""
    ways = ", ".join(
        f"({place}, '{channel}', '{CONTACT_OF[channel]}')"
        for place, rung in enumerate(rungs)
        for channel in rung
        if channel not in WEAK_CHANNELS
    )
    return FIRST_WAY.format(ways=ways)


def summary(rule: Rule, on: date, *, at: datetime | None = None) -> Summary:
    """One query."""
    people, params = rule.people(on)
    sql = f"SELECT count(*), count(*) FILTER (WHERE {first_way(BY_MAIL)} IS NULL) FROM ({people}) audience"  # noqa: S608 (constants)
    (row,) = _rows(sql, [at or now(), *params])
    return Summary(*row)


@dataclass(frozen=True)
class FirstWay:
    """How many people a rung of the ladder is the first to reach; `channels` empty: whom no channel reaches."""

    channels: tuple[Channel, ...]
    count: int


def first_ways(rule: Rule, rungs: Sequence[Rung], on: date, *, at: datetime) -> list[FirstWay]:
    """By which rung each person is reached first, and who by none; the counts add up to the whole (one query)."""
    people, params = rule.people(on)
    sql = (
        f"SELECT {first_way(rungs)} AS place, count(*) FROM ({people}) audience"  # noqa: S608 (constants)
        " GROUP BY place ORDER BY place"
    )
    return [FirstWay(() if place is None else rungs[place], count) for place, count in _rows(sql, [at, *params])]


def by_unit(rule: Rule, on: date) -> list[UnitCount]:
    """Counts by the unit of each person's main post, the largest first; they add up to the whole (two queries)."""
    people, params = rule.people(on)
    main = MAIN_POST.format(person="audience.person_id")
    sql = (
        f"SELECT main.unit_id, count(*) FROM ({people}) audience {main}"  # noqa: S608 (constants)
        " GROUP BY main.unit_id ORDER BY count(*) DESC, main.unit_id"
    )
    rows = _rows(sql, [*params, on, on])
    units = Unit.objects.in_bulk([unit for unit, _count in rows if unit])
    return [UnitCount(localized(units[unit].name) if unit else "", count) for unit, count in rows]


def names(
    rule: Rule,
    on: date,
    *,
    show: str = ALL,
    rungs: Sequence[Rung] = BY_MAIL,
    after: int = 0,
    limit: int = PAGE,
    at: datetime | None = None,
) -> list[Named]:
    """One page of the people, in the order of their keys (one query). `show`: ALL, or UNREACHED by any channel."""
    people, params = rule.people(on, after=after)
    main = MAIN_POST.format(person="chosen.person_id")
    sql = (
        "SELECT chosen.person_id, person.number, person.name, unit.name, chosen.reason, chosen.way"  # noqa: S608 (constants)
        f" FROM (SELECT * FROM (SELECT audience.*, {first_way(rungs)} AS way FROM ({people}) audience) every"
        f" WHERE {SHOWN[show]} ORDER BY person_id LIMIT %s) chosen"
        f" JOIN people_person person ON person.id = chosen.person_id"
        f" {main} LEFT JOIN people_unit unit ON unit.id = main.unit_id ORDER BY chosen.person_id"
    )
    rows = _rows(sql, [at or now(), *params, limit, on, on])
    return [Named(key, number, name, _unit_name(unit), *rest) for key, number, name, unit, *rest in rows]


def unknown_numbers(numbers: Iterable[str]) -> set[str]:
    """Those of the (folded) numbers that belong to nobody active here (one query)."""
    wanted = set(numbers)
    found = Person.objects.active().filter(number__in=wanted).values_list("number", flat=True)
    missing = wanted - {number.upper() for number in found}
    if not missing:
        return set()
    rows = _rows("SELECT upper(number) FROM people_person WHERE is_active AND upper(number) = ANY(%s)", [list(missing)])
    return missing - {number for (number,) in rows}


def _unit_name(value: object) -> str:
    """Names are JSON; a bare cursor gives them as text or as a mapping, depending on the driver."""
    return localized(Unit._meta.get_field("name").from_db_value(value, None, connection)) if value else ""


def _rows(sql: str, params: list[object]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
