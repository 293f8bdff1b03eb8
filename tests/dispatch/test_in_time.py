"""An outgoing paper has a day from its urgency, and whoever has it is reminded: by name, by post, or in their place."""

import pytest

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.dashboard.daily import tell_of_the_day
from apps.delivery.models import MessageText
from apps.dispatch import services
from apps.dispatch.models import Draft
from apps.documents.enums import OpinionKind
from apps.people.enums import DeputyScope
from apps.people.models import Deputy, Person
from tests import factories
from tests.dispatch import factories as desk
from tests.dispatch.factories import NINE, TEN, moment
from tests.documents.factories import urgency

pytestmark = pytest.mark.django_db


def stands_in(principal: Person, scope: str) -> Person:
    deputy = factories.person(f"{principal.name}代理", "staff")
    Deputy.objects.create(
        principal=principal, deputy=deputy, scope=scope, starts_at=moment(1, 9, month=1),
        ends_at=moment(30, 9, month=12), created_by=principal,
    )  # fmt: skip
    return deputy


def reminded(day: int) -> dict[str, str]:
    """Who got the word of that day, with its words."""
    tell_of_the_day(moment(day, 10))
    sent = MessageText.objects.filter(message__source="dashboard.daily", message__created_at=moment(day, 10))
    rows = sent.filter(language="zh-hant")
    return dict(rows.values_list("message__deliveries__person__name", "text"))


def due(paper: Draft) -> object:
    return desk.fresh(paper).document.due_at


def test_its_day_counts_from_when_it_is_put_up() -> None:
    people = desk.office()
    paper = desk.draft(people, urgency=urgency("flash"), at=moment(20, 9))
    assert due(paper) is None
    desk.put_up(people, paper, at=NINE)
    assert due(paper) == moment(24, 9)  # 450 working minutes from Monday at nine
    assert set(Step.objects.values_list("due_at", flat=True)) == {moment(24, 9)}
    assert desk.fresh(paper).document.is_late(moment(24, 10))
    desk.decide(paper, people.checker, OpinionKind.CHECK, StepState.RETURNED, words="重擬。")
    assert due(paper) == moment(24, 9)  # a return gives no more time
    services.change_draft(
        draft=paper, version=desk.fresh(paper).document.version, words=desk.words(), actor=people.drafter,
        terms=desk.terms(people, urgency=urgency("urgent")), at=TEN,
    )  # fmt: skip
    assert due(paper) is None


def test_whoever_has_it_is_reminded_the_next_day() -> None:
    people, unit = desk.office(), factories.unit("甲系")
    head = factories.head(unit, "甲主任")
    deputy, writer = stands_in(head, DeputyScope.APPROVALS), stands_in(people.drafter, DeputyScope.DOCUMENTS)
    paper = desk.put_up(people, co_signers=(unit,))
    desk.decide(paper, people.checker, OpinionKind.CHECK)
    back = desk.put_up(people, desk.draft(people, desk.words("退回的通知")))
    desk.decide(back, people.checker, OpinionKind.CHECK, StepState.RETURNED, words="重擬。")
    assert reminded(23) == {}
    told = reminded(24)
    assert set(told) == {head.name, deputy.name, people.drafter.name, writer.name}
    assert desk.TITLE in told[deputy.name]
    assert "退回的通知" in told[writer.name]


def test_any_clerk_but_who_may_not_decide_is_reminded() -> None:
    people, other = desk.office(), factories.clerk("旁人")
    paper = desk.put_up(people, final_checker=None)
    desk.decide(paper, people.checker, OpinionKind.CHECK)
    desk.decide(paper, people.signer, OpinionKind.SIGN)
    assert set(reminded(24)) == {people.clerk.name, other.name}
