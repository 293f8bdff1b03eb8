"""The page on which a document is handed to units: one asking for all, and what single units are asked for instead."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from apps.assignments.models import Assignment
from apps.documents import services
from apps.documents.models import Document
from apps.journal.models import Attachment
from apps.people.enums import Role
from tests import factories
from tests.documents.factories import incoming, moment
from tests.jobs.moments import freeze
from tests.replies.test_views import signed_in

pytestmark = pytest.mark.django_db
TEN = moment(23, 10)


@pytest.fixture(autouse=True)
def english(monkeypatch):
    freeze(monkeypatch, TEN)
    with translation.override("en"):
        yield


@pytest.fixture
def paper() -> Document:
    row = incoming()
    return services.handle(document=row, actor=row.handler, at=TEN)


@pytest.fixture
def units() -> list[object]:
    return [factories.unit(name, parent=factories.root_unit()) for name in ("計算機系", "數學系", "物理系")]


def line(place: int, unit: object = "", **fields: object) -> dict[str, object]:
    given = {"unit": getattr(unit, "pk", unit), **fields}
    return {f"own-{place}-{name}": value for name, value in given.items()}


def send(paper: Document, units: list[object], *lines: dict[str, object], **fields: object) -> object:
    data = {"lead": units[0].pk, "helpers": [units[1].pk], "asks": "報送自查結果", "due_on": "2026-11-30"}
    data |= {"own-TOTAL_FORMS": len(lines), "own-INITIAL_FORMS": 0, "form_token": ""} | fields
    for each in lines:
        data |= each
    return signed_in(paper.handler).post(reverse("documents:hand_down", args=[paper.pk]), data)


def test_each_unit_may_be_asked_for_something_of_its_own(paper, units):
    own = line(0, units[1], asks="報送危化品清單", due_on="2026-11-27", wants=["file", "count"])
    assert send(paper, units, own, line(1), line(2, units[0])).status_code == 302
    found = Assignment.objects.get().parts.order_by("pk")
    assert [(part.unit, part.asks, part.due_at, part.wants_file, part.wants_count) for part in found] == [
        (units[0], "報送自查結果", moment(30, 17, 30), False, False),
        (units[1], "報送危化品清單", moment(27, 17, 30), True, True),
    ]


def test_files_go_along_also_where_the_document_itself_is_not_shown(paper, units):
    secretary = factories.person("系秘書", Role.UNIT_SECRETARY, at=units[0])
    file = SimpleUploadedFile("自查表.txt", b"one, two", content_type="text/plain")
    assert send(paper, units, opens="", files=[file]).status_code == 302
    made = Assignment.objects.get()
    assert [each.name for each in Attachment.objects.of(made)] == ["自查表.txt"]
    page = signed_in(secretary).get(made.parts.get(unit=units[0]).get_absolute_url()).content.decode()
    assert "自查表.txt" in page
    assert paper.title not in page


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([("", {"asks": "清單"})], "for which unit"),
        ([(2, {"asks": "清單"})], "neither the lead nor a helper"),
        ([(1, {"asks": "清單"}), (1, {"asks": "名單"})], "stands here twice"),
        ([(1, {"due_on": "2026-11-20"})], "lies ahead"),
    ],
)
def test_lines_that_cannot_be_are_refused_and_what_was_typed_stays(paper, units, lines, words):
    sent = [line(place, units[key] if key else key, **fields) for place, (key, fields) in enumerate(lines)]
    answer = send(paper, units, *sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    for _key, fields in lines:
        assert next(iter(fields.values())) in page
    assert not Assignment.objects.exists()


def test_too_many_files_are_refused(paper, units):
    files = [SimpleUploadedFile(f"{place}.txt", b"text") for place in range(11)]
    answer = send(paper, units, files=files)
    assert answer.status_code == 422
    assert "At most 10 files" in answer.content.decode()
