"""The words of a notice as they leave: the first sending, the next channel, and reminders that differ each time."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.core.templatetags.portal import day
from apps.core.text import FALLBACK
from apps.delivery.services import Text
from apps.notices.comparison import as_html, as_text, compare
from apps.notices.enums import EditionKind
from apps.notices.models import Edition, Notice
from apps.notices.rich import plain_text


def first_texts(notice: Notice) -> dict[str, Text]:
    """Subject, text and HTML in each language the notice has."""
    return {language: _first(notice, language) for language in notice.languages}


def _first(notice: Notice, language: str) -> Text:
    with translation.override(language):
        return _text(notice, language, "notice", notice.title[language], {})


def reminder_texts(notice: Notice, *, number: int, at: datetime) -> dict[str, Text]:
    """A reminder says which it is and of what day: some systems drop a text they have seen before."""
    texts = {}
    for language in notice.languages:
        with translation.override(language):
            values = {"number": number, "day": day(at), "title": notice.title[language]}
            subject = _("Reminder %(number)s (%(day)s): %(title)s") % values
            texts[language] = _text(
                notice, language, "reminder", subject, {"number": number, "at": at, "tone": _tone(notice, at)}
            )
    return texts


def rung_texts(notice: Notice) -> dict[str, Text]:
    """The same words by the next channel; the subject says that it comes again, and why."""
    texts = {}
    for language in notice.languages:
        with translation.override(language):
            subject = _("No sign of you yet: %(title)s") % {"title": notice.title[language]}
            texts[language] = _text(notice, language, "notice", subject, {})
    return texts


def _tone(notice: Notice, at: datetime) -> str:
    """ "before", "on" or "after" the day of acknowledging; "" without one."""
    if not notice.acknowledge_by:
        return ""
    last, today = timezone.localtime(notice.acknowledge_by).date(), timezone.localtime(at).date()
    return "before" if today < last else "on" if today == last else "after"


def joint_reminder_texts(notices: Sequence[Notice], *, at: datetime) -> dict[str, Text]:
    """One reminder of several notices: title, until when, and the way to each. Titles fall back to another language."""
    wanted = [code for code in FALLBACK if any(code in notice.languages for notice in notices)]
    return {language: _joint(notices, language, at) for language in wanted}


def _joint(notices: Sequence[Notice], language: str, at: datetime) -> Text:
    with translation.override(language):
        rows = [
            {
                "title": notice.title[notice.shown_language(language)],
                "notice": notice,
                "url": settings.PORTAL_URL.rstrip("/") + reverse("notices:read", args=[notice.pk]),
            }
            for notice in notices
        ]
        values = {"count": len(rows), "day": day(at)}
        return Text(
            subject=_("%(count)s notices are still open (%(day)s)") % values,
            text=render_to_string("notices/mail/reminders.txt", {"rows": rows, "at": at}).strip() + "\n",
            html=render_to_string("notices/mail/reminders.html", {"rows": rows, "at": at}).strip(),
        )


def change_texts(notice: Notice, old: Edition, *, kind: EditionKind, note: str) -> dict[str, Text]:
    """What changed since `old`, marked, and the new words. `note` says it in the sender's own words."""
    texts = {}
    for language in notice.languages:
        with translation.override(language):
            values = {"title": notice.title[language]}
            asks_again = kind == EditionKind.REPLACEMENT
            subject = _("Issued anew: %(title)s") % values if asks_again else _("Corrected: %(title)s") % values
            pieces = compare(*(plain_words(each, language) for each in (old, notice)))
            extra = {
                "note": note,
                "asks_again": asks_again and notice.needs_acknowledgement,
                "marked": as_html(pieces),
                "marked_text": as_text(pieces),
            }
            texts[language] = _text(notice, language, "change", subject, extra)
    return texts


def recall_texts(notice: Notice) -> dict[str, Text]:
    """That a notice was taken back, and why."""
    texts = {}
    for language in notice.languages:
        with translation.override(language):
            subject = _("Taken back: %(title)s") % {"title": notice.title[language]}
            texts[language] = _text(notice, language, "recall", subject, {})
    return texts


def plain_words(words: Notice | Edition, language: str) -> str:
    """Title and text of one language as plain lines; of another one when it has none."""
    code = language if words.body.get(language) else next(iter(words.body), "")
    return f"{words.title.get(code, '')}\n\n{plain_text(words.body.get(code, ''))}\n"


def _text(notice: Notice, language: str, template: str, subject: str, extra: dict[str, object]) -> Text:
    context = {"notice": notice, "title": notice.title[language], "html": notice.body[language], **extra}
    context["text"] = plain_text(context["html"])
    return Text(
        subject=subject,
        text=render_to_string(f"notices/mail/{template}.txt", context).strip() + "\n",
        html=render_to_string(f"notices/mail/{template}.html", context).strip(),
    )
