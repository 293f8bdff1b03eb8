"""What the typeface lacks is found before a signature and before a number; what could not be set is told with why."""

import pytest
from django.test import Client
from django.utils.html import escape

from apps.dispatch import services
from apps.dispatch.enums import SheetState
from apps.dispatch.models import Draft, Sheet
from apps.dispatch.services.sheets import MOST_TRIES, draw_waiting_sheets
from apps.dispatch.work_items import for_user
from apps.documents.models import DocumentNumber
from tests import factories
from tests.dispatch import factories as desk
from tests.dispatch.factories import TEN

pytestmark = pytest.mark.django_db
LACKING = "\N{GRINNING FACE}"


def with_contact(paper: Draft, people: desk.Office, words: str) -> None:
    row = desk.fresh(paper).document
    services.change_foot(
        draft=paper, version=row.version, contact=words, printed_by="", copies=1, actor=people.drafter, at=TEN
    )


def test_the_foot_is_looked_at_before_it_is_put_up() -> None:
    people = desk.office()
    for foot in ({"contact": f"張三{LACKING}"}, {"printed_by": LACKING}):
        with pytest.raises(services.UnableToRoute, match=LACKING):
            desk.put_up(people, desk.draft(people, **foot))


def test_a_name_that_is_printed_is_looked_at_too() -> None:
    people = desk.office()
    odd = factories.leader(f"院長{LACKING}")
    upward = desk.draft(people, desk.words(kind="request"), signer=odd)
    with pytest.raises(services.UnableToRoute, match=LACKING):
        desk.put_up(people, upward)


def test_no_number_is_given_for_what_cannot_be_set() -> None:
    people = desk.office()
    paper = desk.to_number(people)
    with_contact(paper, people, f"張三{LACKING}")
    with pytest.raises(services.UnableToIssue, match=LACKING):
        services.number_paper(draft=paper, actor=people.clerk, at=TEN)
    assert not DocumentNumber.objects.exists()
    with_contact(paper, people, "張三")
    services.number_paper(draft=paper, actor=people.clerk, at=TEN)
    assert desk.fresh(paper).document.number == "院發〔2026〕1號"


def test_the_office_hears_of_what_could_not_be_set_and_why() -> None:
    people = desk.office()
    paper = desk.put_up(people)
    desk.draw(paper)
    with_contact(paper, people, f"張三{LACKING}")
    assert not [item for item in for_user(people.clerk, at=TEN) if item.reason == "could not be typeset"]
    for _try in range(MOST_TRIES):
        draw_waiting_sheets(at=TEN)
    sheet = Sheet.objects.get(document=paper.pk, state=SheetState.FAILED)
    assert sheet.fault
    item = next(item for item in for_user(people.clerk, at=TEN) if item.reason == "could not be typeset")
    assert item.key == f"dispatch.sheet:{paper.pk}"
    client = Client()
    client.force_login(people.clerk)
    assert escape(sheet.fault) in client.get(paper.get_absolute_url()).content.decode()
    with_contact(paper, people, "張三")
    draw_waiting_sheets(at=TEN)
    assert not [item for item in for_user(people.clerk, at=TEN) if item.reason == "could not be typeset"]
