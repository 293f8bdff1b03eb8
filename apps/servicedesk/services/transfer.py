"""A service as one file: written, tried, brought in. Units and people are named by code and number, never by key."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.people.models import Person
from apps.questionnaires.definitions import condition_from_json, condition_to_json, fields_from_json, fields_to_json
from apps.questionnaires.models import Form
from apps.questionnaires.services import publish_form
from apps.servicedesk.catalogue_enums import Opening
from apps.servicedesk.models import Area, Service
from apps.servicedesk.plan import PlannedStep
from apps.servicedesk.services.areas import next_order
from apps.servicedesk.services.catalogue import save_service, state_of
from apps.servicedesk.services.plans import plan_of, save_plan
from apps.servicedesk.services.transfer_parts import PARTS
from apps.servicedesk.services.transfer_parts.papers import missing, paper_notes
from apps.servicedesk.services.transfer_reading import SAME, Incoming
from apps.servicedesk.transfer.checks import at
from apps.servicedesk.transfer.schema import DELAYS, FORMAT, VERSION


@dataclass
class Effect:
    """What bringing a file in would do, in words; `mark` changes when what would be done changes.

    `notes`: what the file says and is not done, or may not go well.
    """

    code: str
    makes: list[str] = field(default_factory=list)
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def is_nothing(self) -> bool:
        return not self.makes and not self.changes

    @property
    def mark(self) -> str:
        return hashlib.sha256(repr((self.code, self.makes, self.changes, self.notes)).encode()).hexdigest()[:16]


def write_document(service: Service) -> dict[str, Any]:
    """The service, its form in the newest version, its plan, and what else is set for it."""
    version = service.form.versions.order_by("-number").first()
    codes = {row.unit_id: row.unit.code for row in service.openings.select_related("unit")}
    opened = {
        "ask": {"roles": list(service.roles), "units": units_in(service, Opening.ASK, codes)},
        "see": {"roles": list(service.seen_by_roles), "units": units_in(service, Opening.SEE, codes)},
    }
    body = {name: getattr(service, name) for name in SAME} | opened
    body |= {
        "area": {"code": service.area.code, "name": service.area.name, "icon": service.area.icon},
        "unit": service.unit.code,
        "calendar": service.calendar_code,
        "fee_amount": f"{service.fee_amount:.2f}" if service.fee_amount else None,
        "delay": next(word for word, level in DELAYS.items() if level == service.delay),
        "offered": service.is_active,
    }
    fields = fields_to_json(fields_from_json(version.fields)) if version else []
    form = {"code": service.form.code, "name": service.form.name, "fields": fields}
    rows = service.steps.select_related("unit", "person").order_by("order", "place")
    return {
        "format": FORMAT,
        "version": VERSION,
        "service": body,
        "form": form,
        "steps": [write_step(row) for row in rows],
        **{part.key: part.write(service) for part in PARTS},
    }


def units_in(service: Service, kind: str, codes: Mapping[int, str]) -> list[str]:
    return sorted(codes[row.unit_id] for row in service.openings.all() if row.kind == kind)


def write_step(row: Any) -> dict[str, Any]:
    made = {"order": row.order, "name": row.name, "who": row.who, "any_of": row.any_of, "asked": row.asked}
    if row.role:
        made["role"] = row.role
    if row.unit:
        made["unit"] = row.unit.code
    if row.person:
        made["person"] = row.person.number
    if row.condition:
        made["condition"] = condition_to_json(condition_from_json(row.condition))
    return made


def export_text(service: Service) -> str:
    return json.dumps(write_document(service), ensure_ascii=False, indent=2) + "\n"


def effect_of(incoming: Incoming) -> Effect:
    """What would be made or changed; changes nothing."""
    effect = Effect(incoming.values["code"])
    if not Area.objects.filter(code=incoming.area["code"]).exists():
        effect.makes.append(_("area “%(code)s”") % {"code": incoming.area["code"]})
    note_form(incoming, effect)
    papers = incoming.parts.get("papers", [])
    for row in missing(papers):
        effect.makes.append(_("certificate “%(code)s”, edition 1") % {"code": row["code"]})
    effect.notes += paper_notes(papers, incoming.questions)
    if incoming.service is None:
        note_new(incoming, effect)
    else:
        note_changes(incoming, incoming.service, effect)
    return effect


def note_new(incoming: Incoming, effect: Effect) -> None:
    """What a service that is not here yet would be made with, beside what every new one has."""
    effect.makes.append(_("service “%(code)s”") % {"code": effect.code})
    if incoming.steps:
        effect.makes.append(_("approval steps: %(steps)s") % {"steps": step_names(incoming.steps)})
    for part in PARTS:
        if part.key in incoming.parts:
            lines = part.differences(part.usual, incoming.parts[part.key])
            effect.makes += [at(place, words) for place, _usual, words in lines]


def note_changes(incoming: Incoming, service: Service, effect: Effect) -> None:
    before, after = state_of(service), comparable(incoming.values)
    for name, value in after.items():
        if before.get(name) != value:
            effect.changes.append((name, shown(before.get(name)), shown(value)))
    for name, old, new in (
        ("area", service.area.code, incoming.area["code"]),
        ("form", service.form.code, incoming.form["code"]),
    ):
        if old != new:
            effect.changes.append((name, old, new))
    steps = plan_of(service)
    if steps != incoming.steps:
        effect.changes.append(("steps", step_names(steps), step_names(incoming.steps)))
    for part in PARTS:
        if part.key in incoming.parts:
            effect.changes += part.differences(part.write(service), incoming.parts[part.key])


def note_form(incoming: Incoming, effect: Effect) -> None:
    """A form that is there gets a new version, unless it says the same; who else uses it is told."""
    form = Form.objects.filter(code=incoming.form["code"]).first()
    if form is None:
        effect.makes.append(_("form “%(code)s”, version 1") % {"code": incoming.form["code"]})
        return
    newest = form.versions.order_by("-number").first()
    if newest and fields_to_json(fields_from_json(newest.fields)) == normal_fields(incoming):
        return
    words = _("form “%(code)s”, version %(number)s") % {"code": form.code, "number": newest.number + 1 if newest else 1}
    others = Service.objects.filter(form=form).exclude(code=effect.code).order_by("code").values_list("code", flat=True)
    if others:
        words += " " + _("(used by %(codes)s too)") % {"codes": ", ".join(others)}
    effect.makes.append(words)


def normal_fields(incoming: Incoming) -> list[dict[str, Any]]:
    return fields_to_json(fields_from_json(incoming.form["fields"]))


def comparable(values: Mapping[str, Any]) -> dict[str, Any]:
    """What a file says of a service, as `state_of` gives what stands."""
    made = {name: value for name, value in values.items() if name not in ("unit", "ask_units", "see_units")}
    amount = values["fee_amount"]
    return made | {
        "fee_amount": f"{amount:.2f}" if amount else None,
        "unit_id": values["unit"].pk,
        "ask_units": sorted(unit.pk for unit in values["ask_units"]),
        "see_units": sorted(unit.pk for unit in values["see_units"]),
    }


def step_names(steps: list[PlannedStep]) -> str:
    return " → ".join(str(step) for step in steps) or "—"


def shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


@transaction.atomic
def import_service(*, incoming: Incoming, actor: Person | None) -> Service:
    """Make or change the service as the file says, with its area, a version of its form, its plan and its parts; a part
    that the file does not have stays as it is. The same file again changes nothing. Raises UnableToPublish,
    UnableToSaveTemplate and ServiceChanged when somebody was faster.
    """
    area = Area.objects.filter(code=incoming.area["code"]).first() or Area.objects.create(
        **incoming.area, order=next_order()
    )
    form = write_form(incoming, actor)
    values = incoming.values | {"area": area, "form": form}
    service = save_service(service=incoming.service, values=values, actor=actor, known=None)
    save_plan(service=service, steps=incoming.steps, actor=actor)
    for part in PARTS:
        value = incoming.parts.get(part.key)
        if part.key in incoming.parts and part.differences(part.write(service), value):
            part.save(service=service, value=value, names=incoming.names, actor=actor)
    return Service.objects.get(pk=service.pk)


def write_form(incoming: Incoming, actor: Person | None) -> Form:
    """The form with these questions published; a draft that somebody is working on is replaced by them."""
    fields = normal_fields(incoming)
    form = Form.objects.select_for_update().filter(code=incoming.form["code"]).first()
    if form is None:
        form = Form.objects.create(code=incoming.form["code"], name=incoming.form["name"], draft=fields)
    newest = form.versions.order_by("-number").first()
    if newest and fields_to_json(fields_from_json(newest.fields)) == fields:
        return form
    if form.draft != fields:
        form.draft, form.version = fields, form.version + 1
        form.save(update_fields=["draft", "version"])
    publish_form(form=form, actor=actor)
    return form
