"""Who may do what: one table."""

import pytest

from apps.people.models import Person
from apps.servicedesk.enums import RequestState as S
from apps.servicedesk.enums import Who
from apps.servicedesk.models import Request
from apps.servicedesk.rules import allowed_verbs, capacity
from tests import factories
from tests.servicedesk import factories as desk
from tests.servicedesk.stories import MONDAY_TEN, laid_before, stand_in

pytestmark = pytest.mark.django_db

ASKS = {"write", "add_people"}
FILED = {"withdraw", "urge", *ASKS}
OWN = {"repeat"}
READS = {"write", "write_internal", "watch"}
WRITES = {*READS, "link"}
WORKS = {"add_people", "split", "link", "repeat", *READS}
GIVES = {"give_task", *WORKS}
DOES = {
    "return",
    "ask",
    "wait",
    "ask_approval",
    "refuse",
    "assign",
    "pass_on",
    "set_priority",
    "office",
    "merge",
    *GIVES,
}
HANDLES_NEW = {"take", *DOES}
HANDLES = {"complete", *DOES}
RESTS = {"resume", "assign", "pass_on", "set_priority", "office", "merge", *GIVES}
DIRECTS = {"set_due", "urge"}

# state, has it a handler, who asks: what they may do.
CASES = [
    (S.DRAFT, False, "requester", {"submit"}),
    (S.DRAFT, False, "clerk", set()),
    (S.DRAFT, False, "director", set()),
    (S.SUBMITTED, False, "requester", FILED | OWN),
    (S.SUBMITTED, False, "clerk", HANDLES_NEW),
    (S.SUBMITTED, False, "director", HANDLES_NEW | DIRECTS),
    (S.SUBMITTED, False, "leader", READS),
    (S.SUBMITTED, False, "administrator", READS),
    (S.SUBMITTED, False, "stranger", set()),
    (S.IN_PROGRESS, False, "clerk", HANDLES | {"take"}),
    (S.IN_PROGRESS, True, "requester", FILED | OWN),
    (S.IN_PROGRESS, True, "handler", HANDLES),
    (S.IN_PROGRESS, True, "clerk", WRITES),
    (S.IN_PROGRESS, True, "director", HANDLES | DIRECTS),
    (S.IN_PROGRESS, True, "handlers deputy", HANDLES),
    (S.IN_PROGRESS, True, "requesters deputy", FILED),
    (S.RETURNED, True, "requester", {"correct", "withdraw", *ASKS, *OWN}),
    (S.RETURNED, True, "handler", RESTS),
    (S.RETURNED, True, "clerk", WRITES),
    (S.RETURNED, True, "director", RESTS),
    (S.WAITING_REQUESTER, True, "requester", {"answer", "withdraw", *ASKS, *OWN}),
    (S.WAITING_REQUESTER, True, "handler", RESTS),
    (S.WAITING_THIRD, True, "requester", {"withdraw", *ASKS, *OWN}),
    (S.WAITING_THIRD, True, "handler", RESTS),
    (S.WAITING_THIRD, True, "clerk", WRITES),
    (S.LAPSED, True, "requester", {"reopen", *ASKS, *OWN}),
    (S.LAPSED, True, "handler", WORKS),
    (S.MERGED, True, "requester", {"follow_up", *OWN}),
    (S.MERGED, True, "handler", {"unmerge", "link", "repeat", "watch"}),
    (S.IN_APPROVAL, True, "requester", FILED | OWN),
    (S.IN_APPROVAL, True, "handler", {"assign", "set_priority", "recall_approval", *GIVES}),
    (S.RESOLVED, True, "requester", {"reopen", "rate", *ASKS, *OWN}),
    (S.RESOLVED, True, "handler", {"manage_certificate", *WORKS}),
    (S.RESOLVED, True, "clerk", WRITES),
    (S.RESOLVED, True, "requesters deputy", {"reopen", *ASKS}),
    (S.REFUSED, True, "requester", {"follow_up", *ASKS, *OWN} - {"repeat"}),
    (S.WITHDRAWN, True, "requester", {"follow_up", *ASKS, *OWN} - {"repeat"}),
    (S.WITHDRAWN, True, "handler", set(WORKS) - {"repeat"}),
    (S.WITHDRAWN, True, "stranger", set()),
]


