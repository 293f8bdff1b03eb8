"""Level by level: helpers to the lead, the lead to the office; worst child, excuse, close, call off, open again."""

import pytest
from django.db import InternalError, connection, transaction

from apps.assignments import services
from apps.assignments.enums import AssignmentState, PartRole, PartState
from apps.assignments.models import Assignment, Part
from apps.assignments.progress import worst_states
from apps.assignments.services import PartWanted, UnableToClose, UnableToDecide, UnableToReport
from apps.assignments.tree import tree_of
from apps.journal.models import Entry
from apps.people.enums import Role
from tests import factories
from tests.assignments import factories as make
from tests.assignments.factories import DUE, NINE, moment
from tests.replies.test_views import signed_in


@pytest.fixture
def row(college):
    """甲系 leads, 乙系 helps."""
    return make.given(college.clerk, college.units[:2])


def test_helper_answers_to_the_lead_and_the_lead_to_the_office(college, row):
    lead, helper = college.units[:2]
    make.signed(row, lead, college.secretaries[0])
    make.confirmed(row, helper, college.secretaries[1], college.heads[1])
    assert make.subjects_to(college.secretaries[0])[-1] == f"A report to accept: {helper}, {make.TITLE}"
    for actor in (college.clerk, college.director, college.secretaries[2], college.heads[1]):
        with pytest.raises(UnableToDecide, match="may not decide"):
            services.accept(part=make.of(row, helper), actor=actor)
    services.accept(part=make.of(row, helper), actor=college.secretaries[0], at=moment(24))
    services.accept(part=make.of(row, helper), actor=college.heads[0], at=moment(25))
    assert make.of(row, helper).ended_at == moment(24), "the second time changes nothing"
    make.confirmed(row, lead, college.secretaries[0], college.heads[0])
    with pytest.raises(UnableToDecide, match="may not decide"):
        services.accept(part=make.of(row, lead), actor=college.secretaries[1])
    services.accept(part=make.of(row, lead), actor=college.clerk)
    assert make.of(row, lead).state == PartState.ACCEPTED


def test_returned_as_incomplete_counts_as_a_round_and_the_day_stays(college, row):
    lead, helper = college.units[:2]
    services.excuse(part=make.of(row, helper), actor=college.clerk, reason="不需要")
    make.confirmed(row, lead, college.secretaries[0], college.heads[0], at=moment(24))
    with pytest.raises(UnableToDecide, match="what is missing"):
        services.give_back(part=make.of(row, lead), actor=college.clerk, note=" ")
    services.give_back(part=make.of(row, lead), actor=college.clerk, note="缺附表", at=moment(25))
    part = make.of(row, lead)
    assert (part.state, part.rounds, part.due_at, part.delivered_at) == (PartState.RETURNED, 1, DUE, None)
    assert part.is_late(moment(28)), "the clock goes on"
    assert make.subjects_to(college.secretaries[0])[-1] == f"Returned, incomplete: {make.TITLE}"
    make.confirmed(row, lead, college.secretaries[0], college.heads[0], at=moment(30))
    part = make.of(row, lead)
    assert (part.rounds, part.was_late(), part.late_days) == (2, True, 1)


def test_nobody_accepts_what_they_wrote_or_confirmed(college):
    office = factories.office()
    row = make.given(college.clerk, [office])
    make.signed(row, office, college.clerk)
    services.report(part=make.of(row, office), actor=college.clerk, text="好")
    services.confirm(part=make.of(row, office), actor=college.director)
    for actor in (college.clerk, college.director):
        with pytest.raises(UnableToDecide, match="wrote or confirmed"):
            services.accept(part=make.of(row, office), actor=actor)
    services.accept(part=make.of(row, office), actor=factories.clerk("科員乙"))


def below(college, row, name: str = "教研室"):
    unit = factories.unit(name, parent=college.units[0])
    clerk = factories.person(f"{name}秘書", Role.UNIT_SECRETARY, at=unit)
    head = factories.head(unit, f"{name}主任")
    if not make.of(row, college.units[0]).is_signed:
        make.signed(row, college.units[0], college.secretaries[0])
    services.pass_down(part=make.of(row, college.units[0]), actor=college.secretaries[0], parts=[PartWanted(unit)])
    return unit, clerk, head


