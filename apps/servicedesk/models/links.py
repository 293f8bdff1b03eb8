"""How requests stand to each other: links, and one merged into another. Nothing is deleted: a row is ended."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.core.clock import now
from apps.servicedesk.enums import LinkKind, RequestState
from apps.servicedesk.models.requests import Request


class Link(models.Model):
    """`source` relates to, follows, blocks, or was split off from `target`."""

    source = models.ForeignKey(Request, on_delete=models.RESTRICT, related_name="links_from")
    target = models.ForeignKey(Request, on_delete=models.RESTRICT, related_name="links_to")
    kind = models.CharField(max_length=10, choices=LinkKind)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    made_at = models.DateTimeField(default=now)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "target", "kind"],
                condition=Q(ended_at__isnull=True),
                name="servicedesk_link_once",
            ),
            models.CheckConstraint(condition=~Q(source=F("target")), name="servicedesk_link_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"


class Merge(models.Model):
    """`request` was merged into `into`; `state_before` and `handler_before` are what undoing gives back."""

    request = models.ForeignKey(Request, on_delete=models.RESTRICT, related_name="merges")
    into = models.ForeignKey(Request, on_delete=models.RESTRICT, related_name="merged_here")
    state_before = models.CharField(max_length=20, choices=RequestState)
    handler_before = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    merged_at = models.DateTimeField(default=now)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request"], condition=Q(undone_at__isnull=True), name="servicedesk_merged_once"
            ),
            models.CheckConstraint(condition=~Q(request=F("into")), name="servicedesk_merged_into_another"),
        ]
        indexes = [models.Index(fields=["into"], name="servicedesk_merged_here", condition=Q(undone_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.request_id} into {self.into_id}"
