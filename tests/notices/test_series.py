"""What a series does by itself, minute by minute, and what people do with it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from apps.approvals.models import Step
from apps.core.date_rules import DayOff, Frequency
from apps.core.models import CalendarDay, CalendarYear
from apps.delivery.models import Message
from apps.journal.models import Entry
from apps.notices import services
from apps.notices.enums import NoticeState
from apps.notices.models import Notice, Occurrence, SavedAudience, Series
from apps.notices.services.audiences import create_audience, retire_audience
from apps.notices.services.occurrences import run_series
from apps.notices.services.series import (
    SeriesClash,
    UnableToSaveSeries,
    change_series,
    end_series,
    pause_series,
    resume_series,
    skip_date,
    take_over,
    try_again,
)
from apps.notices.services.templates import change_template
from apps.people.enums import Role
from apps.people.models import Person
from tests import factories
from tests.jobs.moments import freeze
from tests.notices import factories as notices
from tests.notices import series_factories as made
from tests.notices.series_factories import local, story, sweep

pytestmark = pytest.mark.django_db
BEGIN = local(2026, 9, 1, 8)
NOVEMBER = date(2026, 11, 5)


@pytest.fixture
def clerk(monkeypatch: pytest.MonkeyPatch, settings: object) -> Person:
    settings.NOTICE_APPROVAL_FROM = 0
    freeze(monkeypatch, BEGIN)
    clerk = notices.ground()
    notices.staff(2)
    return clerk


class TestByItself:
    def test_draft_is_made_two_working_days_before_and_goes_out_on_the_day(self, clerk: Person) -> None:
        row = made.series(clerk, at=BEGIN)
        assert sweep(local(2026, 9, 3, 7, 59)) == 0
        assert sweep(local(2026, 9, 3, 8)) == 1  # 5 September is a Saturday: out on Monday the 7th
        notice = made.only_notice()
        assert (notice.state, notice.publish_at) == (NoticeState.SCHEDULED, local(2026, 9, 7, 9))
        assert notice.title == {"zh-hant": "2026年9月安全檢查", "en": "Safety check, September 2026"}
        assert "14 September 2026" in notice.body["en"]
        assert notice.acknowledge_by == local(2026, 9, 14, 17, 30)
        assert (notice.sender, notice.unit) == (clerk, factories.office())

        assert services.publish_due(local(2026, 9, 7, 9)) == 1
        sweep(local(2026, 9, 7, 9, 1))
        assert story(row) == [(date(2026, 9, 5), "sent"), (date(2026, 10, 5), "planned")]

    def test_over_the_october_holiday_and_its_makeup_days(self, clerk: Person) -> None:
        """5 October lies in the holiday: out on the 8th, its draft on 29 September, two working days before."""
        made.series(clerk, at=local(2026, 9, 20, 8))
        october = Occurrence.objects.get()
        assert (october.day, october.make_at) == (date(2026, 10, 8), local(2026, 9, 29, 8))

    def test_second_sweep_and_two_at_once_make_one(self, clerk: Person) -> None:
        made.series(clerk, at=BEGIN)
        sweep(local(2026, 9, 3, 9))
        sweep(local(2026, 9, 4, 9))
        assert Notice.objects.count() == 1

    def test_history_says_what_made_it(self, clerk: Person) -> None:
        row = made.series(clerk, at=BEGIN)
        sweep(local(2026, 9, 3, 9))
        entries = Entry.objects.about(made.only_notice()).order_by("pk")
        assert [(entry.actor, entry.verb, entry.note) for entry in entries] == [
            (None, "created", ""),
            (None, "made_by_series", row.name),
            (clerk, "scheduled", ""),
        ]

    def test_without_days_before_it_goes_out_at_its_minute(self, clerk: Person) -> None:
        made.series(clerk, at=BEGIN, lead_days=0)
        assert sweep(local(2026, 9, 7, 8, 59)) == 0
        assert sweep(local(2026, 9, 7, 9)) == 1
        assert made.only_notice().is_out

    def test_it_ends_after_its_last_day(self, clerk: Person) -> None:
        row = made.series(clerk, at=BEGIN, ends_on=date(2026, 9, 30), lead_days=0)
        sweep(local(2026, 9, 7, 9))
        row.refresh_from_db()
        assert row.is_ended
        assert Entry.objects.about(row).latest("pk").verb == "series_ended"

    def test_newest_version_of_the_template_is_used_and_remembered(self, clerk: Person) -> None:
        template = made.template(clerk)
        made.series(clerk, at=BEGIN, made_from=template)
        change_template(
            template=template,
            version=1,
            name=template.name,
            unit=None,
            values=made.content(title={"en": "New words"}, body={"en": "<p>x</p>"}),
            actor=clerk,
        )
        sweep(local(2026, 9, 3, 9))
        notice = made.only_notice()
        assert (notice.title, notice.template_version.number) == ({"en": "New words"}, 2)

    def test_month_is_that_of_the_date_also_when_it_goes_out_before(self, clerk: Person) -> None:
        """1 November 2026 is a Sunday: out on Friday 30 October, and still November's notice."""
        made.series(clerk, at=local(2026, 10, 12, 8), month_day=1, day_off=DayOff.PREVIOUS)
        sweep(local(2026, 10, 28, 9))
        notice = made.only_notice()
        assert (notice.publish_at, notice.title["en"]) == (local(2026, 10, 30, 9), "Safety check, November 2026")


