"""Which relays, which units of them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from apps.core.clock import now
from apps.notices.enums import NoticeState
from apps.notices.managers import sent_by, units_of_secretary
from apps.people.deputies import principals
from apps.people.enums import OFFICE_ROLES, DeputyScope
from apps.relays.enums import OPEN, REPORTABLE, UNITS_TURN, LineState, Rung

if TYPE_CHECKING:
    from apps.people.models import Person

OUT = (NoticeState.PUBLISHING, NoticeState.PUBLISHED, NoticeState.EXPIRED)  # taken back: nobody owes anything
ALL, LATE, NOT_DONE, TO_ACCEPT = "all", "late", "open", "to_accept"
SHOWS = (ALL, LATE, NOT_DONE, TO_ACCEPT, *LineState.values)


def looked_after(user: Person) -> dict[str, Person | None]:
    """The paths of the units for which this person acts, each with the one stood in for (None: oneself)."""
    stood_in = principals(user, scope=DeputyScope.NOTICES, at=now())
    paths: dict[str, Person | None] = {path: person for person in stood_in for path in units_of_secretary(person)}
    return paths | dict.fromkeys(units_of_secretary(user))


def _by_asked(states: dict[str, tuple[str, ...]]) -> Q:
    found = Q(pk__in=[])
    for asked, codes in states.items():
        found |= Q(relay__asked=asked, state__in=codes)
    return found


def _mine(user: Person) -> Q:
    """Lines of the own units and those below, and those where one was asked to stand in."""
    seen = Q(stand_in=user)
    for path in looked_after(user):
        seen |= Q(unit__path__startswith=path)
    return seen & Q(notice__published_at__isnull=False)


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
        return self.filter(unsigned | (_by_asked(UNITS_TURN) & Q(relay__report_by__lt=at)))

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
        return self.out().open().filter(state__in=REPORTABLE, relay__report_by__lte=until)

    def shown(self, show: str, at: datetime) -> RelayLineQuerySet:
        """One of SHOWS: what a figure counts and the list behind it shows."""
        if show == LATE:
            return self.late(at)
        named = {NOT_DONE: self.open, TO_ACCEPT: self.to_accept}
        if show in named:
            return named[show]()
        return self.filter(state=show) if show in LineState.values else self
