"""The words of the messages about outgoing papers, in the three languages.

A text may use %(title)s (number and title; of a paper with limited access only the number), %(who)s, %(point)s and
%(note)s.
"""

from collections.abc import Mapping

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from apps.core.text import localized
from apps.delivery.services import Text
from apps.documents.models import Document
from apps.documents.texts import name_of

WORDS: dict[str, tuple[str, str]] = {
    "asked": (
        gettext_noop("%(point)s: %(title)s"),
        gettext_noop("%(who)s asks for your decision about this paper. Nothing is decided until you say so."),
    ),
    "urged": (
        gettext_noop("Still waiting for you – %(point)s: %(title)s"),
        gettext_noop("%(who)s reminds you that this paper waits for your decision."),
    ),
    "back": (
        gettext_noop("Came back: %(title)s"),
        gettext_noop("%(who)s sent the paper back (%(point)s). %(note)s"),
    ),
    "taken_back": (
        gettext_noop("Taken back: %(title)s"),
        gettext_noop("%(who)s took the paper back; you need not decide about it. %(note)s"),
    ),
    "signed": (
        gettext_noop("Signed: %(title)s"),
        gettext_noop("%(who)s signed the paper. It goes on to the final check."),
    ),
    "to_number": (
        gettext_noop("To be numbered: %(title)s"),
        gettext_noop("The paper is signed and checked. Give it its number."),
    ),
    "numbered": (
        gettext_noop("Numbered: %(title)s"),
        gettext_noop("%(who)s entered the paper in the register."),
    ),
    "not_noted": (
        gettext_noop("Note the answer: %(title)s"),
        gettext_noop("A paper that answers it was sent out, and that could not be noted by itself. Please note it."),
    ),
    "sent": (
        gettext_noop("Sent out: %(title)s"),
        gettext_noop("%(who)s sent the paper out. Its page shows who has signed for it."),
    ),
}


def texts_of(
    kind: str, document: Document, *, point: Mapping[str, str] | None = None, **values: str
) -> dict[str, Text]:
    """The message `kind` about `document`, by language."""
    made = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            subject, text = WORDS[kind]
            given = dict.fromkeys(("who", "note"), "") | values
            given |= {"title": name_of(document), "point": localized(point)}
            made[language] = Text(gettext(subject) % given, (gettext(text) % given).strip())
    return made
