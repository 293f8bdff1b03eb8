"""The numbered paper goes to the keeper of the seal, bound to the hash of its PDF."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.dispatch import route
from apps.dispatch.models import Draft, Sheet
from apps.dispatch.services.errors import UnableToIssue
from apps.dispatch.services.routing import locked_draft
from apps.dispatch.services.sheets import PAPER
from apps.documents import services as documents
from apps.documents.enums import RESTRICTED, State, Why
from apps.documents.models import Document
from apps.documents.services.locking import lock, touch
from apps.journal.models import Attachment
from apps.journal.services import record
from apps.people.models import Person
from apps.seals import services as seals
from apps.seals.models import Seal, SealUse


@transaction.atomic
def pass_to_seal(*, draft: Draft, seal: Seal, allowed: int, actor: Person, at: datetime | None = None) -> SealUse:
    """A line in the ledger of `seal` for the final sheet as it is; the signature is the approval it names. Passed
    already: the line that is there. Raises UnableToIssue.
    """
    at = at or now()
    row = lock(draft.document)
    kept = locked_draft(row)
    if row.state != State.NUMBERED:
        raise UnableToIssue(_("Only a numbered paper is sealed."))
    if kept.no_seal_by_id:
        raise UnableToIssue(_("Who signed it said that it needs no seal."))
    sheet = final_sheet(kept)
    signature = route.signature_of(sheet.edition)
    try:
        use = seals.register(
            subject=row,
            reference=row.number,
            title=title_for_others(row),
            seal=seal,
            step=signature.step,
            paper=named_for_others(paper_of(sheet), row),
            allowed=allowed,
            requested_by=kept.drafter,
            asked_by=actor,
            actor=actor,
            at=at,
        )
    except seals.UnableToRegister as error:
        raise UnableToIssue(str(error)) from error
    keepers = [row.person for row in seal.keepings.in_force(at).select_related("person")]
    documents.involve(row, *keepers, why=Why.SEALS, actor=actor, at=at)
    touch(row, at=at)
    record(actor=actor, verb="to_seal", obj=row, changes={"seal": seal.code, "sha256": use.paper_sha256}, at=at)
    return use


def final_sheet(draft: Draft) -> Sheet:
    """The sheet of its last numbering, drawn. Raises UnableToIssue."""
    rows = Sheet.objects.filter(pk=draft.final_sheet_id).select_related("edition", "blob")
    sheet = rows.first()
    if sheet is None or not sheet.is_ready:
        raise UnableToIssue(_("The paper is being typeset. Try again in a minute."))
    return sheet


def paper_of(sheet: Sheet) -> Attachment:
    return Attachment.objects.of(sheet).filter(role=PAPER).get()


def title_for_others(row: Document) -> str:
    """What ledgers and notices say of it, which more people see than may read it: of limited access only the number."""
    return row.number if row.access in RESTRICTED else row.title


def named_for_others(paper: Attachment, row: Document) -> Attachment:
    """The file, not to be saved: its usual name says the title."""
    name = f"{row.number}.pdf" if row.access in RESTRICTED else paper.name
    return Attachment(blob=paper.blob, name=name)


def is_sealed(draft: Draft, sheet: Sheet) -> bool:
    """Is a line of the ledger closed for these very bytes, with at least one impression?"""
    return SealUse.objects.about(draft.document).pressed().filter(paper_sha256=sheet.blob.sha256).exists()
