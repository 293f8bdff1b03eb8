"""A paper that ends another way takes with it what is in hand about it; and filing asks again what is."""

import pytest

from apps.approvals.models import Step
from apps.assignments import services as parts
from apps.assignments.enums import AssignmentState, PartRole, PartState
from apps.assignments.models import Assignment
from apps.assignments.services import PartWanted
from apps.documents import services
from apps.documents.enums import CirculationMode, ReaderState, Retention, State
from apps.documents.models import Document, Filing
from apps.documents.services import HandedDown
from apps.journal.models import Entry
from apps.notices.models import Notice
from apps.people.enums import Role
from apps.people.models import Unit
from tests import factories
from tests.documents.factories import NINE, TEN, entered, moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead() -> Unit:
    return factories.unit("計算機系", parent=factories.root_unit())


def handled(lead: Unit) -> tuple[Document, Assignment]:
    """Being handled, with a part at a unit."""
    row = entered(at=NINE)
    services.handle(document=row, actor=row.handler, at=NINE)
    given = HandedDown(lead=lead, asks="報送自查結果")
    made = services.hand_to_units(document=row, given=given, actor=row.handler, at=TEN)
    row.refresh_from_db()
    return row, made


@pytest.mark.parametrize("end", ["returned", "withdrawn"])
def test_what_was_being_handled_is_handled_on_after_the_question(lead: Unit, end: str) -> None:
    """Else it could be sent back or made void while units work on it."""
    leader, director = factories.leader(), factories.director()
    row, _made = handled(lead)
    services.propose(document=row, plan=services.Plan(words="再請示。"), deciders=[leader], actor=row.handler, at=TEN)
    if end == "returned":
        step = Step.objects.about(row).get(state="asked")
        services.instruct(step=step, decision="returned", words="請補充。", actor=leader, at=TEN)
    else:
        services.withdraw_question(document=row, reason="已有批示", actor=row.handler, at=TEN)
    row.refresh_from_db()
    assert row.state == State.HANDLING
    with pytest.raises(services.UnableToMove):
        services.send_back(document=row, reason="非本院", actor=row.handler, at=TEN)
    with pytest.raises(services.UnableToMove):
        services.void(document=row, reason="重複", actor=director, at=TEN)


def test_a_question_from_the_register_leads_back_there() -> None:
    leader, row = factories.leader(), entered()
    services.propose(document=row, plan=services.Plan(words="擬。"), deciders=[leader], actor=row.handler, at=TEN)
    services.withdraw_question(document=row, reason="誤", actor=row.handler, at=TEN)
    row.refresh_from_db()
    assert row.state == State.REGISTERED


def back_in_the_register(row: Document) -> None:
    """As rows stand that went there before returns kept the state."""
    leader = factories.leader()
    services.propose(document=row, plan=services.Plan(words="再請示。"), deciders=[leader], actor=row.handler, at=TEN)
    Document.objects.filter(pk=row.pk).update(state=State.REGISTERED)
    Step.objects.about(row).filter(state="asked").update(state="void", decided_at=TEN)
    row.refresh_from_db()


@pytest.mark.parametrize("end", ["send_back", "void"])
def test_units_and_readers_are_let_go_with_the_reason(lead: Unit, end: str) -> None:
    row, made = handled(lead)
    readers = [factories.person(f"閱者{place}", Role.LEADER) for place in range(2)]
    mode = CirculationMode.IN_TURN
    services.circulate(document=row, people=readers, mode=mode, actor=row.handler, at=TEN)
    back_in_the_register(row)
    getattr(services, end)(document=row, reason="與本院無關", actor=factories.director(), at=TEN)
    made.refresh_from_db()
    assert (made.state, made.end_note) == (AssignmentState.CALLED_OFF, "與本院無關")
    assert made.parts.get().state == PartState.EXCUSED
    circulation = row.circulations.get()
    assert circulation.ended_at == TEN
    assert {(each.state, each.excuse) for each in circulation.readers.all()} == {
        (ReaderState.EXCUSED.value, "與本院無關")
    }
    told = Entry.objects.about(row).filter(verb__in=["doc_called_off", "circulation_stopped"])
    assert {entry.note for entry in told} == {"與本院無關"}
    assert told.count() == 2


def test_the_draft_of_a_notice_goes_with_a_void_paper() -> None:
    row = entered()
    services.begin_notice(document=row, actor=row.handler, at=TEN)
    services.void(document=row, reason="重複", actor=factories.director(), at=TEN)
    assert not Notice.objects.exists()


def test_what_is_given_again_keeps_a_closed_paper_out_of_the_file(lead: Unit) -> None:
    row, made = handled(lead)
    clerk = row.handler
    parts.call_off(assignment=made, actor=clerk, reason="不必", at=TEN)
    services.close(document=row, words="辦結。", actor=clerk, at=TEN)
    wanted = [PartWanted(lead, PartRole.LEAD, "補報")]
    again = parts.give(subject=row, title=row.title, parts=wanted, actor=clerk, at=TEN)
    filing = {"document": row, "retention": Retention.TEN, "actor": clerk, "at": moment(24, 9)}
    with pytest.raises(services.UnableToMove, match="Units still have a part"):
        services.file_document(**filing)
    assert not Filing.objects.exists()
    parts.call_off(assignment=again, actor=clerk, reason="不必", at=moment(24, 9))
    services.file_document(**filing)
