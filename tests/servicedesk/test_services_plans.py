"""The plan at work: turns before the office starts and on the handler's word, heads of units, new rounds."""

import pytest
from django.core.exceptions import PermissionDenied

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.core.work_item import Section
from apps.delivery.models import Delivery
from apps.journal.models import Entry
from apps.people.enums import Role, UnitKind
from apps.people.models import Person, Unit
from apps.servicedesk import services, work_items
from apps.servicedesk.catalogue_enums import AskedWhen, OfficePart, StepWho
from apps.servicedesk.enums import Priority, RequestState
from apps.servicedesk.models import Request, Service, ServiceStep
from apps.servicedesk.services.plans import PlanChanged, plan_of, plan_print, save_plan
from tests import factories
from tests.servicedesk import factories as desk
from tests.servicedesk.stories import MONDAY_ELEVEN, MONDAY_TEN, filed, stand_in, taken

pytestmark = pytest.mark.django_db
TRIP = {"field": "purpose", "operator": "is", "value": "出國"}


class Ground:
    """A department with a head, a class in it with a student; a service: the head first, then the leader abroad."""

    def __init__(self) -> None:
        self.department = factories.unit("計算機系", parent=factories.root_unit())
        self.group = factories.unit("2301 班", parent=self.department, kind=UnitKind.CLASS)
        self.head = factories.head(self.department)
        self.student = factories.person("林學生", Role.STUDENT, at=self.group)
        self.clerk, self.leader = factories.clerk(), factories.leader()
        self.service = desk.service()
        desk.step(self.service, order=1, who=StepWho.HEAD, asked=AskedWhen.AT_ONCE)
        desk.step(self.service, order=2, role=Role.LEADER, condition=TRIP)

    def filed(self, purpose: str = "出國", by: Person | None = None) -> Request:
        return filed(by or self.student, of=self.service, answers={"purpose": purpose})


@pytest.fixture
def ground() -> Ground:
    return Ground()


def asked(request: Request) -> Step:
    return Step.objects.about(request).get(state=StepState.ASKED)


def decide(request: Request, actor: Person, decision: StepState = StepState.APPROVED, **fields: object) -> Request:
    step = asked(request)
    return services.decide_approval(step_id=step.pk, actor=actor, decision=decision, at=MONDAY_ELEVEN, **fields)


class TestBeforeTheOffice:
    def test_head_of_the_department_above_the_class_is_asked_at_once(self, ground: Ground) -> None:
        request = ground.filed()
        step = asked(request)

        assert request.state == RequestState.IN_APPROVAL
        assert (step.role, step.unit) == (Role.UNIT_HEAD, ground.department)
        assert Delivery.objects.filter(person=ground.head, channel="portal").exists()
        assert not Delivery.objects.filter(person=ground.clerk, channel="portal").exists()
        assert not Request.objects.unassigned().exists()
        items = work_items.for_user(ground.head, at=MONDAY_TEN)
        assert [item.section for item in items] == [Section.DECIDE]

    def test_urging_reminds_the_head_and_not_the_office_that_waits_too(self, ground: Ground) -> None:
        services.urge(request=ground.filed(), actor=ground.student, at=MONDAY_TEN)
        urged = Delivery.objects.filter(channel="portal", message__queue="urgent")

        assert [row.person for row in urged] == [ground.head]

    def test_urging_a_later_step_reminds_the_handler_too(self, ground: Ground) -> None:
        request = services.take(request=decide(ground.filed(), ground.head), actor=ground.clerk, at=MONDAY_ELEVEN)
        request = services.ask_approval(request=request, actor=ground.clerk, at=MONDAY_ELEVEN)
        services.urge(request=request, actor=ground.student, at=MONDAY_ELEVEN)
        urged = Delivery.objects.filter(channel="portal", message__queue="urgent")

        assert {row.person for row in urged} == {ground.leader, ground.clerk}

    def test_office_hears_of_it_when_the_head_agreed(self, ground: Ground) -> None:
        request = decide(ground.filed(), ground.head)

        assert (request.state, request.handler, request.first_response_at) == (RequestState.SUBMITTED, None, None)
        assert Delivery.objects.filter(person=ground.clerk, channel="portal").exists()
        assert list(Request.objects.unassigned()) == [request]

    def test_sent_back_goes_to_the_requester_and_a_new_round_begins(self, ground: Ground) -> None:
        request = decide(ground.filed(), ground.head, StepState.RETURNED, note="寫明哪國")
        back = request.returns.get()

        assert (request.state, back.note, request.return_count) == (RequestState.RETURNED, "寫明哪國", 1)
        assert set(back.fields) == {"purpose", "remarks"}
        request = services.correct(request=request, actor=ground.student, answers={"purpose": "出國"}, at=MONDAY_ELEVEN)
        assert request.state == RequestState.IN_APPROVAL
        assert asked(request).round == 2

    def test_refusal_ends_it(self, ground: Ground) -> None:
        request = decide(ground.filed(), ground.head, StepState.REFUSED, note="不符規定")

        assert request.state == RequestState.REFUSED

    def test_filed_twice_is_filed_once(self, ground: Ground) -> None:
        request = ground.filed()
        services.submit(request=request, actor=ground.student)

        assert Step.objects.count() == 1

    def test_nobody_of_the_office_can_take_it_before(self, ground: Ground) -> None:
        with pytest.raises(services.UnableToTake):
            services.take(request=ground.filed(), actor=ground.clerk)

    def test_neither_requester_nor_another_head_decides(self, ground: Ground) -> None:
        far = factories.head(factories.unit("物理系", parent=factories.root_unit()))
        request = ground.filed()

        for stranger in (far, ground.student, ground.clerk):
            with pytest.raises(PermissionDenied):
                decide(request, stranger)
        assert not Request.objects.visible_to(far).exists()

    def test_deputy_of_the_head_decides_in_both_names(self, ground: Ground) -> None:
        deputy = factories.person("代理人", Role.STAFF, at=ground.department)
        stand_in(deputy, ground.head, scope="approvals")
        request = decide(ground.filed(), deputy)

        entry = Entry.objects.about(request).get(verb="clear")
        assert (entry.actor, entry.on_behalf_of) == (deputy, ground.head)


