"""How many people each line of a rule brings in and each exception takes out, and how many more than one of them."""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from apps.notices.audience import Part, Rule, Sql
from apps.notices.reasons import reason_texts

# One row for each set of parts and exceptions that some person falls under: (parts, exceptions, how many people).
COUNTS = """
WITH found AS (SELECT id, array_agg(DISTINCT place) AS places FROM ({parts}) AS part(id, place) GROUP BY id),
     left_out AS (SELECT id, array_agg(DISTINCT place) AS places FROM ({exceptions}) AS part(id, place) GROUP BY id)
SELECT found.places, coalesce(left_out.places, '{{}}'), count(*)
FROM found JOIN people_person person ON person.id = found.id AND person.is_active
LEFT JOIN left_out ON left_out.id = found.id
GROUP BY found.places, left_out.places
"""


@dataclass(frozen=True)
class PartCount:
    """`alone`: how many of the `count` people only this line brings in, or takes out."""

    words: str
    count: int
    alone: int


@dataclass(frozen=True)
class Counts:
    """`found` − `taken_out` = whom the notice is for. `shared`: whom more than one line brings in, or takes out."""

    parts: list[PartCount]
    exceptions: list[PartCount]
    found: int
    found_shared: int
    taken_out: int
    taken_out_shared: int

    @property
    def left(self) -> int:
        return self.found - self.taken_out


def counts_of(rule: Rule, on: date) -> Counts:
    """As posts and groups are `on` that day (one query, two more for the words)."""
    parts, exceptions = rule.parts(on), rule.exceptions(on)
    rows = _rows(parts, exceptions)
    out = [(places, count) for _found, places, count in rows if places]
    taken = [(places, count) for places, _out, count in rows]
    words = reason_texts(part.reason for part in (*parts, *exceptions))
    return Counts(
        [_count(place, words[part.reason], taken) for place, part in enumerate(parts)],
        [_count(place, words[part.reason], out) for place, part in enumerate(exceptions)],
        sum(count for _places, count in taken),
        sum(count for places, count in taken if len(places) > 1),
        sum(count for _places, count in out),
        sum(count for places, count in out if len(places) > 1),
    )


def _count(place: int, words: str, rows: list[tuple[list[int], int]]) -> PartCount:
    mine = [(places, count) for places, count in rows if place in places]
    return PartCount(
        words, sum(count for _places, count in mine), sum(count for places, count in mine if len(places) == 1)
    )


def _rows(parts: list[Part], exceptions: list[Part]) -> list[tuple[list[int], list[int], int]]:
    taken, first = _union(parts)
    out, second = _union(exceptions)
    with connection.cursor() as cursor:
        cursor.execute(COUNTS.format(parts=taken, exceptions=out), [*first, *second])
        return cursor.fetchall()


def _union(parts: list[Part]) -> Sql:
    selects = [f"SELECT {part.key}, {place} {part.body}" for place, part in enumerate(parts)]
    params = [value for part in parts for value in part.params]
    return " UNION ALL ".join(selects) or "SELECT NULL::bigint, 0 WHERE false", params
