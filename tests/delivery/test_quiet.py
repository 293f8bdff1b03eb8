"""When mails may leave: the hours of the office's day, reminders on working days."""

from datetime import UTC, datetime

import pytest

from apps.core.calendar import WorkingTime, office_time
from apps.delivery.enums import MessageClass, Queue
from apps.delivery.quiet import earliest, within_mail_hours
from tests.delivery.factories import message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]


def office(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A moment by the office's clock (Shanghai)."""
    return datetime.combine(datetime(2026, month, day), datetime.min.time(), office_time().zone).replace(
        hour=hour, minute=minute
    )


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ((23, 6, 59), (23, 7, 0)),
        ((23, 7, 0), (23, 7, 0)),
        ((23, 21, 59), (23, 21, 59)),
        ((23, 22, 0), (24, 7, 0)),
        ((28, 12, 0), (28, 12, 0)),  # a Saturday: notices may leave
    ],
)
def test_notices_leave_in_mail_hours(at: tuple, expected: tuple) -> None:
    assert earliest(message(), office(*at)) == office(*expected)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ((27, 22, 30), (30, 7, 0)),  # Friday night: Monday
        ((28, 12, 0), (30, 7, 0)),
        ((27, 9, 0), (27, 9, 0)),
    ],
)
def test_reminders_leave_on_working_days(at: tuple, expected: tuple) -> None:
    assert earliest(message(queue=Queue.REMINDER), office(*at)) == office(*expected)


def test_reminder_leaves_on_a_make_up_saturday_and_not_in_the_holidays() -> None:
    reminder = message(queue=Queue.REMINDER)

    assert earliest(reminder, office(10, 9, month=10)) == office(10, 9, month=10)
    assert earliest(reminder, office(1, 9, month=10)) == office(8, 7, month=10)


@pytest.mark.parametrize(
    "fields",
    [{"queue": Queue.URGENT}, {"message_class": MessageClass.ACCOUNT}, {"overrides_quiet_hours": True}],
)
def test_these_leave_at_once(fields: dict[str, object]) -> None:
    assert earliest(message(**fields), office(23, 3)) == office(23, 3)


def test_year_that_is_not_loaded_does_not_hold_reminders_back() -> None:
    saturday = datetime(2031, 1, 4, 4, 0, tzinfo=UTC)

    monday = within_mail_hours(saturday, office_time(), working_days_only=True)
    assert (monday.weekday(), monday.hour) == (0, 7)


def test_without_any_calendar_reminders_leave_from_monday_to_friday() -> None:
    saturday = datetime(2026, 11, 28, 4, 0, tzinfo=UTC)
    none = WorkingTime(zone=office_time().zone, weekly={})

    assert within_mail_hours(saturday, none, working_days_only=True) == office(30, 7)
