"""The words of the history of deliveries."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "sent_again": _("had the mail sent again"),
    "suppressed": _("stopped mails to the address"),
    "suppression_lifted": _("let mails go to the address again"),
}
