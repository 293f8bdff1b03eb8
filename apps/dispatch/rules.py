"""Who may do what with outgoing papers. What state one must be in stands in the services."""

from datetime import datetime

from apps.approvals.models import Step
from apps.approvals.services import asks
from apps.dispatch.models import Draft
from apps.documents.models import Series
from apps.documents.rules import can_draft, can_handle, can_register
from apps.people.deputies import principals
from apps.people.enums import OFFICE_ROLES, DeputyScope, Role
from apps.people.models import Person

__all__ = [
    "can_add_signer",
    "can_decide",
    "can_draft",
    "can_edit",
    "can_list",
    "can_register",
    "can_see_ledger",
    "can_sign",
    "can_void",
]


HEADS = (Role.UNIT_HEAD, Role.DIRECTOR)


def can_list(user: Person) -> bool:
    """Who writes papers, the office, and unit heads and leaders, who sign them."""
    return can_draft(user) or user.has_role(*OFFICE_ROLES)


def can_edit(user: Person, draft: Draft, at: datetime) -> bool:
    """The drafter, who stands in for them, the director."""
    return can_handle(user, draft.document, at)


def can_sign(person: Person, series: Series) -> bool:
    """A leader of the college, or the head of the unit whose numbers these are."""
    heads = any(post.role in HEADS and post.unit_id == series.unit_id for post in person.current_posts)
    return person.is_active and (person.has_role(Role.LEADER) or heads)


def can_add_signer(user: Person, draft: Draft, at: datetime) -> bool:
    return can_edit(user, draft, at) or can_register(user)


def can_see_ledger(user: Person) -> bool:
    return user.has_role(*OFFICE_ROLES)


def can_void(user: Person) -> bool:
    return user.has_role(Role.DIRECTOR)


def can_decide(user: Person, step: Step, at: datetime) -> bool:
    """Who is asked, who stands in for them, and who has decided it (sending it again is harmless). Also once it is
    decided: who comes too late is told by whom, and keeps what was typed.
    """
    if user.pk in (step.decided_by_id, step.on_behalf_of_id) or (user.pk not in step.barred and asks(step, user)):
        return True
    return stands_in(user, step, at)


def stands_in(user: Person, step: Step, at: datetime) -> bool:
    """May, or could, the user decide in the place of whom the step is asked of (one query)?"""
    people = principals(user, scope=DeputyScope.APPROVALS, at=at)
    asked = [person for person in people if asks(step, person)]
    return user.pk not in step.barred and any(person.pk not in step.barred for person in asked)
