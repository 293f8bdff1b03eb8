"""The one ledger of document numbers, of either direction: what became of each, and reserving and voiding them."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.core.clock import now
from apps.core.models import IssuedNumber
from apps.delivery.models import Delivery
from apps.documents import services as documents
from apps.documents.enums import Access
from apps.documents.models import DocumentNumber, LedgerCheck
from apps.documents.work_items import faults
from apps.people.enums import Language
from apps.people.models import Person
from tests import factories
from tests.dispatch import factories as desk
from tests.documents.factories import entered, series

pytestmark = pytest.mark.django_db
LEDGER = "dispatch:ledger"


def browser(person: Person) -> Client:
    client = Client()
    Person.objects.filter(pk=person.pk).update(language=Language.EN)
    client.force_login(person)
    return client


def shown(person: Person, **query: object) -> str:
    answer = browser(person).get(reverse(LEDGER), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_numbers_are_reserved_and_taken_out_of_use_where_they_are_seen() -> None:
    people = desk.office()
    paper = desk.numbered(people)
    clerk, director = browser(people.clerk), browser(people.director)
    day = timezone.localtime(now()).date().isoformat()
    given = {"series": paper.series.pk, "words": "紙本公文", "until": day}
    answer = clerk.post(reverse("dispatch:reserve"), given)
    line = DocumentNumber.objects.select_related("issued").get(use="reserved")
    assert "紙本公文" in clerk.get(answer.url).content.decode()
    assert "Out of use" not in clerk.get(answer.url).content.decode()
    assert "Out of use" in director.get(answer.url).content.decode()
    again = clerk.post(reverse("dispatch:reserve"), given | {"words": ""})
    assert (again.status_code, again.templates[0].name) == (422, "dispatch/ledger.html")
    void = reverse("dispatch:void_line", args=[line.pk])
    assert clerk.post(void, {"reason": "不用"}).status_code == 403
    assert director.post(void, {"reason": ""}).status_code == 302
    assert director.post(void, {"reason": "不用了"}).url == answer.url
    line.refresh_from_db()
    assert (line.use, line.void_reason) == ("void", "不用了")
    assert "不用了" in clerk.get(answer.url).content.decode()
    own = DocumentNumber.objects.get(use="issued")
    director.post(reverse("dispatch:void_line", args=[own.pk]), {"reason": "x"})
    own.refresh_from_db()
    assert own.use == "issued"


def test_both_directions_stand_in_it() -> None:
    people = desk.office()
    paper, letter = desk.numbered(people), entered(people.clerk)
    incoming, outgoing = series("doc_in"), series("doc_out")
    for row, chosen in ((letter, incoming), (paper.document, outgoing)):
        line = DocumentNumber.objects.select_related("issued").get(document=row)
        text = shown(people.clerk, series=chosen.pk, year=line.issued.year)
        assert row.number in text
        assert row.get_absolute_url() in text
        assert row.number in shown(people.clerk, series=chosen.pk)
    assert paper.document.number in shown(people.clerk)
    assert paper.document.number in shown(people.clerk, series="x", year="99999999999999999999")


def test_it_says_what_became_of_each_and_nothing_of_what_one_may_not_know() -> None:
    clerk, director = factories.clerk(), factories.director()
    reserved = entered(clerk, access=Access.RESERVED, title="人事安排")
    hidden = entered(clerk, access=Access.HIDDEN, title="不可見")
    gone = entered(clerk)
    documents.void(document=gone, reason="重複登記", actor=director)
    secret = entered(clerk, access=Access.RESERVED)
    documents.void(document=secret, reason="人事原因", actor=director)
    documents.check_ledger()
    text = shown(factories.clerk("科員乙"), series=series("doc_in").pk)
    assert reserved.number in text
    assert "重複登記" in text
    assert "none is missing" in text
    for words in ("人事安排", "不可見", "人事原因"):
        assert words not in text
    assert not re.search(rf"{re.escape(hidden.number)}\b", text)
    assert hidden.number in shown(clerk, series=series("doc_in").pk)
    student = browser(factories.student())
    assert student.get(reverse(LEDGER)).status_code == 403


def test_what_the_nights_check_found_stands_on_it_and_leads_there() -> None:
    director = factories.director()
    entered()
    LedgerCheck.objects.create(at=now(), faults=["收〔2026〕9號: no line"])
    assert "收〔2026〕9號" in shown(director)
    assert faults()[0].url == reverse(LEDGER)


def test_messages_lead_to_it_the_new_and_those_of_before() -> None:
    director = factories.director()
    lost = {"year": 2026, "number": 9, "text": "收〔2026〕9號", "issued_at": now()}
    IssuedNumber.objects.create(series=series().numbers, **lost)  # what only a mistake can do
    documents.check_ledger()
    told = Delivery.objects.filter(person=director).latest("pk").message
    assert told.target_url == reverse(LEDGER)
    assert browser(director).get(reverse("documents:ledger")).url == reverse(LEDGER)
    assert browser(factories.student()).get(reverse("documents:ledger")).status_code == 403


def test_without_a_series_it_is_empty() -> None:
    assert "no series of numbers yet" in shown(factories.director())
