"""Requests that come again: once a date over holidays and make-up days, as drafts or filed, paused, changed, ended."""

from datetime import date, datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from apps.people.models import Person
from apps.servicedesk import services
from apps.servicedesk.enums import RecurrenceState as State
from apps.servicedesk.enums import RequestState
from apps.servicedesk.jobs import sweep
from apps.servicedesk.models import Recurrence, RecurrenceDate, Request, Service
from apps.servicedesk.services.drafts import discard_draft
from tests import factories
from tests.jobs.moments import freeze
from tests.servicedesk import factories as desk
from tests.servicedesk.company import history, told
from tests.servicedesk.stories import MONDAY_NINE, MONDAY_TEN, ZONE, filed, moment

pytestmark = pytest.mark.django_db
DAYS = dict.fromkeys(("weekday", "month_day", "month", "nth"))
RULE = DAYS | {
    "frequency": "weekly",
    "weekday": 1,  # Tuesday
    "starts_on": date(2026, 11, 23),
    "ends_on": None,
    "time": time(9),
    "day_off": "next",
    "files_itself": False,
}


@pytest.fixture
def student() -> Person:
    return factories.student()


def keep(person: Person, *, at: datetime = MONDAY_TEN, request: Request | None = None, **rule: object) -> Recurrence:
    origin = request or filed(person, at=MONDAY_NINE)
    return services.repeat(request=origin, actor=person, values=RULE | rule, at=at)


def run(*moments: datetime) -> list[int]:
    return [services.run_recurrences(at) for at in moments]


def states(row: Recurrence) -> dict[date, str]:
    return dict(row.rows.order_by("date").values_list("date", "state"))


