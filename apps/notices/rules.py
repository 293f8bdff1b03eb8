"""Who may do what with notices. What somebody may see stands in managers.py (`visible_to`)."""

from datetime import datetime

from apps.core.clock import now
from apps.notices.managers import has_post_under, looked_after, units_of_secretary
from apps.notices.models import Notice, NoticeTemplate, SavedAudience, Series
from apps.people.deputies import principals
from apps.people.enums import OFFICE_ROLES, DeputyScope, Role
from apps.people.models import Person, Post

CHASING_ROLES = (Role.CLERK, Role.DIRECTOR, Role.ADMINISTRATOR)


def can_compose(user: Person) -> bool:
    return user.has_role(*OFFICE_ROLES, Role.UNIT_SECRETARY)


def speaks_for_sender(user: Person, notice: Notice, at: datetime | None = None) -> bool:
    """The sender, or who stands in for the sender in notices."""
    if notice.sender_id == user.pk:
        return True
    return any(person.pk == notice.sender_id for person in principals(user, scope=DeputyScope.NOTICES, at=at or now()))


def looks_after_people(user: Person) -> bool:
    """A unit secretary, or who stands in for one in notices."""
    return user.has_role(Role.UNIT_SECRETARY) or bool(looked_after(user))


def acts_for(
    user: Person, notice: Notice, *, person: Person | None = None, at: datetime | None = None
) -> Person | None:
    """In whose place this user chases or changes; None: by a right of the user's own. `person`: who is chased.

    The sender comes first, then the secretary of the unit whose people are looked after.
    """
    if notice.sender_id == user.pk or user.has_role(*CHASING_ROLES):
        return None
    stood_in = principals(user, scope=DeputyScope.NOTICES, at=at or now())
    if not stood_in or (person and _looks_after(user, person)):
        return None
    senders = [each for each in stood_in if each.pk == notice.sender_id]
    if senders or (person is None and _looks_after(user, None)):
        return next(iter(senders), None)
    return next((each for each in stood_in if _looks_after(each, person)), None)


def _looks_after(secretary: Person, person: Person | None) -> bool:
    """Is this the secretary of a unit in which `person` has a post (None: of any unit)?"""
    paths = tuple(units_of_secretary(secretary))
    if not paths or person is None:
        return bool(paths)
    posts = Post.objects.current().filter(person=person).values_list("unit__path", flat=True)
    return any(path.startswith(paths) for path in posts)


def can_edit(user: Person, notice: Notice) -> bool:
    """Drafts only; the office's people may finish each other's."""
    return can_compose(user) and (user.has_role(*CHASING_ROLES) or speaks_for_sender(user, notice))


def can_address_all(user: Person) -> bool:
    """A unit secretary may write to the own unit's people only; the office to everybody."""
    return user.has_role(*OFFICE_ROLES)


def can_send_urgently(user: Person) -> bool:
    """At night and on holidays too, with a reason: the office only."""
    return user.has_role(*OFFICE_ROLES)


def can_use_audience(user: Person, audience: SavedAudience) -> bool:
    """See it and write to it: the office, and the secretaries of the unit it is kept for (the same as `visible_to`)."""
    return user.has_role(*OFFICE_ROLES) or _is_secretary_of(user, audience)


def can_change_audience(user: Person, audience: SavedAudience) -> bool:
    """Name, rule, whom it is kept for, whether it is in use: who may use it, and saved it, or chases for everybody, or
    is secretary of its unit.
    """
    if not can_use_audience(user, audience):
        return False
    return user.has_role(*CHASING_ROLES) or audience.owner_id == user.pk or _is_secretary_of(user, audience)


def _is_secretary_of(user: Person, audience: SavedAudience) -> bool:
    paths = tuple(units_of_secretary(user))
    return bool(paths) and audience.unit is not None and audience.unit.path.startswith(paths)


def can_see_missing(user: Person) -> bool:
    """What the check for missing rows found, of all notices; and say what was done about it."""
    return user.has_role(Role.DIRECTOR, Role.ADMINISTRATOR)


def can_change_template(user: Person, template: NoticeTemplate) -> bool:
    """As a saved audience: who made it, who chases for everybody, the secretary who sees it as the unit's."""
    return user.has_role(*CHASING_ROLES, Role.UNIT_SECRETARY) or template.owner_id == user.pk


def can_change_series(user: Person, series: Series) -> bool:
    """Change, pause, end it, leave a date out: the sender, who stands in, and who chases for everybody."""
    return can_compose(user) and (user.has_role(*CHASING_ROLES) or speaks_for_series(user, series))


def speaks_for_series(user: Person, series: Series, at: datetime | None = None) -> bool:
    if series.sender_id == user.pk:
        return True
    return any(person.pk == series.sender_id for person in principals(user, scope=DeputyScope.NOTICES, at=at or now()))


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
    """Remind one person, excuse, note a phone call: also the unit secretary (or who stands in), among the people that
    one may see.
    """
    return can_remind_all(user, notice) or looks_after_people(user)
