"""Not signed in half a working day: the stand-in, then the phone list; calls are kept as evidence. With a clock that
stands still.
"""

import pytest
from django.db import InternalError, transaction

from apps.assignments import services
from apps.assignments.enums import PartState, Rung, SignedHow
from apps.assignments.jobs import sweep
from apps.assignments.models import Call, Part
from apps.assignments.services import UnableToSign
from apps.core.models import CalendarYear
from apps.journal.models import Entry
from apps.notices.enums import CallOutcome
from apps.people.enums import ContactKind, Role
from apps.people.models import ContactPoint, Post
from tests import factories
from tests.assignments import factories as make
from tests.assignments.factories import moment
from tests.jobs.moments import freeze

CLERK, STAND_IN, PHONE = Rung.CLERK, Rung.STAND_IN, Rung.PHONE


def at_moment(monkeypatch, *parts: int, month: int = 11) -> Part:
    """The job runs at this moment, twice; gives the part as it stands then."""
    freeze(monkeypatch, moment(*parts, month=month))
    sweep()
    sweep()
    return Part.objects.select_related("stand_in", "unit").get()


@pytest.mark.parametrize(
    ("start", "steps"),
    [
        pytest.param(  # 8:00-12:00 and 14:00-17:30: four working hours from 10:00 are 16:00
            moment(25, 10),
            [((25, 15, 59), CLERK), ((25, 16, 0), STAND_IN), ((26, 10, 29), STAND_IN), ((26, 10, 30), PHONE)],
            id="over noon and a night",
        ),
        pytest.param(
            moment(27, 16),
            [((28, 10), CLERK), ((30, 10, 29), CLERK), ((30, 10, 30), STAND_IN), ((30, 16, 30), PHONE)],
            id="over a weekend",
        ),
    ],
)
def test_steps(college, monkeypatch, start, steps):
    deputy = factories.person("代理", Role.STAFF, at=college.units[1])
    make.deputy(college.secretaries[0], deputy, scope="tasks")
    freeze(monkeypatch, start)
    make.given(college.clerk, college.units[:1], at=start, due_at=moment(9, month=12))
    for place, rung in steps:
        assert at_moment(monkeypatch, *place).rung == rung, place
    assert Part.objects.get().stand_in == deputy
    assert make.subjects_to(deputy).count(f"Please sign for 甲系: {make.TITLE}") == 1


@pytest.mark.parametrize(
    ("start", "steps"),
    [
        pytest.param((30, 16, 9), [((7, 17, 10), CLERK), ((8, 10, 30), STAND_IN), ((8, 16, 30), PHONE)], id="holiday"),
        # Saturday 10 October 2026 is worked, Sunday is not.
        pytest.param(
            (9, 16, 10), [((10, 10, 29), CLERK), ((10, 10, 30), STAND_IN), ((10, 16, 30), PHONE)], id="made up"
        ),
    ],
)
def test_steps_over_holidays_and_make_up_days(college, monkeypatch, start, steps):
    factories.person("學院秘書", Role.UNIT_SECRETARY, at=factories.root_unit())
    day, hour, month = start
    freeze(monkeypatch, moment(day, hour, month=month))
    make.given(college.clerk, college.units[:1], at=moment(day, hour, month=month))
    for place, rung in steps:
        assert at_moment(monkeypatch, *place, month=10).rung == rung, place


def test_nobody_looks_after_the_unit_so_it_is_called_at_once(college, monkeypatch):
    Post.objects.filter(unit=college.units[0], role=Role.UNIT_SECRETARY).delete()
    make.given(college.clerk, college.units[:1])
    assert at_moment(monkeypatch, 23, 9, 1).rung == PHONE


def test_year_without_calendar_waits_and_starts_when_it_is_there(college, monkeypatch):
    years = list(CalendarYear.objects.values())
    CalendarYear.objects.all().delete()
    make.given(college.clerk, college.units[:1])
    part = at_moment(monkeypatch, 24, 9)
    assert (part.rung, part.next_at) == (CLERK, None)
    CalendarYear.objects.bulk_create(CalendarYear(**year) for year in years)
    assert at_moment(monkeypatch, 24, 10).rung == STAND_IN or Part.objects.get().rung == PHONE


def on_the_phone_list(college, monkeypatch) -> Part:
    make.given(college.clerk, college.units[:1])
    for place in ((24, 16), (25, 16)):
        part = at_moment(monkeypatch, *place)
    assert part.rung == PHONE
    return part


def test_call_in_vain_is_evidence_and_the_unit_is_still_to_sign(college, monkeypatch):
    part, secretary = on_the_phone_list(college, monkeypatch), college.secretaries[0]
    ContactPoint.objects.create(person=secretary, kind=ContactKind.PHONE, value="0912000111")
    assert services.to_call([Part.objects.select_related("assignment", "unit", "stand_in").get()], moment(25, 16)) == {
        part.pk: [(secretary, ["0912000111"])]
    }
    services.call(part=part, actor=college.clerk, outcome=CallOutcome.NO_ANSWER, person=secretary, note="無人接聽")
    call = Call.objects.get()
    assert (call.outcome, call.person, call.by, call.note) == (
        CallOutcome.NO_ANSWER,
        secretary,
        college.clerk,
        "無人接聽",
    )
    assert Part.objects.get().state == PartState.WAITING
    with pytest.raises(InternalError), transaction.atomic():
        Call.objects.update(outcome=CallOutcome.TOLD)
    for actor, person, words in (
        (college.secretaries[1], None, "for the office"),
        (college.clerk, college.secretaries[1], "does not look after"),
    ):
        with pytest.raises(UnableToSign, match=words):
            services.call(part=part, actor=actor, outcome=CallOutcome.NO_ANSWER, person=person)


def test_signed_by_phone_keeps_both_names(college, monkeypatch):
    part, secretary = on_the_phone_list(college, monkeypatch), college.secretaries[0]
    services.sign_by_phone(part=part, actor=college.clerk, person=secretary, note="收到")
    part = Part.objects.get()
    assert (part.state, part.signed_by, part.signed_for, part.signed_how) == (
        PartState.SIGNED,
        college.clerk,
        secretary,
        SignedHow.PHONE,
    )
    assert Call.objects.get().outcome == CallOutcome.TOLD
    entry = Entry.objects.about(part).get(verb="signed_by_phone")
    assert (entry.actor, entry.on_behalf_of) == (college.clerk, secretary)
    with pytest.raises(UnableToSign, match="signed meanwhile"):
        services.call(part=part, actor=college.clerk, outcome=CallOutcome.NO_ANSWER)


def test_secretary_of_the_unit_above_signs_when_asked(college, monkeypatch):
    above = factories.person("學院秘書", Role.UNIT_SECRETARY, at=factories.root_unit())
    make.given(college.clerk, college.units[:1])
    with pytest.raises(UnableToSign):
        services.sign(part=Part.objects.get(), actor=above)
    part = at_moment(monkeypatch, 23, 16)
    assert part.stand_in == above
    services.sign(part=part, actor=make.afresh(above))
    assert Part.objects.get().signed_by == above