def test_a_unit_reports_when_those_below_and_the_helpers_are_done(college, row):
    lead, helper = college.units[:2]
    unit, clerk, head = below(college, row)
    for done in (
        lambda: services.excuse(part=make.of(row, helper), actor=college.clerk, reason="不需要"),
        lambda: make.confirmed(row, unit, clerk, head),
        lambda: services.accept(part=make.of(row, unit), actor=college.secretaries[0]),
    ):
        with pytest.raises(UnableToReport, match="not done yet"):
            services.report(part=make.of(row, lead), actor=college.secretaries[0], text="好")
        done()
    services.report(part=make.of(row, lead), actor=college.secretaries[0], text="好")


def test_the_whole_stands_where_its_worst_part_stands(college, row):
    unit, clerk, _head = below(college, row)
    assert worst_states([row]) == {row.pk: PartState.WAITING}
    make.signed(row, college.units[1], college.secretaries[1])
    assert tree_of(row).worst_below(make.of(row, college.units[0])) == PartState.WAITING
    make.signed(row, unit, clerk)
    assert worst_states([row]) == {row.pk: PartState.SIGNED}
    services.excuse(part=make.of(row, unit), actor=college.secretaries[0], reason="併案")
    services.excuse(part=make.of(row, college.units[1]), actor=college.clerk, reason="併案")
    make.confirmed(row, college.units[0], college.secretaries[0], college.heads[0])
    assert worst_states([row]) == {row.pk: PartState.CONFIRMED}


def test_excused_by_name_with_those_below_but_never_the_lead(college, row):
    unit, clerk, _head = below(college, row)
    deep = factories.unit("小組", parent=unit)
    make.signed(row, unit, clerk)
    services.pass_down(part=make.of(row, unit), actor=clerk, parts=[PartWanted(deep)])
    for actor, reason, words in (
        (college.secretaries[1], "併案", "may not excuse"),
        (college.secretaries[0], " ", "Say why"),
    ):
        with pytest.raises(UnableToDecide, match=words):
            services.excuse(part=make.of(row, unit), actor=actor, reason=reason)
    services.excuse(part=make.of(row, unit), actor=college.secretaries[0], reason="併入甲系")
    found = Part.objects.filter(unit__in=[unit, deep]).values_list("state", "excuse", "excused_by")
    assert set(found) == {(PartState.EXCUSED, "併入甲系", college.secretaries[0].pk)}
    assert make.subjects_to(clerk)[-1] == f"Nothing is asked any more: {make.TITLE}"
    with pytest.raises(UnableToDecide, match="lead cannot be excused"):
        services.excuse(part=make.of(row, college.units[0]), actor=college.clerk, reason="不需要")


@pytest.mark.parametrize("state", [PartState.REPORTED, PartState.CONFIRMED, PartState.ACCEPTED])
def test_database_lets_nothing_go_up_over_an_open_unit(college, row, state):
    """Whoever writes past the services."""
    part = make.signed(row, college.units[0], college.secretaries[0])
    values = {"rounds": 1, "delivered_at": NINE, "ended_at": NINE}
    with pytest.raises(InternalError, match=r"below is not done|Invalid transition"), transaction.atomic():
        Part.objects.filter(pk=part.pk).update(state=state, **values)
    with connection.cursor() as cursor:
        cursor.execute("SELECT state FROM assignments_part WHERE id = %s", [part.pk])
        assert cursor.fetchone()[0] == PartState.SIGNED


def test_database_opens_nothing_below_what_has_gone_up(college, row):
    services.excuse(part=make.of(row, college.units[1]), actor=college.clerk, reason="不需要")
    lead = make.reported(row, college.units[0], college.secretaries[0])
    values = {"assignment": row, "role": PartRole.HELPER, "added_by": college.clerk, "due_at": DUE}
    for given in ({"unit": college.units[2]}, {"unit": college.units[2], "parent": lead, "depth": 2}):
        with pytest.raises(InternalError, match="reported already"), transaction.atomic():
            Part.objects.create(**values, **given)


