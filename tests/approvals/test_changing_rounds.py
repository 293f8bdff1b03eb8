"""A round that runs: somebody is added (加簽), somebody else is asked in the place of one (改分)."""

import pytest
from django.core.exceptions import PermissionDenied

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.approvals.services import (
    UnableToAsk,
    Wanted,
    add_step,
    ask_in_order,
    change_step,
    decide,
)
from apps.journal.models import Entry
from apps.people.models import Person
from tests import factories

pytestmark = pytest.mark.django_db
NAME = {"en": "Approval"}


@pytest.fixture
def people() -> list[Person]:
    return [factories.person(name, "staff") for name in "甲乙丙丁"]


def round_of(people: list[Person], *orders: int, any_of: bool = False) -> list[Step]:
    wanted = [
        Wanted(NAME, approver=person, order=order, any_of=any_of) for person, order in zip(people, orders, strict=False)
    ]
    return ask_in_order(subject=factories.office(), steps=wanted, actor=people[0], barred=[people[3]])


def added(person: Person, order: int, actor: Person) -> Step:
    return add_step(subject=factories.office(), wanted=Wanted(NAME, approver=person, order=order), actor=actor)


def approve(step: Step, person: Person) -> Step:
    return decide(step_id=step.pk, actor=person, decision=StepState.APPROVED)


def state(step: Step) -> str:
    step.refresh_from_db()
    return step.state


def test_who_is_added_beside_is_asked_at_once(people: list[Person]) -> None:
    first, last = round_of(people, 1, 9)
    step = added(people[2], 1, people[0])
    assert (step.state, step.place, step.round, step.barred) == (StepState.ASKED, 2, 1, [people[3].pk])
    approve(first, people[0])
    assert state(last) == StepState.WAITING
    approve(step, people[2])
    assert state(last) == StepState.ASKED
    assert Entry.objects.about(step).filter(verb="step_added").exists()


def test_who_is_added_between_waits_for_the_turn(people: list[Person]) -> None:
    first, last = round_of(people, 1, 9)
    step = added(people[2], 5, people[0])
    assert step.state == StepState.WAITING
    approve(first, people[0])
    assert (state(step), state(last)) == (StepState.ASKED, StepState.WAITING)


def test_nobody_is_added_to_a_turn_that_is_over(people: list[Person]) -> None:
    first, _last = round_of(people, 1, 9)
    approve(first, people[0])
    with pytest.raises(UnableToAsk):
        added(people[2], 1, people[0])


def test_nobody_is_added_where_one_is_enough_or_nothing_runs_or_twice(people: list[Person]) -> None:
    with pytest.raises(UnableToAsk):
        added(people[2], 1, people[0])
    first, second = round_of(people, 1, 1, any_of=True)
    with pytest.raises(UnableToAsk):
        added(people[2], 1, people[0])
    approve(first, people[0])
    assert state(second) == StepState.CANCELLED
    round_of(people, 1, 2)
    with pytest.raises(UnableToAsk):
        added(people[0], 1, people[1])


def test_who_is_barred_in_the_round_is_barred_when_added(people: list[Person]) -> None:
    round_of(people, 1, 9)
    step = added(people[3], 1, people[0])
    with pytest.raises(PermissionDenied):
        approve(step, people[3])


def test_who_waits_is_replaced_with_a_reason(people: list[Person]) -> None:
    first, last = round_of(people, 1, 9)
    wanted = Wanted(NAME, approver=people[2])
    with pytest.raises(UnableToAsk):
        change_step(step_id=last.pk, wanted=wanted, actor=people[0], note=" ")
    with pytest.raises(UnableToAsk):
        change_step(step_id=first.pk, wanted=wanted, actor=people[0], note="出差")
    change_step(step_id=last.pk, wanted=wanted, actor=people[0], note="出差")
    approve(first, people[0])
    with pytest.raises(PermissionDenied):
        approve(last, people[1])
    assert approve(last, people[2]).decided_by == people[2]
    entry = Entry.objects.about(last).get(verb="step_changed")
    assert (entry.note, entry.changes) == ("出差", {"approver": [people[1].pk, people[2].pk]})


def test_who_has_left_is_replaced_also_when_asked(people: list[Person]) -> None:
    first, _last = round_of(people, 1, 9)
    Person.objects.filter(pk=people[0].pk).update(is_active=False)
    change_step(step_id=first.pk, wanted=Wanted(NAME, approver=people[2]), actor=people[1], note="已離職")
    assert approve(first, people[2]).state == StepState.APPROVED


def test_a_named_person_takes_the_place_of_a_post(people: list[Person]) -> None:
    unit = factories.unit("甲系")
    rows = [Wanted(NAME, approver=people[0]), Wanted(NAME, role="unit_head", unit_id=unit.pk, order=2)]
    _first, last = ask_in_order(subject=factories.office(), steps=rows, actor=people[0])
    change_step(step_id=last.pk, wanted=Wanted(NAME, approver=people[2]), actor=people[0], note="代行")
    last.refresh_from_db()
    assert (last.approver, last.role, last.unit_id) == (people[2], "", None)
