"""A saved view's filter as checked JSON, and what it does to the list.

{"v": 1, "where": [["state", "in", ["submitted"]], ["due", "within", 2]], "sort": "due"}

Every word of it stands in the tables of view_fields.py: nothing that comes from outside reaches the ORM as a name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from apps.people.models import Person
from apps.servicedesk.search import search_requests
from apps.servicedesk.view_fields import FIELDS, SORTS, BadFilter, Reader, Sort

VERSION = 1
DEFAULT_SORT = "due"
Clause = tuple[str, str, object]


@dataclass(frozen=True)
class ViewFilter:
    """Which requests, in which order. Each field stands at most once; all must hold."""

    where: tuple[Clause, ...] = ()
    sort: str = DEFAULT_SORT

    @classmethod
    def from_json(cls, found: object) -> ViewFilter:
        """What was kept, checked again. Raises BadFilter."""
        if not isinstance(found, Mapping) or set(found) != {"v", "where", "sort"} or found["v"] != VERSION:
            raise BadFilter("not a filter of this version")
        where, sort = found["where"], found["sort"]
        if not isinstance(where, Sequence) or isinstance(where, str) or len(where) > len(FIELDS):
            raise BadFilter("conditions")
        if not isinstance(sort, str) or sort not in SORTS:
            raise BadFilter("order")
        clauses = tuple(read_clause(each) for each in where)
        if len({field for field, _operator, _value in clauses}) < len(clauses):
            raise BadFilter("a field stands twice")
        return cls(clauses, sort)

    def as_json(self) -> dict[str, object]:
        return {"v": VERSION, "where": [list(clause) for clause in self.where], "sort": self.sort}

    @property
    def order(self) -> Sort:
        return SORTS[self.sort]

    @property
    def words(self) -> str:
        return next((str(value) for field, _operator, value in self.where if field == "words"), "")

    @property
    def is_counted(self) -> bool:
        """Open requests are few however many are kept; the others, and words, are not counted on each page."""
        return self.order.open_only and not self.words

    def value_of(self, field: str) -> tuple[str, object] | None:
        """(operator, value) of a field, for the form."""
        return next(((operator, value) for code, operator, value in self.where if code == field), None)

    def narrow(self, rows: QuerySet, user: Person, at: datetime) -> QuerySet:
        """The rows of `rows` that fit for this reader."""
        reader, found = Reader(user, at), self.order.rows
        for field, operator, value in self.where:
            if field != "words":
                found &= FIELDS[field].operators[operator](value, reader)
        rows = rows.filter(found)
        return search_requests(rows, user, self.words) if self.words else rows


def read_clause(found: object) -> Clause:
    """Field, operator and value, each from the table. Raises BadFilter."""
    if not isinstance(found, Sequence) or isinstance(found, str) or len(found) != 3:
        raise BadFilter("condition")
    field, operator, value = found
    if not isinstance(field, str) or field not in FIELDS:
        raise BadFilter("field")
    if not isinstance(operator, str) or operator not in FIELDS[field].operators:
        raise BadFilter("operator")
    return field, operator, FIELDS[field].check(value)
