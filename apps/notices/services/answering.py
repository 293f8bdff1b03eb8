"""A person's form is handed in, or comes back to be mended. The form itself belongs to an app above."""

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.delivery.enums import EvidenceKind
from apps.delivery.services import record_evidence
from apps.notices import projection
from apps.notices.enums import NoticeState
from apps.notices.models import Obligation
from apps.notices.receipts import receipt_number
from apps.people.models import Person


class UnableToAnswer(Exception):
    """The text says why."""


@transaction.atomic
def record_answered(
    *, obligation: Obligation, actor: Person, at: datetime | None = None, detail: Mapping[str, object] | None = None
) -> Obligation:
    """The person handed the form in: what was asked is done. `detail` says what was handed in (a digest, a version).

    Handing in again after a return is a fact of its own; the receipt number stays the same. Raises UnableToAnswer.
    """
    at = at or now()
    obligation = _locked(obligation)
    notice = obligation.notice
    if obligation.person_id != actor.pk:
        raise UnableToAnswer(_("Only the person can hand in this form."))
    if not notice.needs_answer or notice.state == NoticeState.WITHDRAWN:
        raise UnableToAnswer(_("This notice does not ask for a form."))
    receipt = obligation.receipt_number or receipt_number(
        obligation.pk, timezone.localtime(at).year, notice.counts_from
    )
    return _note(obligation, EvidenceKind.ANSWERED, actor, at, {**(detail or {}), "receipt": receipt})


@transaction.atomic
def record_returned(
    *, obligation: Obligation, actor: Person, at: datetime | None = None, detail: Mapping[str, object] | None = None
) -> Obligation:
    """The form goes back to the person, who owes it again. Raises UnableToAnswer when it was not handed in."""
    obligation = _locked(obligation)
    if obligation.answered_at is None:
        raise UnableToAnswer(_("This form was not handed in."))
    return _note(obligation, EvidenceKind.RETURNED, actor, at or now(), dict(detail or {}))


def _locked(obligation: Obligation) -> Obligation:
    rows = Obligation.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("notice__message", "person").get(pk=obligation.pk)


def _note(
    obligation: Obligation, kind: EvidenceKind, actor: Person, at: datetime, detail: dict[str, object]
) -> Obligation:
    record_evidence(
        message=obligation.notice.message,
        person=obligation.person,
        kind=kind,
        happened_at=at,
        source_event=f"notices:{obligation.pk}:{kind}:{uuid4()}",
        detail={"content": obligation.notice.digest(), **detail},
        actor=actor,
    )
    projection.project([obligation.pk])
    obligation.refresh_from_db()
    return obligation