class TestApproval:
    def test_what_goes_to_many_is_put_up_by_itself(self, clerk: Person, settings: object) -> None:
        settings.NOTICE_APPROVAL_FROM = 1
        director = factories.director()
        row = made.series(clerk, at=BEGIN)
        sweep(local(2026, 9, 3, 9))
        notice = made.only_notice()
        step = Step.objects.about(notice).get()
        assert (notice.state, step.role, step.due_at) == (NoticeState.WAITING, Role.DIRECTOR, local(2026, 9, 7, 9))

        services.approve(notice=notice, step_id=step.pk, version=step.version, actor=director, at=local(2026, 9, 4, 9))
        services.publish_due(local(2026, 9, 7, 9))
        sweep(local(2026, 9, 7, 9, 5))
        assert story(row)[0] == (date(2026, 9, 5), "sent")

    def test_approved_too_late_it_goes_out_then(self, clerk: Person, settings: object) -> None:
        settings.NOTICE_APPROVAL_FROM = 1
        director = factories.director()
        made.series(clerk, at=BEGIN)
        sweep(local(2026, 9, 3, 9))
        step = Step.objects.about(made.only_notice()).get()
        services.approve(
            notice=made.only_notice(), step_id=step.pk, version=step.version, actor=director, at=local(2026, 9, 8, 9)
        )
        assert made.only_notice().is_out


class TestWaitingForTheGo:
    def test_draft_waits_and_its_sender_is_told_once(self, clerk: Person) -> None:
        row = made.series(clerk, at=BEGIN, waits_for_go=True)
        sweep(local(2026, 9, 3, 9))
        notice = made.only_notice()
        assert notice.state == NoticeState.DRAFT
        assert Message.objects.filter(source=f"notices.series:{row.pk}").count() == 1

        services.schedule(notice=notice, actor=clerk, at=local(2026, 9, 4, 9))
        services.publish_due(local(2026, 9, 7, 9))
        sweep(local(2026, 9, 7, 10))
        assert story(row)[0] == (date(2026, 9, 5), "sent")

    def test_nobody_published_it_before_its_end(self, clerk: Person) -> None:
        row = made.series(clerk, at=BEGIN, waits_for_go=True)
        sweep(local(2026, 9, 3, 9))
        ends = made.only_notice().expires_at
        sweep(ends - timedelta(minutes=1))
        assert story(row)[0][1] == "made"
        sweep(ends)
        occurrence = row.occurrences.get(date=date(2026, 9, 5))
        assert (occurrence.state, occurrence.reason["en"]) == ("missed", "Nobody published the draft before its end.")
        with pytest.raises(services.UnableToPublish):
            services.publish(notice=occurrence.notice, actor=clerk, at=ends)

    def test_draft_that_is_thrown_away_leaves_the_date_out(self, clerk: Person) -> None:
        row = made.series(clerk, at=BEGIN, waits_for_go=True)
        sweep(local(2026, 9, 3, 9))
        services.discard_draft(notice=made.only_notice(), actor=clerk)
        sweep(local(2026, 9, 3, 10))
        occurrence = row.occurrences.get(date=date(2026, 9, 5))
        assert (occurrence.state, occurrence.notice, occurrence.decided_by) == ("skipped", None, clerk)
        assert not Notice.objects.exists()


