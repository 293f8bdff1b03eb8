"""A unit signs for a notice (簽收), or somebody tried to reach a person by phone. The chain itself is an app above."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from apps.core.clock import now
from apps.delivery.enums import EvidenceKind
from apps.notices.enums import CallOutcome
from apps.notices.models import Obligation
from apps.notices.receipts import receipt_number
from apps.notices.services import facts
from apps.people.models import Person


@transaction.atomic
def record_signed_for(
    *, obligation: Obligation, actor: Person, detail: Mapping[str, object], at: datetime | None = None
) -> Obligation:
    """What this person was sent for a unit was signed for, by the person or by `actor` standing in.

    It counts as acknowledged, with a receipt. `detail` says for which unit and by whom. A person who looks after
    several units signs once for each: each is a fact of its own.
    """
    at = at or now()
    notice = obligation.notice
    receipt = receipt_number(obligation.pk, timezone.localtime(at).year, notice.counts_from)
    return facts.note(obligation, EvidenceKind.SIGNED_FOR, actor=actor, at=at, detail={"receipt": receipt, **detail})


@transaction.atomic
def record_called(
    *,
    obligation: Obligation,
    actor: Person,
    note: str = "",
    outcome: CallOutcome = CallOutcome.NO_ANSWER,
    on_behalf_of: Person | None = None,
    at: datetime | None = None,
) -> Obligation:
    """A call that did not reach the person. It proves nothing and changes no state; it shows that it was tried."""
    detail = {"outcome": outcome.value, "note": note.strip(), **facts.in_place_of(on_behalf_of)}
    return facts.note(obligation, EvidenceKind.CALLED, actor=actor, at=at or now(), detail=detail)
