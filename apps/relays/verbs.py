"""The words of a relay's history."""

from django.utils.translation import pgettext_lazy

VERBS = {
    "relay_set": pgettext_lazy("history", "sent it to units"),
    "signed_for": pgettext_lazy("history", "signed for it"),
    "signed_by_phone": pgettext_lazy("history", "noted that it was signed for by phone"),
    "to_stand_in": pgettext_lazy("history", "asked the stand-in to sign"),
    "to_phone_list": pgettext_lazy("history", "put the unit on the phone list"),
    "called_unit": pgettext_lazy("history", "called in vain"),
    "passed_on": pgettext_lazy("history", "passed it on to the unit's people"),
    "passed_down": pgettext_lazy("history", "passed it on to units below"),
    "reported": pgettext_lazy("history", "reported back"),
    "report_accepted": pgettext_lazy("history", "accepted the report"),
    "report_returned": pgettext_lazy("history", "returned the report"),
    "relay_exported": pgettext_lazy("history", "exported the units"),
}
