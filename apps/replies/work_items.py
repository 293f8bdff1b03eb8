"""What collected answers put on dashboards: to mend, to confirm, to sign."""

from datetime import datetime

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.core.text import localized
from apps.core.work_item import Action, Section, WorkItem
from apps.notices.managers import looked_after
from apps.notices.work_items import soon_after
from apps.people.models import Person
from apps.replies.enums import COLLECTION_COLOURS, COLOURS, CollectionState, ReplyState
from apps.replies.managers import TO_CONFIRM, within
from apps.replies.models import Collection, Reply, SignOff
from apps.replies.progress import RowsFilter
from apps.replies.rules import SECOND_SIGNERS

KIND = gettext_lazy("answers")


def for_user(user: Person, *, at: datetime, limit: int = 50) -> list[WorkItem]:
    """At most `limit` of each kind, in a fixed number of queries."""
    return [*to_mend(user, at, limit), *to_confirm(user, at, limit), *to_sign(user, limit)]


def to_mend(user: Person, at: datetime, limit: int) -> list[WorkItem]:
    """My answers that came back. The key is that of the notice's own line, so that it stands once, with this reason."""
    rows = Reply.objects.filter(
        obligation__person=user, state=ReplyState.RETURNED, collection__state=CollectionState.OPEN
    )
    rows = rows.filter(obligation__is_open=True).select_related("collection__notice__unit", "obligation")
    rows, found = list(rows.order_by("pk")[:limit]), []
    soon = soon_after(at) if rows else at
    for row in rows:
        notice = row.collection.notice
        page, due = reverse("replies:fill", args=[notice.pk]), notice.acknowledge_by
        section = Section.MINE if due is None or due > soon else Section.SOON if due >= at else Section.OVERDUE
        found.append(
            WorkItem(
                key=f"notices.obligation:{row.obligation_id}",
                section=section,
                number=notice.number,
                title=localized(notice.title),
                url=page,
                icon="undo-2",
                kind=str(KIND),
                who=str(notice.unit),
                reason=_("returned for correction"),
                state=row.label,
                state_colour=COLOURS[row.state],
                due_at=due,
                since=row.obligation.state_at or row.created_at,
                overdue=section == Section.OVERDUE,
                actions=(Action(label=_("Correct"), url=page, key="o", primary=True),),
            )
        )
    return found


def to_confirm(user: Person, at: datetime, limit: int) -> list[WorkItem]:
    """Collections with answers that wait for my unit, one line each."""
    paths = looked_after(user)
    if not paths:
        return []
    barred = {user.pk, *(person.pk for person in paths.values() if person)}
    waiting = Reply.objects.to_confirm().filter(within(list(paths), "unit")).exclude(obligation__person__in=barred)
    counts = waiting.order_by().values("collection").annotate(count=Count("pk"), since=Min("handed_in_at"))
    by_collection = {row["collection"]: row for row in counts.order_by("since")[:limit]}
    rows = Collection.objects.filter(pk__in=by_collection).select_related("notice__unit", "form_version__form")
    return [_to_confirm(row, by_collection[row.pk]["count"], by_collection[row.pk]["since"], at) for row in rows]


def _to_confirm(row: Collection, count: int, since: datetime, at: datetime) -> WorkItem:
    notice = row.notice
    late = notice.is_late(at)
    page = RowsFilter(row.pk, show=TO_CONFIRM).url()
    return WorkItem(
        key=f"replies.collection:{row.pk}",
        section=Section.OVERDUE if late else Section.DECIDE,
        number=notice.number,
        title=localized(notice.title),
        url=page,
        icon="list-checks",
        kind=str(KIND),
        who=str(notice.unit),
        reason=ngettext("%(count)s answer to confirm", "%(count)s answers to confirm", count) % {"count": count},
        state=str(row.get_state_display()),
        state_colour=COLLECTION_COLOURS[row.state],
        due_at=notice.acknowledge_by,
        since=since,
        overdue=late,
        actions=(Action(label=_("Look at them"), url=page, key="o", primary=True),),
    )


def to_sign(user: Person, limit: int) -> list[WorkItem]:
    """Totals that wait for a second signature which I may give."""
    if not user.has_role(*SECOND_SIGNERS):
        return []
    rows = SignOff.objects.in_force().filter(second_signed_at__isnull=True).exclude(first_signer=user)
    rows = rows.select_related("collection__notice__unit", "first_signer").order_by("first_signed_at")[:limit]
    return [_to_sign(row) for row in rows]


def _to_sign(row: SignOff) -> WorkItem:
    notice = row.collection.notice
    page = reverse("replies:totals", args=[row.collection_id])
    return WorkItem(
        key=f"replies.sign_off:{row.pk}",
        section=Section.DECIDE,
        number=notice.number,
        title=localized(notice.title),
        url=page,
        icon="stamp",
        kind=str(KIND),
        who=row.first_signer.name,
        reason=_("totals to sign off"),
        state=str(row.collection.get_state_display()),
        state_colour=row.collection.colour,
        due_at=None,
        since=row.first_signed_at,
        actions=(Action(label=_("Look at the totals"), url=page, key="o", primary=True),),
    )
