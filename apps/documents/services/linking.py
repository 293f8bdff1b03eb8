"""How documents hang together: replies to, implements, supersedes, annex of."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.documents.enums import LinkKind
from apps.documents.models import Document, Link
from apps.documents.services.errors import UnableToLink
from apps.journal.services import record
from apps.people.models import Person


@transaction.atomic
def link(
    *,
    source: Document,
    target: Document,
    kind: LinkKind,
    actor: Person,
    on_behalf_of: Person | None = None,
    at: datetime | None = None,
) -> Link:
    """`source` is this to `target`; stands in the history of both. Again changes nothing. Raises UnableToLink."""
    at = at or now()
    if source == target:
        raise UnableToLink(_("A document is not linked with itself."))
    known = Link.objects.filter(source=source, target=target).first()
    if known and known.kind == kind:
        return known
    if known or Link.objects.filter(source=target, target=source).exists():
        raise UnableToLink(_("The two are linked already: take that link away first."))
    try:
        with transaction.atomic():
            made = Link.objects.create(source=source, target=target, kind=kind, made_by=actor, made_at=at)
    except IntegrityError as error:
        raise UnableToLink(_("The two are linked already: take that link away first.")) from error
    note_both(made, "doc_linked", actor, on_behalf_of, at)
    return made


@transaction.atomic
def unlink(*, found: Link, actor: Person, on_behalf_of: Person | None = None, at: datetime | None = None) -> None:
    """Take a link away; the histories keep that it was there."""
    note_both(found, "doc_unlinked", actor, on_behalf_of, at or now())
    found.delete()


def note_both(found: Link, verb: str, actor: Person, on_behalf_of: Person | None, at: datetime) -> None:
    """By key, not by number or title: who reads the one may not be allowed to read the other."""
    for row, other in ((found.source, found.target), (found.target, found.source)):
        changes = {"kind": found.kind, "other": other.pk}
        record(actor=actor, on_behalf_of=on_behalf_of, verb=verb, obj=row, changes=changes, at=at)


def join_answer(*, answer: Document, asked: Document, actor: Person, at: datetime) -> None:
    """The answer replies to what was asked, unless the two are linked already."""
    if not Link.objects.filter(source=answer, target=asked).exists():
        link(source=answer, target=asked, kind=LinkKind.REPLIES_TO, actor=actor, at=at)
