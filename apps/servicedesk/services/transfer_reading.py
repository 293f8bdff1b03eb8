"""The file of a service, read: everything it names is looked up, everything that is wrong is told at once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.questionnaires.definitions import FieldDefinition, condition_from_json, fields_from_json
from apps.servicedesk.catalogue_enums import AskedWhen, StepWho
from apps.servicedesk.duplicates import USUAL_THINGS
from apps.servicedesk.models import Service
from apps.servicedesk.plan import PlannedStep, turns
from apps.servicedesk.plan_checks import plan_problems
from apps.servicedesk.services.transfer_parts import PARTS
from apps.servicedesk.services.transfer_parts.names import Names, find_names
from apps.servicedesk.services.transfer_parts.papers import paper_mistakes
from apps.servicedesk.transfer.checks import at
from apps.servicedesk.transfer.schema import DELAYS, LARGEST, mistakes_by_part, sound_parts

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
    """A file that was read and understood. `parts`: those that the file has, by key; the others stay as they are."""

    service: Service | None
    values: dict[str, Any]
    area: dict[str, Any]
    form: dict[str, Any]
    steps: list[PlannedStep]
    parts: dict[str, Any] = field(default_factory=dict)
    names: Names = field(default_factory=Names)

    @property
    def questions(self) -> dict[str, FieldDefinition]:
        return questions_in(self.form)


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
    """What is wrong is told at once: a part that cannot be read does not hide what is wrong with the others."""
    broken = mistakes_by_part(document)
    sound = sound_parts(document, broken)
    names = find_names(sound)
    steps = turns([read_step(row, names) for row in sound.get("steps", ())])
    mistakes = [words for part in broken.values() for words in part] + names.mistakes
    mistakes += further_mistakes(sound, steps)
    if mistakes:
        raise UnableToImport(mistakes)
    return Incoming(
        service=Service.objects.filter(code=sound["service"]["code"]).first(),
        values=read_values(sound["service"], names),
        area=sound["service"]["area"],
        form=sound["form"],
        steps=steps,
        parts={part.key: part.read(sound[part.key]) for part in PARTS if part.key in sound},
        names=names,
    )


def further_mistakes(sound: Mapping[str, Any], steps: list[PlannedStep]) -> list[str]:
    """What shows only when parts are held beside each other, or beside what is here."""
    found = []
    if "form" in sound:
        questions = questions_in(sound["form"])
        found += [at("steps", words) for words in plan_problems(steps, list(questions.values()))]
        for place, key in enumerate(sound.get("duplicates", {}).get("things", ()), start=1):
            if key not in questions and key not in USUAL_THINGS:
                words = _("The form has no question “%(key)s”.") % {"key": key}
                found.append(at(f"duplicates.things.{place}", words))
    return found + paper_mistakes(sound.get("papers", ()))


def questions_in(form: Mapping[str, Any]) -> dict[str, FieldDefinition]:
    return {each.key: each for each in fields_from_json(form["fields"])}


def read_values(body: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """What stands in the service itself."""
    return {name: body[name] for name in SAME} | {
        "roles": body["ask"]["roles"],
        "seen_by_roles": body["see"]["roles"],
        "ask_units": [names.units[code] for code in body["ask"]["units"]],
        "see_units": [names.units[code] for code in body["see"]["units"]],
        "unit": names.units[body["unit"]],
        "calendar_code": body["calendar"],
        "fee_amount": Decimal(body["fee_amount"]) if body["fee_amount"] else None,
        "delay": int(DELAYS[body["delay"]]),
        "is_active": body["offered"],
    }


def read_step(row: Mapping[str, Any], names: Names) -> PlannedStep:
    return PlannedStep(
        order=row["order"],
        name=row["name"],
        who=StepWho(row["who"]),
        role=row.get("role", ""),
        unit_id=names.unit_id(row.get("unit")),
        person_id=names.person_id(row.get("person")),
        any_of=row.get("any_of", False),
        asked=AskedWhen(row.get("asked", AskedWhen.ON_WORD)),
        condition=condition_from_json(row.get("condition")),
    )
