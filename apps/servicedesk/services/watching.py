"""Watch a request of the office, and stop; who is mentioned begins to watch."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal.services import record
from apps.people.models import Person
from apps.servicedesk.models import Request, Watcher
from apps.servicedesk.rules import can_watch
from apps.servicedesk.services.moving import lock


@transaction.atomic
def watch(*, request: Request, actor: Person, at: datetime | None = None) -> Watcher:
    """Hear of everything that happens to a request from now on. Twice is harmless. Raises PermissionDenied."""
    at, row = at or now(), lock(request)
    if not can_watch(actor, row, at):
        raise PermissionDenied(_("This is not yours to do."))
    return begin_watching(row, [actor], actor, at, mentioned=False)[0]


def begin_watching(
    request: Request, people: Iterable[Person], actor: Person, at: datetime, *, mentioned: bool
) -> list[Watcher]:
    """Each of `people` watches; who does so already stays as is. The request is locked by the caller."""
    known = {row.person_id: row for row in request.watchers.filter(ended_at__isnull=True)}
    return [known.get(person.pk) or _begin(request, person, actor, at, mentioned) for person in people]


def _begin(request: Request, person: Person, actor: Person, at: datetime, mentioned: bool) -> Watcher:
    made = Watcher.objects.create(request=request, person=person, mentioned=mentioned, added_by=actor, added_at=at)
    note = person.name if person != actor else ""
    record(actor=actor, verb="watch", obj=request, changes={"person": person.pk}, note=note, internal=True, at=at)
    return made


@transaction.atomic
def stop_watching(*, request: Request, actor: Person, at: datetime | None = None) -> None:
    """Hear of it no more; a mention later begins anew. Who does not watch changes nothing."""
    at, row = at or now(), lock(request)
    if row.watchers.filter(person=actor, ended_at__isnull=True).update(ended_at=at):
        record(actor=actor, verb="stop_watching", obj=row, changes={"person": actor.pk}, internal=True, at=at)
