"""The words of a task's history."""

from django.utils.translation import pgettext_lazy

VERBS = {
    "give": pgettext_lazy("history of a task", "gave the task"),
    "change": pgettext_lazy("history of a task", "changed the task"),
    "hand_over": pgettext_lazy("history of a task", "handed it over"),
    "report": pgettext_lazy("history of a task", "reported"),
    "finish": pgettext_lazy("history of a task", "finished it"),
    "accept": pgettext_lazy("history of a task", "accepted the report"),
    "give_back": pgettext_lazy("history of a task", "returned the report"),
    "cancel": pgettext_lazy("history of a task", "called it off"),
    "remind": pgettext_lazy("history of a task", "reminded the owner"),
    "remind_giver": pgettext_lazy("history of a task", "told who gave it that it lies still"),
}
