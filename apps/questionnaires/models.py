"""Forms defined as data: a form has versions, a version never changes, answers keep the version they were given on."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.clock import now
from apps.core.text import localized
from apps.questionnaires.managers import FormQuerySet


class Form(models.Model):
    """A form by name. `draft` is what an administrator is editing; publishing freezes it as a version."""

    code = models.CharField(max_length=40, unique=True)
    name = models.JSONField(default=dict)
    draft = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)
    collects = models.BooleanField(_("sent out with notices"), default=False)

    objects = FormQuerySet.as_manager()

    def __str__(self) -> str:
        return localized(self.name) or self.code


class FormVersion(models.Model):
    """What was asked. `fields` is a list of field definitions (questionnaires.definitions.FieldDefinition)."""

    form = models.ForeignKey(Form, on_delete=models.RESTRICT, related_name="versions")
    number = models.PositiveIntegerField()
    fields = models.JSONField()
    published_at = models.DateTimeField(default=now)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form", "number"], name="questionnaires_version_once")]
        triggers = [pgtrigger.Protect(name="immutable", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.form_id} v{self.number}"


class AnswerSet(models.Model):
    """What somebody answered. `answers` maps a key to a plain JSON value (files: attachment keys, people: ids; tables:
    lists of mappings by column). From `frozen_at` on nothing changes it.
    """

    form_version = models.ForeignKey(FormVersion, on_delete=models.RESTRICT)
    filled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    answers = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(default=now)
    frozen_at = models.DateTimeField(null=True)

    class Meta:
        triggers = [
            pgtrigger.Protect(
                name="frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__frozen_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"answers {self.pk}"
