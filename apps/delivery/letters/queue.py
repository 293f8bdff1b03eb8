"""What waits for an app above: letters that nobody has taken up. Nothing is sent up; the app looks."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import transaction

from apps.delivery.enums import InboundState
from apps.delivery.limits import INBOUND_TRIES
from apps.delivery.models import InboundMail
from apps.journal.files import open_blob
from apps.people.models import Person


def waiting(limit: int) -> list[int]:
    """The numbers of letters that nobody has taken up, oldest first."""
    return list(InboundMail.objects.filter(awaits_reader=True).order_by("pk").values_list("pk", flat=True)[:limit])


@contextmanager
def taken_up(pk: int) -> Iterator[InboundMail | None]:
    """The letter, locked, in a transaction at whose end it counts as taken up; None when somebody else has it.

    The try is counted and committed first, so a mail that kills its reader is known by `reader_tries` the next time.
    """
    if not _count_try(pk):
        yield None
        return
    with transaction.atomic():
        row = InboundMail.objects.select_for_update(of=("self",)).select_related("blob", "delivery__message").get(pk=pk)
        yield row if row.awaits_reader else None
        row.awaits_reader = False
        if row.state == InboundState.UNMATCHED:
            row.state = InboundState.PASSED_ON
        row.save(update_fields=["awaits_reader", "state"])


def _count_try(pk: int) -> bool:
    with transaction.atomic():
        rows = InboundMail.objects.select_for_update(skip_locked=True)
        row = rows.filter(pk=pk, awaits_reader=True).first()
        if row is None:
            return False
        row.reader_tries += 1
        row.save(update_fields=["reader_tries"])
        return True


def is_worn_out(row: InboundMail) -> bool:
    return row.reader_tries > INBOUND_TRIES


def raw_of(row: InboundMail) -> bytes:
    """The bytes as they came; empty when they were forgotten or the storage lost them."""
    if row.blob is None:
        return b""
    try:
        with open_blob(row.blob) as file:
            return file.read()
    except FileNotFoundError:
        return b""


def settle_letter(row: InboundMail, *, note: str, actor: Person) -> None:
    """A person of the app above has dealt with it."""
    InboundMail.objects.filter(pk=row.pk, state=InboundState.PASSED_ON).update(
        state=InboundState.SETTLED, settled_by=actor, note=note[:200]
    )


def forget(numbers: Iterable[int]) -> int:
    """Let go of the bytes and words of these mails; the row stays, so that what was counted stays counted."""
    return InboundMail.objects.filter(pk__in=list(numbers)).update(blob=None, subject="", sender="", parsed={})
