"""The words of a notice from before a change: what waits of them is stopped, and who met them is to hear of it."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.delivery.enums import WORK_STATES, Channel, DeliveryState, EvidenceKind
from apps.delivery.models import Delivery, Evidence
from apps.delivery.services import cancel_waiting
from apps.notices.enums import ObligationState, RoundKind
from apps.notices.managers import ObligationQuerySet
from apps.notices.models import Round

CHANGED, TAKEN_BACK = "the notice was changed", "the notice was taken back"
ONE_CHANGED = "one of its notices was changed or taken back"
OF_A_CHANGE = (RoundKind.CHANGE, RoundKind.RECALL)


def cancel_earlier(row: Round, at: datetime) -> None:
    """What still waits of the words before is cancelled, and says why (it could not leave any more already).

    A reminder of several notices goes too; `putting_back` reminds its people of the others.
    """
    reason = TAKEN_BACK if row.kind == RoundKind.RECALL else CHANGED
    others = Round.objects.filter(message=OuterRef("message")).exclude(notice=row.notice_id)
    rows = row.notice.rounds.filter(number__lt=row.number).annotate(is_shared=Exists(others))
    for earlier in rows.select_related("message"):
        if row.kind == RoundKind.RECALL or earlier.edition < row.edition:
            said = ONE_CHANGED if earlier.is_shared else reason
            cancel_waiting(message=earlier.message, actor=row.started_by, reason=said, at=at)


def earlier_rounds(row: Round) -> QuerySet:
    """The rounds with words from before this change; word of the change itself is none of them."""
    earlier = row.notice.rounds.filter(number__lt=row.number)
    return earlier.exclude(edition=row.edition) if row.kind == RoundKind.FIRST else earlier


def left_earlier(row: Round) -> QuerySet:
    """The deliveries of earlier words that left, or may have: asked after `cancel_earlier`, so that what still waits
    is in the hands of a sender, which may send it.
    """
    sent = Delivery.objects.filter(message__in=earlier_rounds(row).values("message")).exclude(channel=Channel.PORTAL)
    return sent.filter(Q(handed_off_at__isnull=False) | Q(state__in=[*WORK_STATES, DeliveryState.UNCERTAIN]))


def _met(row: Round) -> Q:
    """The person opened an earlier edition, was told it by phone, or it was sent by any channel of any rung."""
    told = Evidence.objects.filter(message__in=earlier_rounds(row).values("message"), kind=EvidenceKind.TOLD)
    return (
        Q(seen_edition__isnull=False)
        | Q(Exists(left_earlier(row).filter(person=OuterRef("person"))))
        | Q(Exists(told.filter(person=OuterRef("person"))))
    )


def who_met_earlier_words(row: Round) -> ObligationQuerySet:
    """Whom word of a change or of taking back is for, also who owes nothing any more."""
    return row.notice.obligations.filter(_met(row)).exclude(state=ObligationState.EXCUSED)


def who_met_nothing(row: Round) -> ObligationQuerySet:
    """Whom the new words alone are for: open, and neither met the earlier ones nor was told of the change."""
    changes = row.notice.rounds.filter(kind=RoundKind.CHANGE, edition=row.edition)
    told = Delivery.objects.filter(message__in=changes.values("message"), person=OuterRef("person"))
    return row.notice.obligations.owed().exclude(_met(row)).exclude(Exists(told))
