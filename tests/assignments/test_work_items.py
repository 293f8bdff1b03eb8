"""What stands on dashboards: for each person the things that wait, once, under the right heading, with its button."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.assignments import services
from apps.assignments.work_items import for_user
from apps.core.work_item import Section
from apps.people.enums import Role
from apps.people.models import Post
from tests import factories
from tests.assignments import factories as make
from tests.assignments.factories import moment
from tests.notices import factories as board
from tests.replies.test_views import signed_in


def items(person, at=None) -> list[tuple[str, str, str]]:
    """(section, who, why), in their order."""
    found = for_user(make.afresh(person), at=at or moment(23, 10))
    return [(item.section, item.who, item.reason) for item in found]


@pytest.fixture
def row(college):
    return make.given(college.clerk, college.units[:2])


def test_each_step_waits_for_the_right_person(college, row):
    lead, secretary, teacher, head = college.units[0], college.secretaries[0], college.teachers[0], college.heads[0]
    services.excuse(part=make.of(row, college.units[1]), actor=college.clerk, reason="不需要")
    assert items(secretary) == [(Section.MINE, "甲系", "to sign for")]
    make.signed(row, lead, secretary)
    assert items(secretary) == [(Section.MINE, "甲系", "to name who does it")]
    services.name_person(part=make.of(row, lead), actor=secretary, person=teacher)
    assert (items(secretary), items(teacher)) == ([], [(Section.MINE, "甲系", "to report")])
    services.report(part=make.of(row, lead), actor=teacher, text="好")
    assert (items(teacher), items(head)) == ([], [(Section.DECIDE, "甲系", "a report to confirm")])
    services.confirm(part=make.of(row, lead), actor=head)
    assert (items(head), items(college.clerk)) == ([], [(Section.DECIDE, "甲系", "a report to accept")])
    services.give_back(part=make.of(row, lead), actor=college.clerk, note="缺")
    assert items(teacher) == [(Section.MINE, "甲系", "the report came back")]
    services.report(part=make.of(row, lead), actor=teacher, text="好")
    services.confirm(part=make.of(row, lead), actor=head)
    services.accept(part=make.of(row, lead), actor=college.clerk)
    assert items(college.clerk) == [(Section.MINE, college.clerk.name, "all units are done: to close")]
    services.close(assignment=row, actor=college.clerk)
    assert items(college.clerk) == []


def test_soon_late_and_standing_still(college, row):
    part = make.signed(row, college.units[0], college.secretaries[0])
    assert items(college.secretaries[0], moment(26, 10))[0][0] == Section.SOON
    assert items(college.secretaries[0], moment(28, 10))[0][0] == Section.OVERDUE
    assert items(college.director, moment(28, 10)) == [(Section.OVERDUE, "", "2 units are late")]
    assert items(college.clerk, moment(28, 10)) == [(Section.OVERDUE, "", "2 units are late")], "who gave it"
    assert items(factories.clerk("科員乙"), moment(28, 10)) == []
    services.pause(
        part=part, actor=college.secretaries[0], cause=board.published(college.clerk), words="等", at=moment(24)
    )
    assert items(college.secretaries[0], moment(28, 10))[0][0] == Section.WAITING
    assert items(college.director, moment(28, 10)) == [(Section.OVERDUE, "", "1 unit is late")]


def test_helpers_report_waits_for_the_lead_and_wishes_for_who_set_the_day(college, row):
    make.confirmed(row, college.units[1], college.secretaries[1], college.heads[1])
    assert (Section.DECIDE, "乙系", "a report to accept") in items(college.secretaries[0])
    assert items(college.clerk) == []
    make.signed(row, college.units[0], college.secretaries[0])
    services.ask_extension(
        part=make.of(row, college.units[0]), actor=college.secretaries[0], until=moment(30), reason="不及"
    )
    assert items(college.clerk) == [(Section.DECIDE, "甲系", "asks for more time")]


def test_deputies_and_units_without_a_head(college, row):
    deputy = factories.person("代理", Role.STAFF, at=college.units[2])
    make.deputy(college.secretaries[1], deputy, scope="tasks")
    assert items(deputy) == [(Section.MINE, "乙系", "to sign for, for 乙系秘書")]
    Post.objects.filter(role=Role.UNIT_HEAD, unit=college.units[1]).delete()
    make.reported(row, college.units[1], college.secretaries[1])
    assert items(college.secretaries[1]) == [(Section.DECIDE, "乙系", "a report to confirm")]


def test_who_wrote_or_confirmed_it_is_not_asked_to_accept(college):
    office = factories.office()
    row = make.given(college.clerk, [office])
    make.signed(row, office, college.clerk)
    services.report(part=make.of(row, office), actor=college.clerk, text="好")
    services.confirm(part=make.of(row, office), actor=college.director)
    assert (items(college.clerk), items(college.director)) == ([], [])
    assert items(factories.clerk("科員乙")) == [(Section.DECIDE, "學院辦公室", "a report to accept")]


def test_units_to_call_stand_once(college, row):
    for at in (moment(24, 16), moment(25, 16)):
        services.climb(at)
    assert items(college.clerk)[-1] == (Section.STUCK, "", "2 units to call")


def test_buttons_on_the_dashboard_work(college, row):
    client = signed_in(college.secretaries[0])
    page = client.get(reverse("dashboard:home")).content.decode()
    url = reverse("assignments:sign", args=[make.of(row, college.units[0]).pk])
    assert url in page
    answer = client.post(url, {"next": reverse("dashboard:home")})
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("dashboard:home"))


def test_as_many_queries_for_many(college, row):
    def asked(person) -> int:
        again = make.afresh(person)
        with CaptureQueriesContext(connection) as queries:
            for_user(again, at=moment(28, 10))
        return len(queries)

    people = (college.clerk, college.director, college.secretaries[0], college.heads[0])
    before = [asked(person) for person in people]
    for _each in range(3):
        made = make.given(factories.clerk("科員"), college.units)
        make.reported(made, college.units[1], college.secretaries[1])
        make.confirmed(made, college.units[2], college.secretaries[2], college.heads[2])
    assert [asked(person) for person in people] == before
