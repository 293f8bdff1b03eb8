"""Two at the same moment: one number, one decision, one reading."""

import pytest

from apps.approvals.models import Step
from apps.core.calendar_years import create_office_calendar
from apps.core.numbers import find_gaps
from apps.documents import services
from apps.documents.enums import CirculationMode, OpinionKind, State
from apps.documents.models import Document, DocumentNumber, Opinion, Reader
from tests import factories
from tests.documents.factories import NINE, TEN, asked, entered, paper, series
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_tabs_register_what_was_signed_for_once() -> None:
    clerk = factories.clerk()
    series()
    row = services.sign_for(paper=paper(), actor=clerk, at=NINE)
    tabs = [lambda: services.register(document=row, actor=clerk, at=TEN).number for _tab in range(3)]
    assert set(at_once(*tabs)) == {"收〔2026〕1號"}
    assert DocumentNumber.objects.count() == 1


def test_two_clerks_with_the_same_paper() -> None:
    clerks = [factories.clerk(), factories.clerk("科員乙")]
    series()
    papers = [paper(sender_number="校辦〔2026〕12號") for _clerk in clerks]
    results = at_once(
        *(
            lambda clerk=clerk, each=each: services.enter(paper=each, actor=clerk, at=NINE)
            for clerk, each in zip(clerks, papers, strict=True)
        )
    )
    assert sorted(type(result).__name__ for result in results) == ["AlreadyRegistered", "Document"]
    assert Document.objects.count() == 1
    assert find_gaps() == []


def test_many_papers_at_once_have_numbers_without_gaps() -> None:
    clerk = factories.clerk()
    series()
    papers = [paper() for _paper in range(8)]
    results = at_once(*(lambda each=each: services.enter(paper=each, actor=clerk, at=NINE).number for each in papers))
    assert sorted(results) == sorted(f"收〔2026〕{place}號" for place in range(1, 9))


def test_leader_and_deputy_decide_at_once() -> None:
    from apps.people.enums import DeputyScope
    from tests.people.factories import deputy

    leader, stand_in = factories.leader(), factories.director()
    deputy(leader, stand_in, scope=DeputyScope.APPROVALS)
    row = asked(leader)
    step = Step.objects.about(row).get()
    results = at_once(
        lambda: services.instruct(step=step, decision="approved", words="同意", actor=leader, at=TEN),
        lambda: services.instruct(step=step, decision="returned", words="退回", actor=stand_in, at=TEN),
    )
    assert sorted(type(result).__name__ for result in results) == ["Document", "UnableToMove"]
    assert Opinion.objects.filter(kind=OpinionKind.INSTRUCTION).count() == 1
    row.refresh_from_db()
    assert row.state in (State.HANDLING, State.REGISTERED)


def test_two_clicks_read_once() -> None:
    reader = factories.clerk("讀者")
    row = entered()
    services.circulate(document=row, people=[reader], mode=CirculationMode.TOGETHER, actor=row.handler, at=TEN)
    at_once(*(lambda: services.read_paper(document=row, actor=reader, at=TEN) for _click in range(2)))
    assert Opinion.objects.filter(kind=OpinionKind.READ).count() == 1
    assert Reader.objects.get().read_by == reader


@pytest.fixture(autouse=True)
def calendar_again(office_calendar: None) -> None:
    """A test that commits empties the tables behind it; the calendar is made in each."""
    create_office_calendar(code="office", years=[2026, 2027])
