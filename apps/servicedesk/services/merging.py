"""Two requests about the same thing: one is merged into the other, and can be taken out again as it was.

Nothing is moved: messages, files, answers, tasks and the clock stay with the request they belong to; pages show both.
"""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.core.enums import Category
from apps.journal.services import record
from apps.people.models import Person
from apps.servicedesk.enums import CATEGORY, ENDED_UNDONE, RequestState, Who
from apps.servicedesk.models import Merge, Participant, Request
from apps.servicedesk.rules import capacity
from apps.servicedesk.services.errors import UnableToMerge
from apps.servicedesk.services.linking import check_both, lock_both
from apps.servicedesk.services.merged import merged_into, open_merge
from apps.servicedesk.services.moving import begin, finish, give_back_handler, take_out
from apps.servicedesk.services.participants import MOST
from apps.servicedesk.services.telling import asking_people, requester_side, tell_people


@transaction.atomic
def merge(
    *,
    request: Request,
    into: Request,
    actor: Person,
    note: str,
    version: int | None = None,
    at: datetime | None = None,
) -> Request:
    """Merge `request` into another: it keeps its number, its clock is not counted, its people see the other one, and
    the people of that one are told who sees it now.

    Both requests must be seen and handled by the actor (or a deputy). Raises PermissionDenied, UnableToMerge.
    """
    at = at or now()
    request, into = lock_both(request, into)
    begun = begin(request=request, verb="merge", actor=actor, at=at, version=version, note=note)
    row = begun.request
    if begun.repeated:
        return row
    check_both(actor, row, into)
    check_target(row, into, actor, at)
    made = Merge.objects.create(
        request=row,
        into=into,
        state_before=row.state,
        handler_before=row.handler,
        merged_by=actor,
        merged_at=at,
    )
    seen_by = requester_side(into)
    coming = bring_people(made, actor)
    finish(begun)
    give_back_handler(row, made)
    record(actor=actor, verb="merged_here", obj=into, changes={"other": row.pk}, note=row.number, internal=True, at=at)
    tell_people(requester_side(row), "merged", request=row, actor=actor, at=at, note=begun.note)
    if coming:
        names = "、".join(person.name for person in coming)
        tell_people(seen_by, "merged_here", request=into, actor=actor, at=at, note=names)
    return row


def check_target(request: Request, into: Request, actor: Person, at: datetime) -> None:
    """Raises PermissionDenied (the other is not theirs to handle), UnableToMerge."""
    if capacity(actor, into, Who.HANDLER, at) is None:
        raise PermissionDenied(_("The other request is not yours to handle."))
    if request.pk == into.pk:
        raise UnableToMerge(_("A request cannot be merged into itself."))
    state = RequestState(into.state)
    if CATEGORY[state] in (Category.NOT_STARTED, Category.VOID) or state in ENDED_UNDONE:
        raise UnableToMerge(
            _("%(number)s is “%(state)s”; nothing can be merged into it.")
            % {"number": into.number, "state": into.get_state_display()}
        )
    there = merged_into(request)
    if there:
        numbers = "、".join(str(row.number) for row in there)
        words = _("%(numbers)s was merged into this request. Take it out first, or merge the other way round.")
        raise UnableToMerge(words % {"numbers": numbers})


def bring_people(made: Merge, actor: Person) -> list[Person]:
    """The requesting side of the merged request sees the other one, without acting in it; who is there already stays
    as is. Gives who came.
    """
    into = made.into
    there = {into.requester_id, *into.participants.filter(ended_at__isnull=True).values_list("person_id", flat=True)}
    coming = [person for person in asking_people(made.request) if person.pk not in there]
    if len(there) + len(coming) > MOST + 1:
        raise UnableToMerge(_("More than %(count)d people cannot take part in one request.") % {"count": MOST})
    for person in coming:
        Participant.objects.create(request=into, person=person, merge=made, added_by=actor, added_at=made.merged_at)
        record(actor=actor, verb="add_participant", obj=into, note=person.name, at=made.merged_at)
    return coming


@transaction.atomic
def unmerge(
    *, request: Request, actor: Person, note: str, version: int | None = None, at: datetime | None = None
) -> Request:
    """Take a merged request out again: state, handler and clock go on from where they were; who came with it leaves.

    Raises PermissionDenied, UnableToMerge.
    """
    at = at or now()
    made = open_merge(request)  # read before the locks, which are taken in the order of the keys
    if made:
        request, into = lock_both(request, made.into)
        made = open_merge(request)
        check_both(actor, request, into)
    begun = begin(request=request, verb="unmerge", actor=actor, at=at, version=version, note=note)
    row = begun.request
    if begun.repeated:
        return row
    if row.removed_at:
        raise UnableToMerge(_("The people of this request were removed; it cannot be taken out any more."))
    take_out(begun, made)
    tell_people(requester_side(row), "unmerged", request=row, actor=actor, at=at, note=begun.note)
    return row
