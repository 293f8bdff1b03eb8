"""People of the office who want to hear of a request that is not theirs (手動關注)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.core.clock import now
from apps.servicedesk.models.requests import Request


class Watcher(models.Model):
    """From `added_at` to `ended_at`. Watching gives no right to see: it only tells. `mentioned`: began by a mention."""

    request = models.ForeignKey(Request, on_delete=models.RESTRICT, related_name="watchers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    mentioned = models.BooleanField(default=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    added_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request", "person"], condition=Q(ended_at__isnull=True), name="servicedesk_watcher_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.person_id}"
