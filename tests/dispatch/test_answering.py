"""An answer is drafted from the page of what came in, and what is noted of it there is how it really went."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from apps.delivery.models import Message
from apps.dispatch import services
from apps.dispatch.models import Draft
from apps.dispatch.services import Outside
from apps.documents import services as documents
from apps.documents.enums import LinkKind, Received, State
from apps.documents.models import Document, Link
from tests import factories
from tests.dispatch import factories as desk
from tests.dispatch.factories import NINE, TEN, moment
from tests.documents.factories import incoming

pytestmark = pytest.mark.django_db


def answer_to(letter: Document, people: desk.Office, line: Outside) -> Draft:
    paper = services.create_draft(
        words=desk.words(), terms=desk.terms(people, answers=letter), actor=people.drafter, at=NINE
    )
    paper = desk.numbered(people, paper)
    return services.send_paper(draft=paper, actor=people.clerk, outside=[line], at=moment(24, 9))


def fresh(letter: Document) -> Document:
    return Document.objects.select_related("incoming").get(pk=letter.pk)


def noted(letter: Document) -> tuple[object, ...]:
    row = fresh(letter).incoming
    return row.answered_on, row.answered_how, row.answer_words


def test_the_page_of_what_came_in_leads_to_its_answer() -> None:
    letter = incoming(clerk=factories.clerk("登記人"))
    address = f"{reverse('dispatch:create')}?answers={letter.pk}"
    for person, shown in ((letter.handler, True), (factories.leader("副院長"), False)):
        client = Client()
        client.force_login(person)
        assert (address in client.get(letter.get_absolute_url()).content.decode()) == shown
    client = Client()
    client.force_login(letter.handler)
    assert client.get(address).context["answers"] == letter


@pytest.mark.parametrize(
    ("how", "kept", "words"), [("mail", Received.MAIL, ""), ("fax", "", "by fax"), ("by_hand", Received.BY_HAND, "")]
)
def test_day_and_way_are_those_of_the_line_to_the_sender(how: str, kept: str, words: str) -> None:
    people, letter = desk.office(), incoming()
    documents.handle(document=letter, actor=letter.handler, at=NINE)
    answer_to(letter, people, Outside("學校辦公室", how, date(2026, 11, 23)))
    assert noted(letter) == (date(2026, 11, 23), kept, words)


def test_an_answer_that_cannot_be_noted_is_told_to_the_handler() -> None:
    """Registered, and nobody handles it yet."""
    people, letter = desk.office(), incoming()
    answer_to(letter, people, Outside("學校辦公室", "post", TEN.date()))
    assert (fresh(letter).state, noted(letter)[0]) == (State.REGISTERED, None)
    told = Message.objects.filter(deliveries__person=letter.handler, target_url=letter.get_absolute_url())
    assert told.distinct().get().source.startswith("dispatch.draft:")


def test_a_link_the_other_way_round_does_not_keep_the_paper_in() -> None:
    people, letter = desk.office(), incoming()
    documents.handle(document=letter, actor=letter.handler, at=NINE)
    paper = services.create_draft(
        words=desk.words(), terms=desk.terms(people, answers=letter), actor=people.drafter, at=NINE
    )
    paper = desk.numbered(people, paper)
    documents.unlink(found=Link.objects.get(), actor=people.clerk, at=NINE)
    documents.link(source=letter, target=paper.document, kind=LinkKind.SUPERSEDES, actor=people.clerk, at=NINE)
    line = Outside("學校辦公室", "post", TEN.date())
    services.send_paper(draft=paper, actor=people.clerk, outside=[line], at=TEN)
    assert Document.objects.get(pk=paper.pk).state == State.SENT
    assert fresh(letter).state == State.HANDLING
    assert Message.objects.filter(deliveries__person=letter.handler, target_url=letter.get_absolute_url()).exists()
