"""Two people sign the totals. The first closes the collection; the second, another one, signs off and all is fixed."""

import hashlib
import json
from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.clock import now
from apps.journal.enums import Origin
from apps.journal.files import store_bytes
from apps.journal.models import Attachment
from apps.journal.services import record
from apps.people.models import Person
from apps.questionnaires.models import AnswerSet
from apps.questionnaires.services import freeze_answers
from apps.replies.enums import COUNTED, CollectionState, EventKind, ReplyState
from apps.replies.figures import Totals, counted_in_batches, totals_of
from apps.replies.managers import ReplyQuerySet
from apps.replies.models import Collection, ReplyEvent, SignOff
from apps.replies.rules import can_manage, can_sign_second
from apps.replies.services.errors import UnableToSign
from apps.replies.services.filling import digest_of
from apps.replies.services.locking import lock_collection
from apps.replies.workbook import write_workbook

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BATCH = 500


@transaction.atomic
def close(*, collection: Collection, actor: Person, at: datetime | None = None) -> SignOff:
    """Take nothing any more and sign the totals as the first. Doing it again gives the same. Raises UnableToSign."""
    at = at or now()
    row = lock_collection(collection)
    if not can_manage(actor, row):
        raise UnableToSign(_("You may not close this collection."))
    if row.is_closed:
        return row.sign_offs.in_force().get()
    if row.is_signed:
        raise UnableToSign(_("The totals are signed off already."))
    _check_ready(row)
    totals = totals_of(row, row.replies.all())
    made = SignOff.objects.create(
        collection=row,
        figures=totals.as_json(),
        digest=digest_of_totals(row, row.replies.all(), totals),
        first_signer=actor,
        first_signed_at=at,
    )
    _move(row, CollectionState.CLOSED)
    record(actor=actor, verb="totals_signed_first", obj=row, changes={"digest": made.digest}, at=at)
    return made


@transaction.atomic
def reopen(*, collection: Collection, actor: Person, reason: str, at: datetime | None = None) -> Collection:
    """Take the first signature back and go on collecting; the signature stays in the books. Raises UnableToSign."""
    at = at or now()
    row = lock_collection(collection)
    sign_off = row.sign_offs.in_force().filter(second_signed_at__isnull=True).first()
    if not row.is_closed or sign_off is None:
        raise UnableToSign(_("Only totals with one signature can be opened again."))
    if not can_manage(actor, row) and not can_sign_second(actor, sign_off):
        raise UnableToSign(_("You may not open this collection again."))
    if not reason.strip():
        raise UnableToSign(_("Say why the totals are opened again."))
    sign_off.withdrawn_at, sign_off.withdraw_reason = at, reason.strip()[:300]
    sign_off.save(update_fields=["withdrawn_at", "withdraw_reason"])
    _move(row, CollectionState.OPEN)
    record(actor=actor, verb="totals_opened_again", obj=row, note=reason.strip(), at=at)
    return row


@transaction.atomic
def sign_off(*, collection: Collection, actor: Person, at: datetime | None = None) -> SignOff:
    """The second signature: answers and figures are fixed, the sheet is written once and kept. Doing it again by the
    same person changes nothing. Raises UnableToSign.
    """
    at = at or now()
    row = lock_collection(collection)
    found = row.sign_offs.in_force().select_related("first_signer", "second_signer").first()
    if found and found.second_signer_id == actor.pk:
        return found
    if found is None or not row.is_closed:
        raise UnableToSign(_("There is no first signature to add to."))
    if found.first_signer_id == actor.pk:
        raise UnableToSign(_("A second, different person has to sign."))
    if not can_sign_second(actor, found):
        raise UnableToSign(_("You may not sign these totals."))
    replies = row.replies.all()
    if digest_of_totals(row, replies, totals_of(row, replies)) != found.digest:
        raise UnableToSign(_("The answers are not what the first person signed. Open the totals again."))
    _accept_all(row, actor, at)
    found.second_signer, found.second_signed_at = actor, at
    with translation.override(next(iter(row.notice.languages), None)):
        content = write_workbook(row, row.replies.all(), sign_off=found)
    found.sheet = store_bytes(content, content_type=SPREADSHEET, origin=Origin.PORTAL)
    found.save(update_fields=["second_signer", "second_signed_at", "sheet"])
    Attachment.objects.create(
        blob=found.sheet, name=f"{row.notice.number}.xlsx", subject=found, uploaded_by=actor, uploaded_at=at
    )
    _move(row, CollectionState.SIGNED)
    changes = {"digest": found.digest, "sheet": found.sheet.sha256}
    record(actor=actor, verb="totals_signed_second", obj=row, changes=changes, at=at)
    return found


def digest_of_totals(collection: Collection, replies: ReplyQuerySet, totals: Totals) -> str:
    """The SHA-256 of what is signed: form, each counted answer and the figures."""
    digest = hashlib.sha256()
    digest.update(json.dumps([collection.pk, collection.form_version_id, totals.as_json()], sort_keys=True).encode())
    for reply in counted_in_batches(replies):
        said = [reply.pk, reply.obligation.person_id, reply.unit_id, digest_of(reply.answer_set.answers)]
        digest.update(json.dumps(said).encode())
    return digest.hexdigest()


def _check_ready(row: Collection) -> None:
    waiting = row.replies.to_confirm().count()
    if waiting:
        words = ngettext(
            "%(count)s answer still waits for the unit's confirmation: have it confirmed or returned first.",
            "%(count)s answers still wait for the units' confirmation: have them confirmed or returned first.",
            waiting,
        )
        raise UnableToSign(words % {"count": waiting})
    if not row.replies.counted().exists():
        raise UnableToSign(_("Nothing was handed in yet."))


def _accept_all(row: Collection, actor: Person, at: datetime) -> None:
    """Every counted answer is signed off and frozen, with a line in its ledger."""
    counted = row.replies.counted()
    keys = list(counted.order_by("pk").values_list("pk", "answer_set_id", "answer_set__answers"))
    numbers = dict.fromkeys((key for key, _set, _answers in keys), 0)
    handed_in = ReplyEvent.objects.filter(reply__in=list(numbers), kind=EventKind.HANDED_IN)
    for key, number in handed_in.values_list("reply_id", "number"):
        numbers[key] = max(numbers[key], number)
    ReplyEvent.objects.bulk_create(
        [
            ReplyEvent(
                reply_id=key,
                kind=EventKind.ACCEPTED,
                number=numbers[key],
                actor=actor,
                at=at,
                digest=digest_of(answers),
            )
            for key, _set, answers in keys
        ],
        batch_size=BATCH,
    )
    freeze_answers(AnswerSet.objects.filter(reply__in=counted), at=at)
    row.replies.filter(state__in=COUNTED).update(state=ReplyState.ACCEPTED)


def _move(row: Collection, state: str) -> None:
    row.state = state
    row.version += 1
    row.save(update_fields=["state", "version"])
