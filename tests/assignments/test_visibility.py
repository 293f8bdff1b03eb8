"""Who sees which assignment and which part; the thing itself stays with its own rule."""

import pytest

from apps.assignments import services
from apps.assignments.managers import opened_to
from apps.assignments.models import Assignment, Part, Report
from apps.assignments.progress import rows_about
from apps.assignments.services import PartWanted
from apps.journal.models import Attachment
from apps.notices.models import Notice
from apps.people.enums import Role
from tests import factories
from tests.assignments import factories as make
from tests.assignments.factories import moment
from tests.notices import factories as board
from tests.replies.test_views import signed_in
from tests.security.world.base import attach


@pytest.fixture
def row(college):
    """甲系 leads with a unit below, 乙系 helps; the teacher of 甲系 does it."""
    made = make.given(college.heads[2], college.units[:2])
    make.named(made, college.units[0], college.secretaries[0], college.teachers[0])
    below = factories.unit("教研室", parent=college.units[0])
    services.pass_down(part=make.of(made, college.units[0]), actor=college.secretaries[0], parts=[PartWanted(below)])
    return made


def seen(person) -> tuple[int, set[str]]:
    """How many assignments, and the units of which parts."""
    again = make.afresh(person)
    parts = Part.objects.visible_to(again).select_related("unit")
    return Assignment.objects.visible_to(again).count(), {str(part.unit) for part in parts}


ALL = {"甲系", "乙系", "教研室"}


def test_each_sees_what_concerns_them(college, row):
    factories.person("卸任秘書", Role.UNIT_SECRETARY, at=college.units[2])
    expected = {
        college.clerk: ALL,
        college.director: ALL,
        factories.leader(): ALL,
        factories.administrator(): ALL,
        college.heads[2]: ALL,  # who gave it
        college.secretaries[0]: ALL,  # the lead
        college.heads[0]: ALL,
        college.teachers[0]: ALL,  # named in the lead
        college.secretaries[1]: {"乙系"},
        college.heads[1]: {"乙系"},
        college.teachers[1]: set(),
        college.secretaries[2]: set(),
        factories.student(at=college.units[0]): set(),
    }
    assert {person: seen(person) for person in expected} == {
        person: (1 if units else 0, units) for person, units in expected.items()
    }


def test_named_in_a_helping_unit_sees_the_own_part_and_what_lies_below(college, row):
    below = factories.unit("乙系教研室", parent=college.units[1])
    make.named(row, college.units[1], college.secretaries[1], college.teachers[1])
    services.pass_down(part=make.of(row, college.units[1]), actor=college.teachers[1], parts=[PartWanted(below)])
    assert seen(college.teachers[1]) == (1, {"乙系", "乙系教研室"})
    other = factories.person("乙系教師二", Role.STAFF, at=college.units[1])
    services.hand_over(part=make.of(row, college.units[1]), actor=college.teachers[1], person=other, note="出差")
    assert seen(college.teachers[1]) == (0, set()), "handed over, out of sight"


@pytest.mark.parametrize(("scope", "sees"), [("all", True), ("tasks", True), ("approvals", False), ("notices", False)])
def test_deputy_of_the_clerk_sees_it_by_scope(college, row, scope, sees):
    deputy = factories.person("代理", Role.STAFF, at=college.units[2])
    make.deputy(college.secretaries[1], deputy, scope=scope)
    assert seen(deputy) == ((1, {"乙系"}) if sees else (0, set()))


def test_ended_post_ends_the_sight(college, row):
    college.secretaries[1].posts.update(valid_to=moment(1).date())
    assert seen(college.secretaries[1]) == (0, set())


def test_files_of_reports_go_by_the_part(college, row):
    said = make.reported(row, college.units[1], college.secretaries[1]).reports.get()
    file = attach(said, college.secretaries[1])
    assert list(Attachment.objects.of(said)) == [file]
    can = [college.secretaries[1], college.heads[1], college.secretaries[0], college.clerk, college.heads[2]]
    cannot = [college.secretaries[2], college.teachers[1]]
    for people, sees in ((can, True), (cannot, False)):
        for person in people:
            assert Report.objects.visible_to(make.afresh(person)).exists() == sees, person


def test_thing_itself_is_opened_only_where_that_was_wished(college):
    draft = board.draft(college.clerk)
    make.given(college.clerk, college.units[:1], subject=draft)
    assert not Notice.objects.visible_to(college.secretaries[0]).exists()
    assert list(opened_to(college.secretaries[0], Notice)) == []
    row = make.given(college.clerk, college.units[1:2], subject=draft, shows_subject=True)
    assert [found["subject_id"] for found in opened_to(college.secretaries[1], Notice)] == [draft.pk]
    assert list(opened_to(college.secretaries[0], Notice)) == []
    services.call_off(assignment=row, actor=college.clerk, reason="取消")
    assert list(opened_to(college.secretaries[1], Notice)) == []


def test_rows_for_the_page_of_the_thing_in_a_fixed_number_of_queries(
    college, row, django_assert_num_queries, django_assert_max_num_queries
):
    def units(person) -> list[list[str]]:
        found = rows_about(row.subject, make.afresh(person), at=moment(24))
        return [[str(each.part.unit) for each in shown.rows] for shown in found]

    assert units(college.clerk) == [["甲系", "教研室", "乙系"]]
    assert units(college.secretaries[1]) == [["乙系"]]
    assert units(college.teachers[2]) == []
    clerk = make.afresh(college.clerk)
    with django_assert_max_num_queries(16) as first:
        rows_about(row.subject, clerk, at=moment(24))
    for unit in college.units[2:]:
        services.add_part(assignment=row, part=PartWanted(unit), actor=college.clerk)
    make.given(college.clerk, college.units, subject=row.subject)
    clerk = make.afresh(college.clerk)
    with django_assert_num_queries(len(first)):
        rows_about(row.subject, clerk, at=moment(24))


def test_figures_are_of_the_rows_that_one_sees(college, row):
    """A helper learns neither how many others there are nor where the worst of them stands."""
    make.confirmed(row, college.units[1], college.secretaries[1], college.heads[1])
    found = {}
    for person in (college.clerk, college.secretaries[1]):
        client = signed_in(person)
        page = client.get(row.get_absolute_url())
        shown = page.context["screen"].shown
        found[person] = (
            shown.done,
            shown.whole,
            shown.worst,
            f"{shown.done} of {shown.whole} done" in page.content.decode(),
        )
    assert found == {college.clerk: (0, 3, "waiting", True), college.secretaries[1]: (0, 1, "confirmed", True)}


def test_worst_below_a_named_person_is_of_what_that_person_sees(college, row):
    """The teacher of 乙系 sees the unit right below, not what that one passed further down."""
    middle = factories.unit("乙系教研室", parent=college.units[1])
    clerk = factories.person("教研室秘書", Role.UNIT_SECRETARY, at=middle)
    lowest = factories.unit("乙系實驗室", parent=middle)
    make.named(row, college.units[1], college.secretaries[1], college.teachers[1])
    services.pass_down(part=make.of(row, college.units[1]), actor=college.teachers[1], parts=[PartWanted(middle)])
    part = make.signed(row, middle, clerk)
    services.pass_down(part=part, actor=clerk, parts=[PartWanted(lowest)])
    for person, worst in ((college.teachers[1], "signed"), (college.secretaries[1], "waiting")):
        shown = rows_about(row.subject, make.afresh(person), at=moment(24))[0]
        assert shown.rows[0].worst == worst, person
