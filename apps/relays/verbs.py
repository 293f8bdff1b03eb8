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
    "extension_asked": pgettext_lazy("history", "asked for more time"),
    "extension_granted": pgettext_lazy("history", "granted more time"),
    "extension_refused": pgettext_lazy("history", "granted no more time"),
    "copy_followed": pgettext_lazy("history", "changed the original; what the unit passed on follows it"),
    "copy_overruled": pgettext_lazy(
        "history", "changed words that the unit had changed too; the unit's words stand in the edition before"
    ),
    "copy_not_asked_anew": pgettext_lazy(
        "history", "replaced the original; as the unit is excused, its people are not asked anew"
    ),
    "copy_was_taken_back": pgettext_lazy(
        "history", "changed the original; the unit had taken its notice back, so nothing was sent"
    ),
    "copy_stayed": pgettext_lazy("history", "changed the original; the unit's notice is over or says so already"),
    "copy_taken_back": pgettext_lazy("history", "took the original back, and with it what the unit passed on"),
    "relay_exported": pgettext_lazy("history", "exported the units"),
}
