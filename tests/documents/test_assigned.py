"""What assignments ask of the document that they are about."""

import pytest
from django.urls import reverse
from django.utils import translation

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.assignments import services as parts
from apps.assignments.models import Assignment
from apps.assignments.services import UnableToClose
from apps.delivery.models import Message
from apps.documents import services
from apps.documents.enums import Retention
from apps.documents.models import Document
from apps.documents.services import HandedDown
from apps.people.enums import Role
from tests import factories
from tests.assignments import factories as make
from tests.documents.factories import NINE, TEN, asked, incoming, moment, scan
from tests.replies.test_views import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def paper() -> Document:
    row = incoming()
    return services.handle(document=row, actor=row.handler, at=NINE)


@pytest.fixture
def done(paper: Document) -> Assignment:
    """Handed to one unit, reported, accepted, closed."""
    unit = factories.unit("計算機系", parent=factories.root_unit())
    secretary, head = factories.person("系秘書", Role.UNIT_SECRETARY, at=unit), factories.head(unit, "系主任")
    given = HandedDown(lead=unit, asks="報送自查結果", due_on=moment(27, 9).date())
    row = services.hand_to_units(document=paper, given=given, actor=paper.handler, at=TEN)
    make.confirmed(row, unit, secretary, head, at=TEN)
    parts.accept(part=row.parts.get(), actor=paper.handler, at=TEN)
    return parts.close(assignment=row, actor=paper.handler, at=TEN)


def test_no_unit_is_asked_again_about_a_closed_document(paper: Document, done: Assignment) -> None:
    services.close(document=paper, words="已辦", actor=paper.handler, at=TEN)
    page = signed_in(paper.handler).get(done.get_absolute_url()).content.decode()
    assert f"{done.get_absolute_url()}reopen/" not in page, "not offered either"
    with pytest.raises(UnableToClose, match="document is closed"), translation.override("en"):
        parts.reopen(assignment=done, actor=paper.handler, reason="補件", at=TEN)
    services.reopen(document=paper, actor=paper.handler, reason="學校要求補件", at=TEN)
    parts.reopen(assignment=done, actor=paper.handler, reason="補件", at=TEN)
    done.refresh_from_db()
    assert done.is_open


def test_who_instructed_hears_what_came_of_it_and_reads_it_whole_with_its_files() -> None:
    leader, deputy = factories.leader(), factories.leader("副院長")
    row = asked(leader)
    make.deputy(leader, deputy)
    step = Step.objects.about(row).get(approver=leader)
    services.instruct(step=step, decision=StepState.APPROVED, words="請核查", actor=make.afresh(deputy), at=TEN)
    unit = factories.unit("計算機系", parent=factories.root_unit())
    secretary, head = factories.person("系秘書", Role.UNIT_SECRETARY, at=unit), factories.head(unit, "系主任")
    given = HandedDown(lead=unit, asks="報送自查結果", due_on=moment(27, 9).date())
    made = services.hand_to_units(document=row, given=given, actor=row.handler, at=TEN)
    text, file = "自查三間。" * 30 + "均合格。", scan(secretary, "自查表.pdf")
    make.reported(made, unit, secretary, text, at=TEN, attachments=[file])
    page = signed_in(leader).get(row.get_absolute_url()).content.decode()
    assert text not in page, "not before it has left the unit"
    parts.confirm(part=made.parts.get(), actor=head, at=TEN)
    page = signed_in(leader).get(row.get_absolute_url()).content.decode()
    assert text in page
    assert reverse("journal:download", args=[file.key]) in page
    parts.accept(part=made.parts.get(), actor=row.handler, at=TEN)
    for person in (leader, deputy):
        assert make.subjects_to(person) == [f"What came of it: {row.title}"]
    assert Message.objects.latest("pk").target_url == row.get_absolute_url()


def test_no_unit_is_asked_again_about_a_filed_document(paper: Document, done: Assignment) -> None:
    services.close(document=paper, words="已辦", actor=paper.handler, at=TEN)
    services.file_document(document=paper, retention=Retention.TEN, actor=paper.handler, at=TEN)
    with pytest.raises(UnableToClose, match="document is filed"):
        parts.reopen(assignment=done, actor=paper.handler, reason="補件", at=TEN)
    done.refresh_from_db()
    assert done.is_closed
