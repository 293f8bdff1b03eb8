"""Time that handlers spent on a request."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.clock import now
from apps.servicedesk.managers import TimeSpentQuerySet
from apps.servicedesk.models.requests import Request

MOST_MINUTES = 24 * 60


class TimeSpent(models.Model):
    """Some minutes of one handler, with a word on what for. Never shown outside the office. Append-only: a mistake is
    taken back by a negative line.
    """

    request = models.ForeignKey(Request, on_delete=models.RESTRICT, related_name="times")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    minutes = models.SmallIntegerField(_("minutes"))
    word = models.CharField(_("what for"), max_length=200)
    at = models.DateTimeField(default=now)

    objects = TimeSpentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__range=(-MOST_MINUTES, MOST_MINUTES)) & ~Q(minutes=0),
                name="servicedesk_minutes_of_a_day",
            )
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.minutes}"
