"""Approval plans as data: which steps answers call for, which turns stand, what is wrong with a plan."""

from datetime import timedelta

import pytest
from django.utils.translation import override

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.questionnaires.definitions import Condition, fields_from_json
from apps.questionnaires.enums import Operator
from apps.servicedesk.catalogue_enums import AskedWhen, StepWho
from apps.servicedesk.plan import PlannedStep, needed_steps, plan_from_json, plan_to_json, turns
from apps.servicedesk.plan_checks import plan_problems
from apps.servicedesk.sign_off import still_missing
from tests.servicedesk.factories import FIELDS
from tests.servicedesk.stories import MONDAY_NINE, MONDAY_TEN

QUESTIONS = fields_from_json(
    [
        *FIELDS,
        {"key": "abroad", "kind": "yes_no", "label": {"en": "Abroad"}},
        {
            "key": "range",
            "kind": "choice",
            "label": {"en": "Range"},
            "choices": [{"key": key, "label": {"en": key}} for key in ("city", "far", "abroad")],
            "shown_if": {"field": "purpose", "operator": "is", "value": "trip"},
        },
    ]
)


def step(order: int = 1, name: str = "a", *, condition: Condition | None = None, **fields: object) -> PlannedStep:
    return PlannedStep(order, {"en": name}, StepWho.ROLE, role="director", condition=condition, **fields)


@pytest.mark.parametrize(
    ("condition", "answers", "asked"),
    [
        (None, {}, True),
        (Condition("purpose", Operator.IS, "trip"), {"purpose": "trip"}, True),
        (Condition("purpose", Operator.IS, "trip"), {"purpose": "bank"}, False),
        (Condition("purpose", Operator.IS, "trip"), {}, False),
        (Condition("purpose", Operator.IS_NOT, "trip"), {}, True),
        (Condition("range", Operator.IN, ("far", "abroad")), {"purpose": "trip", "range": "far"}, True),
        (Condition("range", Operator.IN, ("far", "abroad")), {"purpose": "trip", "range": "city"}, False),
        # An answer to a question that is not shown does not count.
        (Condition("range", Operator.FILLED), {"purpose": "bank", "range": "far"}, False),
        (Condition("abroad", Operator.IS, "true"), {"abroad": True}, True),
        (Condition("abroad", Operator.IS, "true"), {"abroad": False}, False),
        # The form does not ask this: better one sign-off too many.
        (Condition("gone", Operator.IS, "x"), {}, True),
    ],
)
def test_condition_says_whether_a_step_is_asked(condition, answers, asked) -> None:
    assert bool(needed_steps([step(condition=condition)], QUESTIONS, answers)) == asked


def test_plan_reads_back_as_it_was_written() -> None:
    plan = [
        step(1, asked=AskedWhen.AT_ONCE, condition=Condition("range", Operator.IN, ("far", "abroad"))),
        PlannedStep(2, {"en": "b"}, StepWho.POST, role="leader", unit_id=7, any_of=True),
        PlannedStep(2, {"en": "c"}, StepWho.PERSON, person_id=9, any_of=True),
    ]

    assert plan_from_json(plan_to_json(plan)) == plan


def test_turns_have_no_gaps_and_agree() -> None:
    made = turns([step(5, "c"), step(2, "a", any_of=True), step(2, "b", asked=AskedWhen.AT_ONCE)])

    assert [(each.order, each.any_of, each.asked, each.name["en"]) for each in made] == [
        (1, True, AskedWhen.ON_WORD, "a"),
        (1, True, AskedWhen.ON_WORD, "b"),
        (2, False, AskedWhen.ON_WORD, "c"),
    ]


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        ([step(1), step(2)], ""),
        ([step(1, asked=AskedWhen.AT_ONCE), step(2)], ""),
        ([step(1), step(2, asked=AskedWhen.AT_ONCE)], "before the office starts"),
        ([step(condition=Condition("gone", Operator.FILLED))], "does not have"),
        ([step(condition=Condition("register", Operator.FILLED))], ""),
        ([step(condition=Condition("register", Operator.FILLED), asked=AskedWhen.AT_ONCE)], "not answered yet"),
        ([step(condition=Condition("range", Operator.IS, "moon"))], "cannot be given"),
        ([step(order) for order in range(1, 14)], "at most 12"),
    ],
)
def test_problems_are_told_in_words(plan, words) -> None:
    with override("en"):
        found = plan_problems(plan, QUESTIONS)

    assert bool(found) == bool(words)
    assert all(words in problem for problem in found)


def given(order: int, name: str, state: str = StepState.APPROVED, *, round: int = 1, at=MONDAY_NINE) -> Step:
    return Step(order=order, name={"en": name}, state=state, round=round, decided_at=at)


NEEDED = [step(1, "a"), step(2, "b"), step(2, "c")]


@pytest.mark.parametrize(
    ("steps", "since", "missing"),
    [
        ([], None, "abc"),
        ([given(1, "a")], None, "bc"),
        ([given(1, "a"), given(2, "b")], None, "bc"),
        ([given(1, "a"), given(2, "b"), given(2, "c")], None, ""),
        # Approved in two rounds, because the first was taken back.
        ([given(1, "a"), given(2, "b", "cancelled"), given(2, "b", round=2), given(2, "c", round=2)], None, ""),
        # A round with a no does not count, not even what was approved in it.
        ([given(1, "a"), given(2, "b", "returned")], None, "abc"),
        # The answers changed afterwards.
        ([given(1, "a"), given(2, "b"), given(2, "c")], MONDAY_TEN, "abc"),
        ([given(1, "a", at=MONDAY_TEN + timedelta(hours=1))], MONDAY_TEN, "bc"),
        # Somebody else's step of that turn is not this one.
        ([given(1, "x")], None, "abc"),
    ],
)
def test_what_does_not_stand_is_missing_with_all_after_it(steps, since, missing) -> None:
    assert "".join(each.name["en"] for each in still_missing(NEEDED, steps, since)) == missing


def test_one_of_a_turn_is_enough_where_the_plan_says_so() -> None:
    needed = [step(1, "a", any_of=True), step(1, "b", any_of=True)]

    assert still_missing(needed, [given(1, "b"), given(1, "a", "cancelled")], None) == []
