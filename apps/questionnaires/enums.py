"""Kinds of questions."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FieldKind(models.TextChoices):
    TEXT = "text", _("one line of text")
    LONG_TEXT = "long_text", _("longer text")
    CHOICE = "choice", _("choice of one")
    CHOICES = "choices", _("choice of several")
    DATE = "date", _("date")
    NUMBER = "number", _("number")
    FILE = "file", _("file")
    PERSON = "person", _("person")
    YES_NO = "yes_no", _("yes or no")
