"""Rules before and after a promise is due, at set moments: 23 November 2026 is a Monday, 900 minutes are two days."""

from datetime import datetime
from io import StringIO

import pytest
from django.core.management import call_command

from apps.delivery.models import Delivery, Evidence, Message
from apps.people.models import Person
from apps.servicedesk import jobs, services
from apps.servicedesk.enums import EscalationTo, EscalationWhen, Priority, Promise
from apps.servicedesk.models import Escalation, EscalationRule, EscalationWord, Request, Service
from apps.servicedesk.services.escalating import add_rule, end_rule, escalate, tell_escalations
from apps.servicedesk.services.reminding import tell_overdue
from apps.servicedesk.starter import create_open_calendar
from tests import factories
from tests.jobs.moments import freeze
from tests.servicedesk import factories as desk
from tests.servicedesk.stories import MONDAY_NINE, filed, moment, taken

pytestmark = pytest.mark.django_db


@pytest.fixture
def service() -> Service:
    return desk.service(target_minutes=900, first_response_minutes=240)


@pytest.fixture
def clerk() -> Person:
    return factories.clerk()


@pytest.fixture
def director() -> Person:
    return factories.director()


def rule(service: Service, when: str, amount: int = 0, **fields: object) -> EscalationRule:
    values = {"promise": Promise.COMPLETION, "to": EscalationTo.HANDLER, "person": None} | fields
    return add_rule(
        service=service, actor=factories.administrator(), at=moment(2, 9), when=when, amount=amount, **values
    )


def spoken(at: datetime) -> list[tuple[str, int, datetime]]:
    return [(each.rule.when, each.rule.amount, each.due_at) for each in escalate(at=at)]


def told(person: Person) -> list[str]:
    rows = Delivery.objects.filter(person=person, channel="portal", message__source="servicedesk.escalations")
    return [row.message.texts.get(language="en").text for row in rows.order_by("pk")]


DUE = moment(25, 9)  # Monday 390, Tuesday 450, Wednesday 60


