"""One act on many requests: what is asked first, what becomes of each row, and how many statements it takes."""

import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.delivery.models import Message
from apps.journal.models import Entry
from apps.servicedesk import services
from apps.servicedesk.enums import Priority
from apps.servicedesk.enums import RequestState as S
from apps.servicedesk.models import Request, RequestMessage
from apps.servicedesk.services.many import MOST, assign_many
from tests import factories
from tests.servicedesk import factories as desk
from tests.servicedesk.stories import stand_in

pytestmark = pytest.mark.django_db
TOKEN = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def clerk(client):
    person = factories.clerk()
    client.force_login(person)
    return person


def bulk(client, act: str, rows, **fields: object):
    return client.post(reverse("servicedesk:bulk"), {"act": act, "pk": [row.pk for row in rows]} | fields)


def results(answer) -> list[bool]:
    return [done for _item, done, _words in answer.context["results"]]


@pytest.mark.parametrize("act", ["return", "complete", "message", "priority"])
def test_act_that_needs_words_asks_for_them_first(client, clerk, act):
    rows = [desk.request(S.IN_PROGRESS, handler=clerk), desk.request(S.IN_PROGRESS, handler=clerk)]

    answer = bulk(client, act, rows)

    assert answer.status_code == 200
    assert len(answer.context["rows"]) == 2
    assert set(Request.objects.values_list("version", flat=True)) == {1}


def test_same_note_goes_to_all_and_rows_that_cannot_are_told(client, clerk):
    mine, closed = desk.request(S.IN_PROGRESS, handler=clerk), desk.request(S.RESOLVED, handler=clerk)
    other = desk.request(S.IN_PROGRESS, handler=factories.clerk("別人"))

    answer = bulk(client, "return", [mine, closed, other], go=1, note="請補學號")

    assert results(answer) == [True, False, False]
    assert all(words for _item, _done, words in answer.context["results"])
    assert Request.objects.get(pk=mine.pk).state == S.RETURNED
    assert mine.returns.get().fields == ["purpose", "remarks"]


def test_completing_leaves_those_that_miss_an_approval(client, clerk):
    plain = desk.request(S.IN_PROGRESS, handler=clerk)
    unapproved = desk.request(S.IN_PROGRESS, handler=clerk, of=desk.certificate_service())

    answer = bulk(client, "complete", [plain, unapproved], go=1, note="請來取件")

    assert results(answer) == [True, False]
    assert RequestMessage.objects.get().body == "請來取件"


@pytest.mark.parametrize("internal", ["", "on"])
def test_one_message_is_posted_to_all(client, clerk, internal):
    rows = [desk.request(), desk.request()]

    bulk(client, "message", rows, go=1, note="系統維護", **({"internal": internal} if internal else {}))

    assert list(RequestMessage.objects.values_list("body", "internal")) == [("系統維護", bool(internal))] * 2


def test_priority_is_set_with_a_line_of_history(client, clerk):
    row, closed = desk.request(), desk.request(S.RESOLVED, handler=clerk)

    answer = bulk(client, "priority", [row, closed], go=1, priority=2, note="校領導交辦")

    assert results(answer) == [True, False]
    assert Request.objects.get(pk=row.pk).priority == Priority.URGENT
    entry = Entry.objects.about(row).get(verb="priority")
    assert (entry.changes["priority"], entry.note) == ([0, 2], "校領導交辦")
    services.set_priority(request=row, actor=clerk, priority=2, note="校領導交辦")
    assert Entry.objects.about(row).filter(verb="priority").count() == 1


def test_form_without_words_comes_back_with_the_rows(client, clerk):
    row = desk.request(S.IN_PROGRESS, handler=clerk)

    answer = bulk(client, "return", [row], go=1, note="")

    assert answer.status_code == 422
    assert answer.context["rows"] == [row]


def test_form_sent_twice_posts_once(client, clerk):
    row = desk.request()
    for _time in range(2):
        answer = bulk(client, "message", [row], go=1, note="一次", form_token=TOKEN)

    assert answer.status_code == 302
    assert RequestMessage.objects.count() == 1


