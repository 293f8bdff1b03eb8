"""People beside the requester on the requesting side. Nothing is deleted: a row is ended."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.clock import now
from apps.servicedesk.models.links import Merge
from apps.servicedesk.models.requests import Request


class Participant(models.Model):
    """Somebody who sees a request beside the requester, from `added_at` to `ended_at`.

    `may_act`: may write to the office, answer it and correct, for the requester. `sees_papers`: may open certificates.
    `merge`: came by it with a request of the own, and leaves when it is undone.
    """

    request = models.ForeignKey(Request, on_delete=models.RESTRICT, related_name="participants")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    may_act = models.BooleanField(_("may act for the requester"), default=False)
    sees_papers = models.BooleanField(_("may open the papers"), default=False)
    merge = models.ForeignKey(Merge, on_delete=models.RESTRICT, null=True, related_name="participants")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    added_at = models.DateTimeField(default=now)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request", "person"], condition=Q(ended_at__isnull=True), name="servicedesk_participant_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="servicedesk_participant_end_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "request"], name="servicedesk_participations", condition=Q(ended_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.person_id}"
