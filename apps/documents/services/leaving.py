"""What people who leave leave behind: papers that nobody else reads, and that so nobody could hand over."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.core.clock import now
from apps.documents.enums import OPEN_STATES, RESTRICTED, State, Why
from apps.documents.models import Concerned, Document
from apps.documents.services.concerned import involve
from apps.documents.services.locking import lock
from apps.documents.services.telling import directors, tell_people
from apps.journal.services import record
from apps.people.models import Person

LIMIT = 200
IN_HAND = (*OPEN_STATES, State.CLOSED, State.SENT)  # still to be handled, or to be filed


def give_to_directors(*, at: datetime | None = None, limit: int = LIMIT) -> int:
    """The directors read from now on what is limited to whom it concerns and whose handler is gone; gives how many. Of
    what is over only the papers that nobody at all reads. Safe to repeat.
    """
    at, keys = at or now(), set()
    people = directors()
    for person in people:
        reads = Concerned.objects.in_force().filter(document=OuterRef("pk"), person=person)
        keys |= set(left_alone(at).exclude(Exists(reads)).order_by("pk").values_list("pk", flat=True)[:limit])
    return sum(give_one(pk, people, at) for pk in sorted(keys))


def left_alone(at: datetime) -> QuerySet:
    readers = Concerned.objects.of_somebody(at).filter(document=OuterRef("pk"))
    rows = Document.objects.filter(access__in=RESTRICTED).left_behind(at)
    return rows.filter(Q(state__in=IN_HAND) | ~Exists(readers))


@transaction.atomic
def give_one(pk: int, people: list[Person], at: datetime) -> bool:
    """Look again behind the lock: it may be in other hands by now, or another run gave it."""
    row = lock(Document(pk=pk))
    known = set(row.concerned.in_force().filter(person__in=people).values_list("person_id", flat=True))
    fresh = [person for person in people if person.pk not in known]
    if not fresh or not left_alone(at).filter(pk=pk).exists():
        return False
    involve(row, *fresh, why=Why.HANDLES, actor=None, at=at)
    changes = {"let_in": [None, "、".join(person.name for person in fresh)]}
    record(actor=None, verb="doc_left_behind", obj=row, changes=changes, at=at)
    tell_people(fresh, "left_behind", document=row, actor=None, at=at)
    return True
