"""The supervision list as a spreadsheet."""

from functools import lru_cache

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.assignments.enums import DueKind
from apps.assignments.lateness import late_days
from apps.assignments.models import DueEntry, Part
from apps.assignments.rules import may_read_supervision
from apps.assignments.supervision import read_asked, rows_of
from apps.core.calendar import WorkingTime, office_time
from apps.core.clock import now
from apps.journal.listings import Listing
from apps.journal.sheets import SheetColumn
from apps.people.models import Person


def parts(user: Person, query: QueryDict) -> QuerySet:
    """As the page narrows them: its own functions say it, so that page and sheet cannot differ."""
    at = now()
    rows = rows_of(read_asked(query, office_time().day(at)), user, at)
    names = ("assignment__given_by", "assignment__given_for", "unit", "person", "parent__unit")
    days = DueEntry.objects.filter(part=OuterRef("pk"))
    longer = days.filter(kind=DueKind.EXTENDED).order_by().values("part").annotate(count=Count("pk")).values("count")
    rows = rows.annotate(
        first_due=Subquery(days.order_by("at", "pk").values("due_at")[:1]), extended=Subquery(longer[:1])
    )
    return rows.select_related(*names).order_by("unit__path", "due_at", "pk")


def days_late(part: Part) -> int | None:
    """Empty where it is in time."""
    at = now()
    counted = late_days(part, _working(int(at.timestamp()) // 60), at)
    return counted if part.is_late(at) or part.was_late() else None


@lru_cache(maxsize=1)
def _working(minute: int) -> WorkingTime:
    """Asked for once in a while, not for each row."""
    return office_time()


LISTINGS = (
    Listing(
        "assignments",
        _("Supervision list"),
        (
            SheetColumn(_("unit"), lambda row: str(row.unit), 24),
            SheetColumn(pgettext_lazy("unit in an assignment", "role"), lambda row: row.role_label),
            SheetColumn(_("passed down by"), lambda row: str(row.parent.unit) if row.parent else "", 24),
            SheetColumn(pgettext_lazy("assignment", "title"), lambda row: row.assignment.title, 40),
            SheetColumn(_("urgency"), lambda row: str(row.assignment.get_urgency_display())),
            SheetColumn(_("given by"), lambda row: (row.assignment.given_for or row.assignment.given_by).name),
            SheetColumn(pgettext_lazy("part", "given on"), lambda row: row.added_at),
            SheetColumn(_("signed for"), lambda row: row.signed_at),
            SheetColumn(_("who does it"), lambda row: row.person.name if row.person else ""),
            SheetColumn(_("first day"), lambda row: row.first_due),
            SheetColumn(_("due"), lambda row: row.due_at),
            SheetColumn(_("times extended"), lambda row: row.extended or 0),
            SheetColumn(_("state"), lambda row: str(row.get_state_display())),
            SheetColumn(_("rounds"), lambda row: row.rounds),
            SheetColumn(_("clock stands still since"), lambda row: row.paused_at),
            SheetColumn(_("reported up"), lambda row: row.delivered_at),
            SheetColumn(_("working days late"), days_late),
            SheetColumn(_("closed"), lambda row: row.ended_at),
            SheetColumn(_("excused because"), lambda row: row.excuse, 40),
        ),
        parts,
        may_read_supervision,
    ),
)
