"""Links between requests. Both are asked for their right: who does not see one of them links nothing."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal.services import record
from apps.people.models import Person
from apps.servicedesk.enums import LinkKind, RequestState
from apps.servicedesk.models import Link, Request
from apps.servicedesk.rules import can_link
from apps.servicedesk.services.errors import UnableToLink
from apps.servicedesk.services.moving import lock


@transaction.atomic
def link(*, source: Request, target: Request, kind: LinkKind, actor: Person, at: datetime | None = None) -> Link:
    """`source` relates to, follows or blocks `target`. What is linked so already stays as it is.

    Raises PermissionDenied (one of them is not seen, or not by a handler), UnableToLink.
    """
    at, (source, target) = at or now(), lock_both(source, target)
    check_both(actor, source, target)
    if source.pk == target.pk:
        raise UnableToLink(_("A request cannot be linked to itself."))
    if target.state == RequestState.DRAFT:
        raise PermissionDenied(_("This is not yours to do."))
    if kind == LinkKind.BLOCKS and blocks(target, source):
        raise UnableToLink(_("The other request blocks this one already; they cannot both wait for each other."))
    known = Link.objects.filter(between(source, target, kind), kind=kind, ended_at__isnull=True).first()
    return known or make_link(source, target, kind, actor, at)


def lock_both(one: Request, other: Request) -> tuple[Request, Request]:
    """Both rows as they stand, locked in the order of their keys, so that two at once do not wait for each other."""
    rows = {row.pk: lock(row) for row in sorted((one, other), key=lambda row: row.pk)}
    return rows[one.pk], rows[other.pk]


def check_both(actor: Person, *requests: Request) -> None:
    """Raises PermissionDenied unless `actor` sees all of them and may link each."""
    keys = {row.pk for row in requests}
    seen = Request.objects.visible_to(actor).filter(pk__in=keys).count()
    if seen != len(keys) or not all(can_link(actor, row) for row in requests):
        raise PermissionDenied(_("This is not yours to do."))


def between(source: Request, target: Request, kind: LinkKind) -> Q:
    """A relation holds both ways, the other kinds one way."""
    found = Q(source=source, target=target)
    return found | Q(source=target, target=source) if kind == LinkKind.RELATES else found


def blocks(source: Request, target: Request) -> bool:
    rows = Link.objects.filter(source=source, target=target, kind=LinkKind.BLOCKS, ended_at__isnull=True)
    return rows.exists()


def make_link(source: Request, target: Request, kind: LinkKind, actor: Person, at: datetime) -> Link:
    """The row, and a line in both histories that only the office reads: it names the other request."""
    made = Link.objects.create(source=source, target=target, kind=kind, made_by=actor, made_at=at)
    for row, other in ((source, target), (target, source)):
        record(
            actor=actor,
            verb="link",
            obj=row,
            changes={"other": other.pk},
            note=other.number or "",
            internal=True,
            at=at,
        )
    return made


@transaction.atomic
def unlink(*, link: Link, actor: Person, at: datetime | None = None) -> Link:
    """End a link. Twice is harmless. Raises PermissionDenied."""
    at = at or now()
    source, target = lock_both(link.source, link.target)
    check_both(actor, source, target)
    row = Link.objects.select_for_update().get(pk=link.pk)
    if row.ended_at is None:
        row.ended_at, row.ended_by = at, actor
        row.save(update_fields=["ended_at", "ended_by"])
        for each, other in ((source, target), (target, source)):
            changes = {"other": other.pk}
            record(actor=actor, verb="unlink", obj=each, changes=changes, note=other.number or "", internal=True, at=at)
    return row


def open_links(request: Request) -> list[Link]:
    """The links of a request, either way (one query)."""
    rows = Link.objects.filter(Q(source=request) | Q(target=request), ended_at__isnull=True)
    return list(rows.select_related("source", "target").order_by("made_at", "pk"))


def open_blockers(request: Request) -> list[Request]:
    """Open requests that block this one (one query)."""
    rows = Link.objects.filter(target=request, kind=LinkKind.BLOCKS, ended_at__isnull=True).select_related("source")
    return [row.source for row in rows.order_by("made_at", "pk") if row.source.is_open]
