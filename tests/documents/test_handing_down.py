"""A document goes to units and comes back: who may read it meanwhile, and what keeps it from being closed."""

import pytest

from apps.assignments import services as parts
from apps.assignments.enums import DueKind, PartRole
from apps.assignments.explaining import explain
from apps.assignments.models import Assignment
from apps.core.text import localized
from apps.documents import services
from apps.documents.enums import Access, State
from apps.documents.models import Document
from apps.documents.services import HandedDown
from apps.people.enums import Role
from tests import factories
from tests.documents.factories import NINE, TEN, incoming, moment, urgency

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper() -> Document:
    row = incoming()
    return services.handle(document=row, actor=row.handler, at=NINE)


@pytest.fixture
def lead() -> object:
    return factories.unit("計算機系", parent=factories.root_unit())


@pytest.fixture
def helper() -> object:
    return factories.unit("數學系", parent=factories.root_unit())


def hand(paper: Document, lead: object, *helpers: object, **fields: object) -> Assignment:
    given = HandedDown(lead=lead, asks="報送自查結果", helpers=helpers, **fields)
    return services.hand_to_units(document=paper, given=given, actor=paper.handler, at=TEN)


def test_units_get_their_parts_and_may_read_the_document(paper: Document, lead: object, helper: object) -> None:
    secretary = factories.person("系秘書", Role.UNIT_SECRETARY, at=lead)
    stranger = factories.person("老師", Role.STAFF)
    assert not Document.objects.visible_to(secretary).filter(pk=paper.pk).exists()
    row = hand(paper, lead, helper, due_on=moment(27, 9).date())
    assert [(part.unit, part.role) for part in row.parts.order_by("pk")] == [
        (lead, PartRole.LEAD),
        (helper, PartRole.HELPER),
    ]
    assert row.due_at == moment(27, 17, 30)
    assert row.title == paper.title
    assert Document.objects.visible_to(secretary).filter(pk=paper.pk).exists()
    assert not Document.objects.visible_to(stranger).filter(pk=paper.pk).exists()


def test_who_is_named_for_a_part_may_read_it_as_long_as_it_is_in_hand(paper: Document, lead: object) -> None:
    secretary = factories.person("系秘書", Role.UNIT_SECRETARY, at=lead)
    teacher = factories.person("老師", Role.STAFF, at=lead)
    row = hand(paper, lead)
    part = parts.sign(part=row.parts.get(), actor=secretary, at=TEN)
    parts.name_person(part=part, actor=secretary, person=teacher, at=TEN)
    assert Document.objects.visible_to(teacher).filter(pk=paper.pk).exists()
    parts.call_off(assignment=row, actor=paper.handler, reason="改由辦公室辦理", at=TEN)
    assert not Document.objects.visible_to(teacher).filter(pk=paper.pk).exists()


def test_a_limited_document_shows_its_units_a_number_only(lead: object) -> None:
    row = incoming(access=Access.RESERVED)
    row = services.handle(document=row, actor=row.handler, at=NINE)
    secretary = factories.person("系秘書", Role.UNIT_SECRETARY, at=lead)
    made = hand(row, lead, opens=False)
    assert made.title == row.number
    assert not Document.objects.visible_to(secretary).filter(pk=row.pk).exists()


def test_it_is_not_closed_while_a_unit_has_a_part(paper: Document, lead: object) -> None:
    row = hand(paper, lead)
    with pytest.raises(services.UnableToMove, match="Units still have a part"):
        services.close(document=paper, words="已辦", actor=paper.handler, at=TEN)
    parts.call_off(assignment=row, actor=paper.handler, reason="改由辦公室辦理", at=TEN)
    services.close(document=paper, words="已辦", actor=paper.handler, at=TEN)
    paper.refresh_from_db()
    assert paper.state == State.CLOSED


@pytest.mark.parametrize(
    ("level", "at", "days"),
    [
        ("urgent", moment(2, 10, month=12), 3),  # 加急: three working days from the handing down
        ("ordinary", moment(2, 10, month=12), 5),
        ("common", moment(2, 10, month=12), 6),
    ],
)
def test_a_day_by_urgency_is_that_of_the_papers_own_level(paper, lead, level, at, days) -> None:
    Document.objects.filter(pk=paper.pk).update(urgency=urgency(level), due_at=moment(27, 17))
    row = services.hand_to_units(document=paper, given=HandedDown(lead, "報送"), actor=paper.handler, at=at)
    found = explain(row.parts.get(), at)
    assert [step.kind for step in found.steps] == [DueKind.BY_URGENCY]
    assert (found.days_by_urgency, row.urgency_label) == (days, localized(urgency(level).name))


def test_the_day_of_the_paper_is_called_that(paper: Document, lead: object, helper: object) -> None:
    Document.objects.filter(pk=paper.pk).update(due_at=moment(26, 17))
    paper.refresh_from_db()
    row = hand(paper, lead, helper)
    assert (row.due_at, row.urgency_label) == (paper.due_at, localized(paper.urgency.name))
    assert {part.days.get().kind for part in row.parts.all()} == {DueKind.OF_SUBJECT}
    named = hand(paper, lead, due_on=moment(27, 9).date())
    assert named.parts.get().days.get().kind == DueKind.CHOSEN


def test_only_what_is_in_hand_goes_down(lead: object) -> None:
    with pytest.raises(services.UnableToMove, match="taken in hand"):
        hand(incoming(), lead)
