"""What assignments put on dashboards: to sign, name, report, confirm, accept, more time, to close, what is late."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from apps.assignments.acts import said
from apps.assignments.enums import HEAD_ROLES, REPORTABLE, ExtensionState, PartRole, PartState, VerdictKind
from apps.assignments.managers import given_by, holds, known_to_office, looked_after, set_by, spoken_for
from apps.assignments.models import Assignment, Extension, Part, Report, Verdict
from apps.assignments.rules import may_call
from apps.assignments.standing import Standing, standing_of
from apps.assignments.supervision import NOBODY, OVERDUE, PAUSED
from apps.assignments.texts import name_of
from apps.core.calendar import CalendarYearMissing, WorkingTime, office_time
from apps.core.work_item import Action, Section, WorkItem
from apps.people.enums import HANDLER_ROLES, Role
from apps.people.models import Person

KIND = gettext_lazy("assignment")
BESIDE = ("assignment__given_by", "unit", "person")


def for_user(user: Person, *, at: datetime, limit: int = 50) -> list[WorkItem]:
    """At most `limit` of each kind, the most pressing first, in a fixed number of queries."""
    standing, soon = standing_of(user), _soon(at)
    return [
        *_items(_to_confirm(user, standing), at, soon, limit, standing),
        *_items(_to_accept(user), at, soon, limit, standing),
        *(_wish(part) for part in _first(_to_extend(user), limit)),
        *_items(_units_turn(user, standing, at), at, soon, limit, standing),
        *(_to_close(row) for row in _closable(user)[:limit]),
        *_late(user, at),
        *_standing_still(user),
        *_to_call(user),
        *_in_no_hands(user),
    ]


def _first(rows: QuerySet, limit: int) -> QuerySet:
    return rows.select_related(*BESIDE).order_by("due_at", "pk")[:limit]


def _units_turn(user: Person, standing: Standing, at: datetime) -> QuerySet:
    """To sign and to name for clerks and who stands in; to report for who is named, for the clerk where nobody is, or
    that person has left, or the day is over.
    """
    clerks = looked_after(user)
    nobody = Q(person__isnull=True) | Q(person__is_active=False)
    late = Q(due_at__lt=at, paused_at__isnull=True)
    report = Q(state__in=REPORTABLE) & (Q(person__in=list(standing.people)) | ((nobody | late) & clerks))
    return Part.objects.filter((Q(state=PartState.WAITING) & clerks) | report)


def _to_confirm(user: Person, standing: Standing) -> QuerySet:
    """For the head; of a unit without one for its clerk, or who stands in."""
    as_head = Q(unit__path__in=standing.head_of)
    as_clerk = looked_after(user) & ~Exists(holds("unit", *HEAD_ROLES))
    return Part.objects.filter(as_head | as_clerk, state=PartState.REPORTED)


def _to_accept(user: Person) -> QuerySet:
    """Reports that wait for the level above, but those that one wrote or confirmed: of a helper for the lead unit, of
    what was passed down for the unit above, of the lead for who gave it (the office's handlers: all).
    """
    said = Verdict.objects.filter(report__part=OuterRef("pk"), report__round=OuterRef("rounds"), by=user)
    wrote = Report.objects.filter(part=OuterRef("pk"), round=OuterRef("rounds"), author=user)
    own = Q(Exists(said.filter(kind=VerdictKind.CONFIRMED))) | Q(Exists(wrote))
    lead = Part.objects.filter(spoken_for(user), assignment=OuterRef("assignment"), role=PartRole.LEAD)
    helper = Q(role=PartRole.HELPER, parent__isnull=True) & Q(Exists(lead))
    below = Q(parent__isnull=False) & spoken_for(user, "parent__")
    return Part.objects.to_answer().filter(helper | below | (Q(role=PartRole.LEAD) & _gave(user))).exclude(own)


def _to_extend(user: Person) -> QuerySet:
    """Wishes for more time that wait for who set the day."""
    asked = Extension.objects.filter(part=OuterRef("pk"), state=ExtensionState.ASKED).exclude(asked_by=user)
    below = Q(parent__isnull=False) & spoken_for(user, "parent__")
    return Part.objects.filter(below | (Q(parent__isnull=True) & _gave(user)), Exists(asked), paused_at__isnull=True)


def _gave(user: Person) -> Q:
    """Gave it, or had it given; the office's handlers look after all that they may see."""
    own = given_by(user, "assignment__")
    return known_to_office(user, "assignment__") | own if user.has_role(*HANDLER_ROLES) else own


def _closable(user: Person) -> QuerySet:
    rows = Assignment.objects.to_close().select_related("given_by")
    rows = rows.visible_to(user) if user.has_role(*HANDLER_ROLES) else rows.filter(given_by(user))
    return rows.order_by("due_at", "pk")


def _items(rows: QuerySet, at: datetime, soon: datetime, limit: int, standing: Standing) -> list[WorkItem]:
    return [_item(part, at, soon, standing) for part in _first(rows, limit)]


def _item(part: Part, at: datetime, soon: datetime, standing: Standing) -> WorkItem:
    late = part.is_late(at)
    reason, act = _what(part)
    behalf = _behalf(part, standing)
    if part.state in REPORTABLE and part.person and part.person.is_active and part.person_id not in standing.people:
        reason = _("%(reason)s, with %(name)s") % {"reason": reason, "name": part.person.name}
    elif behalf:
        reason = _("%(reason)s, for %(name)s") % {"reason": reason, "name": behalf.name}
    return WorkItem(
        key=f"assignments.part:{part.pk}",
        section=_section(part, late, soon),
        number="",
        title=part.assignment.title,
        said=said_of(part),
        url=part.get_absolute_url(),
        icon="clipboard-check",
        kind=str(KIND),
        who=str(part.unit),
        reason=reason,
        state=str(part.get_state_display()),
        state_colour=part.colour,
        due_at=part.due_at,
        since=part.named_at or part.signed_at or part.added_at,
        overdue=late,
        handler=part.person.name if part.person else "",
        handler_id=part.person_id,
        paused=part.is_paused,
        actions=act,
    )


def _section(part: Part, late: bool, soon: datetime) -> Section:
    if part.is_reported or part.is_confirmed:
        return Section.DECIDE
    if part.is_paused:
        return Section.WAITING
    return Section.OVERDUE if late else Section.SOON if part.due_at <= soon else Section.MINE


def said_of(part: Part) -> str:
    return f"{name_of(part.assignment)} · {part.unit}"


def _behalf(part: Part, standing: Standing) -> Person | None:
    """In whose place it stands on the list."""
    if part.person_id in standing.people:
        return standing.people[part.person_id]
    return standing.clerk_of.get(part.unit.path) or standing.head_of.get(part.unit.path)


def _what(part: Part) -> tuple[str, tuple[Action, ...]]:
    """Why it stands there, and the buttons."""
    page, shown = part.get_absolute_url(), said(part)

    def address(name: str) -> str:
        return reverse(f"assignments:{name}", args=[part.pk])

    if part.is_waiting:
        return _("to sign for"), (Action(_("Sign for it"), address("sign"), key="y", post=True, primary=True),)
    if part.is_reported:
        return _("a report to confirm"), (
            Action(_("Confirm"), address("confirm"), key="y", post=True, primary=True, fields=shown),
            Action(_("Send back"), address("send_back"), key="b", post=True, needs_reason=True, fields=shown),
        )
    if part.is_confirmed:
        return _("a report to accept"), (
            Action(pgettext("report", "Accept"), address("accept"), key="y", post=True, primary=True, fields=shown),
            Action(_("Return as incomplete"), address("give_back"), "b", post=True, needs_reason=True, fields=shown),
        )
    if part.is_returned:
        return _("the report came back"), (Action(_("Correct the report"), page, key="o", primary=True),)
    if part.is_nameless:
        return _("to name who does it"), (Action(_("Name the person"), page, key="o", primary=True),)
    return _("to report"), (Action(pgettext("verb", "Report"), page, key="o", primary=True),)


def _wish(part: Part) -> WorkItem:
    page = part.get_absolute_url()
    return WorkItem(
        key=f"assignments.wish:{part.pk}",
        section=Section.DECIDE,
        number="",
        title=part.assignment.title,
        said=said_of(part),
        url=page,
        icon="calendar-clock",
        kind=str(KIND),
        who=str(part.unit),
        reason=_("asks for more time"),
        state=str(part.get_state_display()),
        state_colour=part.colour,
        due_at=part.due_at,
        since=part.added_at,
        actions=(Action(_("Decide"), page, key="o", primary=True),),
    )


def _to_close(row: Assignment) -> WorkItem:
    page = row.get_absolute_url()
    return WorkItem(
        key=f"assignments.assignment:{row.pk}",
        section=Section.MINE,
        number="",
        title=row.title,
        said=name_of(row),
        url=page,
        icon="circle-check",
        kind=str(KIND),
        who=row.given_by.name,
        reason=_("all units are done: to close"),
        state=str(row.get_state_display()),
        state_colour=row.colour,
        due_at=row.due_at,
        since=row.given_at,
        handler=row.given_by.name,
        handler_id=row.given_by_id,
        actions=(Action(pgettext("assignment", "Close"), page, key="o", primary=True),),
    )


def _late(user: Person, at: datetime) -> list[WorkItem]:
    """One line for all that is late: for the director and the leaders of all, for who gave some of these."""
    rows = Part.objects.late(at)
    sees_all = user.has_role(Role.DIRECTOR, Role.LEADER)
    rows = rows.visible_to(user) if sees_all else rows.filter(given_by(user, "assignment__"))
    found = list(rows.order_by("due_at", "pk").values_list("due_at", flat=True)[:1000])
    if not found:
        return []
    page = _page_of(user, OVERDUE, sees_all)
    words = ngettext("%(count)d unit is late", "%(count)d units are late", len(found)) % {"count": len(found)}
    return [_line("late", _("Assignments that are late"), words, page, Section.OVERDUE, "red", found[0])]


def _standing_still(user: Person) -> list[WorkItem]:
    """One line for all whose clock stands still: for the director of all, for others of those whose day they set."""
    rows = Part.objects.filter(paused_at__isnull=False)
    sees_all = user.has_role(Role.DIRECTOR, Role.LEADER)
    own = given_by(user, "assignment__") if user.is_office else set_by(user)
    rows = rows.visible_to(user) if sees_all else rows.filter(own)
    found = list(rows.order_by("paused_at", "pk").values_list("paused_at", flat=True)[:1000])
    if not found:
        return []
    page = _page_of(user, PAUSED, sees_all)
    words = ngettext("%(count)d clock stands still", "%(count)d clocks stand still", len(found))
    words, title = words % {"count": len(found)}, _("Units that wait for an answer from outside")
    return [_line(PAUSED, title, words, page, Section.WAITING, "yellow", found[0])]


def _page_of(user: Person, show: str, sees_all: bool) -> str:
    """Where exactly the rows stand that the line counts."""
    if not user.is_office:
        return f"{reverse('assignments:list')}?show={show}"
    return f"{reverse('assignments:supervision')}?show={show}" + ("" if sees_all else "&mine=1")


def _to_call(user: Person) -> list[WorkItem]:
    """One line for all units on the phone list."""
    if not may_call(user):
        return []
    rows = Part.objects.on_phone_list().visible_to(user).order_by("sign_due_at", "pk")
    found = list(rows.values_list("sign_due_at", "added_at")[:500])
    if not found:
        return []
    words = ngettext("%(count)d unit to call", "%(count)d units to call", len(found)) % {"count": len(found)}
    since = found[0][0] or found[0][1]
    title, page = _("Nobody has signed for the unit"), reverse("assignments:phone")
    return [_line("phone", title, words, page, Section.STUCK, "orange", since)]


def _in_no_hands(user: Person) -> list[WorkItem]:
    """One line for all parts with which nobody can go on; the office names who does, or takes them from the unit."""
    if not may_call(user):
        return []
    rows = Part.objects.visible_to(user).in_no_hands().order_by("added_at", "pk")
    found = list(rows.values_list("added_at", flat=True)[:500])
    if not found:
        return []
    words = ngettext("%(count)d unit with nobody", "%(count)d units with nobody", len(found)) % {"count": len(found)}
    page = f"{reverse('assignments:supervision')}?show={NOBODY}"
    return [_line(NOBODY, _("Nobody is left who has it"), words, page, Section.STUCK, "orange", found[0])]


def _line(key: str, title: str, words: str, page: str, section: Section, colour: str, since: datetime) -> WorkItem:
    return WorkItem(
        key=f"assignments.{key}",
        section=section,
        number="",
        title=title,
        url=page,
        icon="clipboard-check",
        kind=str(KIND),
        who="",
        reason=words,
        state=words,
        state_colour=colour,
        due_at=None,
        since=since,
        overdue=section == Section.OVERDUE,
        actions=(Action(_("Look at the units"), page, key="o", primary=True),),
    )


def _soon(at: datetime) -> datetime:
    """The end of the next working day."""
    working: WorkingTime = office_time()
    try:
        return working.end_of_day(working.next_working_day(working.day(at)))
    except CalendarYearMissing:
        return at
