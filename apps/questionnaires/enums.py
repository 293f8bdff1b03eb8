"""Kinds of questions."""

import re

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
    TABLE = "table", _("a table with rows")


class ColumnKind(models.TextChoices):
    """What stands in a column of a table. `calculated`: from other columns of the row; nobody types it."""

    TEXT = "text", _("text")
    NUMBER = "number", _("a number")
    CHOICE = "choice", _("choice of one")
    DATE = "date", _("a date")
    CALCULATED = "calculated", _("calculated")


class SumOperator(models.TextChoices):
    """How a sum stands to what it is compared with."""

    EQUALS = "=", _("equals")
    AT_MOST = "<=", _("is at most")
    AT_LEAST = ">=", _("is at least")


class Operator(models.TextChoices):
    """How a condition looks at another answer."""

    IS = "is", _("is")
    IS_NOT = "is_not", _("is not")
    IN = "in", _("is one of")
    FILLED = "filled", _("is answered")


CHOOSING = (FieldKind.CHOICE, FieldKind.CHOICES)
ONLY_FILLED = (FieldKind.FILE, FieldKind.PERSON, FieldKind.TABLE)  # a condition can only ask whether these are answered
MAX_FIELDS = 60
MAX_CHOICES = 60
MAX_COLUMNS = 12
MAX_ROWS = 1_000
USUAL_ROWS = 50  # of a table that says nothing of its own
MAX_SUMS = 10
RADIOS_UP_TO = 6  # more choices are a list to open
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")  # of a question and of a column
# Names that pages of the portal post beside the answers.
RESERVED_KEYS = frozenset(
    {"csrfmiddlewaretoken", "form_token", "version", "next", "action", "verb", "note", "field", "q"}
)
