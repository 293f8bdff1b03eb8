"""What relays put on dashboards: to sign, to pass on and report, to accept, units without a secretary, late ones."""

from datetime import datetime

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.core.text import localized
from apps.core.work_item import Action, Section, WorkItem
from apps.notices.managers import looked_after
from apps.notices.models import Obligation
from apps.notices.rules import CHASING_ROLES
from apps.notices.work_items import soon_after
from apps.people.enums import Role
from apps.people.models import Person
from apps.relays.enums import ExtensionState, Rung
from apps.relays.managers import LATE, MORE_TIME, TO_ACCEPT, RelayLineQuerySet, under
from apps.relays.models import Extension, Relay, RelayLine

KIND = gettext_lazy("relay")


def for_user(user: Person, *, at: datetime, limit: int = 50) -> list[WorkItem]:
    """At most `limit` of each kind, in a fixed number of queries."""
    return [
        *units_turn(user, at, limit),
        *to_accept(user, limit),
        *to_extend(user, limit),
        *to_call(user, limit),
        *late(user, at, limit),
    ]


def units_turn(user: Person, at: datetime, limit: int) -> list[WorkItem]:
    """What my units (or those I stand in for) owe. Of one notice the first has the key of the notice's own line, so
    that it stands once, with this reason.
    """
    paths = looked_after(user)
    rows = RelayLine.objects.out().units_turn().filter(Q(unit__path__in=paths) | Q(under(paths), stand_in=user))
    rows = rows.filter(notice__fanned_out_at__isnull=False).select_related("relay__notice__unit", "notice", "unit")
    rows = list(rows.order_by("report_by", "pk")[:limit])
    owed = dict(
        Obligation.objects.filter(person=user, is_open=True, notice__in={row.notice_id for row in rows}).values_list(
            "notice_id", "pk"
        )
    )
    soon = soon_after(at) if rows else at
    found = []
    for row in rows:
        own = owed.pop(row.notice_id, None)
        key = f"notices.obligation:{own}" if own else f"relays.line:{row.pk}"
        found.append(_turn(row, key, paths.get(row.unit.path) if row.unit.path in paths else None, at, soon))
    return found


def _turn(row: RelayLine, key: str, behalf: Person | None, at: datetime, soon: datetime) -> WorkItem:
    due = row.due_at()
    is_late = row.is_late(at)
    section = Section.OVERDUE if is_late else Section.SOON if due and due <= soon else Section.MINE
    reason, label = _what(row)
    if behalf:
        reason = _("%(reason)s, for %(name)s") % {"reason": reason, "name": behalf.name}
    return WorkItem(
        key=key,
        section=section,
        number=row.notice.number,
        title=localized(row.notice.title),
        url=row.get_absolute_url(),
        icon="share-2",
        kind=str(KIND),
        who=str(row.unit),
        reason=reason,
        state=str(row.get_state_display()),
        state_colour=row.colour,
        due_at=due,
        since=row.signed_at or row.added_at,
        overdue=is_late,
        actions=(Action(label=label, url=row.get_absolute_url(), key="o", primary=True),),
    )


def _what(row: RelayLine) -> tuple[str, str]:
    if row.is_waiting:
        return _("to sign for"), _("Sign for it")
    if row.is_returned:
        return _("the report came back"), _("Correct the report")
    if not row.is_passed and row.relay.wants_passing_on:
        return _("to pass on"), _("Pass it on")
    return _("to report back"), _("Report back")


def to_accept(user: Person, limit: int) -> list[WorkItem]:
    """Reports that wait for me, one line a relay: those of units below mine, and as the sender (clerks: all)."""
    waiting = RelayLine.objects.out().to_accept().filter(_of_level_below(user)).exclude(reported_by=user)
    return _by_relay(waiting, TO_ACCEPT, Min("reported_at"), limit)


def to_extend(user: Person, limit: int) -> list[WorkItem]:
    """Units that ask me for more time, one line a relay."""
    asked = Extension.objects.filter(state=ExtensionState.ASKED).exclude(asked_by=user).values("line")
    waiting = RelayLine.objects.out().filter(_of_level_below(user), pk__in=asked)
    return _by_relay(waiting, MORE_TIME, Min("extensions__asked_at"), limit)


def _of_level_below(user: Person) -> Q:
    """Units that answer to me: those below mine, and those of the relays that I sent (a clerk: all)."""
    mine = Q(parent__unit__path__in=looked_after(user)) | Q(relay__notice__sender=user, parent__isnull=True)
    return mine | Q(parent__isnull=True) if user.has_role(Role.CLERK) else mine


def _by_relay(lines: RelayLineQuerySet, show: str, since: Min, limit: int) -> list[WorkItem]:
    counts = lines.order_by().values("relay").annotate(count=Count("pk", distinct=True), since=since)
    found = {row["relay"]: row for row in counts.order_by("since")[:limit]}
    rows = Relay.objects.filter(pk__in=found).select_related("notice__sender")
    return [_grouped(row, show, found[row.pk]["count"], found[row.pk]["since"]) for row in rows]


def late(user: Person, at: datetime, limit: int) -> list[WorkItem]:
    """For the director all relays with units that are late, for a sender the own ones. A unit without a secretary is
    late from the first minute.
    """
    lines = RelayLine.objects.out().late(at)
    if not user.has_role(Role.DIRECTOR):
        lines = lines.filter(relay__notice__sender=user)
    return _by_relay(lines, LATE, Min("added_at"), limit)


def _words(show: str, count: int) -> str:
    if show == LATE:
        return ngettext("%(count)s unit is late", "%(count)s units are late", count)
    if show == MORE_TIME:
        return ngettext("%(count)s unit asks for more time", "%(count)s units ask for more time", count)
    return ngettext("%(count)s report to accept", "%(count)s reports to accept", count)


def _grouped(row: Relay, show: str, count: int, since: datetime) -> WorkItem:
    notice, page = row.notice, f"{row.get_absolute_url()}?show={show}"
    words = _words(show, count)
    return WorkItem(
        key=f"relays.relay:{row.pk}:{show}",
        section=Section.OVERDUE if show == LATE else Section.DECIDE,
        number=notice.number,
        title=localized(notice.title),
        url=page,
        icon="share-2",
        kind=str(KIND),
        who=notice.sender.name,
        reason=words % {"count": count},
        state=words % {"count": count},
        state_colour="red" if show == LATE else "purple",
        due_at=row.report_by,
        since=since,
        overdue=show == LATE,
        handler=notice.sender.name,
        handler_id=notice.sender_id,
        actions=(Action(label=_("Look at the units"), url=page, key="o", primary=True),),
    )


def to_call(user: Person, limit: int) -> list[WorkItem]:
    """One line for all units on the phone list."""
    if not user.has_role(*CHASING_ROLES):
        return []
    found = RelayLine.objects.on_phone_list().aggregate(
        count=Count("pk"), since=Min("sign_due_at"), added=Min("added_at")
    )
    if not found["count"]:
        return []
    words = ngettext("%(count)s unit to call", "%(count)s units to call", found["count"]) % {"count": found["count"]}
    page = reverse("relays:phone")
    return [
        WorkItem(
            key="relays.phone",
            section=Section.STUCK,
            number="",
            title=_("Nobody has signed for the unit"),
            url=page,
            icon="phone",
            kind=str(KIND),
            who="",
            reason=words,
            state=str(Rung.PHONE.label),
            state_colour="orange",
            due_at=None,
            since=found["since"] or found["added"],
            actions=(Action(label=_("Open the phone list"), url=page, key="o", primary=True),),
        )
    ]
