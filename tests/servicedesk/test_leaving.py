"""Who hears and who has it when somebody has left, or nobody can decide; office days of November 2026."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.delivery.models import Delivery
from apps.journal.models import Entry
from apps.people.enums import Role
from apps.people.models import Person, Post
from apps.servicedesk import services
from apps.servicedesk.catalogue_enums import AskedWhen, StepWho
from apps.servicedesk.enums import RequestState as S
from apps.servicedesk.models import Request
from apps.servicedesk.services.leaving import hand_back, tell_of_nobody
from apps.servicedesk.services.telling import directors
from apps.servicedesk.work_items import for_user
from tests import factories
from tests.servicedesk import factories as desk
from tests.servicedesk.stories import MONDAY_ELEVEN, MONDAY_TEN, filed, laid_before, moment, stand_in, taken

pytestmark = pytest.mark.django_db


@pytest.fixture
def student() -> Person:
    return factories.student()


@pytest.fixture
def clerk() -> Person:
    return factories.clerk("經辦")


@pytest.fixture
def colleague() -> Person:
    return factories.clerk("同事")


def told(person: Person) -> list[str]:
    """English subjects of what a person was told, up to the colon, oldest first."""
    rows = Delivery.objects.filter(person=person, channel="portal", message__texts__language="en")
    return [subject.split(":")[0] for subject in rows.order_by("pk").values_list("message__texts__subject", flat=True)]


def leave(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(is_active=False)


def change_post(person: Person) -> None:
    """Still in the college, no more in the office."""
    Post.objects.filter(person=person).update(role=Role.STAFF)


class TestHandler:
    @pytest.mark.parametrize("gone", [leave, change_post])
    def test_what_they_had_is_nobodys_and_can_be_taken(
        self, gone: object, student: Person, clerk: Person, colleague: Person
    ) -> None:
        request = taken(student, clerk)
        gone(clerk)

        assert (hand_back(at=MONDAY_ELEVEN), hand_back(at=MONDAY_ELEVEN)) == (1, 0)

        row = Request.objects.get(pk=request.pk)
        assert (row.handler, row.state, row.due_at) == (None, S.IN_PROGRESS, request.due_at)
        entry = Entry.objects.about(row).order_by("-pk").first()
        assert (entry.verb, entry.actor, entry.changes["handler"]) == ("handler_left", None, [clerk.pk, None])
        assert "Nobody has it any more" in told(colleague)
        assert list(Request.objects.unassigned()) == [row]
        assert services.take(request=row, actor=colleague, at=MONDAY_ELEVEN).handler == colleague

    def test_who_is_there_keeps_theirs(self, student: Person, clerk: Person) -> None:
        taken(student, clerk)
        desk.request(S.IN_PROGRESS, handler=factories.director())
        desk.request(S.RESOLVED, handler=factories.person("離職", "clerk", is_active=False))

        assert hand_back(at=MONDAY_ELEVEN) == 0

    def test_a_stand_in_keeps_nothing_either(self, student: Person, clerk: Person, colleague: Person) -> None:
        request = taken(student, clerk)
        stand_in(colleague, clerk)
        leave(clerk)
        hand_back(at=MONDAY_ELEVEN)

        assert Request.objects.get(pk=request.pk).handler is None

    def test_many_are_told_in_one_message(self, student: Person, clerk: Person, colleague: Person) -> None:
        for _each in range(3):
            taken(student, clerk)
        leave(clerk)
        before = len(told(colleague))

        assert hand_back(at=MONDAY_ELEVEN) == 3
        assert told(colleague)[before:] == ["3 requests have nobody any more"]

    def test_message_reaches_the_clerks_before_the_sweep_came(
        self, student: Person, clerk: Person, colleague: Person
    ) -> None:
        request = taken(student, clerk)
        leave(clerk)
        services.post_message(request=request, author=student, body="請問辦到哪裏了？", at=MONDAY_ELEVEN)

        assert told(colleague)[-1].startswith("A message about")

    def test_decision_on_what_they_had_asked_goes_to_the_clerks(
        self, student: Person, clerk: Person, colleague: Person
    ) -> None:
        director = factories.director()
        request, step = laid_before(student, clerk)
        leave(clerk)
        hand_back(at=MONDAY_ELEVEN)
        row = services.decide_approval(step_id=step.pk, actor=director, decision=StepState.APPROVED, at=MONDAY_ELEVEN)

        assert (row.pk, row.state, row.handler) == (request.pk, S.IN_PROGRESS, None)
        assert told(colleague)[-1] == "Approved"

    def test_return_of_the_same_clerk_takes_it_anew(self, student: Person, clerk: Person) -> None:
        request = taken(student, clerk)
        leave(clerk)
        hand_back(at=MONDAY_TEN)
        Person.objects.filter(pk=clerk.pk).update(is_active=True)

        back = Person.objects.get(pk=clerk.pk)
        assert services.take(request=request, actor=back, at=MONDAY_ELEVEN).handler == back


class TestDirectors:
    def test_those_of_the_unit_above_are_found(self) -> None:
        college = factories.director("院辦主任")
        Post.objects.filter(person=college).update(unit=factories.root_unit())
        department = factories.unit("實驗中心", parent=factories.root_unit())
        request = desk.request(of=desk.service(unit=department))
        assert directors(request) == [college]

        own = factories.person("中心主任", Role.DIRECTOR, at=department)
        assert directors(request) == [own]

    def test_else_all_directors(self) -> None:
        request = desk.request(of=desk.service(unit=factories.unit("實驗中心", parent=factories.root_unit())))
        everybody = [factories.director("甲"), factories.director("乙")]
        factories.director("離職", is_active=False)

        with CaptureQueriesContext(connection) as captured:
            assert directors(request) == everybody
        assert len(captured) == 1

    def test_new_request_of_a_unit_without_clerks_reaches_a_director(self, student: Person) -> None:
        director = factories.director()
        filed(student, unit=factories.unit("實驗中心", parent=factories.root_unit()))

        assert told(director) == ["New request"]


class TestNobodyDecides:
    def test_directors_hear_when_the_role_is_empty(self, student: Person, clerk: Person) -> None:
        director = factories.director()
        request, step = laid_before(student, clerk, approval=Role.LEADER)

        assert step.role == Role.LEADER
        assert told(director)[-1] == "Nobody can decide"
        assert next(item for item in for_user(clerk, at=MONDAY_ELEVEN) if item.number == request.number).reason == (
            "leader：無人可審批"
        )

    def test_nothing_is_said_where_somebody_can(self, student: Person, clerk: Person) -> None:
        director, _leader = factories.director(), factories.leader()
        laid_before(student, clerk, approval=Role.LEADER)

        assert "Nobody can decide" not in told(director)
        assert tell_of_nobody(at=moment(24, 10)) == 0

    def test_named_person_who_left_later_is_told_of_once_a_working_day(self, student: Person, clerk: Person) -> None:
        director, named = factories.director(), factories.person("審批人", Role.STAFF)
        service = desk.service()
        desk.step(service, who=StepWho.PERSON, person=named)
        services.ask_approval(request=taken(student, clerk, of=service), actor=clerk, at=MONDAY_TEN)
        leave(named)

        counts = [
            tell_of_nobody(at=moment(day, hour)) for day, hour in ((23, 11), (24, 10), (24, 16), (24, 22), (25, 9))
        ]
        assert counts == [0, 1, 0, 0, 1]
        assert told(director).count("Nobody can decide") == 2

    def test_deputy_of_who_left_decides_for_nobody(self, student: Person, clerk: Person) -> None:
        named = factories.person("審批人", Role.STAFF)
        service = desk.service()
        desk.step(service, who=StepWho.PERSON, person=named, asked=AskedWhen.AT_ONCE)
        request = filed(student, of=service)
        stand_in(clerk, named)
        leave(named)

        assert list(Step.objects.about(request).asked_of_nobody()) == list(Step.objects.about(request))

    def test_barred_holder_does_not_count(self, clerk: Person) -> None:
        leader = factories.leader()
        request = filed(leader)
        step = Step.objects.create(subject=request, role=Role.LEADER, state=StepState.ASKED, barred=[leader.pk])
        other = Step.objects.create(
            subject=request,
            role=Role.CLERK,
            unit=factories.office(),
            state=StepState.ASKED,
            place=2,
            barred=[leader.pk],
        )

        assert list(Step.objects.about(request).asked_of_nobody()) == [step]
        leave(clerk)
        assert list(Step.objects.about(request).asked_of_nobody()) == [step, other]
