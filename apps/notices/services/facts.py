"""Write down a fact about one person and one notice, and bring what the person owes up to date with it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from apps.delivery.enums import EvidenceKind
from apps.delivery.services import record_evidence
from apps.notices import projection
from apps.notices.models import Obligation
from apps.people.models import Person


def hold(obligation: Obligation) -> Obligation:
    """The row, locked, with its notice and person; in the caller's transaction."""
    rows = Obligation.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("notice__message", "person").get(pk=obligation.pk)


def in_place_of(person: Person | None) -> dict[str, str]:
    """For the detail of a fact that a deputy notes: whom the deputy stood in for."""
    return {"on_behalf_of": person.name} if person else {}


def note(
    obligation: Obligation,
    kind: EvidenceKind,
    *,
    actor: Person,
    at: datetime,
    detail: Mapping[str, object],
    event: str = "",
) -> Obligation:
    """Evidence of `kind`; gives the obligation as it stands now. `event` names a fact that counts once however often it
    is told; without it each telling is a fact of its own.
    """
    record_evidence(
        message=obligation.notice.message,
        person=obligation.person,
        kind=kind,
        happened_at=at,
        source_event=f"notices:{obligation.pk}:{kind}:{event or uuid4()}",
        detail=detail,
        actor=actor,
    )
    projection.project([obligation.pk])
    obligation.refresh_from_db()
    return obligation
