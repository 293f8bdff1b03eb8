"""Sign-off of a request: both things move together."""

import pytest
from django.core.exceptions import PermissionDenied

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.core.work_item import Section
from apps.delivery.models import Delivery
from apps.journal.models import Entry
from apps.people.enums import Role
from apps.people.models import Person
from apps.servicedesk import services, work_items
from apps.servicedesk.enums import RequestState
from apps.servicedesk.models import Request
from apps.servicedesk.services.consent import note_consent
from tests import factories
from tests.servicedesk import factories as desk
from tests.servicedesk.stories import MONDAY_ELEVEN, MONDAY_TEN, laid_before, stand_in, taken

pytestmark = pytest.mark.django_db


@pytest.fixture
def student() -> Person:
    return factories.student()


@pytest.fixture
def clerk() -> Person:
    return factories.clerk()


@pytest.fixture
def director() -> Person:
    return factories.director()


def decide(step: Step, actor: Person, decision: StepState = StepState.APPROVED, **fields: object) -> object:
    return services.decide_approval(step_id=step.pk, actor=actor, decision=decision, at=MONDAY_ELEVEN, **fields)


class TestAsk:
    def test_tells_who_may_decide(self, student: Person, clerk: Person, director: Person) -> None:
        request, step = laid_before(student, clerk)

        assert (request.state, step.role, step.due_at) == (RequestState.IN_APPROVAL, "director", request.due_at)
        assert Delivery.objects.filter(person=director, channel="portal").count() == 1

    def test_asks_the_role_of_the_service(self, student: Person, clerk: Person) -> None:
        _request, step = laid_before(student, clerk, approval="leader")

        assert step.role == "leader"

    def test_second_time_changes_nothing(self, student: Person, clerk: Person) -> None:
        request, _step = laid_before(student, clerk)
        services.ask_approval(request=request, actor=clerk, at=MONDAY_ELEVEN)

        assert Step.objects.count() == 1

    def test_requester_may_not(self, student: Person, clerk: Person) -> None:
        with pytest.raises(PermissionDenied):
            services.ask_approval(request=taken(student, clerk), actor=student)


class TestDecide:
    @pytest.mark.parametrize(
        ("decision", "state", "verb"),
        [
            (StepState.APPROVED, RequestState.IN_PROGRESS, "approve"),
            (StepState.RETURNED, RequestState.IN_PROGRESS, "send_back"),
            (StepState.REFUSED, RequestState.REFUSED, "decline"),
        ],
    )
    def test_moves_the_request(
        self, student: Person, clerk: Person, director: Person, decision: StepState, state: str, verb: str
    ) -> None:
        request, step = laid_before(student, clerk)
        moved = decide(step, director, decision, note="理由")

        step.refresh_from_db()
        assert (moved.state, step.state, moved.handler) == (state, decision, clerk)
        assert moved.first_response_at == MONDAY_ELEVEN
        assert Entry.objects.about(request).last().verb == verb

    def test_refusal_stops_the_clock(self, student: Person, clerk: Person, director: Person) -> None:
        _request, step = laid_before(student, clerk)
        moved = decide(step, director, StepState.REFUSED, note="不合規定")

        assert (moved.closed_at, moved.used_minutes, moved.within_target) == (MONDAY_ELEVEN, 120, True)
        assert Delivery.objects.filter(person=student, message__texts__subject__startswith="Not granted").exists()

    def test_second_time_the_same_way_changes_nothing(self, student: Person, clerk: Person, director: Person) -> None:
        _request, step = laid_before(student, clerk)
        first = decide(step, director)
        again = decide(step, director, version=1)

        assert (again.version, again.state) == (first.version, first.state)

    def test_second_time_another_way_is_refused(self, student: Person, clerk: Person, director: Person) -> None:
        _request, step = laid_before(student, clerk)
        decide(step, director)

        with pytest.raises(services.UnableToDecide):
            decide(step, director, StepState.REFUSED, note="改主意")

    def test_deputy_decides_in_both_names(self, student: Person, clerk: Person, director: Person) -> None:
        request, step = laid_before(student, clerk)
        stand_in(clerk, director, scope="approvals")
        decide(step, clerk)

        entry = Entry.objects.about(request).last()
        assert (entry.actor, entry.on_behalf_of) == (clerk, director)

    def test_reader_may_not_and_nothing_moves(self, student: Person, clerk: Person) -> None:
        request, step = laid_before(student, clerk)

        for reader in (clerk, student, factories.leader()):
            with pytest.raises(PermissionDenied):
                decide(step, reader)
        request.refresh_from_db()
        assert request.state == RequestState.IN_APPROVAL

    def test_no_without_reason_moves_nothing(self, student: Person, clerk: Person, director: Person) -> None:
        request, step = laid_before(student, clerk)

        with pytest.raises(services.UnableToDecide):
            decide(step, director, StepState.RETURNED)
        request.refresh_from_db()
        assert request.state == RequestState.IN_APPROVAL

    def test_of_a_withdrawn_request_is_refused(self, student: Person, clerk: Person, director: Person) -> None:
        request, step = laid_before(student, clerk)
        services.withdraw(request=request, actor=student, note="不辦了", at=MONDAY_TEN)

        with pytest.raises(services.UnableToDecide):
            decide(step, director)


