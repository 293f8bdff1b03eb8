"""Many at the same moment: numbers without gap or double, with failures in between; one decision, one sending."""

import random
from collections.abc import Callable

import pytest
from django.db import transaction
from django.db.utils import OperationalError

from apps.approvals.enums import StepState
from apps.core.calendar_years import create_office_calendar
from apps.core.numbers import find_gaps
from apps.dispatch import route, services
from apps.dispatch.models import Draft
from apps.documents import services as documents
from apps.documents.enums import Direction, NumberUse, OpinionKind, State
from apps.documents.models import Document, DocumentNumber, Opinion
from apps.people.models import Person
from tests import factories
from tests.dispatch import factories as desk
from tests.dispatch.factories import NINE, TEN
from tests.threads import at_once

SIGN, FINAL = OpinionKind.SIGN, OpinionKind.FINAL_CHECK
FAILS = 0.15  # of the transactions end in an error after the number was drawn
VOIDS = 0.05


class Trouble(Exception):
    """A worker died, a disk was full: whatever happens after the number was drawn."""


@pytest.fixture(autouse=True)
def ground(transactional_db: None) -> None:
    create_office_calendar(code="office", years=[2026, 2027])


def ready(people: desk.Office, count: int) -> list[Draft]:
    """Signed and checked papers, by the shortest way: what the numbering looks at is there."""
    terms, root = desk.terms(people), factories.root_unit()
    made = []
    for place in range(count):
        row = Document.objects.create(
            direction=Direction.OUTGOING, state=State.DRAFT, title=f"公文{place}", unit=root, handler=people.drafter,
            created_by=people.drafter,
        )  # fmt: skip
        draft = Draft.objects.create(document=row, drafter=people.drafter, series=terms.series, signer=people.signer)
        edition = documents.write_edition(document=row, words=desk.words().as_json(), actor=people.drafter, at=NINE)
        for kind, person in ((SIGN, people.signer), (FINAL, people.clerk)):
            Opinion.objects.create(
                document=row, edition=edition, kind=kind, decision="approved", author=person, at=NINE
            )
        for state in (State.SIGNING, State.SIGNED):
            Document.objects.filter(pk=row.pk).update(state=state)
        made.append(draft)
    return made


def issuer(papers: list[Draft], person: Person, seed: int) -> Callable[[], int]:
    """Numbers these papers one after the other until each has its number; some tries fail after it was drawn."""
    chance = random.Random(seed)

    def work() -> int:
        failures, waiting = 0, list(papers)
        while waiting:
            paper = waiting.pop()
            try:
                with transaction.atomic():
                    services.number_paper(draft=paper, actor=person, at=TEN)
                    if chance.random() < FAILS:
                        raise Trouble
            except (Trouble, OperationalError):
                failures += 1
                waiting.insert(0, paper)
        return failures

    return work


@pytest.mark.parametrize(
    ("issuers", "papers"),
    [(8, 40), pytest.param(50, 1000, marks=[pytest.mark.kill, pytest.mark.slow])],
)
def test_numbers_have_no_gap_and_no_double(issuers: int, papers: int) -> None:
    """Each paper is in two hands (two tabs); some tries fail after the number was drawn, some numbers are made void."""
    people = desk.office()
    rows = ready(people, papers)
    hands = [rows[place::issuers] + rows[(place + 1) % issuers :: issuers] for place in range(issuers)]
    results = at_once(*(issuer(hand, people.clerk, seed) for seed, hand in enumerate(hands)))
    assert all(isinstance(result, int) for result in results), results
    assert sum(results) > 0, "nothing failed: the test says nothing"
    chance = random.Random(papers)
    for row in rows:
        if chance.random() < VOIDS:
            services.void(draft=desk.fresh(row), reason="事項取消", actor=people.director, at=TEN)
    lines = DocumentNumber.objects.order_by("issued__number")
    assert list(lines.values_list("issued__number", flat=True)) == list(range(1, papers + 1))
    assert set(lines.values_list("use", flat=True)) == {NumberUse.ISSUED, NumberUse.VOID}
    assert not lines.filter(use=NumberUse.VOID, void_reason="").exists()
    assert lines.values("document").distinct().count() == papers
    assert (find_gaps(), documents.find_faults()) == ([], [])


def test_two_tabs_give_one_number() -> None:
    people = desk.office()
    paper = ready(people, 1)[0]
    works = [lambda: services.number_paper(draft=paper, actor=people.clerk, at=TEN).document.number] * 6
    assert set(at_once(*works)) == {"院發〔2026〕1號"}
    assert DocumentNumber.objects.count() == 1


def test_two_decisions_at_once_are_one() -> None:
    people = desk.office()
    paper = desk.put_up(people)
    step = route.open_points(paper.document)[0].pk

    def say(decision: StepState) -> Callable[[], object]:
        return lambda: services.decide(
            draft=paper, step_id=step, decision=decision, words="不可", actor=people.checker, at=TEN
        )

    results = at_once(say(StepState.APPROVED), say(StepState.RETURNED))
    assert sum(isinstance(result, services.UnableToDecide) for result in results) == 1
    assert Opinion.objects.count() == 1


def test_a_decision_and_a_taking_back_at_once() -> None:
    """Whoever comes second finds it settled: never a signature on a paper that is back with the drafter."""
    people = desk.office()
    paper = desk.put_up(people)
    desk.decide(paper, people.checker, OpinionKind.CHECK)
    step = next(point for point in route.open_points(paper.document) if point.kind == SIGN).pk
    at_once(
        lambda: services.decide(draft=paper, step_id=step, decision=StepState.APPROVED, actor=people.signer, at=TEN),
        lambda: services.take_back(draft=paper, reason="更正", actor=people.drafter, at=TEN),
    )
    row = desk.fresh(paper).document
    assert row.state == State.RETURNED
    assert route.open_points(row) == []


def test_sent_twice_at_once_is_one_notice() -> None:
    people = desk.office()
    desk.notice_series()
    unit = factories.unit("甲系")
    factories.person("甲秘書", "unit_secretary", at=unit)
    paper = desk.numbered(people, desk.draft(people, desk.words(to=(unit,))))
    results = at_once(*[lambda: services.send_paper(draft=paper, actor=people.clerk, at=TEN).notice_id] * 3)
    assert len(set(results)) == 1
