"""Which notices, which obligations."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from apps.notices.enums import NoticeState
from apps.people.enums import OFFICE_ROLES

if TYPE_CHECKING:
    from apps.people.models import Person

NOT_YET_OUT = (NoticeState.DRAFT, NoticeState.SCHEDULED)


class NoticeQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> NoticeQuerySet:
        """The office sees all; others what they sent, and what was sent to them."""
        if user.has_role(*OFFICE_ROLES):
            return self
        owed = apps.get_model("notices", "Obligation").objects.filter(notice=OuterRef("pk"), person=user)
        return self.filter(Q(sender=user) | (Exists(owed) & ~Q(state__in=NOT_YET_OUT)))

    def to_publish(self, at: datetime) -> NoticeQuerySet:
        return self.filter(state=NoticeState.SCHEDULED, publish_at__lte=at)

    def unfinished(self) -> NoticeQuerySet:
        """Published, but not every person has the line or the mail row yet: the sweep goes on with them."""
        return self.filter(state__in=[NoticeState.PUBLISHING, NoticeState.PUBLISHED]).filter(
            Q(fanned_out_at__isnull=True) | Q(mail_planned_at__isnull=True)
        )


class ObligationQuerySet(models.QuerySet):
    def inbox_of(self, person: Person) -> ObligationQuerySet:
        """Newest first is the caller's to say; notices taken back are not shown."""
        return self.filter(person=person).exclude(notice__state=NoticeState.WITHDRAWN).select_related("notice")

    def owed(self) -> ObligationQuerySet:
        return self.filter(is_open=True)
