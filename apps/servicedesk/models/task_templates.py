"""Tasks that a service gives by itself: one form, several tasks."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.clock import now
from apps.servicedesk.enums import TaskMoment
from apps.servicedesk.models.catalogue import Service


class TaskTemplate(models.Model):
    """One task of a service, given when a request is filed or taken on. Without an owner: to who has the request.

    Retired, never deleted: the tasks it gave name it. It counts for requests filed after it was made.
    """

    service = models.ForeignKey(Service, on_delete=models.RESTRICT, related_name="task_templates")
    title = models.CharField(pgettext_lazy("task", "what is to be done"), max_length=120)
    words = models.TextField(_("words to it"), blank=True)
    moment = models.CharField(max_length=10, choices=TaskMoment, default=TaskMoment.TAKEN)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    due_days = models.PositiveSmallIntegerField(null=True)
    wants_acceptance = models.BooleanField(default=False)
    shows_subject = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=now)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(owner__isnull=False) | Q(moment=TaskMoment.TAKEN),
                name="servicedesk_task_has_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def mark(self) -> str:
        """By which a task says that it came from here."""
        return f"template:{self.pk}"
