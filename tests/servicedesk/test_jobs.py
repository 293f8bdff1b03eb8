"""The sweep, and the command that makes the clocks again."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from apps.approvals.services import ask
from apps.core.enums import ClockKind
from apps.delivery.models import Delivery, Message
from apps.people.models import Person
from apps.servicedesk import jobs
from apps.servicedesk.enums import RequestState
from apps.servicedesk.models import Certificate, ClockEntry, Request
from apps.servicedesk.services import reminding
from apps.servicedesk.services.clocks import fill_missing_due_times, rebuild_clocks
from apps.servicedesk.services.reminding import tell_overdue
from tests import factories
from tests.jobs.moments import freeze
from tests.servicedesk import factories as desk
from tests.servicedesk.stories import MONDAY_NINE, filed, moment, taken

pytestmark = pytest.mark.django_db


@pytest.fixture
def student() -> Person:
    return factories.student()


def told(person: Person) -> int:
    rows = Delivery.objects.filter(person=person, channel="portal")
    return rows.filter(message__texts__language="en", message__texts__subject__startswith="Overdue").count()


class TestOverdue:
    @pytest.fixture
    def late(self, student: Person) -> Request:
        request = taken(student, factories.clerk())
        Request.objects.filter(pk=request.pk).update(due_at=moment(24, 9))
        request.refresh_from_db()
        return request

    def test_is_told_to_handler_and_director(self, late: Request) -> None:
        director = factories.director()

        assert tell_overdue(at=moment(24, 10)) == 1
        assert (told(late.handler), told(director)) == (1, 1)

    def test_is_told_to_who_is_asked_for_a_decision(self, late: Request) -> None:
        leader = factories.leader()
        ask(subject=late, name={"en": "Approval"}, role="leader", actor=late.handler)
        Request.objects.filter(pk=late.pk).update(state=RequestState.IN_APPROVAL)

        assert tell_overdue(at=moment(24, 10)) == 1
        assert (told(leader), told(late.handler)) == (1, 1)

    def test_is_told_once_a_day(self, late: Request) -> None:
        assert tell_overdue(at=moment(24, 10)) == 1
        assert tell_overdue(at=moment(24, 15)) == 0
        assert tell_overdue(at=moment(25, 9)) == 1
        assert told(late.handler) == 2

    @pytest.mark.parametrize("at", [moment(24, 22), moment(28, 10), moment(24, 13)], ids=["night", "saturday", "lunch"])
    def test_is_not_told_outside_office_hours(self, late: Request, at: object) -> None:
        assert tell_overdue(at=at) == 0

    def test_paused_one_is_not_told(self, late: Request) -> None:
        Request.objects.filter(pk=late.pk).update(state=RequestState.WAITING_REQUESTER)

        assert tell_overdue(at=moment(24, 10)) == 0

    def test_one_in_time_is_not_told(self, student: Person) -> None:
        filed(student)

        assert tell_overdue(at=moment(23, 10)) == 0

    def test_unassigned_one_is_told_to_the_clerks(self, student: Person) -> None:
        clerk, request = factories.clerk(), filed(student)
        Request.objects.filter(pk=request.pk).update(due_at=moment(24, 9))

        tell_overdue(at=moment(24, 10))
        assert told(clerk) == 1


class TestRebuild:
    def run(self, *arguments: str) -> list[str]:
        out = StringIO()
        call_command("rebuild_clocks", *arguments, stdout=out)
        return out.getvalue().splitlines()

    def test_finds_nothing_after_ordinary_work(self, student: Person) -> None:
        taken(student, factories.clerk())

        assert self.run() == ["differences: 0"]

    def test_mends_and_prints_what_differs(self, student: Person) -> None:
        request = filed(student)
        due_at = request.due_at
        Request.objects.filter(pk=request.pk).update(due_at=due_at + timedelta(days=3), used_minutes=7)

        lines = self.run()
        assert lines[-1] == "differences: 1"
        assert lines[0].startswith(f"{request.number}: due ")
        assert Request.objects.get(pk=request.pk).due_at == due_at
        assert self.run() == ["differences: 0"]

    def test_dry_run_changes_nothing(self, student: Person) -> None:
        request = filed(student)
        wrong = request.due_at + timedelta(days=3)
        Request.objects.filter(pk=request.pk).update(due_at=wrong)

        assert self.run("--dry-run")[-1] == "differences: 1"
        assert Request.objects.get(pk=request.pk).due_at == wrong

    def test_later_edit_of_the_calendar_moves_nothing_that_is_frozen(self, student: Person) -> None:
        request = filed(student)
        version = request.calendar_version
        newer = type(version).objects.create(
            calendar=version.calendar,
            number=version.number + 1,
            weekly={"0": [["10:00", "11:00"]]},
            created_at=MONDAY_NINE,
        )

        assert list(rebuild_clocks()) == []
        assert Request.objects.get(pk=request.pk).calendar_version != newer

    def test_missing_year_is_passed_over(self, student: Person) -> None:
        request = filed(student)
        ClockEntry.objects.create(
            request=request,
            kind=ClockKind.SET_DUE,
            at=MONDAY_NINE,
            reason="x",
            new_due_at=moment(1, 9).replace(year=2031),
        )

        assert self.run() == ["differences: 0"]


def test_due_time_is_filled_in_once_the_calendar_is_loaded(student: Person) -> None:
    request = filed(student)
    due_at = request.due_at
    Request.objects.filter(pk=request.pk).update(due_at=None)

    assert fill_missing_due_times() == 1
    assert Request.objects.get(pk=request.pk).due_at == due_at


def test_part_of_the_sweep_that_fails_stops_no_other(student: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    factories.calendar()
    desk.draft(student, last_event_at=moment(1, 9, month=1))
    freeze(monkeypatch, moment(24, 9))
    monkeypatch.setattr(reminding, "tell_overdue", lambda at: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        jobs.sweep()
    assert not Request.objects.exists()


def test_sweep_runs_on_an_empty_portal() -> None:
    factories.calendar()
    jobs.sweep()

    assert not Certificate.objects.exists()
    assert not Message.objects.exists()
