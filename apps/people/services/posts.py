"""Give and end posts. Rights hang on posts: losing the last office post ends the sessions in the same transaction."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.people.enums import OFFICE_ROLES, Role
from apps.people.history import tell
from apps.people.models import Person, Post, Unit
from apps.people.services.sessions import end_sessions


class UnableToAddPost(Exception):
    """The person holds this very post in that time."""


class UnableToEndPost(Exception):
    """It ended before, or it is the last administrator's."""


def add_post(
    *,
    person: Person,
    unit: Unit,
    role: str,
    valid_from: date,
    valid_to: date | None = None,
    title: str = "",
    actor: Person | None,
    at: datetime | None = None,
) -> Post:
    """Raises UnableToAddPost when the same post overlaps."""
    try:
        with transaction.atomic():
            post = Post.objects.create(
                person=person,
                unit=unit,
                role=role,
                title=title,
                valid_from=valid_from,
                valid_to=valid_to,
                is_main=not person.posts.current(valid_from).exists(),
            )
            tell(actor=actor, verb="post_added", obj=person, changes=_as_changes(post), at=at)
            return post
    except IntegrityError as error:
        raise UnableToAddPost(_("The person holds this post in that unit already, in part of that time.")) from error


@transaction.atomic
def end_post(*, post: Post, last_day: date, actor: Person, at: datetime | None = None) -> Post:
    """End a post after `last_day`; one that would end before it began is deleted. Raises UnableToEndPost.

    When the person has no office role left today, all sessions end.
    """
    at = at or now()
    today = today_of(at)
    person = Person.objects.select_for_update().get(pk=post.person_id)
    post = Post.objects.select_for_update().select_related("unit").get(pk=post.pk)
    if post.valid_to is not None and post.valid_to < today:
        raise UnableToEndPost(_("This post has ended already."))
    if post.role == Role.ADMINISTRATOR and last_day < today and not _other_administrator(post, today):
        raise UnableToEndPost(_("This is the last administrator. Name another one first."))
    was_office = person.posts.current(today).filter(role__in=OFFICE_ROLES).exists()
    if post.valid_from > last_day:
        post.delete()  # never took effect, or began today: it leaves no day behind
    else:
        post.valid_to = last_day
        post.save(update_fields=["valid_to"])
    still_office = person.posts.current(today).filter(role__in=OFFICE_ROLES).exists()
    changes = _as_changes(post) | {"until": last_day.isoformat()}
    if was_office and not still_office:
        changes["sessions"] = end_sessions(person)
    tell(actor=actor, verb="post_ended", obj=person, changes=changes, at=at)
    return post


def today_of(at: datetime) -> date:
    return timezone.localtime(at).date()


def yesterday(at: datetime) -> date:
    return today_of(at) - timedelta(days=1)


def _other_administrator(post: Post, today: date) -> bool:
    others = Post.objects.current(today).filter(role=Role.ADMINISTRATOR, person__is_active=True)
    return others.exclude(person=post.person_id).exists()


def _as_changes(post: Post) -> dict[str, object]:
    return {"role": post.role, "unit": str(post.unit), "from": post.valid_from.isoformat()}
