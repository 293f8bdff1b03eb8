"""The words of a notice as they leave by mail: the first sending, and reminders that differ each time."""

from datetime import datetime

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core.templatetags.portal import day
from apps.delivery.services import Text
from apps.notices.models import Notice
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
            texts[language] = _text(notice, language, "reminder", subject, {"number": number, "at": at})
    return texts


def _text(notice: Notice, language: str, template: str, subject: str, extra: dict[str, object]) -> Text:
    context = {"notice": notice, "title": notice.title[language], "html": notice.body[language], **extra}
    context["text"] = plain_text(context["html"])
    return Text(
        subject=subject,
        text=render_to_string(f"notices/mail/{template}.txt", context).strip() + "\n",
        html=render_to_string(f"notices/mail/{template}.html", context).strip(),
    )
