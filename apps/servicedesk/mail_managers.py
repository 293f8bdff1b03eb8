"""Which mails that came in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from apps.people.enums import Role
from apps.servicedesk.enums import BY_HAND, MailReason, MailState
from apps.servicedesk.managers import RequestQuerySet

if TYPE_CHECKING:
    from apps.people.models import Person

PLACERS = (Role.CLERK, Role.DIRECTOR, Role.ADMINISTRATOR)


def can_place_mail(user: Person) -> bool:
    """Other people's mail is for those who run the post room."""
    return user.is_active and user.has_role(*PLACERS)


class MailQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> MailQuerySet:
        """All that stands in no request; of the others, those of requests that this person sees."""
        if not can_place_mail(user):
            return self.none()
        requests = RequestQuerySet(model=self.model._meta.get_field("request").related_model).visible_to(user)
        return self.filter(Q(request__isnull=True) | Q(request__in=requests))

    def waiting(self) -> MailQuerySet:
        return self.filter(state=MailState.WAITING)

    def by_hand(self) -> MailQuerySet:
        return self.filter(state__in=BY_HAND)

    def aside(self) -> MailQuerySet:
        return self.filter(state=MailState.ASIDE)

    def of_sender(self, address: str, *, proof: str, since: datetime) -> MailQuerySet:
        """What came from an address with the same proof: forged mails must not use up somebody's measure."""
        rows = self.exclude(reason__in=[MailReason.REPEATED, MailReason.AUTOMATIC]).alias(small=Lower("sender"))
        return rows.filter(small=address.lower(), proof=proof, received_at__gt=since)

    def answered_by_itself(self, *, person: Person, request: models.Model, at: datetime) -> MailQuerySet:
        """Those that got an automatic answer in the last 24 hours."""
        return self.filter(person=person, request=request, auto_answered_at__gt=at - timedelta(days=1))

    def to_forget(self, before: datetime) -> MailQuerySet:
        """Settled before that moment and standing in no request: their bytes are of no use any more."""
        return self.filter(forgotten_at__isnull=True, settled_at__lt=before, message__isnull=True)
