"""Help articles: what the office explains once instead of a hundred times. Every saved version is kept whole."""

from datetime import date

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core.clock import now
from apps.core.search import Grams
from apps.core.text import FALLBACK, localized
from apps.knowledge.enums import COLOURS, ArticleState, Audience
from apps.knowledge.managers import ArticleQuerySet
from apps.people.models import Unit


class Article(models.Model):
    """An article; its words stand in its newest ArticleVersion (`latest`).

    `title` and `search_text` (all words of all languages, in one script) are copies of that version. `review_on`: the
    day by which its owner looks at it again; `checked_on`: the day on which somebody last said that it is right;
    `told_for`: the review of which the owner was told.
    """

    title = models.JSONField(default=dict)
    search_text = models.TextField(default="")
    state = models.CharField(max_length=10, choices=ArticleState, default=ArticleState.DRAFT)
    audience = models.CharField(_("who may read it"), max_length=10, choices=Audience, default=Audience.ALL)
    unit = models.ForeignKey(Unit, on_delete=models.RESTRICT, null=True, blank=True, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    review_on = models.DateField(_("look at it again by"))
    checked_on = models.DateField()
    told_for = models.DateField(null=True)
    latest = models.PositiveIntegerField(default=1)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=now)
    changed_at = models.DateTimeField(default=now)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(audience=Audience.UNIT, unit__isnull=False)
                | (~Q(audience=Audience.UNIT) & Q(unit__isnull=True)),
                name="knowledge_unit_where_it_is_for_one",
            )
        ]
        indexes = [
            GinIndex(Grams("search_text"), name="knowledge_article_grams"),
            models.Index(fields=["review_on"], name="knowledge_to_review", condition=Q(state=ArticleState.PUBLISHED)),
        ]

    def __str__(self) -> str:
        return localized(self.title) or f"{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("knowledge:detail", args=[self.pk])

    @property
    def colour(self) -> str:
        return COLOURS[ArticleState(self.state)]

    @property
    def is_published(self) -> bool:
        return self.state == ArticleState.PUBLISHED

    def is_stale(self, on: date) -> bool:
        """Has the day of its review gone by? Readers are told when it was last checked."""
        return self.review_on < on


class ArticleVersion(models.Model):
    """What an article said from `made_at` on; never changed. `keywords`: what people call it, in any language."""

    article = models.ForeignKey(Article, on_delete=models.RESTRICT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.JSONField(default=dict)
    body = models.JSONField(default=dict)
    keywords = models.CharField(max_length=300, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    made_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="knowledge_version_once")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.article_id} version {self.number}"

    @property
    def languages(self) -> list[str]:
        return [language for language in FALLBACK if self.title.get(language) and self.body.get(language)]


class Feedback(models.Model):
    """Did it help? One answer a person and article; a later one takes its place."""

    article = models.ForeignKey(Article, on_delete=models.RESTRICT, related_name="feedback")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    helped = models.BooleanField()
    word = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "person"], name="knowledge_feedback_once")]
        indexes = [models.Index(fields=["at"], name="knowledge_feedback_at")]

    def __str__(self) -> str:
        return f"{self.article_id} {self.person_id} {self.helped}"
