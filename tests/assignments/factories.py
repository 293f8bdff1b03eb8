"""Real rows for tests of assignments: about a draft of a notice, in an ordinary week of November 2026 unless said."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from apps.assignments import services
from apps.assignments.enums import PartRole
from apps.assignments.models import Assignment, Part
from apps.assignments.services import PartWanted
from apps.core.clock import now
from apps.delivery.models import Delivery
from apps.people.models import Deputy, Person, Unit
from tests.notices import factories as board

ZONE = ZoneInfo("Asia/Shanghai")
TITLE = "核查實驗室安全"


def moment(day: int, hour: int = 9, minute: int = 0, *, month: int = 11, year: int = 2026) -> datetime:
    """Of 2026, by default in November: the 23rd is a Monday, all of that week are working days."""
    return datetime(year, month, day, hour, minute, tzinfo=ZONE)


NINE = moment(23)
DUE = moment(27, 17, 30)


def days_ahead(days: int) -> datetime:
    """From the real moment on, for tests whose clock runs."""
    return now() + timedelta(days=days)


def given(
    giver: Person, units: Sequence[Unit], *, at: datetime | None = NINE, due_at: datetime | None = DUE, **fields: object
) -> Assignment:
    """The first unit leads, the others help; due on Friday 27 November 2026 at half past five."""
    wanted = fields.pop("parts", None) or [
        PartWanted(unit, PartRole.HELPER if place else PartRole.LEAD, "報告結果") for place, unit in enumerate(units)
    ]
    values = {"title": TITLE, "words": "請各單位辦理", "subject": fields.pop("subject", None) or board.draft(giver)}
    return services.give(actor=giver, parts=wanted, at=at, due_at=due_at, **(values | fields))


def of(row: Assignment, unit: Unit) -> Part:
    """As it stands now."""
    parts = Part.objects.select_related("assignment", "unit", "person")
    return parts.filter(assignment=row, unit=unit).latest("pk")


def signed(row: Assignment, unit: Unit, clerk: Person, at: datetime | None = NINE) -> Part:
    return services.sign(part=of(row, unit), actor=clerk, at=at)


def named(row: Assignment, unit: Unit, clerk: Person, person: Person, at: datetime | None = NINE) -> Part:
    signed(row, unit, clerk, at)
    return services.name_person(part=of(row, unit), actor=clerk, person=person, at=at)


def reported(
    row: Assignment, unit: Unit, clerk: Person, text: str = "已辦結", at: datetime | None = NINE, **given: object
) -> Part:
    """Signed for and reported by the clerk; waits for the unit's head."""
    if not of(row, unit).is_signed:
        signed(row, unit, clerk, at)
    services.report(part=of(row, unit), actor=clerk, text=text, at=at, **given)
    return of(row, unit)


def confirmed(row: Assignment, unit: Unit, clerk: Person, head: Person, at: datetime = NINE, **given: object) -> Part:
    """Waits for the level above."""
    reported(row, unit, clerk, at=at, **given)
    services.confirm(part=of(row, unit), actor=head, at=at)
    return of(row, unit)


def deputy(of_whom: Person, stands_in: Person, scope: str = "all") -> Deputy:
    """All through 2026."""
    return Deputy.objects.create(
        principal=of_whom,
        deputy=stands_in,
        scope=scope,
        starts_at=moment(1, 0, month=1),
        ends_at=moment(31, 23, month=12),
        created_by=of_whom,
    )


def afresh(person: Person) -> Person:
    """As in another request: nothing of the person's standing is kept."""
    return Person.objects.get(pk=person.pk)


def subjects_to(person: Person, language: str = "en") -> list[str]:
    rows = Delivery.objects.filter(person=person, channel="portal", message__source__startswith="assignments.")
    return [row.message.texts.get(language=language).subject for row in rows.order_by("pk")]
