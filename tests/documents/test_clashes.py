"""Two people at one line of the register: nothing that was typed is lost, nothing is saved over unseen."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from apps.core.clock import now
from apps.documents import services
from apps.documents.enums import CirculationMode, State
from apps.documents.models import Document
from apps.documents.services.papers import paper_of
from apps.people.enums import Language
from apps.people.models import Person
from tests import factories
from tests.documents.factories import entered, paper

pytestmark = pytest.mark.django_db


def browser(person: Person) -> Client:
    client = Client()
    Person.objects.filter(pk=person.pk).update(language=Language.EN)
    client.force_login(person)
    return client


def form_of(answer: HttpResponse) -> dict[str, object]:
    """What the form that was answered would send, with its hidden mark and a token of its own."""
    form = answer.context["form"]
    fields = {name: form[name].value() for name in form.fields}
    token = answer.content.decode().partition('name="form_token" value="')[2].partition('"')[0]
    assert token
    return {name: value for name, value in fields.items() if value not in (None, False)} | {"form_token": token}


def other_saves(row: Document, **fields: object) -> None:
    director = factories.director()
    changed = services.Paper(**vars(paper_of(Document.objects.get(pk=row.pk))) | fields)
    services.correct(document=row, paper=changed, version=None, reason="別人", actor=director)


def test_what_somebody_else_saved_is_not_saved_over_unseen_and_mine_can_count() -> None:
    row = entered(at=now())
    client, url = browser(row.handler), reverse("documents:edit", args=[row.pk])
    mine = form_of(client.get(url)) | {"title": "我的題名", "reason": "更正", "act": "save"}
    other_saves(row, title="別人的題名")
    answer = client.post(url, mine)
    page = answer.content.decode()
    assert answer.status_code == 422
    for words in ("我的題名", "Mine counts", "keep only my reason", reverse("documents:compare", args=[row.pk])):
        assert words in page
    assert "data-not-taken" in page
    assert Document.objects.get(pk=row.pk).title == "別人的題名"
    assert client.post(url, form_of(answer) | {"act": "save"}).status_code == 302
    assert Document.objects.get(pk=row.pk).title == "我的題名"
    assert row.editions.count() == 3


def test_the_other_can_count_with_my_reason_kept() -> None:
    row = entered(at=now())
    client, url = browser(row.handler), reverse("documents:edit", args=[row.pk])
    mine = form_of(client.get(url)) | {"title": "我的題名", "reason": "更正題名", "act": "save"}
    other_saves(row, title="別人的題名")
    again = client.post(url, form_of(client.post(url, mine)) | {"act": "note"})
    page = again.content.decode()
    assert again.status_code == 200
    assert "別人的題名" in page
    assert "更正題名" in page
    assert "我的題名" not in page
    assert row.editions.count() == 2


def test_who_reads_it_meanwhile_keeps_nobody_from_saving() -> None:
    """A reader's word raises the version and changes no text."""
    row, reader = entered(at=now()), factories.clerk("讀者")
    client, url = browser(row.handler), reverse("documents:edit", args=[row.pk])
    services.circulate(document=row, people=[reader], mode=CirculationMode.TOGETHER, actor=row.handler)
    mine = form_of(client.get(url)) | {"title": "我的題名", "reason": "更正", "act": "save"}
    services.read_paper(document=row, actor=reader)
    assert client.post(url, mine).status_code == 302
    assert Document.objects.get(pk=row.pk).title == "我的題名"


def test_a_proposal_outlives_a_reader_and_asks_again_after_another_text() -> None:
    row, reader, leader = entered(at=now()), factories.clerk("讀者"), factories.leader()
    services.circulate(document=row, people=[reader], mode=CirculationMode.TOGETHER, actor=row.handler)
    client, url = browser(row.handler), reverse("documents:propose", args=[row.pk])
    mine = form_of(client.get(url)) | {"words": "擬請教務科辦理。", "deciders": [leader.pk]}
    other_saves(row, title="別人的題名")
    services.read_paper(document=row, actor=reader)
    answer = client.post(url, mine)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "擬請教務科辦理。" in page
    assert "Mine counts" in page
    assert client.post(url, form_of(answer)).status_code == 302
    assert Document.objects.get(pk=row.pk).state == State.PROPOSED


def test_saved_by_two_clicks_it_is_saved_once_and_no_refusal() -> None:
    row = entered(at=now())
    client, url = browser(row.handler), reverse("documents:edit", args=[row.pk])
    mine = form_of(client.get(url)) | {"title": "我的題名", "reason": "更正", "act": "save"}
    assert [client.post(url, mine).url for _click in range(2)] == [row.get_absolute_url()] * 2
    assert row.editions.count() == 2


def test_two_who_put_a_paper_right_that_is_only_signed_for_see_each_other() -> None:
    clerk = factories.clerk()
    entered(clerk)
    row = services.sign_for(paper=paper(), actor=clerk)
    client, url = browser(clerk), reverse("documents:edit", args=[row.pk])
    mine = form_of(client.get(url)) | {"title": "我的題名", "act": "register"}
    other_saves(row, title="別人的題名")
    answer = client.post(url, mine)
    assert answer.status_code == 422
    assert client.post(url, form_of(answer) | {"act": "register"}).status_code == 302
    row.refresh_from_db()
    assert (row.title, bool(row.number)) == ("我的題名", True)
