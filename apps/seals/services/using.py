"""The ledger: an approved paper comes in, impressions are counted, the line is closed with a photo. Append-only."""

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.utils.translation import gettext as _

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.core.clock import now
from apps.journal.files import DOCUMENTS, IMAGES, accept_upload, attach
from apps.journal.models import Attachment
from apps.journal.services import record
from apps.people.models import Person
from apps.seals.enums import KeeperRole, UseState
from apps.seals.models import Impression, Seal, SealUse
from apps.seals.paper_check import Paper, PaperRefused, check_paper
from apps.seals.rules import keeper_of, keeping_of, needs_witness
from apps.seals.services.errors import UnableToRegister, UnableToSeal
from apps.seals.services.locking import lock_seal, lock_use
from apps.seals.services.telling import keepers, tell_about_use

MOST = 1000  # impressions of one line


@transaction.atomic
def register(
    *,
    subject: models.Model,
    reference: str,
    title: str,
    seal: Seal,
    step: Step,
    paper: Attachment | None,
    allowed: int,
    requested_by: Person,
    asked_by: Person,
    barred: Collection[Person] = (),
    actor: Person,
    at: datetime | None = None,
) -> SealUse:
    """A line for an approved paper, bound to its bytes; the keeper is told. The caller holds the lock on `subject`.

    `asked_by` hears when it is sealed. The same approval of the same bytes again gives the line that is there; what was
    closed without an impression does not count. Raises UnableToRegister.
    """
    at = at or now()
    row = lock_seal(seal)
    if paper and (known := known_line(subject, row, step, paper)):
        return known
    check_register(subject, row, step, allowed)
    read = read_paper(paper)
    use = SealUse.objects.create(
        seal=row,
        subject=subject,
        reference=reference[:40],
        title=title[:200],
        requested_by=requested_by,
        barred=sorted({person.pk for person in (requested_by, *barred)}),
        asked_by=asked_by,
        asked_at=at,
        step=step,
        approved_by=step.decided_by,
        paper=paper.blob,
        paper_name=paper.name,
        paper_sha256=paper.blob.sha256,
        pages=read.pages,
        allowed=allowed,
    )
    Attachment.objects.create(blob=paper.blob, name=paper.name, subject=use, role="paper", uploaded_at=at)
    changes = {"seal": [None, row.code], "allowed": [None, allowed], "sha256": [None, use.paper_sha256]}
    record(actor=actor, verb="registered", obj=use, changes=changes, note=read.warning, at=at)
    tell_about_use(keepers(row, at), "to_seal", use=use, actor=actor, at=at)
    return use


def known_line(subject: models.Model, seal: Seal, step: Step, paper: Attachment) -> SealUse | None:
    rows = SealUse.objects.about(subject).filter(seal=seal, step=step, paper_sha256=paper.blob.sha256)
    return (rows.open() | rows.pressed()).first()


def check_register(subject: models.Model, seal: Seal, step: Step, allowed: int) -> None:
    """Raises UnableToRegister unless the seal is in use and this very thing was approved."""
    if not seal.is_usable:
        raise UnableToRegister(_("“%(seal)s” is not in use.") % {"seal": seal})
    if step.state != StepState.APPROVED or not Step.objects.about(subject).filter(pk=step.pk).exists():
        raise UnableToRegister(_("Nothing is sealed before it is approved."))
    if not 1 <= allowed <= MOST:
        raise UnableToRegister(_("Say how many impressions are allowed, from 1 to %(most)d.") % {"most": MOST})
    if SealUse.objects.about(subject).open().filter(seal=seal).exists():
        raise UnableToRegister(_("A line of the ledger is open for this already."))


def read_paper(paper: Attachment | None) -> Paper:
    if paper is None:
        raise UnableToRegister(_("The file of the paper is missing; a seal is never put on a sheet nobody has seen."))
    try:
        return check_paper(paper)
    except PaperRefused as error:
        raise UnableToRegister(str(error)) from error


@transaction.atomic
def impress(
    *,
    use: SealUse,
    actor: Person,
    made: int,
    spoiled: int = 0,
    note: str = "",
    witness: Person | None = None,
    at: datetime | None = None,
) -> Impression:
    """Write down impressions just made. Raises PermissionDenied, UnableToSeal (more than allowed, no reason for a
    spoiled one, no witness where the approver seals, the seal is out for another paper).
    """
    at, note = at or now(), note.strip()
    row = lock_use(use)
    behalf = seals_for(actor, row, at)
    if made < 0 or spoiled < 0 or made + spoiled == 0:
        raise UnableToSeal(_("Count the impressions of the seal."))
    if row.made + made > row.allowed:
        raise UnableToSeal(
            _("Only %(allowed)d impressions are allowed, %(made)d are made already.")
            % {"allowed": row.allowed, "made": row.made}
        )
    if row.spoiled + spoiled > MOST:
        raise UnableToSeal(_("Count the impressions of the seal."))
    if spoiled and not note:
        raise UnableToSeal(_("Say what was spoiled, and what became of the sheet."))
    check_witness(row, actor, witness)
    check_in_house(row)
    entry = Impression.objects.create(
        use=row, made=made, spoiled=spoiled, by=actor, on_behalf_of=behalf, witness=witness, note=note[:300], at=at
    )
    changes = {"made": [row.made, row.made + made], "spoiled": [row.spoiled, row.spoiled + spoiled]}
    record(actor=actor, on_behalf_of=behalf, verb="sealed", obj=row, changes=changes, note=note, at=at)
    if witness:
        tell_about_use([witness], "witness", use=row, actor=actor, at=at)
    return entry


