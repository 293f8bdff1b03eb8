"""Changing the areas of the catalogue, and the order in which areas and services stand."""

from collections.abc import Mapping

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from apps.journal.services import record
from apps.people.models import Person
from apps.servicedesk.models import Area, Service
from apps.servicedesk.services.catalogue import mark_of

COLUMNS = ("code", "name", "icon", "is_active")


class AreaChanged(Exception):
    """Somebody else saved the area meanwhile, or took its code."""


class UnableToRetire(Exception):
    """The area has services on offer."""


def area_print(area: Area) -> str:
    return mark_of({column: getattr(area, column) for column in COLUMNS})


@transaction.atomic
def save_area(*, area: Area | None, values: Mapping[str, object], actor: Person | None, known: str = "") -> Area:
    """Write an area; a new one stands last. `known` is the mark the form was made for. Raises AreaChanged."""
    row = Area.objects.select_for_update().get(pk=area.pk) if area else Area(order=next_order())
    if area and known != area_print(row):
        raise AreaChanged(_("Somebody changed this area meanwhile. Your text is still here; check it and save again."))
    before = {column: getattr(row, column) for column in COLUMNS} if area else {}
    for name, value in values.items():
        setattr(row, name, value)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise AreaChanged(_("Another area has this code.")) from error
    note_area(row, before, actor)
    return row


def note_area(area: Area, before: Mapping[str, object], actor: Person | None) -> None:
    after = {column: getattr(area, column) for column in COLUMNS}
    changes = {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}
    if changes:
        record(actor=actor, verb="edited" if before else "created", obj=area, changes=changes)


def next_order() -> int:
    return (Area.objects.aggregate(last=models.Max("order"))["last"] or 0) + 1


@transaction.atomic
def move_area(*, area: Area, step: int, actor: Person) -> None:
    """One place up (-1) or down (1); at the end it stays where it is."""
    rows = list(Area.objects.select_for_update().order_by("order", "pk"))
    rows_in_new_order(rows, area.pk, step)
    for order, row in enumerate(rows):
        if row.order != order:
            Area.objects.filter(pk=row.pk).update(order=order)
    record(actor=actor, verb="reordered", obj=area)


@transaction.atomic
def move_service(*, service: Service, step: int, actor: Person) -> None:
    """One place up (-1) or down (1) within its area; at the end it stays where it is."""
    rows = list(Service.objects.select_for_update().filter(area=service.area_id).order_by("order", "pk"))
    rows_in_new_order(rows, service.pk, step)
    for order, row in enumerate(rows):
        if row.order != order:
            Service.objects.filter(pk=row.pk).update(order=order)
    record(actor=actor, verb="reordered", obj=service)


def rows_in_new_order(rows: list[models.Model], key: int, step: int) -> None:
    """Change places, in the list given, of the row with this key and its neighbour."""
    here = next(place for place, row in enumerate(rows) if row.pk == key)
    there = here + step
    if 0 <= there < len(rows):
        rows[here], rows[there] = rows[there], rows[here]


@transaction.atomic
def retire_area(*, area: Area, actor: Person) -> Area:
    """Take an area out of use; twice changes nothing. Raises UnableToRetire while it has services on offer."""
    row = Area.objects.select_for_update().get(pk=area.pk)
    offered = list(row.services.filter(is_active=True).order_by("order", "pk"))
    if offered:
        names = "、".join(str(service) for service in offered[:5])
        raise UnableToRetire(
            _("“%(area)s” has services on offer: %(names)s. Move them to another area or stop offering them first.")
            % {"area": row, "names": names}
        )
    return set_in_use(row, False, actor)


@transaction.atomic
def restore_area(*, area: Area, actor: Person) -> Area:
    """Put an area in use again."""
    return set_in_use(Area.objects.select_for_update().get(pk=area.pk), True, actor)


def set_in_use(row: Area, in_use: bool, actor: Person) -> Area:
    if row.is_active != in_use:
        before = {column: getattr(row, column) for column in COLUMNS}
        row.is_active = in_use
        row.save(update_fields=["is_active"])
        note_area(row, before, actor)
    return row
