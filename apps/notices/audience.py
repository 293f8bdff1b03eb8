"""Whom a notice is for: a rule, resolved wholly in SQL to (person, reason), one reason for each person.

No recipient is ever an object in memory: the same SELECT feeds the preview's counts and the INSERT of the fan-out.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

ANYWHERE = "post"
UNIT_ALONE = "unit"
UNIT_AND_BELOW = "below"
GROUP = "group"
LISTED = "listed"
FROM_LIST = "list"
HAD = "had"  # a line that was lost and put back by what the outbox knows: the reason is gone
LONGEST_NAME = 100  # of a file: its name stands in the reason that is kept with each person
Sql = tuple[str, list[object]]


def fold_number(text: str) -> str:
    """How numbers are compared: full-width forms folded, upper case, no spaces at the ends."""
    return unicodedata.normalize("NFKC", text).strip().upper()


@dataclass(frozen=True)
class Part:
    """One part of a rule: the column with the person's key, the SQL from FROM to WHERE, its values, the reason kept."""

    key: str
    body: str
    params: list[object]
    reason: str


@dataclass(frozen=True)
class Line:
    """Who holds a post: in a unit (None: anywhere), with or without what lies below it, in some roles (none: any).

    `years`: only in classes whose students entered in one of these years (none: any).
    """

    unit: int | None = None
    below: bool = True
    roles: tuple[str, ...] = ()
    years: tuple[int, ...] = ()

    @property
    def reason(self) -> str:
        """The code kept with each person this line took, e.g. `below:12:staff,clerk`."""
        kind = ANYWHERE if self.unit is None else UNIT_AND_BELOW if self.below else UNIT_ALONE
        code = f"{kind}:{self.unit or ''}:{','.join(self.roles)}"
        return f"{code}:{','.join(map(str, self.years))}" if self.years else code

    def as_json(self) -> dict[str, object]:
        return {"unit": self.unit, "below": self.below, "roles": list(self.roles), "years": list(self.years)}

    def part(self, on: date) -> Part:
        body = "FROM people_post post WHERE post.valid_from <= %s AND (post.valid_to IS NULL OR post.valid_to >= %s)"
        params: list[object] = [on, on]
        if self.unit is not None and self.below:
            body += (
                " AND post.unit_id IN (SELECT below.id FROM people_unit top"
                " JOIN people_unit below ON below.path LIKE top.path || '%%' WHERE top.id = %s)"
            )
            params.append(self.unit)
        elif self.unit is not None:
            body += " AND post.unit_id = %s"
            params.append(self.unit)
        if self.roles:
            body += " AND post.role = ANY(%s)"
            params.append(list(self.roles))
        if self.years:
            body += " AND post.unit_id IN (SELECT class.id FROM people_unit class WHERE class.entry_year = ANY(%s))"
            params.append(list(self.years))
        return Part("post.person_id", body, params, self.reason)


@dataclass(frozen=True)
class NumberFile:
    """The numbers of a file, with what the file was called, on which day it was read, and its SHA-256. Not the file."""

    name: str
    day: str
    sha256: str
    numbers: tuple[str, ...]

    @classmethod
    def from_json(cls, value: Mapping[str, object]) -> "NumberFile":
        return cls(value["name"], value["day"], value["sha256"], tuple(value["numbers"]))

    def as_json(self) -> dict[str, object]:
        return {"name": self.name, "day": self.day, "sha256": self.sha256, "numbers": list(self.numbers)}

    @property
    def reason(self) -> str:
        """The code kept with each person whom it took: `list:2026-11-26:名單.xlsx`."""
        return f"{FROM_LIST}:{self.day}:{self.name[:LONGEST_NAME]}"


