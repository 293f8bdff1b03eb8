"""Everything that waits for a person, in ONE message a day: due soon, due today, overdue; on working days, mornings.

Grouped by person, not by paper: of many messages people learn to ignore all.
"""

from collections.abc import Iterable
from datetime import date, datetime

import structlog
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from apps.assignments.enums import OPEN
from apps.assignments.hands import Hand, Hands
from apps.assignments.models import Part, Reminder
from apps.assignments.texts import name_of
from apps.assignments.tree import BESIDE, GIVERS
from apps.core.calendar import CalendarYearMissing, WorkingTime, office_time
from apps.core.templatetags.portal import moment
from apps.delivery.enums import Queue
from apps.delivery.services import Text, tell
from apps.people.models import Person

log = structlog.get_logger(__name__)
MOST = 5_000  # parts in one run
LONGEST = 60  # lines in one message; the page has the rest
Lines = list[tuple[Part, Person | None]]


def remind_people(at: datetime) -> int:
    """From the opening of a working day until noon; gives how many people were told. Whoever runs it again, and however
    often, tells nobody twice on a day.
    """
    working = office_time()
    try:
        opens, closes = next(iter(working.spans(working.day(at))), (at, at))
        if not opens <= at < closes:
            return 0
        until = working.end_of_day(working.next_working_day(working.day(at)))
    except CalendarYearMissing as error:
        log.error("assignment_reminders_wait", year=error.year)
        return 0
    day = working.day(at)
    return sum(_remind(person, lines, working, day, at) for person, lines in _waiting(until, at, day).items())


def _waiting(until: datetime, at: datetime, day: date) -> dict[Person, Lines]:
    """By person: the parts in that person's hands whose day is near or over, the earliest first. Clerks hear of late
    ones too, whoever has them.
    """
    rows = Part.objects.filter(state__in=OPEN, due_at__lte=until, paused_at__isnull=True)
    rows = list(rows.select_related(*BESIDE, *GIVERS, "assignment").order_by("due_at", "pk")[:MOST])
    hands = Hands(rows, at)
    told = set(Reminder.objects.filter(day=day).values_list("person_id", flat=True))
    found: dict[Person, Lines] = {}
    for part in rows:
        for hand in _those(part, hands, at):
            if hand.person.pk not in told:
                found.setdefault(hand.person, []).append((part, hand.behalf))
    return found


def _those(part: Part, hands: Hands, at: datetime) -> Iterable[Hand]:
    people = {hand.person.pk: hand for hand in hands.clerks(part)} if part.is_late(at) else {}
    return (people | {hand.person.pk: hand for hand in hands.of(part)}).values()


@transaction.atomic
def _remind(person: Person, lines: Lines, working: WorkingTime, day: date, at: datetime) -> bool:
    """The row of the day is the claim: who finds it there does nothing."""
    _row, first = Reminder.objects.get_or_create(person=person, day=day)
    if not first:
        return False
    texts = {language: _text(lines, working, at, language) for language, _name in settings.LANGUAGES}
    page = lines[0][0].get_absolute_url() if len(lines) == 1 else reverse("assignments:list")
    tell(
        person=person,
        source="assignments.reminder",
        texts=texts,
        queue=Queue.REMINDER,
        target_url=page,
        at=at,
    )
    return True


def _text(lines: Lines, working: WorkingTime, at: datetime, language: str) -> Text:
    with override(language):
        words = ngettext("%(count)d assignment waits for you", "%(count)d assignments wait for you", len(lines))
        subject = f"{words % {'count': len(lines)}} ({working.day(at):%Y-%m-%d})"
        groups: dict[str, list[str]] = {}
        for part, behalf in lines[:LONGEST]:
            groups.setdefault(_group(part, working, at), []).append(_line(part, behalf))
        text = "\n\n".join("\n".join([head, *rows]) for head, rows in groups.items())
        if len(lines) > LONGEST:
            text += "\n\n" + _("… and %(count)d more, on the page.") % {"count": len(lines) - LONGEST}
        return Text(subject, text)


def _group(part: Part, working: WorkingTime, at: datetime) -> str:
    if part.due_at < at:
        return _("Overdue:")
    return _("Due today:") if working.day(part.due_at) == working.day(at) else _("Due by the next working day:")


def _line(part: Part, behalf: Person | None) -> str:
    title, unit, due = name_of(part.assignment), str(part.unit), moment(part.due_at)
    row = f"· {title} · {unit} · {part.get_state_display()} · {due}"
    return row + " · " + _("for %(name)s") % {"name": behalf.name} if behalf else row
