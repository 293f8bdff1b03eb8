"""A person says what was done about rows that could not be put back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal.services import record
from apps.notices.models import MissingRow, Notice
from apps.people.models import Person


class UnableToSettle(Exception):
    """Nothing is left of this notice, or nothing was said."""


@transaction.atomic
def settle_missing(*, notice: Notice, note: str, actor: Person, at: datetime | None = None) -> int:
    """Everything left of the notice counts as looked into; gives how many rows. Raises UnableToSettle.

    The number of people that the notice is held to becomes the number of lines there are, and the history says both.
    """
    at = at or now()
    if not note.strip():
        raise UnableToSettle(_("Say what was found out or done."))
    fresh = Notice.objects.select_for_update(no_key=True).get(pk=notice.pk)
    left = MissingRow.objects.left().filter(notice=fresh)
    lines = left.filter(round__isnull=True).exists()
    count = left.update(settled_at=at, settled_by=actor, note=note.strip())
    if not count:
        raise UnableToSettle(_("Nothing is left to look into."))
    changes: dict[str, object] = {"rows": count}
    if lines:
        people = fresh.obligations.count()
        changes["people"] = [fresh.recipient_count, people]
        Notice.objects.filter(pk=fresh.pk).update(recipient_count=people)
    record(actor=actor, verb="missing_settled", obj=fresh, changes=changes, note=note.strip(), internal=True, at=at)
    return count
