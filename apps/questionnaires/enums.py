"""Kinds of questions."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FieldKind(models.TextChoices):
    TEXT = "text", _("one line of text")
    LONG_TEXT = "long_text", _("longer text")
    CHOICE = "choice", _("choice of one")
    CHOICES = "choices", _("choice of several")
    DATE = "date", _("a date")
    NUMBER = "number", _("a number")
    FILE = "file", _("files")
    PERSON = "person", _("a person")
    YES_NO = "yes_no", _("yes or no")


class Operator(models.TextChoices):
    """How a condition looks at another answer."""

    IS = "is", _("is")
    IS_NOT = "is_not", _("is not")
    IN = "in", _("is one of")
    FILLED = "filled", _("is answered")


CHOOSING = (FieldKind.CHOICE, FieldKind.CHOICES)
ONLY_FILLED = (FieldKind.FILE, FieldKind.PERSON)  # a condition can only ask whether these are answered
MAX_FIELDS = 60
MAX_CHOICES = 60
RADIOS_UP_TO = 6  # more choices are a list to open
# Names that pages of the portal post beside the answers.
RESERVED_KEYS = frozenset(
    {"csrfmiddlewaretoken", "form_token", "version", "next", "action", "verb", "note", "field", "q"}
)
