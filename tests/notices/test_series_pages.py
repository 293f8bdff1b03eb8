"""Pages and verbs of templates and series: who may, what a second POST does, what a bad form says."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core.clock import now
from apps.core.models import CalendarYear
from apps.journal.models import Entry
from apps.notices.enums import OccurrenceState, SeriesState
from apps.notices.models import Notice, NoticeTemplate, Series
from apps.notices.services.audiences import create_audience
from apps.notices.services.occurrences import run_series
from apps.people.enums import Role
from apps.people.models import Person
from tests import factories
from tests.jobs.moments import freeze
from tests.notices import factories as notices
from tests.notices import series_factories as made
from tests.notices.series_factories import local
from tests.notices.test_views import signed_in

pytestmark = pytest.mark.django_db
TODAY = local(2026, 9, 1, 10)


class Office:
    """A clerk's template and series, and one person of each kind who looks at them."""

    def __init__(self) -> None:
        self.clerk = notices.ground()
        notices.staff(2)
        self.unit = factories.unit("計算機系", parent=factories.root_unit())
        self.secretary = factories.person("系秘書", Role.UNIT_SECRETARY, at=self.unit)
        self.leader, self.stranger = factories.leader(), factories.student()
        self.template = made.template(self.clerk)
        self.series = made.series(self.clerk, at=TODAY, made_from=self.template)

    def url(self, name: str) -> str:
        row = self.series if "series" in name or "date" in name else self.template
        return reverse(f"notices:{name}", args=[row.pk])


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch, settings: object) -> Office:
    settings.NOTICE_APPROVAL_FROM = 0
    freeze(monkeypatch, TODAY)
    return Office()


@pytest.fixture
def client(office: Office) -> Client:
    return signed_in(office.clerk)


def template_form(**fields: object) -> dict[str, object]:
    return {
        "name": "新範本",
        "unit": "",
        "title_zh_hant": "{年月}值班",
        "body_zh_hant": "<p>請於{期限}前確認。</p>",
        "notice_class": "mandatory",
        "needs_acknowledgement": "on",
        "acknowledge_days": "3",
        "ends_days": "",
        "reminder_days": ["-1"],
        "ladder": ["mail"],
        "whom": "",
        **fields,
    }


def series_form(office: Office, **fields: object) -> dict[str, object]:
    return {
        "name": "每月",
        "template": office.template.pk,
        "unit": factories.office().pk,
        "whom": "",
        "frequency": "monthly",
        "every": "1",
        "weekday": "0",
        "month_day": "5",
        "nth": "1",
        "month": "1",
        "year_day": "1",
        "starts_on": "2026-09-01",
        "ends_on": "",
        "publish_time": "09:00",
        "day_off": "next",
        "lead_days": "2",
        "waits_for_go": "1",
        **fields,
    }


VERBS = ("retire_template", "start_from_template", "pause_series", "resume_series", "end_series", "take_over_series")
PAGES = ("template", "edit_template", "try_template", "one_series", "edit_series")


@pytest.mark.parametrize("name", [*VERBS, "skip_date", "try_date_again"])
def test_verbs_take_no_get(office: Office, client: Client, name: str) -> None:
    assert client.get(office.url(name)).status_code == 405


@pytest.mark.parametrize("name", PAGES)
def test_pages_change_nothing(office: Office, client: Client, name: str) -> None:
    before = Entry.objects.count(), office.series.occurrences.count()
    assert client.get(office.url(name)).status_code == 200
    assert (Entry.objects.count(), office.series.occurrences.count()) == before


@pytest.mark.parametrize("name", [*PAGES, *VERBS])
def test_stranger_404_and_reader_403(office: Office, name: str) -> None:
    ask = "post" if name in VERBS else "get"
    for person in (office.stranger, office.secretary):
        assert getattr(signed_in(person), ask)(office.url(name)).status_code == 404, person
    answer = getattr(signed_in(office.leader), ask)(office.url(name))
    changes = name in VERBS or name.startswith("edit")
    assert answer.status_code == (403 if changes and name != "start_from_template" else 302 if changes else 200)


