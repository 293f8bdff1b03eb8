"""What a message says outside of mail: plain text, its link, and never longer than the service takes."""

from urllib.parse import urljoin

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.core.calendar import office_time
from apps.delivery.models import Delivery, MessageText

CUT = "…"


def chat_text(row: Delivery, words: MessageText, *, most_bytes: int) -> str:
    """Subject, text and link. A later round names itself with the office's day: services drop a text that they have
    seen.
    """
    tail = tail_of(row, words)
    head = f"{words.subject}\n\n{words.text.strip()}"
    room = most_bytes - len(tail.encode())
    if len(head.encode()) > room:
        head = head.encode()[: max(room - len(CUT.encode()), 0)].decode("utf-8", "ignore") + CUT
    return head + tail


def tail_of(row: Delivery, words: MessageText) -> str:
    parts = [link_of(row)]
    if row.round > 1:
        with override(words.language):
            on = office_time().day(row.not_before)
            parts.append(_("Message no. %(number)s, %(day)s") % {"number": row.round, "day": f"{on:%Y-%m-%d}"})
    return "".join(f"\n{part}" for part in parts if part)


def short_text(row: Delivery, words: MessageText, *, most: int) -> str:
    """One text message: as much of the subject as fits beside the whole link."""
    link = link_of(row)
    room = most - len(link) - 1 if link else most
    subject = " ".join(words.subject.split())
    shown = subject if len(subject) <= room else subject[: max(room - 1, 0)] + CUT
    return f"{shown} {link}".strip()


def link_of(row: Delivery) -> str:
    target = row.message.target_url
    return urljoin(f"{settings.PORTAL_URL}/", target) if target else ""
