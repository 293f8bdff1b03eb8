"""Which templates, which series, which of their dates."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from apps.core.text import in_each_language
from apps.notices.enums import NoticeState, OccurrenceState, SeriesState
from apps.notices.managers import sent_by, units_of_secretary
from apps.people.enums import OFFICE_ROLES, Role
from apps.people.models import Post

if TYPE_CHECKING:
    from apps.notices.models import Notice
    from apps.people.models import Person


def kept_for(user: Person) -> Q:
    """What is kept for the units (column `unit`) that this unit secretary looks after, and for those below."""
    inside = Q(pk__in=[])
    for path in units_of_secretary(user):
        inside |= Q(unit__path__startswith=path)
    return inside


def lost_sender(sender: str) -> Q:
    """The person in the column `sender` is gone, or holds no post today that may write notices."""
    posts = Post.objects.current().filter(role__in=[*OFFICE_ROLES, Role.UNIT_SECRETARY], person=OuterRef(sender))
    return Q(**{f"{sender}__is_active": False}) | ~Exists(posts)


class NoticeTemplateQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> NoticeTemplateQuerySet:
        """The office sees all, a unit secretary those of the own units and below, others none."""
        return self if user.has_role(*OFFICE_ROLES) else self.filter(kept_for(user))

    def in_use(self) -> NoticeTemplateQuerySet:
        return self.filter(is_active=True)


class SeriesQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> SeriesQuerySet:
        """The office sees all, a unit secretary those of the own units, a sender (and stand-in) the own ones."""
        return self if user.has_role(*OFFICE_ROLES) else self.filter(kept_for(user) | sent_by(user, "sender"))

    def running(self) -> SeriesQuerySet:
        return self.filter(state=SeriesState.RUNNING)

    def not_ended(self) -> SeriesQuerySet:
        return self.exclude(state=SeriesState.ENDED)


class OccurrenceQuerySet(models.QuerySet):
    def planned(self) -> OccurrenceQuerySet:
        return self.filter(state=OccurrenceState.PLANNED)

    def not_planned(self) -> OccurrenceQuerySet:
        return self.exclude(state=OccurrenceState.PLANNED)

    def due(self, at: datetime) -> OccurrenceQuerySet:
        return self.planned().filter(make_at__lte=at)

    def waiting_for_go(self) -> OccurrenceQuerySet:
        """A draft stands there, and nobody has published or scheduled it."""
        return self.filter(state=OccurrenceState.MADE, notice__state=NoticeState.DRAFT, notice__refused_at__isnull=True)

    def leaving_by_itself(self) -> OccurrenceQuerySet:
        return self.filter(state=OccurrenceState.MADE, notice__state=NoticeState.SCHEDULED)

    def not_made(self) -> OccurrenceQuerySet:
        """Refused before there was a draft: to be tried again, or left out."""
        return self.filter(state=OccurrenceState.REFUSED, notice__isnull=True)

    def thrown_away(self, notice: Notice, *, actor: Person) -> None:
        """The draft of a date goes: the date is left out. Before the notice itself is deleted."""
        open_ones = self.filter(notice=notice, state__in=[OccurrenceState.MADE, OccurrenceState.REFUSED])
        open_ones.update(
            state=OccurrenceState.SKIPPED,
            reason=in_each_language(_("The draft was thrown away.")),
            decided_by=actor,
            changed_at=Now(),
        )
