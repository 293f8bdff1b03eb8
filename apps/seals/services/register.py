"""The register: enter a seal, change its entry, put it away or destroy it with papers, keep a picture of it."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal.files import IMAGES, accept_upload, attach
from apps.journal.services import record
from apps.people.models import Person
from apps.seals.enums import NEEDS_PAPER, SealState
from apps.seals.models import Handover, Seal, SealUse, Specimen
from apps.seals.rules import can_edit_register, keeping_of
from apps.seals.services.errors import UnableToKeep
from apps.seals.services.locking import lock_seal

COLUMNS = ("code", "name", "kind", "unit_id", "kept_at", "used_since", "note")


@transaction.atomic
def save_seal(
    *,
    seal: Seal | None,
    values: Mapping[str, object],
    actor: Person,
    version: int | None = None,
    at: datetime | None = None,
) -> Seal:
    """Enter a seal or change its entry. Raises PermissionDenied, UnableToKeep (changed meanwhile, code taken)."""
    at = at or now()
    if not can_edit_register(actor):
        raise PermissionDenied(_("The register of seals is kept by the director and administrators."))
    row = lock_seal(seal) if seal else Seal(created_at=at)
    if seal and version is not None and version != row.version:
        raise UnableToKeep(_("Somebody changed this entry meanwhile. What you typed is still here; save again."))
    before = {column: getattr(row, column, None) for column in COLUMNS} if seal else {}
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1 if seal else 0
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise UnableToKeep(_("Another seal has this code.")) from error
    changes = {column: [plain(before.get(column)), plain(getattr(row, column))] for column in COLUMNS}
    changes = {column: pair for column, pair in changes.items() if pair[0] != pair[1]}
    if changes:
        record(actor=actor, verb="seal_changed" if seal else "seal_saved", obj=row, changes=changes, at=at)
    return row


def plain(value: object) -> object:
    if isinstance(value, models.Model):
        return value.pk
    return value if value is None or isinstance(value, str | int | dict) else str(value)


@transaction.atomic
def change_state(
    *,
    seal: Seal,
    state: SealState,
    note: str,
    papers: Iterable[UploadedFile] = (),
    actor: Person,
    at: datetime | None = None,
) -> Seal:
    """Take a seal into use, seal it away, or write down that it was destroyed; the last two need their paper.

    Raises PermissionDenied, UnableToKeep (no such step, work open, no reason, no paper), UploadRefused.
    """
    at, note, papers = at or now(), note.strip(), list(papers)
    if not can_edit_register(actor):
        raise PermissionDenied(_("The register of seals is kept by the director and administrators."))
    row = lock_seal(seal)
    if row.state == state:
        return row
    if state not in row.next_states:
        raise UnableToKeep(_("This is not possible: the seal is “%(state)s”.") % {"state": row.get_state_display()})
    if not note:
        raise UnableToKeep(_("Write down why, and by whose decision."))
    if state in NEEDS_PAPER:
        check_at_rest(row)
        if not papers:
            raise UnableToKeep(_("Add the paper that says so: the decision, or the record of the destruction."))
    files = [accept_upload(paper, person=actor, at=at) for paper in papers]
    attach(files, to=row, person=actor, role=str(state))
    before, row.state = row.state, state
    row.version += 1
    row.save(update_fields=["state", "version"])
    record(actor=actor, verb="seal_state", obj=row, changes={"state": [before, state]}, note=note, at=at)
    return row


def check_at_rest(seal: Seal) -> None:
    """Raises UnableToKeep while the seal is out, changes hands, or has work."""
    if seal.outings.out().exists():
        raise UnableToKeep(_("The seal is out of the house. Take it back first."))
    if SealUse.objects.open().filter(seal=seal).exists():
        raise UnableToKeep(_("Lines of its ledger are still open. Close them first."))
    if Handover.objects.filter(seal=seal, state="given").exists():
        raise UnableToKeep(_("The seal is being handed over. Finish that first."))


@transaction.atomic
def add_specimen(*, seal: Seal, picture: UploadedFile, actor: Person, at: datetime | None = None) -> Specimen:
    """Keep a picture of the impression. For whoever keeps the seal, and the director. Raises UploadRefused."""
    at = at or now()
    if not can_see_specimens(actor, seal, at):
        raise PermissionDenied(_("Pictures of an impression are for those who keep the seal."))
    file = accept_upload(picture, person=actor, allow=IMAGES, at=at)
    row = Specimen.objects.create(seal=seal, added_by=actor, added_at=at)
    attach([file], to=row, person=actor, role="specimen")
    record(actor=actor, verb="specimen", obj=seal, changes={"sha256": [None, file.blob.sha256]}, at=at)
    return row


def can_see_specimens(user: Person, seal: Seal, at: datetime) -> bool:
    return user.has_role("director") or keeping_of(user, seal, at) is not None
