"""Pages about mails: who sees them, what they show, and the moves by their own addresses."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.people.models import Person
from apps.servicedesk.enums import MailState, RequestState
from apps.servicedesk.models import MailIn, Request, RequestMessage
from tests import factories
from tests.servicedesk import factories as desk
from tests.servicedesk import letters, stories

pytestmark = pytest.mark.django_db
AT = stories.MONDAY_ELEVEN


@pytest.fixture(autouse=True)
def replies(settings) -> None:
    letters.switched_on(settings)


@pytest.fixture
def clerk() -> Person:
    return factories.clerk(language="en")


def mail(text: str = "請問", sender: str = "mum@home.example", **fields: object) -> MailIn:
    return letters.receive(letters.letter(sender, "office@college.example", text, **fields), at=AT)


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(name: str, row: object = None) -> str:
    return reverse(f"servicedesk:{name}", args=[row.pk] if row else [])


def test_list_and_its_figures_open_rows(clerk: Person) -> None:
    lin, first = letters.student(), mail("第一封")
    absence = letters.answer(stories.taken(lin, clerk), lin, "不在", Auto_Submitted="auto-replied")
    aside = letters.receive(absence, at=AT)
    client = browser(clerk)

    waiting = client.get(url("mails")).content.decode()
    put_aside = client.get(url("mails") + "?view=aside").content.decode()
    assert "第一封" in waiting
    assert url("mail", aside) not in waiting
    assert url("mail", aside) in put_aside
    assert url("mail", first) not in put_aside
    assert client.get(url("mails") + "?view=nonsense").status_code == 404


def test_list_costs_the_same_with_one_row_and_three(clerk: Person, django_assert_num_queries) -> None:
    client = browser(clerk)
    mail()
    client.get(url("mails"))
    with django_assert_num_queries(10):
        client.get(url("mails"))
    mail(), mail()
    with django_assert_num_queries(10):
        client.get(url("mails"))


@pytest.mark.parametrize(("who", "code"), [(factories.student, 404), (factories.leader, 404), (factories.clerk, 200)])
def test_who_sees_a_mail(who: object, code: int) -> None:
    row, client = mail(), browser(who())
    assert client.get(url("mail", row)).status_code == code
    assert client.get(url("whole_mail", row)).status_code == code
    assert client.get(url("mails")).status_code == (200 if code == 200 else 403)


def test_mail_of_a_page_holds_no_markup_of_its_sender(clerk: Person) -> None:
    row = mail("<script>alert(1)</script>", Subject="<img src=x onerror=alert(2)>")
    client = browser(clerk)
    for name in ("mail", "whole_mail"):
        page = client.get(url(name, row)).content.decode()
        assert "<script>alert(1)" not in page
        assert "<img src=x" not in page


def test_whole_mail_shows_what_was_cut(clerk: Person) -> None:
    row = mail("新的\n\nOn Tue, 24 Nov 2026 at 10:00, x <x@y.example> wrote:\n> 舊的話")
    client = browser(clerk)
    assert "舊的話" not in client.get(url("mail", row)).content.decode()
    assert "舊的話" in client.get(url("whole_mail", row)).content.decode()


def test_search_finds_only_filed_requests(clerk: Person) -> None:
    row, lin = mail(), factories.student("林美")
    filed, draft = desk.request(requester=lin, title="簽證用在讀證明"), desk.draft(lin, title="簽證草稿")
    page = browser(clerk).get(url("mail", row) + "?q=簽證").content.decode()
    assert filed.number in page
    assert draft.title not in page


def test_requests_of_the_address_are_offered_without_a_search(clerk: Person) -> None:
    lin = factories.student("林美")
    request = desk.request(requester=lin)
    row = mail(sender=lin.email, dmarc="none")
    assert row.person is None
    assert request.number in browser(clerk).get(url("mail", row)).content.decode()


def test_place(clerk: Person) -> None:
    row, request = mail("放這裡"), desk.request()
    response = browser(clerk).post(url("place_mail", row), {"number": request.number})

    message = RequestMessage.objects.get(request=request)
    assert response.url == f"{request.get_absolute_url()}#message-{message.pk}"
    page = browser(clerk).get(request.get_absolute_url()).content.decode()
    assert "mum@home.example" in page
    assert "address proved, person unknown" in page
    assert url("whole_mail", row) in page


def test_requester_sees_no_link_to_the_raw_mail(clerk: Person) -> None:
    lin = letters.student()
    request = stories.taken(lin, clerk)
    row = letters.receive(letters.answer(request, lin), at=AT)
    page = browser(lin).get(request.get_absolute_url()).content.decode()
    assert url("whole_mail", row) not in page


def test_place_with_a_number_that_is_none_keeps_the_page(clerk: Person) -> None:
    response = browser(clerk).post(url("place_mail", mail()), {"number": "R1999-1"})
    assert response.status_code == 422
    assert "R1999-1" in response.content.decode()


def test_place_twice_says_so(clerk: Person) -> None:
    row, request = mail(), desk.request()
    client = browser(clerk)
    client.post(url("place_mail", row), {"number": request.number})
    again = client.post(url("place_mail", row), {"number": request.number})
    assert again.status_code == 422
    assert RequestMessage.objects.filter(request=request).count() == 1


def test_file_leads_to_the_draft(clerk: Person) -> None:
    row, lin, service = mail(), factories.student(), desk.service()
    response = browser(clerk).post(url("file_mail", row), {"service": service.pk, "number": lin.number})
    draft = Request.objects.get(requester=lin)
    assert response.url == url("draft", draft)
    assert draft.state == RequestState.DRAFT


def test_answer_and_discard(clerk: Person) -> None:
    answered, discarded = mail(), mail()
    client = browser(clerk)
    assert client.post(url("answer_mail", answered), {"words": "use_portal"}).status_code == 302
    assert client.post(url("answer_mail", discarded), {"words": "nonsense"}).status_code == 422
    assert client.post(url("discard_mail", discarded), {"note": "廣告"}).status_code == 302
    states = dict(MailIn.objects.values_list("pk", "state"))
    assert states == {answered.pk: MailState.ANSWERED, discarded.pk: MailState.DISCARDED}


@pytest.mark.parametrize("name", ["place_mail", "file_mail", "answer_mail", "discard_mail"])
def test_moves_are_not_for_get_nor_for_strangers(name: str, clerk: Person) -> None:
    row = mail()
    assert browser(clerk).get(url(name, row)).status_code == 405
    assert browser(factories.student()).post(url(name, row)).status_code == 404


def test_void_addresses(clerk: Person) -> None:
    lin = letters.student()
    request = stories.taken(lin, clerk)
    raw = letters.answer(request, lin)
    page = browser(clerk).get(request.get_absolute_url()).content.decode()
    assert url("void_addresses", request) in page
    assert browser(clerk).post(url("void_addresses", request)).status_code == 302
    assert browser(lin).post(url("void_addresses", request)).status_code == 403
    assert letters.receive(raw, at=AT).state == MailState.WAITING
