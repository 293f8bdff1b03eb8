"""The words of a subscription's history."""

from django.utils.translation import pgettext_lazy

VERBS = {
    "summary_started": pgettext_lazy("history", "summary by mail set up"),
    "summary_stopped": pgettext_lazy("history", "summary by mail stopped"),
}