def test_closed_when_all_is_done_and_not_before(college, row):
    lead, helper = college.units[:2]
    with pytest.raises(UnableToClose, match="甲系、乙系"):
        services.close(assignment=row, actor=college.clerk)
    with pytest.raises(InternalError, match="not done with its part"), transaction.atomic():
        Assignment.objects.update(state=AssignmentState.CLOSED, ended_at=NINE, ended_by=college.clerk)
    services.excuse(part=make.of(row, helper), actor=college.clerk, reason="不需要")
    make.confirmed(row, lead, college.secretaries[0], college.heads[0])
    services.accept(part=make.of(row, lead), actor=college.clerk)
    with pytest.raises(UnableToClose, match="for who gave"):
        services.close(assignment=row, actor=college.secretaries[0])
    services.close(assignment=row, actor=college.director, note="已答覆", at=moment(26))
    services.close(assignment=row, actor=college.clerk, at=moment(27))
    row.refresh_from_db()
    assert (row.state, row.ended_by, row.ended_at, row.end_note) == (
        AssignmentState.CLOSED,
        college.director,
        moment(26),
        "已答覆",
    )
    assert not Assignment.objects.about(row.subject).unfinished().exists()


def test_opened_again_the_lead_reports_anew_with_the_same_day(college, row):
    services.excuse(part=make.of(row, college.units[1]), actor=college.clerk, reason="不需要")
    make.confirmed(row, college.units[0], college.secretaries[0], college.heads[0])
    services.accept(part=make.of(row, college.units[0]), actor=college.clerk)
    services.close(assignment=row, actor=college.clerk)
    with pytest.raises(UnableToClose, match="what is missing"):
        services.reopen(assignment=row, actor=college.clerk, reason="")
    services.reopen(assignment=row, actor=college.clerk, reason="來文單位要求補件")
    part = make.of(row, college.units[0])
    row.refresh_from_db()
    assert (row.state, part.state, part.due_at) == (AssignmentState.OPEN, PartState.RETURNED, DUE)
    make.confirmed(row, college.units[0], college.secretaries[0], college.heads[0])
    assert make.of(row, college.units[0]).rounds == 2


def test_called_off_ends_everything_with_a_reason(college, row):
    with pytest.raises(UnableToClose, match="Say why"):
        services.call_off(assignment=row, actor=college.clerk, reason=" ")
    make.signed(row, college.units[1], college.secretaries[1])
    services.call_off(assignment=row, actor=college.clerk, reason="來文撤回")
    services.call_off(assignment=row, actor=college.clerk, reason="再按一次")
    row.refresh_from_db()
    assert (row.state, row.end_note) == (AssignmentState.CALLED_OFF, "來文撤回")
    assert set(row.parts.values_list("state", "excuse")) == {(PartState.EXCUSED, "來文撤回")}
    assert make.subjects_to(college.secretaries[1])[-1] == f"Called off: {make.TITLE}"
    assert Entry.objects.about(row).filter(verb="called_off").count() == 1
    with pytest.raises(UnableToClose, match="called off"):
        services.close(assignment=row, actor=college.clerk)
    values = {"assignment": row, "role": PartRole.HELPER, "added_by": college.clerk, "due_at": DUE}
    with pytest.raises(InternalError, match="is over"), transaction.atomic():
        Part.objects.create(unit=college.units[2], **values)


def test_app_above_calls_off_what_is_in_hand_about_its_thing(college, row):
    other = make.given(college.clerk, college.units[2:], subject=row.subject)
    make.confirmed(other, college.units[2], college.secretaries[2], college.heads[2])
    services.accept(part=make.of(other, college.units[2]), actor=college.clerk)
    services.close(assignment=other, actor=college.clerk)
    assert services.call_off_about(subject=row.subject, actor=college.clerk, reason="撤件") == 1
    states = Assignment.objects.about(row.subject).values_list("state", flat=True)
    assert list(states) == [AssignmentState.CALLED_OFF, AssignmentState.CLOSED]


def test_excuse_keeps_both_names_and_shows_them(college):
    """Who stands in for the giver excuses; so it is where the whole is called off."""
    row = make.given(college.heads[2], college.units)
    deputy = factories.person("代理人", Role.STAFF, at=college.units[2])
    make.deputy(college.heads[2], deputy, scope="tasks")
    services.excuse(part=make.of(row, college.units[1]), actor=deputy, reason="非其職掌", at=moment(24))
    part = make.of(row, college.units[1])
    assert (part.excused_by, part.excused_for) == (deputy, college.heads[2])
    for url in (row.get_absolute_url(), part.get_absolute_url()):
        page = " ".join(signed_in(college.clerk).get(url).content.decode().split())
        assert f"非其職掌 · {deputy.name} for {college.heads[2].name}" in page
    services.call_off(assignment=row, actor=make.afresh(deputy), reason="撤件", at=moment(24))
    assert make.of(row, college.units[2]).excused_for == college.heads[2]
    assert make.of(row, college.units[1]).excuse == "非其職掌"
