"""Proposal and instruction: order, deputies with both names, returns, and that silence decides nothing."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.dashboard.daily import tell_of_the_day
from apps.delivery.models import Message, MessageText
from apps.documents import services
from apps.documents.enums import OpinionKind, Purpose, State
from apps.documents.models import Opinion
from apps.documents.work_items import for_user
from apps.people.enums import DeputyScope
from tests import factories
from tests.documents.factories import TEN, asked, entered, moment, scan
from tests.people.factories import deputy

pytestmark = pytest.mark.django_db
YES, NO = StepState.APPROVED, StepState.RETURNED


def step_of(row: object, person: object) -> Step:
    return Step.objects.about(row).get(approver=person)


def test_one_after_the_other_and_then_it_is_handled() -> None:
    director, leader = factories.director(), factories.leader()
    row = asked(director, leader)
    assert [step.state for step in Step.objects.about(row)] == [StepState.ASKED, StepState.WAITING]
    services.instruct(step=step_of(row, director), decision=YES, words="擬同意。", edition=1, actor=director, at=TEN)
    row.refresh_from_db()
    assert row.state == State.PROPOSED
    services.instruct(step=step_of(row, leader), decision=YES, words="請教務科辦理。", actor=leader, at=TEN)
    row.refresh_from_db()
    assert row.state == State.HANDLING
    said = list(
        Opinion.objects.filter(kind=OpinionKind.INSTRUCTION).order_by("pk").values_list("words", "edition__number")
    )
    assert said == [("擬同意。", 1), ("請教務科辦理。", 1)]


def test_at_once_in_any_order() -> None:
    director, leader = factories.director(), factories.leader()
    row = asked(director, leader, in_turn=False)
    services.instruct(step=step_of(row, leader), decision=YES, actor=leader, at=TEN)
    row.refresh_from_db()
    assert row.state == State.PROPOSED
    services.instruct(step=step_of(row, director), decision=YES, actor=director, at=TEN)
    row.refresh_from_db()
    assert row.state == State.HANDLING


def test_silence_never_decides() -> None:
    """What others had wrong: approval by time-out. A year later nothing is decided, whatever job ran."""
    leader = factories.leader()
    row = asked(leader)
    later = moment(23, 10) + timedelta(days=365)
    tell_of_the_day(moment(24, 10))
    tell_of_the_day(later)
    services.check_ledger(at=later)
    services.make_waiting_packages(at=later)
    services.let_reservations_run_out(at=later)
    row.refresh_from_db()
    assert (row.state, step_of(row, leader).state) == (State.PROPOSED, StepState.ASKED)
    assert {item.section for item in for_user(leader, at=later)} == {"decide"}


def test_a_return_keeps_what_was_said_and_tells_the_handler() -> None:
    director, leader = factories.director(), factories.leader()
    row = asked(director, leader)
    services.instruct(step=step_of(row, director), decision=YES, words="同意", actor=director, at=TEN)
    with pytest.raises(services.UnableToMove):
        services.instruct(step=step_of(row, leader), decision=NO, words=" ", actor=leader, at=TEN)
    services.instruct(step=step_of(row, leader), decision=NO, words="先徵求教務科意見。", actor=leader, at=TEN)
    row.refresh_from_db()
    assert row.state == State.REGISTERED
    assert Opinion.objects.filter(document=row).count() == 3
    assert Message.objects.filter(source=f"documents.document:{row.pk}").count() >= 3


def test_the_same_answer_twice_is_one_opinion() -> None:
    leader = factories.leader()
    row = asked(leader)
    for _click in range(2):
        services.instruct(step=step_of(row, leader), decision=YES, words="同意", actor=leader, at=TEN)
    assert Opinion.objects.filter(kind=OpinionKind.INSTRUCTION).count() == 1
    with pytest.raises(services.UnableToMove):
        services.instruct(step=step_of(row, leader), decision=NO, words="不", actor=leader, at=TEN)


def test_an_answer_is_about_the_edition_on_the_page() -> None:
    leader, clerk = factories.leader(), factories.clerk()
    row = asked(leader, clerk=clerk)
    services.add_files(document=row, files=[scan(clerk)], actor=clerk, at=TEN)
    with pytest.raises(services.Changed):
        services.instruct(step=step_of(row, leader), decision=YES, edition=1, actor=leader, at=TEN)
    services.instruct(step=step_of(row, leader), decision=YES, edition=2, actor=leader, at=TEN)
    assert Opinion.objects.get(kind=OpinionKind.INSTRUCTION).edition.number == 2


def test_a_deputy_decides_with_both_names() -> None:
    leader, stand_in = factories.leader(), factories.director()
    deputy(leader, stand_in, scope=DeputyScope.APPROVALS)
    row = asked(leader)
    services.instruct(step=step_of(row, leader), decision=YES, words="同意", actor=stand_in, at=TEN)
    said = Opinion.objects.get(kind=OpinionKind.INSTRUCTION)
    assert (said.author, said.on_behalf_of) == (stand_in, leader)


def test_nobody_else_decides() -> None:
    leader = factories.leader()
    row = asked(leader)
    with pytest.raises(PermissionDenied):
        services.instruct(step=step_of(row, leader), decision=YES, actor=factories.director(), at=TEN)


def test_one_more_is_asked_and_all_have_to_agree() -> None:
    director, leader, clerk = factories.director(), factories.leader(), factories.clerk()
    row = asked(leader, clerk=clerk)
    services.ask_one_more(document=row, person=director, actor=clerk, at=TEN)
    with pytest.raises(services.UnableToMove):
        services.ask_one_more(document=row, person=director, actor=clerk, at=TEN)
    services.instruct(step=step_of(row, leader), decision=YES, actor=leader, at=TEN)
    row.refresh_from_db()
    assert row.state == State.PROPOSED
    services.instruct(step=step_of(row, director), decision=YES, actor=director, at=TEN)
    row.refresh_from_db()
    assert row.state == State.HANDLING


def test_a_question_is_withdrawn_with_a_reason() -> None:
    leader, clerk = factories.leader(), factories.clerk()
    row = asked(leader, clerk=clerk)
    with pytest.raises(services.UnableToMove):
        services.withdraw_question(document=row, reason="", actor=clerk, at=TEN)
    services.withdraw_question(document=row, reason="不需批示", actor=clerk, at=TEN)
    row.refresh_from_db()
    assert (row.state, step_of(row, leader).state) == (State.REGISTERED, StepState.CANCELLED)
    with pytest.raises(services.UnableToMove):
        services.instruct(step=step_of(row, leader), decision=YES, actor=leader, at=TEN)


def test_a_proposal_names_one_lead_unit() -> None:
    clerk = factories.clerk()
    row, one, two = entered(clerk), factories.unit("教務科"), factories.unit("學生科")
    with pytest.raises(services.UnableToMove):
        services.propose(document=row, plan=services.Plan(words="擬", helpers=[one]), actor=clerk, at=TEN)
    with pytest.raises(services.UnableToMove):
        services.propose(document=row, plan=services.Plan(words="擬", lead=one, helpers=[one]), actor=clerk, at=TEN)
    plan = services.Plan(words="擬", lead=one, helpers=[two], asks="報名單", purpose=Purpose.ACTION)
    said = services.propose(document=row, plan=plan, actor=clerk, at=TEN)
    assert (said.proposal.lead, list(said.proposal.helpers.all())) == (one, [two])
    row.refresh_from_db()
    assert row.state == State.REGISTERED


def test_nobody_asks_themselves() -> None:
    director = factories.director()
    row = entered(director)
    with pytest.raises(services.UnableToMove):
        services.propose(document=row, plan=services.Plan(words="擬"), deciders=[director], actor=director, at=TEN)


def test_nobody_decides_about_the_own_proposal_in_somebody_elses_place() -> None:
    """A stand-in of the leader instructs; not about what is in their hands, nor what they wrote for its handler."""
    leader, clerk, helper = factories.leader(), factories.clerk(), factories.clerk("科員乙")
    for stand_in in (clerk, helper):
        deputy(leader, stand_in, scope=DeputyScope.APPROVALS)
    row = entered(clerk)
    plan = services.Plan(words="擬")
    services.propose(document=row, plan=plan, deciders=[leader], actor=helper, on_behalf_of=clerk, at=TEN)
    step = step_of(row, leader)
    for stand_in in (clerk, helper):
        with pytest.raises(PermissionDenied if stand_in == helper else services.UnableToMove):
            services.instruct(step=step, decision=YES, actor=stand_in, at=TEN)
        assert not Step.objects.waiting_for(stand_in, TEN).exists()
        assert not [item for item in for_user(stand_in, at=TEN) if item.section == "decide"]
    services.instruct(step=step, decision=YES, actor=leader, at=TEN)


def test_who_handles_it_through_somebody_is_not_asked_about_it() -> None:
    director, leader, clerk = factories.director(), factories.leader(), factories.clerk()
    row = entered(director)
    given = {"document": row, "actor": clerk, "on_behalf_of": director, "at": TEN}
    plan = services.Plan(words="擬")
    with pytest.raises(services.UnableToMove, match="themselves"):
        services.propose(**given, plan=plan, deciders=[leader, director])
    services.propose(**given, plan=plan, deciders=[leader])
    for person in (director, clerk):
        with pytest.raises(services.UnableToMove, match="themselves"):
            services.ask_one_more(document=row, person=person, actor=director, at=TEN)


def test_who_is_asked_about_it_does_not_get_it_into_the_own_hands() -> None:
    director, leader, clerk = factories.director(), factories.leader(), factories.clerk()
    row = asked(director, leader, clerk=clerk)
    with pytest.raises(services.UnableToMove, match="is asked for an instruction"):
        services.hand_over(document=row, to=director, reason="改派", actor=clerk, at=TEN)
    services.withdraw_question(document=row, reason="改派", actor=clerk, at=TEN)
    services.hand_over(document=row, to=director, reason="改派", actor=clerk, at=TEN)


def test_who_got_it_meanwhile_does_not_decide_for_the_leader() -> None:
    leader, clerk, helper = factories.leader(), factories.clerk(), factories.clerk("科員乙")
    deputy(leader, helper, scope=DeputyScope.APPROVALS)
    row = asked(leader, clerk=clerk)
    services.hand_over(document=row, to=helper, reason="改派", actor=clerk, at=TEN)
    with pytest.raises(services.UnableToMove, match="own hands"):
        services.instruct(step=step_of(row, leader), decision=YES, actor=helper, at=TEN)


def told_of(row: object) -> list[str]:
    rows = MessageText.objects.filter(message__source=f"documents.document:{row.pk}")
    return [f"{text.subject}\n{text.text}\n{text.html}" for text in rows]


def test_messages_about_a_classified_one_say_no_word_of_it() -> None:
    clerk, other = factories.clerk(), factories.clerk("科員乙")
    row = entered(clerk, is_classified=True, place="櫃")
    services.hand_over(document=row, to=other, reason="張三另有任用", actor=clerk, at=TEN)
    assert told_of(row)
    assert not [text for text in told_of(row) if "張三" in text]


@pytest.mark.parametrize("fields", [{"access": "hidden"}, {"access": "reserved"}])
def test_messages_about_limited_ones_say_nothing_of_what_they_are_about(fields: dict) -> None:
    """Neither title nor proposal, instruction, reasons, words to readers: a mailbox is not the portal."""
    director, leader, clerk, other = (
        factories.director(), factories.leader(), factories.clerk(), factories.clerk("科員乙")
    )  # fmt: skip
    row = asked(director, leader, clerk=clerk, title="人事安排", plan="擬提任張三。", **fields)
    services.ask_one_more(document=row, person=factories.leader("副院長"), actor=clerk, at=TEN)
    said = {"decision": YES, "words": "同意提任張三。", "edition": 1}
    services.instruct(step=step_of(row, director), **said, actor=director, at=TEN)
    services.withdraw_question(document=row, reason="張三另有任用", actor=clerk, at=TEN)
    again = services.Plan(words="再議張三。")
    services.propose(document=row, plan=again, deciders=[leader], actor=clerk, at=TEN)
    step = Step.objects.about(row).get(state=StepState.ASKED)
    services.instruct(step=step, decision=NO, words="張三不妥。", actor=leader, at=TEN)
    services.circulate(document=row, people=[other], mode="together", words="請閱張三材料", actor=clerk, at=TEN)
    services.urge_readers(document=row, words="張三之事請速閱", actor=clerk, at=TEN)
    services.urge(document=row, words="張三之事請抓緊", actor=director, at=TEN)
    services.set_due(document=row, due_at=moment(24, 9), reason="張三下週到任", actor=director, may_extend=True, at=TEN)
    services.let_in(document=row, who=leader, words="張三的上級", actor=clerk, at=TEN)
    services.hand_over(document=row, to=other, reason="張三是我同學", actor=clerk, at=TEN)
    told = told_of(row)
    assert len(told) > 3 * 8
    assert all(row.number in text or "limited access" in text or "權限" in text or "权限" in text for text in told)
    assert not [text for text in told if "張三" in text or "人事安排" in text]
    assert any("(the words stand in the portal alone)" in text for text in told)


def test_messages_about_the_others_carry_the_words() -> None:
    row = asked(factories.leader(), plan="擬提任張三。")
    assert all("擬提任張三。" in text for text in told_of(row))
