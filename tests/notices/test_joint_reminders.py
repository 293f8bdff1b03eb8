"""One reminder a day for each person, and what stops it. 8 October 2026 is the first working day after the holidays."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from apps.core.models import CalendarYear
from apps.delivery.enums import DeliveryState
from apps.delivery.models import Delivery
from apps.notices import services
from apps.notices.enums import ObligationState, Skipped
from apps.notices.models import DailyReminder, Notice, ReminderStep
from apps.notices.services import reminding
from tests.notices import factories as notices

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


def three(count: int = 3) -> list[Notice]:
    """Notices whose day is 9 October, to two people; the first reminder of each falls due on 8 October."""
    clerk = notices.ground()
    notices.staff(2)
    fields = {"at": at(9, 24), "acknowledge_by": at(10, 9, 17), "reminder_days": [-1, 1]}
    return [notices.published(clerk, **fields) for _n in range(count)]


def settle(found: Notice, line_of: object, moment: datetime) -> None:
    line = notices.of(found, line_of)
    services.acknowledge(obligation=line, actor=line.person, session_key="k", at=moment)


def remind(moment: datetime) -> None:
    services.plan_reminders(moment)
    services.finish_all(moment)


def mails(person: object) -> list[Delivery]:
    messages = DailyReminder.objects.values("message")
    return list(Delivery.objects.filter(person=person, message__in=messages).order_by("pk"))


def test_several_open_notices_make_one_message_and_one_open_its_own() -> None:
    first, second, third = three()
    a, b = [line.person for line in first.obligations.order_by("pk")]
    settle(first, b, at(9, 25))
    settle(second, b, at(9, 25))

    remind(at(10, 8, 10))
    remind(at(10, 8, 10, 1))

    assert [len(mails(a)), len(mails(b))] == [1, 1]
    joint, own = mails(a)[0].message, mails(b)[0].message
    text = joint.texts.get(language="en")
    assert all(f"/notices/{each.pk}/" in text.text and f"/notices/{each.pk}/" in text.html for each in (first, third))
    assert own.texts.get(language="en").subject.startswith("Reminder 1 (8 Oct")
    assert list(first.rounds.filter(number__gt=1).values_list("message", flat=True)) == [joint.pk]
    assert [notices.of(third, each).reminders for each in (a, b)] == [1, 1]


def test_bounce_of_a_shared_message_counts_for_each_notice_of_that_person_only() -> None:
    first, second = three(2)
    a, b = [line.person for line in first.obligations.order_by("pk")]
    remind(at(10, 8, 10))

    notices.says(first, a, "bounced_hard", at=at(10, 8, 11), round=2)
    services_refresh()

    assert [notices.of(each, a).state for each in (first, second)] == [ObligationState.BOUNCED] * 2
    assert [notices.of(each, b).state for each in (first, second)] == [ObligationState.OPEN] * 2


def services_refresh() -> None:
    notices.refresh()


def test_acknowledging_stops_a_waiting_mail_when_nothing_of_it_is_open() -> None:
    first, second = three(2)
    person = first.obligations.order_by("pk").first().person
    remind(at(10, 8, 10))

    settle(first, person, at(10, 8, 11))
    assert mails(person)[0].state == DeliveryState.PLANNED

    settle(second, person, at(10, 8, 12))
    assert mails(person)[0].state == DeliveryState.CANCELLED


@pytest.mark.parametrize("state", [DeliveryState.PLANNED, DeliveryState.HELD])
def test_excused_in_quiet_hours_or_held_gets_none(state: str) -> None:
    (found,) = three(1)
    line = found.obligations.select_related("person").order_by("pk").first()
    remind(at(10, 8, 10))
    Delivery.objects.filter(person=line.person).update(state=state, not_before=at(10, 9, 7))

    services.excuse(obligation=line, actor=found.sender, reason="on leave", at=at(10, 8, 23))

    assert mails(line.person)[0].state == DeliveryState.CANCELLED


def test_second_notice_of_the_same_day_waits_for_the_next_and_says_so() -> None:
    first, second = three(2)
    second.reminder_steps.filter(due_at=at(10, 8)).update(due_at=at(10, 8, 15))
    remind(at(10, 8, 10))
    remind(at(10, 8, 15, 10))

    assert second.rounds.count() == 1
    step = second.reminder_steps.get(days=-1, part=0)
    assert step.skipped == Skipped.TODAY
    assert second.reminder_steps.get(days=-1, part=1).due_at == at(10, 9)

    remind(at(10, 9, 10))
    assert second.rounds.count() == 2
    assert first.rounds.count() == 2


def test_too_many_different_lists_are_cut_to_the_most_urgent_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminding, "MAX_SETS", 0)
    first, second = three(2)
    person = first.obligations.order_by("pk").first().person

    remind(at(10, 8, 10))

    assert len(mails(person)) == 1
    assert DailyReminder.objects.get(person=person).notices == [first.pk]
    assert second.reminder_steps.get(part=1).due_at == at(10, 9)


def test_beat_off_for_days_sends_the_latest_and_marks_the_earlier() -> None:
    (found,) = three(1)

    remind(at(10, 12, 10))
    remind(at(10, 12, 10, 10))

    rows = found.reminder_steps.order_by("due_at").values_list("days", "skipped", "people")
    assert list(rows) == [(-1, Skipped.MISSED, None), (1, "", 2)]


def test_steps_of_a_missing_year_come_when_the_year_is_there() -> None:
    clerk = notices.ground()
    notices.staff(1)
    years = list(CalendarYear.objects.filter(year=2027))
    CalendarYear.objects.filter(year=2027).delete()
    found = notices.published(clerk, at=at(12, 1), acknowledge_by=datetime(2027, 1, 5, 17, tzinfo=ZONE))
    services.plan_reminders(at(12, 2, 10))
    assert not found.reminder_steps.filter(due_at__year=2027).exists()

    CalendarYear.objects.bulk_create(CalendarYear(version=row.version, year=row.year) for row in years)
    services.plan_reminders(at(12, 3, 10))
    services.plan_reminders(at(12, 3, 10, 10))

    assert found.reminder_steps.count() == 4


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_remind_once() -> None:
    first, _second = three(2)

    def sweep(_n: int) -> int:
        try:
            return services.plan_reminders(at(10, 8, 10))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        started = list(pool.map(sweep, range(2)))

    assert sum(started) == 2
    assert first.rounds.count() == 2
    assert ReminderStep.objects.filter(people=2).count() == 2
