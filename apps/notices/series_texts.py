"""What the sender of a series is told: a draft waits, or a date could not be made."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy, override

from apps.core.templatetags.portal import day, moment
from apps.core.text import FALLBACK, localized
from apps.delivery.services import Text, tell
from apps.notices.models import Occurrence

WAITS = gettext_lazy("A draft waits for you: %(title)s")
WAITS_BODY = gettext_lazy("The draft of the series “%(series)s” is ready, to go out at %(time)s when you publish it.")
LATE_BODY = gettext_lazy("The draft of the series “%(series)s” is ready. Its time has gone by: publish it soon.")
NOT_MADE = gettext_lazy("Not sent: “%(series)s”, %(day)s")
NOT_MADE_BODY = gettext_lazy("The notice could not be made: %(reason)s Try it again or leave the date out.")


def tell_draft_waits(row: Occurrence, at: datetime) -> None:
    """By portal and mail, in the caller's transaction."""
    texts = {}
    for language in FALLBACK:
        with override(language):
            values = {"series": row.series.name, "time": moment(row.publish_at), "title": localized(row.notice.title)}
            body = LATE_BODY if row.is_past(at) else WAITS_BODY
            texts[language] = Text(WAITS % values, f"{body % values}\n")
    _tell(row, texts, reverse("notices:preview", args=[row.notice_id]), at)


def tell_not_made(row: Occurrence, at: datetime) -> None:
    texts = {}
    for language in FALLBACK:
        with override(language):
            values = {"series": row.series.name, "day": day(row.day), "reason": localized(row.reason)}
            texts[language] = Text(NOT_MADE % values, f"{NOT_MADE_BODY % values}\n")
    _tell(row, texts, row.series.get_absolute_url(), at)


def _tell(row: Occurrence, texts: dict[str, Text], page: str, at: datetime) -> None:
    """Who has left is told nothing; the director sees it."""
    sender = row.series.sender
    if sender.is_active:
        tell(person=sender, source=f"notices.series:{row.series_id}", texts=texts, target_url=page, at=at)
