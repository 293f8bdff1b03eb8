"""Which relays, which units of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from apps.notices.enums import NoticeState
from apps.notices.managers import looked_after, sent_by
from apps.people.enums import OFFICE_ROLES
from apps.relays.enums import OPEN, REPORTABLE, UNITS_TURN, ExtensionState, LineState, Rung

if TYPE_CHECKING:
    from apps.people.models import Person

OUT = (NoticeState.PUBLISHING, NoticeState.PUBLISHED, NoticeState.EXPIRED)  # taken back: nobody owes anything
CHANGEABLE = (NoticeState.PUBLISHED, NoticeState.EXPIRED)
ALL, LATE, NOT_DONE, TO_ACCEPT, MORE_TIME = "all", "late", "open", "to_accept", "more_time"
SHOWS = (ALL, LATE, NOT_DONE, TO_ACCEPT, MORE_TIME, *LineState.values)


def _by_asked(states: dict[str, tuple[str, ...]]) -> Q:
    found = Q(pk__in=[])
    for asked, codes in states.items():
        found |= Q(relay__asked=asked, state__in=codes)
    return found


def under(paths: Iterable[str]) -> Q:
    """Lines of these units and those below."""
    inside = Q(pk__in=[])
    for path in paths:
        inside |= Q(unit__path__startswith=path)
    return inside


def _mine(user: Person) -> Q:
    """Lines of the own units and those below; who is asked to stand in is the secretary of a unit above, or stands in
    for the unit's own, as long as that lasts.
    """
    return under(looked_after(user)) & Q(notice__published_at__isnull=False)


class RelayQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> RelayQuerySet:
        """The office sees all, a sender the own ones, a unit (or who stands in) those that reached it."""
        if user.has_role(*OFFICE_ROLES):
            return self
        lines = apps.get_model("relays", "RelayLine").objects.filter(_mine(user), relay=OuterRef("pk"))
        return self.filter(sent_by(user, "notice__sender") | Q(Exists(lines)))

    def out(self) -> RelayQuerySet:
        return self.filter(notice__published_at__isnull=False)


class RelayLineQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> RelayLineQuerySet:
        """The office and the sender see all units, a unit (or who stands in) itself and what lies below it."""
        if user.has_role(*OFFICE_ROLES):
            return self
        return self.filter(sent_by(user, "relay__notice__sender") | _mine(user))

    def out(self) -> RelayLineQuerySet:
        """Both the notice that reached the unit and the first one are out and not taken back."""
        return self.filter(notice__state__in=OUT, relay__notice__state__in=OUT)

    def open(self) -> RelayLineQuerySet:
        """What is asked is not done."""
        return self.filter(_by_asked(OPEN))

    def units_turn(self) -> RelayLineQuerySet:
        return self.filter(_by_asked(UNITS_TURN))

    def to_accept(self) -> RelayLineQuerySet:
        return self.filter(state=LineState.REPORTED)

    def late(self, at: datetime) -> RelayLineQuerySet:
        """Not signed for in time, or the day of reporting is over and it is still the unit's turn."""
        unsigned = Q(state=LineState.WAITING, sign_due_at__lt=at)
        return self.filter(unsigned | (_by_asked(UNITS_TURN) & Q(report_by__lt=at)))

    def to_start(self) -> RelayLineQuerySet:
        """Everybody has the notice, and nobody has worked out yet until when it is to be signed for."""
        waiting = self.out().filter(state=LineState.WAITING, rung=Rung.SECRETARY, next_at__isnull=True)
        return waiting.filter(notice__fanned_out_at__isnull=False)

    def to_climb(self, at: datetime) -> RelayLineQuerySet:
        return self.out().filter(state=LineState.WAITING, next_at__lte=at)

    def on_phone_list(self) -> RelayLineQuerySet:
        return self.out().filter(state=LineState.WAITING, rung=Rung.PHONE)

    def to_remind(self, until: datetime) -> RelayLineQuerySet:
        """Signed for, and not done though the day is near or over. Who has not signed climbs the ladder instead."""
        return self.out().open().filter(state__in=REPORTABLE, report_by__lte=until)

    def to_release(self) -> RelayLineQuerySet:
        """Asked of them by a unit above that has taken back its notice since."""
        taken_back = self.filter(notice__state=NoticeState.WITHDRAWN, relay__notice__state__in=OUT)
        return taken_back.filter(parent__isnull=False).open()

    def with_asks(self) -> RelayLineQuerySet:
        """Adds `asks_more_time`: a wish for more time waits to be decided."""
        asked = apps.get_model("relays", "Extension").objects.filter(state=ExtensionState.ASKED)
        return self.annotate(asks_more_time=Exists(asked.filter(line=OuterRef("pk"))))


class CopyQuerySet(models.QuerySet):
    def behind(self) -> CopyQuerySet:
        """The original has a newer edition, or was taken back while the copy still stands."""
        newer = Q(source__edition__gt=F("edition")) & ~Q(source__state=NoticeState.WITHDRAWN)
        taken_back = Q(source__state=NoticeState.WITHDRAWN, notice__state__in=CHANGEABLE)
        return self.filter(newer & Q(notice__state__in=(*CHANGEABLE, NoticeState.WITHDRAWN)) | taken_back)