def test_each_rule_speaks_up_in_its_minute(
    service: Service, clerk: Person, director: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also over a night: 60 working minutes before Wednesday nine is Tuesday half past five, 90 is Tuesday five."""
    rule(service, EscalationWhen.BEFORE, 60)
    rule(service, EscalationWhen.BEFORE, 90, to=EscalationTo.CLERKS)
    rule(service, EscalationWhen.USED, 50)  # 450 minutes: Tuesday nine
    rule(service, EscalationWhen.AT)
    rule(service, EscalationWhen.AFTER, 180, to=EscalationTo.DIRECTOR)
    taken(factories.student(), clerk, of=service)
    found = {}
    for at in (
        MONDAY_NINE,
        moment(24, 8, 59),
        moment(24, 9),
        moment(24, 16, 59),
        moment(24, 17),
        moment(24, 17, 29),
        moment(24, 17, 30),
        moment(25, 8),
        moment(25, 8, 59),
        moment(25, 9),
        moment(25, 11, 59),
        moment(25, 12),
        moment(26, 9),
    ):
        freeze(monkeypatch, at)
        before = Escalation.objects.count()
        jobs.escalate()
        jobs.escalate()
        found[at] = [each.rule.when for each in Escalation.objects.order_by("pk")[before:]]
    assert {at: kinds for at, kinds in found.items() if kinds} == {
        moment(24, 9): ["used"],
        moment(24, 17): ["before"],
        moment(24, 17, 30): ["before"],
        moment(25, 9): ["at"],
        moment(25, 12): ["after"],
    }


def test_first_answer_has_rules_of_its_own(service: Service, clerk: Person) -> None:
    rule(service, EscalationWhen.BEFORE, 30, promise=Promise.FIRST)
    request = filed(factories.student(), of=service)

    assert spoken(moment(23, 14, 29)) == []
    assert spoken(moment(23, 14, 30)) == [("before", 30, moment(23, 15))]
    services.post_message(request=request, author=clerk, body="已收到", at=moment(23, 14, 40))
    rule(service, EscalationWhen.AFTER, 15, promise=Promise.FIRST)
    assert spoken(moment(23, 16)) == []


def test_holiday_and_make_up_day_count_as_the_office_works(service: Service, clerk: Person) -> None:
    """Filed on 30 September at 17:00, due on Friday 9 October 17:00; 450 minutes before it is Thursday 17:00, and 60
    after it is Saturday the 10th, 8:30, which is worked.
    """
    rule(service, EscalationWhen.BEFORE, 450)
    rule(service, EscalationWhen.AFTER, 60)
    filed(factories.student(), of=service, at=moment(30, 17, month=9))
    due = moment(9, 17, month=10)

    assert spoken(moment(5, 10, month=10)) == []
    assert spoken(moment(8, 17, month=10)) == [("before", 450, due)]
    assert spoken(moment(10, 8, 29, month=10)) == []
    assert spoken(moment(10, 8, 30, month=10)) == [("after", 60, due)]


def test_late_worker_writes_no_before_when_it_is_over(service: Service, clerk: Person) -> None:
    rule(service, EscalationWhen.BEFORE, 60)
    rule(service, EscalationWhen.USED, 75)
    rule(service, EscalationWhen.AT)
    taken(factories.student(), clerk, of=service)

    assert spoken(moment(25, 9)) == [("at", 0, DUE)]
    assert spoken(moment(25, 10)) == []


def test_nothing_while_it_rests_and_anew_for_the_new_due_time(service: Service, clerk: Person) -> None:
    rule(service, EscalationWhen.BEFORE, 60)
    student = factories.student()
    request = taken(student, clerk, of=service)
    escalate(at=moment(23, 9, 30))
    services.ask_requester(request=request, actor=clerk, note="哪國？", at=moment(23, 10))
    assert spoken(moment(25, 10)) == []
    services.answer(request=request, actor=student, note="德國", at=moment(25, 10))

    # 840 left from Wednesday 10:00: 330, Thursday 450, 60: Friday 9:00; 60 working minutes before is Thursday 17:30.
    assert spoken(moment(26, 17, 29)) == []
    assert spoken(moment(26, 17, 30)) == [("before", 60, moment(27, 9))]


def test_new_date_opens_the_rule_again(service: Service, clerk: Person, director: Person) -> None:
    rule(service, EscalationWhen.AT)
    request = taken(factories.student(), clerk, of=service)
    assert spoken(DUE) == [("at", 0, DUE)]
    services.set_due(request=request, actor=director, due_at=moment(26, 16), reason="會議", at=moment(25, 10))

    assert spoken(moment(25, 11)) == []
    assert spoken(moment(26, 16)) == [("at", 0, moment(26, 16))]


def test_reopened_one_is_watched_again(service: Service, clerk: Person) -> None:
    rule(service, EscalationWhen.AT)
    student = factories.student()
    request = taken(student, clerk, of=service)
    services.complete(request=request, actor=clerk, at=moment(23, 10))
    assert spoken(moment(25, 10)) == []
    services.reopen(request=request, actor=student, note="名字錯了", at=moment(26, 10))

    # 840 left: Thursday 330, Friday 450, Monday 60: nine o'clock.
    assert spoken(moment(30, 8, 59)) == []
    assert spoken(moment(30, 9)) == [("at", 0, moment(30, 9))]


def test_new_priority_moves_the_rule(service: Service, clerk: Person) -> None:
    services.save_targets(
        service=service, rows={Priority.HIGH: services.Promised(120, 450)}, actor=clerk, known=0, at=moment(2, 9)
    )
    rule(service, EscalationWhen.AT)
    request = taken(factories.student(), clerk, of=service)
    services.set_priority(request=request, actor=clerk, priority=Priority.HIGH, note="急用", at=moment(23, 10))

    assert spoken(moment(24, 9)) == [("at", 0, moment(24, 9))]


def test_nothing_of_the_request_changes(service: Service, clerk: Person) -> None:
    rule(service, EscalationWhen.AT)
    request = taken(factories.student(), clerk, of=service)
    skipped = {"escalate_at"}
    before = list(Request.objects.filter(pk=request.pk).values())
    escalate(at=DUE)
    tell_escalations(at=DUE)
    after = list(Request.objects.filter(pk=request.pk).values())

    for rows in (before, after):
        for name in skipped:
            rows[0].pop(name)
    assert before == after


class TestTelling:
    def test_each_once_a_day_all_in_one(self, service: Service, clerk: Person) -> None:
        rule(service, EscalationWhen.AT)
        first, second = (taken(factories.student(), clerk, of=service) for _n in range(2))
        third = taken(factories.student(), clerk, of=service, at=moment(23, 10))
        escalate(at=DUE)
        assert (tell_escalations(at=DUE), tell_escalations(at=DUE)) == (1, 0)
        assert [first.number in told(clerk)[0], second.number in told(clerk)[0]] == [True, True]

        escalate(at=moment(25, 10))
        assert tell_escalations(at=moment(25, 10)) == 0  # told today already
        assert tell_escalations(at=moment(26, 8)) == 1
        assert third.number in told(clerk)[1]
        assert first.number not in told(clerk)[1]

    def test_urgent_one_is_told_at_once(self, service: Service, clerk: Person) -> None:
        rule(service, EscalationWhen.AT)
        taken(factories.student(), clerk, of=service)
        hurry = taken(factories.student(), clerk, of=service, at=moment(23, 10))
        Request.objects.filter(pk=hurry.pk).update(priority=Priority.URGENT)
        escalate(at=DUE)
        tell_escalations(at=DUE)
        escalate(at=moment(25, 10))

        assert tell_escalations(at=moment(25, 10)) == 1
        assert hurry.number in told(clerk)[1]

    @pytest.mark.parametrize("at", [moment(25, 13), moment(25, 20), moment(28, 10)], ids=["lunch", "night", "saturday"])
    def test_waits_for_office_hours(self, service: Service, clerk: Person, at: datetime) -> None:
        rule(service, EscalationWhen.AT)
        taken(factories.student(), clerk, of=service)
        escalate(at=at)

        assert tell_escalations(at=at) == 0
        assert tell_escalations(at=moment(30, 8)) == 1

    def test_what_is_worked_on_at_night_is_told_at_night(self, clerk: Person) -> None:
        """A leak of the day-and-night calendar, due at eight in the evening; beside it one of office hours."""
        create_open_calendar(moment(2, 9))
        always = desk.service(target_minutes=11 * 60, calendar_code="always")
        office = desk.service(target_minutes=240)
        for service in (always, office):
            rule(service, EscalationWhen.AT)
        leak, other = (taken(factories.student(), clerk, of=service) for service in (always, office))
        evening = moment(23, 20)
        escalate(at=evening)
        assert (tell_escalations(at=evening), tell_escalations(at=evening)) == (1, 0)
        assert [(leak.number in text, other.number in text) for text in told(clerk)] == [(True, False)]

        assert tell_escalations(at=moment(24, 8)) == 1  # the night's word is not the day's
        assert other.number in told(clerk)[1]

    def test_night_s_word_leaves_the_one_of_that_day(self, service: Service, clerk: Person) -> None:
        rule(service, EscalationWhen.AT)
        hurry = taken(factories.student(), clerk, of=service)
        Request.objects.filter(pk=hurry.pk).update(priority=Priority.URGENT)
        early, at_eight = moment(26, 2), moment(26, 8)
        escalate(at=early)
        assert tell_escalations(at=early) == 1
        taken(factories.student(), clerk, of=service, at=moment(23, 10))
        escalate(at=at_eight)

        assert tell_escalations(at=at_eight) == 1

    def test_what_is_settled_meanwhile_is_dropped(self, service: Service, clerk: Person) -> None:
        rule(service, EscalationWhen.AT)
        request = taken(factories.student(), clerk, of=service)
        escalate(at=DUE)
        services.complete(request=request, actor=clerk, at=moment(25, 9, 10))

        assert tell_escalations(at=moment(25, 9, 20)) == 0
        assert EscalationWord.objects.get().dropped
        assert told(clerk) == []

    def test_names_nobody_outside_the_office(self, service: Service, clerk: Person) -> None:
        rule(service, EscalationWhen.AT)
        request = taken(factories.student("機密生"), clerk, of=service)
        escalate(at=DUE)
        tell_escalations(at=DUE)

        assert "機密生" not in told(clerk)[0]
        assert request.number in told(clerk)[0]

    def test_audiences(self, service: Service, clerk: Person, director: Person) -> None:
        leader, other, former = factories.leader(), factories.clerk("科員乙"), factories.student("離職")
        for to, person in (
            (EscalationTo.CLERKS, None),
            (EscalationTo.DIRECTOR, None),
            (EscalationTo.LEADER, None),
            (EscalationTo.PERSON, former),
        ):
            rule(service, EscalationWhen.AT, to=to, person=person)
        taken(factories.student(), clerk, of=service)
        escalate(at=DUE)

        people = set(EscalationWord.objects.values_list("person", flat=True))
        assert people == {clerk.pk, other.pk, director.pk, leader.pk}


class TestRules:
    def test_same_rule_twice_is_one(self, service: Service) -> None:
        assert rule(service, EscalationWhen.AT) == rule(service, EscalationWhen.AT)

    def test_new_rule_looks_at_what_runs_already(self, service: Service, clerk: Person) -> None:
        taken(factories.student(), clerk, of=service)
        assert spoken(moment(24, 9)) == []
        add_rule(
            service=service,
            actor=clerk,
            at=moment(24, 10),
            promise=Promise.COMPLETION,
            when=EscalationWhen.AT,
            amount=0,
            to=EscalationTo.HANDLER,
            person=None,
        )
        assert spoken(moment(25, 10)) == [("at", 0, DUE)]

    def test_ended_rule_is_silent(self, service: Service, clerk: Person) -> None:
        made = rule(service, EscalationWhen.AT)
        taken(factories.student(), clerk, of=service)
        end_rule(rule=made, actor=clerk, at=moment(24, 9))

        assert spoken(DUE) == []

    def test_service_with_rules_for_late_ones_is_left_to_them(self, service: Service, clerk: Person) -> None:
        taken(factories.student(), clerk, of=service)
        rule(service, EscalationWhen.AFTER, 60)

        assert tell_overdue(at=moment(25, 10)) == 0

    def test_calendar_without_the_year_is_asked_again_later(self, service: Service, clerk: Person) -> None:
        rule(service, EscalationWhen.AFTER, 200_000)
        request = taken(factories.student(), clerk, of=service)

        assert spoken(moment(24, 9)) == []
        assert Request.objects.get(pk=request.pk).escalate_at == moment(25, 9)


def test_one_look_costs_the_same_for_one_and_for_three(
    service: Service, clerk: Person, django_assert_num_queries: object
) -> None:
    """Without anything due: a savepoint's two, the row, its ledger, its calendar and the next moment."""
    rule(service, EscalationWhen.AFTER, 60)
    for count in (1, 3):
        for _n in range(count):
            taken(factories.student(), clerk, of=service)
        with django_assert_num_queries(2 + 6 * count):
            escalate(at=moment(23, 10))


def test_dry_run_prints_and_leaves_nothing(service: Service, clerk: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    rule(service, EscalationWhen.AT)
    request = taken(factories.student(), clerk, of=service)
    sent = Message.objects.count()
    freeze(monkeypatch, DUE)
    out = StringIO()
    call_command("escalate_requests", "--dry-run", stdout=out)

    lines = out.getvalue().splitlines()
    assert lines[0].startswith(f"{request.number}: completion at 0, due 2026-11-25T01:00:00+00:00 -> {clerk.name}")
    assert lines[1] == "escalated: 1, people told: 1"
    assert (Escalation.objects.count(), Message.objects.count() - sent) == (0, 0)
    call_command("escalate_requests", stdout=out)
    assert (Escalation.objects.count(), Message.objects.count() - sent) == (1, 1)
    assert Evidence.objects.filter(person=clerk).exists() or told(clerk)
