"""The ledger of numbers, the chain of editions, the moves, and who may see a document."""

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError

from apps.core.numbers import find_gaps
from apps.documents import services
from apps.documents.enums import Access, NumberUse, OpinionKind, State, Why
from apps.documents.faults import Fault
from apps.documents.models import Document, DocumentNumber, Edition
from tests import factories
from tests.documents.factories import NINE, TEN, incoming, moment, series

pytestmark = pytest.mark.django_db


def test_a_document_has_one_number_for_ever() -> None:
    paper = incoming()
    with transaction.atomic():
        again = services.give_number(document=paper, series=series(), actor=paper.created_by, at=TEN)
    assert paper.number == again.issued.text == "收〔2026〕1號"
    with pytest.raises(InternalError, match="number_stays"), transaction.atomic():
        Document.objects.filter(pk=paper.pk).update(number="收〔2026〕9號")
    assert DocumentNumber.objects.count() == 1


def test_a_number_rolled_back_is_given_to_the_next() -> None:
    clerk = factories.clerk()
    with transaction.atomic():
        incoming(clerk=clerk)
        transaction.set_rollback(True)
    assert incoming(clerk=clerk).number == "收〔2026〕1號"
    assert find_gaps() == []
    assert services.find_faults() == []


def test_a_reserved_number_runs_out_and_stays_in_the_ledger() -> None:
    clerk = factories.clerk()
    line = services.reserve_number(
        series=series("doc_out"), words="紙本公文", until=moment(24, 9).date(), actor=clerk, at=NINE
    )
    assert services.let_reservations_run_out(at=moment(24, 23)) == 0
    assert services.let_reservations_run_out(at=moment(25, 1)) == 1
    line.refresh_from_db()
    assert (line.use, bool(line.void_reason)) == (NumberUse.VOID, True)
    assert find_gaps() == []
    assert services.find_faults() == []


def test_a_reserved_number_that_a_paper_took_meanwhile_is_not_made_void() -> None:
    """The nightly job, or the director, read the line before the clerk took it."""
    clerk, paper = factories.clerk(), incoming(number=False)
    row, until = series(), moment(24, 9).date()
    line = services.reserve_number(series=row, words="紙本公文", until=until, actor=clerk, at=NINE)
    read_before = DocumentNumber.objects.get(pk=line.pk)
    with transaction.atomic():
        services.give_number(document=paper, series=row, actor=clerk, reserved=line, at=TEN)
        paper.state = State.REGISTERED
        paper.save()
    with pytest.raises(services.UnableToNumber, match="no longer reserved"):
        services.take_out_of_use(line=read_before, reason="逾期", actor=None, at=moment(25, 2))
    assert services.numbering.let_run_out(line.pk, at=moment(25, 2)) is False
    line.refresh_from_db()
    assert line.use == NumberUse.ISSUED


def test_the_check_finds_a_void_number_of_a_paper_that_goes_on() -> None:
    paper = incoming()
    line = DocumentNumber.objects.get(document=paper)
    services.take_out_of_use(line=line, reason="誤", actor=None, at=TEN)
    assert services.find_faults() == [Fault("void_goes_on", "收〔2026〕1號")]
    Document.objects.filter(pk=paper.pk).update(state=State.VOID)
    assert services.find_faults() == []


def test_nobody_acts_on_a_paper_that_has_no_number() -> None:
    paper = incoming(number=False)
    with pytest.raises(IntegrityError, match="without_number"), transaction.atomic():
        Document.objects.filter(pk=paper.pk).update(state=State.REGISTERED)


def test_a_move_that_is_not_in_the_table_is_refused_by_the_database() -> None:
    paper = incoming()
    with pytest.raises(InternalError), transaction.atomic():
        Document.objects.filter(pk=paper.pk).update(state=State.FILED, closed_at=TEN)


def test_editions_are_a_chain_and_opinions_stay_with_theirs() -> None:
    paper = incoming()
    first = services.write_edition(document=paper, words={"title": "一"}, actor=paper.created_by, at=NINE)
    said = services.give_opinion(
        edition=first, kind=OpinionKind.PROPOSAL, author=paper.created_by, words="擬請學生科辦理。", at=NINE
    )
    second = services.write_edition(document=paper, words={"title": "二"}, actor=paper.created_by, at=TEN)
    assert services.write_edition(document=paper, words={"title": "二"}, actor=paper.created_by, at=TEN) == second
    assert (second.number, second.previous, said.edition_id) == (2, first.digest, first.pk)
    assert services.check_chain(paper) == []
    with pytest.raises(InternalError), transaction.atomic():
        Edition.objects.filter(pk=first.pk).update(words={"title": "另"})


@pytest.mark.parametrize(
    ("access", "office", "staff"),
    [
        (Access.OPEN, True, False),
        (Access.INTERNAL, True, False),
        (Access.RESERVED, False, False),
        (Access.HIDDEN, False, False),
    ],
)
def test_who_may_see_an_open_paper(access: str, office: bool, staff: bool) -> None:
    paper, other, teacher = incoming(access=access), factories.clerk("科員乙"), factories.person("老師", "staff")
    assert Document.objects.visible_to(other).filter(pk=paper.pk).exists() is office
    assert Document.objects.visible_to(teacher).filter(pk=paper.pk).exists() is staff
    assert Document.objects.visible_to(paper.created_by).filter(pk=paper.pk).exists()
    assert Document.objects.known_to(other).filter(pk=paper.pk).exists() is (access != Access.HIDDEN)
    services.involve(paper, teacher, why=Why.READS, actor=other, at=TEN)
    assert Document.objects.visible_to(teacher).filter(pk=paper.pk).exists()
