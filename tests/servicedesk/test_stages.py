"""The steps bar: what lies behind, where it stands, what comes."""

import pytest

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.servicedesk.enums import Product, RequestState
from apps.servicedesk.models import Request, Service
from apps.servicedesk.stages import stages_of, steps_bar


def request(state: str, approval_role: str = "", product: str = Product.NONE) -> Request:
    return Request(state=state, service=Service(approval_role=approval_role, product=product))


@pytest.mark.parametrize(
    ("state", "approved", "key"),
    [
        ("submitted", False, "handled"),
        ("returned", False, "paused"),
        ("waiting_requester", False, "paused"),
        ("in_progress", False, "handled"),
        ("in_approval", False, "approved"),
        ("in_progress", True, "done"),
    ],
)
def test_present_step(state, approved, key):
    item = request(state, approval_role="director")
    steps = [Step(state=StepState.APPROVED)] if approved else []

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
