"""The words of the history of an assignment and of its parts."""

from django.utils.translation import pgettext_lazy

VERBS = {
    "given": pgettext_lazy("history of an assignment", "gave the assignment"),
    "part_given": pgettext_lazy("history of an assignment", "gave the unit its part"),
    "part_added": pgettext_lazy("history of an assignment", "added a helping unit"),
    "lead_changed": pgettext_lazy("history of an assignment", "gave the lead to another unit"),
    "signed_for": pgettext_lazy("history of an assignment", "signed for it"),
    "signed_by_phone": pgettext_lazy("history of an assignment", "noted that it was signed for by phone"),
    "to_stand_in": pgettext_lazy("history of an assignment", "asked the stand-in to sign"),
    "to_phone_list": pgettext_lazy("history of an assignment", "put the unit on the phone list"),
    "called_unit": pgettext_lazy("history of an assignment", "called in vain"),
    "named": pgettext_lazy("history of an assignment", "named who does it"),
    "handed_over": pgettext_lazy("history of an assignment", "handed it over"),
    "passed_down": pgettext_lazy("history of an assignment", "passed it down to units below"),
    "reported": pgettext_lazy("history of an assignment", "reported"),
    "confirmed": pgettext_lazy("history of an assignment", "confirmed the report"),
    "sent_back": pgettext_lazy("history of an assignment", "sent the report back within the unit"),
    "report_accepted": pgettext_lazy("history of an assignment", "accepted the report"),
    "report_returned": pgettext_lazy("history of an assignment", "returned the report as incomplete"),
    "excused": pgettext_lazy("history of an assignment", "excused the unit"),
    "extension_asked": pgettext_lazy("history of an assignment", "asked for more time"),
    "extension_granted": pgettext_lazy("history of an assignment", "granted more time"),
    "extension_refused": pgettext_lazy("history of an assignment", "granted no more time"),
    "day_set": pgettext_lazy("history of an assignment", "set another day"),
    "paused": pgettext_lazy("history of an assignment", "stopped the clock"),
    "resumed": pgettext_lazy("history of an assignment", "let the clock run again"),
    "urged": pgettext_lazy("history of an assignment", "urged"),
    "closed": pgettext_lazy("history of an assignment", "closed the assignment"),
    "called_off": pgettext_lazy("history of an assignment", "called the assignment off"),
    "reopened": pgettext_lazy("history of an assignment", "opened the assignment again"),
}
