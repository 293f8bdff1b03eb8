"""Every move's address: works, a deputy may, a reader 403, a stranger 404, GET 405, a second time changes nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from apps.approvals.services import ask
from apps.core.clock import now
from apps.journal.models import Entry
from apps.people.enums import DeputyScope, Role
from apps.people.models import Deputy, Person
from apps.servicedesk.enums import RequestState as S
from apps.servicedesk.models import Certificate, Request, RequestMessage, Return
from tests import factories
from tests.servicedesk import factories as desk

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Case:
    """One move: from which state, who may, what is posted, and what it leads to."""

    verb: str
    state: S
    who: str
    target: S
    data: dict[str, object] = field(default_factory=dict)
    deputy: bool = True

    def __str__(self) -> str:
        return self.verb


CASES = [
    Case("withdraw", S.SUBMITTED, "requester", S.WITHDRAWN, {"note": "不需要了"}),
    Case("answer", S.WAITING_REQUESTER, "requester", S.IN_PROGRESS, {"body": "是德國"}),
    Case("correct", S.RETURNED, "requester", S.IN_PROGRESS, {"purpose": "申請德國短期簽證"}),
    Case("reopen", S.RESOLVED, "requester", S.IN_PROGRESS, {"note": "少一頁"}),
    Case("urge", S.IN_PROGRESS, "requester", S.IN_PROGRESS),
    Case("rate", S.RESOLVED, "requester", S.RESOLVED, {"rating": "5", "note": "很快"}, deputy=False),
    Case("take", S.SUBMITTED, "handler", S.IN_PROGRESS),
    Case("return", S.IN_PROGRESS, "handler", S.RETURNED, {"fields_to_correct": ["purpose"], "note": "寫明國家"}),
    Case("ask", S.IN_PROGRESS, "handler", S.WAITING_REQUESTER, {"note": "哪一國？"}),
    Case("resume", S.WAITING_REQUESTER, "handler", S.IN_PROGRESS),
    Case("ask_approval", S.IN_PROGRESS, "handler", S.IN_APPROVAL),
    Case("complete", S.IN_PROGRESS, "handler", S.RESOLVED, {"note": "請來領取"}),
    Case("refuse", S.IN_PROGRESS, "handler", S.REFUSED, {"note": "不是本院學生"}),
    Case("set_due", S.IN_PROGRESS, "director", S.IN_PROGRESS, {"note": "等印刷廠", "due_at": "2027-03-01T10:00"}),
    Case("decide", S.IN_APPROVAL, "director", S.IN_PROGRESS, {"decision": "approved"}),
    Case("assign", S.IN_PROGRESS, "handler", S.IN_PROGRESS),
    Case("office", S.IN_PROGRESS, "handler", S.IN_PROGRESS, {"register": "2023-0042"}),
]
every_case = pytest.mark.parametrize("case", CASES, ids=str)


@dataclass
class Scene:
    item: Request
    actor: Person
    reader: Person
    data: dict[str, object]


def scene(case: Case) -> Scene:
    """A request in the state the move needs, who may make it, and who may only look."""
    handler = None if case.verb == "take" else factories.clerk("張經辦")
    item = desk.request(case.state, handler=handler, closed_at=now() if case.state == S.RESOLVED else None)
    director = factories.director()
    data = {"form_token": str(uuid4()), "version": item.version, **case.data}
    if case.state == S.RETURNED:
        Return.objects.create(request=item, fields=["purpose"], note="寫明國家", returned_by=handler)
    if case.verb == "decide":
        step = ask(subject=item, name={"en": "Approval"}, role=Role.DIRECTOR, actor=handler)
        data |= {"step": step.pk, "step_version": step.version}
    if case.verb == "assign":
        data["handler"] = factories.clerk("李接手").pk
    actor = {"requester": item.requester, "handler": handler or factories.clerk("新經辦"), "director": director}[
        case.who
    ]
    reader = item.requester if case.who != "requester" else factories.clerk("旁人")
    return Scene(item, actor, reader, data)


def send(client: Client, person: Person, verb: str, item: Request, data: dict[str, object]):
    client.force_login(person)
    return client.post(reverse(f"servicedesk:{verb}", args=[item.pk]), data)


def state_of(item: Request) -> tuple[object, ...]:
    row = Request.objects.get(pk=item.pk)
    return row.state, row.handler_id, row.version, row.rating, row.due_at, Entry.objects.about(row).count()


@every_case
def test_move_works(client, case):
    given = scene(case)
    before = state_of(given.item)

    answer = send(client, given.actor, case.verb, given.item, given.data)

    assert answer.status_code == 302, answer.context["screen"].form.errors if answer.context else answer
    assert answer.url == given.item.get_absolute_url()
    after = state_of(given.item)
    assert after[0] == case.target
    assert after[-1] > before[-1]


@pytest.mark.parametrize("case", [case for case in CASES if case.deputy], ids=str)
def test_move_by_deputy_keeps_both_names(client, case):
    given = scene(case)
    office = case.who != "requester" and case.verb != "decide"  # stands in for a colleague of the office
    roles, unit = ([Role.CLERK], factories.office()) if office else ([Role.STAFF], None)
    deputy = factories.person("代理人", *roles, at=unit)
    scope = DeputyScope.APPROVALS if case.verb == "decide" else DeputyScope.REQUESTS
    Deputy.objects.create(
        principal=given.actor,
        deputy=deputy,
        scope=scope,
        starts_at=now() - timedelta(days=1),
        ends_at=now() + timedelta(days=1),
        created_by=given.actor,
    )

    answer = send(client, deputy, case.verb, given.item, given.data)

    assert answer.status_code == 302
    assert state_of(given.item)[0] == case.target
    last = Entry.objects.about(given.item).order_by("-pk").first()
    assert last.actor == deputy
    if case.verb != "take":  # a clerk takes an unassigned request in the own name
        assert last.on_behalf_of == given.actor


@every_case
def test_move_is_forbidden_to_reader(client, case):
    given = scene(case)
    before = state_of(given.item)

    assert send(client, given.reader, case.verb, given.item, given.data).status_code == 403
    assert state_of(given.item) == before


@every_case
def test_move_is_unknown_to_stranger(client, case):
    given = scene(case)
    before = state_of(given.item)

    assert send(client, factories.student("外人"), case.verb, given.item, given.data).status_code == 404
    assert state_of(given.item) == before


@every_case
def test_move_is_never_made_by_get(client, case):
    given = scene(case)
    before = state_of(given.item)
    client.force_login(given.actor)

    assert client.get(reverse(f"servicedesk:{case.verb}", args=[given.item.pk])).status_code == 405
    assert state_of(given.item) == before


@every_case
def test_form_sent_twice_moves_once(client, case):
    given = scene(case)
    first = send(client, given.actor, case.verb, given.item, given.data)
    after = state_of(given.item)

    second = send(client, given.actor, case.verb, given.item, given.data)

    assert (second.status_code, second.url) == (302, first.url)
    assert state_of(given.item) == after


NEED_DATA = [case for case in CASES if case.verb == "assign" or (case.data and case.verb not in ("complete", "office"))]


@pytest.mark.parametrize("case", NEED_DATA, ids=str)
def test_move_without_its_data_shows_the_form_again(client, case):
    given = scene(case)
    before = state_of(given.item)

    answer = send(client, given.actor, case.verb, given.item, {"version": given.item.version})

    assert answer.status_code == 422
    assert state_of(given.item) == before


TYPED = [case for case in CASES if case.data.get("note") and case.verb != "rate"]


@pytest.mark.parametrize("case", TYPED, ids=str)
def test_move_on_an_old_page_shows_three_choices_and_keeps_the_text(client, case):
    given = scene(case)
    Request.objects.filter(pk=given.item.pk).update(version=given.item.version + 1)
    before = state_of(given.item)

    answer = send(client, given.actor, case.verb, given.item, given.data)

    assert answer.status_code == 409
    assert case.data["note"] in answer.text
    assert answer.context["note"] == case.data["note"]
    assert state_of(given.item) == before

    again = dict(answer.context["fields"]) | {"version": answer.context["item"].version}
    assert send(client, given.actor, case.verb, given.item, again).status_code == 302
    assert state_of(given.item)[0] == case.target


def test_late_taker_is_told_who_was_faster(client):
    item = desk.request()
    late = factories.clerk("慢一步")
    send(client, factories.clerk("快一步"), "take", item, {"version": item.version})

    answer = send(client, late, "take", item, {"version": item.version})

    assert answer.status_code == 409
    assert "快一步" in answer.text


@pytest.fixture
def paper() -> Certificate:
    item = desk.request(S.RESOLVED, of=desk.certificate_service(), handler=factories.clerk())
    return desk.certificate(item, number="C2026-0001")


@pytest.mark.parametrize(("verb", "data"), [("reissue", {"note": "姓名有誤"}), ("revoke", {"reason": "已休學"})])
def test_paper_moves(client: Client, paper: Certificate, verb: str, data: dict[str, str]):
    url = reverse(f"servicedesk:{verb}", args=[paper.pk])
    tell: Callable[[Person], int] = lambda person: (client.force_login(person), client.post(url, data).status_code)[1]  # noqa: E731

    assert tell(factories.student()) == 404
    assert tell(paper.request.requester) == 403
    assert tell(factories.clerk("旁人")) == 403
    assert client.get(url).status_code == 405
    assert tell(paper.request.handler) == 302
    changed = Certificate.objects.get(pk=paper.pk)
    assert bool(changed.replaced_by_id) == (verb == "reissue")
    assert bool(changed.revoked_at) == (verb == "revoke")
    count = Certificate.objects.count()
    tell(paper.request.handler)
    assert Certificate.objects.count() == count


def test_message_and_note_reach_only_whom_they_should(client):
    item = desk.request(handler=factories.clerk())
    send(client, item.requester, "message", item, {"body": "什麼時候好？", "internal": "on"})
    assert not RequestMessage.objects.exists()  # a requester has no internal notes

    send(client, item.requester, "message", item, {"body": "什麼時候好？"})
    send(client, item.handler, "message", item, {"body": "學籍待核", "internal": "on"})
    assert send(client, factories.student(), "message", item, {"body": "偷看"}).status_code == 404

    client.force_login(item.requester)
    text = client.get(item.get_absolute_url()).text
    assert "什麼時候好？" in text
    assert "學籍待核" not in text
    client.force_login(item.handler)
    assert "學籍待核" in client.get(item.get_absolute_url()).text
