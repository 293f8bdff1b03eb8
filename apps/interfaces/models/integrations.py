"""A program that acts in the name of a person, and its tokens."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core.clock import now
from apps.interfaces.enums import LONGEST_DAYS
from apps.interfaces.managers import IntegrationQuerySet, TokenQuerySet


class Integration(models.Model):
    """A program that comes in. It acts in the name of `owner` and may never do what that person may not; and nothing
    before the owner confirmed it.
    """

    name = models.CharField(_("name of the program"), max_length=80, unique=True)
    purpose = models.CharField(_("what it is for"), max_length=300)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+", verbose_name=_("acts in the name of")
    )
    is_active = models.BooleanField(default=True)
    confirmed_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    created_at = models.DateTimeField(default=now)
    version = models.PositiveIntegerField(default=1)

    objects = IntegrationQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("interfaces:integration", args=[self.pk])

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None


class Token(models.Model):
    """A key to the API. Only its SHA-256 is kept; `hint` is how it begins, to tell one from another."""

    integration = models.ForeignKey(Integration, on_delete=models.RESTRICT, related_name="tokens")
    hint = models.CharField(max_length=20)
    token_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(_("may"), default=list)
    networks = models.JSONField(_("only from these networks"), default=list, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField(_("ends at"))
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")

    objects = TokenQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at"))
                & Q(expires_at__lte=F("created_at") + timedelta(days=LONGEST_DAYS + 1)),
                name="interfaces_token_ends_within_a_year",
            ),
            models.CheckConstraint(condition=~Q(scopes=[]), name="interfaces_token_may_something"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="interfaces_token_revoked_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hint}…"

    def may(self, *scopes: str) -> bool:
        """Has it one of these scopes?"""
        return bool(set(scopes).intersection(self.scopes))

    def is_in_force(self, at: datetime) -> bool:
        return self.revoked_at is None and self.expires_at > at


class KeptAnswer(models.Model):
    """What was answered to a call with an Idempotency-Key: the same call again gets the same, and nothing twice."""

    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)
    etag = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="interfaces_key_once")]
        indexes = [models.Index(fields=["at"], name="interfaces_answer_age")]

    def __str__(self) -> str:
        return self.key
