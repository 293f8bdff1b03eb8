"""The words of a program's history."""

from django.utils.translation import pgettext_lazy

VERBS = {
    "integration_created": pgettext_lazy("history", "let the program in"),
    "integration_edited": pgettext_lazy("history", "changed the program"),
    "integration_confirmed": pgettext_lazy("history", "confirmed the program in the own name"),
    "integration_off": pgettext_lazy("history", "switched the program off"),
    "integration_on": pgettext_lazy("history", "switched the program on"),
    "token_made": pgettext_lazy("history", "made a token"),
    "subscribed": pgettext_lazy("history", "let it be told"),
    "subscription_edited": pgettext_lazy("history", "changed what it is told"),
    "secret_changed": pgettext_lazy("history", "made a new secret"),
    "telling_off": pgettext_lazy("history", "stopped telling it"),
    "telling_on": pgettext_lazy("history", "began to tell it again"),
    "address_tried": pgettext_lazy("history", "tried the address"),
    "sent_again": pgettext_lazy("history", "sent calls again"),
    "token_revoked": pgettext_lazy("history", "revoked a token"),
}
