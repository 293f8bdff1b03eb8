"""New requests find their handler by the rule of the service, many at once too; the page that keeps the rule."""

from datetime import timedelta

import pytest
from django.urls import reverse

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.delivery.models import Delivery
from apps.journal.models import Entry
from apps.people.enums import Role
from apps.people.models import Person
from apps.servicedesk import services
from apps.servicedesk.catalogue_enums import AskedWhen
from apps.servicedesk.enums import AssignmentKind, Priority
from apps.servicedesk.enums import RequestState as S
from apps.servicedesk.models import AssignmentRule, Request, Service, Skill, Turn, UnitHandler
from tests import factories
from tests.servicedesk import factories as desk
from tests.servicedesk.stories import MONDAY_NINE, MONDAY_TEN, filed, stand_in
from tests.servicedesk.test_services_races import at_once

pytestmark = pytest.mark.django_db


def ruled(kind: str, **fields: object) -> Service:
    service = desk.service(**fields)
    AssignmentRule.objects.create(service=service, kind=kind)
    return service


def given(service: Service, requester: Person | None = None, **fields: object) -> Request:
    return filed(requester or factories.student(), of=service, **fields)


def why(request: Request) -> dict[str, object]:
    return Entry.objects.about(request).get(verb="assigned_by_rule").changes


def test_without_a_rule_nobody_has_it():
    factories.clerk()
    for service in (desk.service(), ruled(AssignmentKind.BY_HAND)):
        request = given(service)
        assert request.handler is None
        assert not Entry.objects.about(request).filter(verb="assigned_by_rule").exists()


def test_in_turn_the_one_with_the_fewest_open_gets_it():
    busy, idle = factories.clerk("甲"), factories.clerk("乙")
    factories.person("別處", "clerk", at=factories.unit("別處"))
    service = ruled(AssignmentKind.ROUND_ROBIN)
    desk.request(S.IN_PROGRESS, handler=busy)
    desk.request(S.RETURNED, handler=idle)  # waits for the requester: no load
    desk.request(S.RESOLVED, handler=idle)

    request = given(service)

    assert (request.handler, request.state) == (idle, S.SUBMITTED)
    assert why(request) == {
        "rule": "round_robin",
        "why": "fewest",
        "handler": [None, idle.pk],
        "handler_name": ["", "乙"],
        "open": 0,
    }


def test_urgent_ones_count_twice():
    first, second = factories.clerk("甲"), factories.clerk("乙")
    desk.request(S.IN_PROGRESS, handler=first, priority=Priority.URGENT)
    desk.request(S.IN_PROGRESS, handler=second)

    assert given(ruled(AssignmentKind.ROUND_ROBIN)).handler == second


def test_of_equals_who_waited_longest_gets_it():
    first, second, third = [factories.clerk(name) for name in "甲乙丙"]
    Turn.objects.create(person=first, last_at=MONDAY_NINE - timedelta(hours=1))
    Turn.objects.create(person=second, last_at=MONDAY_NINE - timedelta(hours=2))

    service = ruled(AssignmentKind.ROUND_ROBIN)

    assert given(service).handler == third  # never given anything
    assert given(service).handler == second
    assert given(service).handler == first
    assert Turn.objects.get(person=first).last_at == MONDAY_NINE


def test_who_is_away_is_left_out():
    away, there = factories.clerk("甲"), factories.clerk("乙")
    desk.request(S.IN_PROGRESS, handler=there)
    stand_in(factories.clerk("丙", number="C3"), away, scope="requests")
    stand_in(factories.leader(), there, scope="approvals")

    assert given(ruled(AssignmentKind.ROUND_ROBIN)).handler != away


def test_all_away_the_stand_in_gets_it():
    away = factories.clerk("甲")
    deputy = factories.director("代理")
    stand_in(deputy, away)

    request = given(ruled(AssignmentKind.ROUND_ROBIN))

    assert request.handler == deputy
    assert (why(request)["why"], why(request)["instead_of"]) == ("stand_in", "甲")


