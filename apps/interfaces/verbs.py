"""The words of a program's history."""

from django.utils.translation import pgettext_lazy

VERBS = {
    "integration_created": pgettext_lazy("history", "let the program in"),
    "integration_edited": pgettext_lazy("history", "changed the program"),
    "integration_off": pgettext_lazy("history", "switched the program off"),
    "integration_on": pgettext_lazy("history", "switched the program on"),
    "token_made": pgettext_lazy("history", "made a token"),
    "token_revoked": pgettext_lazy("history", "revoked a token"),
}
