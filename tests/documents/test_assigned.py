"""What assignments ask of the document that they are about."""

import pytest
from django.utils import translation

from apps.assignments import services as parts
from apps.assignments.models import Assignment
from apps.assignments.services import UnableToClose
from apps.documents import services
from apps.documents.enums import Retention
from apps.documents.models import Document
from apps.documents.services import HandedDown
from apps.people.enums import Role
from tests import factories
from tests.assignments import factories as make
from tests.documents.factories import NINE, TEN, incoming, moment
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


def test_no_unit_is_asked_again_about_a_filed_document(paper: Document, done: Assignment) -> None:
    services.close(document=paper, words="已辦", actor=paper.handler, at=TEN)
    services.file_document(document=paper, retention=Retention.TEN, actor=paper.handler, at=TEN)
    with pytest.raises(UnableToClose, match="document is filed"):
        parts.reopen(assignment=done, actor=paper.handler, reason="補件", at=TEN)
    done.refresh_from_db()
    assert done.is_closed