def test_stand_in_who_handles_no_requests_is_not_given_any():
    stand_in(factories.leader(), factories.clerk("甲"))

    request = given(ruled(AssignmentKind.ROUND_ROBIN))

    assert request.handler is None
    assert why(request)["why"] == "nobody"


class TestBeforeTheOffice:
    """A rule together with a step that is asked before the office starts."""

    def ask_first(self, kind: str = AssignmentKind.ROUND_ROBIN) -> tuple[Request, Person, Person]:
        clerk, leader = factories.clerk("甲"), factories.leader()
        service = ruled(kind)
        desk.step(service, role=Role.LEADER, asked=AskedWhen.AT_ONCE)
        return given(service), clerk, leader

    def decide(self, request: Request, actor: Person, decision: str, **fields: object) -> Request:
        step = Step.objects.about(request).get(state=StepState.ASKED)
        return services.decide_approval(step_id=step.pk, actor=actor, decision=decision, at=MONDAY_TEN, **fields)

    def test_the_step_is_asked_and_the_rule_waits(self):
        request, clerk, leader = self.ask_first()

        assert (request.state, request.handler) == (S.IN_APPROVAL, None)
        assert Delivery.objects.filter(person=leader, channel="portal").count() == 1
        assert not Delivery.objects.filter(person=clerk).exists()

    def test_the_rule_gives_it_out_when_the_office_may_start(self):
        request, clerk, leader = self.ask_first()
        row = self.decide(request, leader, StepState.APPROVED)

        assert (row.state, row.handler) == (S.SUBMITTED, clerk)
        assert Request.objects.get(pk=row.pk).handler == clerk
        assert why(row)["why"] == "fewest"
        subject = Delivery.objects.get(person=clerk, channel="portal", message__texts__language="en")
        assert subject.message.texts.get(language="en").subject.startswith("Given to you by rule")

    def test_sent_back_and_corrected_it_is_asked_again(self):
        request, _clerk, leader = self.ask_first()
        row = self.decide(request, leader, StepState.RETURNED, note="寫明")
        row = services.correct(request=row, actor=row.requester, answers={"purpose": "開會"}, at=MONDAY_TEN)

        assert (row.state, row.handler) == (S.IN_APPROVAL, None)


def test_nobody_is_given_the_own_request():
    asker, other = factories.clerk("甲"), factories.clerk("乙")
    desk.request(S.IN_PROGRESS, handler=other)
    skilled = ruled(AssignmentKind.BY_SKILL)
    for person in (asker, other):
        Skill.objects.create(service=skilled, person=person)
    by_unit = ruled(AssignmentKind.BY_UNIT)
    UnitHandler.objects.create(service=by_unit, unit=factories.office(), person=asker)

    assert given(ruled(AssignmentKind.ROUND_ROBIN), asker).handler == other
    assert given(skilled, asker).handler == other
    assert given(by_unit, asker).handler is None


def test_nor_as_the_stand_in_of_who_is_away():
    asker, away = factories.director("代理"), factories.clerk("甲")
    stand_in(asker, away)

    assert given(ruled(AssignmentKind.ROUND_ROBIN), asker).handler is None


def test_by_skill_only_who_knows_it():
    factories.clerk("甲")
    skilled = factories.clerk("乙")
    gone = factories.clerk("丙", is_active=False)
    service = ruled(AssignmentKind.BY_SKILL)
    for person in (skilled, gone, factories.student("不辦事")):
        Skill.objects.create(service=service, person=person)
    for _number in range(3):
        desk.request(S.IN_PROGRESS, handler=skilled)

    assert given(service).handler == skilled


def test_by_unit_the_nearest_named_handler():
    root = factories.root_unit()
    department = factories.unit("近系", parent=root)
    group = factories.unit("近班", parent=department)
    far, near = factories.clerk("院"), factories.clerk("系")
    service = ruled(AssignmentKind.BY_UNIT)
    UnitHandler.objects.create(service=service, unit=root, person=far)
    UnitHandler.objects.create(service=service, unit=department, person=near)

    assert given(service, factories.person("班生", "student", at=group)).handler == near
    assert given(service, factories.person("院生", "student", at=root)).handler == far