class TestWhoIsAsked:
    def test_own_request_of_a_head_goes_to_the_leader(self, ground: Ground) -> None:
        step = asked(ground.filed(by=ground.head))

        assert (step.role, step.unit, step.barred) == (Role.LEADER, None, [ground.head.pk])

    def test_head_of_a_higher_unit_comes_first(self, ground: Ground) -> None:
        dean = factories.head(factories.root_unit(), "學院負責人")
        step = asked(ground.filed(by=ground.head))

        assert step.unit == factories.root_unit()
        assert Request.objects.visible_to(dean).exists()

    def test_unit_without_a_head_asks_the_leader(self, ground: Ground) -> None:
        person = factories.person("散人", Role.STAFF, at=factories.unit("無主系", parent=factories.root_unit()))

        assert asked(ground.filed(by=person)).role == Role.LEADER

    def test_post_in_a_unit_asks_its_holders_alone(self, ground: Ground) -> None:
        service = desk.service()
        desk.step(service, who=StepWho.POST, role=Role.DIRECTOR, unit=ground.department, asked=AskedWhen.AT_ONCE)
        here = factories.person("實驗室主任", Role.DIRECTOR, at=ground.department)
        request = filed(ground.student, of=service)

        with pytest.raises(PermissionDenied):
            decide(request, factories.director())
        assert decide(request, here).state == RequestState.SUBMITTED

    def test_named_person_who_is_barred_is_not_asked(self, ground: Ground) -> None:
        service = desk.service()
        desk.step(service, who=StepWho.PERSON, person=ground.student, asked=AskedWhen.AT_ONCE)

        assert asked(filed(ground.student, of=service)).role == Role.LEADER
        other = factories.student("別人")
        assert asked(filed(other, of=service)).approver == ground.student

    def test_person_who_left_is_not_asked(self, ground: Ground) -> None:
        gone = factories.person("離職", Role.STAFF)
        service = desk.service()
        desk.step(service, who=StepWho.PERSON, person=gone, asked=AskedWhen.AT_ONCE)
        Person.objects.filter(pk=gone.pk).update(is_active=False)

        assert asked(filed(ground.student, of=service)).role == Role.LEADER


