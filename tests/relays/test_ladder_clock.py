"""The sweep with a clock that stands still: half a working day to sign, then the stand-in, then the phone list."""

from datetime import datetime

import pytest
from django.utils import timezone

from apps.core.calendar_years import create_office_calendar
from apps.core.models import CalendarDay, CalendarYear
from apps.journal.models import Entry
from apps.people.enums import Role
from apps.people.models import Deputy
from apps.relays import services
from apps.relays.enums import Rung
from apps.relays.jobs import sweep
from apps.relays.models import RelayLine
from apps.relays.work_items import for_user
from tests import factories
from tests.jobs.moments import freeze
from tests.relays import factories as make
from tests.relays.test_sweeps import local, texts_to

SECRETARY, STAND_IN, PHONE = Rung.SECRETARY, Rung.STAND_IN, Rung.PHONE


def started(college, at: datetime):
    """Out at this moment; the unit's secretary has a deputy."""
    deputy = factories.person("代理", Role.STAFF, at=college.units[0])
    make.deputy(college.secretaries[0], deputy, at=at)
    Deputy.objects.update(ends_at=at.replace(year=at.year + 1))
    return make.relayed(college.clerk, college.units[:1], at=at), deputy


def at_moment(monkeypatch, *parts: int) -> RelayLine:
    """The job runs at this moment; gives the unit as it stands then."""
    freeze(monkeypatch, local(*parts))
    sweep()
    return RelayLine.objects.select_related("stand_in", "unit").get()


@pytest.mark.parametrize(
    ("start", "steps"),
    [
        pytest.param(  # 8:00-12:00 and 14:00-17:30: four working hours from 10:00 are 16:00
            (2026, 11, 25, 10, 0),
            [
                ((2026, 11, 25, 13, 0), SECRETARY),
                ((2026, 11, 25, 15, 59), SECRETARY),
                ((2026, 11, 25, 16, 0), STAND_IN),
                ((2026, 11, 26, 10, 29), STAND_IN),
                ((2026, 11, 26, 10, 30), PHONE),
            ],
            id="over noon and a night",
        ),
        pytest.param(
            (2026, 11, 27, 16, 0),
            [
                ((2026, 11, 28, 10, 0), SECRETARY),
                ((2026, 11, 29, 10, 0), SECRETARY),
                ((2026, 11, 30, 10, 29), SECRETARY),
                ((2026, 11, 30, 10, 30), STAND_IN),
                ((2026, 11, 30, 16, 30), PHONE),
            ],
            id="over a weekend",
        ),
        pytest.param(  # 1 to 7 October 2026 are free
            (2026, 9, 30, 16, 0),
            [
                ((2026, 10, 1, 10, 0), SECRETARY),
                ((2026, 10, 7, 17, 0), SECRETARY),
                ((2026, 10, 8, 10, 30), STAND_IN),
                ((2026, 10, 8, 16, 30), PHONE),
            ],
            id="over the holiday",
        ),
        pytest.param(  # Saturday 10 October 2026 is worked, Sunday is not
            (2026, 10, 9, 16, 0),
            [
                ((2026, 10, 10, 10, 29), SECRETARY),
                ((2026, 10, 10, 10, 30), STAND_IN),
                ((2026, 10, 10, 16, 30), PHONE),
            ],
            id="on a make-up Saturday",
        ),
        pytest.param(  # told at night: counted from the next opening
            (2026, 11, 25, 23, 0),
            [((2026, 11, 26, 11, 59), SECRETARY), ((2026, 11, 26, 12, 0), STAND_IN), ((2026, 11, 27, 8, 30), PHONE)],
            id="told at night",
        ),
    ],
)
def test_steps(college, monkeypatch, start, steps):
    relay, deputy = started(college, local(*start))
    for moment, rung in steps:
        line = at_moment(monkeypatch, *moment)
        assert line.rung == rung, moment
        assert (line.stand_in == deputy) == (rung != SECRETARY)
        before = Entry.objects.count()
        sweep()
        assert Entry.objects.count() == before, "run twice it changes nothing"
    assert texts_to(deputy) == ["Please sign for 1 unit"]
    assert [item.key for item in for_user(college.clerk, at=timezone.now()) if item.key == "relays.phone"]
    services.sign(line=make.of(relay, college.units[0]), actor=college.secretaries[0])
    assert not RelayLine.objects.on_phone_list().exists()


def test_year_without_calendar_waits_and_goes_on_when_it_is_loaded(college, monkeypatch):
    """Told on the last working day of a year whose next is not loaded: nothing is guessed, nothing is lost."""
    CalendarYear.objects.filter(year=2027).delete()
    relay, deputy = started(college, local(2026, 12, 31, 16, 0))
    line = make.of(relay, college.units[0])
    assert (line.sign_due_at, line.next_at, line.rung) == (None, None, SECRETARY)
    assert at_moment(monkeypatch, 2027, 1, 8, 10, 0).sign_due_at is None
    CalendarDay.objects.filter(day__year=2027).delete()
    create_office_calendar(code="office", years=[2027])
    line = at_moment(monkeypatch, 2027, 1, 8, 10, 1)
    assert line.rung == STAND_IN, "the time was over, so the stand-in is asked at once"
    assert timezone.localtime(line.sign_due_at).year == 2027
    assert texts_to(deputy) == ["Please sign for 1 unit"]


def test_step_that_needs_the_missing_year_stays_where_it_is(college, monkeypatch):
    _relay, deputy = started(college, local(2026, 12, 31, 9, 0))
    CalendarYear.objects.filter(year=2027).delete()
    assert at_moment(monkeypatch, 2026, 12, 31, 17, 0).rung == SECRETARY, "when the stand-in's time ends is not known"
    assert texts_to(deputy) == []


def test_deputyship_that_ended_meanwhile_asks_the_next(college, monkeypatch):
    above = factories.person("院秘書", Role.UNIT_SECRETARY, at=factories.root_unit())
    _relay, deputy = started(college, local(2026, 11, 25, 10, 0))
    Deputy.objects.update(ends_at=local(2026, 11, 25, 15, 0))
    assert at_moment(monkeypatch, 2026, 11, 25, 16, 0).stand_in == above
    assert texts_to(deputy) == []


def test_stand_in_loses_the_unit_with_the_deputyship(college, monkeypatch):
    _relay, deputy = started(college, local(2026, 11, 25, 10, 0))
    line = at_moment(monkeypatch, 2026, 11, 25, 16, 0)
    assert RelayLine.objects.visible_to(deputy).exists()
    Deputy.objects.update(ends_at=local(2026, 11, 25, 15, 0))
    deputy = type(deputy).objects.get(pk=deputy.pk)  # the next request: what is kept on a user goes with it
    assert not RelayLine.objects.visible_to(deputy).exists()
    assert for_user(deputy, at=timezone.now()) == []
    with pytest.raises(services.UnableToSign):
        services.sign(line=line, actor=deputy)
