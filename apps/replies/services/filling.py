"""What a person does with the own answers: keep a draft, hand in. Both are personal: no deputy does them."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.notices.enums import NoticeState
from apps.notices.services import UnableToAnswer, record_answered
from apps.people.models import Person
from apps.questionnaires.forms import AnswersForm
from apps.questionnaires.models import AnswerSet
from apps.questionnaires.services import save_answers
from apps.replies.enums import EventKind, ReplyState
from apps.replies.models import Reply, ReplyEvent
from apps.replies.services.errors import UnableToHandIn
from apps.replies.services.locking import lock_reply


@transaction.atomic
def save_draft(
    *, reply: Reply, form: AnswersForm, actor: Person, version: int | None = None, at: datetime | None = None
) -> Reply:
    """Keep what is right of the form, complete or not. `version`: the answers that the person saw.

    Raises ReplyChanged, UnableToHandIn, journal.files.UnableToAttach.
    """
    at = at or now()
    row = lock_reply(reply, version=version)
    _check_turn(row, actor, at)
    _keep(row, form, actor, at)
    if row.state == ReplyState.NOT_BEGUN:
        row.state = ReplyState.DRAFT
    row.version += 1
    row.save(update_fields=["answer_set", "state", "version"])
    return row


@transaction.atomic
def hand_in(
    *, reply: Reply, form: AnswersForm, actor: Person, version: int | None = None, at: datetime | None = None
) -> ReplyEvent:
    """Hand in complete answers; the event carries the receipt number. `version`: the answers that the person saw.

    Raises ReplyChanged, UnableToHandIn (also for a form with mistakes), journal.files.UnableToAttach.
    """
    at = at or now()
    row = lock_reply(reply, version=version)
    _check_turn(row, actor, at)
    if not form.is_valid():
        raise UnableToHandIn(_("The form is not complete yet."))
    _keep(row, form, actor, at)
    number = row.events.filter(kind=EventKind.HANDED_IN).count() + 1
    digest = digest_of(row.answer_set.answers)
    row.state, row.handed_in_at = ReplyState.HANDED_IN, at
    row.returned, row.return_note, row.confirmed_at, row.confirmed_by = {}, "", None, None
    row.version += 1
    row.save()
    try:
        detail = {"digest": digest, "handing_in": number, "form_version": row.answer_set.form_version_id}
        obligation = record_answered(obligation=row.obligation, actor=actor, at=at, detail=detail)
    except UnableToAnswer as error:
        raise UnableToHandIn(str(error)) from error
    return ReplyEvent.objects.create(
        reply=row,
        kind=EventKind.HANDED_IN,
        number=number,
        actor=actor,
        at=at,
        answers=row.answer_set.answers,
        digest=digest,
        receipt_number=obligation.receipt_number or "",
    )


def digest_of(answers: Mapping[str, object]) -> str:
    """The SHA-256 of answers, the same whatever the order of their keys."""
    text = json.dumps(answers, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _check_turn(row: Reply, actor: Person, at: datetime) -> None:
    """Raises UnableToHandIn unless it is this person's turn and something is still taken."""
    if row.obligation.person_id != actor.pk:
        raise UnableToHandIn(_("Only the person can fill in this form."))
    if row.collection.notice.state == NoticeState.WITHDRAWN:
        raise UnableToHandIn(_("The notice was taken back; nothing is to be handed in."))
    if not row.collection.is_open:
        raise UnableToHandIn(_("The collection is closed. If something is wrong, tell the office."))
    if not row.is_with_person:
        raise UnableToHandIn(_("You have handed this in. To change it, ask for it to be returned."))
    if not row.is_returned and not row.collection.takes(at):
        raise UnableToHandIn(_("The time to hand in is over. Ask the office."))


def _keep(row: Reply, form: AnswersForm, actor: Person, at: datetime) -> None:
    if row.answer_set is None:
        row.answer_set = AnswerSet.objects.create(
            form_version=row.collection.form_version, filled_by=actor, updated_at=at
        )
    row.answer_set = save_answers(row.answer_set, form=form, actor=actor, attach_to=row, at=at)
