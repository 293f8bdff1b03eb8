"""The words of the history of outgoing papers. It is written about the document, which is of apps.documents."""

from django.utils.translation import pgettext_lazy

VERBS = {
    "drafted": pgettext_lazy("history", "drafted the paper"),
    "terms_changed": pgettext_lazy("history", "changed what goes with the paper"),
    "foot_changed": pgettext_lazy("history", "changed the foot of the paper"),
    "put_up": pgettext_lazy("history", "put it up for signing"),
    "signed": pgettext_lazy("history", "signed the paper"),
    "signed_before": pgettext_lazy("history", "sent it on: this text is signed already"),
    "came_back": pgettext_lazy("history", "sent the paper back to the drafter"),
    "taken_back": pgettext_lazy("history", "took the paper back"),
    "gave_up": pgettext_lazy("history", "withdrew the paper"),
    "made_void": pgettext_lazy("history", "took paper and number out of use"),
    "signer_added": pgettext_lazy("history", "added a co-signer"),
    "signer_changed": pgettext_lazy("history", "put another signer in the place"),
    "numbered": pgettext_lazy("history", "registered the paper"),
    "to_seal": pgettext_lazy("history", "passed the paper to the keeper of the seal"),
    "sent_out": pgettext_lazy("history", "sent the paper out"),
    "sent_line": pgettext_lazy("history", "wrote down to whom it went"),
    "sent_line_back": pgettext_lazy("history", "took a line of the dispatch back"),
}
ABOUT = {"documents": VERBS}
