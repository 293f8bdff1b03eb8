"""Moments at which jobs of an office go wrong, and a clock that stands still at one of them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from apps.core.models import Calendar
from tests import factories

SHANGHAI, BERLIN = "Asia/Shanghai", "Europe/Berlin"


@dataclass(frozen=True)
class Moment:
    """`works`: the office is open; `mails`: inside the mail hours; `next_mails`: when those begin again."""

    at: datetime
    zone: str
    works: bool
    mails: bool
    next_mails: datetime


def local(zone: str, *place: int, works: bool, mails: bool, next_mails: tuple[int, ...]) -> Moment:
    at = datetime(*place, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return Moment(at, zone, works, mails, datetime(*next_mails, tzinfo=ZoneInfo(zone)).astimezone(UTC))


MOMENTS = {
    "workday": local(SHANGHAI, 2026, 11, 23, 10, works=True, mails=True, next_mails=(2026, 11, 23, 10)),
    "night": local(SHANGHAI, 2026, 11, 23, 23, 30, works=False, mails=False, next_mails=(2026, 11, 24, 7)),
    "holiday": local(SHANGHAI, 2026, 10, 3, 10, works=False, mails=True, next_mails=(2026, 10, 3, 10)),
    "make-up Saturday": local(SHANGHAI, 2026, 10, 10, 10, works=True, mails=True, next_mails=(2026, 10, 10, 10)),
    "year without calendar": local(SHANGHAI, 2031, 3, 3, 10, works=False, mails=True, next_mails=(2031, 3, 3, 10)),
    # Clocks go forward in the night of 28 March 2027 and back in that of 25 October 2026.
    "before summer time": local(BERLIN, 2027, 3, 28, 1, 59, works=False, mails=False, next_mails=(2027, 3, 28, 7)),
    "night of the jump": local(BERLIN, 2027, 3, 27, 23, 30, works=False, mails=False, next_mails=(2027, 3, 28, 7)),
    "hour that comes twice": local(BERLIN, 2026, 10, 25, 2, 30, works=False, mails=False, next_mails=(2026, 10, 25, 7)),
    "summer": local(BERLIN, 2027, 6, 30, 10, works=True, mails=True, next_mails=(2027, 6, 30, 10)),
}


def freeze(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    """Every reader of the clock in the portal gets `at` (apps.core.clock.now, auto_now, sessions)."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)


def stand_at(moment: Moment, monkeypatch: pytest.MonkeyPatch, settings: object) -> None:
    """The clock stands at `moment`; the office and its calendar are in that zone."""
    settings.TIME_ZONE = moment.zone
    freeze(monkeypatch, moment.at)
    factories.calendar()
    Calendar.objects.update(time_zone=moment.zone)
