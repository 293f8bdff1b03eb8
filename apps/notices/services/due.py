"""What was scheduled goes out at its time. One that cannot is a draft again, and its sender is told once."""

from datetime import datetime

import structlog
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy, override

from apps.core.text import FALLBACK, in_each_language, localized
from apps.delivery.services import Text, tell
from apps.journal.services import record
from apps.notices.enums import NoticeState
from apps.notices.models import Notice
from apps.notices.services.publishing import UnableToPublish, back_to_draft, publish

log = structlog.get_logger(__name__)
SUBJECT = gettext_lazy("Not sent: %(title)s")
BODY = gettext_lazy("The notice could not go out at its time: %(reason)s It is a draft again; nobody was sent it.")


def publish_due(at: datetime) -> int:
    """Publish what was scheduled; gives the number. One that fails in a way nobody thought of stops no other; it is
    tried again in a minute.
    """
    published = 0
    for notice in Notice.objects.to_publish(at).select_related("sender").order_by("publish_at", "pk"):
        try:
            publish(notice=notice, actor=notice.sender, at=at)
            published += 1
        except UnableToPublish as error:
            log.warning("scheduled_notice_refused", notice=notice.pk)
            _take_back(notice.pk, error, at)
        except Exception:
            log.exception("scheduled_notice_failed", notice=notice.pk)
    return published


@transaction.atomic
def _take_back(notice_id: int, error: UnableToPublish, at: datetime) -> None:
    """A draft again, unless somebody has moved it meanwhile."""
    notice = Notice.objects.select_for_update(no_key=True).get(pk=notice_id)
    if notice.state == NoticeState.SCHEDULED:
        back_to_draft(notice, None, "unscheduled", at)
        mark_refused(notice, error, at)


def mark_refused(notice: Notice, error: UnableToPublish, at: datetime) -> None:
    """In the caller's transaction: history, a mark until it is settled, and word to the sender by portal and mail."""
    notice.refused_at, notice.refused_reason = at, in_each_language(error)
    notice.save(update_fields=["refused_at", "refused_reason"])
    record(actor=None, verb="publish_refused", obj=notice, note=str(error), at=at)
    if notice.sender.is_active:
        tell(
            person=notice.sender,
            source=f"notices.notice:{notice.pk}",
            texts=_texts(notice),
            target_url=reverse("notices:preview", args=[notice.pk]),
            at=at,
        )


def _texts(notice: Notice) -> dict[str, Text]:
    texts = {}
    for language in FALLBACK:
        with override(language):
            subject = SUBJECT % {"title": localized(notice.title)}
            texts[language] = Text(subject, f"{BODY % {'reason': localized(notice.refused_reason)}}\n")
    return texts