class TestTemplatePages:
    def test_made_once_however_often_it_is_sent(self, client: Client) -> None:
        form = template_form(form_token="8c1f4a6e-0000-4000-8000-000000000001")
        answers = [client.post(reverse("notices:create_template"), form) for _time in range(2)]
        row = NoticeTemplate.objects.get(name="新範本")
        assert [answer.url for answer in answers] == [row.get_absolute_url()] * 2
        version = row.newest()
        assert (version.acknowledge_days, version.ends_days, version.ladder, version.reminder_days) == (
            3,
            None,
            [],
            [-1],
        )

    def test_trying_shows_the_words_and_saves_nothing(self, client: Client) -> None:
        form = template_form(**{"try": "1", "day": "2026-12-01"})
        answer = client.post(reverse("notices:create_template"), form)
        assert answer.status_code == 200
        assert "2026年12月值班" in answer.text
        assert "請於2026年12月4日前確認。" in answer.text
        assert not NoticeTemplate.objects.filter(name="新範本").exists()

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"title_zh_hant": "{月分}"}, "沒有 {月分} 這個代填項"),
            ({"acknowledge_days": ""}, "須先填寫確認期限的工作日數"),
            ({"acknowledge_days": "0"}, "1"),
            ({"title_zh_hant": ""}, "這種語言有正文而沒有標題。"),
            ({"name": "每月安全通知"}, "已有同名的範本"),
            ({"whom": "999999"}, "999999"),
        ],
    )
    def test_bad_form_keeps_what_was_typed(self, client: Client, wrong: dict, said: str) -> None:
        answer = client.post(reverse("notices:create_template"), template_form(**wrong))
        assert answer.status_code == 422
        assert said in answer.text
        assert "請於{期限}前確認。" in answer.text

    def test_clash_keeps_mine_and_shows_the_other(self, office: Office, client: Client) -> None:
        url = office.url("edit_template")
        client.post(url, template_form(name="甲", title_zh_hant="別人的", version=1))
        answer = client.post(url, template_form(name="乙", title_zh_hant="我的", version=1))
        assert answer.status_code == 422
        assert "我的" in answer.text
        assert "別人的" in answer.text
        assert 'name="version" value="2"' in answer.text
        client.post(url, template_form(name="乙", title_zh_hant="我的", version=2))
        assert [row.title["zh-hant"] for row in office.template.versions.order_by("number")][1:] == ["別人的", "我的"]

    def test_older_version_is_shown_as_it_was(self, office: Office, client: Client) -> None:
        client.post(office.url("edit_template"), template_form(version=1))
        page = client.get(office.url("template"), {"version": "1"}).text
        assert "{年月}安全檢查" in page
        assert client.get(office.url("template"), {"version": "9"}).status_code == 404

    def test_rule_of_its_own_is_kept_or_given_up(self, office: Office, client: Client) -> None:
        audience = create_audience(name="全體教師", rule=notices.STAFF, unit=None, actor=office.clerk)
        for version, whom in enumerate(("own", str(audience.pk), ""), start=1):
            client.post(office.url("edit_template"), template_form(version=version, whom=whom, ends_days=str(version)))
        rows = office.template.versions.order_by("number")[1:]
        assert [(row.audience != {}, row.saved_audience) for row in rows] == [
            (True, None),
            (False, audience),
            (False, None),
        ]

    def test_begun_once_and_opened_in_the_composer(self, office: Office, client: Client) -> None:
        form = {"form_token": "8c1f4a6e-0000-4000-8000-000000000002", "day": "2026-12-01"}
        answers = [client.post(office.url("start_from_template"), form) for _time in range(2)]
        notice = Notice.objects.get()
        assert {answer.url for answer in answers} == {reverse("notices:edit", args=[notice.pk])}
        assert notice.publish_at == local(2026, 12, 1, 9)
        page = client.get(answers[0].url).text
        assert 'value="2026年12月安全檢查"' in page
        check = client.get(reverse("notices:preview", args=[notice.pk])).text
        assert "取自範本「每月安全通知」第 1 版" in check

    def test_day_that_cannot_be_counted_is_said(self, office: Office, client: Client) -> None:
        CalendarYear.objects.filter(year=2027).delete()
        assert "2027 年" in client.get(office.url("try_template"), {"day": "2026-12-31"}).text
        answer = client.post(office.url("start_from_template"), {"day": "2026-12-31"}, follow=True)
        assert "2027" in answer.text
        assert not Notice.objects.exists()

    @pytest.mark.parametrize("day", ["", "nonsense", "2026-02-31", "9999-12-31", "0001-01-01"])
    def test_strange_day_is_today(self, office: Office, client: Client, day: str) -> None:
        assert client.get(office.url("try_template"), {"day": day}).context["day"] == TODAY.date()

    def test_draft_and_sent_notice_are_kept_as_templates(self, office: Office, client: Client) -> None:
        for name, notice in (("甲", notices.draft(office.clerk)), ("乙", notices.published(office.clerk))):
            answer = client.post(reverse("notices:save_template", args=[notice.pk]), {"name": name})
            row = NoticeTemplate.objects.get(name=name)
            assert answer.url == reverse("notices:edit_template", args=[row.pk])
            assert row.newest().title == notices.TITLE
        again = client.post(reverse("notices:save_template", args=[notice.pk]), {"name": "乙"}, follow=True)
        assert "已有同名的範本" in again.text

    def test_unit_secretary_keeps_it_for_the_unit(self, office: Office) -> None:
        client = signed_in(office.secretary)
        assert client.post(reverse("notices:create_template"), template_form()).status_code == 422  # no unit
        client.post(reverse("notices:create_template"), template_form(unit=office.unit.pk))
        assert NoticeTemplate.objects.get(name="新範本").unit == office.unit
        assert "新範本" in client.get(reverse("notices:templates")).text

    def test_in_use_by_a_series_it_stays(self, office: Office, client: Client) -> None:
        answer = client.post(office.url("retire_template"), follow=True)
        assert "仍有定期通知使用此範本" in answer.text
        office.template.refresh_from_db()
        assert office.template.is_active


