"""Who may do what with notices. What somebody may see stands in managers.py (`visible_to`)."""

from datetime import datetime

from apps.core.clock import now
from apps.notices.managers import has_post_under, looked_after
from apps.notices.models import Notice, SavedAudience
from apps.people.deputies import principals
from apps.people.enums import OFFICE_ROLES, DeputyScope, Role
from apps.people.models import Person

CHASING_ROLES = (Role.CLERK, Role.DIRECTOR, Role.ADMINISTRATOR)


def can_compose(user: Person) -> bool:
    return user.has_role(*OFFICE_ROLES, Role.UNIT_SECRETARY)


def speaks_for_sender(user: Person, notice: Notice, at: datetime | None = None) -> bool:
    """The sender, or who stands in for the sender in notices."""
    if notice.sender_id == user.pk:
        return True
    return any(person.pk == notice.sender_id for person in principals(user, scope=DeputyScope.NOTICES, at=at or now()))


def can_edit(user: Person, notice: Notice) -> bool:
    """Drafts only; the office's people may finish each other's."""
    return can_compose(user) and (user.has_role(*CHASING_ROLES) or speaks_for_sender(user, notice))


def can_address_all(user: Person) -> bool:
    """A unit secretary may write to the own unit's people only; the office to everybody."""
    return user.has_role(*OFFICE_ROLES)


def can_send_urgently(user: Person) -> bool:
    """At night and on holidays too, with a reason: the office only."""
    return user.has_role(*OFFICE_ROLES)


def can_change_audience(user: Person, audience: SavedAudience) -> bool:
    """Who saved it, who chases for everybody, and the unit secretary who sees it as the unit's."""
    return user.has_role(*CHASING_ROLES, Role.UNIT_SECRETARY) or audience.owner_id == user.pk


def can_see_report(user: Person, notice: Notice) -> bool:
    """The list of people; which of them is for `Obligation.objects.visible_to`."""
    if user.has_role(*OFFICE_ROLES) or speaks_for_sender(user, notice):
        return True
    paths = list(looked_after(user))
    return bool(paths) and notice.obligations.filter(has_post_under(paths, "person")).exists()


def can_remind_all(user: Person, notice: Notice) -> bool:
    return user.has_role(*CHASING_ROLES) or speaks_for_sender(user, notice)


def can_change_published(user: Person, notice: Notice) -> bool:
    """Correct, replace or take back what is out: who sent it, and who chases for everybody."""
    return can_remind_all(user, notice)


def can_chase(user: Person, notice: Notice) -> bool:
    """Remind one person, excuse, note a phone call: also the unit secretary, and who stands in for one, among the
    people that one may see.
    """
    return can_remind_all(user, notice) or bool(looked_after(user))
