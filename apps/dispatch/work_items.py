"""What outgoing papers put on dashboards: to decide, sent back to the drafter, to number, to seal, to send, not set."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.core.work_item import Action, Section, WorkItem
from apps.dispatch.enums import EDITABLE
from apps.dispatch.models import Draft
from apps.documents.enums import State
from apps.documents.rules import can_register
from apps.documents.texts import name_of
from apps.people.enums import Role
from apps.people.models import Person

BESIDE = ("document__handler", "drafter", "signer")


def for_user(user: Person, *, at: datetime, limit: int = 50) -> list[WorkItem]:
    """At most `limit` of each kind, in a fixed number of queries."""
    mine = [*to_decide(user, at, limit), *came_back(user, at, limit), *to_issue(user, at, limit)]
    return [*mine, *stuck(user, at, limit), *left_behind(user, at, limit)]


def to_decide(user: Person, at: datetime, limit: int) -> list[WorkItem]:
    """Papers that wait for a word of this person, or of somebody they stand in for."""
    rows = Draft.objects.waiting_for(user, at).visible_to(user).select_related(*BESIDE)
    rows = rows.order_by("document__last_event_at", "pk")
    reason = _("waits for your decision")
    return [_item(row, Section.DECIDE, reason, at, _decide(row)) for row in rows[:limit]]


def came_back(user: Person, at: datetime, limit: int) -> list[WorkItem]:
    """In the own hands, or in those of somebody for whom the user acts."""
    rows = Draft.objects.in_hands_of(user, at).filter(document__state=State.RETURNED).select_related(*BESIDE)
    rows = rows.order_by("document__last_event_at", "pk")
    return [_item(row, Section.MINE, _came_back(row, user), at, _open(row)) for row in rows[:limit]]


def _came_back(row: Draft, user: Person) -> str:
    if row.document.handler_id == user.pk:
        return _("came back to you")
    return _("came back to %(name)s, for whom you act") % {"name": row.document.handler.name}


def left_behind(user: Person, at: datetime, limit: int) -> list[WorkItem]:
    """For the director: written by somebody who has left, and not put up; to be handed over."""
    if not user.has_role(Role.DIRECTOR):
        return []
    rows = Draft.objects.visible_to(user).filter(document__state__in=EDITABLE, document__handler__is_active=False)
    rows, words = rows.select_related(*BESIDE).order_by("pk"), _("who has it in hand has left")
    return [_item(row, Section.STUCK, words, at, _open(row)) for row in rows[:limit]]


def stuck(user: Person, at: datetime, limit: int) -> list[WorkItem]:
    """Asked of somebody who has left, or of a post that nobody holds: of the own papers, for the director of all."""
    rows = Draft.objects.asked_of_nobody().visible_to(user)
    if not user.has_role(Role.DIRECTOR):
        rows = rows.in_hands_of(user, at)
    rows, words = rows.select_related(*BESIDE).order_by("pk"), _("who is asked is not there any more")
    return [_item(row, Section.STUCK, words, at, _open(row)) for row in rows[:limit]]


def to_issue(user: Person, at: datetime, limit: int) -> list[WorkItem]:
    """What the office does with signed papers; nothing for others (and no query)."""
    if not can_register(user):
        return []
    kinds = (
        (Draft.objects.to_number(), "draft", _("to be numbered")),
        (Draft.objects.to_seal(), "draft", _("to be sealed")),
        (Draft.objects.to_send(), "draft", _("to be sent out")),
        (Draft.objects.not_set(), "sheet", _("could not be typeset")),
    )
    found = []
    for rows, thing, reason in kinds:
        seen = rows.visible_to(user).select_related(*BESIDE).order_by("document__last_event_at", "pk")
        found += [_item(row, Section.MINE, reason, at, _open(row), thing) for row in seen[:limit]]
    return found


def _decide(row: Draft) -> Action:
    return Action(label=_("Look and decide"), url=reverse("dispatch:sign", args=[row.pk]), key="o", primary=True)


def _open(row: Draft) -> Action:
    return Action(label=_("To the paper"), url=row.get_absolute_url(), key="o", primary=True)


def _item(row: Draft, section: Section, reason: str, at: datetime, action: Action, thing: str = "draft") -> WorkItem:
    paper = row.document
    late = paper.due_at is not None and paper.due_at < at
    return WorkItem(
        key=f"dispatch.{thing}:{row.pk}",
        section=section,
        number=paper.number,
        title=paper.title,
        said=name_of(paper),
        url=action.url,
        icon="file-pen-line",
        kind=pgettext("outgoing papers", "paper"),
        who=row.drafter.name,
        reason=reason,
        state=str(paper.get_state_display()),
        state_colour=row.colour,
        due_at=paper.due_at,
        since=paper.last_event_at,
        overdue=late,
        actions=(action,),
    )