def seals_for(actor: Person, use: SealUse, at: datetime) -> Person | None:
    """For which keeper a stand-in acts; None for the keeper. Raises PermissionDenied, UnableToSeal (line finished)."""
    keeping = keeping_of(actor, use.seal, at)
    if keeping is None:
        raise PermissionDenied(_("Only the keeper of the seal or the stand-in of the day does this."))
    if actor.pk in use.barred:
        raise PermissionDenied(_("Nobody seals what they asked for. The stand-in has to."))
    if not use.is_open:
        raise UnableToSeal(_("This line of the ledger is finished."))
    return keeper_of(use.seal, at) if keeping.role == KeeperRole.STAND_IN else None


def check_witness(use: SealUse, actor: Person, witness: Person | None) -> None:
    if needs_witness(actor, use) and witness is None:
        raise UnableToSeal(_("You approved this paper yourself: name a second person who stands by."))
    if witness and (witness == actor or witness.pk in use.barred):
        raise UnableToSeal(_("The witness is neither you nor who asked for it."))


def check_in_house(use: SealUse) -> None:
    out = use.seal.outings.out().first()
    if out and out.use_id != use.pk:
        raise UnableToSeal(_("The seal is out of the house for another paper."))


@transaction.atomic
def correct_entry(*, entry: Impression, actor: Person, note: str, at: datetime | None = None) -> Impression:
    """Take one entry back by a counter-entry; nothing is rubbed out. Taken back already: nothing changes.

    Raises PermissionDenied, UnableToSeal.
    """
    at, note = at or now(), note.strip()
    use = lock_use(entry.use)
    behalf = seals_for(actor, use, at)
    known = Impression.objects.filter(corrects=entry).first()
    if known:
        return known
    if entry.corrects_id:
        raise UnableToSeal(_("A counter-entry stands. Write the right count as a new entry."))
    if not note:
        raise UnableToSeal(_("Write down what was wrong with the entry."))
    made = Impression.objects.create(
        use=use,
        made=-entry.made,
        spoiled=-entry.spoiled,
        by=actor,
        on_behalf_of=behalf,
        witness=entry.witness if entry.witness_id != actor.pk else None,
        note=note[:300],
        corrects=entry,
        at=at,
    )
    changes = {"made": [use.made, use.made - entry.made], "spoiled": [use.spoiled, use.spoiled - entry.spoiled]}
    record(actor=actor, on_behalf_of=behalf, verb="entry_corrected", obj=use, changes=changes, note=note, at=at)
    return made


@transaction.atomic
def close(
    *,
    use: SealUse,
    actor: Person,
    photo: UploadedFile | None = None,
    no_photo_reason: str = "",
    explanation: str = "",
    at: datetime | None = None,
) -> SealUse:
    """The line is done: allowed minus made is zero or explained, and a picture of the result is kept or explained.

    Raises PermissionDenied, UnableToSeal, UploadRefused. Closed already by the same person: nothing changes.
    """
    at, no_photo_reason, explanation = at or now(), no_photo_reason.strip(), explanation.strip()
    row = lock_use(use)
    if row.state == UseState.CLOSED and row.finished_by_id == actor.pk:
        return row
    behalf = seals_for(actor, row, at)
    if row.needs_explanation and not explanation:
        raise UnableToSeal(
            _("Explain the difference: %(left)d not made, %(spoiled)d spoiled.")
            % {"left": row.left, "spoiled": row.spoiled}
        )
    if photo is None and not no_photo_reason:
        raise UnableToSeal(_("Add a photo or scan of the sealed paper, or say why there is none."))
    if row.outings.out().exists():
        raise UnableToSeal(_("The seal is still out of the house for this paper. Take it back first."))
    if photo:
        row.photo = keep_photo(row, photo, actor, at)
    row.state, row.explanation, row.no_photo_reason = UseState.CLOSED, explanation[:300], no_photo_reason[:200]
    row.finished_at, row.finished_by = at, actor
    row.save(update_fields=["state", "explanation", "no_photo_reason", "photo", "finished_at", "finished_by"])
    changes = {"state": [UseState.OPEN, UseState.CLOSED], "made": [None, row.made], "spoiled": [None, row.spoiled]}
    record(actor=actor, on_behalf_of=behalf, verb="line_closed", obj=row, changes=changes, note=explanation, at=at)
    tell_about_use([row.asked_by], "sealed", use=row, actor=actor, at=at, note=explanation)
    return row


def keep_photo(use: SealUse, photo: UploadedFile, actor: Person, at: datetime) -> Attachment:
    file = accept_upload(photo, person=actor, allow=IMAGES | (DOCUMENTS & {"pdf"}), at=at)
    attach([file], to=use, person=actor, role="result")
    file.refresh_from_db()
    return file


@transaction.atomic
def call_off(*, subject: models.Model, actor: Person, reason: str, at: datetime | None = None) -> int:
    """The thing ended another way: its open lines that nothing was sealed for are called off; gives their number.

    A line with impressions stays open: its keeper has to close it with words.
    """
    at = at or now()
    count = 0
    for use in SealUse.objects.about(subject).open().filter(made=0, spoiled=0):
        row = lock_use(use)
        if not row.is_open or row.made or row.spoiled or row.outings.out().exists():
            continue
        row.state, row.explanation = UseState.CANCELLED, (reason.strip() or _("the request ended"))[:300]
        row.finished_at, row.finished_by = at, actor
        row.save(update_fields=["state", "explanation", "finished_at", "finished_by"])
        record(actor=actor, verb="line_cancelled", obj=row, note=row.explanation, at=at)
        tell_about_use(keepers(row.seal, at), "not_sealed", use=row, actor=actor, at=at, note=row.explanation)
        count += 1
    return count
