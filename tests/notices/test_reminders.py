"""Reminders by working day. National Day 2026: 1-7 October off, Saturday 10 October is worked instead."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from apps.delivery.models import Delivery, MessageText
from apps.notices import services
from apps.notices.models import Notice, Round
from tests.notices import factories as notices

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


def notice(**fields: object) -> Notice:
    clerk = notices.ground()
    notices.staff(2)
    return notices.published(clerk, **{"reminder_days": [-1, 1, 2], **fields})


def automatic(found: Notice) -> list[datetime]:
    return list(found.rounds.filter(started_by=None).order_by("number").values_list("planned_for", flat=True))


def planned(found: Notice) -> list[datetime]:
    return list(found.reminder_steps.filter(skipped="").order_by("due_at").values_list("due_at", flat=True))


def test_usual_days_are_counted_over_holidays_and_made_up_saturdays() -> None:
    """Due on Friday 9 October: three working days before is 29 September, one after is the made-up Saturday."""
    found = notice(at=at(9, 20), acknowledge_by=at(10, 9, 17), reminder_days=[-3, -1, 0, 1])

    assert planned(found) == [at(9, 29), at(10, 8), at(10, 9), at(10, 10)]


def test_day_itself_is_left_out_where_nobody_works() -> None:
    found = notice(at=at(9, 20), acknowledge_by=at(10, 3, 17), reminder_days=[0, 1])

    assert planned(found) == [at(10, 8)]


def test_no_days_no_reminders() -> None:
    assert planned(notice(at=at(9, 20), acknowledge_by=at(10, 9, 17), reminder_days=[])) == []


def test_around_a_day_after_the_holidays() -> None:
    """Due on 9 October: the working day before is the 8th; after it come the made-up Saturday and Monday."""
    found = notice(at=at(9, 24), acknowledge_by=at(10, 9, 17))

    assert planned(found) == [at(10, 8), at(10, 10), at(10, 12)]


def test_day_before_lies_before_the_holidays() -> None:
    found = notice(at=at(9, 24), acknowledge_by=at(10, 8, 17))

    assert planned(found)[0] == at(9, 30)


def test_without_a_day_after_two_and_five_working_days() -> None:
    found = notice(at=at(9, 29, 10))

    assert planned(found) == [at(10, 8), at(10, 12)]


def test_not_before_publishing_and_not_after_the_end() -> None:
    found = notice(at=at(10, 9, 10), acknowledge_by=at(10, 10, 17), expires_at=at(10, 13, 8))

    assert planned(found) == [at(10, 12)]


def test_year_without_calendar_ends_the_list() -> None:
    found = notice(at=at(9, 24), acknowledge_by=datetime(2027, 12, 31, 17, tzinfo=ZONE))

    assert planned(found) == [datetime(2027, 12, 30, 9, tzinfo=ZONE)]


@pytest.mark.parametrize("moment", [at(10, 3, 9), at(10, 8, 7, 59), at(10, 8, 12, 30), at(10, 11, 10)])
def test_nothing_outside_working_hours(moment: datetime) -> None:
    notice(at=at(9, 24), acknowledge_by=at(9, 30, 17))

    assert services.plan_reminders(moment) == 0


def test_each_once_however_often_beat_asks() -> None:
    found = notice(at=at(9, 24), acknowledge_by=at(10, 9, 17))

    for moment in (at(10, 8, 8, 50), at(10, 8), at(10, 8, 9, 10), at(10, 8, 15), at(10, 10, 9, 20), at(10, 10, 9, 30)):
        services.plan_reminders(moment)
        services.finish_all(moment)

    assert automatic(found) == [at(10, 8), at(10, 10)]
    assert Delivery.objects.filter(message__in=found.rounds.filter(number__gt=1).values("message")).count() == 4


def test_beat_off_for_a_day_sends_the_missed_one_once() -> None:
    found = notice(at=at(9, 24), acknowledge_by=at(10, 9, 17))

    services.plan_reminders(at(10, 9, 14))
    services.plan_reminders(at(10, 9, 14, 10))

    assert automatic(found) == [at(10, 8)]


def test_beat_off_for_long_does_not_send_a_pile() -> None:
    found = notice(at=at(9, 24), acknowledge_by=at(10, 9, 17))

    services.plan_reminders(at(10, 12, 10))
    services.plan_reminders(at(10, 12, 10, 10))

    assert automatic(found) == [at(10, 12)]


def test_only_those_still_open_are_reminded() -> None:
    found = notice(at=at(9, 24), acknowledge_by=at(10, 9, 17))
    done, open_line = found.obligations.select_related("person").order_by("pk")
    services.acknowledge(obligation=done, actor=done.person, session_key="k", at=at(9, 25))

    services.plan_reminders(at(10, 8, 10))
    services.finish_all(at(10, 8, 10))

    row = found.rounds.get(number=2)
    assert list(row.message.deliveries.values_list("person_id", flat=True)) == [open_line.person_id]
    open_line.refresh_from_db()
    done.refresh_from_db()
    assert (open_line.reminders, done.reminders) == (1, 0)


def test_who_acknowledges_before_the_mail_is_planned_gets_none() -> None:
    found = notice(at=at(9, 24), acknowledge_by=at(10, 9, 17))
    services.plan_reminders(at(10, 8, 10))
    for line in found.obligations.select_related("person"):
        services.acknowledge(obligation=line, actor=line.person, session_key="k", at=at(10, 8, 10))

    services.finish_all(at(10, 8, 10, 1))

    assert not Delivery.objects.filter(message=found.rounds.get(number=2).message).exists()


def test_all_done_means_no_reminder() -> None:
    found = notice(at=at(9, 24), acknowledge_by=at(10, 9, 17))
    for line in found.obligations.select_related("person"):
        services.acknowledge(obligation=line, actor=line.person, session_key="k", at=at(9, 25))

    assert services.plan_reminders(at(10, 8, 10)) == 0


def test_optional_notice_that_asks_nothing_does_not_remind() -> None:
    notice(at=at(9, 24), acknowledge_by=at(10, 9, 17), notice_class="optional", needs_acknowledgement=False)

    assert services.plan_reminders(at(10, 8, 10)) == 0


def test_texts_differ_each_round() -> None:
    found = notice(at=at(9, 24), acknowledge_by=at(10, 9, 17))
    services.plan_reminders(at(10, 8, 10))
    services.plan_reminders(at(10, 10, 10))

    subjects = MessageText.objects.filter(message__in=found.rounds.values("message"), language="en")
    words = list(subjects.order_by("message_id").values_list("subject", flat=True))
    assert words[0] == "Mid-term teaching check"
    assert words[1].startswith("Reminder 1 (8 Oct")
    assert words[2].startswith("Reminder 2 (10 Oct")


class TestByHand:
    def test_not_twice_within_four_working_hours(self) -> None:
        found = notice(at=at(11, 16))
        clerk = found.sender
        services.remind_open(notice=found, actor=clerk, at=at(11, 20, 16, 30))

        with pytest.raises(services.RemindedRecently):
            services.remind_open(notice=found, actor=clerk, at=at(11, 23, 10))

        services.remind_open(notice=found, actor=clerk, at=at(11, 23, 11))
        services.remind_open(notice=found, actor=clerk, at=at(11, 23, 11, 5), confirmed=True)
        assert Round.objects.filter(notice=found).count() == 4

    def test_one_person(self) -> None:
        found = notice(at=at(11, 16))
        line = found.obligations.order_by("pk").first()

        services.remind_person(obligation=line, actor=found.sender, at=at(11, 17))
        services.finish_all(at(11, 17))

        row = found.rounds.get(number=2)
        assert (row.only_person_id, row.recipient_count) == (line.person_id, 1)
        assert row.message.deliveries.count() == 1

    def test_over_is_over(self) -> None:
        found = notice(at=at(11, 16), expires_at=at(11, 18))

        with pytest.raises(services.UnableToRemind):
            services.remind_open(notice=found, actor=found.sender, at=at(11, 19))
