"""What a person does with a notice: open it signed in, acknowledge it. Both are personal: no deputy does them."""

import hashlib
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.delivery.enums import EvidenceKind
from apps.journal.models import Attachment
from apps.notices import projection
from apps.notices.enums import NoticeState
from apps.notices.models import Obligation
from apps.notices.receipts import receipt_number
from apps.notices.services.facts import hold, note
from apps.people.models import Person


class UnableToAcknowledge(Exception):
    """The text says why."""


@transaction.atomic
def open_notice(*, obligation: Obligation, actor: Person, session_key: str, at: datetime | None = None) -> Obligation:
    """Note that the person had the signed-in page open. The first time counts, of each edition."""
    obligation = _locked(obligation)
    has_seen = obligation.opened_at is not None and obligation.seen_edition == obligation.notice.edition
    if not has_seen and obligation.person_id == actor.pk:
        _note(obligation, EvidenceKind.OPENED, session_key, at or now(), {})
    return obligation


@transaction.atomic
def note_download(
    *, obligation: Obligation, actor: Person, attachment: Attachment, session_key: str, at: datetime | None = None
) -> Obligation:
    """Note that the person, signed in, fetched a file of the notice. The first time counts, of each edition."""
    obligation = _locked(obligation)
    if obligation.person_id == actor.pk:
        about = {"file": attachment.name, "sha256": attachment.blob.sha256}
        _note(obligation, EvidenceKind.DOWNLOADED, session_key, at or now(), about, event=f":{attachment.key}")
    return obligation


@transaction.atomic
def acknowledge(
    *, obligation: Obligation, actor: Person, session_key: str, edition: int | None = None, at: datetime | None = None
) -> Obligation:
    """The person says "I know this" and gets a receipt number. Doing it again gives the same receipt.

    `edition`: the one that was shown; words that changed between showing and saying are not taken as known. Raises
    UnableToAcknowledge for that, another person's notice, one that asks for no acknowledgement, or one taken back.
    """
    at = at or now()
    obligation = _locked(obligation)
    if obligation.person_id != actor.pk:
        raise UnableToAcknowledge(_("Only the person can acknowledge a notice."))
    if obligation.notice.needs_answer:
        raise UnableToAcknowledge(_("This notice asks for a form: handing it in is the acknowledgement."))
    if not obligation.notice.needs_acknowledgement or obligation.notice.state == NoticeState.WITHDRAWN:
        raise UnableToAcknowledge(_("This notice does not ask for acknowledgement."))
    if edition is not None and edition < obligation.notice.edition:
        raise UnableToAcknowledge(_("The notice was changed meanwhile. Read what changed, then acknowledge it."))
    if obligation.acknowledged_at is None:
        receipt = receipt_number(obligation.pk, timezone.localtime(at).year, obligation.notice.counts_from)
        _note(obligation, EvidenceKind.ACKNOWLEDGED, session_key, at, {"receipt": receipt})
    return obligation


def _locked(obligation: Obligation) -> Obligation:
    """The row, held, as it counts for the edition of now: after a change the worker may not have got to it yet."""
    found = hold(obligation)
    if found.notice.edition > 1:
        projection.project([found.pk])
        found.refresh_from_db(from_queryset=Obligation.objects.select_related("notice__message", "person"))
    return found


def _note(
    obligation: Obligation, kind: EvidenceKind, session_key: str, at: datetime, detail: dict[str, str], event: str = ""
) -> None:
    """Evidence with the session (hashed: the key itself would let a reader of the table in) and what was read."""
    digest = obligation.notice.digest()
    session = hashlib.sha256((session_key or "").encode()).hexdigest()[:16]
    about = {"session": session, "content": digest, **detail}
    note(obligation, kind, actor=obligation.person, at=at, detail=about, event=f"{digest[:16]}{event}")
