"""Templates: what a notice is begun from. Every saved version is kept whole."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from apps.core.clock import now
from apps.core.text import FALLBACK
from apps.notices.audience import Rule
from apps.notices.enums import NoticeClass
from apps.notices.models.audiences import SavedAudience
from apps.notices.series_managers import NoticeTemplateQuerySet
from apps.people.models import Unit


class NoticeTemplate(models.Model):
    """A named draft to begin notices from (範本). Its content stands in its newest TemplateVersion.

    `unit`: whose it is, or empty for the whole office. `latest`: the number of the newest version; `version` is of this
    row, for two people who save at once.
    """

    name = models.CharField(pgettext_lazy("template", "name"), max_length=80)
    unit = models.ForeignKey(Unit, on_delete=models.RESTRICT, null=True, blank=True, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    is_active = models.BooleanField(default=True)
    latest = models.PositiveIntegerField(default=1)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=now)
    changed_at = models.DateTimeField(default=now)

    objects = NoticeTemplateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name", "unit"],
                name="notices_template_name_once",
                condition=Q(is_active=True),
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("notices:template", args=[self.pk])

    def newest(self) -> "TemplateVersion":
        """What is used from now on (one query)."""
        return self.versions.select_related("saved_audience").get(number=self.latest)


class TemplateVersion(models.Model):
    """What a template said from `made_at` on; never changed. Titles and texts hold placeholders (`placeholders`).

    `acknowledge_days`, `ends_days`: working days after the day of publishing; empty: no such day. `saved_audience`,
    else `audience`: whom it is for; with neither, who uses the template says so.
    """

    template = models.ForeignKey(NoticeTemplate, on_delete=models.RESTRICT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.JSONField(default=dict)
    body = models.JSONField(default=dict)
    notice_class = models.CharField(max_length=10, choices=NoticeClass, default=NoticeClass.MANDATORY)
    needs_acknowledgement = models.BooleanField(default=True)
    acknowledge_days = models.PositiveSmallIntegerField(null=True)
    ends_days = models.PositiveSmallIntegerField(null=True)
    reminder_days = models.JSONField(default=list)
    ladder = models.JSONField(default=list)
    robots = models.JSONField(default=list)
    saved_audience = models.ForeignKey(SavedAudience, on_delete=models.RESTRICT, null=True, related_name="+")
    audience = models.JSONField(default=dict)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    made_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="notices_template_version_once"),
            models.CheckConstraint(
                condition=(Q(acknowledge_days__isnull=True) | Q(acknowledge_days__gte=1))
                & (Q(ends_days__isnull=True) | Q(ends_days__gte=1)),
                name="notices_template_days_lie_after",
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.template_id} version {self.number}"

    @property
    def rule(self) -> Rule:
        """Whom it is for as it stands now; an empty rule where the template does not say."""
        return self.saved_audience.as_rule if self.saved_audience else Rule.from_json(self.audience)

    @property
    def languages(self) -> list[str]:
        return [language for language in FALLBACK if self.title.get(language) and self.body.get(language)]
