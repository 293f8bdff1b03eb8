"""The tab “approval steps”: rows, one step's form, reorder, remove, trial; a lost update is told."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.people.enums import Role
from apps.servicedesk.catalogue_enums import AskedWhen, StepWho
from apps.servicedesk.models import Service, ServiceStep
from apps.servicedesk.services.plans import plan_print
from tests import factories
from tests.servicedesk import factories as desk

pytestmark = pytest.mark.django_db
NEW = {"order": 1, "asked": "on_word", "who": "role", "role": "director"}


@pytest.fixture
def service(client) -> Service:
    client.force_login(factories.administrator())
    return desk.service("用車")


def url(service: Service, name: str, *more: object) -> str:
    return reverse(f"servicedesk:{name}", args=[service.code, *more])


def post(client, service: Service, name: str, *more: object, **data: object):
    return client.post(url(service, name, *more), {"print": plan_print(service)} | data)


def orders() -> list[tuple[int, str]]:
    return list(ServiceStep.objects.order_by("order", "place").values_list("order", "role"))


def test_step_is_made_and_named_after_who_decides(client, service):
    answer = post(client, service, "create_step", **NEW)

    assert answer.url == url(service, "plan")
    step = ServiceStep.objects.get()
    assert (step.order, step.who, step.role, step.name["zh-hant"]) == (1, StepWho.ROLE, "director", "辦公室主任")


def test_condition_takes_the_words_of_the_answer(client, service):
    condition = {"condition_field": "purpose", "condition_operator": "in", "condition_value": "出國，出境"}
    post(client, service, "create_step", **NEW | condition)

    assert ServiceStep.objects.get().condition == {"field": "purpose", "operator": "in", "value": ["出國", "出境"]}
    assert "出國" in client.get(url(service, "plan")).text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"role": ""}, "role"),
        ({"who": "post"}, "unit"),
        ({"who": "person", "number": "nobody"}, "number"),
        ({"order": 0}, "order"),
        ({"who": "everybody"}, "who"),
        ({"condition_field": "gone"}, "condition_field"),
        ({"condition_field": "purpose", "condition_operator": "is"}, "__all__"),
        (
            {"asked": "at_once", "condition_field": "register", "condition_operator": "filled"},
            "__all__",
        ),
    ],
)
def test_mistakes_are_told_at_their_field(client, service, changes, field):
    answer = post(client, service, "create_step", **NEW | changes)

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {field}
    assert not ServiceStep.objects.exists()


def test_what_another_way_to_decide_would_say_is_dropped(client, service):
    person = factories.leader()
    post(client, service, "create_step", **NEW | {"who": "person", "number": person.number, "unit": service.unit_id})

    step = ServiceStep.objects.get()
    assert (step.person, step.role, step.unit) == (person, "", None)


def test_last_word_on_a_turn_counts_for_all_of_it(client, service):
    desk.step(service, order=1, role=Role.DIRECTOR)
    post(client, service, "create_step", **NEW | {"role": "leader", "any_of": "on", "asked": "at_once"})

    assert set(ServiceStep.objects.values_list("order", "any_of", "asked")) == {(1, True, AskedWhen.AT_ONCE)}
    assert ServiceStep.objects.count() == 2


def test_turns_change_places_and_leave_no_gap(client, service):
    for order, role in enumerate((Role.DIRECTOR, Role.LEADER, Role.CLERK), start=1):
        desk.step(service, order=order, role=role)
    post(client, service, "move_step", 3, step="up")
    assert orders() == [(1, "director"), (2, "clerk"), (3, "leader")]

    post(client, service, "move_step", 1, step="up")
    post(client, service, "remove_step", 1)
    assert orders() == [(1, "clerk"), (2, "leader")]


def test_turn_before_the_office_cannot_move_behind_the_handlers(client, service):
    desk.step(service, order=1, who=StepWho.HEAD, asked=AskedWhen.AT_ONCE)
    desk.step(service, order=2, role=Role.LEADER)
    post(client, service, "move_step", 1, step="down")

    assert orders() == [(1, ""), (2, "leader")]


def test_edited_step_shows_what_it_says(client, service):
    desk.step(service, role=Role.DIRECTOR, condition={"field": "purpose", "operator": "is", "value": "出國"})
    page = client.get(url(service, "edit_step", 1))
    assert page.context["form"].initial["condition_value"] == "出國"

    post(client, service, "edit_step", 1, **NEW | {"role": "leader"})
    assert list(ServiceStep.objects.values_list("role", "condition")) == [("leader", {})]


def test_plan_changed_by_another_keeps_the_text(client, service):
    known = plan_print(service)
    desk.step(service, role=Role.LEADER)
    data = NEW | {"print": known, "name_zh-hant": "我填的"}
    answer = client.post(url(service, "create_step"), data)

    assert answer.status_code == 409
    assert "我填的" in answer.text
    assert ServiceStep.objects.count() == 1
    client.post(url(service, "remove_step", 1), {"print": known})
    assert ServiceStep.objects.count() == 1


@pytest.mark.parametrize("name", ["edit_step", "move_step", "remove_step"])
def test_step_that_is_not_there_is_unknown(client, service, name):
    assert post(client, service, name, 1).status_code == 404


def test_trial_says_who_would_be_asked(client, service):
    unit = factories.unit()
    head = factories.head(unit, "丁主任")
    requester = factories.person("張老師", Role.STAFF, at=unit)
    desk.step(service, order=1, who=StepWho.HEAD, asked=AskedWhen.AT_ONCE)
    abroad = {"field": "purpose", "operator": "is", "value": "出國"}
    desk.step(service, order=2, role=Role.LEADER, condition=abroad)
    path = url(service, "try_plan")

    trial = client.get(path, {"try": 1, "requester": requester.number, "purpose": "國內"}).context["trial"]
    assert [(line.is_asked, line.people) for line in trial] == [(True, [head]), (False, [])]
    trial = client.get(path, {"try": 1, "requester": head.number, "purpose": "出國"}).context["trial"]
    assert [line.is_asked for line in trial] == [True, True]
    assert [person.name for person in trial[0].people] == ["管理員"]  # the next higher: there is no leader
    assert trial[1].words
    assert client.get(path, {"try": 1, "requester": "nobody"}).context["form"].errors


def test_trial_changes_nothing_and_needs_no_answers(client, service):
    assert client.get(url(service, "try_plan")).status_code == 200
    assert "trial" not in client.get(url(service, "try_plan")).context


def test_plan_takes_the_same_queries_for_one_and_three_steps(client, service):
    counts = []
    desk.step(service, order=1, who=StepWho.PERSON, person=factories.leader())
    client.get(url(service, "plan"))
    for order in (2, 4):
        with CaptureQueriesContext(connection) as queries:
            client.get(url(service, "plan"))
        counts.append(len(queries))
        desk.step(service, order=order, who=StepWho.PERSON, person=factories.leader())
        desk.step(service, order=order + 1, who=StepWho.POST, role=Role.CLERK, unit=factories.unit())

    # The first of these names no unit, so one look-up is spared.
    assert counts[1] - counts[0] in (0, 1)


def test_requester_reads_who_approves(client, service):
    desk.step(service, role=Role.DIRECTOR, name=desk.words("主任審批"))
    client.force_login(factories.student())

    assert "主任審批" in client.get(reverse("servicedesk:file", args=[service.code])).text
