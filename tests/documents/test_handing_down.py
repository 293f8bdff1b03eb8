"""A document goes to units and comes back: who may read it meanwhile, and what keeps it from being closed."""

import pytest
from django.urls import reverse

from apps.assignments import services as parts
from apps.assignments.causes import UnableToFindCause, find_cause
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
from tests.documents.factories import NINE, TEN, incoming, moment, sent, urgency
from tests.replies.test_views import signed_in

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


def reads(person: object, paper: Document) -> bool:
    return Document.objects.visible_to(type(person).objects.get(pk=person.pk)).filter(pk=paper.pk).exists()


def test_a_unit_given_it_by_mistake_reads_it_no_longer(paper: Document, lead: object, helper: object) -> None:
    wrong = factories.person("數學系秘書", Role.UNIT_SECRETARY, at=helper)
    former = factories.person("系秘書", Role.UNIT_SECRETARY, at=lead)
    row = hand(paper, lead, helper)
    assert (reads(wrong, paper), reads(former, paper)) == (True, True)
    part = row.parts.get(unit=helper)
    parts.excuse(part=part, actor=paper.handler, reason="非數學系職掌", at=TEN)
    assert (reads(wrong, paper), reads(former, paper)) == (False, True)
    third = factories.unit("物理系", parent=factories.root_unit())
    right = factories.person("物理系秘書", Role.UNIT_SECRETARY, at=third)
    parts.change_lead(assignment=row, unit=third, reason="屬物理系職掌", actor=paper.handler, at=TEN)
    parts.excuse(part=row.parts.get(unit=lead), actor=paper.handler, reason="屬物理系職掌", at=TEN)
    assert (reads(former, paper), reads(right, paper)) == (False, True)
    parts.call_off(assignment=row, actor=paper.handler, reason="改由辦公室辦理", at=TEN)
    assert not reads(right, paper)


def test_units_keep_reading_what_they_did_however_they_came_to_it(
    paper: Document, lead: object, helper: object
) -> None:
    """Also a unit that was added later; who was named in it only as long as it is in hand."""
    clerks = [factories.person(f"{unit}秘書", Role.UNIT_SECRETARY, at=unit) for unit in (lead, helper)]
    teacher = factories.person("老師", Role.STAFF, at=lead)
    head = factories.head(lead, "系主任")
    row = hand(paper, lead)
    parts.add_part(assignment=row, part=parts.PartWanted(helper), actor=paper.handler, at=TEN)
    for unit, clerk in zip((helper, lead), clerks[::-1], strict=True):
        part = parts.sign(part=row.parts.get(unit=unit), actor=clerk, at=TEN)
        if unit == lead:
            parts.name_person(part=part, actor=clerk, person=teacher, at=TEN)
        parts.report(part=part, actor=clerk, text="已辦", at=TEN)
        parts.confirm(part=part, actor=head if unit == lead else clerk, at=TEN)
        parts.accept(part=part, actor=paper.handler if unit == lead else head, at=TEN)
    assert reads(teacher, paper)
    parts.close(assignment=row, actor=paper.handler, at=TEN)
    assert [reads(each, paper) for each in (*clerks, head, teacher)] == [True, True, True, False]


def test_the_page_who_may_read_it_names_the_units(paper: Document, lead: object, helper: object) -> None:
    row = hand(paper, lead, helper)
    url = reverse("documents:access", args=[paper.pk])
    client = signed_in(paper.handler)
    assert [str(unit) for unit in client.get(url).context["screen"].units] == [str(lead), str(helper)]
    assert "數學系" in client.get(url).content.decode()
    parts.excuse(part=row.parts.get(unit=helper), actor=paper.handler, reason="非數學系職掌", at=TEN)
    assert "數學系 " not in client.get(url).content.decode()


def test_only_papers_that_went_out_stop_a_clock(paper: Document) -> None:
    """Neither the letter that is worked on, nor another that came in, nor what is not sent yet."""
    other, clerk = incoming(), paper.handler
    for number in (paper.number, other.number):
        with pytest.raises(UnableToFindCause):
            find_cause(number, clerk)
    with pytest.raises(UnableToFindCause):
        find_cause(sent(state=State.NUMBERED).number, clerk)
    ours = sent()
    assert find_cause(ours.number, clerk) == ours