class TestBeatWasDown:
    def test_last_date_is_made_up_once_and_earlier_ones_are_missed(self, clerk: Person) -> None:
        row = made.series(clerk, at=BEGIN)
        assert sweep(local(2026, 11, 9, 15)) == 1
        assert story(row) == [
            (date(2026, 9, 5), "missed"),
            (date(2026, 10, 5), "missed"),
            (NOVEMBER, "sent"),
            (date(2026, 12, 5), "planned"),
        ]
        notice = made.only_notice()
        assert (notice.published_at, notice.title["en"]) == (local(2026, 11, 9, 15), "Safety check, November 2026")
        assert notice.acknowledge_by == local(2026, 11, 16, 17, 30)  # people get their days from when they were told
        assert notice.expires_at == local(2026, 11, 26, 17, 30)  # the end stays where it was

    def test_nothing_is_sent_past_its_end(self, clerk: Person) -> None:
        row = made.series(clerk, at=BEGIN)
        assert sweep(local(2026, 11, 27, 9)) == 0
        assert not Notice.objects.exists()
        assert [state for _date, state in story(row)] == ["missed", "missed", "missed", "planned"]

    def test_drafts_of_dates_still_to_come_are_all_made(self, clerk: Person) -> None:
        """A long lead: two weeks' drafts may be due at once, and neither is late."""
        made.series(clerk, at=BEGIN, frequency=Frequency.WEEKLY, weekday=3, month_day=None, lead_days=8)
        assert sweep(local(2026, 9, 1, 9)) == 2

    def test_dates_before_it_was_set_up_are_none_of_its_own(self, clerk: Person) -> None:
        row = made.series(clerk, at=BEGIN, starts_on=date(2026, 1, 1))
        assert story(row) == [(date(2026, 9, 5), "planned")]


class TestYearWithoutCalendar:
    def test_nothing_is_made_it_is_logged_once_and_goes_on_when_the_year_is_there(
        self, clerk: Person, caplog: pytest.LogCaptureFixture
    ) -> None:
        CalendarYear.objects.filter(year=2027).delete()
        row = made.series(clerk, at=local(2026, 12, 1, 8), month_day=2)
        for hour in (9, 10, 11):
            sweep(local(2026, 12, 2, hour))
        row.refresh_from_db()
        assert row.blocked_year == 2027
        told = [line for line in caplog.text.splitlines() if "calendar_year_missing" in line and "'series'" in line]
        assert len(told) == 1
        assert story(row) == [(date(2026, 12, 2), "sent")]

        version = CalendarYear.objects.first().version
        CalendarYear.objects.create(version=version, year=2027, source="test")
        sweep(local(2026, 12, 3, 9))
        row.refresh_from_db()
        assert row.blocked_year is None
        assert story(row)[-1] == (date(2027, 1, 2), "planned")

    def test_a_far_year_is_no_alarm(self, clerk: Person) -> None:
        CalendarYear.objects.filter(year=2027).delete()
        row = made.series(clerk, at=BEGIN, frequency=Frequency.YEARLY, month=3, month_day=1)
        sweep(local(2026, 9, 2, 9))
        row.refresh_from_db()
        assert (row.blocked_year, story(row)) == (None, [])


class TestCalendarThatChanges:
    def holiday(self, *days: date) -> None:
        version = CalendarYear.objects.first().version
        for day in days:
            CalendarDay.objects.create(version=version, day=day, intervals=[])
        year = CalendarYear.objects.get(version=version, year=2027)
        year.delete()  # a list that is read in again is a new row: that is how memory learns of it
        CalendarYear.objects.create(version=version, year=2027, source="official")

    def test_planned_day_moves_and_stays_the_same_date(self, clerk: Person) -> None:
        row = made.series(clerk, at=local(2027, 2, 20, 8), month_day=15)
        sweep(local(2027, 2, 20, 9))
        self.holiday(date(2027, 3, 15), date(2027, 3, 16))
        sweep(local(2027, 2, 20, 10))
        planned = row.occurrences.get()
        assert (planned.date, planned.day) == (date(2027, 3, 15), date(2027, 3, 17))
        assert planned.make_at == local(2027, 3, 11, 8)

    def test_date_that_now_falls_on_the_next_one_is_left_out(self, clerk: Person) -> None:
        row = made.series(
            clerk, at=local(2027, 3, 10, 8), frequency=Frequency.WEEKLY, weekday=0, month_day=None, lead_days=0
        )
        self.holiday(*(date(2027, 3, day) for day in range(15, 20)))
        sweep(local(2027, 3, 10, 9))
        assert story(row) == [(date(2027, 3, 15), "skipped"), (date(2027, 3, 22), "planned")]


