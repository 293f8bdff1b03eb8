"""The words of every message the service desk sends, in the three languages.

A text may use %(title)s, %(number)s, %(unit)s, %(due)s, %(who)s (a name), %(note)s (what somebody wrote), %(state)s
and %(what)s (a verb of the history).
"""

from collections.abc import Sequence

from django.conf import settings
from django.utils import translation
from django.utils.functional import lazy
from django.utils.text import Truncator
from django.utils.translation import gettext, gettext_noop

from apps.core.templatetags.portal import moment
from apps.delivery.services import Text
from apps.servicedesk.models import Consent, Request
from apps.servicedesk.rating_links import rating_lines
from apps.servicedesk.verbs import VERBS

WORDS: dict[str, tuple[str, str]] = {
    "received": (
        gettext_noop("Received: %(title)s (%(number)s)"),
        gettext_noop("The office has your request and should be done by %(due)s. You will hear of every step."),
    ),
    "filed_for_you": (
        gettext_noop("Filed for you: %(title)s (%(number)s)"),
        gettext_noop(
            "%(who)s filed this request for you and noted that you asked for it (%(asked)s). It should be done by "
            "%(due)s.\n\nIf you did not ask for this, say so on its page: the director looks into it."
        ),
    ),
    "new_for_office": (
        gettext_noop("New request: %(title)s (%(number)s)"),
        gettext_noop("From %(requester)s, due %(due)s. Nobody has it yet."),
    ),
    "urgent_for_office": (
        gettext_noop("Urgent, now: %(title)s (%(number)s)"),
        gettext_noop(
            "%(requester)s reports an urgent matter. Everybody on duty is told; whoever takes it on has it. "
            "It is due %(due)s."
        ),
    ),
    "assigned": (
        gettext_noop("Given to you: %(title)s (%(number)s)"),
        gettext_noop("%(who)s gave you this request of %(requester)s. It is due %(due)s."),
    ),
    "passed_here": (
        gettext_noop("Passed to your unit: %(title)s (%(number)s)"),
        gettext_noop(
            "%(who)s passed this request of %(requester)s to %(unit)s; nobody has it there yet. It is due %(due)s. The "
            "reason:\n\n%(note)s"
        ),
    ),
    "passed_on": (
        gettext_noop("Passed to %(unit)s: %(title)s (%(number)s)"),
        gettext_noop(
            "%(who)s passed this request to %(unit)s, which goes on with it. It is still due %(due)s. The "
            "reason:\n\n%(note)s"
        ),
    ),
    "handler_left": (
        gettext_noop("Nobody has it any more: %(title)s (%(number)s)"),
        gettext_noop("%(note)s had it and handles requests no more. Whoever takes it on has it. It is due %(due)s."),
    ),
    "given_by_rule": (
        gettext_noop("Given to you by rule: %(title)s (%(number)s)"),
        gettext_noop("From %(requester)s, due %(due)s. The rule of the service gave it to you."),
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
    "nobody_decides": (
        gettext_noop("Nobody can decide: %(title)s (%(number)s)"),
        gettext_noop(
            "“%(note)s” is asked for, but nobody may decide it: the person has left, or nobody holds the post. Fill "
            "the post, or have the request taken back from approval. It is due %(due)s."
        ),
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
    "completed_beside": (
        gettext_noop("Done: %(title)s (%(number)s)"),
        gettext_noop("This request of %(requester)s is done. %(note)s"),
    ),
    "rate_again": (
        gettext_noop("How was it? %(title)s (%(number)s)"),
        gettext_noop("Your request was done some days ago. Please tell the office how it was; it asks only once more."),
    ),
    "objected": (
        gettext_noop("“I did not ask for this”: %(title)s (%(number)s)"),
        gettext_noop(
            "%(who)s objects to what was filed in their name:\n\n%(note)s\n\n"
            "Please look into it and say what you found."
        ),
    ),
    "objection_settled": (
        gettext_noop("Your objection: %(title)s (%(number)s)"),
        gettext_noop("%(who)s looked into it and writes:\n\n%(note)s"),
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
    "priority": (
        gettext_noop("Priority now %(priority)s: %(title)s (%(number)s)"),
        gettext_noop("It should now be done by %(due)s. The reason:\n\n%(note)s"),
    ),
    "waits": (
        gettext_noop("The office waits for somebody: %(title)s (%(number)s)"),
        gettext_noop("%(note)s\n\nYou need not do anything. The time until then does not count."),
    ),
    "follow_up": (
        gettext_noop("Follow up today: %(title)s (%(number)s)"),
        gettext_noop("By today you expected %(note)s to have done their part. Ask there, or go on with the request."),
    ),
    "idle": (
        gettext_noop("Nothing has happened: %(title)s (%(number)s)"),
        gettext_noop("This request lies still with you. It is due %(due)s."),
    ),
    "idle_raised": (
        gettext_noop("Nothing has happened: %(title)s (%(number)s)"),
        gettext_noop("This request lies still with %(handler)s. It is due %(due)s."),
    ),
    "still_owed": (
        gettext_noop("The office waits for you: %(title)s (%(number)s)"),
        gettext_noop("The office can only go on with your request when you have answered. Please look at it."),
    ),
    "lapsed": (
        gettext_noop("Closed without an answer: %(title)s (%(number)s)"),
        gettext_noop(
            "The office asked and reminded, but no answer came, so the request was closed. If you still need it, open "
            "it again on its page within %(days)s working days; after that, file a new one."
        ),
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
    "merged_here": (
        gettext_noop("Seen by more people: %(title)s (%(number)s)"),
        gettext_noop(
            "The office handles another request about the same matter together with this one. From now on %(note)s "
            "can see its answers, files and messages. If that should not be, please write to the office."
        ),
    ),
    "released": (
        gettext_noop("Handled by itself again: %(title)s (%(number)s)"),
        gettext_noop(
            "The other request, with which this one was handled together, has ended without being done. This one goes "
            "on by itself from where it was."
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
    "repeat_paused": (
        gettext_noop("Paused: %(title)s (%(number)s)"),
        gettext_noop(
            "This recurring request could not be made twice in a row, so it is paused. The last reason:\n\n%(note)s\n\n"
            "End it, or let it go on when the reason is gone."
        ),
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
    "about_mail": (
        gettext_noop("About your mail: %(title)s (%(number)s)"),
        gettext_noop("Your mail stands in the request. Please note:\n\n%(note)s"),
    ),
}

# Words between requester and office. Whatever else is mailed (sign-offs, assignments, reminders among the office)
# carries no reply address: an answer would be read by the requester.
TAKES_REPLIES = frozenset(
    (
        *("received", "filed_for_you", "returned", "corrected", "asked", "answered", "message", "refused", "completed"),
        *("reopened", "due_changed", "merged", "unmerged", "paper_ready", "paper_revoked", "about_mail"),
    )
)

# What others on the requesting side read in place of words that only the requester can follow (open again, rate).
BESIDE = {"completed": "completed_beside"}


INVITATION = gettext_noop("How was it? A link opens a page, its button sends your answer:\n%(links)s")


def texts_of(kind: str, request: Request, *, who: str = "", note: str = "", verb: str = "") -> dict[str, Text]:
    """The message `kind` about `request`, by language."""
    made = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            subject, text = WORDS[kind]
            values = values_of(request) | {
                "who": who or gettext("The portal"),
                "note": note,
                "what": str(VERBS.get(verb, "")),
            }
            body = [(gettext(text) % (values | {"asked": asked_words(request)})).strip(), invitation(kind, request)]
            made[language] = Text(gettext(subject) % values, "\n\n".join(part for part in body if part))
    return made


def asked_words(request: Request) -> str:
    """How the person asked for what somebody filed for them; "" for what people file themselves."""
    if request.filed_by_id == request.requester_id:
        return ""
    consent = Consent.objects.filter(request=request).first()
    return str(consent.get_asked_by_display()) if consent else "—"


def invitation(kind: str, request: Request) -> str:
    """The links by which to rate, in the word that it is done and nowhere else."""
    links = rating_lines(request) if kind == "completed" else ""
    return gettext(INVITATION) % {"links": links} if links else ""


def values_of(request: Request) -> dict[str, object]:
    """What a text may name, in the active language. A subject is one line, so the title is made one."""
    return {
        "title": Truncator(" ".join(request.title.split())).chars(80),
        "number": request.number or "",
        "due": moment(request.due_at),
        "requester": request.requester.name,
        "handler": request.handler.name if request.handler else gettext("nobody"),
        "state": request.get_state_display(),
        "priority": request.get_priority_display(),
        "days": request.service.reopen_days,
        "unit": lazy(lambda: str(request.unit), str)(),  # few texts name it
    }


NAMED = 10  # requests in a message about many


def texts_of_many(requests: Sequence[Request], *, who: str) -> dict[str, Text]:
    """Several requests were given to somebody at once: how many, and the first by name."""
    made = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            values = {"count": len(requests), "who": who}
            subject = gettext("%(count)d requests were given to you") % values
            text = gettext("%(who)s gave you %(count)d requests:") % values
            made[language] = Text(subject, "\n".join([text, "", *lines_of(requests)]))
    return made


def texts_of_left(requests: Sequence[Request], *, who: str) -> dict[str, Text]:
    """Several requests were left to nobody at once."""
    made = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            values = {"count": len(requests), "who": who}
            subject = gettext("%(count)d requests have nobody any more") % values
            text = gettext("%(who)s handles requests no more and had these:") % values
            made[language] = Text(subject, "\n".join([text, "", *lines_of(requests)]))
    return made


def lines_of(requests: Sequence[Request]) -> list[str]:
    lines = [f"{row.number} {' '.join(row.title.split())}" for row in requests[:NAMED]]
    return [*lines, "…"] if len(requests) > NAMED else lines
