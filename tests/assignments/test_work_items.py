"""What stands on dashboards: for each person the things that wait, once, under the right heading, with its button."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from apps.assignments import services, work_items
from apps.assignments.models import Part
from apps.assignments.supervision import NOBODY, Asked, rows_of
from apps.core.measure import Period
from apps.core.work_item import Section, WorkItem
from apps.dashboard.sources import SOURCES
from apps.people.enums import Role
from apps.people.models import Person, Post
from tests import factories
from tests.assignments import factories as make
from tests.assignments.factories import moment
from tests.jobs.moments import freeze
from tests.notices import factories as board
from tests.replies.test_views import signed_in

NOVEMBER = Period(moment(1).date(), moment(30).date())


def for_user(person, *, at) -> list[WorkItem]:
    """In English also after a page was asked for in another language."""
    with translation.override("en"):
        return work_items.for_user(person, at=at)


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
    assert items(college.director, moment(28, 10)) == [
        (Section.OVERDUE, "", "1 unit is late"),
        (Section.WAITING, "", "1 clock stands still"),
    ]


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
    assert any(getattr(source, "__name__", "") for source in SOURCES)
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


def gone(*people) -> None:
    Person.objects.filter(pk__in=[person.pk for person in people]).update(is_active=False)


def stuck(college) -> list[str]:
    """The units in whose part nobody is left, as the list shows them; the dashboard counts as many."""
    clerk = make.afresh(college.clerk)
    found = [str(part.unit) for part in rows_of(Asked(NOBODY, NOVEMBER), clerk, moment(24)).order_by("pk")]
    words = {1: "1 unit with nobody"}.get(len(found), f"{len(found)} units with nobody")
    lines = [item.reason for item in for_user(clerk, at=moment(24)) if item.key == "assignments.nobody"]
    assert lines == ([words] if found else [])
    return found


def test_who_is_named_has_left_so_the_clerk_names_another(college, row):
    make.named(row, college.units[0], college.secretaries[0], college.teachers[0])
    gone(college.teachers[0])
    assert items(college.secretaries[0]) == [(Section.MINE, "甲系", "to name who does it")]
    page = signed_in(college.secretaries[0]).get(make.of(row, college.units[0]).get_absolute_url()).content.decode()
    assert "Who in your unit does it?" in page
    assert stuck(college) == []
    gone(college.secretaries[0])
    assert stuck(college) == ["甲系"]


def test_who_stands_in_has_it_to_the_end(college, row):
    """In a unit with neither clerk nor head, which lies below one that has a clerk."""
    upper = factories.person("上級秘書", Role.UNIT_SECRETARY, at=college.units[0])
    unit = factories.unit("教研室", parent=college.units[0])
    made = make.given(college.clerk, [unit])
    gone(college.secretaries[0])
    services.climb(moment(24, 16))
    part = make.of(made, unit)
    assert part.stand_in == upper
    assert (Section.MINE, "教研室", "to sign for") in items(upper)
    services.sign(part=part, actor=make.afresh(upper), at=moment(24))
    assert (Section.MINE, "教研室", "to name who does it") in items(upper)
    services.report(part=part, actor=make.afresh(upper), text="好", at=moment(24))
    assert (Section.DECIDE, "教研室", "a report to confirm") in items(upper)
    assert stuck(college) == []
    other = factories.person("代理人", Role.STAFF, at=college.units[2])
    upper.posts.update(valid_to=moment(1).date())
    assert (items(upper), stuck(college)) == ([], ["教研室"]), "looks after no unit above any more"
    Part.objects.filter(pk=part.pk).update(stand_in=other)
    colleague = factories.person("上級秘書二", Role.UNIT_SECRETARY, at=college.units[0])
    assert stuck(college) == ["教研室"]
    make.deputy(colleague, other, scope="tasks")
    assert stuck(college) == []
    assert (Section.DECIDE, "教研室", "a report to confirm") in items(other)


def test_clerk_left_after_signing_so_the_office_is_told(college, row):
    make.signed(row, college.units[0], college.secretaries[0])
    make.reported(row, college.units[1], college.secretaries[1])
    gone(college.secretaries[0])
    assert stuck(college) == ["甲系"], "the head of the other has its report"
    gone(college.secretaries[1], college.heads[1])
    assert stuck(college) == ["甲系", "乙系"]
    page = signed_in(college.clerk).get(reverse("assignments:supervision"), {"show": NOBODY})
    assert len(page.context["rows"]) == 2


def test_helpers_report_that_nobody_of_the_lead_may_accept_is_stuck(college):
    row = make.given(college.clerk, college.units[:2])
    make.confirmed(row, college.units[1], college.secretaries[1], college.heads[1])
    assert stuck(college) == []
    gone(college.secretaries[0])
    assert stuck(college) == [], "its head is there"
    gone(college.heads[0])
    assert stuck(college) == ["乙系"]


def test_report_whose_author_is_alone_in_the_unit_above_is_stuck(college):
    """The clerk of both units wrote it, the head of both confirmed it."""
    for person, role in ((college.secretaries[1], Role.UNIT_SECRETARY), (college.heads[1], Role.UNIT_HEAD)):
        factories.post(person, role, at=college.units[0])
    gone(college.secretaries[0], college.heads[0])
    row = make.given(college.clerk, college.units[:2])
    make.confirmed(row, college.units[1], make.afresh(college.secretaries[1]), make.afresh(college.heads[1]))
    assert stuck(college) == ["乙系"]
    factories.person("新秘書", Role.UNIT_SECRETARY, at=college.units[0])
    assert stuck(college) == []


def test_whoever_set_the_day_knows_that_the_clock_stands_still(college):
    """Who gave it, and the unit that passed it down; each line opens its rows."""
    row = make.given(college.heads[2], college.units[:1])
    part = make.signed(row, college.units[0], college.secretaries[0])
    below = factories.unit("教研室", parent=college.units[0])
    clerk = factories.person("教研室秘書", Role.UNIT_SECRETARY, at=below)
    services.pass_down(part=part, actor=college.secretaries[0], parts=[services.PartWanted(below)], at=moment(23))
    child = make.signed(row, below, clerk)
    services.pause(part=child, actor=clerk, cause=board.published(college.clerk), words="等", at=moment(24))
    line = (Section.WAITING, "", "1 clock stands still")
    for person in (college.heads[2], college.secretaries[0], college.director):
        assert line in items(person, moment(25)), person
        url = next(item.url for item in for_user(make.afresh(person), at=moment(25)) if item.reason == line[2])
        assert [part.unit for part in signed_in(person).get(url).context["page"].rows] == [below]
    assert line not in items(factories.clerk("科員乙"), moment(25))
    assert line not in items(clerk, moment(25))


def test_late_units_open_exactly_those_that_are_counted(college, row):
    """Of a clerk those given by that clerk; who gave some without being of the office has a list of them."""
    make.given(factories.clerk("科員乙"), college.units)
    make.given(college.heads[2], college.units[1:2])
    late = moment(28, 10)
    for person, count in ((college.clerk, 2), (college.heads[2], 1), (college.director, 6)):
        item = next(each for each in for_user(make.afresh(person), at=late) if each.key == "assignments.late")
        assert item.reason == (f"{count} units are late" if count > 1 else "1 unit is late")
        with pytest.MonkeyPatch.context() as clock:
            freeze(clock, late)
            answer = signed_in(person).get(item.url)
        assert len(answer.context["page"].rows) == count, person
        if person == college.clerk:
            assert answer.context["whole"].counts["overdue"] == 2
            assert "mine=1" in answer.context["sheet_url"]
