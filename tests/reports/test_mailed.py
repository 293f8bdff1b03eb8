"""The summary by mail: on the first working day, once to each person, in the words and figures of the page."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from apps.core.calendar import office_time
from apps.core.measure import Period
from apps.core.models import CalendarDay, CalendarVersion
from apps.delivery.enums import Channel, MessageClass
from apps.delivery.models import Delivery
from apps.delivery.sending import send_due
from apps.journal.models import Entry
from apps.people.models import Person
from apps.reports import jobs
from apps.reports.enums import Rhythm
from apps.reports.mail_words import KEY_FIGURES
from apps.reports.models import Edition, Subscription
from apps.reports.rhythms import Due, due_periods
from apps.reports.services import UnableToSubscribe, send_due_summaries, start_mails, stop_mails
from apps.reports.summary import build_summary
from apps.reports.templatetags.reports import figure_value
from apps.servicedesk.enums import RequestState
from tests import factories
from tests.delivery.conftest import Sink
from tests.delivery.conftest import sink as sink
from tests.jobs.moments import freeze
from tests.reports.factories import LONG_AGO, MONDAY, WEEK, at, kept, mails, periods, subscribed, words
from tests.servicedesk import factories as desk

pytestmark = pytest.mark.django_db
WEEKLY, MONTHLY = Rhythm.WEEKLY, Rhythm.MONTHLY


@pytest.fixture(autouse=True)
def _monday(monkeypatch: pytest.MonkeyPatch) -> None:
    freeze(monkeypatch, MONDAY)
    factories.calendar()


def closed(*days: date) -> None:
    version = CalendarVersion.objects.get()
    for day in days:
        CalendarDay.objects.update_or_create(version=version, day=day, defaults={"intervals": []})


# Which day


@pytest.mark.parametrize(
    ("today", "rhythm", "expected"),
    [
        (date(2026, 11, 9), WEEKLY, [(WEEK, date(2026, 11, 9))]),
        (date(2026, 11, 13), WEEKLY, [(WEEK, date(2026, 11, 9))]),  # made up, the server was off
        (date(2026, 11, 2), MONTHLY, [(Period(date(2026, 10, 1), date(2026, 10, 31)), date(2026, 11, 2))]),
        (date(2026, 11, 1), MONTHLY, []),  # a Sunday
        (date(2026, 10, 7), MONTHLY, []),  # the long holiday of October
        (date(2026, 10, 8), MONTHLY, [(Period(date(2026, 9, 1), date(2026, 9, 30)), date(2026, 10, 8))]),
        (date(2026, 1, 3), MONTHLY, []),
        (date(2026, 1, 4), MONTHLY, [(Period(date(2025, 12, 1), date(2025, 12, 31)), date(2026, 1, 4))]),  # make-up day
        (date(2026, 2, 20), WEEKLY, []),  # a whole week of holidays
        (
            date(2026, 2, 24),
            WEEKLY,
            [
                (Period(date(2026, 2, 9), date(2026, 2, 15)), date(2026, 2, 24)),
                (Period(date(2026, 2, 16), date(2026, 2, 22)), date(2026, 2, 24)),
            ],
        ),
    ],
)
def test_period_is_due_from_the_first_working_day_after_it(
    today: date, rhythm: Rhythm, expected: list[tuple[Period, date]]
) -> None:
    assert due_periods(rhythm, today, office_time()) == [Due(rhythm, period, day) for period, day in expected]


def test_make_up_saturday_can_be_the_first_working_day() -> None:
    closed(date(2026, 10, 8), date(2026, 10, 9))
    person = subscribed()

    assert [send_due_summaries(at=at(2026, 10, day)) for day in (8, 9, 10, 10, 12)] == [0, 0, 1, 0, 1]
    assert periods(person) == [
        (date(2026, 9, 28), date(2026, 10, 4)),
        (date(2026, 10, 5), date(2026, 10, 11)),
    ]


def test_year_without_a_calendar_goes_by_weekdays() -> None:
    due = due_periods(WEEKLY, date(2031, 3, 3), office_time())

    assert [each.day for each in due] == [date(2031, 3, 3)]


# To whom, how often


def test_goes_once_to_each_person_and_rhythm_however_often_it_runs() -> None:
    person, other = subscribed(), subscribed(factories.director(), MONTHLY)
    subscribed(person, MONTHLY)
    monday = at(2026, 2, 2)  # first working day of a week and of a month

    assert [send_due_summaries(at=monday + timedelta(hours=hours)) for hours in (0, 1, 30)] == [3, 0, 0]
    assert (len(mails(person)), len(mails(other))) == (2, 1)
    assert Edition.objects.count() == 2


def test_second_line_for_one_period_is_refused_by_the_database() -> None:
    person = subscribed()
    send_due_summaries(at=MONDAY)
    (row,) = mails(person)

    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(
            message=row.message, person=person, channel=Channel.MAIL, address="x@y.example", not_before=MONDAY
        )


def test_who_joins_after_the_day_begins_with_the_next_period() -> None:
    late = subscribed(since=at(2026, 11, 10, 15))

    assert send_due_summaries(at=at(2026, 11, 11)) == 0
    assert not Edition.objects.exists()
    assert send_due_summaries(at=at(2026, 11, 16)) == 1
    assert periods(late) == [(date(2026, 11, 9), date(2026, 11, 15))]


def test_who_lost_the_right_gets_nothing_and_begins_again_with_it() -> None:
    person = subscribed()
    person.posts.update(valid_to=date(2026, 11, 1))
    assert send_due_summaries(at=MONDAY) == 0

    person.posts.update(valid_to=None)
    Person.objects.filter(pk=person.pk).update(is_active=False)
    assert send_due_summaries(at=MONDAY) == 0

    Person.objects.filter(pk=person.pk).update(is_active=True)
    assert send_due_summaries(at=MONDAY) == 1


def test_stopped_one_gets_nothing_and_the_history_knows() -> None:
    person, director = factories.leader(), factories.director()
    row = start_mails(person=person, rhythm=WEEKLY, actor=director, at=LONG_AGO)
    start_mails(person=person, rhythm=WEEKLY, actor=person, at=LONG_AGO)
    for _n in range(2):
        stop_mails(subscription=row, actor=person, at=at(2026, 11, 5))
    assert send_due_summaries(at=MONDAY) == 0

    again = start_mails(person=person, rhythm=WEEKLY, actor=director, at=at(2026, 11, 9, 9))
    assert again == row
    assert send_due_summaries(at=at(2026, 11, 9, 10)) == 1
    lines = Entry.objects.about(row).order_by("pk").values_list("verb", "actor")
    assert list(lines) == [
        ("summary_started", director.pk),
        ("summary_stopped", person.pk),
        ("summary_started", director.pk),
    ]


@pytest.mark.parametrize("make", [factories.clerk, factories.administrator, factories.student])
def test_only_who_may_read_the_summary_can_be_given_it(make: Callable[[], Person]) -> None:
    with pytest.raises(UnableToSubscribe):
        start_mails(person=make(), rhythm=WEEKLY, actor=factories.director())

    assert not Subscription.objects.exists()


def test_person_without_address_has_it_in_the_portal() -> None:
    person = subscribed(factories.leader(mail=None))

    assert send_due_summaries(at=MONDAY) == 1
    assert list(Delivery.objects.filter(person=person).values_list("channel", flat=True)) == [Channel.PORTAL]


def test_job_reads_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A weekend, the night before, the day; and again the next day."""
    person = subscribed()
    sent = []
    for moment in (at(2026, 11, 7), at(2026, 11, 8, 23), MONDAY, at(2026, 11, 10)):
        freeze(monkeypatch, moment)
        jobs.send_summaries()
        sent.append([row.created_at for row in mails(person)])

    first = [at(2026, 11, 7)]  # the week before was never sent, and its week is not over
    assert sent == [first, first, [*first, MONDAY], [*first, MONDAY]]


