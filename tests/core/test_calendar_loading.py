"""Years of the calendar brought in by hand."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.core.calendar import current_version, office_time
from apps.core.calendar_loading import UnableToLoadYear, read_days
from apps.core.calendar_years import holiday_name
from apps.core.models import CalendarYear
from tests import factories

pytestmark = pytest.mark.django_db
NEXT = "day,working,name\n2027-01-01,no,元旦\n2027-01-02,no,\n2027-01-03,yes,元旦\n"


@pytest.fixture(autouse=True)
def calendar() -> None:
    factories.calendar()


@pytest.fixture
def days(tmp_path: Path):
    def written(text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "days.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return written


def load(*args: object, **options: object) -> str:
    out = StringIO()
    call_command("load_calendar_year", *args, stdout=out, **options)
    return out.getvalue()


def test_file_replaces_a_provisional_year_and_says_what_changed(days) -> None:
    assert CalendarYear.objects.get(year=2027).provisional

    said = load(2027, file=days(NEXT))

    mark = CalendarYear.objects.get(year=2027)
    assert (mark.provisional, mark.source) == (False, "file days.csv")
    assert "2027-01-03 Sun: as its weekday -> worked" in said
    assert "2027-10-01 Fri: closed -> as its weekday" in said
    assert "2027-01-01" not in said  # closed before and after
    time = office_time()
    assert [time.is_working_day(date(2027, 1, day)) for day in (1, 2, 3, 4)] == [False, False, True, True]


def test_known_year_is_refused(days) -> None:
    with pytest.raises(CommandError, match="new-version"):
        load(2026)

    assert current_version().number == 1


def test_new_version_changes_a_known_year_and_leaves_the_old_version(days) -> None:
    old = current_version()
    before = old.days.count()

    load(2026, file=days("day,working,name\n2026-11-23,no,校慶\n"), new_version=True)

    new = current_version()
    assert (new.number, old.days.count()) == (2, before)
    assert not office_time().is_working_day(date(2026, 11, 23))
    assert set(new.years.values_list("year", flat=True)) == {2025, 2026, 2027}
    assert new.days.filter(day__year=2025).count() == old.days.filter(day__year=2025).count()


def test_year_that_the_package_does_not_know_needs_a_file() -> None:
    with pytest.raises(CommandError, match="--file"):
        load(2027)
    with pytest.raises(CommandError, match="--file"):
        load(2031)

    assert CalendarYear.objects.get(year=2027).provisional


def test_failed_new_version_leaves_none() -> None:
    with pytest.raises(CommandError):
        load(2027, new_version=True, file=Path("/nowhere.csv"))

    assert current_version().number == 1


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("day,working,name\n2027-13-01,no,x\n", "line 2"),
        ("day,working,name\n2026-01-01,no,x\n", "not in 2027"),
        ("day,working,name\n2027-01-01,perhaps,x\n", "neither yes nor no"),
        ("day,working,name\n2027-01-01,no,x\n2027-01-01,yes,x\n", "twice"),
        ("day,working\n2027-01-01,no\n", "columns"),
        ("day,working,name\n", "no days"),
    ],
)
def test_wrong_file_changes_nothing(days, text: str, why: str) -> None:
    before = list(current_version().days.values_list("day", "intervals"))

    with pytest.raises(CommandError, match=why):
        load(2027, file=days(text))

    assert list(current_version().days.values_list("day", "intervals")) == before


def test_file_in_another_encoding_is_told(days) -> None:
    with pytest.raises(UnableToLoadYear, match="UTF-8"):
        read_days(days(NEXT, "gb18030"), 2027)


def test_file_with_mark_and_chinese_words_is_read(days) -> None:
    found = read_days(days("day,working,name\n2027-02-06,休,春节\n2027-02-14,上班,\n", "utf-8-sig"), 2027)

    assert found == [(date(2027, 2, 6), False, "春节"), (date(2027, 2, 14), True, "")]


def test_unknown_calendar_and_year_are_told() -> None:
    with pytest.raises(CommandError, match="no calendar"):
        load(2027, calendar="moon")
    with pytest.raises(CommandError, match="no year"):
        load(20270)


def test_holiday_is_named_in_all_languages_whichever_it_came_in() -> None:
    assert holiday_name("国庆节") == holiday_name("National Day") == holiday_name("國慶節")
    assert holiday_name("校慶") == {"en": "校慶", "zh-hans": "校慶", "zh-hant": "校慶"}
    assert holiday_name("") == {}


@pytest.mark.parametrize("kind", ["calendar", "calendarversion", "calendaryear", "calendarday"])
def test_administration_site_shows_calendars_and_changes_nothing(client, kind: str) -> None:
    client.force_login(
        factories.administrator(is_staff=True, is_superuser=True), backend="django.contrib.auth.backends.ModelBackend"
    )

    assert client.get(f"/admin/core/{kind}/").status_code == 200
    assert client.get(f"/admin/core/{kind}/add/").status_code == 403
