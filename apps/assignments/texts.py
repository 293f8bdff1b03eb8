"""The words of every message about an assignment, in the languages of the portal.

A text may use %(title)s (of the assignment), %(unit)s, %(who)s (a name, with that of who is stood in for), %(note)s
(what somebody wrote) and %(due)s.
"""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext, gettext_noop

from apps.assignments.models import Assignment, Part
from apps.core.templatetags.portal import moment
from apps.delivery.services import Text
from apps.people.models import Person

WORDS: dict[str, tuple[str, str]] = {
    "given_lead": (
        gettext_noop("Your unit leads: %(title)s"),
        gettext_noop("%(unit)s leads in “%(title)s”. Due: %(due)s. Please sign for it.\n\n%(note)s"),
    ),
    "given_helper": (
        gettext_noop("Your unit helps: %(title)s"),
        gettext_noop("%(unit)s helps in “%(title)s”. Due: %(due)s. Please sign for it.\n\n%(note)s"),
    ),
    "passed_down": (
        gettext_noop("Passed down to your unit: %(title)s"),
        gettext_noop("%(who)s passed a part of “%(title)s” to %(unit)s. Due: %(due)s. Please sign for it.\n\n%(note)s"),
    ),
    "stand_in": (
        gettext_noop("Please sign for %(unit)s: %(title)s"),
        gettext_noop("The clerk of %(unit)s has not signed for “%(title)s”. You stand in; please sign for the unit."),
    ),
    "named": (
        gettext_noop("For you to do: %(title)s"),
        gettext_noop(
            "%(who)s named you to do the part of %(unit)s in “%(title)s”. The report is due: %(due)s.\n\n%(note)s"
        ),
    ),
    "taken_away": (
        gettext_noop("Somebody else does it: %(title)s"),
        gettext_noop("%(who)s gave the part of %(unit)s in “%(title)s” to somebody else.\n\n%(note)s"),
    ),
    "to_confirm": (
        gettext_noop("A report of your unit to confirm: %(title)s"),
        gettext_noop("%(who)s reports for %(unit)s about “%(title)s”:\n\n%(note)s"),
    ),
    "sent_back": (
        gettext_noop("The head sent the report back: %(title)s"),
        gettext_noop("%(who)s sent the report of %(unit)s about “%(title)s” back:\n\n%(note)s"),
    ),
    "to_accept": (
        gettext_noop("A report to accept: %(unit)s, %(title)s"),
        gettext_noop("%(unit)s reports about “%(title)s”:\n\n%(note)s"),
    ),
    "accepted": (
        gettext_noop("The report was accepted: %(title)s"),
        gettext_noop("%(who)s accepted the report of %(unit)s about “%(title)s”. %(note)s"),
    ),
    "returned": (
        gettext_noop("Returned, incomplete: %(title)s"),
        gettext_noop(
            "%(who)s returned the report of %(unit)s about “%(title)s”. The day stays: %(due)s. What is missing:\n\n"
            "%(note)s"
        ),
    ),
    "excused": (
        gettext_noop("Nothing is asked any more: %(title)s"),
        gettext_noop("%(who)s excused %(unit)s from its part in “%(title)s”. The reason:\n\n%(note)s"),
    ),
    "leads_now": (
        gettext_noop("Your unit leads now: %(title)s"),
        gettext_noop("%(who)s made %(unit)s the lead in “%(title)s”. Due: %(due)s. The reason:\n\n%(note)s"),
    ),
    "leads_no_more": (
        gettext_noop("Your unit leads no more: %(title)s"),
        gettext_noop("%(who)s gave the lead in “%(title)s” to another unit. The reason:\n\n%(note)s"),
    ),
    "asks_time": (
        gettext_noop("%(unit)s asks for more time: %(title)s"),
        gettext_noop("%(who)s asks for more time for %(unit)s in “%(title)s”. It is due: %(due)s.\n\n%(note)s"),
    ),
    "more_time": (
        gettext_noop("More time until %(due)s: %(title)s"),
        gettext_noop("%(who)s granted %(unit)s more time in “%(title)s”, until %(due)s. %(note)s"),
    ),
    "no_more_time": (
        gettext_noop("No more time: %(title)s"),
        gettext_noop("%(who)s granted %(unit)s no more time in “%(title)s”. It stays due: %(due)s.\n\n%(note)s"),
    ),
    "paused": (
        gettext_noop("%(unit)s waits for an answer from outside: %(title)s"),
        gettext_noop("%(who)s stopped the clock of %(unit)s in “%(title)s”:\n\n%(note)s"),
    ),
    "resumed": (
        gettext_noop("The clock of %(unit)s runs again: %(title)s"),
        gettext_noop("%(who)s let the clock of %(unit)s in “%(title)s” run again. It is now due: %(due)s."),
    ),
    "urged": (
        gettext_noop("Urged: %(title)s"),
        gettext_noop("%(who)s urges %(unit)s about “%(title)s”. Due: %(due)s.\n\n%(note)s"),
    ),
    "closed": (
        gettext_noop("Closed: %(title)s"),
        gettext_noop("%(who)s closed “%(title)s”. %(note)s"),
    ),
    "called_off": (
        gettext_noop("Called off: %(title)s"),
        gettext_noop("“%(title)s” is not to be done any more. The reason:\n\n%(note)s"),
    ),
}


def texts_of(
    kind: str,
    assignment: Assignment,
    *,
    part: Part | None = None,
    actor: Person | None = None,
    behalf: Person | None = None,
    note: str = "",
    due_at: datetime | None = None,
) -> dict[str, Text]:
    """The message `kind`, by language."""
    made = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            subject, text = WORDS[kind]
            values = {
                "title": name_of(assignment),
                "unit": one_line(str(part.unit)) if part else "",
                "who": both_names(actor, behalf),
                "note": "" if assignment.concerned_only else note,
                "due": moment(due_at or (part.due_at if part else assignment.due_at)),
            }
            made[language] = Text(one_line(gettext(subject) % values, 200), (gettext(text) % values).strip())
    return made


def name_of(assignment: Assignment) -> str:
    """As it stands in messages, which go out by mail: its number alone where it is for who is concerned only."""
    if assignment.concerned_only:
        return gettext("assignment %(number)d, limited access") % {"number": assignment.pk}
    return one_line(assignment.title)


def both_names(actor: Person | None, behalf: Person | None) -> str:
    """Who acts, and in whose name."""
    if actor is None:
        return gettext("The portal")
    if behalf is None:
        return actor.name
    return gettext("%(name)s for %(other)s") % {"name": actor.name, "other": behalf.name}


def one_line(text: str, longest: int = 80) -> str:
    return Truncator(" ".join(text.split())).chars(longest)