# What it says


def filed_in_the_week() -> None:
    busy = desk.service("在讀證明")
    for state in (RequestState.SUBMITTED, RequestState.RESOLVED, RequestState.REFUSED):
        desk.request(state, of=busy, submitted_at=at(2026, 11, 4))


def test_words_have_the_figures_and_links_of_the_page() -> None:
    filed_in_the_week()
    subscribed()
    send_due_summaries(at=MONDAY)

    with override("zh-hant"):
        figures = {figure.now.code: figure for figure in build_summary(WEEK, at=MONDAY).figures}
        shown = [figures[code] for code in KEY_FIGURES if figures[code].now.value is not None]
        lines = [f"{figure.now.name}：{figure_value(figure.now)}" for figure in shown]
    text = words().text
    assert figures["received"].now.value == 3
    assert [line for line in lines if line not in text] == []
    for body in (text, words().html.replace("&amp;", "&")):
        assert [figure.now.code for figure in shown if f"{figure.now.rows_url}" not in body] == []
    assert "截至 11月9日（週一） 08:00" in text
    assert "沒有可報的事項" not in text
    assert reverse("reports:edition", args=["weekly", "2026-11-02"]) in text


def test_links_of_the_mail_open_exactly_the_rows(client: Client) -> None:
    filed_in_the_week()
    person = subscribed()
    send_due_summaries(at=MONDAY)
    with override("zh-hant"):
        (received,) = (f.now for f in build_summary(WEEK, at=MONDAY).figures if f.now.code == "received")
    assert received.rows_url in words().text

    assert client.get(received.rows_url).status_code == 302  # sign-in
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    assert len(client.get(received.rows_url).context["page"].rows) == received.value == 3


