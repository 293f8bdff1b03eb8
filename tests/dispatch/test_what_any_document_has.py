"""A paper that is out is circulated, linked, let be read, followed and filed on its own page, as what came in is."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from apps.core.work_item import Section
from apps.dispatch import services
from apps.dispatch.models import Draft
from apps.dispatch.services import Outside
from apps.documents import services as documents
from apps.documents.enums import Access, ReaderState, State
from apps.documents.models import Document, Filing, Reader
from apps.documents.work_items import for_user
from apps.journal.models import Attachment
from apps.people.enums import Language, Role
from apps.people.models import Person
from tests import factories
from tests.dispatch import factories as desk
from tests.dispatch.factories import TEN
from tests.documents.factories import entered

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> desk.Office:
    return desk.office()


@pytest.fixture
def paper(people: desk.Office) -> Draft:
    """It went to the university."""
    row = desk.numbered(people)
    outside = [Outside("學校辦公室", "post", TEN.date())]
    services.send_paper(draft=row, actor=people.clerk, outside=outside, at=TEN)
    return desk.fresh(row)


def browser(person: Person) -> Client:
    client = Client()
    Person.objects.filter(pk=person.pk).update(language=Language.EN)
    client.force_login(person)
    return client


def deed(client: Client, paper: Draft, name: str, **given: object) -> HttpResponse:
    return client.post(reverse(f"documents:{name}", args=[paper.pk]), given)


def words(client: Client, paper: Draft) -> str:
    answer = client.get(paper.get_absolute_url())
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_is_filed_on_its_page(people: desk.Office, paper: Draft) -> None:
    client = browser(people.drafter)
    assert reverse("documents:file", args=[paper.pk]) in words(client, paper)
    answer = deed(client, paper, "file", retention="")
    assert (answer.status_code, answer.templates[0].name) == (422, "dispatch/detail.html")
    assert deed(client, paper, "file", retention="ten").url == paper.get_absolute_url()
    assert Document.objects.get(pk=paper.pk).state == State.FILED
    filing = Filing.objects.select_related("issued").get()
    page = words(client, paper)
    assert filing.issued.text in page
    assert "being made" in page
    documents.make_waiting_packages()
    assert Attachment.objects.of(filing).get().name in words(client, paper)


def test_it_circulates_and_its_readers_say_so_on_its_page(people: desk.Office, paper: Draft) -> None:
    client, teacher = browser(people.drafter), factories.person("王老師", Role.STAFF)
    assert browser(teacher).get(paper.get_absolute_url()).status_code == 404
    answer = deed(client, paper, "circulate", people="無此人", mode="together", words="請閱")
    assert (answer.status_code, answer.templates[0].name) == (422, "dispatch/detail.html")
    assert "請閱" in answer.content.decode()
    given = {"people": teacher.number, "mode": "together", "words": "請閱"}
    assert deed(client, paper, "circulate", **given).status_code == 302
    reader = browser(teacher)
    page = words(reader, paper)
    assert "I have read it" in page
    assert reverse("documents:open", args=[paper.pk]) in page
    assert deed(reader, paper, "open").status_code == 204
    assert deed(reader, paper, "read", words="已閱").status_code == 302
    line = Reader.objects.get()
    assert (line.state, line.opened_at is None) == (ReaderState.READ, False)
    page = words(client, paper)
    assert "已閱" in page
    assert teacher.name in page


def test_it_is_linked_and_followed_from_its_page(people: desk.Office, paper: Draft) -> None:
    letter, hidden = entered(people.drafter), entered(people.drafter, title="不可見", access=Access.HIDDEN)
    client = browser(people.drafter)
    for row in (letter, hidden):
        assert deed(client, paper, "link", kind="implements", other=row.number).status_code == 302
    page = words(client, paper)
    assert letter.get_absolute_url() in page
    assert reverse("documents:chain", args=[paper.pk]) in page
    assert letter.title in client.get(reverse("documents:chain", args=[paper.pk])).content.decode()
    other = words(browser(people.clerk), paper)
    assert letter.title in other
    assert hidden.number not in other
    assert hidden.title not in other
    found = paper.document.links.first()
    assert client.post(reverse("documents:unlink", args=[paper.pk, found.pk])).url == paper.get_absolute_url()


def test_who_may_read_it_is_set_from_its_page(people: desk.Office, paper: Draft) -> None:
    client, other = browser(people.drafter), browser(people.checker)
    assert reverse("documents:access", args=[paper.pk]) in words(client, paper)
    stranger = browser(factories.clerk("無關科員"))
    assert stranger.get(paper.get_absolute_url()).status_code == 200
    assert deed(other, paper, "set_access", access="reserved", reason="人事").status_code == 403
    assert deed(client, paper, "set_access", access="reserved", reason="人事").status_code == 302
    assert stranger.get(paper.get_absolute_url()).status_code == 404


def test_it_stands_in_the_list_of_what_is_to_be_filed_until_it_is(people: desk.Office, paper: Draft) -> None:
    client = browser(people.drafter)
    rows = client.get(reverse("dispatch:list"), {"chip": "to_file"}).context["page"].rows
    assert [row.pk for row in rows] == [paper.pk]
    deed(client, paper, "file", retention="ten")
    assert not client.get(reverse("dispatch:list"), {"chip": "to_file"}).context["page"].rows


def test_who_only_reads_it_is_offered_no_deed(people: desk.Office, paper: Draft) -> None:
    page = words(browser(factories.leader("副院長")), paper)
    for name in ("circulate", "file", "link", "notice", "hand_over", "urge", "set_due"):
        assert reverse(f"documents:{name}", args=[paper.pk]) not in page


def test_the_register_address_of_a_paper_leads_to_its_page(people: desk.Office, paper: Draft) -> None:
    answer = browser(people.drafter).get(reverse("documents:detail", args=[paper.pk]))
    assert answer.url == paper.get_absolute_url()


def test_what_is_done_stands_with_whoever_files_it(people: desk.Office, paper: Draft) -> None:
    letter = entered(people.drafter, at=TEN)
    documents.close(document=letter, words="已辦。", actor=people.drafter, at=TEN)
    found = {item.key: (item.section, item.reason, item.url) for item in for_user(people.drafter, at=TEN)}
    assert found == {
        f"documents.document:{row.pk}": (Section.MINE, "to be filed", row.get_absolute_url())
        for row in (letter, paper.document)
    }
    assert not for_user(people.clerk, at=TEN)
    teacher = factories.person("王老師", Role.STAFF)
    given = {"document": paper.document, "people": [teacher], "mode": "together", "at": TEN}
    documents.circulate(actor=people.drafter, **given)
    documents.file_document(document=letter, retention="ten", actor=people.drafter, at=TEN)
    assert not for_user(people.drafter, at=TEN)
    documents.read_paper(document=paper.document, actor=teacher, at=TEN)
    assert [item.reason for item in for_user(people.drafter, at=TEN)] == ["to be filed"]
