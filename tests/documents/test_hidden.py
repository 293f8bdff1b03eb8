"""Of what is hidden nobody else learns the number: not from a refusal, a link, a copy, the ledger."""

import pytest
from django.urls import reverse

from apps.documents import services
from apps.documents.enums import Access, LinkKind
from apps.documents.models import Document, Incoming
from tests import factories
from tests.dispatch.factories import draft, office
from tests.documents.factories import entered, series
from tests.documents.test_views import browser, page, typed

pytestmark = pytest.mark.django_db
SAME = "校辦〔2026〕12號"


def test_a_refused_double_does_not_say_the_number() -> None:
    clerk = factories.clerk()
    row = entered(clerk, sender_number=SAME, access=Access.HIDDEN)
    other = browser(factories.clerk("科員乙"))
    answer = other.post(reverse("documents:create"), typed(sender_number=SAME))
    assert answer.status_code == 422
    words = answer.content.decode()
    assert "in the register already" in words
    assert row.number not in words
    mine = browser(clerk).post(reverse("documents:create"), typed(sender_number=SAME)).content.decode()
    assert row.number in mine


@pytest.mark.parametrize(("access", "is_named"), [("internal", True), ("reserved", True), ("hidden", False)])
def test_what_it_is_a_copy_of_is_named_to_who_may_know(access: str, is_named: bool) -> None:
    clerk = factories.clerk()
    first = entered(clerk, title="人事安排", access=access)
    copy = entered(clerk, title="人事安排副本")
    Incoming.objects.filter(document=copy).update(copy_of=first)
    assert first.number in page(browser(clerk), copy)
    words = page(browser(factories.clerk("科員乙")), copy)
    assert (first.number in words) == is_named
    assert ("second copy of" in words) == is_named


@pytest.mark.parametrize(("access", "is_named"), [("internal", True), ("reserved", True), ("hidden", False)])
def test_a_paper_of_ours_names_what_it_answers_to_who_may_know(access: str, is_named: bool) -> None:
    people = office()
    clerk = people.drafter
    asked, ours = entered(clerk, title="人事安排", access=access), draft(people)
    services.link(source=ours.document, target=asked, kind=LinkKind.REPLIES_TO, actor=clerk)
    assert asked.number in page(browser(clerk), ours.document)
    assert (asked.number in page(browser(factories.clerk("科員乙")), ours.document)) == is_named


def test_the_ledger_has_no_line_of_what_one_may_not_know_of() -> None:
    clerk = factories.clerk()
    rows = {
        access: entered(clerk, title=f"標題{access}", access=access) for access in ("internal", "reserved", "hidden")
    }
    url = f"{reverse('dispatch:ledger')}?series={series().pk}"
    own = browser(clerk).get(url).content.decode()
    assert all(row.number in own and row.title in own for row in rows.values())
    answer = browser(factories.director()).get(url)
    words = answer.content.decode()
    shown = {row.line.document_id for row in answer.context["page"].rows}
    assert shown == {rows["internal"].pk, rows["reserved"].pk}
    assert words.count("a paper that you may not read") == 1
    assert rows["reserved"].number in words
    assert not [text for text in (rows["hidden"].number, rows["hidden"].title, rows["reserved"].title) if text in words]


def test_reserved_numbers_and_void_ones_stay_in_the_ledger() -> None:
    clerk, director = factories.clerk(), factories.director()
    row = entered(clerk)
    services.void(document=row, reason="重複", actor=director)
    words = browser(director).get(reverse("dispatch:ledger"), {"series": series().pk}).content.decode()
    assert row.number in words
    assert Document.objects.get(pk=row.pk).state == "void"
