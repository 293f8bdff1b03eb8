"""What hangs on a request: clock entries, messages, returns."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.clock import now
from apps.core.enums import ClockKind
from apps.servicedesk.enums import Priority
from apps.servicedesk.managers import MessageQuerySet
from apps.servicedesk.models.requests import Request

# The due times stay what they were: only the words of a line go, and only with the person (services.retention).
ONLY_WORDS_GO = """
IF TG_OP = 'UPDATE' AND NEW.reason IN ('', '—')
   AND (to_jsonb(NEW) - 'reason') = (to_jsonb(OLD) - 'reason')
   AND EXISTS (SELECT 1 FROM servicedesk_request WHERE id = OLD.request_id AND removed_at IS NOT NULL)
THEN RETURN NEW;
END IF;
RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
"""


class ClockEntry(models.Model):
    """One event of a request's clock, append-only. The due times of both promises are computed from these.

    A start and a new target name the working minutes of both promises (none for the first: not promised). Once its
    request names nobody any more, a line's words may be taken away, and nothing else.
    """

    request = models.ForeignKey(Request, on_delete=models.RESTRICT, related_name="clock")
    kind = models.CharField(max_length=10, choices=ClockKind)
    at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    new_due_at = models.DateTimeField(null=True)
    target_minutes = models.PositiveIntegerField(null=True)
    first_minutes = models.PositiveIntegerField(null=True)
    priority = models.SmallIntegerField(choices=Priority, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=ClockKind.SET_TARGET) | Q(target_minutes__isnull=False, priority__isnull=False),
                name="servicedesk_new_target_has_minutes",
            ),
            models.CheckConstraint(
                condition=Q(kind=ClockKind.SET_DUE, new_due_at__isnull=False) & ~Q(reason="")
                | ~Q(kind=ClockKind.SET_DUE) & Q(new_due_at__isnull=True),
                name="servicedesk_new_due_has_reason",
            ),
        ]
        indexes = [models.Index(fields=["request", "at"], name="servicedesk_clock_request")]
        triggers = [
            pgtrigger.Trigger(
                name="append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=ONLY_WORDS_GO,
            )
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.kind}"


class RequestMessage(models.Model):
    """A word between requester and office, or an internal note that only the office sees."""

    request = models.ForeignKey(Request, on_delete=models.RESTRICT, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    on_behalf_of = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    body = models.TextField(_("message"))
    internal = models.BooleanField(_("internal note"), default=False)
    at = models.DateTimeField(default=now)
    copied_from = models.ForeignKey("self", on_delete=models.RESTRICT, null=True, related_name="copies")

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["request", "at"], name="servicedesk_message_request")]

    def __str__(self) -> str:
        return f"{self.request_id} {self.at:%Y-%m-%d}"

    @property
    def bears_files(self) -> Request:
        """Whose page and history know of a file of this message (apps.journal.scanning)."""
        return self.request


class Return(models.Model):
    """A request sent back for the correction of named fields. One may be open at a time."""

    request = models.ForeignKey(Request, on_delete=models.RESTRICT, related_name="returns")
    fields = models.JSONField()
    note = models.TextField()
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    at = models.DateTimeField(default=now)
    corrected_at = models.DateTimeField(null=True)
    answers_before = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request"], condition=Q(corrected_at__isnull=True), name="servicedesk_one_open_return"
            )
        ]

    def __str__(self) -> str:
        return f"{self.request_id} return {self.pk}"