class TestSeriesPages:
    def test_made_once_however_often_it_is_sent(self, office: Office, client: Client) -> None:
        form = series_form(office, form_token="8c1f4a6e-0000-4000-8000-000000000003")
        answers = [client.post(reverse("notices:create_series"), form) for _time in range(2)]
        row = Series.objects.get(name="每月")
        assert {answer.url for answer in answers} == {row.get_absolute_url()}
        assert (row.sender, row.waits_for_go, row.weekday, row.month_day) == (office.clerk, True, None, 5)

    @pytest.mark.parametrize(
        ("frequency", "expected"),
        [
            ("weekly", {"weekday": 0}),
            ("monthly", {"month_day": 5}),
            ("working_day", {"nth": 1}),
            ("yearly", {"month": 1, "month_day": 1}),
        ],
    )
    def test_only_what_the_way_needs_is_kept(
        self, office: Office, client: Client, frequency: str, expected: dict
    ) -> None:
        client.post(reverse("notices:create_series"), series_form(office, frequency=frequency))
        row = Series.objects.get(name="每月")
        names = ("weekday", "month_day", "month", "nth")
        assert {name: getattr(row, name) for name in names if getattr(row, name) is not None} == expected
        page = client.get(reverse("notices:edit_series", args=[row.pk]))
        assert page.context["form"].initial["frequency"] == frequency

    def test_dates_are_shown_before_saving(self, office: Office, client: Client) -> None:
        answer = client.post(reverse("notices:create_series"), series_form(office, **{"try": "1"}))
        assert (answer.status_code, Series.objects.count()) == (200, 1)
        days = [moment.day for moment, _why, _row in answer.context["next_dates"]]
        assert days[:3] == [date(2026, 9, 7), date(2026, 10, 8), date(2026, 11, 5)]
        assert "10月5日（週一）非工作日" in answer.text

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"month_day": ""}, "請指定日期"),
            ({"month_day": "32"}, "31"),
            ({"every": "0"}, "1"),
            ({"ends_on": "2026-08-01"}, "不得早於起始日期"),
            ({"starts_on": "0001-01-01"}, "日期相距太遠"),
            ({"ends_on": "9999-12-31"}, "日期相距太遠"),
            ({"frequency": "hourly"}, "hourly"),
            ({"template": "99999"}, "99999"),
            ({"publish_time": "25:00"}, "時刻"),
            ({"lead_days": "99"}, "20"),
        ],
    )
    def test_bad_form_is_told(self, office: Office, client: Client, wrong: dict, said: str) -> None:
        for more in ({}, {"try": "1"}):
            answer = client.post(reverse("notices:create_series"), series_form(office, **wrong, **more))
            assert answer.status_code == 422
            assert said in answer.text
        assert Series.objects.count() == 1

    def test_template_for_nobody_is_told(self, office: Office, client: Client) -> None:
        empty = made.template(office.clerk, "無對象", audience={})
        answer = client.post(reverse("notices:create_series"), series_form(office, template=empty.pk))
        assert "範本沒有指定發送對象" in answer.text

    def test_clash_keeps_mine(self, office: Office, client: Client) -> None:
        url = office.url("edit_series")
        client.post(url, series_form(office, name="甲", month_day="6", version=1))
        answer = client.post(url, series_form(office, name="乙", version=1))
        assert answer.status_code == 422
        assert "每月 6 日" in answer.text
        assert 'value="乙"' in answer.text

    def test_page_explains_each_date(self, office: Office, client: Client) -> None:
        page = client.get(office.url("one_series"))
        assert [(moment.day, why) for moment, why, _row in page.context["next_dates"]][:3] == [
            (date(2026, 9, 7), "9月5日（週六）非工作日"),
            (date(2026, 10, 8), "10月5日（週一）非工作日"),
            (date(2026, 11, 5), ""),
        ]
        assert page.context["rule"] == "每月 5 日"

    def test_page_says_which_calendar_is_missing(self, office: Office, client: Client) -> None:
        CalendarYear.objects.filter(year=2027).delete()
        page = client.get(office.url("one_series"))
        assert "尚未載入 2027 年工作日曆" in page.text
        assert len(page.context["next_dates"]) == 4

    def test_without_any_calendar_the_page_stands(self, office: Office, client: Client) -> None:
        CalendarYear.objects.all().delete()
        assert "尚未載入 2026 年工作日曆" in client.get(office.url("one_series")).text
        assert client.get(reverse("notices:series")).status_code == 200

    @pytest.mark.parametrize(
        ("name", "state"), [("pause_series", "paused"), ("end_series", "ended"), ("resume_series", "running")]
    )
    def test_second_time_changes_nothing(self, office: Office, client: Client, name: str, state: str) -> None:
        if name == "resume_series":
            client.post(office.url("pause_series"))
        client.post(office.url(name))
        office.series.refresh_from_db()
        entries, version = Entry.objects.about(office.series).count(), office.series.version
        client.post(office.url(name))
        office.series.refresh_from_db()
        assert (office.series.state, office.series.version) == (state, version)
        assert Entry.objects.about(office.series).count() == entries

    def test_leaving_out_a_date_asks_why(self, office: Office, client: Client) -> None:
        url = office.url("skip_date")
        client.post(url, {"date": "2026-10-05"})
        assert not office.series.occurrences.filter(date=date(2026, 10, 5)).exists()
        for _time in range(2):
            client.post(url, {"date": "2026-10-05", "reason": "國慶"})
        row = office.series.occurrences.get(date=date(2026, 10, 5))
        assert (row.state, row.decided_by) == (OccurrenceState.SKIPPED, office.clerk)
        assert "國慶" in client.get(office.url("one_series")).text
        answer = client.post(url, {"date": "2026-10-06", "reason": "x"}, follow=True)
        assert "沒有這個日期" in answer.text

    def test_who_takes_over_is_the_sender(self, office: Office) -> None:
        other = factories.clerk("接手")
        client = signed_in(other)
        for _time in range(2):
            client.post(office.url("take_over_series"))
        office.series.refresh_from_db()
        assert office.series.sender == other
        assert Entry.objects.about(office.series).filter(verb="taken_over").count() == 1

    def test_refused_date_is_tried_again_from_the_page(self, office: Office) -> None:
        office.clerk.posts.update(valid_to=date(2026, 8, 1))
        run_series(local(2026, 9, 3, 9))
        row = office.series.occurrences.get(state=OccurrenceState.REFUSED)
        client = signed_in(factories.director())
        page = client.get(office.url("one_series"))
        assert page.context["is_lost"]
        assert "已無發送通知的權限" in page.text
        answer = client.post(office.url("try_date_again"), {"occurrence": row.pk}, follow=True)
        assert "已無發送通知的權限" in answer.text
        client.post(office.url("take_over_series"))
        for _time in range(2):
            client.post(office.url("try_date_again"), {"occurrence": row.pk})
        assert Notice.objects.count() == 1
        assert client.post(office.url("try_date_again"), {"occurrence": "x"}).status_code == 404

    def test_ended_one_is_only_looked_at(self, office: Office, client: Client) -> None:
        Series.objects.update(state=SeriesState.ENDED)
        assert client.get(office.url("one_series")).status_code == 200
        assert client.get(office.url("edit_series")).status_code == 403


