"""Whoever has settled a notice gets no reminder of it that still waits to leave."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef

from apps.core.clock import now
from apps.delivery.enums import EvidenceKind
from apps.delivery.models import Delivery
from apps.delivery.services import record_for_all
from apps.notices.enums import RoundKind
from apps.notices.models import Obligation, Round

SETTLED = "nothing of it is open any more"


def cancel_settled(ids: Sequence[int]) -> int:
    """Cancel waiting reminders to the people of these obligations, where nothing in the mail is open any more.

    In the caller's transaction; what a sender has claimed already leaves. Gives the number of mails.
    """
    closed = Obligation.objects.filter(pk__in=ids, is_open=False)
    rounds = Round.objects.filter(kind=RoundKind.REMINDER)
    messages = rounds.filter(notice__in=closed.values("notice")).values("message")
    still = Obligation.objects.owed().filter(person=OuterRef("person"), notice__rounds__message=OuterRef("message"))
    waiting = Delivery.objects.waiting().filter(person__in=closed.values("person"), message__in=messages)
    rows = waiting.exclude(Exists(still)).select_for_update(skip_locked=True, of=("self",))
    found = list(rows.values_list("pk", flat=True))
    if not found:
        return 0
    return record_for_all(ids=found, kind=EvidenceKind.CANCELLED, at=now(), event="settled", detail={"reason": SETTLED})
