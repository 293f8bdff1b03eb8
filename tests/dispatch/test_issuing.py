"""Number, seal, send: in this order, once, and only what was signed."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError

from apps.approvals.enums import StepState
from apps.core.numbers import find_gaps
from apps.dispatch import services
from apps.dispatch.enums import SheetState
from apps.dispatch.models import Draft, Sent, Sheet
from apps.dispatch.services import Outside
from apps.documents import services as documents
from apps.documents.enums import LinkKind, NumberUse, OpinionKind, State
from apps.documents.models import Document, DocumentNumber, Link
from apps.journal.models import Attachment
from apps.notices.models import Notice
from apps.relays import services as relays
from apps.relays.enums import LineState
from apps.relays.models import RelayLine
from apps.seals import services as seals
from tests import factories
from tests.dispatch import factories as desk
from tests.dispatch.factories import NINE, TEN, moment
from tests.documents.factories import incoming, series
from tests.relays.factories import settle
from tests.seals import factories as stamps

pytestmark = pytest.mark.django_db
SIGN, FINAL = OpinionKind.SIGN, OpinionKind.FINAL_CHECK
TO_SCHOOL = [Outside("學校辦公室", "by_hand", date(2026, 11, 23))]


def test_number_and_day_come_at_registration() -> None:
    """Drafted on the 23rd, signed on the 25th, registered on the 26th: no number before, and the day of signing."""
    people = desk.office()
    paper = desk.put_up(people)
    desk.decide(paper, people.checker, OpinionKind.CHECK, at=moment(24, 9))
    desk.decide(paper, people.signer, SIGN, at=moment(25, 9))
    desk.decide(paper, people.clerk, FINAL, at=moment(25, 10))
    row = desk.fresh(paper).document
    assert (row.number, row.dated_on, DocumentNumber.objects.count()) == ("", None, 0)
    services.number_paper(draft=paper, actor=people.clerk, at=moment(26, 9))
    row = desk.fresh(paper).document
    assert (row.number, row.dated_on, row.state) == ("院發〔2026〕1號", date(2026, 11, 25), State.NUMBERED)


def test_two_clicks_and_two_tabs_are_one_number() -> None:
    people = desk.office()
    paper = desk.to_number(people)
    other_tab = desk.fresh(paper)
    services.number_paper(draft=paper, actor=people.clerk, at=TEN)
    services.number_paper(draft=other_tab, actor=people.director, at=TEN)
    assert DocumentNumber.objects.count() == 1
    assert find_gaps() == []


def test_a_number_does_not_grow_with_each_return() -> None:
    people = desk.office()
    paper = desk.numbered(people)
    for day in (24, 25, 26):
        at = moment(day, 9)
        services.take_back(draft=desk.fresh(paper), reason="更正", actor=people.clerk, at=at)
        desk.change(paper, people, title=f"更正之{day}", at=at)
        paper = desk.numbered(people, paper, at=at)
    row = paper.document
    assert (row.number, row.dated_on) == ("院發〔2026〕1號", date(2026, 11, 26))
    assert list(DocumentNumber.objects.values_list("issued__number", "use")) == [(1, NumberUse.ISSUED)]
    assert row.opinions.filter(kind=SIGN).count() == 4


def test_nothing_is_numbered_before_the_final_check() -> None:
    people = desk.office()
    paper = desk.signed(people)
    with pytest.raises(services.UnableToIssue, match="final check"):
        services.number_paper(draft=paper, actor=people.clerk, at=TEN)
    with pytest.raises(services.UnableToIssue, match="Only a signed"):
        services.number_paper(draft=desk.draft(people), actor=people.clerk, at=TEN)


def test_the_database_refuses_an_unsigned_text() -> None:
    people = desk.office()
    paper = desk.to_number(people)
    walk(paper, State.RETURNED)
    documents.write_edition(document=paper.document, words={"title": "另一篇"}, actor=people.drafter, at=TEN)
    walk(paper, State.SIGNING, State.SIGNED)
    with pytest.raises(services.UnableToIssue, match="changed after it was signed"):
        services.number_paper(draft=paper, actor=people.clerk, at=TEN)
    with pytest.raises(InternalError, match="not signed"), transaction.atomic():
        Document.objects.filter(pk=paper.pk).update(state=State.NUMBERED, number="x", dated_on=NINE.date())


def walk(paper: Draft, *states: str) -> None:
    """From state to state past the services: only what the database itself holds stands in the way."""
    for state in states:
        Document.objects.filter(pk=paper.pk).update(state=state)


def test_the_database_refuses_to_send_what_is_not_sealed() -> None:
    people = desk.office()
    paper = desk.numbered(people, no_seal=False)
    with pytest.raises(services.UnableToIssue, match="not sealed"):
        services.send_paper(draft=paper, actor=people.clerk, outside=TO_SCHOOL, at=TEN)
    with pytest.raises(InternalError, match="not sealed"), transaction.atomic():
        Document.objects.filter(pk=paper.pk).update(state=State.SENT, closed_at=TEN)


def test_a_reserved_number_is_taken() -> None:
    people = desk.office()
    line = documents.reserve_number(
        series=series("doc_out"), words="急件", until=date(2026, 11, 30), actor=people.clerk, at=NINE
    )
    paper = desk.to_number(people)
    services.number_paper(draft=paper, actor=people.clerk, reserved=line, at=TEN)
    line.refresh_from_db()
    assert (line.use, line.document_id) == (NumberUse.ISSUED, paper.pk)
    assert desk.fresh(paper).document.number == line.issued.text == "院發〔2026〕1號"
    assert (find_gaps(), documents.find_faults()) == ([], [])


def test_a_void_number_stays_in_the_ledger() -> None:
    people = desk.office()
    paper = desk.numbered(people)
    services.void(draft=paper, reason="事項取消", actor=people.director, at=TEN)
    services.void(draft=paper, reason="事項取消", actor=people.director, at=TEN)
    line = DocumentNumber.objects.get()
    assert (line.use, line.void_reason) == (NumberUse.VOID, "事項取消")
    assert desk.fresh(paper).document.state == State.VOID
    assert desk.numbered(people, desk.draft(people)).document.number == "院發〔2026〕2號"
    assert (find_gaps(), documents.find_faults()) == ([], [])


def test_a_paper_with_a_number_is_not_withdrawn_but_void() -> None:
    people = desk.office()
    paper = desk.numbered(people)
    services.take_back(draft=paper, reason="更正", actor=people.clerk, at=TEN)
    with pytest.raises(services.UnableToTakeBack, match="number already"):
        services.withdraw(draft=paper, reason="不發", actor=people.drafter, at=TEN)
    services.void(draft=paper, reason="不發", actor=people.director, at=TEN)
    assert desk.fresh(paper).document.state == State.WITHDRAWN


def test_the_seal_is_bound_to_the_sheet() -> None:
    people, keeper = desk.office(), factories.clerk("印管")
    paper = desk.numbered(people, no_seal=False)
    seal = stamps.seal(keeper=keeper)
    use = services.pass_to_seal(draft=paper, seal=seal, allowed=3, actor=people.clerk, at=TEN)
    assert services.pass_to_seal(draft=paper, seal=seal, allowed=3, actor=people.clerk, at=TEN) == use
    sheet = Sheet.objects.get(document=paper.pk, is_final=True)
    assert (use.paper_sha256, use.reference, use.approved_by) == (sheet.blob.sha256, "院發〔2026〕1號", people.signer)
    with pytest.raises(services.UnableToIssue, match="not sealed"):
        services.send_paper(draft=paper, actor=people.clerk, outside=TO_SCHOOL, at=TEN)
    seals.impress(use=use, actor=keeper, made=3, at=TEN)
    seals.close(use=use, actor=keeper, no_photo_reason="當面交付", at=TEN)
    assert services.send_paper(draft=paper, actor=people.clerk, outside=TO_SCHOOL, at=TEN).document.state == State.SENT


def test_a_paper_taken_back_is_sealed_anew() -> None:
    people, keeper = desk.office(), factories.clerk("印管")
    paper = desk.numbered(people, no_seal=False)
    seal = stamps.seal(keeper=keeper)
    old = services.pass_to_seal(draft=paper, seal=seal, allowed=1, actor=people.clerk, at=TEN)
    services.take_back(draft=paper, reason="更正", actor=people.clerk, at=TEN)
    old.refresh_from_db()
    assert old.state == "cancelled"
    desk.change(paper, people, title="更正後", at=TEN)
    paper = desk.numbered(people, paper, at=TEN, no_seal=False)
    new = services.pass_to_seal(draft=paper, seal=seal, allowed=1, actor=people.clerk, at=TEN)
    assert new.paper_sha256 != old.paper_sha256


def test_units_get_it_and_sign_for_it() -> None:
    people = desk.office()
    desk.notice_series()
    one, two = factories.unit("甲系"), factories.unit("乙系")
    secretary = factories.person("甲秘書", "unit_secretary", at=one)
    factories.person("乙秘書", "unit_secretary", at=two)
    paper = desk.draft(people, desk.words(to=(one, two)))
    paper = desk.numbered(people, paper)
    services.send_paper(draft=paper, actor=people.clerk, at=TEN)
    services.send_paper(draft=paper, actor=people.clerk, at=TEN)
    settle(TEN)
    paper = desk.fresh(paper)
    assert Notice.objects.count() == 1
    assert [file.name for file in Attachment.objects.of(paper.notice)] == [f"院發〔2026〕1號 {desk.TITLE}.pdf"]
    line = RelayLine.objects.get(relay__notice=paper.notice, unit=one)
    relays.sign(line=line, actor=secretary, at=TEN)
    states = dict(RelayLine.objects.values_list("unit", "state"))
    assert states == {one.pk: LineState.SIGNED, two.pk: LineState.WAITING}
    assert Document.objects.visible_to(secretary).filter(pk=paper.pk).exists()


def test_nobody_outside_is_forgotten() -> None:
    people = desk.office()
    paper = desk.numbered(people)
    with pytest.raises(services.UnableToIssue, match="學校辦公室"):
        services.send_paper(draft=paper, actor=people.clerk, at=TEN)
    services.send_paper(draft=paper, actor=people.clerk, outside=TO_SCHOOL, at=TEN)
    services.note_sent(
        draft=paper, line=Outside("校史館", "mail", date(2026, 11, 25), "掃描件"), actor=people.clerk, at=moment(25, 10)
    )
    assert list(Sent.objects.values_list("receiver", flat=True).order_by("pk")) == ["學校辦公室", "校史館"]
    with pytest.raises(InternalError), transaction.atomic():
        Sent.objects.update(receiver="另一處")


def test_what_is_sent_is_not_taken_back() -> None:
    people = desk.office()
    paper = services.send_paper(draft=desk.numbered(people), actor=people.clerk, outside=TO_SCHOOL, at=TEN)
    with pytest.raises(services.UnableToTakeBack):
        services.take_back(draft=paper, reason="更正", actor=people.clerk, at=TEN)
    with pytest.raises(services.UnableToDraft):
        desk.change(paper, people, title="更正")


def test_an_answer_is_linked_with_what_it_answers() -> None:
    people = desk.office()
    letter = incoming()
    paper = services.create_draft(
        words=desk.words(), terms=desk.terms(people, answers=letter), actor=people.drafter, at=NINE
    )
    assert list(Link.objects.values_list("source", "target", "kind")) == [(paper.pk, letter.pk, LinkKind.REPLIES_TO)]


def test_a_letter_is_answered_when_its_answer_goes_out() -> None:
    people, letter = desk.office(), incoming()
    documents.handle(document=letter, actor=letter.handler, at=NINE)
    paper = services.create_draft(
        words=desk.words(), terms=desk.terms(people, answers=letter), actor=people.drafter, at=NINE
    )
    services.send_paper(draft=desk.numbered(people, paper), actor=people.clerk, outside=TO_SCHOOL, at=TEN)
    letter = Document.objects.select_related("incoming").get(pk=letter.pk)
    assert (letter.state, letter.incoming.answered_by_id) == (State.ANSWERED, paper.pk)
    assert Link.objects.count() == 1


def test_a_joint_paper_takes_a_number_of_the_lead() -> None:
    people, other = desk.office(), factories.unit("另一學院")
    lead = desk.Party.of(other, "zh-hant")
    paper = desk.draft(people, desk.words(issuers=(lead, desk.Party("學生處"))))
    with pytest.raises(services.UnableToRoute, match="lead unit"):
        desk.put_up(people, paper)
    root = desk.Party.of(factories.root_unit(), "zh-hant")
    good = desk.draft(people, desk.words(issuers=(root, desk.Party("學生處"))))
    assert desk.numbered(people, good).document.number == "院發〔2026〕1號"
    with pytest.raises(services.UnableToDraft, match="first issuer"):
        desk.draft(people, desk.words(issuers=(desk.Party("學生處"), root)))


def test_who_drafts_does_not_sign_in_the_database_either() -> None:
    people = desk.office()
    paper = desk.draft(people)
    with pytest.raises(IntegrityError, match="nobody_signs"), transaction.atomic():
        Draft.objects.filter(pk=paper.pk).update(signer=people.drafter)


def test_a_sheet_that_is_ready_never_changes() -> None:
    people = desk.office()
    paper = desk.numbered(people)
    sheet = Sheet.objects.get(document=paper.pk, is_final=True)
    assert sheet.state == SheetState.READY
    with pytest.raises(InternalError), transaction.atomic():
        Sheet.objects.filter(pk=sheet.pk).update(state=SheetState.WAITING)


def test_a_final_checker_who_sends_back_sends_to_the_drafter() -> None:
    people = desk.office()
    paper = desk.signed(people)
    desk.decide(paper, people.clerk, FINAL, StepState.RETURNED, words="附件缺一份。")
    assert desk.fresh(paper).document.state == State.RETURNED
