"""The words of a form's history."""

from django.utils.translation import pgettext_lazy

VERBS = {
    "form_created": pgettext_lazy("history", "began the form"),
    "form_draft_changed": pgettext_lazy("history", "changed the draft of the form"),
    "form_published": pgettext_lazy("history", "published a version of the form"),
}
