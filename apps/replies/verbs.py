"""The words of a collection's history."""

from django.utils.translation import pgettext_lazy

VERBS = {
    "totals_signed_first": pgettext_lazy("history", "closed the collection and signed the totals"),
    "totals_opened_again": pgettext_lazy("history", "took the signature back and opened the collection again"),
    "totals_signed_second": pgettext_lazy("history", "signed off the totals"),
    "answers_exported": pgettext_lazy("history", "exported the answers"),
}
