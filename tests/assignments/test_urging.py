"""催辦: who may, whom it reaches, and how often."""

import pytest

from apps.assignments import services
from apps.assignments.services import UnableToUrge
from apps.assignments.services.urging import urged_in_week
from apps.journal.models import Entry
from apps.people.enums import Role
from apps.people.models import Person
from tests import factories
from tests.assignments import factories as make
from tests.assignments.factories import moment
from tests.notices import factories as board

URGED = f"Urged: {make.TITLE}"


@pytest.fixture
def row(college):
    return make.given(college.clerk, college.units[:2])


def test_reaches_who_has_it_now(college, row):
    lead = college.units[0]
    services.urge(part=make.of(row, lead), actor=college.clerk, at=moment(23, 10))
    make.named(row, lead, college.secretaries[0], college.teachers[0])
    services.urge(part=make.of(row, lead), actor=college.clerk, note="院長在等", at=moment(24))
    services.excuse(part=make.of(row, college.units[1]), actor=college.clerk, reason="不需要")
    services.report(part=make.of(row, lead), actor=college.teachers[0], text="好")
    services.urge(part=make.of(row, lead), actor=college.clerk, at=moment(25))
    for person, count in ((college.secretaries[0], 1), (college.teachers[0], 1), (college.heads[0], 1)):
        assert make.subjects_to(person).count(URGED) == count
    services.confirm(part=make.of(row, lead), actor=college.heads[0])
    with pytest.raises(UnableToUrge, match="nothing to hurry"):
        services.urge(part=make.of(row, lead), actor=college.clerk, at=moment(26))


def test_once_a_working_day_each_and_five_times_in_seven_days(college, row):
    part = make.of(row, college.units[0])
    services.urge(part=part, actor=college.clerk, at=moment(27, 16))
    for at in (moment(27, 17), moment(28), moment(29)):
        with pytest.raises(UnableToUrge, match="once a working day"):
            services.urge(part=part, actor=college.clerk, at=at)
    services.urge(part=part, actor=college.clerk, at=moment(30))
    for place in range(3):
        services.urge(part=part, actor=factories.clerk(f"科員{place}"), at=moment(30, 10))
    with pytest.raises(UnableToUrge, match="5 times"):
        services.urge(part=part, actor=college.director, at=moment(30, 11))
    services.urge(part=part, actor=college.director, at=moment(7, 12, month=12))


def test_only_by_who_waits_for_it(college, row):
    lead, helper = (make.of(row, unit) for unit in college.units[:2])
    for actor in (college.secretaries[1], college.heads[1], college.teachers[2]):
        with pytest.raises(UnableToUrge, match="may not urge"):
            services.urge(part=lead, actor=actor)
    services.urge(part=helper, actor=college.secretaries[0], at=moment(24))
    services.urge(part=lead, actor=factories.leader(), at=moment(24))
    assert Entry.objects.filter(verb="urged").count() == 2


def test_deputy_urges_with_both_names_and_a_paused_part_is_left_alone(college, row):
    head = college.heads[2]
    own = make.given(head, college.units[:1])
    deputy = factories.person("代理", Role.STAFF, at=college.units[1])
    make.deputy(head, deputy, scope="tasks")
    services.urge(part=make.of(own, college.units[0]), actor=deputy, at=moment(24))
    entry = Entry.objects.get(verb="urged")
    assert (entry.actor, entry.on_behalf_of) == (deputy, head)
    part = make.signed(own, college.units[0], college.secretaries[0])
    paper = board.published(college.clerk)
    services.pause(part=part, actor=college.secretaries[0], cause=paper, words="等函覆", at=moment(24))
    with pytest.raises(UnableToUrge, match="stands still"):
        services.urge(part=part, actor=head, at=moment(25))


def test_urging_that_would_reach_nobody_is_refused_and_counts_for_nothing(college):
    """A unit whose clerk has left, and one whose only clerk urges."""
    row = make.given(college.clerk, college.units[:1])
    part = make.signed(row, college.units[0], college.secretaries[0])
    Person.objects.filter(pk=college.secretaries[0].pk).update(is_active=False)
    office = factories.office()
    own = make.signed(make.given(college.clerk, [office]), office, college.clerk)
    for each in (part, own):
        with pytest.raises(UnableToUrge, match="Call the unit"):
            services.urge(part=each, actor=college.clerk, at=moment(24))
        assert urged_in_week(each, moment(25)) == 0
    factories.person("新秘書", Role.UNIT_SECRETARY, at=college.units[0])
    services.urge(part=part, actor=college.clerk, at=moment(24))
    assert urged_in_week(part, moment(25)) == 1
