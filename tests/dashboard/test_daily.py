"""One message a day to each person with everything of documents and assignments that waits, on the morning of working
days.
"""

import pytest

from apps.assignments import services
from apps.assignments.models import Assignment
from apps.core.models import CalendarYear
from apps.dashboard.jobs import daily
from apps.dashboard.models import DailyWord
from apps.delivery.models import Delivery
from apps.people.enums import Role
from tests import factories
from tests.assignments import factories as make
from tests.assignments.conftest import college as college
from tests.assignments.factories import moment
from tests.jobs.moments import freeze


def run(monkeypatch, *place: int, month: int = 11) -> None:
    """The job as often as beat would start it within an hour."""
    freeze(monkeypatch, moment(*place, month=month))
    for _each in range(6):
        daily()


def words_to(person, language: str = "en") -> list[tuple[str, str]]:
    rows = Delivery.objects.filter(person=person, channel="portal", message__source="dashboard.daily")
    found = [row.message.texts.get(language=language) for row in rows.order_by("pk")]
    return [(text.subject, text.text) for text in found]


@pytest.fixture
def three(college):
    """Overdue, due today and due tomorrow, all with one teacher; one far off with nobody."""
    for title, due in (("一", moment(25, 17, 30)), ("二", moment(26, 17, 30)), ("三", moment(27, 17, 30))):
        row = make.given(college.clerk, college.units[:1], title=title, due_at=due)
        make.named(row, college.units[0], college.secretaries[0], college.teachers[0])
    make.given(college.clerk, college.units[1:2], title="四", due_at=moment(9, month=12))
    return college


def test_one_message_a_day_with_all_that_is_open(three, monkeypatch):
    run(monkeypatch, 26, 8, 5)
    ((subject, text),) = words_to(three.teachers[0])
    assert subject == "3 things wait for you (2026-11-26)"
    assert text == (
        "Overdue:\n· 一 · 甲系 · to report · 25 Nov 2026 (Wed) 17:30\n\n"
        "Due by next working day:\n· 二 · 甲系 · to report · 26 Nov 2026 (Thu) 17:30\n"
        "· 三 · 甲系 · to report · 27 Nov 2026 (Fri) 17:30"
    )
    assert [text for _subject, text in words_to(three.secretaries[0])] == [
        "Overdue:\n· 一 · 甲系 · to report, with 甲系教師 · 25 Nov 2026 (Wed) 17:30"
    ], "the clerk hears of late ones"
    assert words_to(three.secretaries[1]) == []
    run(monkeypatch, 27, 9)
    assert [subject for subject, _text in words_to(three.teachers[0])] == [
        "3 things wait for you (2026-11-26)",
        "3 things wait for you (2026-11-27)",
    ]
    assert DailyWord.objects.filter(person=three.teachers[0]).count() == 2


def test_in_both_scripts(three, monkeypatch):
    run(monkeypatch, 26, 8, 5)
    (hant,), (hans,) = words_to(three.teachers[0], "zh-hant"), words_to(three.teachers[0], "zh-hans")
    assert hant[0] == "您有 3 件事待辦 (2026-11-26)"
    assert hant[1].startswith("已逾期：\n· 一 · 甲系 · 待回報 · 11月25日（週三） 17:30\n\n下一工作日到期：")
    assert hans[0] == "您有 3 件事待办 (2026-11-26)"
    assert hans[1].startswith("已逾期：\n· 一 · 甲系 · 待回报 · 11月25日（周三） 17:30\n\n下一工作日到期：")


@pytest.mark.parametrize(
    ("place", "count"),
    [
        ((26, 7, 59), 0),
        ((26, 8, 0), 1),
        ((26, 11, 59), 1),
        ((26, 12, 0), 0),
        ((26, 15, 0), 0),
        ((28, 9), 0),
        ((30, 9), 1),
    ],
)
def test_only_on_the_morning_of_a_working_day(three, monkeypatch, place, count):
    run(monkeypatch, *place)
    assert len(words_to(three.teachers[0])) == count


def test_holidays_are_passed_over_and_make_up_days_are_not(college, monkeypatch):
    row = make.given(college.clerk, college.units[:1], at=moment(28, month=9), due_at=moment(30, 17, 30, month=9))
    make.named(row, college.units[0], college.secretaries[0], college.teachers[0], at=moment(28, month=9))
    for day, month in ((1, 10), (7, 10), (11, 10)):
        run(monkeypatch, day, 9, month=month)
    assert words_to(college.teachers[0]) == []
    for day in (8, 10):  # Saturday the 10th is worked
        run(monkeypatch, day, 9, month=10)
    assert len(words_to(college.teachers[0])) == 2


def test_due_on_the_working_day_after_the_holiday_is_told_before_it(college, monkeypatch):
    row = make.given(college.clerk, college.units[:1], at=moment(28, month=9), due_at=moment(8, 17, 30, month=10))
    make.named(row, college.units[0], college.secretaries[0], college.teachers[0], at=moment(28, month=9))
    run(monkeypatch, 29, 9, month=9)
    assert words_to(college.teachers[0]) == []
    run(monkeypatch, 30, 9, month=9)
    assert len(words_to(college.teachers[0])) == 1


def test_deputies_are_told_for_whom(three, monkeypatch):
    deputy = factories.person("代理", Role.STAFF, at=three.units[2])
    make.deputy(three.teachers[0], deputy, scope="tasks")
    run(monkeypatch, 26, 9)
    ((_subject, text),) = words_to(deputy)
    assert text.count("for 甲系教師") == 3


def test_the_level_above_is_told_of_reports_and_nobody_of_what_stands_still(college, monkeypatch):
    row = make.given(college.clerk, college.units[:1])
    make.confirmed(row, college.units[0], college.secretaries[0], college.heads[0])
    run(monkeypatch, 27, 9)
    ((_subject, text),) = words_to(college.clerk)
    assert "a report to accept" in text
    services.accept(part=make.of(row, college.units[0]), actor=college.clerk)
    run(monkeypatch, 30, 9)
    assert "all units are done: to close" in words_to(college.clerk)[1][1]
    services.close(assignment=Assignment.objects.get(pk=row.pk), actor=college.clerk)
    run(monkeypatch, 1, 9, month=12)
    assert len(words_to(college.clerk)) == 2


def test_year_without_calendar_says_nothing(three, monkeypatch):
    CalendarYear.objects.all().delete()
    run(monkeypatch, 26, 9)
    assert not DailyWord.objects.exists()
