"""Objections of people for whom somebody filed: they wait for the director."""

from datetime import datetime

from django.utils.translation import gettext as _

from apps.core.work_item import Action, Section, WorkItem
from apps.people.enums import Role
from apps.people.models import Person
from apps.servicedesk.models import Consent


def for_user(user: Person, *, at: datetime, limit: int = 50) -> list[WorkItem]:
    """At most `limit`, the oldest first (one query for the director, none for others)."""
    if not user.has_role(Role.DIRECTOR):
        return []
    rows = Consent.objects.filter(objected_at__isnull=False, settled_at=None).order_by("objected_at", "pk")
    return [make_item(row) for row in rows.select_related("request__service", "request__requester", "noted_by")[:limit]]


def make_item(row: Consent) -> WorkItem:
    request = row.request
    url = f"{request.get_absolute_url()}?do=settle_objection#do"
    return WorkItem(
        key=f"servicedesk.objection:{row.pk}",
        section=Section.DECIDE,
        number=request.number or "",
        title=request.title,
        url=url,
        icon="user-x",
        kind=_("objection"),
        who=request.requester.name,
        reason=_("says: I did not ask for this; %(name)s noted the consent") % {"name": row.noted_by.name},
        state=str(request.get_state_display()),
        state_colour=request.colour,
        due_at=None,
        since=row.objected_at,
        actions=(Action(_("Look into it"), url, key="o", primary=True),),
    )
