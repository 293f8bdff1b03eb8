"""The words of every message the service desk sends, in the three languages.

A text may use %(title)s, %(number)s, %(due)s, %(who)s (a name), %(note)s (what somebody wrote), %(state)s
and %(what)s (a verb of the history).
"""

from django.conf import settings
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext, gettext_noop

from apps.core.templatetags.portal import moment
from apps.delivery.services import Text
from apps.servicedesk.models import Request
from apps.servicedesk.verbs import VERBS

WORDS: dict[str, tuple[str, str]] = {
    "received": (
        gettext_noop("Received: %(title)s (%(number)s)"),
        gettext_noop("The office has your request and should be done by %(due)s. You will hear of every step."),
    ),
    "filed_for_you": (
        gettext_noop("Filed for you: %(title)s (%(number)s)"),
        gettext_noop("%(who)s filed this request for you. It should be done by %(due)s."),
    ),
    "new_for_office": (
        gettext_noop("New request: %(title)s (%(number)s)"),
        gettext_noop("From %(requester)s, due %(due)s. Nobody has it yet."),
    ),
    "assigned": (
        gettext_noop("Given to you: %(title)s (%(number)s)"),
        gettext_noop("%(who)s gave you this request of %(requester)s. It is due %(due)s."),
    ),
    "returned": (
        gettext_noop("Please correct: %(title)s (%(number)s)"),
        gettext_noop(
            "One thing is missing before the office can go on:\n\n%(note)s\n\nOnly the named answers need to be "
            "changed. "
            "The time until you have done so does not count."
        ),
    ),
    "corrected": (
        gettext_noop("Corrected: %(title)s (%(number)s)"),
        gettext_noop("%(who)s has corrected what you returned. It is due %(due)s."),
    ),
    "asked": (
        gettext_noop("A question about %(title)s (%(number)s)"),
        gettext_noop("%(note)s\n\nThe office goes on as soon as you answer."),
    ),
    "answered": (
        gettext_noop("Answered: %(title)s (%(number)s)"),
        gettext_noop("%(who)s answered:\n\n%(note)s"),
    ),
    "message": (
        gettext_noop("A message about %(title)s (%(number)s)"),
        gettext_noop("%(who)s writes:\n\n%(note)s"),
    ),
    "approval_asked": (
        gettext_noop("To decide: %(title)s (%(number)s)"),
        gettext_noop("%(who)s asks for your approval of this request of %(requester)s. It is due %(due)s."),
    ),
    "approved": (
        gettext_noop("Approved: %(title)s (%(number)s)"),
        gettext_noop("%(who)s approved. You can go on."),
    ),
    "sent_back": (
        gettext_noop("Sent back: %(title)s (%(number)s)"),
        gettext_noop("%(who)s did not approve yet and writes:\n\n%(note)s"),
    ),
    "refused": (
        gettext_noop("Not granted: %(title)s (%(number)s)"),
        gettext_noop("The office could not grant this request. The reason:\n\n%(note)s"),
    ),
    "completed": (
        gettext_noop("Done: %(title)s (%(number)s)"),
        gettext_noop(
            "Your request is done. %(note)s\n\nIf something is not right, you can reopen it within %(days)s working "
            "days."
        ),
    ),
    "withdrawn": (
        gettext_noop("Withdrawn: %(title)s (%(number)s)"),
        gettext_noop("%(who)s withdrew this request:\n\n%(note)s"),
    ),
    "reopened": (
        gettext_noop("Reopened: %(title)s (%(number)s)"),
        gettext_noop("%(who)s reopened this request:\n\n%(note)s\n\nIt is due %(due)s."),
    ),
    "urged": (
        gettext_noop("Please hurry: %(title)s (%(number)s)"),
        gettext_noop("%(who)s asks how far this is. It is due %(due)s."),
    ),
    "due_changed": (
        gettext_noop("New date: %(title)s (%(number)s)"),
        gettext_noop("It should now be done by %(due)s. The reason:\n\n%(note)s"),
    ),
    "overdue": (
        gettext_noop("Overdue: %(title)s (%(number)s)"),
        gettext_noop("This request of %(requester)s was due %(due)s. It is with %(handler)s."),
    ),
    "participant_added": (
        gettext_noop("Taking part: %(title)s (%(number)s)"),
        gettext_noop("%(who)s lets %(note)s see this request of %(requester)s: answers, messages and where it stands."),
    ),
    "participant_removed": (
        gettext_noop("You no longer take part: %(title)s (%(number)s)"),
        gettext_noop("%(who)s ended your part in this request of %(requester)s."),
    ),
    "participant_left": (
        gettext_noop("Somebody left: %(title)s (%(number)s)"),
        gettext_noop("%(who)s does not take part in this request any more."),
    ),
    "merged": (
        gettext_noop("Merged: %(title)s (%(number)s)"),
        gettext_noop(
            "The office handles this together with another request, which you see now too; your number stays. The "
            "reason:\n\n%(note)s"
        ),
    ),
    "unmerged": (
        gettext_noop("Handled by itself again: %(title)s (%(number)s)"),
        gettext_noop("%(who)s took this request out of the other one; it goes on from where it was:\n\n%(note)s"),
    ),
    "watched": (
        gettext_noop("News of %(title)s (%(number)s)"),
        gettext_noop("%(who)s: %(what)s. It is now “%(state)s”.\n\n%(note)s"),
    ),
    "mentioned": (
        gettext_noop("You are mentioned: %(title)s (%(number)s)"),
        gettext_noop("%(who)s writes:\n\n%(note)s\n\nYou watch this request from now on; you can stop on its page."),
    ),
    "repeat_draft": (
        gettext_noop("To confirm: %(title)s"),
        gettext_noop("Its date has come: a draft with the answers of last time waits for you. Check it and send it."),
    ),
    "repeat_failed": (
        gettext_noop("Not made: %(title)s (%(number)s)"),
        gettext_noop("The date of this recurring request has come, but it could not be made:\n\n%(note)s"),
    ),
    "paper_ready": (
        gettext_noop("Your paper is ready: %(title)s (%(number)s)"),
        gettext_noop("You find it on the page of your request. Anyone can check it by the code that is printed on it."),
    ),
    "paper_revoked": (
        gettext_noop("A paper was revoked: %(title)s (%(number)s)"),
        gettext_noop("Its check page now says that it is not valid any more. The reason:\n\n%(note)s"),
    ),
}


def texts_of(kind: str, request: Request, *, who: str = "", note: str = "", verb: str = "") -> dict[str, Text]:
    """The message `kind` about `request`, by language."""
    made = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            subject, text = WORDS[kind]
            values = values_of(request) | {"who": who, "note": note, "what": str(VERBS.get(verb, ""))}
            made[language] = Text(gettext(subject) % values, (gettext(text) % values).strip())
    return made


def values_of(request: Request) -> dict[str, object]:
    """What a text may name, in the active language. A subject is one line, so the title is made one."""
    return {
        "title": Truncator(" ".join(request.title.split())).chars(80),
        "number": request.number or "",
        "due": moment(request.due_at),
        "requester": request.requester.name,
        "handler": request.handler.name if request.handler else gettext("nobody"),
        "state": request.get_state_display(),
        "days": request.service.reopen_days,
    }
