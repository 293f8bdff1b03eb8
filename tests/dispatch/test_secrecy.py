"""Classified papers are not written in the portal."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.dispatch import services
from apps.dispatch.models import Draft
from apps.documents.enums import CLASSIFIED_TITLE
from apps.documents.models import Incoming
from tests import factories
from tests.dispatch import factories as desk
from tests.dispatch.factories import NINE
from tests.dispatch.test_views import form
from tests.documents.factories import incoming, scan

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "機密★關於經費的請示"},
        {"title": "【秘密】關於經費的請示"},
        {"annexes": ("絕密件清單",)},
        {"body": "<p>机密★1年</p><p>正文。</p>"},
    ],
)
def test_what_bears_a_mark_is_not_taken(fields: dict[str, object]) -> None:
    people = desk.office()
    with pytest.raises(services.UnableToDraft, match="mark of secrecy"):
        desk.draft(people, desk.words(**fields))
    paper = desk.draft(people)
    with pytest.raises(services.UnableToDraft, match="mark of secrecy"):
        desk.change(paper, people, **fields)
    assert Draft.objects.count() == 1


def test_a_file_named_so_is_not_taken() -> None:
    people = desk.office()
    given = {"words": desk.words(), "terms": desk.terms(people), "actor": people.drafter, "at": NINE}
    with pytest.raises(services.UnableToDraft, match="機密-附表"):
        services.create_draft(attachments=[scan(people.drafter, "機密-附表.pdf")], **given)
    assert not Draft.objects.exists()


def test_a_paper_about_secrets_is_written() -> None:
    people = desk.office()
    body = "<p>為加強保密工作，現通知如下。</p><p>一、機密級文件由專人保管。</p>"
    assert desk.draft(people, desk.words("關於加強保密工作的通知", body)).pk


def test_a_classified_paper_is_not_answered_here() -> None:
    people, letter = desk.office(), incoming(title=CLASSIFIED_TITLE, place="保密室", is_classified=True)
    assert Incoming.objects.get(document=letter).is_classified
    with pytest.raises(services.UnableToDraft, match="not answered"):
        desk.draft(people, answers=letter)
    client = Client()
    client.force_login(factories.director("另一主任"))
    assert "?answers=" not in client.get(letter.get_absolute_url()).content.decode()
    assert client.get(reverse("dispatch:create"), {"answers": letter.pk}).context["answers"] is None


def test_the_form_says_so_and_keeps_what_was_typed() -> None:
    people, client = desk.office(), Client()
    client.force_login(people.drafter)
    answer = client.post(reverse("dispatch:create"), form(people, title="機密★經費", contact="張三 123"))
    assert (answer.status_code, "張三 123" in answer.content.decode()) == (422, True)
