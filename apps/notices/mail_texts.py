"""The words of a notice as they leave: the first sending, the next channel, and reminders that differ each time."""

from datetime import datetime

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core.templatetags.portal import day
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
            texts[language] = _text(notice, language, "reminder", subject, {"number": number, "at": at})
    return texts


def rung_texts(notice: Notice) -> dict[str, Text]:
    """The same words by the next channel; the subject says that it comes again, and why."""
    texts = {}
    for language in notice.languages:
        with translation.override(language):
            subject = _("No sign of you yet: %(title)s") % {"title": notice.title[language]}
            texts[language] = _text(notice, language, "notice", subject, {})
    return texts


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