@dataclass(frozen=True)
class Rule:
    """Lines, groups and listed people, minus the exceptions. Kept as JSON with the notice (`as_json`).

    `but_lines`, `but_groups`, `excluded`: who is left out, whatever else took them. One post that fits is enough, also
    a second one: who must not get it (the teachers of a department, say) must not get it through another post either.
    """

    lines: tuple[Line, ...] = ()
    groups: tuple[int, ...] = ()
    numbers: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    but_lines: tuple[Line, ...] = ()
    but_groups: tuple[int, ...] = ()
    files: tuple[NumberFile, ...] = ()

    @classmethod
    def from_json(cls, value: Mapping[str, object]) -> "Rule":
        plain = (tuple(value.get(name, ())) for name in ("groups", "numbers", "excluded"))
        return cls(
            _lines_from(value.get("lines", ())),
            *plain,
            but_lines=_lines_from(value.get("but_lines", ())),
            but_groups=tuple(value.get("but_groups", ())),
            files=tuple(NumberFile.from_json(each) for each in value.get("files", ())),
        )

    def as_json(self) -> dict[str, object]:
        return {
            "lines": [line.as_json() for line in self.lines],
            "groups": list(self.groups),
            "numbers": list(self.numbers),
            "excluded": list(self.excluded),
            "but_lines": [line.as_json() for line in self.but_lines],
            "but_groups": list(self.but_groups),
            "files": [each.as_json() for each in self.files],
        }

    @property
    def is_empty(self) -> bool:
        return not (self.lines or self.groups or self.numbers or self.files)

    def people(self, on: date, *, after: int | None = None, upto: int | None = None) -> Sql:
        """SELECT person_id, reason, one row a person in the order of keys; posts and groups as they are `on` that day.

        `after` and `upto` cut out a range of person keys inside every part, so that a chunk costs what it holds.
        The first part of the rule that takes a person gives the reason.
        """
        selects, params = [], []
        for place, part in enumerate(self.parts(on)):
            bounds, limits = _bounds(part.key, after, upto)
            selects.append(f"(SELECT {part.key}, %s::text, {place} {part.body}{bounds})")
            params += [part.reason, *part.params, *limits]
        found = " UNION ALL ".join(selects) or "SELECT NULL::bigint, NULL::text, 0 WHERE false"
        # The range once more: without it the planner reads all people for every chunk.
        where, limits = _bounds("person.id", after, upto)
        if self.excluded:
            where, limits = f"{where} AND upper(person.number) <> ALL(%s)", [*limits, list(self.excluded)]
        for part in self._left_out_by_rule(on):
            where += f" AND NOT EXISTS (SELECT 1 {part.body} AND {part.key} = person.id)"
            limits = [*limits, *part.params]
        sql = (
            "SELECT DISTINCT ON (found.person_id) found.person_id, found.reason"  # noqa: S608 (constants)
            f" FROM ({found}) AS found(person_id, reason, place)"
            f" JOIN people_person person ON person.id = found.person_id WHERE person.is_active{where}"
            " ORDER BY found.person_id, found.place"
        )
        return sql, [*params, *limits]

    def parts(self, on: date) -> list[Part]:
        """Who is taken, in the order in which a reason is looked for."""
        parts = [line.part(on) for line in self.lines]
        parts += [_group_part(group, on) for group in self.groups]
        if self.numbers:
            parts.append(_listed_part(self.numbers, LISTED))
        return parts + [_listed_part(each.numbers, each.reason) for each in self.files]

    def exceptions(self, on: date) -> list[Part]:
        """Who is left out, one part for each exception."""
        listed = [_listed_part(self.excluded, LISTED)] if self.excluded else []
        return [*self._left_out_by_rule(on), *listed]

    def _left_out_by_rule(self, on: date) -> list[Part]:
        """An anti-join each, so that the plan stays one pass over the people."""
        return [line.part(on) for line in self.but_lines] + [_group_part(group, on) for group in self.but_groups]


def _lines_from(values: Iterable[Mapping[str, object]]) -> tuple[Line, ...]:
    return tuple(
        Line(
            value.get("unit"),
            bool(value.get("below", True)),
            tuple(value.get("roles", ())),
            tuple(value.get("years", ())),
        )
        for value in values
    )


def _listed_part(numbers: Iterable[str], reason: str) -> Part:
    body = "FROM people_person listed WHERE upper(listed.number) = ANY(%s)"
    return Part("listed.id", body, [list(numbers)], reason)


def _group_part(group: int, on: date) -> Part:
    body = (
        "FROM people_membership member JOIN people_group team ON team.id = member.group_id"
        " WHERE team.id = %s AND (team.ends_on IS NULL OR team.ends_on >= %s)"
    )
    return Part("member.person_id", body, [group, on], f"{GROUP}:{group}")


def _bounds(column: str, after: int | None, upto: int | None) -> Sql:
    sql, params = "", []
    if after is not None:
        sql, params = f"{sql} AND {column} > %s", [*params, after]
    if upto is not None:
        sql, params = f"{sql} AND {column} <= %s", [*params, upto]
    return sql, params
