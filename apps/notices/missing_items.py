"""Rows that the check could not put back, for the director: one row for each notice."""

from datetime import datetime

from django.db.models import Count, F, Min
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from apps.core.text import localized
from apps.core.work_item import Action, Section, WorkItem
from apps.notices.missing_filter import LEFT, MissingFilter
from apps.notices.models import MissingRow, Notice
from apps.people.enums import Role
from apps.people.models import Person

KIND = gettext_lazy("missing rows")


def missing(user: Person, at: datetime, limit: int) -> list[WorkItem]:
    """At most `limit`, two queries however many notices; none for others than the director."""
    if not user.has_role(Role.DIRECTOR):
        return []
    rows = MissingRow.objects.left().values("notice").annotate(rows=Count("pk"), since=Min("run__at"))
    found = {row["notice"]: row for row in rows.order_by(F("since"), "notice")[:limit]}
    notices = Notice.objects.filter(pk__in=found).select_related("sender").order_by("pk")
    return [_item(notice, found[notice.pk]) for notice in notices]


def _item(notice: Notice, row: dict) -> WorkItem:
    page = f"{reverse('notices:missing_rows')}?{MissingFilter(notice=notice.pk, show=LEFT).querystring()}"
    words = ngettext(
        "%(count)s row found missing and not put back", "%(count)s rows found missing and not put back", row["rows"]
    )
    return WorkItem(
        key=f"notices.missing:{notice.pk}",
        section=Section.STUCK,
        number=notice.number,
        title=localized(notice.title),
        url=page,
        icon="search-x",
        kind=str(KIND),
        who=notice.sender.name,
        reason=words % {"count": row["rows"]},
        state=pgettext("missing rows", "left"),
        state_colour="red",
        due_at=None,
        since=row["since"],
        actions=(Action(_("Look into it"), page, primary=True),),
    )
