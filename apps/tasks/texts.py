"""The words of every message about a task, in the three languages.

A text may use %(task)s, %(about)s (the thing it is about), %(who)s (a name), %(note)s (what somebody wrote) and
%(due)s.
"""

from django.conf import settings
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext, gettext_noop

from apps.core.templatetags.portal import day
from apps.delivery.services import Text
from apps.tasks.models import Task

WORDS: dict[str, tuple[str, str]] = {
    "given": (
        gettext_noop("A task for you: %(task)s"),
        gettext_noop("%(who)s gave you this task about “%(about)s”. To be done by: %(due)s.\n\n%(note)s"),
    ),
    "changed": (
        gettext_noop("A task was changed: %(task)s"),
        gettext_noop("%(who)s changed your task about “%(about)s”. To be done by: %(due)s.\n\n%(note)s"),
    ),
    "taken_away": (
        gettext_noop("A task went to somebody else: %(task)s"),
        gettext_noop("%(who)s gave your task about “%(about)s” to somebody else. Nothing is left for you to do."),
    ),
    "handed_over": (
        gettext_noop("A task was handed over: %(task)s"),
        gettext_noop("%(who)s handed the task about “%(about)s” over to %(owner)s. The reason:\n\n%(note)s"),
    ),
    "reported": (
        gettext_noop("A report to accept: %(task)s"),
        gettext_noop("%(who)s reports about “%(about)s”:\n\n%(note)s"),
    ),
    "finished": (
        gettext_noop("A task is done: %(task)s"),
        gettext_noop("%(who)s finished the task about “%(about)s”:\n\n%(note)s"),
    ),
    "accepted": (
        gettext_noop("Your report was accepted: %(task)s"),
        gettext_noop("%(who)s accepted your report about “%(about)s”. %(note)s"),
    ),
    "given_back": (
        gettext_noop("Your report came back: %(task)s"),
        gettext_noop("%(who)s returned your report about “%(about)s”:\n\n%(note)s"),
    ),
    "cancelled": (
        gettext_noop("A task was called off: %(task)s"),
        gettext_noop("Your task about “%(about)s” is not needed any more. The reason:\n\n%(note)s"),
    ),
    "before": (
        gettext_noop("Due soon: %(task)s"),
        gettext_noop("Your task about “%(about)s” is to be done by %(due)s."),
    ),
    "after": (
        gettext_noop("Overdue: %(task)s"),
        gettext_noop("The task about “%(about)s” was to be done by %(due)s. It is with %(owner)s."),
    ),
    "accept": (
        gettext_noop("A report waits for you: %(task)s"),
        gettext_noop("%(owner)s has reported about “%(about)s”. The task is done when you have accepted the report."),
    ),
    "left": (
        gettext_noop("Nobody is there to do it: %(task)s"),
        gettext_noop(
            "%(owner)s, who was to do this about “%(about)s” by %(due)s, has left. Please give it to somebody else."
        ),
    ),
}


def texts_of(kind: str, task: Task, *, who: str = "", note: str = "") -> dict[str, Text]:
    """The message `kind` about `task`, by language."""
    about = one_line(str(task.subject))
    made = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            subject, text = WORDS[kind]
            values = {
                "task": one_line(task.title),
                "about": about,
                "owner": task.owner.name,
                "due": day(task.due_on) if task.due_on else gettext("no day set"),
                "who": who or gettext("The office"),
                "note": note,
            }
            made[language] = Text(gettext(subject) % values, (gettext(text) % values).strip())
    return made


def one_line(text: str) -> str:
    return Truncator(" ".join(text.split())).chars(80)
