"""Mails that people wrote to the service desk, and what became of each."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from apps.core.clock import now
from apps.delivery.models import InboundMail
from apps.servicedesk.enums import BY_HAND, MailProof, MailReason, MailState
from apps.servicedesk.mail_managers import MailQuerySet
from apps.servicedesk.models.parts import RequestMessage
from apps.servicedesk.models.requests import Request

TEXT_CHARS = 20_000


class MailIn(models.Model):
    """One mail and where it stands now. The raw mail stays with `inbound`.

    `person` is whose reply address it came to, or whose proved address it came from. `text` is what its sender wrote,
    without what it quotes. `draft` is the request that a clerk began to file for it: once that is filed, it stands
    there. `notes` tell of files that were left out and the like: [{"code", "name", "why"}]. `fingerprint` is the same
    for the same mail, whichever way it came; `own_id` is its Message-ID.
    """

    inbound = models.OneToOneField(InboundMail, on_delete=models.RESTRICT, related_name="at_desk")
    state = models.CharField(max_length=12, choices=MailState, default=MailState.WAITING)
    reason = models.CharField(max_length=14, choices=MailReason, blank=True)
    proof = models.CharField(max_length=10, choices=MailProof, default=MailProof.UNPROVED)
    sender = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    own_id = models.CharField(max_length=250, blank=True)
    text = models.TextField(blank=True)
    notes = models.JSONField(default=list)
    fingerprint = models.CharField(max_length=64)
    received_at = models.DateTimeField(default=now)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    request = models.ForeignKey(Request, on_delete=models.RESTRICT, null=True, related_name="mails")
    draft = models.ForeignKey(Request, on_delete=models.SET_NULL, null=True, related_name="+")
    message = models.OneToOneField(RequestMessage, on_delete=models.RESTRICT, null=True, related_name="mail")
    auto_answered_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    settle_note = models.CharField(max_length=200, blank=True)
    forgotten_at = models.DateTimeField(null=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint"], condition=~Q(reason=MailReason.REPEATED), name="servicedesk_mail_once"
            ),
            models.CheckConstraint(
                condition=Q(state=MailState.IN_REQUEST) | ~Q(reason=""), name="servicedesk_mail_has_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[MailState.IN_REQUEST, MailState.PLACED, MailState.FILED])
                | Q(message__isnull=False, request__isnull=False),
                name="servicedesk_mail_in_request_has_message",
            ),
            models.CheckConstraint(
                condition=Q(state__in=BY_HAND, settled_at__isnull=False, settled_by__isnull=False)
                | ~Q(state__in=BY_HAND) & Q(settled_by__isnull=True),
                name="servicedesk_mail_settled_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=MailState.DISCARDED) | ~Q(settle_note=""), name="servicedesk_mail_discarded_why"
            ),
        ]
        indexes = [
            models.Index(
                fields=["received_at", "id"], name="servicedesk_mail_waiting", condition=Q(state=MailState.WAITING)
            ),
            models.Index(
                fields=["state", "-received_at", "-id"],
                name="servicedesk_mail_done",
                condition=~Q(state__in=[MailState.WAITING, MailState.IN_REQUEST]),
            ),
            models.Index(Lower("sender"), F("received_at").desc(), name="servicedesk_mail_sender"),
            models.Index(
                fields=["settled_at"],
                name="servicedesk_mail_to_forget",
                condition=Q(forgotten_at__isnull=True, settled_at__isnull=False, message__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"mail {self.pk} {self.state}"

    @property
    def is_waiting(self) -> bool:
        return self.state == MailState.WAITING

    @property
    def is_proved(self) -> bool:
        return self.proof != MailProof.UNPROVED

    @property
    def proof_label(self) -> str:
        """A proved address says who wrote only where it is somebody's whom the portal knows."""
        if self.is_proved and self.person_id is None:
            return str(_("address proved, person unknown"))
        return self.get_proof_display()

    @property
    def proof_colour(self) -> str:
        if self.person_id is None:
            return "orange"
        colours = {MailProof.PROVED: "green", MailProof.ANSWERED: "azure", MailProof.INNER: "azure"}
        return colours.get(self.proof, "orange")
