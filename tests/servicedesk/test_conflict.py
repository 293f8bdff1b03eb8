"""Two people at one request: the slower one sees what is new, what was typed, and has three ways on."""

from datetime import timedelta

import pytest
from django.urls import reverse

from apps.approvals.services import ask
from apps.core.clock import now
from apps.people.enums import Role
from apps.servicedesk import services
from apps.servicedesk.enums import Product
from apps.servicedesk.enums import RequestState as S
from apps.servicedesk.models import Request, RequestMessage, Return
from tests import factories
from tests.servicedesk import factories as desk

pytestmark = pytest.mark.django_db
TYPED = "我寫的一段話"
# verb: (state, who, form); every form of the page that names a version.
FORMS = {
    "take": (S.SUBMITTED, "clerk", {}),
    "assign": (S.IN_PROGRESS, "clerk", {"handler": "other"}),
    "pass_on": (S.IN_PROGRESS, "clerk", {"unit": "elsewhere", "note": TYPED}),
    "return": (S.IN_PROGRESS, "clerk", {"fields_to_correct": "purpose", "note": TYPED}),
    "ask": (S.IN_PROGRESS, "clerk", {"note": TYPED}),
    "resume": (S.RETURNED, "clerk", {}),
    "ask_approval": (S.IN_PROGRESS, "clerk", {}),
    "complete": (S.IN_PROGRESS, "clerk", {"note": TYPED}),
    "refuse": (S.IN_PROGRESS, "clerk", {"note": TYPED}),
    "office": (S.IN_PROGRESS, "clerk", {"register": TYPED}),
    "set_due": (S.IN_PROGRESS, "director", {"due_at": "2035-01-05T10:00", "note": TYPED}),
    "correct": (S.RETURNED, "requester", {"purpose": TYPED}),
    "answer": (S.WAITING_REQUESTER, "requester", {"body": TYPED}),
    "withdraw": (S.IN_PROGRESS, "requester", {"note": TYPED}),
    "reopen": (S.RESOLVED, "requester", {"note": TYPED}),
}


def clash(client, verb: str, **more: object):
    """The answer to a form that is older than the request, and the request."""
    state, who, form = FORMS[verb]
    clerk = factories.clerk("甲")
    people = {"clerk": clerk, "other": factories.clerk("乙"), "director": factories.director()}
    people["elsewhere"] = factories.person("丙", Role.CLERK, at=factories.unit("資產處")).main_unit
    item = desk.request(state, handler=None if state == S.SUBMITTED else clerk, closed_at=now())
    if state == S.RETURNED:
        Return.objects.create(request=item, fields=["purpose"], note="x", returned_by=clerk)
    opened = now() - timedelta(minutes=1)
    Request.objects.filter(pk=item.pk).update(version=5)
    services.post_message(request=item, author=people["other"], body="別人剛說的", at=now())
    client.force_login((people | {"requester": item.requester})[who])
    form = {name: people[value].pk if value in people else value for name, value in form.items()}
    sent = form | {"version": 1, "seen": opened.isoformat()} | more
    return client.post(reverse(f"servicedesk:{verb}", args=[item.pk]), sent), item


@pytest.mark.parametrize("verb", sorted(FORMS))
def test_slower_one_is_shown_what_is_new_and_what_was_typed(client, verb):
    answer, item = clash(client, verb)

    assert answer.status_code == 409
    assert Request.objects.get(pk=item.pk).version == 5
    assert "別人剛說的" in answer.text
    assert reverse(f"servicedesk:{verb}", args=[item.pk]) in answer.text
    assert (TYPED in answer.text) == (TYPED in FORMS[verb][2].values())


@pytest.mark.parametrize("verb", sorted(FORMS))
def test_overwriting_sends_the_same_form_for_what_stands_now(client, verb):
    answer, item = clash(client, verb)
    again = dict(answer.context["fields"]) | {"version": answer.context["item"].version}

    assert client.post(reverse(f"servicedesk:{verb}", args=[item.pk]), again).status_code == 302
    if verb not in ("ask_approval",):
        assert Request.objects.get(pk=item.pk).version > 5


@pytest.mark.parametrize("verb", ["return", "ask", "complete", "refuse", "withdraw", "set_due", "reopen", "answer"])
def test_keeping_only_the_note_posts_it_and_moves_nothing(client, verb):
    answer, item = clash(client, verb)
    state = Request.objects.get(pk=item.pk).state
    form = {"body": answer.context["note"]} | ({"internal": "on"} if FORMS[verb][1] != "requester" else {})

    client.post(reverse("servicedesk:message", args=[item.pk]), form)

    kept = RequestMessage.objects.get(body=TYPED)
    assert kept.internal == (FORMS[verb][1] != "requester")
    assert Request.objects.get(pk=item.pk).state == state


def test_choices_are_told_in_words_and_not_in_keys(client):
    answer, item = clash(client, "assign")
    assert ("經辦人", "乙") in [(str(label), str(value).partition(" ")[0]) for label, value in answer.context["typed"]]

    answer, item = clash(client, "return")
    assert "用途" in [value for _label, value in answer.context["typed"]]
    assert item.state == S.IN_PROGRESS


def test_what_cannot_be_done_any_more_is_not_offered_again(client):
    clerk = factories.clerk("甲")
    item = desk.request(S.RESOLVED, handler=clerk)
    Request.objects.filter(pk=item.pk).update(version=5)
    client.force_login(clerk)

    answer = client.post(reverse("servicedesk:return", args=[item.pk]), FORMS["return"][2] | {"version": 1})

    assert answer.status_code == 409
    assert answer.context["is_possible"] is False
    assert f'action="{reverse("servicedesk:return", args=[item.pk])}"' not in answer.text
    assert TYPED in answer.text


def test_decision_on_what_was_decided_is_told(client):
    item = desk.request(S.IN_APPROVAL, of=desk.service(product=Product.NONE), handler=factories.clerk("甲"))
    step = ask(subject=item, name={"en": "x"}, role=Role.DIRECTOR, actor=item.handler)
    first, second = factories.director("主任甲"), factories.director("主任乙")
    services.decide_approval(step_id=step.pk, actor=first, decision="approved")
    client.force_login(second)
    form = {"step": step.pk, "step_version": step.version, "decision": "refused", "note": TYPED}

    answer = client.post(reverse("servicedesk:decide", args=[item.pk]), form)

    assert answer.status_code in (409, 422, 302)
    assert Request.objects.get(pk=item.pk).state == S.IN_PROGRESS


def test_message_never_clashes_but_says_what_was_missed(client):
    clerk = factories.clerk("甲")
    item = desk.request(S.IN_PROGRESS, handler=clerk)
    opened = now() - timedelta(minutes=1)
    services.post_message(request=item, author=item.requester, body="等一下", at=now())
    Request.objects.filter(pk=item.pk).update(version=9)
    client.force_login(clerk)
    form = {"body": TYPED, "version": 1, "seen": opened.isoformat()}

    answer = client.post(reverse("servicedesk:message", args=[item.pk]), form, follow=True)

    assert RequestMessage.objects.filter(body=TYPED).count() == 1
    assert "有 1 則新留言" in answer.text
    later = client.post(reverse("servicedesk:message", args=[item.pk]), form | {"seen": now().isoformat()}, follow=True)
    assert "則新留言" not in later.text
