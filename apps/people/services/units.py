"""Units: make, edit, move with everything below."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from apps.people.history import tell
from apps.people.models import Person, Unit


class UnableToSaveUnit(Exception):
    """The code is used, or the unit would come to stand below itself."""


def create_unit(
    *,
    code: str,
    kind: str,
    name: dict[str, str],
    parent: Unit | None,
    actor: Person,
    entry_year: int | None = None,
    at: datetime | None = None,
) -> Unit:
    """Raises UnableToSaveUnit when the code is used."""
    try:
        with transaction.atomic():
            unit = Unit.objects.create(code=code, kind=kind, name=name, parent=parent, entry_year=entry_year)
            tell(actor=actor, verb="created", obj=unit, at=at)
            return unit
    except IntegrityError as error:
        raise UnableToSaveUnit(_("Another unit has this code.")) from error


def edit_unit(
    *,
    unit: Unit,
    code: str,
    kind: str,
    name: dict[str, str],
    is_active: bool,
    parent: Unit | None,
    actor: Person,
    entry_year: int | None = None,
    at: datetime | None = None,
) -> Unit:
    """Change a unit and, with another parent, move it. Raises UnableToSaveUnit."""
    try:
        with transaction.atomic():
            fresh = Unit.objects.select_for_update().get(pk=unit.pk)
            new = {"code": code, "kind": kind, "name": name, "is_active": is_active, "entry_year": entry_year}
            changes = {key: [getattr(fresh, key), value] for key, value in new.items() if getattr(fresh, key) != value}
            if changes:
                Unit.objects.filter(pk=fresh.pk).update(**new)
                tell(actor=actor, verb="edited", obj=fresh, changes=changes, at=at)
            if fresh.parent_id != (parent.pk if parent else None):
                move_unit(unit=fresh, parent=parent, actor=actor, at=at)
    except IntegrityError as error:
        raise UnableToSaveUnit(_("Another unit has this code.")) from error
    return Unit.objects.get(pk=unit.pk)


@transaction.atomic
def move_unit(*, unit: Unit, parent: Unit | None, actor: Person | None, at: datetime | None = None) -> Unit:
    """Put a unit below another; the paths of everything below it follow in one statement. Raises UnableToSaveUnit."""
    # All rows in one order: two moves at once could otherwise make a ring.
    units = {row.pk: row for row in Unit.objects.select_for_update().order_by("pk")}
    fresh, above = units[unit.pk], units[parent.pk] if parent else None
    if above and above.path.startswith(fresh.path):
        raise UnableToSaveUnit(_("A unit cannot stand below itself."))
    old, new = fresh.path, f"{above.path if above else ''}{fresh.pk}/"
    Unit.objects.filter(pk=fresh.pk).update(parent=above)
    Unit.objects.filter(path__startswith=old).update(path=Concat(Value(new), Substr(F("path"), len(old) + 1)))
    changes = {"parent": [str(units[fresh.parent_id]) if fresh.parent_id else "", str(above or "")]}
    tell(actor=actor, verb="moved", obj=fresh, changes=changes, at=at)
    return Unit.objects.get(pk=fresh.pk)