class TestRefused:
    def test_sender_who_left_is_refused_with_the_reason(self, clerk: Person) -> None:
        row = made.series(clerk, at=BEGIN)
        Person.objects.filter(pk=clerk.pk).update(is_active=False)
        assert sweep(local(2026, 9, 3, 9)) == 0
        occurrence = row.occurrences.get(state="refused")
        assert clerk.name in occurrence.reason["en"]
        assert "no longer here" in occurrence.reason["en"]
        assert "已" in occurrence.reason["zh-hant"]
        assert not Message.objects.filter(source=f"notices.series:{row.pk}").exists()

    def test_sender_without_a_post_is_refused_and_told(self, clerk: Person) -> None:
        row = made.series(clerk, at=BEGIN)
        clerk.posts.update(valid_to=date(2026, 8, 31))
        sweep(local(2026, 9, 3, 9))
        assert story(row)[0][1] == "refused"
        assert Message.objects.filter(source=f"notices.series:{row.pk}").count() == 1

    def test_who_takes_it_over_tries_again(self, clerk: Person) -> None:
        row = made.series(clerk, at=BEGIN)
        clerk.posts.update(valid_to=date(2026, 8, 31))
        sweep(local(2026, 9, 3, 9))
        occurrence = row.occurrences.get(state="refused")
        with pytest.raises(UnableToSaveSeries):
            try_again(occurrence=occurrence, actor=clerk, at=local(2026, 9, 3, 10))

        other = factories.clerk("接手")
        take_over(series=row, actor=other)
        try_again(occurrence=occurrence, actor=other, at=local(2026, 9, 3, 11))
        try_again(occurrence=occurrence, actor=other, at=local(2026, 9, 3, 11))
        assert (made.only_notice().sender, made.only_notice().state) == (other, NoticeState.SCHEDULED)

    def test_saved_audience_that_is_used_no_more(self, clerk: Person) -> None:
        audience = create_audience(name="教師", rule=notices.STAFF, unit=None, actor=clerk)
        row = made.series(clerk, at=BEGIN, saved_audience=audience)
        retire_audience(audience=audience, actor=clerk)
        sweep(local(2026, 9, 3, 9))
        assert "教師" in row.occurrences.get(state="refused").reason["en"]

    def test_audience_that_holds_nobody_leaves_a_draft_to_mend(self, clerk: Person) -> None:
        row = made.series(clerk, at=BEGIN)
        Person.objects.filter(posts__role=Role.STAFF).update(is_active=False)
        sweep(local(2026, 9, 3, 9))
        notice = made.only_notice()
        assert (story(row)[0][1], notice.state) == ("refused", NoticeState.DRAFT)
        assert notice.refused_reason["en"] == "The audience holds nobody."

        Person.objects.update(is_active=True)
        services.publish(notice=notice, actor=clerk, at=local(2026, 9, 3, 12))
        sweep(local(2026, 9, 3, 12))
        assert story(row)[0][1] == "sent"
        assert made.only_notice().refused_at is None

    def test_one_series_that_fails_does_not_stop_the_others(self, clerk: Person) -> None:
        template = made.template(clerk)
        audience = create_audience(name="壞", rule=notices.STAFF, unit=None, actor=clerk)
        broken = made.series(clerk, at=BEGIN, made_from=template, saved_audience=audience)
        whole = made.series(clerk, at=BEGIN, made_from=template)
        SavedAudience.objects.update(rule={"lines": [{"unit": "no key"}]})
        assert run_series(local(2026, 9, 3, 9)) == 1
        assert (story(broken)[0][1], story(whole)[0][1]) == ("planned", "made")


