"""States of an article, and who may read it."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ArticleState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("article", "draft")
    PUBLISHED = "published", pgettext_lazy("article", "published")
    RETIRED = "retired", pgettext_lazy("article", "retired")


COLOURS = {
    ArticleState.DRAFT: "yellow",
    ArticleState.PUBLISHED: "green",
    ArticleState.RETIRED: "secondary",
}


class Audience(models.TextChoices):
    ALL = "all", _("everybody signed in")
    STAFF = "staff", _("staff, not students")
    UNIT = "unit", _("one unit and those below it")
    OFFICE = "office", _("the office only")
