"""One request's page, as its requester and as the office see it; its clock, its papers; one's own list."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.approvals.services import ask
from apps.core.clock import now
from apps.journal.files import store_bytes
from apps.journal.models import Attachment
from apps.people.enums import Role
from apps.people.models import Person
from apps.servicedesk import services
from apps.servicedesk.enums import Product, RequestState
from apps.servicedesk.enums import RequestState as S
from apps.servicedesk.models import Certificate, Request, Return
from tests import factories
from tests.servicedesk import factories as desk

pytestmark = pytest.mark.django_db
STATES = [state for state in RequestState if state != RequestState.DRAFT]


def page(client: Client, name: str, *args: object, **query: object):
    return client.get(reverse(f"servicedesk:{name}", args=args), query)


@pytest.mark.parametrize("state", STATES)
def test_detail_opens_in_every_state_for_requester_and_office(client, state):
    item = desk.request(state)
    for person in (item.requester, factories.clerk(), factories.director(), factories.administrator()):
        client.force_login(person)

        answer = page(client, "detail", item.pk)

        assert answer.status_code == 200
        assert item.number in answer.text
        assert page(client, "clock", item.pk).status_code == 200
        assert page(client, "filed", item.pk).status_code == 200


@pytest.mark.parametrize("name", ["detail", "clock", "filed", "news", "preview"])
def test_request_is_unknown_to_strangers(client, name):
    client.force_login(factories.student())

    assert page(client, name, desk.request().pk).status_code == 404
    assert page(client, name, 10**15).status_code == 404


@pytest.mark.parametrize("name", ["detail", "clock", "filed"])
def test_draft_leads_to_its_form(client, name):
    item = desk.draft()
    client.force_login(item.requester)

    assert page(client, name, item.pk).url == reverse("servicedesk:draft", args=[item.pk])


def test_requester_sees_first_what_to_correct_and_only_that(client):
    item = desk.request(S.RETURNED, handler=factories.clerk("科員甲"))
    Return.objects.create(request=item, fields=["purpose"], note="請寫明國家", returned_by=item.handler)
    client.force_login(item.requester)

    answer = page(client, "detail", item.pk)

    assert "請寫明國家" in answer.text
    screen = answer.context["screen"]
    assert screen.to_correct == ["用途"]
    assert list(screen.correct_form.fields) == ["purpose"]
    assert screen.due_if_now is not None
    client.force_login(item.handler)
    assert reverse("servicedesk:correct", args=[item.pk]) not in page(client, "detail", item.pk).text


@pytest.mark.parametrize(
    ("state", "role", "main", "menu"),
    [
        (S.SUBMITTED, "requester", None, ["withdraw"]),
        (S.RESOLVED, "requester", None, ["reopen"]),
        (
            S.SUBMITTED,
            "clerk",
            "take",
            ["office", "return", "ask", "wait", "assign", "pass_on", "give_task", "set_priority", "refuse"],
        ),
        (
            S.IN_PROGRESS,
            "handler",
            "complete",
            ["office", "return", "ask", "wait", "assign", "pass_on", "give_task", "set_priority", "refuse"],
        ),
        (S.IN_PROGRESS, "other", None, []),
        (S.RETURNED, "handler", None, ["office", "resume", "assign", "pass_on", "give_task", "set_priority"]),
        (
            S.IN_PROGRESS,
            "director",
            "complete",
            [
                "office",
                "return",
                "ask",
                "wait",
                "assign",
                "pass_on",
                "give_task",
                "set_due",
                "set_priority",
                "urge",
                "refuse",
            ],
        ),
        (S.WITHDRAWN, "handler", None, []),
    ],
)
def test_page_has_one_main_action_and_the_rest_in_a_menu(client, state, role, main, menu):
    item = desk.request(state, handler=None if state == S.SUBMITTED else factories.clerk(), closed_at=now())
    people = {
        "requester": item.requester,
        "handler": item.handler,
        "clerk": factories.clerk(),
        "other": factories.clerk("旁人"),
        "director": factories.director(),
    }
    client.force_login(people[role])

    screen = page(client, "detail", item.pk).context["screen"]

    assert (screen.main and screen.main.verb) == main
    assert [action.verb for action in screen.others] == menu


def test_service_with_approval_is_sent_for_approval_before_it_is_completed(client):
    item = desk.request(S.IN_PROGRESS, of=desk.certificate_service(), handler=factories.clerk())
    client.force_login(item.handler)
    assert page(client, "detail", item.pk).context["screen"].main.verb == "ask_approval"

    step = ask(subject=item, name=desk.words("director"), role=Role.DIRECTOR, actor=item.handler)
    Request.objects.update(state=S.IN_APPROVAL)
    director = factories.director()
    client.force_login(director)
    answer = page(client, "detail", item.pk)
    assert answer.context["screen"].step_to_decide == step
    client.post(reverse("servicedesk:decide", args=[item.pk]), {"step": step.pk, "decision": "approved"})

    client.force_login(item.handler)
    assert page(client, "detail", item.pk).context["screen"].main.verb == "complete"


def test_decision_on_a_step_of_another_request_is_unknown(client):
    mine, other = desk.request(S.IN_APPROVAL), desk.request(S.IN_APPROVAL)
    step = ask(subject=other, name={"en": "Approval"}, role=Role.DIRECTOR, actor=factories.clerk())
    client.force_login(factories.director())

    url = reverse("servicedesk:decide", args=[mine.pk])

    assert client.post(url, {"step": step.pk, "decision": "approved"}).status_code == 404
    assert Request.objects.get(pk=other.pk).state == S.IN_APPROVAL


@pytest.mark.parametrize("verb", ["return", "ask", "assign", "complete", "refuse", "office"])
def test_form_of_a_move_opens_on_the_page_only_for_who_may(client, verb):
    item = desk.request(S.IN_PROGRESS, handler=factories.clerk())
    address = reverse(f"servicedesk:{verb}", args=[item.pk])
    client.force_login(item.handler)
    assert f'action="{address}"' in page(client, "detail", item.pk, do=verb).text

    client.force_login(item.requester)
    assert f'action="{address}"' not in page(client, "detail", item.pk, do=verb).text


def test_seal_use_is_completed_when_its_line_is_closed(client):
    item = desk.request(S.IN_PROGRESS, of=desk.service(product=Product.SEAL_USE), handler=factories.clerk())
    client.force_login(item.handler)

    answer = client.post(reverse("servicedesk:complete", args=[item.pk]), {"note": ""})

    assert answer.status_code == 422  # the keeper has not sealed it
    assert Request.objects.get().state == S.IN_PROGRESS


@pytest.fixture
def paper() -> Certificate:
    item = desk.request(S.RESOLVED, of=desk.certificate_service(), handler=factories.clerk())
    blob = store_bytes(b"%PDF-1.7 sheet", content_type="application/pdf")
    made = desk.certificate(item, number="C2026-0001", blob=blob, token_hash="0" * 64)
    Attachment.objects.create(blob=blob, name="C2026-0001.pdf", subject=made)
    return made


def test_certificate_is_offered_first_and_downloaded_by_its_owner_alone(client, paper):
    client.force_login(paper.request.requester)
    url = reverse("servicedesk:certificate", args=[paper.pk])
    assert url in page(client, "detail", paper.request_id).text

    sheet = client.get(client.get(url).url)

    assert b"".join(sheet.streaming_content).startswith(b"%PDF")
    client.force_login(factories.student())
    assert client.get(url).status_code == 404


def test_certificate_without_its_sheet_says_so(client, paper):
    Attachment.objects.all().delete()
    client.force_login(paper.request.requester)

    assert client.get(reverse("servicedesk:certificate", args=[paper.pk])).url == paper.request.get_absolute_url()


def test_request_takes_the_same_queries_for_one_and_three_messages(client):
    item = desk.request(S.IN_PROGRESS, handler=factories.clerk())
    client.force_login(item.handler)
    desk.message(item, item.requester)
    page(client, "detail", item.pk)
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            page(client, "detail", item.pk)
        counts.append(len(queries))
        for _more in range(2):
            desk.message(item, factories.clerk(), internal=True)

    assert counts[0] == counts[1]


def test_new_messages_are_counted_since_the_page_was_opened(client):
    item = desk.request(handler=factories.clerk())
    desk.message(item, item.handler, at=now() - timedelta(hours=1))
    seen = (now() - timedelta(minutes=5)).isoformat()
    desk.message(item, item.handler)
    desk.message(item, item.handler, internal=True)
    desk.message(item, item.requester)
    client.force_login(item.requester)

    assert page(client, "news", item.pk, seen=seen).context["count"] == 1
    assert page(client, "news", item.pk, seen="yesterday").context["count"] == 0
    assert page(client, "news", item.pk, seen="2026-99-99T00:00:00+08:00").context["count"] == 0


def test_clock_page_lists_each_stretch(client):
    monday = datetime.fromisoformat("2026-03-02T09:00+08:00")
    item = desk.request(S.RETURNED, submitted_at=monday)
    client.force_login(item.requester)

    stretches = page(client, "clock", item.pk).context["explained"].stretches

    assert next((each.counts, each.minutes) for each in stretches) == (True, 60)
    assert not stretches[1].counts


def test_own_list_holds_what_one_asked_for_or_filed(client):
    student, clerk = factories.student(), factories.clerk()
    mine = desk.request(requester=student)
    filed = desk.request(requester=student, filed_by=clerk)
    desk.request()
    client.force_login(student)
    assert {item.pk for item in page(client, "mine").context["page"].rows} == {mine.pk, filed.pk}
    client.force_login(clerk)
    assert {item.pk for item in page(client, "mine").context["page"].rows} == {filed.pk}


def test_own_list_takes_the_same_queries_for_one_and_three_rows(client):
    student = factories.student()
    client.force_login(student)
    counts = []
    for count in (1, 2):
        for _row in range(count):
            desk.request(requester=student, handler=factories.clerk())
        page(client, "mine")
        with CaptureQueriesContext(connection) as queries:
            page(client, "mine")
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_leader_may_look_but_not_act(client):
    item = desk.request()
    client.force_login(factories.leader())

    assert page(client, "detail", item.pk).context["screen"].offered == []


def test_office_part_is_filled_in_on_the_page_and_stays_hidden_from_the_requester(client):
    item = desk.request(S.IN_PROGRESS, handler=factories.clerk())
    url = reverse("servicedesk:office", args=[item.pk])
    client.force_login(item.handler)
    opened = client.get(reverse("servicedesk:detail", args=[item.pk]) + "?do=office")
    assert f'action="{url}"' in opened.text
    assert list(opened.context["screen"].form.fields) == ["register"]

    client.post(url, {"register": "2023-0042", "purpose": "改不得", "version": item.version})

    item.answer_set.refresh_from_db()
    assert item.answer_set.answers == {**desk.ANSWERS, "register": "2023-0042"}
    assert "2023-0042" in page(client, "detail", item.pk).text
    client.force_login(item.requester)
    assert "2023-0042" not in page(client, "detail", item.pk).text
    refused = client.post(url, {"register": "x" * 5000})
    assert refused.status_code == 403
    assert "2023-0042" not in refused.text


def test_service_without_office_questions_offers_no_office_part(client):
    item = desk.request(S.IN_PROGRESS, of=desk.service(questions=desk.FIELDS[:2]), handler=factories.clerk())
    client.force_login(item.handler)

    assert "office" not in page(client, "detail", item.pk).context["screen"].allowed


BRANCHING = [
    {
        "key": "purpose",
        "kind": "choice",
        "label": desk.words("用途"),
        "required": True,
        "choices": [{"key": key, "label": desk.words(key)} for key in ("visa", "other")],
    },
    {
        "key": "which",
        "kind": "text",
        "label": desk.words("具體用途"),
        "shown_if": {"field": "purpose", "operator": "is", "value": "other"},
        "required_if": {"field": "purpose", "operator": "is", "value": "other"},
    },
    {
        "key": "proof",
        "kind": "text",
        "label": desk.words("依據"),
        "required_if": {"field": "which", "operator": "is", "value": "出國"},
    },
    {"key": "remarks", "kind": "text", "label": desk.words("備註")},
]


def returned(*fields: str, **answers: str) -> Request:
    """A request with questions that depend on each other, sent back for `fields`."""
    item = desk.request(
        S.RETURNED, of=desk.service(questions=BRANCHING), handler=factories.clerk("科員甲"), answers=answers
    )
    Return.objects.create(request=item, fields=list(fields), note="請更正", returned_by=item.handler)
    return item


def test_correction_brings_along_what_depends_on_the_corrected_answer(client):
    item = returned("purpose", purpose="visa", remarks="急")
    client.force_login(item.requester)
    assert list(page(client, "detail", item.pk).context["screen"].correct_form.fields) == ["purpose", "which", "proof"]
    url = reverse("servicedesk:correct", args=[item.pk])

    assert client.post(url, {"purpose": "other"}).status_code == 422
    assert client.post(url, {"purpose": "other", "which": "出國"}).status_code == 422
    data = {"purpose": "other", "which": "出國", "proof": "邀請函", "remarks": "改不得"}
    assert client.post(url, data).status_code == 302

    item.answer_set.refresh_from_db()
    assert item.answer_set.answers == {"purpose": "other", "which": "出國", "proof": "邀請函", "remarks": "急"}


def test_correction_drops_what_is_asked_no_more(client):
    item = returned("purpose", purpose="other", which="實習", remarks="急")
    client.force_login(item.requester)

    client.post(reverse("servicedesk:correct", args=[item.pk]), {"purpose": "visa", "which": "實習"})

    item.answer_set.refresh_from_db()
    assert item.answer_set.answers == {"purpose": "visa", "remarks": "急"}


def laid_before_itself(director: Person) -> Request:
    """A request of the director, asked to be approved by a director."""
    item = desk.request(S.IN_PROGRESS, requester=director, handler=factories.clerk())
    return services.ask_approval(request=item, actor=item.handler)


def test_own_approval_is_not_offered_and_the_page_says_why(client):
    director = factories.director()
    item = laid_before_itself(director)
    client.force_login(director)
    answer = page(client, "detail", item.pk)

    assert answer.context["screen"].approval.is_own
    assert answer.context["screen"].step_to_decide is None
    step = answer.context["screen"].approval.open_steps[0]
    url = reverse("servicedesk:decide", args=[item.pk])
    assert client.post(url, {"step": step.pk, "decision": "approved"}).status_code == 403


def test_page_tells_the_handler_when_nobody_can_decide(client):
    item = laid_before_itself(factories.director())
    client.force_login(item.handler)

    assert page(client, "detail", item.pk).context["screen"].approval.waits_for_nobody
    factories.director("副主任")
    assert not page(client, "detail", item.pk).context["screen"].approval.waits_for_nobody


def test_page_tells_the_handler_who_decides_instead(client):
    factories.leader()
    item = laid_before_itself(factories.director())
    client.force_login(item.handler)

    screen = page(client, "detail", item.pk).context["screen"]
    assert screen.approval.asked_instead
    assert not screen.approval.waits_for_nobody


def test_preview_shows_answers_and_keeps_internal_notes_from_the_requester(client):
    item = desk.request(S.IN_PROGRESS)
    desk.message(item, factories.clerk(), body="only for us", internal=True)
    client.force_login(item.requester)

    answer = page(client, "preview", item.pk)

    assert "簽證" in answer.text
    assert "only for us" not in answer.text