class TestOnTheHandlersWord:
    def test_later_turn_is_asked_by_the_handler_and_only_where_the_answers_call_for_it(self, ground: Ground) -> None:
        home = services.take(request=decide(ground.filed("國內"), ground.head), actor=ground.clerk)
        services.complete(request=home, actor=ground.clerk)

        abroad = services.take(request=decide(ground.filed(), ground.head), actor=ground.clerk)
        with pytest.raises(services.UnableToComplete):
            services.complete(request=abroad, actor=ground.clerk)
        abroad = services.ask_approval(request=abroad, actor=ground.clerk)
        assert [(step.order, step.role) for step in Step.objects.about(abroad).filter(round=2)] == [(2, Role.LEADER)]
        abroad = decide(abroad, ground.leader)
        assert services.complete(request=abroad, actor=ground.clerk).state == RequestState.RESOLVED

    def test_correction_asks_everybody_anew(self, ground: Ground) -> None:
        request = services.take(request=decide(ground.filed(), ground.head), actor=ground.clerk)
        request = services.return_for_correction(
            request=request, actor=ground.clerk, fields=["purpose"], note="?", at=MONDAY_ELEVEN
        )
        request = services.correct(request=request, actor=ground.student, answers={"purpose": "國內"})
        assert request.state == RequestState.IN_PROGRESS
        assert not services.approval_stands(request)

        request = services.ask_approval(request=request, actor=ground.clerk)
        assert asked(request).role == Role.UNIT_HEAD

    def test_turns_follow_each_other_and_the_request_stays_until_the_last(self, ground: Ground) -> None:
        service = desk.service(approval=[Role.DIRECTOR, Role.LEADER])
        director = factories.director()
        request = services.ask_approval(request=taken(ground.student, ground.clerk, of=service), actor=ground.clerk)
        request = decide(request, director)

        assert request.state == RequestState.IN_APPROVAL
        assert Entry.objects.about(request).filter(verb="approve_step").count() == 1
        assert Delivery.objects.filter(person=ground.leader, channel="portal").exists()
        assert decide(request, ground.leader).state == RequestState.IN_PROGRESS

    def test_taken_back_keeps_what_was_approved(self, ground: Ground) -> None:
        service = desk.service(approval=[Role.DIRECTOR, Role.LEADER])
        request = services.ask_approval(request=taken(ground.student, ground.clerk, of=service), actor=ground.clerk)
        decide(request, factories.director())
        request = services.recall_approval(request=request, actor=ground.clerk)
        assert request.state == RequestState.IN_PROGRESS
        with pytest.raises(services.UnableToComplete):
            services.complete(request=request, actor=ground.clerk)

        request = services.ask_approval(request=request, actor=ground.clerk)
        assert asked(request).role == Role.LEADER

    def test_only_the_handler_takes_it_back(self, ground: Ground) -> None:
        service = desk.service(approval=Role.DIRECTOR)
        request = services.ask_approval(request=taken(ground.student, ground.clerk, of=service), actor=ground.clerk)

        for person in (ground.student, ground.leader, factories.clerk("科員乙")):
            with pytest.raises(PermissionDenied):
                services.recall_approval(request=request, actor=person)

    def test_office_part_may_be_needed_first(self, ground: Ground) -> None:
        questions = [*desk.FIELDS[:2], desk.FIELDS[2] | {"required": True}]
        service = desk.service(questions=questions, approval=Role.DIRECTOR, office_part=OfficePart.BEFORE_APPROVAL)
        request = taken(ground.student, ground.clerk, of=service)
        with pytest.raises(services.UnableToAsk):
            services.ask_approval(request=request, actor=ground.clerk)

        answers = desk.ANSWERS | {"register": "X1"}
        request = services.fill_office_part(request=request, actor=ground.clerk, answers=answers)
        assert services.ask_approval(request=request, actor=ground.clerk).state == RequestState.IN_APPROVAL


class TestPlan:
    def test_change_counts_for_new_requests_only(self, ground: Ground) -> None:
        before = ground.filed()
        save_plan(service=ground.service, steps=[], actor=ground.leader)

        before.refresh_from_db()
        assert len(before.plan) == 2
        assert ground.filed().state == RequestState.SUBMITTED

    def test_somebody_elses_change_is_not_lost(self, ground: Ground) -> None:
        known, plan = plan_print(ground.service), plan_of(ground.service)
        ServiceStep.objects.filter(service=ground.service, order=2).delete()

        with pytest.raises(PlanChanged):
            save_plan(service=ground.service, steps=plan, actor=ground.leader, known=known)

    def test_same_again_changes_nothing(self, ground: Ground) -> None:
        save_plan(service=ground.service, steps=plan_of(ground.service), actor=ground.leader)

        assert not Entry.objects.about(ground.service).exists()

    def test_change_is_on_record(self, ground: Ground) -> None:
        save_plan(service=ground.service, steps=plan_of(ground.service)[:1], actor=ground.leader)

        before, after = Entry.objects.about(ground.service).get(verb="plan_changed").changes["steps"]
        assert (len(before), len(after)) == (2, 1)


