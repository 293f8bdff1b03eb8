"""The words of the history of official documents."""

from django.utils.translation import pgettext_lazy

VERBS = {
    "doc_received": pgettext_lazy("history", "signed for the paper"),
    "doc_registered": pgettext_lazy("history", "entered it in the register"),
    "doc_edition": pgettext_lazy("history", "changed the text"),
    "doc_opinion": pgettext_lazy("history", "gave an opinion"),
    "doc_numbered": pgettext_lazy("history", "gave it its number"),
    "number_reserved": pgettext_lazy("history", "reserved a number"),
    "number_void": pgettext_lazy("history", "took the number out of use"),
    "doc_linked": pgettext_lazy("history", "linked it with another document"),
    "doc_unlinked": pgettext_lazy("history", "took a link away"),
    "doc_access": pgettext_lazy("history", "changed who may read it"),
    "doc_moved": pgettext_lazy("history", "moved it on"),
}
