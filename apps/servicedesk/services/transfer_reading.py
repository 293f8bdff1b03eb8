"""The file of a service, read: everything it names is looked up, everything that is wrong is told at once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from apps.core.models import Calendar, NumberSeries
from apps.people.models import Person, Unit
from apps.questionnaires.definitions import condition_from_json, fields_from_json
from apps.servicedesk.catalogue_enums import AskedWhen, StepWho
from apps.servicedesk.models import Service
from apps.servicedesk.plan import PlannedStep, turns
from apps.servicedesk.plan_checks import plan_problems
from apps.servicedesk.transfer_schema import DELAYS, LARGEST, find_mistakes

# What stands in a file as it stands in the service.
SAME = (
    "code",
    "name",
    "description",
    "keywords",
    "icon",
    "documents",
    "target_minutes",
    "first_response_minutes",
    "fast_lane",
    "fee",
    "fee_note",
    "delay_note",
    "product",
    "product_note",
    "office_part",
    "title_fields",
    "number_series",
)


class UnableToImport(Exception):
    """The file is not brought in; `mistakes` say what is wrong with it, each with its place."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__(" ".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True)
class Incoming:
    """A file that was read and understood."""

    service: Service | None
    values: dict[str, Any]
    area: dict[str, Any]
    form: dict[str, Any]
    steps: list[PlannedStep]


def read_text(text: str) -> Incoming:
    """A file understood, with everything it names found. Raises UnableToImport."""
    if len(text) > LARGEST:
        raise UnableToImport([_("The file is too large to be one service.")])
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnableToImport([_("This is no JSON: %(error)s") % {"error": error}]) from error
    return read_document(document)


def read_document(document: Any) -> Incoming:
    mistakes = find_mistakes(document)
    if mistakes:
        raise UnableToImport(mistakes)
    body, form, mistakes = document["service"], document["form"], []
    units = find_units(document, mistakes)
    people = find_people(document, mistakes)
    check_names(body, mistakes)
    if mistakes:
        raise UnableToImport(mistakes)
    steps = turns([read_step(row, units, people) for row in document["steps"]])
    mistakes = plan_problems(steps, fields_from_json(form["fields"]))
    if mistakes:
        raise UnableToImport(mistakes)
    values = {name: body[name] for name in SAME} | {
        "roles": body["ask"]["roles"],
        "seen_by_roles": body["see"]["roles"],
        "ask_units": [units[code] for code in body["ask"]["units"]],
        "see_units": [units[code] for code in body["see"]["units"]],
        "unit": units[body["unit"]],
        "calendar_code": body["calendar"],
        "fee_amount": Decimal(body["fee_amount"]) if body["fee_amount"] else None,
        "delay": int(DELAYS[body["delay"]]),
        "is_active": body["offered"],
    }
    return Incoming(Service.objects.filter(code=body["code"]).first(), values, body["area"], form, steps)


def find_units(document: Mapping[str, Any], mistakes: list[str]) -> dict[str, Unit]:
    """The units that the file names, by code; an unknown one, or one out of use, is a mistake (one query)."""
    body = document["service"]
    named = [body["unit"], *body["ask"]["units"], *body["see"]["units"]]
    named += [row["unit"] for row in document["steps"] if row.get("unit")]
    found = {unit.code: unit for unit in Unit.objects.filter(code__in=named, is_active=True)}
    for code in sorted(set(named) - set(found)):
        mistakes.append(_("There is no unit in use with the code “%(code)s”.") % {"code": code})
    return found


def find_people(document: Mapping[str, Any], mistakes: list[str]) -> dict[str, Person]:
    named = [row["person"] for row in document["steps"] if row.get("person")]
    found = {person.number: person for person in Person.objects.active().filter(number__in=named)}
    for number in sorted(set(named) - set(found)):
        mistakes.append(_("There is no active person with the number “%(number)s”.") % {"number": number})
    return found


def check_names(body: Mapping[str, Any], mistakes: list[str]) -> None:
    """The calendar, the number series and the icons that the file names have to be here."""
    if not Calendar.objects.filter(code=body["calendar"]).exists():
        mistakes.append(_("There is no calendar “%(code)s”.") % {"code": body["calendar"]})
    if not NumberSeries.objects.filter(code=body["number_series"]).exists():
        mistakes.append(_("There is no number series “%(code)s”.") % {"code": body["number_series"]})
    for icon in (body["icon"], body["area"]["icon"]):
        if not icon.replace("-", "").isalnum() or not (settings.ICONS_DIR / f"{icon}.svg").exists():
            mistakes.append(_("There is no icon “%(name)s”.") % {"name": icon})


def read_step(row: Mapping[str, Any], units: Mapping[str, Unit], people: Mapping[str, Person]) -> PlannedStep:
    return PlannedStep(
        order=row["order"],
        name=row["name"],
        who=StepWho(row["who"]),
        role=row.get("role", ""),
        unit_id=units[row["unit"]].pk if row.get("unit") else None,
        person_id=people[row["person"]].pk if row.get("person") else None,
        any_of=row.get("any_of", False),
        asked=AskedWhen(row.get("asked", AskedWhen.ON_WORD)),
        condition=condition_from_json(row.get("condition")),
    )