@pytest.mark.parametrize("act", ["", "nonsense", "__class__", "submit"])
def test_unknown_act_changes_nothing(client, clerk, act):
    row = desk.request()

    assert bulk(client, act, [row]).status_code == 302
    assert Request.objects.get(pk=row.pk).version == 1


def test_leader_sees_the_rows_but_may_do_nothing(client):
    client.force_login(factories.leader())
    row = desk.request()

    for act, fields in (("take", {}), ("return", {"note": "x"}), ("priority", {"priority": 1})):
        assert results(bulk(client, act, [row], go=1, **fields)) == [False]
    assert results(bulk(client, "assign", [row], handler=factories.clerk().pk)) == [False]


def test_ticked_rows_are_exported_in_the_chosen_columns(client, clerk):
    row = desk.request(title="=1+1", priority=Priority.URGENT)
    desk.request(title="別的")

    answer = bulk(client, "export", [row], column=["title", "priority", "requester__password"])

    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert [[cell.value for cell in line] for line in sheet.iter_rows()] == [["標題", "優先程度"], ["'=1+1", "緊急"]]
    assert sheet["A2"].data_type == "s"


def test_assigning_many_is_told_in_one_message(clerk):
    rows = [desk.request(), desk.request(S.IN_PROGRESS, handler=clerk)]
    taken, closed = desk.request(S.IN_PROGRESS, handler=factories.clerk("別人")), desk.request(S.RESOLVED)
    other = factories.clerk("李接手")
    keys = [row.pk for row in (*rows, taken, closed)]

    told = assign_many(keys=keys, actor=clerk, handler=other)

    assert [told[key][0] for key in keys] == [True, True, False, False]
    assert [Request.objects.get(pk=row.pk).handler for row in rows] == [other, other]
    assert [Request.objects.get(pk=row.pk).version for row in rows] == [2, 2]
    assert Message.objects.count() == 1
    text = Message.objects.get().texts.get(language="zh-hant")
    assert "2" in text.subject
    assert all(row.number in text.text for row in rows)
    assert Entry.objects.about(rows[1]).get(verb="assign").changes["handler_name"] == [clerk.name, other.name]


def test_assigning_again_changes_nothing(clerk):
    row, other = desk.request(), factories.clerk("李接手")
    for _time in range(2):
        assert assign_many(keys=[row.pk], actor=clerk, handler=other)[row.pk][0]

    assert Request.objects.get(pk=row.pk).version == 2
    assert Message.objects.count() == 1


def test_deputy_assigns_what_the_principal_has(clerk):
    other, target = factories.clerk("別人"), factories.clerk("李接手")
    row = desk.request(S.IN_PROGRESS, handler=other)
    stand_in(clerk, other)

    assert assign_many(keys=[row.pk], actor=clerk, handler=target)[row.pk][0]
    assert Entry.objects.about(row).get(verb="assign").on_behalf_of == other


def test_only_who_handles_requests_is_given_any(clerk):
    with pytest.raises(services.UnableToMove):
        assign_many(keys=[desk.request().pk], actor=clerk, handler=factories.leader())


def statements(count: int, clerk) -> int:
    service, student = desk.service(), factories.student()
    keys = [desk.request(of=service, requester=student).pk for _number in range(count)]
    target = factories.clerk("李接手")
    with CaptureQueriesContext(connection) as asked:
        assign_many(keys=keys, actor=clerk, handler=target)
    return len(asked)


def test_assigning_takes_the_same_statements_however_many(clerk):
    statements(2, clerk)

    assert statements(3, clerk) == statements(40, clerk)


def test_more_than_the_limit_are_left_out(client, clerk):
    assert MOST == 500
    service, student = desk.service(), factories.student()
    row = desk.request(of=service, requester=student)
    answer = client.post(reverse("servicedesk:bulk"), {"act": "take", "pk": [*range(10**9, 10**9 + MOST), row.pk]})

    assert answer.context["results"] == []
