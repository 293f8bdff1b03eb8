"""Two at once: one wins, the other is told or finds it done; what the tree promises holds."""

import pytest

from apps.assignments import services
from apps.assignments.enums import PartState
from apps.assignments.models import Part, Verdict
from apps.assignments.services import PartWanted
from apps.dashboard.daily import tell_of_the_day
from apps.dashboard.models import DailyWord
from apps.delivery.models import Delivery
from apps.journal.models import Entry
from apps.people.enums import Role
from tests import factories
from tests.assignments import factories as make
from tests.assignments.conftest import College, build
from tests.assignments.factories import NINE, moment
from tests.jobs.moments import freeze
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def college(transactional_db, monkeypatch) -> College:
    freeze(monkeypatch, NINE)
    return build()


def kinds(results: list[object]) -> list[str]:
    return sorted(type(each).__name__ for each in results)


def test_two_accept_at_once(college):
    row = make.given(college.clerk, college.units[:1])
    part = make.confirmed(row, college.units[0], college.secretaries[0], college.heads[0])
    people = (college.clerk, college.director)
    results = at_once(*(lambda actor=actor: services.accept(part=part, actor=actor) for actor in people))
    assert kinds(results) == ["Part", "Part"]
    assert Verdict.objects.filter(kind="accepted").count() == 1
    assert Entry.objects.about(part).filter(verb="report_accepted").count() == 1


def test_one_accepts_and_one_returns(college):
    row = make.given(college.clerk, college.units[:1])
    part = make.confirmed(row, college.units[0], college.secretaries[0], college.heads[0])
    results = at_once(
        lambda: services.accept(part=part, actor=college.clerk),
        lambda: services.give_back(part=part, actor=college.director, note="缺附件"),
    )
    assert kinds(results) == ["Part", "UnableToDecide"]
    assert Verdict.objects.exclude(kind="confirmed").count() == 1


def test_two_sign_at_once(college):
    row = make.given(college.clerk, college.units[:1])
    other = factories.person("另一位秘書", Role.UNIT_SECRETARY, at=college.units[0])
    part = make.of(row, college.units[0])
    first, second = at_once(
        lambda: services.sign(part=part, actor=college.secretaries[0]), lambda: services.sign(part=part, actor=other)
    )
    assert first.signed_by == second.signed_by
    assert Entry.objects.about(part).filter(verb="signed_for").count() == 1


def test_report_while_it_is_passed_down_or_a_unit_is_added(college):
    """Either the report came first and nothing is below, or something is below and there is no report."""
    below = factories.unit("教研室", parent=college.units[0])
    row = make.given(college.clerk, college.units[:1])
    part = make.signed(row, college.units[0], college.secretaries[0])
    results = at_once(
        lambda: services.report(part=part, actor=college.secretaries[0], text="好"),
        lambda: services.pass_down(part=part, actor=college.secretaries[0], parts=[PartWanted(below)]),
        lambda: services.add_part(assignment=row, part=PartWanted(college.units[1]), actor=college.clerk),
    )
    is_reported = make.of(row, college.units[0]).state == PartState.REPORTED
    assert is_reported == (row.parts.count() == 1), results


def test_two_leads_at_once_are_one(college):
    row = make.given(college.clerk, college.units)
    results = at_once(
        lambda: services.change_lead(assignment=row, unit=college.units[1], reason="改", actor=college.clerk),
        lambda: services.change_lead(assignment=row, unit=college.units[2], reason="改", actor=college.director),
    )
    assert kinds(results) == ["Assignment", "Assignment"]
    assert Part.objects.filter(assignment=row, role="lead").count() == 1


def test_closed_while_a_unit_is_added(college):
    row = make.given(college.clerk, college.units[:1])
    make.confirmed(row, college.units[0], college.secretaries[0], college.heads[0])
    services.accept(part=make.of(row, college.units[0]), actor=college.clerk)
    results = at_once(
        lambda: services.close(assignment=row, actor=college.clerk),
        lambda: services.add_part(assignment=row, part=PartWanted(college.units[1]), actor=college.director),
    )
    assert kinds(results) == ["Assignment", "UnableToGive"]


def test_reminded_by_two_workers_once(college):
    row = make.given(college.clerk, college.units[:1])
    make.named(row, college.units[0], college.secretaries[0], college.teachers[0])
    results = at_once(*(lambda: tell_of_the_day(moment(27, 8, 5)) for _each in range(3)))
    assert sorted(results) == [0, 0, 1]
    assert DailyWord.objects.filter(things__gt=0).count() == 1
    sent = Delivery.objects.filter(person=college.teachers[0], message__source="dashboard.daily")
    assert sent.filter(channel="portal").count() == 1


def test_wish_granted_and_refused_at_once(college):
    row = make.given(college.clerk, college.units[:1])
    part = make.signed(row, college.units[0], college.secretaries[0])
    services.ask_extension(part=part, actor=college.secretaries[0], until=moment(30), reason="不及")
    results = at_once(
        lambda: services.grant_extension(part=part, actor=college.clerk),
        lambda: services.refuse_extension(part=part, actor=college.director, note="不行"),
    )
    assert kinds(results) == ["Extension", "UnableToExtend"]