class TestApprovalStands:
    def test_until_the_answers_are_corrected(self, student: Person, clerk: Person, director: Person) -> None:
        request, step = laid_before(student, clerk, of=desk.certificate_service())
        request = decide(step, director)
        assert services.approval_stands(request)

        request = services.return_for_correction(
            request=request, actor=clerk, fields=["purpose"], note="?", at=MONDAY_ELEVEN
        )
        request = services.correct(request=request, actor=student, answers={"purpose": "德國"})
        assert not services.approval_stands(request)
        with pytest.raises(services.UnableToComplete):
            services.complete(request=request, actor=clerk)

    def test_not_after_it_was_sent_back(self, student: Person, clerk: Person, director: Person) -> None:
        request, step = laid_before(student, clerk)
        request = decide(step, director, StepState.RETURNED, note="附件不全")

        assert not services.approval_stands(request)


class TestOwnRequest:
    """Nobody decides about the own request, whoever stands in for them."""

    def test_waits_for_another_holder_of_the_role(self, clerk: Person, director: Person) -> None:
        other = factories.director("副主任")
        request, step = laid_before(director, clerk)

        assert step.role == Role.DIRECTOR
        assert sections(director) == []
        assert sections(other) == [request.number]
        assert list(Delivery.objects.filter(channel="portal", person=other).values_list("person", flat=True)) != []
        with pytest.raises(PermissionDenied):
            decide(step, director)
        decide(step, other)
        assert Request.objects.get(pk=request.pk).state == RequestState.IN_PROGRESS

    def test_filer_does_not_decide_either(self, student: Person, clerk: Person, director: Person) -> None:
        factories.director("副主任")
        request = services.start_draft(actor=director, service=desk.service(), requester=student)
        note_consent(request=request, actor=director, asked_by="counter")
        services.save_draft(request=request, actor=director, answers=desk.ANSWERS)
        services.take(request=services.submit(request=request, actor=director), actor=clerk)
        services.ask_approval(request=request, actor=clerk)

        with pytest.raises(PermissionDenied):
            decide(Step.objects.about(request).get(), director)

    def test_goes_to_a_leader_when_nobody_else_holds_the_role(self, clerk: Person, director: Person) -> None:
        leader = factories.leader()
        deputy = factories.person("代理人", Role.STAFF)
        stand_in(deputy, director, scope="approvals")
        request, step = laid_before(director, clerk)

        assert step.role == Role.LEADER
        assert sections(leader) == [request.number]
        assert sections(deputy) == []
        with pytest.raises(PermissionDenied):
            decide(step, deputy)
        decide(step, leader)
        assert Request.objects.get(pk=request.pk).state == RequestState.IN_PROGRESS

    def test_waits_for_the_role_when_there_is_nobody_at_all(self, clerk: Person, director: Person) -> None:
        _request, step = laid_before(director, clerk)

        assert step.role == Role.DIRECTOR


def sections(person: Person) -> list[str]:
    """Numbers under “needs my decision” on the dashboard of `person`."""
    items = work_items.for_user(person, at=MONDAY_ELEVEN)
    return [item.number for item in items if item.section == Section.DECIDE]
