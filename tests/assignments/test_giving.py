"""An instruction is given: exactly one lead, who is told what, the day by urgency over holidays, another lead later."""

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from apps.assignments import services
from apps.assignments.enums import DueKind, PartRole, PartState, Urgency
from apps.assignments.explaining import explain
from apps.assignments.models import Assignment, Part
from apps.assignments.services import PartWanted, UnableToChangeLead, UnableToGive
from apps.core.models import CalendarVersion, CalendarYear
from apps.journal.models import Entry
from apps.people.enums import Role
from tests import factories
from tests.assignments import factories as make
from tests.assignments.factories import DUE, NINE, moment


def test_units_are_told_and_the_history_says_in_whose_name(college):
    leader = factories.leader()
    row = make.given(college.clerk, college.units, on_behalf_of=leader)
    assert [(part.unit, part.role, part.state, part.due_at) for part in row.parts.order_by("pk")] == [
        (college.units[0], PartRole.LEAD, PartState.WAITING, DUE),
        (college.units[1], PartRole.HELPER, PartState.WAITING, DUE),
        (college.units[2], PartRole.HELPER, PartState.WAITING, DUE),
    ]
    assert make.subjects_to(college.secretaries[0]) == [f"Your unit leads: {make.TITLE}"]
    assert make.subjects_to(college.secretaries[1], "zh-hant") == [f"您的單位協辦：{make.TITLE}"]
    assert make.subjects_to(college.secretaries[1], "zh-hans") == [f"您的单位协办：{make.TITLE}"]
    entry = Entry.objects.about(row).get()
    assert (entry.verb, entry.actor, entry.on_behalf_of) == ("given", college.clerk, leader)


@pytest.mark.parametrize(
    ("urgency", "at", "due"),
    [
        (Urgency.MOST_URGENT, moment(23), moment(24, 17, 30)),
        (Urgency.URGENT, moment(23), moment(26, 17, 30)),
        (Urgency.ORDINARY, moment(23), moment(1, 17, 30, month=12)),
        # 1 to 7 October 2026 are free, Saturday the 10th is worked.
        (Urgency.MOST_URGENT, moment(30, month=9), moment(8, 17, 30, month=10)),
        (Urgency.URGENT, moment(30, month=9), moment(10, 17, 30, month=10)),
        (Urgency.ORDINARY, moment(30, month=9), moment(14, 17, 30, month=10)),
    ],
)
def test_day_goes_by_urgency_over_holidays_and_make_up_days(college, urgency, at, due):
    row = make.given(college.clerk, college.units[:1], at=at, due_at=None, urgency=urgency)
    part = row.parts.get()
    assert (row.due_at, part.due_at) == (due, due)
    assert part.days.get().kind == DueKind.BY_URGENCY


def test_a_day_is_explained_by_the_calendar_it_was_counted_with(college):
    """A later calendar with other holidays does not rewrite the past."""
    row = make.given(college.clerk, college.units[:1], at=moment(30, month=9), due_at=None, urgency=Urgency.URGENT)
    part = row.parts.get()
    before = explain(part, moment(1, month=10))
    assert before.days_by_urgency == 3
    assert [odd.day.day for odd in before.odd if odd.is_working] == [10]
    old = part.calendar_version
    CalendarVersion.objects.create(calendar=old.calendar, number=old.number + 1, weekly=old.weekly, created_at=NINE)
    assert explain(part, moment(1, month=10)) == before


def test_unit_that_has_no_day_of_its_own_has_that_of_the_unit_above(college):
    row = make.given(college.clerk, college.units[:1])
    made = services.add_part(assignment=row, part=PartWanted(college.units[1]), actor=college.clerk)
    assert made.days.get().kind == DueKind.AS_ABOVE


def test_day_is_not_guessed_in_a_year_without_calendar(college):
    CalendarYear.objects.filter(year=2027).delete()
    with pytest.raises(UnableToGive, match="2027"):
        make.given(college.clerk, college.units, at=moment(31, month=12), due_at=None)
    row = make.given(college.clerk, college.units, at=moment(31, 17, month=12), due_at=moment(8, month=1, year=2027))
    assert set(row.parts.values_list("next_at", flat=True)) == {None}, "nor until when to sign"


@pytest.mark.parametrize("roles", [[], ["lead", "lead"], ["helper"]])
def test_exactly_one_unit_leads(college, roles):
    parts = [PartWanted(unit, role) for unit, role in zip(college.units, roles, strict=False)]
    with pytest.raises(UnableToGive, match="one unit that leads"):
        make.given(college.clerk, [], parts=parts or [PartWanted(college.units[0])])


def test_database_refuses_two_leads_and_none(college):
    row = make.given(college.clerk, college.units)
    with pytest.raises(IntegrityError, match="assignments_one_lead"), transaction.atomic():
        Part.objects.filter(assignment=row, unit=college.units[1]).update(role=PartRole.LEAD)
    with transaction.atomic():
        Part.objects.filter(assignment=row).update(role=PartRole.HELPER)
        with pytest.raises(InternalError, match="one unit has to lead"):
            connection.check_constraints()
        transaction.set_rollback(True)
    with transaction.atomic():
        values = {"subject_type": row.subject_type, "subject_id": 1, "title": "無主辦", "given_by": college.clerk}
        Assignment.objects.create(due_at=DUE, **values)
        with pytest.raises(InternalError, match="one unit has to lead"):
            connection.check_constraints()
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": " "}, "what is to be done"),
        ({"due_at": NINE}, "lies ahead"),
        ({"parts": "twice"}, "twice"),
        ({"parts": "gone"}, "no longer in use"),
    ],
)
def test_what_cannot_be_given_is_refused_whole(college, fields, words):
    unit = college.units[0]
    if fields.get("parts") == "gone":
        unit.is_active = False
        unit.save()
    if "parts" in fields:
        helper = [PartWanted(unit)] if fields["parts"] == "twice" else []
        fields = {"parts": [PartWanted(unit, PartRole.LEAD), *helper]}
    with pytest.raises(UnableToGive, match=words):
        make.given(college.clerk, college.units, **fields)
    assert not Assignment.objects.exists()


