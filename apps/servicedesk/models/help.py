"""Help around filing: the articles of a service, who opened one while filing, and what was searched in vain."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.core.clock import now
from apps.knowledge.models import Article
from apps.servicedesk.models.catalogue import Service


class ServiceArticle(models.Model):
    """An article that belongs to a service: offered on its filing page before anything is typed."""

    service = models.ForeignKey(Service, on_delete=models.RESTRICT, related_name="article_links")
    article = models.ForeignKey(Article, on_delete=models.RESTRICT, related_name="+")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "article"], name="servicedesk_article_once")]

    def __str__(self) -> str:
        return f"{self.service_id}: {self.article_id}"


class ArticleOpening(models.Model):
    """Somebody opened an article from the filing page of a service. Whether a filing followed is computed as long as
    the person is kept, and then stands in `filed`.
    """

    article = models.ForeignKey(Article, on_delete=models.RESTRICT, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.RESTRICT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    filed = models.BooleanField(null=True)
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, filed__isnull=True) | Q(person__isnull=True, filed__isnull=False),
                name="servicedesk_opening_person_or_outcome",
            )
        ]
        indexes = [
            models.Index(fields=["at", "id"], name="servicedesk_opening_at"),
            models.Index(fields=["at"], name="servicedesk_opening_of_person", condition=Q(person__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.service_id}: {self.article_id} {self.at:%Y-%m-%d}"


class MissedSearch(models.Model):
    """Words that found no service, in one script and lower case: a hint for keywords. Nobody's name is kept."""

    words = models.CharField(max_length=40, unique=True)
    count = models.PositiveIntegerField(default=1)
    first_on = models.DateField()
    last_on = models.DateField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="servicedesk_missed_has_words")]
        indexes = [
            models.Index(fields=["-count", "-id"], name="servicedesk_missed", condition=Q(settled_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.words} ({self.count})"


class DuplicateRule(models.Model):
    """When a service asks "is this not the same?": the days looked back, and the answers that name the thing.

    Without one the usual days count, and the answers in duplicates.USUAL_THINGS. 0 days: never asked.
    """

    service = models.OneToOneField(Service, on_delete=models.RESTRICT, related_name="duplicate_rule")
    days = models.PositiveSmallIntegerField(default=14)
    thing_keys = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.service_id}: {self.days}"
