"""Write history; keep a form from being taken twice."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from apps.core.clock import now
from apps.journal.models import Entry, FormReceipt, Redaction
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


@transaction.atomic
def redact(
    *,
    obj: models.Model,
    reason: str,
    kept: Collection[str] = (),
    instead: Mapping[int, int] | None = None,
    at: datetime | None = None,
) -> int:
    """Take words and changes out of all lines about `obj`; gives how many lines there are.

    `kept` names the changes that say nothing of people ("state"); `instead` maps keys of people to those who stand in
    their place from now on. When, what and about which thing stay, and why this was done stands in Redaction.
    """
    found = list(Entry.objects.about(obj).values_list("pk", "changes", "actor_id", "on_behalf_of_id"))
    Redaction.objects.create(
        subject_type=ContentType.objects.get_for_model(obj),
        subject_id=obj.pk,
        reason=reason,
        entries=len(found),
        at=at or now(),
    )
    others = dict(instead or {})
    for pk, changes, actor, principal in found:
        Entry.objects.filter(pk=pk).update(
            note="",
            changes={key: value for key, value in changes.items() if key in kept},
            actor=others.get(actor, actor),
            on_behalf_of=others.get(principal, principal),
        )
    return len(found)


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


def forget_forms(*, before: datetime) -> int:
    """Receipts older than any open page; gives how many went."""
    return FormReceipt.objects.filter(at__lt=before).delete()[0]
