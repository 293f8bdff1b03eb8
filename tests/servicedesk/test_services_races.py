"""Two people at once: one wins, the other is told, and nothing is counted twice."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied

from apps.core.models import IssuedNumber
from apps.core.numbers import find_gaps
from apps.journal.models import Entry
from apps.people.models import Person
from apps.servicedesk import services
from apps.servicedesk.models import Certificate, Request
from tests import factories
from tests.servicedesk import factories as desk
from tests.servicedesk.stories import MONDAY_NINE, MONDAY_TEN, filed, laid_before
from tests.servicedesk.test_certificates import issued
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def kinds(results: list[object]) -> list[str]:
    return sorted(type(result).__name__ for result in results)


def test_two_clerks_take_one_request() -> None:
    request, first, second = filed(factories.student()), factories.clerk(), factories.clerk("科員乙")
    results = at_once(
        lambda: services.take(request=request, actor=first, at=MONDAY_TEN),
        lambda: services.take(request=request, actor=second, at=MONDAY_TEN),
    )

    assert sorted(isinstance(result, PermissionDenied | services.UnableToTake) for result in results) == [False, True]
    request.refresh_from_db()
    winner = next(result for result in results if isinstance(result, Request))
    assert request.handler == winner.handler
    assert Entry.objects.about(request).filter(verb="take").count() == 1


def test_draft_is_filed_twice() -> None:
    student = factories.student()
    draft = desk.draft(student)
    results = at_once(*[lambda: services.submit(request=draft, actor=student, at=MONDAY_NINE)] * 3)

    assert kinds(results) == ["Request"] * 3
    assert {result.number for result in results} == {"R2026-00001"}
    assert IssuedNumber.objects.count() == 1


def test_many_are_filed_without_gap_or_double() -> None:
    service = desk.service()
    drafts = [desk.draft(factories.student(), of=service) for _n in range(6)]

    def submit(draft: Request) -> Callable[[], Request]:
        return lambda: services.submit(request=draft, actor=draft.requester, at=MONDAY_NINE)

    results = at_once(*[submit(draft) for draft in drafts])

    assert sorted(result.number for result in results) == [f"R2026-{number:05d}" for number in range(1, 7)]
    assert find_gaps() == []


def test_withdrawn_while_it_is_approved() -> None:
    student, clerk, director = factories.student(), factories.clerk(), factories.director()
    request, step = laid_before(student, clerk)
    results = at_once(
        lambda: services.withdraw(request=request, actor=student, note="不辦了", at=MONDAY_TEN),
        lambda: services.decide_approval(step_id=step.pk, actor=director, decision="approved", at=MONDAY_TEN),
    )

    request.refresh_from_db()
    step.refresh_from_db()
    # Either the approval came too late, or it came first and the approved request was withdrawn after it.
    assert request.state == "withdrawn"
    assert (step.state, isinstance(results[1], services.UnableToDecide)) in [("cancelled", True), ("approved", False)]


def test_sheet_is_drawn_by_two_workers() -> None:
    student: Person = factories.student("林曉晴", at=factories.unit(parent=factories.root_unit()))
    certificate = issued(student, factories.clerk())
    results = at_once(*[lambda: services.make_paper(certificate.pk)] * 2)

    assert sorted(results) == [False, True]
    assert Certificate.objects.get(pk=certificate.pk).blob is not None