def cast(request: Request) -> dict[str, Person]:
    people = {
        "requester": request.requester,
        "handler": request.handler,
        "clerk": factories.clerk("科員乙"),
        "director": factories.director(),
        "leader": factories.leader(),
        "administrator": factories.administrator(),
        "stranger": factories.student("陌生人"),
        "requesters deputy": factories.student("同學"),
        "handlers deputy": factories.clerk("科員丙"),
    }
    stand_in(people["requesters deputy"], request.requester, scope="requests")
    if request.handler:
        stand_in(people["handlers deputy"], request.handler, scope="requests")
    return people


@pytest.mark.parametrize(("state", "handled", "who", "expected"), CASES)
def test_allowed_verbs(state: str, handled: bool, who: str, expected: set[str]) -> None:
    handler = factories.clerk() if handled else None
    request = desk.draft() if state == S.DRAFT else desk.request(state, handler=handler)

    assert allowed_verbs(cast(request)[who], request, MONDAY_TEN) == expected


def test_approver_decides_in_every_way() -> None:
    request, _step = laid_before(factories.student(), factories.clerk())

    assert {"approve", "send_back", "decline"} <= allowed_verbs(factories.director(), request, MONDAY_TEN)
    assert not {"approve", "send_back", "decline"} & allowed_verbs(request.handler, request, MONDAY_TEN)


def test_own_name_comes_before_standing_in() -> None:
    request = desk.request(S.IN_PROGRESS, handler=factories.clerk())
    stand_in(request.handler, factories.director())

    assert capacity(request.handler, request, Who.HANDLER, MONDAY_TEN).on_behalf_of is None


def test_deputy_acts_for_the_principal() -> None:
    request = desk.request(S.IN_PROGRESS, handler=factories.clerk())
    other = factories.clerk("科員乙")
    stand_in(other, request.handler, scope="requests")

    assert capacity(other, request, Who.HANDLER, MONDAY_TEN).on_behalf_of == request.handler


@pytest.mark.parametrize("state", [S.SUBMITTED, S.IN_PROGRESS, S.RETURNED])
@pytest.mark.parametrize("role", [factories.clerk, factories.director])
def test_nobody_handles_the_own_request(state: str, role: object) -> None:
    """Not as its handler by an old assignment, nor as anybody's deputy, nor as director."""
    person = role("本人")
    colleague = factories.clerk("同事")
    stand_in(person, colleague)
    for handler in (None, person, colleague):
        request = desk.request(state, requester=person, handler=handler)
        assert capacity(person, request, Who.HANDLER, MONDAY_TEN) is None
        assert not {"take", "office", "complete", "assign", "refuse"} & allowed_verbs(person, request, MONDAY_TEN)


def test_who_filed_it_at_the_counter_may_handle_it() -> None:
    counter = factories.clerk()

    assert capacity(counter, desk.request(filed_by=counter), Who.HANDLER, MONDAY_TEN)


def test_deputy_for_notices_handles_nothing() -> None:
    request = desk.request(S.IN_PROGRESS, handler=factories.clerk())
    other = factories.clerk("科員乙")
    stand_in(other, request.handler, scope="notices")

    assert capacity(other, request, Who.HANDLER, MONDAY_TEN) is None


def test_disabled_account_may_nothing() -> None:
    request = desk.request(S.SUBMITTED)
    request.requester.is_active = False

    assert allowed_verbs(request.requester, request, MONDAY_TEN) == set()


class TestVisible:
    def seen(self, user: Person, request: Request) -> bool:
        return Request.objects.visible_to(Person.objects.get(pk=user.pk)).filter(pk=request.pk).exists()

    @pytest.mark.parametrize(
        ("who", "expected"),
        [
            ("requester", True),
            ("clerk", True),
            ("leader", True),
            ("administrator", True),
            ("stranger", False),
            ("requesters deputy", True),
        ],
    )
    def test_filed_request(self, who: str, expected: bool) -> None:
        request = desk.request(S.SUBMITTED)

        assert self.seen(cast(request)[who], request) is expected

    @pytest.mark.parametrize(
        ("who", "expected"), [("requester", True), ("clerk", False), ("director", False), ("requesters deputy", False)]
    )
    def test_draft_is_its_authors_alone(self, who: str, expected: bool) -> None:
        request = desk.draft()

        assert self.seen(cast(request)[who], request) is expected

    def test_approver_outside_the_office_sees_what_is_asked(self) -> None:
        secretary = factories.person("系秘書", "unit_secretary", at=factories.unit())
        request, step = laid_before(factories.student(), factories.clerk())
        assert not self.seen(secretary, request)

        type(step).objects.filter(pk=step.pk).update(approver=secretary)
        assert self.seen(secretary, request)