def asked(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        answer: HttpResponse = client.get(url)
    assert answer.status_code == 200
    return len(captured)


@pytest.mark.parametrize("name", ["templates", "series"])
def test_lists_ask_the_same_with_one_row_and_with_three(office: Office, client: Client, name: str) -> None:
    url = reverse(f"notices:{name}")
    one = asked(client, url)
    for number in "甲乙":
        row = made.template(office.clerk, number, unit=office.unit)
        made.series(office.clerk, at=now(), made_from=row, name=number, unit=office.unit)
    assert asked(client, url) == one


def test_page_of_a_series_asks_the_same_for_few_dates_and_many(office: Office, client: Client) -> None:
    run_series(local(2026, 9, 3, 9))
    few = asked(client, office.url("one_series"))
    for month in range(10, 13):
        run_series(local(2026, month, 20, 9) + timedelta(days=1))
    assert asked(client, office.url("one_series")) == few


def test_sender_without_a_role_sees_the_own_series_only(office: Office) -> None:
    Person.objects.get(pk=office.clerk.pk).posts.update(valid_to=date(2026, 8, 1))
    client = signed_in(Person.objects.get(pk=office.clerk.pk))
    assert client.get(office.url("one_series")).status_code == 200
    assert client.post(office.url("pause_series")).status_code == 403