class TestFastLane:
    def test_is_urgent_from_the_start_and_tells_everybody_on_duty(self, ground: Ground) -> None:
        director, other = factories.director(), factories.clerk("科員乙")
        service = desk.service("突發事件", fast_lane=True)
        request = filed(ground.student, of=service)

        assert request.priority == Priority.URGENT
        told = Delivery.objects.filter(channel="portal", message__texts__subject__startswith="Urgent, now")
        assert set(told.values_list("person", flat=True)) == {director.pk, other.pk, ground.clerk.pk}
        assert set(told.values_list("message__queue", flat=True)) == {"urgent"}

    def test_ordinary_service_tells_the_clerks_alone(self, ground: Ground) -> None:
        director = factories.director()

        assert filed(ground.student).priority == Priority.NORMAL
        assert not Delivery.objects.filter(person=director, channel="portal").exists()


class TestWhoMayAsk:
    """By role and unit on one post; seeing is apart from asking; nobody asks who was not named."""

    @pytest.mark.parametrize(
        ("fields", "ask_units", "see_units", "asks", "sees"),
        [
            ({}, [], [], True, True),
            ({"roles": [Role.STUDENT]}, [], [], True, True),
            ({"roles": [Role.STAFF]}, [], [], False, False),
            ({"roles": [Role.STAFF], "seen_by_roles": [Role.STUDENT]}, [], [], False, True),
            ({}, ["near"], [], True, True),
            ({}, ["far"], [], False, False),
            ({}, ["far"], ["near"], False, True),
            ({}, ["far"], ["far"], False, False),
            ({"roles": [Role.STAFF], "seen_by_roles": [Role.STUDENT]}, [], ["far"], False, False),
            ({"roles": [Role.STUDENT]}, ["near"], [], True, True),
            ({"roles": [Role.STAFF]}, ["near"], [], False, False),
        ],
    )
    def test_student_of_a_class_below_the_near_department(
        self, ground: Ground, fields, ask_units, see_units, asks, sees
    ) -> None:
        units = {"near": ground.department, "far": factories.unit("遠系", parent=factories.root_unit())}
        service = desk.service(**fields)
        opened(service, "ask", [units[name] for name in ask_units])
        opened(service, "see", [units[name] for name in see_units])
        theirs = Service.objects.filter(pk=service.pk)

        assert theirs.askable_by(ground.student).exists() == asks
        assert theirs.visible_to(ground.student).exists() == sees
        assert theirs.visible_to(ground.clerk).exists()
        if not asks:
            with pytest.raises(services.UnableToFile):
                services.start_draft(actor=ground.clerk, service=service, requester=ground.student)

    def test_two_posts_do_not_add_up(self, ground: Ground) -> None:
        far = factories.unit("遠系", parent=factories.root_unit())
        both = factories.person("兩職", Role.STUDENT, at=ground.department)
        factories.post(both, Role.STAFF, far)
        service = desk.service(roles=[Role.STAFF])
        opened(service, "ask", [ground.department])

        assert not Service.objects.filter(pk=service.pk).askable_by(both).exists()

    def test_draft_that_was_begun_before_cannot_be_filed(self, ground: Ground) -> None:
        service = desk.service()
        draft = desk.draft(ground.student, of=service)
        Service.objects.update(roles=[Role.STAFF])

        with pytest.raises(services.UnableToFile):
            services.submit(request=draft, actor=ground.student)

    def test_area_out_of_use_offers_nothing(self, ground: Ground) -> None:
        service = desk.service()
        service.area.is_active = False
        service.area.save()

        assert not Service.objects.visible_to(ground.clerk).filter(pk=service.pk).exists()


def opened(service: Service, kind: str, units: list[Unit]) -> None:
    for unit in units:
        service.openings.create(kind=kind, unit=unit)
