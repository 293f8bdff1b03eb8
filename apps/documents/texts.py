"""The words of the messages about official documents, in the three languages.

A text may use %(paper)s (number and title), %(who)s, %(note)s and %(due)s. A mailbox is not the portal: of a paper with
limited access, and of a classified one, a message says the number alone, and of what was written only that it is there.
"""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext, gettext_noop

from apps.core.templatetags.portal import moment
from apps.delivery.services import Text
from apps.documents.enums import CLASSIFIED_TITLE, RESTRICTED
from apps.documents.models import Document

WORDS: dict[str, tuple[str, str]] = {
    "to_instruct": (
        gettext_noop("For your instruction: %(paper)s"),
        gettext_noop("%(who)s asks you for an instruction. The proposal:\n\n%(note)s"),
    ),
    "instructed": (
        gettext_noop("Instruction given: %(paper)s"),
        gettext_noop("%(who)s gave the instruction:\n\n%(note)s"),
    ),
    "returned": (
        gettext_noop("Returned without instruction: %(paper)s"),
        gettext_noop("%(who)s returned it to you. The reason:\n\n%(note)s"),
    ),
    "withdrawn": (
        gettext_noop("No instruction needed any more: %(paper)s"),
        gettext_noop("%(who)s withdrew the question. %(note)s"),
    ),
    "to_read": (
        gettext_noop("For you to read: %(paper)s"),
        gettext_noop("%(who)s circulates it; it is with you now. %(note)s"),
    ),
    "all_read": (
        gettext_noop("Read by all: %(paper)s"),
        gettext_noop("The circulation has ended: everybody has read it or was excused."),
    ),
    "urged_to_read": (
        gettext_noop("Please read: %(paper)s"),
        gettext_noop("%(who)s reminds you: it is still with you. %(note)s"),
    ),
    "urged": (
        gettext_noop("Please go on with: %(paper)s"),
        gettext_noop("%(who)s urges you to go on. Due: %(due)s.\n\n%(note)s"),
    ),
    "handed_over": (
        gettext_noop("In your hands now: %(paper)s"),
        gettext_noop("%(who)s handed it over to you. Due: %(due)s. The reason:\n\n%(note)s"),
    ),
    "due_changed": (
        gettext_noop("Another due date: %(paper)s"),
        gettext_noop("%(who)s set the due date to %(due)s. The reason:\n\n%(note)s"),
    ),
    "added": (
        gettext_noop("You may read now: %(paper)s"),
        gettext_noop("%(who)s lets you read it. %(note)s"),
    ),
    "left_behind": (
        gettext_noop("Its handler is gone: %(paper)s"),
        gettext_noop("Nobody else reads it, so you do from now on. Please put it into other hands."),
    ),
    "reopened": (
        gettext_noop("Opened again: %(paper)s"),
        gettext_noop("%(who)s opened it again. The reason:\n\n%(note)s"),
    ),
    "classified": (
        gettext_noop("Removed as classified: %(paper)s"),
        gettext_noop("%(who)s removed what the portal held of it. It is handled on paper from now on."),
    ),
    "marked": (
        gettext_noop("Perhaps classified: %(paper)s"),
        gettext_noop(
            "An attached file bears a mark of secrecy. If the paper is classified, the director removes it from the "
            "portal on its page; until then nobody hands it on."
        ),
    ),
    "traced": (
        gettext_noop("Most urgent, still with you: %(paper)s"),
        gettext_noop("It is traced each half day until it is done. Due: %(due)s."),
    ),
    "not_packed": (
        gettext_noop("The package of the file cannot be made: %(paper)s"),
        gettext_noop(
            "It is in the file, but its package failed several times. The administrator finds why in the log."
        ),
    ),
    "not_to_read": (
        gettext_noop("No need to read any more: %(paper)s"),
        gettext_noop("%(who)s stopped the circulation. The reason:\n\n%(note)s"),
    ),
}
LEDGER = (
    gettext_noop("The ledger of document numbers has faults"),
    gettext_noop("Tonight's check found:\n\n%(note)s"),
)


def texts_of(
    kind: str, document: Document, *, who: str = "", note: str = "", due: datetime | None = None
) -> dict[str, Text]:
    """The message `kind` about `document`, by language."""
    subject, text = WORDS[kind]
    made = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            when = moment(due) if due else gettext("no day set")
            values = {"paper": name_of(document), "who": who, "note": note_of(document, note), "due": when}
            made[language] = Text(gettext(subject) % values, (gettext(text) % values).strip())
    return made


def plain_texts(words: tuple[str, str], **values: object) -> dict[str, Text]:
    """A message that is about no single document."""
    made = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            made[language] = Text(gettext(words[0]) % values, (gettext(words[1]) % values).strip())
    return made


def name_of(document: Document) -> str:
    """What a mail says of it: of limited access only the number."""
    if document.access in RESTRICTED:
        return document.number or gettext("a document with limited access")
    title = Truncator(" ".join(document.title.split())).chars(60)
    return f"{document.number} {title}".strip()


def note_of(document: Document, note: str) -> str:
    """What somebody wrote about it: of limited access only that they did."""
    if not note.strip() or not (document.access in RESTRICTED or document.title == CLASSIFIED_TITLE):
        return note
    return gettext("(the words stand in the portal alone)")