def test_what_was_sent_stays_as_it_was_counted() -> None:
    filed_in_the_week()
    subscribed()
    send_due_summaries(at=MONDAY)
    before = words().text
    desk.request(RequestState.SUBMITTED, of=desk.service("補登"), submitted_at=at(2026, 11, 5))
    subscribed(factories.director())
    send_due_summaries(at=at(2026, 11, 9, 15))

    assert words().text == before
    assert Edition.objects.get().made_at == MONDAY


def test_period_with_nothing_says_so() -> None:
    subscribed()
    send_due_summaries(at=MONDAY)

    assert "沒有可報的事項" in words().text
    assert "沒有可報的事項" in words().html


@pytest.mark.parametrize(
    ("language", "subject", "stop"),
    [
        ("zh-hant", "院領導匯總報表：11月2日（週一） – 11月8日（週日）", "本郵件每週寄送"),
        ("zh-hans", "院领导汇总报表：11月2日（周一） – 11月8日（周日）", "本邮件每周发送"),
        ("en", "Summary for the college leaders: 2 Nov 2026 (Mon) – 8 Nov 2026 (Sun)", "You get this each week"),
    ],
)
def test_mail_comes_in_the_persons_language_with_the_pdf(sink: Sink, language: str, subject: str, stop: str) -> None:
    filed_in_the_week()
    person = subscribed(factories.leader("陳院長", language=language))
    send_due_summaries(at=MONDAY)
    assert send_due("notice").mails == 1

    (mail,) = sink.mails()
    assert (mail["Subject"], mail["To"].addresses[0].addr_spec) == (subject, person.email)
    plain, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert stop in plain
    assert stop in html
    assert "陳院長" in plain.splitlines()[0]
    (file,) = mail.iter_attachments()
    assert (file.get_content_type(), file.get_filename()) == ("application/pdf", "summary-20261102-20261108.pdf")
    content = file.get_content()
    assert content.startswith(b"%PDF")
    assert content == kept(language)
    assert Edition.objects.get().message.message_class == MessageClass.OPTIONAL
