"""The unit confirms its people's answers, or gives them back question by question; the office may give back too."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.notices.managers import looked_after
from apps.notices.services import UnableToAnswer, record_returned
from apps.people.models import Person
from apps.questionnaires.conditions import missing_keys
from apps.questionnaires.definitions import read_fields
from apps.questionnaires.forms import AnswersForm
from apps.questionnaires.services import save_answers
from apps.replies.enums import RETURNABLE, EventKind, ReplyState
from apps.replies.models import Reply, ReplyEvent
from apps.replies.rules import authority_for, can_manage, can_return
from apps.replies.services.errors import ReplyChanged, UnableToCheck
from apps.replies.services.filling import digest_of
from apps.replies.services.locking import lock_reply

MAX_REMARK = 500


@dataclass(frozen=True)
class Outcome:
    """What became of one row of many."""

    reply: Reply
    is_done: bool
    words: str


@transaction.atomic
def confirm(
    *,
    reply: Reply,
    actor: Person,
    version: int | None = None,
    form: AnswersForm | None = None,
    at: datetime | None = None,
) -> Reply:
    """The unit stands by these answers. `form`: the unit's own part, if the form has one. Confirming again changes
    nothing. Raises ReplyChanged, UnableToCheck.
    """
    at = at or now()
    row = lock_reply(reply)
    if row.state == ReplyState.CONFIRMED and row.confirmed_by_id == actor.pk:
        return row
    if version is not None and version != row.version:
        raise ReplyChanged(row)
    authority = authority_for(actor, row)
    if not row.collection.confirmed_by_units or authority is None:
        raise UnableToCheck(_("You may not confirm these answers."))
    if row.state != ReplyState.HANDED_IN or not row.collection.is_open:
        raise UnableToCheck(_("Only answers that are handed in can be confirmed."))
    _keep_units_part(row, form, actor, at)
    row.state, row.confirmed_at, row.confirmed_by = ReplyState.CONFIRMED, at, actor
    row.version += 1
    row.save(update_fields=["state", "confirmed_at", "confirmed_by", "version"])
    _note(row, EventKind.CONFIRMED, actor, at, on_behalf_of=authority.on_behalf_of, with_answers=True)
    return row


def confirm_many(*, wanted: Mapping[int, int], actor: Person, at: datetime | None = None) -> list[Outcome]:
    """Confirm answers by key, each with the version that was seen; every row succeeds or fails by itself."""
    rows = Reply.objects.visible_to(actor).filter(pk__in=list(wanted)).select_related("obligation__person")
    outcomes = []
    for reply in rows.order_by("unit_id", "pk"):
        try:
            row = confirm(reply=reply, actor=actor, version=wanted[reply.pk], at=at)
            outcomes.append(Outcome(row, True, _("confirmed")))
        except ReplyChanged:
            outcomes.append(Outcome(reply, False, _("was changed meanwhile: look at it again")))
        except UnableToCheck as error:
            outcomes.append(Outcome(reply, False, str(error)))
    return outcomes


@transaction.atomic
def give_back(
    *,
    reply: Reply,
    actor: Person,
    remarks: Mapping[str, str],
    note: str = "",
    version: int | None = None,
    at: datetime | None = None,
) -> Reply:
    """Return answers for correction: `remarks` by the key of the question (only these can be changed then), or only a
    `note`: the whole. The person owes them again. Raises ReplyChanged, UnableToCheck.
    """
    at = at or now()
    row = lock_reply(reply, version=version)
    if not can_return(actor, row):
        raise UnableToCheck(_("You may not return these answers."))
    if row.state not in RETURNABLE or not row.collection.is_open:
        raise UnableToCheck(_("Only answers that are handed in can be returned."))
    said = {key: text.strip()[:MAX_REMARK] for key, text in remarks.items() if text.strip()}
    if not said and not note.strip():
        raise UnableToCheck(_("Say at a question, or in general, what is to be corrected."))
    known = {field.key for field in read_fields(row.collection.form_version) if field.is_for_person}
    if set(said) - known:
        raise UnableToCheck(_("One of these questions is not on the form."))
    row.state, row.returned, row.return_note = ReplyState.RETURNED, said, note.strip()[:1000]
    row.confirmed_at, row.confirmed_by = None, None
    row.version += 1
    row.save()
    try:
        record_returned(obligation=row.obligation, actor=actor, at=at, detail={"fields": sorted(said)})
    except UnableToAnswer as error:
        raise UnableToCheck(str(error)) from error
    authority = None if can_manage(actor, row.collection) else authority_for(actor, row)
    _note(row, EventKind.RETURNED, actor, at, on_behalf_of=authority.on_behalf_of if authority else None)
    return row


def may_act_on(replies: Iterable[Reply], actor: Person) -> set[int]:
    """The keys of those that `actor` can confirm now (no query a row)."""
    paths = looked_after(actor)
    return {
        reply.pk
        for reply in replies
        if reply.state == ReplyState.HANDED_IN and reply.collection.is_open and authority_for(actor, reply, paths)
    }


def _keep_units_part(row: Reply, form: AnswersForm | None, actor: Person, at: datetime) -> None:
    if form is not None:
        if not form.is_valid():
            raise UnableToCheck(_("The unit's part of the form is not complete."))
        row.answer_set = save_answers(row.answer_set, form=form, actor=actor, attach_to=row, at=at)
    fields = [field for field in read_fields(row.collection.form_version) if not field.office_only]
    missing = [field for field in fields if field.key in missing_keys(fields, row.answer_set.answers)]
    if missing:
        words = _("Open it: the unit has to fill in %(fields)s.")
        raise UnableToCheck(words % {"fields": "、".join(str(field) for field in missing)})


def _note(
    row: Reply,
    kind: EventKind,
    actor: Person,
    at: datetime,
    *,
    on_behalf_of: Person | None,
    with_answers: bool = False,
) -> None:
    answers = row.answer_set.answers
    ReplyEvent.objects.create(
        reply=row,
        kind=kind,
        number=row.events.filter(kind=EventKind.HANDED_IN).count(),
        actor=actor,
        on_behalf_of=on_behalf_of,
        at=at,
        answers=answers if with_answers else None,
        digest=digest_of(answers),
        remarks=row.returned if kind == EventKind.RETURNED else {},
        note=row.return_note if kind == EventKind.RETURNED else "",
    )
