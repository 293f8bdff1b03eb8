"""Write history; keep a form from being taken twice."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from apps.core.clock import now
from apps.journal.models import Entry, FormReceipt
from apps.people.models import Person


def record(
    *,
    actor: Person | None,
    verb: str,
    obj: models.Model,
    changes: Mapping[str, object] | None = None,
    note: str = "",
    on_behalf_of: Person | None = None,
    internal: bool = False,
    at: datetime | None = None,
) -> Entry:
    """Write one line of history about `obj`. No actor means that the portal itself did it.

    `changes` holds plain JSON values: {"state": ["queued", "in_progress"]}.
    """
    return Entry.objects.create(
        actor=actor,
        on_behalf_of=on_behalf_of,
        verb=verb,
        subject_type=ContentType.objects.get_for_model(obj),
        subject_id=obj.pk,
        changes=dict(changes or {}),
        note=note,
        internal=internal,
        at=at or now(),
    )


def take_form(*, token: UUID, person: Person) -> tuple[bool, str]:
    """Claim a form in the caller's transaction: (is this the first time, where the first one led).

    A second sender waits for the first one's transaction, so two clicks at once make one thing. Raises
    TransactionManagementError outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("take_form needs the transaction that does the work")
    receipt, first = FormReceipt.objects.get_or_create(token=token, defaults={"person": person})
    return first, "" if first or receipt.person_id != person.pk else receipt.result_url


def settle_form(*, token: UUID, result_url: str) -> None:
    """Note where the taken form led, for those who send it again."""
    FormReceipt.objects.filter(token=token).update(result_url=result_url)
