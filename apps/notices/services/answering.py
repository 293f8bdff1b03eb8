"""A person's form is handed in, or comes back to be mended. The form itself belongs to an app above."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.delivery.enums import EvidenceKind
from apps.notices.enums import NoticeState
from apps.notices.models import Obligation
from apps.notices.receipts import receipt_number
from apps.notices.services.facts import hold, note
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
    obligation = hold(obligation)
    notice = obligation.notice
    if obligation.person_id != actor.pk:
        raise UnableToAnswer(_("Only the person can hand in this form."))
    if not notice.needs_answer or notice.state == NoticeState.WITHDRAWN:
        raise UnableToAnswer(_("This notice does not ask for a form."))
    receipt = obligation.receipt_number or receipt_number(
        obligation.pk, timezone.localtime(at).year, notice.counts_from
    )
    about = {"content": notice.digest(), **(detail or {}), "receipt": receipt}
    return note(obligation, EvidenceKind.ANSWERED, actor=actor, at=at, detail=about)


@transaction.atomic
def record_returned(
    *, obligation: Obligation, actor: Person, at: datetime | None = None, detail: Mapping[str, object] | None = None
) -> Obligation:
    """The form goes back to the person, who owes it again. Raises UnableToAnswer when it was not handed in."""
    obligation = hold(obligation)
    if obligation.answered_at is None:
        raise UnableToAnswer(_("This form was not handed in."))
    about = {"content": obligation.notice.digest(), **(detail or {})}
    return note(obligation, EvidenceKind.RETURNED, actor=actor, at=at or now(), detail=about)
