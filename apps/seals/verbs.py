"""The words of the history of seals and of the lines of their ledger."""

from django.utils.translation import pgettext_lazy

VERBS = {
    "seal_saved": pgettext_lazy("history", "entered it in the register"),
    "seal_changed": pgettext_lazy("history", "changed the entry"),
    "seal_state": pgettext_lazy("history", "changed what becomes of it"),
    "specimen": pgettext_lazy("history", "added a picture of the impression"),
    "appointed": pgettext_lazy("history", "appointed who keeps it"),
    "stand_in_ended": pgettext_lazy("history", "ended the standing in"),
    "given": pgettext_lazy("history", "signed for handing it over"),
    "taken_over": pgettext_lazy("history", "signed for taking it over"),
    "handover_cancelled": pgettext_lazy("history", "called the hand-over off"),
    "registered": pgettext_lazy("history", "passed it to the keeper of the seal"),
    "sealed": pgettext_lazy("history", "registered impressions"),
    "entry_corrected": pgettext_lazy("history", "took an entry back"),
    "line_closed": pgettext_lazy("history", "closed the line"),
    "line_cancelled": pgettext_lazy("history", "called the line off"),
    "taken_out": pgettext_lazy("history", "let the seal be taken out"),
    "brought_back": pgettext_lazy("history", "took the seal back"),
    "outing_overdue": pgettext_lazy("history", "reminded: the seal is not back"),
    "book_taken": pgettext_lazy("history", "took out the book of the year"),
}
