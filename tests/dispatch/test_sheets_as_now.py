"""What stands before who decides is the paper as it is now: with the signer and the foot of this moment."""

import pytest

from apps.dispatch import route, services
from apps.dispatch.models import Draft, Sheet
from apps.dispatch.screens import PaperScreen
from apps.dispatch.services.sheets import sheet_of_draft, sheet_to_decide
from apps.dispatch.sign_screen import SignScreen
from apps.documents import services as documents
from apps.documents.enums import Kind, OpinionKind
from apps.documents.models import Opinion
from tests import factories
from tests.dispatch import factories as desk
from tests.dispatch.factories import NINE, TEN

pytestmark = pytest.mark.django_db
CHECK, SIGN, FINAL = OpinionKind.CHECK, OpinionKind.SIGN, OpinionKind.FINAL_CHECK


def upward(people: desk.Office) -> Draft:
    """A request, which names its signer in its head, drawn as drafted, with the checker."""
    paper = desk.put_up(people, desk.draft(people, desk.words(kind=Kind.REQUEST)))
    desk.draw(paper)
    return paper


def said(sheet: Sheet) -> tuple[list[str], str]:
    data = Sheet.objects.get(pk=sheet.pk).data
    return data["signers"], data["contact"]


def point_of(paper: Draft, kind: str) -> int:
    return next(point.pk for point in route.last_round(paper.document) if point.kind == kind)


def test_another_signer_is_another_sheet() -> None:
    people, other = desk.office(), factories.leader("副院長")
    paper = upward(people)
    services.change_signer(
        draft=paper, step_id=point_of(paper, SIGN), who=other, reason="院長出差", actor=people.clerk, at=TEN
    )
    paper = desk.fresh(paper)
    sheet = PaperScreen(paper, people.clerk, TEN).sheet
    assert (said(sheet), sheet.is_ready) == ((["副院長"], ""), False)
    desk.decide(paper, people.checker, CHECK, at=TEN)
    desk.decide(paper, other, SIGN, at=TEN, no_seal=True)
    signed = Opinion.objects.get(kind=SIGN)
    sheet.refresh_from_db()
    assert signed.picture == sheet.picture
    assert signed.picture is not None


def test_who_decides_sees_the_foot_as_it_is_now() -> None:
    people = desk.office()
    paper = upward(people)
    services.change_foot(
        draft=paper,
        version=paper.document.version,
        contact="張三",
        printed_by="",
        copies=1,
        actor=people.drafter,
        at=TEN,
    )
    paper = desk.fresh(paper)
    desk.draw(paper)
    step = route.last_round(paper.document)[0].step
    screen = SignScreen(paper, people.checker, TEN, step, step.sign_point)
    sheet = sheet_of_draft(paper, documents.latest(paper.document))
    assert said(sheet) == (["院長"], "張三")
    assert screen.paper.blob == sheet.blob
    desk.decide(paper, people.checker, CHECK, at=TEN)
    assert Opinion.objects.get(kind=CHECK).picture == sheet.picture


def test_the_page_names_who_signed_though_another_is_to_sign_next() -> None:
    people, other = desk.office(), factories.leader("副院長")
    paper = desk.to_number(people)
    services.take_back(draft=paper, reason="更正版記", actor=people.clerk, at=TEN)
    paper = desk.fresh(paper)
    services.change_draft(
        draft=paper, version=paper.document.version, words=desk.words(), terms=desk.terms(people, signer=other),
        actor=people.drafter, at=TEN,
    )  # fmt: skip
    screen = PaperScreen(desk.fresh(paper), people.clerk, TEN)
    assert screen.draft.signer == other
    assert screen.signer == people.signer
    assert said(screen.sheet)[0] == ["院長"]


def test_a_decision_about_another_foot_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """The foot is changed while the pages of the decision are drawn."""
    people = desk.office()
    paper = upward(people)

    def slow(draft: Draft, *args: object, **given: object) -> Sheet:
        sheet = sheet_to_decide(draft, *args, **given)
        services.change_foot(
            draft=draft, version=draft.document.version, contact="李四", printed_by="", copies=1, actor=people.drafter,
            at=NINE,
        )  # fmt: skip
        return sheet

    monkeypatch.setattr("apps.dispatch.services.deciding.sheet_to_decide", slow)
    with pytest.raises(services.UnableToDecide, match="a moment ago"):
        desk.decide(paper, people.checker, CHECK, at=TEN)
    assert not Opinion.objects.exists()


def test_the_signer_is_one_person() -> None:
    people = desk.office()
    paper = desk.put_up(people)
    with pytest.raises(services.UnableToRoute, match="one person"):
        services.change_signer(
            draft=paper, step_id=point_of(paper, SIGN), who=factories.unit("甲系"), reason="改分", actor=people.clerk,
            at=TEN,
        )  # fmt: skip
