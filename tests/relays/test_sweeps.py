"""Units that do not sign climb by working time: stand-in, phone list. Who owes a report is reminded once a day."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from apps.core.models import CalendarYear
from apps.delivery.models import Delivery, Message
from apps.journal.models import Entry
from apps.people.enums import Role
from apps.people.models import Post
from apps.relays import services
from apps.relays.enums import Rung
from apps.relays.jobs import sweep
from apps.relays.models import RelayLine
from tests import factories
from tests.relays import factories as make

NINE = (2026, 11, 25, 9, 0)  # a Wednesday


def local(*parts: int) -> datetime:
    return timezone.make_aware(datetime(*parts))


def texts_to(person) -> list[str]:
    rows = Delivery.objects.filter(person=person, channel="portal", message__source="relays.lines").order_by("pk")
    return [row.message.texts.get(language="en").subject for row in rows]


@pytest.fixture
def relay(college):
    return make.relayed(college.clerk, college.units, at=local(*NINE))


def half_a_day_later(start: datetime) -> datetime:
    from apps.core.calendar import office_time

    return office_time().add_minutes(start, 240)


def test_half_a_working_day_to_sign(college, relay):
    due = make.of(relay, college.units[0]).sign_due_at
    assert due == half_a_day_later(local(*NINE))
    assert services.climb(due - timedelta(minutes=1)) == 0


def test_deputy_then_phone_list(college, relay):
    unit, deputy = college.units[0], factories.person("代理", Role.STAFF, at=college.units[0])
    make.deputy(college.secretaries[0], deputy, at=local(*NINE))
    due = make.of(relay, unit).sign_due_at
    assert services.climb(due) == 3
    line = make.of(relay, unit)
    assert (line.rung, line.stand_in, line.next_at) == (Rung.STAND_IN, deputy, half_a_day_later(due))
    assert texts_to(deputy) == ["Please sign for 1 unit"]
    assert services.climb(due) == 0  # run twice: nothing new
    assert services.climb(line.next_at) == 1
    line = make.of(relay, unit)
    assert (line.rung, line.next_at) == (Rung.PHONE, None)
    verbs = list(Entry.objects.about(line).values_list("verb", flat=True))
    assert verbs == ["to_stand_in", "to_phone_list"]


def test_unit_with_nobody_to_stand_in_goes_to_the_phone_list(college, relay):
    services.climb(make.of(relay, college.units[1]).sign_due_at)
    assert make.of(relay, college.units[1]).rung == Rung.PHONE


def test_secretary_of_the_unit_above_stands_in_once_for_all(college, relay):
    above = factories.person("院秘書", Role.UNIT_SECRETARY, at=factories.root_unit())
    services.climb(make.of(relay, college.units[0]).sign_due_at)
    assert {line.stand_in for line in relay.lines.all()} == {above}
    assert texts_to(above) == ["Please sign for 3 units"]
    row = services.sign(line=make.of(relay, college.units[0]), actor=above)
    assert (row.signed_by, row.signed_for) == (above, college.secretaries[0])


def test_secretary_who_came_after_the_notice_stands_in(college, relay):
    later = factories.person("新秘書", Role.UNIT_SECRETARY, at=college.units[0])
    services.climb(make.of(relay, college.units[0]).sign_due_at)
    assert make.of(relay, college.units[0]).stand_in == later


def test_signed_for_does_not_climb(college, relay):
    line = services.sign(line=make.of(relay, college.units[0]), actor=college.secretaries[0], at=local(*NINE))
    assert services.climb(local(2026, 12, 25, 9)) == 2
    assert make.of(relay, college.units[0]).rung == Rung.SECRETARY
    assert line.next_at is None


def test_unit_without_secretary_goes_on_at_once(college):
    Post.objects.filter(person=college.secretaries[2]).update(valid_to="2026-01-01")
    relay = make.relayed(college.clerk, college.units, at=local(*NINE))
    assert services.climb(local(*NINE)) == 1
    line = make.of(relay, college.units[2])
    assert (line.rung, line.is_late(local(2026, 11, 25, 9, 1))) == (Rung.PHONE, True)


def test_holiday_and_makeup_day_count_as_the_office_counts(college):
    """National day 2026: 1 to 7 October are free, Saturday 10 October is worked."""
    eve = make.relayed(college.clerk, college.units[:1], at=local(2026, 9, 30, 16, 0))
    due = make.of(eve, college.units[0]).sign_due_at
    assert due == half_a_day_later(local(2026, 9, 30, 16, 0))
    assert timezone.localtime(due).date().isoformat() == "2026-10-08"
    friday = make.relayed(college.clerk, college.units[1:2], at=local(2026, 10, 9, 16, 0))
    due = make.of(friday, college.units[1]).sign_due_at
    assert timezone.localtime(due).date().isoformat() == "2026-10-10"


def test_own_time_to_sign_overrides(college):
    wanted = local(2026, 11, 25, 10, 0)
    relay = make.relayed(college.clerk, college.units[:1], at=local(*NINE), sign_by=wanted)
    assert make.of(relay, college.units[0]).sign_due_at == wanted


def test_year_without_calendar_is_not_guessed(college):
    CalendarYear.objects.all().delete()
    relay = make.relayed(college.clerk, college.units, at=local(*NINE))
    line = make.of(relay, college.units[0])
    assert (line.sign_due_at, line.next_at, line.rung) == (None, None, Rung.SECRETARY)
    assert services.start_lines(local(2026, 11, 26, 9)) == 0
    assert services.remind_units(local(2026, 11, 26, 9)) == 0
    RelayLine.objects.filter(pk=line.pk).update(next_at=local(*NINE), sign_due_at=local(*NINE))
    assert services.climb(local(2026, 11, 26, 9)) == 1  # nobody to stand in: the phone list needs no calendar
    above = factories.person("院秘書", Role.UNIT_SECRETARY, at=factories.root_unit())
    other = make.of(relay, college.units[1])
    RelayLine.objects.filter(pk=other.pk).update(next_at=local(*NINE), sign_due_at=local(*NINE))
    assert services.climb(local(2026, 11, 26, 9)) == 0
    assert make.of(relay, college.units[1]).stand_in is None
    assert texts_to(above) == []


def test_one_reminder_a_working_day_with_everything(college):
    secretary, unit = college.secretaries[0], college.units[0]
    due = local(2026, 11, 27, 12, 0)
    for _each in range(2):
        relay = make.relayed(college.clerk, [unit], at=local(*NINE), report_by=due)
        services.sign(line=make.of(relay, unit), actor=secretary, at=local(*NINE))
    assert services.remind_units(local(2026, 11, 25, 10)) == 0  # two working days before
    assert services.remind_units(local(2026, 11, 26, 3)) == 0  # at night
    assert services.remind_units(local(2026, 11, 26, 10)) == 1
    assert services.remind_units(local(2026, 11, 26, 15)) == 0
    assert services.remind_units(local(2026, 11, 28, 10)) == 0  # a Saturday
    assert services.remind_units(local(2026, 11, 30, 10)) == 1
    assert texts_to(secretary) == [
        "2 notices wait for your unit (2026-11-26)",
        "2 notices wait for your unit (2026-11-30)",
    ]


def test_who_reported_is_not_reminded(college):
    relay = make.relayed(college.clerk, college.units[:1], at=local(*NINE), report_by=local(2026, 11, 27, 12, 0))
    make.reported(relay, college.units[0], college.secretaries[0])
    assert services.remind_units(local(2026, 11, 26, 10)) == 0
    assert Message.objects.filter(source="relays.lines").count() == 0


def test_job_runs_all_three(college, relay):
    RelayLine.objects.update(next_at=None, sign_due_at=None)
    sweep()
    assert not RelayLine.objects.filter(sign_due_at=None).exists()


def due_tomorrow(college):
    """Signed for; the report is due on the next working day at noon."""
    relay = make.relayed(college.clerk, college.units[:1], at=local(*NINE), report_by=local(2026, 11, 27, 12, 0))
    services.sign(line=make.of(relay, college.units[0]), actor=college.secretaries[0], at=local(*NINE))
    return relay


def body_to(person) -> str:
    rows = Delivery.objects.filter(person=person, channel="portal", message__source="relays.lines")
    return rows.get().message.texts.get(language="en").text


def test_deputy_is_reminded_too_while_it_holds_with_the_name(college):
    due_tomorrow(college)
    here, gone, elsewhere = (factories.person(name, Role.STAFF, at=college.units[1]) for name in ("在", "過", "別"))
    make.deputy(college.secretaries[0], here, at=local(*NINE))
    make.deputy(college.secretaries[0], gone, at=local(2026, 9, 1, 9))
    make.deputy(college.secretaries[1], elsewhere, at=local(*NINE))
    assert services.remind_units(local(2026, 11, 26, 10)) == 2
    assert services.remind_units(local(2026, 11, 26, 15)) == 0
    assert texts_to(here) == texts_to(college.secretaries[0]) == ["1 notice waits for your unit (2026-11-26)"]
    assert f"for {college.secretaries[0].name}" in body_to(here)
    assert "for " not in body_to(college.secretaries[0]).split("until")[1]
    assert texts_to(gone) == texts_to(elsewhere) == []


def test_secretary_who_stands_in_for_another_gets_one_message_for_both_units(college):
    due_tomorrow(college)
    relay = make.relayed(college.clerk, college.units[1:2], at=local(*NINE), report_by=local(2026, 11, 27, 12, 0))
    services.sign(line=make.of(relay, college.units[1]), actor=college.secretaries[1], at=local(*NINE))
    make.deputy(college.secretaries[0], college.secretaries[1], at=local(*NINE))
    assert services.remind_units(local(2026, 11, 26, 10)) == 2
    assert texts_to(college.secretaries[1]) == ["2 notices wait for your unit (2026-11-26)"]


def test_unit_that_lost_its_secretary_has_who_stood_in_reminded(college):
    above = factories.person("院秘書", Role.UNIT_SECRETARY, at=factories.root_unit())
    relay = make.relayed(college.clerk, college.units[:1], at=local(*NINE), report_by=local(2026, 11, 27, 12, 0))
    services.climb(make.of(relay, college.units[0]).sign_due_at)
    services.sign(line=make.of(relay, college.units[0]), actor=above)
    Post.objects.filter(person=college.secretaries[0]).update(valid_to="2026-01-01")
    assert services.remind_units(local(2026, 11, 26, 10)) == 1
    assert texts_to(above)[-1] == "1 notice waits for your unit (2026-11-26)"


def test_unit_that_has_more_time_is_reminded_by_its_own_day(college):
    relay = due_tomorrow(college)
    line = make.of(relay, college.units[0])
    until = local(2026, 12, 3, 12, 0)
    services.ask_extension(line=line, actor=college.secretaries[0], until=until, reason="x", at=local(2026, 11, 25, 10))
    services.grant_extension(line=line, actor=college.clerk, at=local(2026, 11, 25, 11))
    assert services.remind_units(local(2026, 11, 26, 10)) == 0
    assert services.remind_units(local(2026, 12, 2, 10)) == 1
