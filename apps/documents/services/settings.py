"""What an office sets once: which urgencies are offered, and its series of numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.core.models import IssuedNumber, NumberSeries
from apps.documents.models import Series, UrgencyLevel
from apps.documents.services.errors import UnableToNumber
from apps.journal.services import record
from apps.people.models import Person, Unit

PARTS = ("{year}", "{number}")


@dataclass(frozen=True)
class SeriesWanted:
    """The properties of a series: `name` by language, `pattern` as 收〔{year}〕{number}號."""

    name: Mapping[str, str]
    pattern: str
    unit: Unit
    order: int
    is_active: bool


@transaction.atomic
def switch_profile(*, profile: str, actor: Person, at: datetime | None = None) -> None:
    """The urgencies of this practice are offered from now on, no others; papers keep theirs. The caller checked that
    `actor` may. Again changes nothing. Raises UnableToNumber: there is no such practice.
    """
    levels = list(UrgencyLevel.objects.select_for_update().order_by("profile", "rank"))
    wanted = [row for row in levels if row.profile == profile]
    if not wanted:
        raise UnableToNumber(_("There are no urgencies of this practice."))
    before = {row.profile for row in levels if row.is_offered}
    if before == {profile} and all(row.is_offered for row in wanted):
        return
    UrgencyLevel.objects.exclude(profile=profile).update(is_offered=False)
    UrgencyLevel.objects.filter(profile=profile).update(is_offered=True)
    changes = {"profile": [", ".join(sorted(before)), profile]}
    record(actor=actor, verb="profile_switched", obj=wanted[0], changes=changes, at=at or now())


@transaction.atomic
def change_series(*, series: Series, wanted: SeriesWanted, actor: Person, at: datetime | None = None) -> Series:
    """Name, pattern, unit, place and use of a series; numbers that were given stay as they are. The caller checked that
    `actor` may. The same again changes nothing. Raises UnableToNumber.
    """
    at = at or now()
    rows = list(Series.objects.select_for_update(of=("self",)).filter(direction=series.direction).order_by("pk"))
    row = next(each for each in rows if each.pk == series.pk)
    numbers = NumberSeries.objects.select_for_update().get(pk=row.numbers_id)
    check_pattern(wanted.pattern, numbers, timezone.localtime(at).year)
    if not wanted.is_active and not any(each.is_active for each in rows if each != row):
        raise UnableToNumber(_("One series of each direction stays in use: else nothing gets a number."))
    before = said_by(row, numbers)
    numbers.name, numbers.pattern = dict(wanted.name), wanted.pattern
    row.unit, row.order, row.is_active = wanted.unit, wanted.order, wanted.is_active
    after = said_by(row, numbers)
    changes = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    if changes:
        numbers.save(update_fields=["name", "pattern"])
        row.save(update_fields=["unit", "order", "is_active"])
        record(actor=actor, verb="series_changed", obj=row, changes=changes, at=at)
    return row


def said_by(row: Series, numbers: NumberSeries) -> dict[str, object]:
    plain = {"unit": row.unit_id, "order": row.order, "is_active": row.is_active}
    return {"name": numbers.name, "pattern": numbers.pattern} | plain


def check_pattern(pattern: str, numbers: NumberSeries, year: int) -> None:
    """Year and number once each, and no number that another series gives or gave. Raises UnableToNumber."""
    rest = pattern
    for part in PARTS:
        rest = rest.replace(part, "", 1)
    if any(part not in pattern for part in PARTS) or {"{", "}"} & set(rest):
        raise UnableToNumber(_("The pattern holds {year} and {number}, each once, and no other braces."))
    others = NumberSeries.objects.exclude(pk=numbers.pk)
    before, after = (text.replace("{year}", str(year)) for text in pattern.split("{number}"))
    given = IssuedNumber.objects.filter(series__in=others, year=year)
    given = given.filter(text__startswith=before, text__endswith=after)
    if others.filter(pattern=pattern).exists() or given.exists():
        raise UnableToNumber(_("Another series gives such numbers: two papers would have the same."))
