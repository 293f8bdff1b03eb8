"""The steps bar: what lies behind, where it stands, what comes."""

import pytest
from django.utils.translation import override

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.questionnaires.definitions import Condition
from apps.questionnaires.enums import Operator
from apps.questionnaires.models import AnswerSet, FormVersion
from apps.servicedesk.catalogue_enums import AskedWhen, StepWho
from apps.servicedesk.enums import Product, RequestState
from apps.servicedesk.models import Request, Service
from apps.servicedesk.plan import PlannedStep, plan_to_json
from apps.servicedesk.stages import stages_of, steps_bar
from tests.servicedesk import factories as desk

STEP = PlannedStep(1, {"en": "Director"}, StepWho.ROLE, role="director")


def request(state: str, *plan: PlannedStep, product: str = Product.NONE, **answers: object) -> Request:
    answered = AnswerSet(form_version=FormVersion(fields=desk.FIELDS), answers=answers)
    return Request(state=state, service=Service(product=product), plan=plan_to_json(plan), answer_set=answered)


def approved(step: PlannedStep, state: str = StepState.APPROVED) -> Step:
    return Step(name=dict(step.name), order=step.order, state=state)


@pytest.mark.parametrize(
    ("state", "is_approved", "key"),
    [
        ("submitted", False, "handled"),
        ("returned", False, "paused"),
        ("waiting_requester", False, "paused"),
        ("in_progress", False, "handled"),
        ("in_approval", False, "turn1"),
        ("in_progress", True, "done"),
    ],
)
def test_present_step(state, is_approved, key):
    item = request(state, STEP)
    steps = [approved(STEP)] if is_approved else [approved(STEP, StepState.ASKED)] if state == "in_approval" else []

    bar = steps_bar(item, steps)

    assert [key for key, _name in stages_of(item)][bar.current - 1] == key


@pytest.mark.parametrize("state", ["resolved", "refused", "withdrawn"])
def test_all_is_done_when_it_is_closed(state):
    bar = steps_bar(request(state), [])

    assert bar.current == len(bar.names) + 1


def test_pause_is_a_step_only_while_it_lasts():
    keys = [[key for key, _name in stages_of(request(state))] for state in (RequestState.RETURNED, "in_progress")]

    assert keys == [["filed", "paused", "handled", "done"], ["filed", "handled", "done"]]


def test_approval_asked_for_without_the_service_asking_has_a_place():
    bar = steps_bar(request("in_approval"), [])

    assert 1 <= bar.current <= len(bar.names)


def test_turns_have_their_names_and_stand_before_or_after_the_office() -> None:
    head = PlannedStep(1, {"en": "Head"}, StepWho.HEAD, asked=AskedWhen.AT_ONCE)
    both = [PlannedStep(2, {"en": name}, StepWho.ROLE, role="leader") for name in ("Dean", "Vice-dean")]

    with override("en"):
        names = [name for _key, name in stages_of(request("submitted", head, *both))]

    assert names == ["Filed", "Head", "In hand", "Dean / Vice-dean", "Done"]


def test_step_that_the_answers_do_not_call_for_is_no_step_of_the_bar() -> None:
    asks = PlannedStep(
        1, {"en": "Leader"}, StepWho.ROLE, role="leader", condition=Condition("purpose", Operator.IS, "德國")
    )

    assert len(stages_of(request("submitted", asks, purpose="日本"))) == 3
    assert len(stages_of(request("submitted", asks, purpose="德國"))) == 4
