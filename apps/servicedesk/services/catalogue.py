"""Changing the services of the catalogue."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from apps.journal.services import record
from apps.people.models import Person, Unit
from apps.servicedesk.catalogue_enums import Opening
from apps.servicedesk.models import Service, ServiceOpening

COLUMNS = (
    "code",
    "name",
    "description",
    "keywords",
    "icon",
    "area_id",
    "unit_id",
    "form_id",
    "roles",
    "seen_by_roles",
    "calendar_code",
    "target_minutes",
    "first_response_minutes",
    "fast_lane",
    "fee",
    "fee_amount",
    "fee_note",
    "delay",
    "delay_note",
    "documents",
    "product",
    "product_note",
    "office_part",
    "title_fields",
    "number_series",
    "is_active",
)
COPY = {"zh-hant": "（副本）", "zh-hans": "（副本）", "en": "(copy)"}
OPENED = {"ask_units": Opening.ASK, "see_units": Opening.SEE}


class ServiceChanged(Exception):
    """Somebody else saved the service meanwhile, or took its code."""


def fingerprint(service: Service) -> str:
    """A short mark of everything the form edits: it differs when anybody changed anything (one query)."""
    return mark_of(state_of(service))


def state_of(service: Service) -> dict[str, object]:
    """What the form edits, as plain values."""
    values = {column: plain(getattr(service, column)) for column in COLUMNS}
    opened = {name: units_of(service, kind) for name, kind in OPENED.items()} if service.pk else {}
    return values | opened


def units_of(service: Service, kind: str) -> list[int]:
    return sorted(row.unit_id for row in service.openings.all() if row.kind == kind)


def mark_of(values: Mapping[str, object]) -> str:
    text = json.dumps(values, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@transaction.atomic
def save_service(
    *, service: Service | None, values: Mapping[str, object], actor: Person | None, known: str | None = ""
) -> Service:
    """Write the columns in `values`, and the units in `ask_units` and `see_units`; `known` is the fingerprint the form
    was made for (None: whatever stands there).

    Requests filed before keep their form version, target and plan. Raises ServiceChanged.
    """
    row = Service.objects.select_for_update().get(pk=service.pk) if service else Service(order=next_order(values))
    if service and known is not None and known != fingerprint(row):
        raise ServiceChanged(
            _("Somebody changed this service meanwhile. Your text is still here; check it and save again.")
        )
    before = state_of(row) if service else {}
    for name, value in values.items():
        if name not in OPENED:
            setattr(row, name, value)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise ServiceChanged(_("Another service has this code.")) from error
    for name, kind in OPENED.items():
        if name in values:
            open_to(row, kind, values[name])
    row = Service.objects.get(pk=row.pk)
    after = state_of(row)
    changes = {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}
    if changes:
        record(actor=actor, verb="edited" if service else "created", obj=row, changes=changes)
    return row


def next_order(values: Mapping[str, object]) -> int:
    """A new service stands last in its area."""
    return (Service.objects.filter(area=values["area"]).aggregate(last=models.Max("order"))["last"] or 0) + 1


def open_to(service: Service, kind: str, units: Iterable[Unit]) -> None:
    """These units, with everything below them, and no others."""
    wanted = {unit.pk for unit in units}
    rows = ServiceOpening.objects.filter(service=service, kind=kind)
    rows.exclude(unit__in=wanted).delete()
    there = set(rows.values_list("unit_id", flat=True))
    ServiceOpening.objects.bulk_create(
        ServiceOpening(service=service, kind=kind, unit_id=key) for key in sorted(wanted - there)
    )


def plain(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value.pk if isinstance(value, models.Model) else value


def free_code(code: str) -> str:
    """`code` with the first free number behind it."""
    taken = set(Service.objects.filter(code__startswith=code[:36]).values_list("code", flat=True))
    return next(made for number in range(2, 1000) if (made := f"{code[:36]}-{number}") not in taken)