def test_a_unit_is_added_once_and_not_under_a_lead_that_has_reported(college):
    row = make.given(college.clerk, college.units[:1])
    wanted = PartWanted(college.units[1], asks="名單", wants=("count",))
    made = services.add_part(assignment=row, part=wanted, actor=college.director)
    assert services.add_part(assignment=row, part=wanted, actor=college.clerk) == made
    assert (made.role, made.asks, made.wants_count, made.wants_file, made.due_at) == (
        "helper",
        "名單",
        True,
        False,
        DUE,
    )
    with pytest.raises(UnableToGive, match="for who gave"):
        services.add_part(assignment=row, part=PartWanted(college.units[2]), actor=college.heads[0])
    services.excuse(part=made, actor=college.clerk, reason="不需要")
    make.reported(row, college.units[0], college.secretaries[0])
    with pytest.raises(UnableToGive, match="reported already"):
        services.add_part(assignment=row, part=PartWanted(college.units[2]), actor=college.clerk)


def test_another_unit_leads_and_the_old_one_helps(college):
    row = make.given(college.clerk, college.units[:2])
    services.change_lead(assignment=row, unit=college.units[1], reason="屬乙系職掌", actor=college.clerk)
    assert [(part.unit, part.role) for part in row.parts.order_by("pk")] == [
        (college.units[0], PartRole.HELPER),
        (college.units[1], PartRole.LEAD),
    ]
    assert make.subjects_to(college.secretaries[1])[-1] == f"Your unit leads now: {make.TITLE}"
    assert make.subjects_to(college.secretaries[0])[-1] == f"Your unit leads no more: {make.TITLE}"
    entry = Entry.objects.about(row).get(verb="lead_changed")
    assert (entry.note, entry.changes["lead"]) == ("屬乙系職掌", [college.units[0].pk, college.units[1].pk])
    services.change_lead(assignment=row, unit=college.units[1], reason="", actor=college.clerk)
    assert Entry.objects.about(row).filter(verb="lead_changed").count() == 1, "who leads already: nothing"
    services.change_lead(assignment=row, unit=college.units[2], reason="再改", actor=college.clerk)
    assert make.of(row, college.units[2]).is_lead
    connection.check_constraints()


@pytest.mark.parametrize("place", [1, 2], ids=["a helper", "a new unit"])
def test_lead_is_changed_after_the_day_with_another_day(college, place):
    row = make.given(college.clerk, college.units[:2])
    unit = college.units[place]
    asked = {"assignment": row, "unit": unit, "reason": "改分", "actor": college.clerk, "at": moment(30)}
    for due_at in (None, moment(28)):
        with pytest.raises(UnableToChangeLead, match="lies ahead"):
            services.change_lead(due_at=due_at, **asked)
    services.change_lead(due_at=moment(4, month=12), **asked)
    row.refresh_from_db()
    assert (make.of(row, college.units[place]).due_at, row.due_at) == (moment(4, month=12), moment(4, month=12))
    assert make.of(row, college.units[0]).due_at == DUE


def test_report_of_a_helper_does_not_count_as_that_of_the_lead(college):
    row = make.given(college.clerk, college.units[:2])
    make.confirmed(row, college.units[1], college.secretaries[1], college.heads[1])
    make.signed(row, college.units[0], college.secretaries[0])
    services.accept(part=make.of(row, college.units[1]), actor=college.secretaries[0])
    services.change_lead(assignment=row, unit=college.units[1], reason="改分", actor=college.clerk)
    part = make.of(row, college.units[1])
    assert (part.state, part.is_lead, part.delivered_at, part.ended_at) == (PartState.RETURNED, True, None, None)


def test_lead_is_not_changed_without_reason_right_or_when_it_is_over(college):
    row = make.given(college.clerk, college.units[:2])
    for actor, reason, words in (
        (college.clerk, " ", "Say why"),
        (college.heads[1], "改", "for who gave"),
        (factories.leader(), "改", "for who gave"),
    ):
        with pytest.raises(UnableToChangeLead, match=words):
            services.change_lead(assignment=row, unit=college.units[1], reason=reason, actor=actor)
    services.call_off(assignment=row, actor=college.clerk, reason="取消")
    with pytest.raises(UnableToChangeLead, match="is over"):
        services.change_lead(assignment=row, unit=college.units[1], reason="改", actor=college.clerk)


def test_deputy_of_the_giver_acts_with_both_names(college):
    head = college.heads[2]
    row = make.given(head, college.units[:2])
    stranger = factories.person("代理", Role.STAFF, at=college.units[2])
    with pytest.raises(UnableToGive):
        services.add_part(assignment=row, part=PartWanted(college.units[2]), actor=stranger)
    make.deputy(head, stranger, scope="notices")
    with pytest.raises(UnableToGive):
        services.add_part(assignment=row, part=PartWanted(college.units[2]), actor=make.afresh(stranger))
    make.deputy(head, stranger, scope="tasks")
    made = services.add_part(assignment=row, part=PartWanted(college.units[2]), actor=make.afresh(stranger))
    assert (made.added_by, made.added_for) == (stranger, head)
