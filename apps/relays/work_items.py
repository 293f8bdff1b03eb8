"""What relays put on dashboards: to sign, to pass on and report, to accept, units without a secretary, late ones."""

from datetime import datetime

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.core.text import localized
from apps.core.work_item import Action, Section, WorkItem
from apps.notices.models import Obligation
from apps.notices.rules import CHASING_ROLES
from apps.notices.work_items import soon_after
from apps.people.enums import Role
from apps.people.models import Person
from apps.relays.enums import Rung
from apps.relays.managers import LATE, TO_ACCEPT, looked_after
from apps.relays.models import Relay, RelayLine

KIND = gettext_lazy("relay")


def for_user(user: Person, *, at: datetime, limit: int = 50) -> list[WorkItem]:
    """At most `limit` of each kind, in a fixed number of queries."""
    return [*units_turn(user, at, limit), *to_accept(user, at, limit), *to_call(user, limit), *late(user, at, limit)]


def units_turn(user: Person, at: datetime, limit: int) -> list[WorkItem]:
    """What my units (or those I stand in for) owe. Of one notice the first has the key of the notice's own line, so
    that it stands once, with this reason.
    """
    paths = looked_after(user)
    rows = RelayLine.objects.out().units_turn().filter(Q(unit__path__in=paths) | Q(stand_in=user))
    rows = rows.filter(notice__fanned_out_at__isnull=False).select_related("relay__notice__unit", "notice", "unit")
    rows = list(rows.order_by("relay__report_by", "pk")[:limit])
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


def to_accept(user: Person, at: datetime, limit: int) -> list[WorkItem]:
    """Reports that wait for me, one line a relay: those of units below mine, and as the sender (clerks: all)."""
    mine = Q(parent__unit__path__in=looked_after(user)) | Q(relay__notice__sender=user, parent__isnull=True)
    if user.has_role(Role.CLERK):
        mine |= Q(parent__isnull=True)
    waiting = RelayLine.objects.out().to_accept().filter(mine).exclude(reported_by=user)
    counts = waiting.order_by().values("relay").annotate(count=Count("pk"), since=Min("reported_at"))
    by_relay = {row["relay"]: row for row in counts.order_by("since")[:limit]}
    rows = Relay.objects.filter(pk__in=by_relay).select_related("notice__sender")
    return [_grouped(row, TO_ACCEPT, by_relay[row.pk]["count"], by_relay[row.pk]["since"], at) for row in rows]


def late(user: Person, at: datetime, limit: int) -> list[WorkItem]:
    """For the director all relays with units that are late, for a sender the own ones. A unit without a secretary is
    late from the first minute.
    """
    lines = RelayLine.objects.out().late(at)
    if not user.has_role(Role.DIRECTOR):
        lines = lines.filter(relay__notice__sender=user)
    counts = lines.order_by().values("relay").annotate(count=Count("pk"), since=Min("added_at"))
    by_relay = {row["relay"]: row for row in counts.order_by("since")[:limit]}
    rows = Relay.objects.filter(pk__in=by_relay).select_related("notice__sender")
    return [_grouped(row, LATE, by_relay[row.pk]["count"], by_relay[row.pk]["since"], at) for row in rows]


def _grouped(row: Relay, show: str, count: int, since: datetime, at: datetime) -> WorkItem:
    notice, page = row.notice, f"{row.get_absolute_url()}?show={show}"
    if show == LATE:
        words = ngettext("%(count)s unit is late", "%(count)s units are late", count)
    else:
        words = ngettext("%(count)s report to accept", "%(count)s reports to accept", count)
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
