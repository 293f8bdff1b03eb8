"""Write down what became of a message; keep the shown state in step."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from apps.core.clock import now
from apps.delivery.enums import DeliveryState, EvidenceKind
from apps.delivery.models import Delivery, Evidence, Message
from apps.delivery.states import state_of
from apps.journal.models import Blob
from apps.people.models import Person


@transaction.atomic
def record_evidence(
    *,
    message: Message,
    person: Person | None,
    kind: str,
    happened_at: datetime,
    source_event: str,
    delivery: Delivery | None = None,
    detail: Mapping[str, object] | None = None,
    actor: Person | None = None,
    raw: Blob | None = None,
) -> Evidence:
    """Add one fact and bring the state of its delivery up to date in the same transaction.

    `source_event` names the fact for ever ("smtp:12:1", "dsn:<sha256>:0"): told again, it counts once and the first
    row is given back. A state that rests on evidence ends any waiting: a receipt that comes late stops a second try.
    """
    if delivery:
        Delivery.objects.select_for_update().get(pk=delivery.pk)
    row = Evidence(
        message=message,
        person=person,
        delivery=delivery,
        kind=kind,
        happened_at=happened_at,
        source_event=source_event,
        detail=dict(detail or {}),
        recorded_by=actor,
        raw=raw,
    )
    Evidence.objects.bulk_create([row], ignore_conflicts=True)
    if delivery:
        project(delivery)
    return Evidence.objects.get(source_event=source_event)


def project(delivery: Delivery) -> None:
    """Set the state of a locked delivery from its evidence."""
    state = state_of(delivery.evidence.values_list("kind", flat=True))
    if state != DeliveryState.PLANNED:
        delivery.state = state
        Delivery.objects.filter(pk=delivery.pk).update(state=state)


@transaction.atomic
def record_for_all(
    *, ids: Iterable[int], kind: EvidenceKind, at: datetime, event: str, detail: Mapping[str, object]
) -> int:
    """The same fact about many deliveries (a sweep): two statements for all. Gives the number of new facts.

    Only for facts that no stronger one can already outrank in these rows: the caller holds them locked in a state
    weaker than `kind`.
    """
    rows = list(Delivery.objects.filter(pk__in=list(ids)).values_list("pk", "message_id", "person_id"))
    made = Evidence.objects.bulk_create(
        [
            Evidence(
                message_id=message,
                person_id=person,
                delivery_id=pk,
                kind=kind,
                happened_at=at,
                source_event=f"{event}:{pk}",
                detail=dict(detail),
            )
            for pk, message, person in rows
        ],
        ignore_conflicts=True,
    )
    Delivery.objects.filter(pk__in=[pk for pk, _message, _person in rows]).update(state=kind, lease_until=None)
    return len(made)


def evidence_since(last_id: int, limit: int = 1000) -> list[Evidence]:
    """The evidence after `last_id`, oldest first: how an app above follows what became of its messages.

    Ids are given before a transaction commits, so a row may appear below an id already read. Who must miss nothing
    keeps a few minutes' overlap (a fact read twice does no harm) and stops at `settled_id`.
    """
    return list(Evidence.objects.filter(pk__gt=last_id).order_by("pk")[:limit])


def cancel_waiting(*, message: Message, actor: Person | None, reason: str, at: datetime | None = None) -> int:
    """Cancel what of `message` has not left yet (recall, new version). Gives the number of deliveries."""
    at = at or now()
    with transaction.atomic():
        waiting = Delivery.objects.waiting().filter(message=message).select_for_update(skip_locked=True)
        return record_for_all(
            ids=[row.pk for row in waiting],
            kind=EvidenceKind.CANCELLED,
            at=at,
            event="cancel",
            detail={"reason": reason, "by": actor.pk if actor else None},
        )
