"""Register a signed paper (登記): its number, its day and its final sheet. Numbers are given here alone."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.dispatch import route
from apps.dispatch.models import Draft
from apps.dispatch.paper import unprintable_in
from apps.dispatch.services.drafting import is_opened
from apps.dispatch.services.errors import UnableToIssue
from apps.dispatch.services.routing import locked_draft
from apps.dispatch.services.sheets import ask_for_final_sheet
from apps.dispatch.services.telling import tell_people
from apps.documents import services as documents
from apps.documents.enums import Access, State
from apps.documents.models import DocumentNumber, Edition, Opinion
from apps.documents.services.locking import lock, move
from apps.people.models import Person


@transaction.atomic
def number_paper(
    *,
    draft: Draft,
    actor: Person,
    copies: int | None = None,
    access: str = "",
    reason: str = "",
    reserved: DocumentNumber | None = None,
    at: datetime | None = None,
) -> Draft:
    """The next number of its series, or one that was reserved; a paper that had one keeps it. It bears the day on which
    it was signed. Where more people may read it than before, `reason` says why. The sheet is drawn after the commit.
    Numbered already: nothing changes.

    Raises UnableToIssue.
    """
    at = at or now()
    row = lock(draft.document)
    kept = locked_draft(row)
    if row.state == State.NUMBERED:
        return kept
    edition, signature = signed_text(kept)
    row.dated_on = timezone.localtime(signature.at).date()
    before, row.access = row.access, access if access in Access.values else row.access
    if is_opened(before, row.access) and not reason.strip():
        raise UnableToIssue(_("Write down why more people may read it."))
    kept.copies, kept.printed_on = copies or kept.copies, timezone.localtime(at).date()
    kept.save(update_fields=["copies", "printed_on"])
    try:
        documents.give_number(document=row, series=kept.series, actor=actor, reserved=reserved, at=at)
    except documents.UnableToNumber as error:
        raise UnableToIssue(str(error)) from error
    row.registered_at = row.registered_at or at
    changes = {"number": row.number, "dated_on": row.dated_on.isoformat(), "edition": edition.number}
    if before != row.access:
        changes["access"] = [before, row.access]
    move(row, State.NUMBERED, actor=actor, at=at, verb="numbered", changes=changes, note=reason.strip())
    signer = route.signer_of(kept, signature)
    kept.final_sheet = ask_for_final_sheet(kept, edition, signed_by=signer, at=at)
    kept.save(update_fields=["final_sheet"])
    if missing := unprintable_in(kept.final_sheet.data):  # the number is given back: nothing of this is kept
        raise UnableToIssue(_("The typeface has no such characters: %(characters)s") % {"characters": missing})
    tell_people([kept.drafter], "numbered", draft=kept, actor=actor, at=at)
    return kept


def signed_text(draft: Draft) -> tuple[Edition, Opinion]:
    """The newest edition with its signature; a text changed after it was signed goes back to who signs.

    Raises UnableToIssue.
    """
    row = draft.document
    if row.state != State.SIGNED:
        raise UnableToIssue(_("Only a signed paper is numbered."))
    edition = documents.latest(row)
    signature = route.signature_of(edition)
    if signature is None:
        raise UnableToIssue(_("The text was changed after it was signed. It has to be signed again."))
    if route.open_points(row) or not route.is_final_checked(edition):
        raise UnableToIssue(_("The final check is still open."))
    return edition, signature