def test_by_unit_the_stand_in_of_who_is_away():
    root, named, deputy = factories.root_unit(), factories.clerk("甲"), factories.clerk("乙")
    service = ruled(AssignmentKind.BY_UNIT)
    UnitHandler.objects.create(service=service, unit=root, person=named)
    stand_in(deputy, named)

    request = given(service)

    assert request.handler == deputy
    assert why(request)["instead_of"] == "甲"


def test_handler_is_told_and_history_is_the_offices(client):
    clerk = factories.clerk("甲")
    request = given(ruled(AssignmentKind.ROUND_ROBIN))

    subjects = [row.message.texts.get(language="zh-hant").subject for row in Delivery.objects.filter(person=clerk)]
    assert all(request.number in subject for subject in subjects)
    assert subjects
    assert all(entry.internal for entry in Entry.objects.about(request).filter(verb="assigned_by_rule"))
    client.force_login(clerk)
    assert client.get(reverse("servicedesk:list")).context["page"].rows[0].can_be_taken
    services.take(request=request, actor=clerk)
    assert Request.objects.get().state == S.IN_PROGRESS


@pytest.mark.django_db(transaction=True)
def test_twenty_that_arrive_at_once_are_spread_evenly():
    for name in "甲乙丙丁":
        factories.clerk(name)
    first, second = ruled(AssignmentKind.ROUND_ROBIN), ruled(AssignmentKind.ROUND_ROBIN)
    drafts = [desk.draft(factories.student(), of=(first, second)[number % 2]) for number in range(20)]

    def submit(draft: Request):
        return lambda: services.submit(request=draft, actor=draft.requester, at=MONDAY_NINE)

    done = at_once(*[submit(draft) for draft in drafts])

    assert [type(each).__name__ for each in done] == ["Request"] * 20
    counts = [Request.objects.filter(handler=clerk).count() for clerk in Person.objects.filter(name__in="甲乙丙丁")]
    assert counts == [5, 5, 5, 5]


def page(service: Service) -> str:
    return reverse("servicedesk:assignment", args=[service.code])


def form(**fields: object) -> dict[str, object]:
    return {"kind": "by_hand", "line-TOTAL_FORMS": 2, "line-INITIAL_FORMS": 0, "version": 0} | fields


def test_rule_is_kept_on_its_page(client):
    client.force_login(factories.administrator())
    service, clerk, unit = desk.service(), factories.clerk(), factories.unit()
    assert client.get(page(service)).status_code == 200

    client.post(page(service), form(kind="by_skill", skilled=[clerk.pk], counts_time="on"))
    assert AssignmentRule.objects.get(service=service).kind == AssignmentKind.BY_SKILL
    assert service.skills.get().person == clerk

    line = {"line-0-unit": unit.pk, "line-0-person": clerk.pk}
    client.post(page(service), form(kind="by_unit", version=1, **line))
    assert service.unit_handlers.get().unit == unit
    assert not service.skills.exists()
    service.refresh_from_db()
    assert not service.counts_time
    assert Entry.objects.about(service).filter(verb="edited").count() == 2
    assert unit.name["en"] in client.get(page(service)).text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"kind": "by_skill"}, 422),
        ({"kind": "by_unit"}, 422),
        ({"kind": "nonsense"}, 422),
        ({"line-0-unit": "x"}, 422),
        ({"skilled": ["0"]}, 422),
        ({"version": "7"}, 409),
        ({"line-TOTAL_FORMS": "10000000"}, 422),
    ],
)
def test_rule_that_makes_no_sense_is_refused(client, fields, status):
    client.force_login(factories.administrator())
    service = desk.service()

    assert client.post(page(service), form(**fields)).status_code == status
    assert not AssignmentRule.objects.exists()


def test_rule_is_for_who_keeps_the_catalogue(client):
    client.force_login(factories.clerk())

    assert client.get(page(desk.service())).status_code == 403
