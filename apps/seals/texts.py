"""The words of the messages about seals, in the three languages.

A text may use %(seal)s, %(title)s, %(reference)s, %(who)s, %(note)s and %(due)s.
"""

from collections.abc import Mapping

from django.conf import settings
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext, gettext_noop

from apps.core.templatetags.portal import moment
from apps.core.text import localized
from apps.delivery.services import Text
from apps.seals.models import Seal

WORDS: dict[str, tuple[str, str]] = {
    "to_seal": (
        gettext_noop("To be sealed: %(title)s (%(reference)s)"),
        gettext_noop("%(who)s passed you an approved paper for “%(seal)s”. Count the impressions in the ledger."),
    ),
    "sealed": (
        gettext_noop("Sealed: %(title)s (%(reference)s)"),
        gettext_noop("%(who)s closed the line in the ledger of “%(seal)s”. %(note)s"),
    ),
    "not_sealed": (
        gettext_noop("Not sealed: %(title)s (%(reference)s)"),
        gettext_noop("The line in the ledger of “%(seal)s” was called off. %(note)s"),
    ),
    "witness": (
        gettext_noop("You stood by while it was sealed: %(title)s (%(reference)s)"),
        gettext_noop("%(who)s names you as witness in the ledger of “%(seal)s”. If this is not so, tell the director."),
    ),
    "appointed": (
        gettext_noop("In your care: %(seal)s"),
        gettext_noop("%(who)s appointed you to keep “%(seal)s”. %(note)s"),
    ),
    "handover": (
        gettext_noop("To be taken over: %(seal)s"),
        gettext_noop("%(who)s hands “%(seal)s” over to you. Count what you receive and sign."),
    ),
    "outing_overdue": (
        gettext_noop("Not back: %(seal)s"),
        gettext_noop("“%(seal)s” was taken out by %(who)s and should have been back by %(due)s."),
    ),
}


def texts_of(kind: str, seal: Seal, **values: object) -> dict[str, Text]:
    """The message `kind` about `seal`, by language. `due` is a moment, the rest are words."""
    made = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            subject, text = WORDS[kind]
            given = filled(values) | {"seal": localized(seal.name)}
            made[language] = Text(gettext(subject) % given, (gettext(text) % given).strip())
    return made


def filled(values: Mapping[str, object]) -> dict[str, str]:
    words = dict.fromkeys(("title", "reference", "who", "note", "due"), "")
    words |= {key: str(value or "") for key, value in values.items() if key != "due"}
    words["title"] = Truncator(" ".join(words["title"].split())).chars(80)
    return words | ({"due": moment(values["due"])} if values.get("due") else {})
