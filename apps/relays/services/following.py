"""What units passed on follows its original: a correction, a replacement or taking back goes down by itself.

Nobody types it twice, and no unit's people stay with words that count no more. Rows say what was passed on of which
edition, so a sweep finds what lags behind; run twice it changes nothing.
"""

from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import F, Q

from apps.journal.models import Entry
from apps.notices.enums import EditionKind, NoticeState
from apps.notices.services import UnableToChange, change, recall
from apps.notices.services.editions import CHANGEABLE
from apps.relays.models import Copy
from apps.relays.services.passing import words_of

BATCH = 100
log = structlog.get_logger(__name__)


def follow_originals(at: datetime) -> int:
    """Bring copies up to their originals; gives how many. One that cannot be changed yet is tried again next time."""
    lagging = Q(source__edition__gt=F("edition")) | Q(source__state=NoticeState.WITHDRAWN)
    keys = Copy.objects.filter(lagging, notice__state__in=CHANGEABLE).order_by("pk").values_list("pk", flat=True)
    return sum(_follow(key, at) for key in keys[:BATCH])


@transaction.atomic
def _follow(key: int, at: datetime) -> bool:
    rows = Copy.objects.select_for_update(of=("self",), skip_locked=True).select_related("notice", "source")
    copy = rows.filter(pk=key).first()
    if copy is None:
        return False
    try:
        with transaction.atomic():
            _take_back(copy, at) if copy.source.state == NoticeState.WITHDRAWN else _change(copy, at)
    except UnableToChange as error:
        log.warning("copy_lags_behind", notice=copy.notice_id, source=copy.source_id, reason=str(error))
        return False
    return True


def _change(copy: Copy, at: datetime) -> None:
    """The newest words, said to have changed by whom and why as in the original. Who acknowledged words that were
    replaced since is asked anew.
    """
    source, newest = copy.source, copy.source.editions.select_related("published_by").latest("number")
    is_asked_anew = source.counts_from > copy.edition
    change(
        notice=copy.notice,
        actor=newest.published_by,
        kind=EditionKind.REPLACEMENT if is_asked_anew else EditionKind.CORRECTION,
        version=copy.notice.version,
        title=source.title,
        body=words_of(source, copy.note),
        note=newest.note,
        at=at,
    )
    copy.edition = newest.number
    copy.save(update_fields=["edition"])


def _take_back(copy: Copy, at: datetime) -> None:
    withdrawn = Entry.objects.about(copy.source).filter(verb="withdrawn").select_related("actor").latest("pk")
    recall(notice=copy.notice, actor=withdrawn.actor, reason=copy.source.withdraw_reason, at=at)