class TestPeople:
    def test_paused_dates_are_written_down_as_left_out(self, clerk: Person) -> None:
        row = made.series(clerk, at=BEGIN)
        for _time in range(2):
            pause_series(series=row, actor=clerk, at=local(2026, 9, 2, 9))
        assert sweep(local(2026, 9, 8, 9)) == 0
        for _time in range(2):
            resume_series(series=row, actor=clerk, at=local(2026, 11, 20, 9))
        assert sweep(local(2026, 11, 20, 10)) == 0
        assert story(row) == [
            (date(2026, 9, 5), "skipped"),
            (date(2026, 10, 5), "skipped"),
            (NOVEMBER, "skipped"),
            (date(2026, 12, 5), "planned"),
        ]
        assert [entry.verb for entry in Entry.objects.about(row).order_by("pk")] == ["created", "paused", "resumed"]

    def test_date_that_is_left_out_is_not_made_and_keeps_its_reason(self, clerk: Person) -> None:
        row = made.series(clerk, at=BEGIN)
        for _time in range(2):
            skip_date(series=row, on=date(2026, 9, 5), actor=clerk, reason="開學週", at=BEGIN)
        skip_date(series=row, on=NOVEMBER, actor=clerk, reason="校慶", at=BEGIN)
        sweep(local(2026, 11, 6, 9))
        rows = row.occurrences.order_by("date")
        assert [(each.state, each.reason.get("")) for each in rows] == [
            ("skipped", "開學週"),
            ("missed", None),  # over by then
            ("skipped", "校慶"),
            ("planned", None),
        ]

    @pytest.mark.parametrize("on", [date(2026, 9, 6), date(2025, 1, 5), date(2199, 12, 30)])
    def test_date_the_rule_does_not_have(self, clerk: Person, on: date) -> None:
        row = made.series(clerk, at=BEGIN)
        with pytest.raises(UnableToSaveSeries):
            skip_date(series=row, on=on, actor=clerk, reason="x", at=BEGIN)

    def test_date_with_a_draft_is_not_left_out(self, clerk: Person) -> None:
        row = made.series(clerk, at=BEGIN)
        sweep(local(2026, 9, 3, 9))
        with pytest.raises(UnableToSaveSeries):
            skip_date(series=row, on=date(2026, 9, 5), actor=clerk, reason="x", at=BEGIN)

    def test_change_plans_anew_and_keeps_drafts(self, clerk: Person) -> None:
        row = made.series(clerk, at=BEGIN)
        sweep(local(2026, 9, 3, 9))
        values = made.settings_of(row.template, month_day=20)
        change_series(series=row, version=1, values=values, actor=clerk, at=local(2026, 9, 4, 9))
        assert story(row) == [(date(2026, 9, 5), "made"), (date(2026, 9, 20), "planned")]
        with pytest.raises(SeriesClash):
            change_series(series=row, version=1, values=values, actor=clerk, at=local(2026, 9, 4, 9))

    def test_ended_series_does_nothing_more(self, clerk: Person) -> None:
        row = made.series(clerk, at=BEGIN)
        end_series(series=row, actor=clerk, at=BEGIN)
        assert sweep(local(2026, 9, 8, 9)) == 0
        assert story(row) == []
        for act in (end_series, pause_series, resume_series, take_over):
            with pytest.raises(UnableToSaveSeries):
                act(series=row, actor=clerk, at=BEGIN)

    def test_nobody_to_send_to_is_refused_at_once(self, clerk: Person) -> None:
        template = made.template(clerk, audience={})
        with pytest.raises(UnableToSaveSeries):
            made.series(clerk, at=BEGIN, made_from=template)

    def test_unit_secretary_writes_to_the_own_unit_only(self, clerk: Person) -> None:
        unit = factories.unit("計算機系", parent=factories.root_unit())
        secretary = factories.person("系秘書", Role.UNIT_SECRETARY, at=unit)
        template = made.template(clerk)
        with pytest.raises(UnableToSaveSeries):
            made.series(secretary, at=BEGIN, made_from=template, unit=unit)
        row = made.series(clerk, at=BEGIN, made_from=template)
        with pytest.raises(UnableToSaveSeries):
            take_over(series=row, actor=secretary)


class TestRows:
    def test_one_row_a_date(self, clerk: Person) -> None:
        row = made.series(clerk, at=BEGIN)
        there = row.occurrences.get()
        with pytest.raises(IntegrityError), transaction.atomic():
            Occurrence.objects.create(
                series=row, date=there.date, day=there.day, make_at=there.make_at, publish_at=there.publish_at
            )

    @pytest.mark.parametrize("state", ["skipped", "missed", "refused", "made", "sent"])
    def test_an_end_has_a_reason_and_a_draft_its_notice(self, clerk: Person, state: str) -> None:
        made.series(clerk, at=BEGIN)
        with pytest.raises(IntegrityError), transaction.atomic():
            Occurrence.objects.update(state=state)

    @pytest.mark.parametrize(
        "wrong", [{"month_day": 0}, {"month_day": None}, {"every": 0}, {"ends_on": date(2020, 1, 1)}]
    )
    def test_series_without_its_days_is_no_row(self, clerk: Person, wrong: dict) -> None:
        row = made.series(clerk, at=BEGIN)
        with pytest.raises(IntegrityError), transaction.atomic():
            Series.objects.filter(pk=row.pk).update(**wrong)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_make_each_date_once(settings: object) -> None:
    settings.NOTICE_APPROVAL_FROM = 0
    clerk = notices.ground()
    notices.staff(2)
    row = made.series(clerk, at=BEGIN)

    def run(at: datetime) -> int:
        try:
            return run_series(at)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(run, [local(2026, 9, 3, 9) + timedelta(seconds=place) for place in range(4)]))
    assert sum(counts) == 1
    assert Notice.objects.count() == 1
    assert story(row) == [(date(2026, 9, 5), "made"), (date(2026, 10, 5), "planned")]
