"""Whom and what the file of a service names: looked up at once, each that is not here told with its place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from apps.core.models import Calendar, NumberSeries
from apps.people.enums import HANDLER_ROLES, OFFICE_ROLES
from apps.people.models import Person, Unit
from apps.servicedesk.transfer.checks import at

Named = tuple[str, str]  # (place in the file, code or number)


@dataclass(frozen=True)
class Names:
    """Units by code and people by number, as far as they are here; `mistakes` tells of the others."""

    units: Mapping[str, Unit] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)

    def unit_id(self, code: str | None) -> int | None:
        return self.units[code].pk if code in self.units else None

    def person_id(self, number: str | None) -> int | None:
        return self.people[number].pk if number in self.people else None


def find_names(document: Mapping[str, Any]) -> Names:
    """What the sound parts of a file name (a fixed number of queries)."""
    mistakes: list[str] = []
    units = find_units(list(units_named(document)), mistakes)
    people = find_people(document, mistakes)
    if "service" in document:
        check_names(document["service"], mistakes)
    return Names(units, people, mistakes)


def units_named(document: Mapping[str, Any]) -> Iterator[Named]:
    if body := document.get("service"):
        yield "service.unit", body["unit"]
        for name in ("ask", "see"):
            yield from ((f"service.{name}.units", code) for code in body[name]["units"])
    for place, row in enumerate(document.get("steps", ()), start=1):
        if row.get("unit"):
            yield f"steps.{place}.unit", row["unit"]
    yield from (("assignment.units", code) for code in document.get("assignment", {}).get("units", ()))


def find_units(named: list[Named], mistakes: list[str]) -> dict[str, Unit]:
    """An unknown unit, or one out of use, is a mistake (one query)."""
    codes = {code for _place, code in named}
    found = {unit.code: unit for unit in Unit.objects.filter(code__in=codes, is_active=True)}
    for place, code in named:
        if code not in found:
            mistakes.append(at(place, _("There is no unit in use with the code “%(code)s”.") % {"code": code}))
    return found


def people_named(document: Mapping[str, Any]) -> Iterator[Named]:
    """Who decides a step, and whose a task is."""
    for part, key in (("steps", "person"), ("tasks", "owner")):
        for place, row in enumerate(document.get(part, ()), start=1):
            if row.get(key):
                yield f"{part}.{place}.{key}", row[key]


def office_named(document: Mapping[str, Any]) -> Iterator[Named]:
    """Who hears of what is late."""
    for place, row in enumerate(document.get("escalation", ()), start=1):
        if row.get("person"):
            yield f"escalation.{place}.person", row["person"]


def handlers_named(document: Mapping[str, Any]) -> Iterator[Named]:
    """Who handles requests."""
    part = document.get("assignment", {"skilled": [], "units": {}})
    yield from ((f"assignment.skilled.{place}", number) for place, number in enumerate(part["skilled"], start=1))
    yield from ((f"assignment.units.{code}", number) for code, number in part["units"].items())


def find_people(document: Mapping[str, Any], mistakes: list[str]) -> dict[str, Person]:
    """Who is not active, or has not the post for it, is a mistake (three queries)."""
    office, handlers = list(office_named(document)), list(handlers_named(document))
    named = [*people_named(document), *office, *handlers]
    rows = Person.objects.active().filter(number__in={number for _place, number in named})
    found = {person.number: person for person in rows}
    for place, number in named:
        if number not in found:
            words = _("There is no active person with the number “%(number)s”.")
            mistakes.append(at(place, words % {"number": number}))
    for group, roles, words in (
        (office, OFFICE_ROLES, _("“%(number)s” has no post in the office.")),
        (handlers, HANDLER_ROLES, _("“%(number)s” handles no requests: no clerk and no director.")),
    ):
        holding = set(rows.with_role(*roles).values_list("number", flat=True)) if group else set()
        wrong = [(place, number) for place, number in group if number in found and number not in holding]
        mistakes += [at(place, words % {"number": number}) for place, number in wrong]
    return found


def check_names(body: Mapping[str, Any], mistakes: list[str]) -> None:
    """The calendar, the number series and the icons that the file names have to be here."""
    if not Calendar.objects.filter(code=body["calendar"]).exists():
        words = _("There is no calendar “%(code)s”.") % {"code": body["calendar"]}
        mistakes.append(at("service.calendar", words))
    if not NumberSeries.objects.filter(code=body["number_series"]).exists():
        words = _("There is no number series “%(code)s”.") % {"code": body["number_series"]}
        mistakes.append(at("service.number_series", words))
    for place, icon in (("service.icon", body["icon"]), ("service.area.icon", body["area"]["icon"])):
        if not icon.replace("-", "").isalnum() or not (settings.ICONS_DIR / f"{icon}.svg").exists():
            mistakes.append(at(place, _("There is no icon “%(name)s”.") % {"name": icon}))
