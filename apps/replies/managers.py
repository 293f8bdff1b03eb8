"""Which collections, whose answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from apps.notices.managers import looked_after, sent_by
from apps.people.enums import OFFICE_ROLES
from apps.replies.enums import COUNTED, EXCUSED, WITH_PERSON, CollectionState, ReplyState

if TYPE_CHECKING:
    from apps.people.models import Person

ALL, OWED, DONE, TO_CONFIRM = "all", "owed", "done", "to_confirm"
SHOWS = (ALL, OWED, DONE, TO_CONFIRM, EXCUSED, *ReplyState.values)


def within(paths: list[str], unit: str) -> Q:
    """The unit in the column `unit` is one of these or below."""
    inside = Q(pk__in=[])
    for path in paths:
        inside |= Q(**{f"{unit}__path__startswith": path})
    return inside


class CollectionQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> CollectionQuerySet:
        """The office sees all, a sender the own ones, who confirms for a unit those that reach it once they are out.

        Those who only answer do not see the whole: their page goes through what they owe.
        """
        if user.has_role(*OFFICE_ROLES):
            return self
        seen = sent_by(user, "notice__sender")
        paths = list(looked_after(user))
        if paths:
            replies = apps.get_model("replies", "Reply").objects.filter(collection=OuterRef("pk"))
            seen |= Q(Exists(replies.filter(within(paths, "unit"))), confirmed_by_units=True)
        return self.filter(seen)

    def running(self) -> CollectionQuerySet:
        """Still collecting, and their notices are out."""
        return self.filter(state=CollectionState.OPEN, notice__published_at__isnull=False)

    def taking_rows(self) -> CollectionQuerySet:
        return self.running()


class ReplyQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> ReplyQuerySet:
        """The office and the sender see all answers, who confirms for a unit the unit's, others their own."""
        if user.has_role(*OFFICE_ROLES):
            return self
        seen = Q(obligation__person=user) | sent_by(user, "collection__notice__sender")
        paths = list(looked_after(user))
        if paths:
            seen |= within(paths, "unit") & Q(collection__confirmed_by_units=True)
        return self.filter(seen)

    def excused(self) -> ReplyQuerySet:
        return self.filter(state__in=WITH_PERSON, obligation__is_open=False)

    def owed(self) -> ReplyQuerySet:
        """The person still has to hand in."""
        return self.filter(state__in=WITH_PERSON, obligation__is_open=True)

    def counted(self) -> ReplyQuerySet:
        return self.filter(state__in=COUNTED)

    def to_confirm(self) -> ReplyQuerySet:
        return self.filter(
            state=ReplyState.HANDED_IN, collection__confirmed_by_units=True, collection__state=CollectionState.OPEN
        )

    def shown(self, show: str) -> ReplyQuerySet:
        """One of SHOWS: what a figure counts and the list behind it shows."""
        named = {OWED: self.owed, DONE: self.counted, TO_CONFIRM: self.to_confirm, EXCUSED: self.excused}
        if show in named:
            return named[show]()
        if show in WITH_PERSON:
            return self.owed().filter(state=show)
        return self.filter(state=show) if show in ReplyState.values else self

    def in_unit(self, path: str) -> ReplyQuerySet:
        return self.filter(unit__path__startswith=path)


class SignOffQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> SignOffQuerySet:
        """Totals hold everybody's figures: for the office and the sender alone."""
        return self if user.has_role(*OFFICE_ROLES) else self.filter(sent_by(user, "collection__notice__sender"))

    def in_force(self) -> SignOffQuerySet:
        return self.filter(withdrawn_at__isnull=True)