class TestMaking:
    def test_draft_waits_for_who_keeps_it(self, student: Person) -> None:
        row = keep(student)
        assert run(moment(24, 8, 59), moment(24, 9), moment(24, 9, 5)) == [0, 1, 0]

        made = row.rows.get().request
        assert (made.state, made.answer_set.answers, made.filed_by) == (RequestState.DRAFT, desk.ANSWERS, student)
        assert (states(row), told(student)[-1]) == ({date(2026, 11, 24): "draft"}, "To confirm")
        assert history(made) == ["made_by_rule"]

    def test_filed_by_itself_tells_as_filing_does(self, student: Person) -> None:
        clerk = factories.clerk()
        row = keep(student, files_itself=True)
        run(moment(24, 9))

        made = row.rows.get().request
        assert (made.state, made.submitted_at) == (RequestState.SUBMITTED, moment(24, 9))
        assert (told(student)[-1], told(clerk)[-1]) == ("Received", "New request")

    def test_what_the_form_asks_anew_makes_it_a_draft(self, student: Person) -> None:
        row = keep(student, files_itself=True)
        form = row.origin.service.form
        more = {"key": "reason", "kind": "text", "label": {"en": "Reason"}, "required": True}
        form.versions.create(number=2, fields=[*desk.FIELDS, more])
        run(moment(24, 9))

        assert (list(states(row).values()), told(student)[-1]) == (["draft"], "To confirm")

    def test_missed_dates_are_made_up_once(self, student: Person) -> None:
        row = keep(student)
        assert run(moment(16, 9, month=12), moment(16, 10, month=12)) == [1, 0]

        assert states(row) == {
            date(2026, 11, 24): "missed",
            date(2026, 12, 1): "missed",
            date(2026, 12, 8): "missed",
            date(2026, 12, 15): "draft",
        }
        assert all(row.reason for row in RecurrenceDate.objects.filter(state="missed"))

    def test_every_other_week(self, student: Person) -> None:
        row = keep(student, every=2, files_itself=True)
        for day in range(24, 24 + 7):
            run(moment(day, 9))
        run(moment(1, 9, month=12), moment(8, 9, month=12), moment(15, 9, month=12))

        assert list(states(row)) == [date(2026, 11, 24), date(2026, 12, 8)]

    def test_holidays_and_make_up_days_move_the_day(self, student: Person) -> None:
        """Every Saturday over National Day: 3 October is closed, the 10th is worked; so is Sunday 20 September."""
        begun = datetime(2026, 9, 14, 9, tzinfo=ZONE)
        origin = filed(student, at=begun)
        rules = {"next": "next", "before": "previous", "plain": "as_it_is"}
        rows = {
            name: keep(student, at=begun, request=origin, weekday=5, day_off=off, starts_on=date(2026, 9, 14))
            for name, off in rules.items()
        }
        for day in range(28):
            run(begun + timedelta(days=day))

        days = {name: list(row.rows.order_by("date").values_list("day", flat=True)) for name, row in rows.items()}
        assert days == {
            "next": [date(2026, 9, 20), date(2026, 9, 28), date(2026, 10, 8), date(2026, 10, 10)],
            "before": [date(2026, 9, 18), date(2026, 9, 24), date(2026, 9, 30), date(2026, 10, 10)],
            "plain": [date(2026, 9, 19), date(2026, 9, 26), date(2026, 10, 3), date(2026, 10, 10)],
        }

    def test_year_without_calendar_waits_and_goes_on(self, student: Person) -> None:
        row = keep(student, frequency="yearly", weekday=None, month=3, month_day=1)
        assert run(datetime(2028, 3, 1, 9, tzinfo=ZONE)) == [1]  # of 2027 and 2028 what is known is made up once
        assert set(states(row).values()) == {"draft"}
        row.refresh_from_db()
        assert (row.state, row.next_at) == (State.RUNNING, None)

    def test_last_date_ends_it(self, student: Person) -> None:
        row = keep(student, ends_on=date(2026, 11, 24))
        run(moment(24, 9))

        row.refresh_from_db()
        assert row.state == State.ENDED

    def test_who_has_left_makes_it_fail_and_the_keeper_is_told(self, student: Person) -> None:
        clerk = factories.clerk()
        origin = filed(student)
        row = services.repeat(request=origin, actor=clerk, values=RULE, at=MONDAY_TEN)
        Person.objects.filter(pk=student.pk).update(is_active=False)
        run(moment(24, 9))

        assert (list(states(row).values()), told(clerk)[-1]) == (["failed"], "Not made")
        assert student.name in row.rows.get().reason

    def test_two_failures_in_a_row_pause_it_and_the_keeper_is_told(self, student: Person) -> None:
        clerk = factories.clerk()
        row = services.repeat(request=filed(student), actor=clerk, values=RULE, at=MONDAY_TEN)
        for offered in (False, True, False):
            Service.objects.update(is_active=offered)
            row.refresh_from_db()
            run(row.next_at)
        row.refresh_from_db()
        assert (row.state, list(states(row).values())) == (State.RUNNING, ["failed", "draft", "failed"])
        run(row.next_at)
        row.refresh_from_db()

        assert (row.state, told(clerk)[-1], history(row.origin)[-1]) == (State.PAUSED, "Paused", "pause_repeat")
        assert run(moment(31, 9, month=12)) == [0]
        Service.objects.update(is_active=True)
        services.set_state(recurrence=row, actor=clerk, state=State.RUNNING, at=moment(31, 10, month=12))
        row.refresh_from_db()
        assert run(row.next_at) == [1]

    def test_thrown_away_draft_leaves_its_date(self, student: Person) -> None:
        row = keep(student)
        run(moment(24, 9))
        discard_draft(request=row.rows.get().request, actor=student)

        assert (row.rows.get().request, run(moment(24, 10))) == (None, [0])

    def test_one_that_fails_stops_no_other(self, student: Person, monkeypatch: pytest.MonkeyPatch) -> None:
        first, second = keep(student), keep(student)
        Recurrence.objects.filter(pk=first.pk).update(frequency="weekly", weekday=1, next_at=moment(24, 8))
        first.origin.service.form.versions.all()
        RecurrenceDate.objects.create(recurrence=first, date=date(2026, 11, 24), day=date(2026, 11, 24), state="missed")

        assert run(moment(24, 9)) == [1]
        assert (list(states(first).values()), list(states(second).values())) == (["missed"], ["draft"])

    def test_sweep_runs_it_by_the_clock(self, student: Person, monkeypatch: pytest.MonkeyPatch) -> None:
        keep(student)
        freeze(monkeypatch, moment(24, 9))
        sweep()
        sweep()

        assert RecurrenceDate.objects.count() == 1


