"""From the draft to the signature: who is asked when, what a no does, what stays, and what others had wrong."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.utils import InternalError

from apps.approvals.enums import StepState
from apps.dispatch import route, services
from apps.dispatch.models import Sheet
from apps.dispatch.services.sheets import draw_waiting_sheets
from apps.documents import services as documents
from apps.documents.enums import OpinionKind, State, Why
from apps.documents.models import Document, Edition, Opinion
from apps.people.enums import DeputyScope
from apps.people.models import Deputy
from tests import factories
from tests.dispatch import factories as desk
from tests.dispatch.factories import NINE, TEN, moment

pytestmark = pytest.mark.django_db
CHECK, CO_SIGN, SIGN, FINAL = OpinionKind.CHECK, OpinionKind.CO_SIGN, OpinionKind.SIGN, OpinionKind.FINAL_CHECK


def asked(paper) -> list[tuple[str, str]]:
    """Who is asked for what now."""
    points = route.open_points(paper.document)
    return [
        (point.kind, point.step.approver.name if point.step.approver else point.step.role)
        for point in points
        if point.step.state == StepState.ASKED
    ]


def test_each_save_of_other_words_is_another_edition() -> None:
    people = desk.office()
    paper = desk.draft(people)
    desk.change(paper, people)
    desk.change(paper, people, title="另一個標題")
    assert sorted(Edition.objects.values_list("number", flat=True)) == [1, 2]  # the first save changed no word
    assert documents.check_chain(paper.document) == []
    assert desk.fresh(paper).document.title == "另一個標題"
    assert Sheet.objects.filter(document=paper.pk).count() == 2


def test_an_older_version_is_refused() -> None:
    people = desk.office()
    paper = desk.draft(people)
    desk.change(paper, people, title="另一個標題")
    with pytest.raises(documents.Changed):
        services.change_draft(
            draft=paper, version=1, words=desk.words(), terms=desk.terms(people), actor=people.drafter, at=TEN
        )


def test_the_points_come_one_after_the_other() -> None:
    people = desk.office()
    paper = desk.put_up(people, co_signers=(people.director,))
    assert asked(paper) == [(CHECK, "核稿人")]
    desk.decide(paper, people.checker, CHECK)
    assert asked(paper) == [(CO_SIGN, "辦公室主任")]
    desk.decide(paper, people.director, CO_SIGN)
    assert asked(paper) == [(SIGN, "院長")]
    desk.decide(paper, people.signer, SIGN)
    assert desk.fresh(paper).document.state == State.SIGNED
    assert asked(paper) == [(FINAL, "登記人")]
    desk.decide(paper, people.clerk, FINAL)
    assert asked(paper) == []
    assert Opinion.objects.filter(document=paper.pk, picture__isnull=False).count() == 4


def test_co_signers_one_after_the_other() -> None:
    people = desk.office()
    first, second = factories.head(factories.unit("甲系")), factories.head(factories.unit("乙系"), "乙主任")
    paper = desk.put_up(people, co_signers=(first, second), in_turn=True)
    desk.decide(paper, people.checker, CHECK)
    assert asked(paper) == [(CO_SIGN, "系主任")]
    desk.decide(paper, first, CO_SIGN)
    assert asked(paper) == [(CO_SIGN, "乙主任")]


def test_a_unit_is_its_head_and_sees_the_paper() -> None:
    people, unit = desk.office(), factories.unit("甲系")
    head = factories.head(unit)
    paper = desk.put_up(people, co_signers=(unit,))
    desk.decide(paper, people.checker, CHECK)
    assert Document.objects.visible_to(head).filter(pk=paper.pk).exists()
    assert desk.decide(paper, head, CO_SIGN).author == head


def test_silence_is_no_consent() -> None:
    """Nothing decides by the clock: a year later the same person is asked."""
    people = desk.office()
    paper = desk.put_up(people)
    before = asked(paper)
    draw_waiting_sheets(at=moment(23, 9, month=12))
    assert asked(paper) == before
    assert services.urge(draft=paper, actor=people.drafter, at=moment(23, 9, month=12)) == 1
    assert asked(paper) == before
    assert not Opinion.objects.exists()


def test_a_no_after_the_third_of_four_signatures() -> None:
    """A joint paper, four co-sign at once, one by a deputy: what was signed stays, then all are asked again."""
    people = desk.office()
    signers = [factories.head(factories.unit(f"{name}系"), f"{name}主任") for name in "甲乙丙丁"]
    deputy = factories.person("代理人", "staff")
    Deputy.objects.create(
        principal=signers[0], deputy=deputy, scope=DeputyScope.APPROVALS, starts_at=moment(1, 9), ends_at=moment(30, 9),
        created_by=signers[0],
    )  # fmt: skip
    paper = desk.put_up(people, co_signers=tuple(signers))
    desk.decide(paper, people.checker, CHECK)
    assert len(asked(paper)) == 4
    step = next(point for point in route.open_points(paper.document) if point.step.approver == signers[0])
    first = services.decide(
        draft=paper, step_id=step.pk, decision=StepState.APPROVED, actor=deputy, words="同意。", at=NINE
    )
    assert (first.author, first.on_behalf_of) == (deputy, signers[0])
    desk.decide(paper, signers[1], CO_SIGN)
    desk.decide(paper, signers[2], CO_SIGN)
    desk.decide(paper, signers[3], CO_SIGN, StepState.REFUSED, words="經費來源不明。", at=TEN)
    paper = desk.fresh(paper)
    assert paper.document.state == State.RETURNED
    assert asked(paper) == []
    kept = Opinion.objects.filter(document=paper.pk, kind=CO_SIGN).order_by("pk")
    assert [row.decision for row in kept] == ["approved", "approved", "approved", "refused"]
    desk.change(paper, people, body="<p>經費由學院預算支出。</p>")
    desk.put_up(people, paper, co_signers=tuple(signers), at=moment(24, 9))
    desk.decide(paper, people.checker, CHECK, at=moment(24, 9))
    assert len(asked(paper)) == 4
    assert [row.edition.number for row in kept] == [1, 1, 1, 1]


def test_who_drafted_decides_nothing() -> None:
    people = desk.office()
    with pytest.raises(services.UnableToDraft, match="Nobody signs"):
        services.create_draft(
            words=desk.words(), terms=desk.terms(people, signer=people.drafter), actor=people.drafter, at=NINE
        )
    with pytest.raises(services.UnableToRoute, match="own draft"):
        desk.put_up(people, checker=people.drafter)
    paper = desk.put_up(people, final_checker=None)
    desk.decide(paper, people.checker, CHECK)
    desk.decide(paper, people.signer, SIGN)
    with pytest.raises(PermissionDenied):
        desk.decide(paper, people.drafter, FINAL)


def test_the_same_decision_twice_is_one() -> None:
    people = desk.office()
    paper = desk.put_up(people)
    step = route.open_points(paper.document)[0].pk
    given = {"draft": paper, "step_id": step, "decision": StepState.APPROVED, "actor": people.checker, "at": NINE}
    assert services.decide(**given) is not None
    assert services.decide(**given) is None
    assert Opinion.objects.count() == 1


def test_the_text_stands_still_while_it_is_signed() -> None:
    people = desk.office()
    paper = desk.put_up(people)
    with pytest.raises(services.UnableToDraft, match="Take it back"):
        desk.change(paper, people, title="另一個標題")


def test_a_changed_text_is_signed_again() -> None:
    """Title, text, addressees and annexes: the signature stays with the edition it was given on."""
    people = desk.office()
    paper = desk.signed(people)
    desk.decide(paper, people.clerk, FINAL, StepState.RETURNED, words="標題有誤。")
    desk.change(paper, people, title="更正的標題")
    paper = desk.put_up(people, paper, at=TEN)
    assert asked(paper) == [(CHECK, "核稿人")]
    Document.objects.filter(pk=paper.pk).update(state=State.SIGNED)
    with pytest.raises(InternalError, match="not signed"), transaction.atomic():
        Document.objects.filter(pk=paper.pk).update(state=State.NUMBERED, number="x", dated_on=NINE.date())


def test_a_foot_put_right_needs_the_final_check_alone() -> None:
    people = desk.office()
    paper = desk.signed(people)
    desk.decide(paper, people.clerk, FINAL, StepState.RETURNED, words="印發機關有誤。")
    paper = desk.fresh(paper)
    services.change_foot(
        draft=paper, version=paper.document.version, contact="", printed_by="學院辦公室", copies=3,
        actor=people.drafter, at=TEN,
    )  # fmt: skip
    paper = desk.put_up(people, paper, at=TEN)
    assert (asked(paper), paper.document.state) == ([(FINAL, "登記人")], State.SIGNED)


def test_a_signer_is_added_to_a_round_that_runs() -> None:
    people = desk.office()
    one, two = factories.head(factories.unit("甲系")), factories.head(factories.unit("乙系"), "乙主任")
    paper = desk.put_up(people, co_signers=(one,))
    desk.decide(paper, people.checker, CHECK)
    services.add_signer(draft=paper, who=two, at_once=True, reason="涉及乙系經費", actor=people.drafter, at=NINE)
    assert asked(paper) == [(CO_SIGN, "系主任"), (CO_SIGN, "乙主任")]
    services.add_signer(draft=paper, who=people.director, at_once=False, reason="請主任把關", actor=one, at=NINE)
    desk.decide(paper, one, CO_SIGN)
    desk.decide(paper, two, CO_SIGN)
    assert asked(paper) == [(CO_SIGN, "辦公室主任")]
    desk.decide(paper, people.director, CO_SIGN)
    assert asked(paper) == [(SIGN, "院長")]
    with pytest.raises(services.UnableToRoute, match="signer has it"):
        services.add_signer(draft=paper, who=two, at_once=True, reason="x", actor=people.drafter, at=NINE)


def test_who_is_not_asked_yet_is_replaced_with_a_reason() -> None:
    people = desk.office()
    other = factories.leader("副院長")
    paper = desk.put_up(people)
    check, sign, _final = route.open_points(paper.document)
    given = {"draft": paper, "who": other, "actor": people.drafter, "at": NINE}
    with pytest.raises(services.UnableToRoute, match="not asked yet"):
        services.change_signer(step_id=check.pk, reason="出差", **given)
    with pytest.raises(services.UnableToRoute, match="why"):
        services.change_signer(step_id=sign.pk, reason=" ", **given)
    services.change_signer(step_id=sign.pk, reason="院長出差", **given)
    desk.decide(paper, people.checker, CHECK)
    assert asked(paper) == [(SIGN, "副院長")]
    assert desk.fresh(paper).signer == other


def test_taken_back_and_withdrawn() -> None:
    people = desk.office()
    paper = desk.put_up(people)
    desk.decide(paper, people.checker, CHECK, words="可。")
    services.take_back(draft=paper, reason="尚有修改", actor=people.drafter, at=TEN)
    assert (asked(paper), desk.fresh(paper).document.state) == ([], State.RETURNED)
    assert Opinion.objects.count() == 1
    services.withdraw(draft=paper, reason="不再發文", actor=people.drafter, at=TEN)
    services.withdraw(draft=paper, reason="不再發文", actor=people.drafter, at=TEN)
    assert desk.fresh(paper).document.state == State.WITHDRAWN


def test_urged_at_most_once_a_day() -> None:
    people = desk.office()
    paper = desk.put_up(people)
    assert services.urge(draft=paper, actor=people.drafter, at=TEN) == 1
    with pytest.raises(services.UnableToRoute, match="within a day"):
        services.urge(draft=paper, actor=people.drafter, at=moment(23, 17))
    assert services.urge(draft=paper, actor=people.drafter, at=moment(24, 9)) == 1


def test_a_deputy_for_approvals_reads_what_is_to_be_decided_and_no_more() -> None:
    people = desk.office()
    deputy = factories.person("代理人", "staff")
    Deputy.objects.create(
        principal=people.signer, deputy=deputy, scope=DeputyScope.APPROVALS, starts_at=moment(1, 9, month=1),
        ends_at=moment(30, 9, month=12), created_by=people.signer,
    )  # fmt: skip
    paper, other = desk.put_up(people), desk.draft(people)
    documents.involve(other.document, people.signer, why=Why.READS, actor=people.drafter, at=NINE)
    assert list(Document.objects.visible_to(deputy).values_list("pk", flat=True)) == [paper.pk]
