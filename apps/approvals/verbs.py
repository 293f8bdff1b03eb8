"""The words of the history of a step of sign-off."""

from django.utils.translation import pgettext_lazy

VERBS = {
    "ask": pgettext_lazy("history", "asked for a decision"),
    "approved": pgettext_lazy("history", "approved"),
    "returned": pgettext_lazy("history", "sent it back"),
    "refused": pgettext_lazy("history", "refused"),
    "step_added": pgettext_lazy("history", "added somebody who decides"),
    "step_changed": pgettext_lazy("history", "replaced who decides"),
    "cancel": pgettext_lazy("history", "called the decision off"),
}