class TestKeeping:
    def test_pause_makes_nothing_and_makes_nothing_up(self, student: Person) -> None:
        row = keep(student)
        services.set_state(recurrence=row, actor=student, state=State.PAUSED, at=MONDAY_TEN)
        assert run(moment(24, 9), moment(1, 9, month=12)) == [0, 0]
        services.set_state(recurrence=row, actor=student, state=State.RUNNING, at=moment(2, 9, month=12))

        assert run(moment(2, 10, month=12), moment(8, 9, month=12)) == [0, 1]
        assert history(row.origin)[-3:] == ["repeat", "pause_repeat", "resume_repeat"]

    def test_ended_is_the_end(self, student: Person) -> None:
        row = keep(student)
        for _each in range(2):
            services.set_state(recurrence=row, actor=student, state=State.ENDED, at=MONDAY_TEN)
        assert run(moment(24, 9)) == [0]
        for act in (
            lambda: services.set_state(recurrence=row, actor=student, state=State.RUNNING),
            lambda: services.change_rule(recurrence=row, actor=student, values={"weekday": 3}),
        ):
            with pytest.raises(services.UnableToRepeat):
                act()

    def test_other_dates_count_from_now_on(self, student: Person) -> None:
        row = keep(student)
        services.change_rule(recurrence=row, actor=student, values={"weekday": 3}, version=1, at=MONDAY_TEN)
        with pytest.raises(services.Changed):
            services.change_rule(recurrence=row, actor=student, values={"weekday": 4}, version=1, at=MONDAY_TEN)

        assert run(moment(24, 9), moment(26, 9)) == [0, 1]

    def test_who_may(self, student: Person) -> None:
        row = keep(student)
        for actor in (factories.student("路人"), factories.clerk(), factories.leader()):
            with pytest.raises(PermissionDenied):
                services.set_state(recurrence=row, actor=actor, state=State.PAUSED)
        services.set_state(recurrence=row, actor=factories.director(), state=State.PAUSED)
        with pytest.raises(PermissionDenied):
            keep(factories.student("別人"), request=row.origin)

    @pytest.mark.parametrize("state", [RequestState.REFUSED, RequestState.WITHDRAWN])
    def test_what_was_refused_or_withdrawn_does_not_come_again(self, student: Person, state: RequestState) -> None:
        with pytest.raises(PermissionDenied):
            keep(student, request=desk.request(state, requester=student, submitted_at=MONDAY_NINE))


class TestPages:
    @pytest.fixture(autouse=True)
    def monday(self, monkeypatch: pytest.MonkeyPatch) -> None:
        freeze(monkeypatch, MONDAY_TEN)

    def browser(self, person: Person) -> Client:
        made = Client()
        made.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return made

    def given(self, **fields: object) -> dict[str, object]:
        values = {
            "frequency": "weekly",
            "weekday": 1,
            "starts_on": "2026-11-23",
            "time": "09:00",
            "day_off": "next",
            "every": 1,
        }
        return values | {"files_itself": "0"} | fields

    def test_kept_from_the_page_of_a_request(self, student: Person) -> None:
        origin, browser = filed(student), self.browser(student)
        url = reverse("servicedesk:repeat", args=[origin.pk])
        assert browser.post(url, self.given(weekday="")).status_code == 422
        answer = browser.post(url, self.given())

        row = Recurrence.objects.get()
        assert (answer.url, row.next_at) == (row.get_absolute_url(), moment(24, 9))
        shown = browser.get(row.get_absolute_url()).content.decode()
        assert desk.ANSWERS["purpose"] in shown
        assert origin.title in browser.get(reverse("servicedesk:recurring")).content.decode()

    def test_stranger_404_reader_403(self, student: Person) -> None:
        row = keep(student)
        for name in ("change_repeat", "pause_repeat", "resume_repeat", "end_repeat"):
            url = reverse(f"servicedesk:{name}", args=[row.pk])
            assert self.browser(factories.student("路人")).post(url).status_code == 404, name
            assert self.browser(factories.leader()).post(url).status_code == 403, name
            assert self.browser(student).get(url).status_code == 405, name

    def test_buttons(self, student: Person) -> None:
        row, browser = keep(student), self.browser(student)
        for name, state in (("pause", "paused"), ("resume", "running"), ("end", "ended"), ("resume", "ended")):
            browser.post(reverse(f"servicedesk:{name}_repeat", args=[row.pk]))
            row.refresh_from_db()
            assert row.state == state, name
        assert browser.get(row.get_absolute_url()).status_code == 200
