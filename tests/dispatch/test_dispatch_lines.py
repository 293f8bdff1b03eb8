"""The register of dispatch: days that can be, and a wrong line taken back by a counter-entry."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError
from django.test import Client
from django.urls import reverse

from apps.dispatch import services
from apps.dispatch.models import Draft, Sent
from apps.dispatch.services import Outside
from apps.journal.models import Entry
from apps.people.models import Person
from tests.dispatch import factories as desk
from tests.dispatch.factories import NINE, TEN, moment

pytestmark = pytest.mark.django_db
SCHOOL = "學校辦公室"


def to(day: date) -> list[Outside]:
    return [Outside(SCHOOL, "by_hand", day)]


def sent(people: desk.Office) -> tuple[Draft, Sent]:
    paper = services.send_paper(draft=desk.numbered(people), actor=people.clerk, outside=to(date(2026, 11, 23)), at=TEN)
    return paper, Sent.objects.get(document=paper.pk)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.parametrize("day", [date(2026, 11, 22), date(2026, 11, 26)])
def test_nothing_goes_out_before_its_signature_or_tomorrow(day: date) -> None:
    """Signed on the 23rd, written down on the 25th."""
    people = desk.office()
    paper = desk.numbered(people)
    with pytest.raises(services.UnableToIssue, match=SCHOOL):
        services.send_paper(draft=paper, actor=people.clerk, outside=to(day), at=moment(25, 9))
    assert not Sent.objects.exists()
    services.send_paper(draft=paper, actor=people.clerk, outside=to(date(2026, 11, 24)), at=moment(25, 9))
    with pytest.raises(services.UnableToIssue, match=SCHOOL):
        services.note_sent(draft=paper, line=to(day)[0], actor=people.clerk, at=moment(25, 9))


def test_a_wrong_line_stays_with_its_counter_entry() -> None:
    people = desk.office()
    paper, line = sent(people)
    with pytest.raises(services.UnableToIssue, match="what was wrong"):
        services.take_line_back(draft=paper, line_id=line.pk, reason=" ", actor=people.clerk, at=TEN)
    counter = services.take_line_back(draft=paper, line_id=line.pk, reason="寄錯單位", actor=people.clerk, at=TEN)
    assert services.take_line_back(draft=paper, line_id=line.pk, reason="再一次", actor=people.clerk, at=TEN) == counter
    assert (counter.corrects, counter.note, counter.receiver) == (line, "寄錯單位", SCHOOL)
    with pytest.raises(services.UnableToIssue, match="itself a correction"):
        services.take_line_back(draft=paper, line_id=counter.pk, reason="x", actor=people.clerk, at=TEN)
    assert Entry.objects.about(paper.document).filter(verb="sent_line_back", note="寄錯單位").count() == 1


def test_the_database_holds_what_a_counter_entry_is() -> None:
    people = desk.office()
    paper, line = sent(people)
    other, _line = sent(people)
    given = {"receiver": SCHOOL, "how": "mail", "sent_on": NINE.date(), "by": people.clerk, "corrects": line}
    with pytest.raises(IntegrityError, match="says_why"), transaction.atomic():
        Sent.objects.create(document=paper.document, **given)
    with pytest.raises(InternalError, match="same paper"), transaction.atomic():
        Sent.objects.create(document=other.document, note="寄錯單位", **given)
    counter = services.take_line_back(draft=paper, line_id=line.pk, reason="寄錯單位", actor=people.clerk, at=TEN)
    with pytest.raises(InternalError, match="same paper"), transaction.atomic():
        Sent.objects.create(document=paper.document, note="又錯", **given | {"corrects": counter})


def test_the_page_takes_a_line_back_and_shows_both() -> None:
    people = desk.office()
    paper, line = sent(people)
    url = reverse("dispatch:take_line_back", args=[paper.pk, line.pk])
    page = signed_in(people.clerk).get(paper.get_absolute_url()).content.decode()
    assert url in page
    assert url not in signed_in(people.signer).get(paper.get_absolute_url()).content.decode()
    assert signed_in(people.signer).post(url, {"reason": "x"}).status_code == 403
    assert signed_in(people.clerk).post(url, {"reason": ""}).status_code == 422
    assert signed_in(people.clerk).post(url, {"reason": "寄錯單位"}).status_code == 302
    page = signed_in(people.clerk).get(paper.get_absolute_url()).content.decode()
    assert url not in page
    assert f"<s>{SCHOOL}" in page
    assert "寄錯單位" in page
