"""Sealed and sent is the sheet of the last numbering, with an impression on it; the database holds what is signed."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.db.utils import InternalError
from django.test import Client
from django.urls import reverse

from apps.core.clock import now
from apps.dispatch import services
from apps.dispatch.models import Draft, Sheet
from apps.dispatch.screens import PaperScreen
from apps.dispatch.services import Outside
from apps.documents import services as documents
from apps.documents.enums import Access, Direction, State
from apps.documents.models import Document
from apps.journal.models import Attachment
from apps.people.models import Person
from apps.seals import services as seals
from apps.seals.models import Seal, SealUse
from tests import factories
from tests.dispatch import factories as desk
from tests.dispatch.factories import NINE, TEN
from tests.seals import factories as stamps

pytestmark = pytest.mark.django_db
TO_SCHOOL = [Outside("學校辦公室", "by_hand", date(2026, 11, 23))]


def test_the_sheet_of_the_last_numbering_is_sealed_and_sent() -> None:
    """Numbered with the contact A, then B, then A again on one day: the first sheet is the paper once more."""
    people = desk.office()
    paper = desk.numbered(people, desk.draft(people, contact="甲"), at=TEN, no_seal=False)
    first = paper.final_sheet_id
    other = desk.numbered_again(people, paper, contact="乙")
    assert other.final_sheet_id != first
    again = desk.numbered_again(people, other, contact="甲")
    assert again.final_sheet_id == first
    seal = stamps.seal(keeper=factories.clerk("印管"))
    use = services.pass_to_seal(draft=again, seal=seal, allowed=1, actor=people.clerk, at=TEN)
    assert use.paper_sha256 == Sheet.objects.get(pk=first).blob.sha256
    assert screen_of(again, people.clerk).sheet.pk == first


def screen_of(paper: Draft, person: Person) -> PaperScreen:
    return PaperScreen(desk.fresh(paper), person, TEN)


def pressed(people: desk.Office, paper: Draft, seal: Seal, keeper: Person, *, made: int = 1) -> SealUse:
    """Passed to the keeper, sealed so often, and closed."""
    use = services.pass_to_seal(draft=paper, seal=seal, allowed=1, actor=people.clerk, at=TEN)
    if made:
        seals.impress(use=use, actor=keeper, made=made, at=TEN)
    words = "" if made else "日期有誤，未蓋章"
    use.refresh_from_db()
    return seals.close(use=use, actor=keeper, no_photo_reason="當面交付", explanation=words, at=TEN)


def chips(paper: Draft) -> tuple[bool, bool]:
    """Does it stand under "to be sealed", under "to be sent"?"""
    rows = Draft.objects.filter(pk=paper.pk)
    return rows.to_seal().exists(), rows.to_send().exists()


def forms_of(paper: Draft, person: Person) -> tuple[bool, bool]:
    screen = screen_of(paper, person)
    return screen.may_seal, screen.may_send


def test_a_sealed_paper_taken_back_for_its_foot_is_sealed_and_sent_anew() -> None:
    people, keeper = desk.office(), factories.clerk("印管")
    seal = stamps.seal(keeper=keeper)
    paper = desk.numbered(people, no_seal=False)
    old = pressed(people, paper, seal, keeper)
    assert (chips(paper), forms_of(paper, people.clerk)) == ((False, True), (False, True))
    paper = desk.numbered_again(people, paper, contact="張三 6200-1234")
    assert (chips(paper), forms_of(paper, people.clerk)) == ((True, False), (True, False))
    with pytest.raises(services.UnableToIssue, match="not sealed"):
        services.send_paper(draft=paper, actor=people.clerk, outside=TO_SCHOOL, at=TEN)
    new = pressed(people, paper, seal, keeper)
    assert new.pk != old.pk
    assert new.paper_sha256 != old.paper_sha256
    assert (chips(paper), forms_of(paper, people.clerk)) == ((False, True), (False, True))
    assert services.send_paper(draft=paper, actor=people.clerk, outside=TO_SCHOOL, at=TEN).document.state == State.SENT


def test_a_sealed_paper_whose_text_was_changed_is_sealed_anew() -> None:
    people, keeper = desk.office(), factories.clerk("印管")
    seal = stamps.seal(keeper=keeper)
    paper = desk.numbered(people, no_seal=False)
    pressed(people, paper, seal, keeper)
    services.take_back(draft=paper, reason="更正", actor=people.clerk, at=TEN)
    desk.change(paper, people, title="更正後", at=TEN)
    paper = desk.numbered(people, paper, at=TEN, no_seal=False)
    assert (chips(paper), forms_of(paper, people.clerk)) == ((True, False), (True, False))
    with pytest.raises(InternalError, match="not sealed"), transaction.atomic():
        Document.objects.filter(pk=paper.pk).update(state=State.SENT, closed_at=TEN)
    pressed(people, paper, seal, keeper)
    assert services.send_paper(draft=paper, actor=people.clerk, outside=TO_SCHOOL, at=TEN).document.state == State.SENT


def test_a_line_closed_without_an_impression_is_no_seal() -> None:
    people, keeper = desk.office(), factories.clerk("印管")
    seal = stamps.seal(keeper=keeper)
    paper = desk.numbered(people, no_seal=False)
    empty = pressed(people, paper, seal, keeper, made=0)
    assert (chips(paper), forms_of(paper, people.clerk)) == ((True, False), (True, False))
    with pytest.raises(services.UnableToIssue, match="not sealed"):
        services.send_paper(draft=paper, actor=people.clerk, outside=TO_SCHOOL, at=TEN)
    with pytest.raises(InternalError, match="not sealed"), transaction.atomic():
        Document.objects.filter(pk=paper.pk).update(state=State.SENT, closed_at=TEN)
    assert pressed(people, paper, seal, keeper).pk != empty.pk
    assert services.send_paper(draft=paper, actor=people.clerk, outside=TO_SCHOOL, at=TEN).document.state == State.SENT


def test_the_text_stands_still_from_the_first_signature_on() -> None:
    people = desk.office()
    for paper in (desk.put_up(people), desk.signed(people), desk.to_number(people), desk.numbered(people)):
        with pytest.raises(InternalError, match="stands still"), transaction.atomic():
            documents.write_edition(document=paper.document, words={"title": "另一篇"}, actor=people.drafter, at=TEN)


def test_the_database_refuses_a_number_before_the_final_check() -> None:
    people = desk.office()
    paper = desk.signed(people)
    with pytest.raises(InternalError, match="final check"), transaction.atomic():
        Document.objects.filter(pk=paper.pk).update(state=State.NUMBERED, number="x", dated_on=NINE.date())


@pytest.mark.parametrize("state", [State.NUMBERED, State.SENT])
def test_no_paper_begins_as_numbered_or_sent(state: str) -> None:
    people = desk.office()
    with pytest.raises(InternalError, match="not signed"), transaction.atomic():
        Document.objects.create(
            direction=Direction.OUTGOING, state=state, title="公文", unit=factories.root_unit(), number="x",
            created_by=people.drafter, dated_on=NINE.date(), registered_at=NINE, closed_at=NINE,
        )  # fmt: skip


@pytest.mark.parametrize(("access", "shown"), [(Access.INTERNAL, True), (Access.RESERVED, False)])
def test_the_ledger_of_seals_hides_what_the_office_may_not_read(access: str, *, shown: bool) -> None:
    people, keeper, stranger = desk.office(), factories.clerk("印管"), factories.clerk("旁人")
    paper = desk.numbered(people, desk.draft(people, access=access), no_seal=False)
    use = services.pass_to_seal(draft=paper, seal=stamps.seal(keeper=keeper), allowed=1, actor=people.clerk, at=TEN)
    file = Attachment.objects.of(use).get()
    said = f"{use.title} {use.paper_name} {file.name}"
    assert (desk.TITLE in said) is shown
    assert paper.document.number in said
    download = reverse("journal:download", args=[file.key])
    for person, reads in ((stranger, shown), (keeper, True), (people.drafter, True)):
        client = Client()
        client.force_login(person)
        assert client.get(download).status_code == (200 if reads else 404)
        assert (str(file.key) in client.get(use.get_absolute_url()).content.decode()) is reads


def test_a_stand_in_of_the_keeper_gets_the_paper_to_seal() -> None:
    people, keeper, other = desk.office(), factories.clerk("印管"), factories.clerk("代管")
    paper = desk.numbered(people, desk.draft(people, access=Access.HIDDEN), no_seal=False)
    seal = stamps.seal(keeper=keeper)
    use = services.pass_to_seal(draft=paper, seal=seal, allowed=1, actor=people.clerk, at=TEN)
    assert use.hides_papers(other)
    stamps.stand_in(seal, other, now() - timedelta(days=1), now() + timedelta(days=1))
    assert not use.hides_papers(other)
