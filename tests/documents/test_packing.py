"""What the package of a filed document holds: the whole chain of what was said, reported and answered."""

import io
import zipfile

import pytest
from django.core.files.storage import default_storage

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.assignments import services as parts
from apps.assignments.models import Part
from apps.core.clock import now
from apps.documents import file_tables, packing, services
from apps.documents.enums import Access, LinkKind, Retention
from apps.documents.models import Document, Filing, IssuedNotice
from apps.documents.services import Answer, HandedDown, Plan
from apps.documents.services.papers import paper_of
from apps.journal.files import open_blob
from apps.journal.models import Attachment, Entry
from apps.notices.models import Obligation
from apps.people.enums import Role
from apps.people.models import Person
from tests import factories
from tests.assignments import factories as given
from tests.documents.factories import TEN, entered, moment, scan, sent
from tests.notices import factories as board

pytestmark = pytest.mark.django_db


def filed(row: Document) -> zipfile.ZipFile:
    services.close(document=row, words="已辦。", actor=row.handler, at=moment(24, 17))
    filing = services.file_document(document=row, retention=Retention.TEN, actor=row.handler, at=moment(24, 17))
    filing = services.make_package(filing=filing)
    with open_blob(filing.package) as source:
        return zipfile.ZipFile(io.BytesIO(source.read()))


def cells(table: file_tables.Table) -> str:
    return "\n".join(" ".join(row) for row in table["rows"])


def test_what_units_reported_is_in_it_with_every_file_and_verdict() -> None:
    row = entered(at=TEN)
    unit = factories.unit("計算機系", parent=factories.root_unit())
    secretary, head = factories.person("系秘書", Role.UNIT_SECRETARY, at=unit), factories.head(unit)
    services.handle(document=row, actor=row.handler, at=TEN)
    down = HandedDown(unit, "報送自查結果", due_on=moment(27, 0).date())
    services.hand_to_units(document=row, given=down, actor=row.handler, at=TEN)
    assert Entry.objects.about(row).filter(verb="doc_handed_down").get().note == "計算機系"
    part = Part.objects.get()
    parts.sign(part=part, actor=secretary, at=TEN)
    for text, verdict in (("已辦", "缺數據表"), ("已辦，附數據表", "")):
        file = [scan(secretary, "數據表.pdf")] if not verdict else []
        parts.report(part=given.of(part.assignment, unit), actor=secretary, text=text, attachments=file, at=TEN)
        parts.confirm(part=given.of(part.assignment, unit), actor=head, at=TEN)
        do = parts.give_back if verdict else parts.accept
        do(part=given.of(part.assignment, unit), actor=row.handler, at=TEN, **({"note": verdict} if verdict else {}))
    parts.close(assignment=part.assignment, actor=row.handler, note="已彙總", at=TEN)
    units, reports = file_tables.parts_of(row)
    assert "計算機系" in cells(units)
    assert "報送自查結果" in cells(units)
    for words in ("已辦，附數據表", "缺數據表", "returned: incomplete", "accepted", secretary.name, head.name):
        assert words in cells(reports)
    assert "reports/02/01-數據表.pdf" in filed(row).namelist()


def test_an_instruction_says_which_way_it_went_and_keeps_its_picture() -> None:
    leader, unit = factories.leader(), factories.unit("教務科")
    row = entered(at=TEN)
    plan = Plan(words="擬請教務科辦理。", lead=unit, asks="報名單")
    for decision in (StepState.RETURNED, StepState.APPROVED):
        services.propose(document=row, plan=plan, deciders=[leader], actor=row.handler, at=TEN)
        step = Step.objects.about(row).latest("pk")
        services.instruct(step=step, decision=decision, words="批示", actor=leader, at=TEN)
    told = cells(file_tables.opinions_of(row))
    for words in (
        "instruction：returned",
        "instruction：approved",
        "lead unit：教務科",
        "what is asked of them：報名單",
    ):
        assert words in told
    names = filed(Document.objects.get(pk=row.pk)).namelist()
    assert [name for name in names if name.startswith("opinions/")] == ["opinions/02.png", "opinions/04.png"]


def test_the_answer_names_the_document_that_gave_it() -> None:
    row, ours = entered(at=TEN), sent()
    services.handle(document=row, actor=row.handler, at=TEN)
    answer = Answer(on=TEN.date(), how="mail", by=ours)
    services.answer(document=row, given=answer, actor=row.handler, at=TEN)
    row = Document.objects.select_related("incoming__answered_by").get(pk=row.pk)
    assert f"{ours.number} 覆函" in dict(file_tables.incoming_facts(row))["Answered"]


def test_linked_documents_stand_in_it_as_far_as_the_register_shows_them() -> None:
    row = entered(at=TEN)
    plain, reserved, hidden = (
        entered(title=title, access=access, at=TEN)
        for title, access in (("公開", Access.INTERNAL), ("人事", Access.RESERVED), ("不可見", Access.HIDDEN))
    )
    for other in (plain, reserved, hidden):
        services.link(source=other, target=row, kind=LinkKind.IMPLEMENTS, actor=other.handler, at=TEN)
    told = cells(file_tables.links_of(row))
    assert f"is implemented by {plain.number} 公開" in told
    assert reserved.number in told
    for words in ("人事", "不可見", hidden.number):
        assert words not in told


def test_notices_are_in_it_with_who_has_signed_for_them() -> None:
    factories.series("notice", "{year}-{number:03d}")
    row = entered(at=TEN)
    for person in board.staff(2):
        factories.post(person, Role.STAFF, row.unit)
    notice = board.published(row.handler)
    IssuedNotice.objects.create(document=row, notice=notice, made_by=row.handler)
    owed = Obligation.objects.filter(notice=notice).select_related("person")
    assert owed.exists()
    assert f"0/{owed.count()}" in cells(file_tables.notices_of(row))
    package = filed(row)
    told = package.read("receipts/01.tsv").decode()
    assert all(each.person.name in told for each in owed)


def test_the_marked_copy_is_there_once_there_is_something_to_mark() -> None:
    row, other = entered(at=TEN), entered(at=TEN)
    paper = services.Paper(**vars(paper_of(row)) | {"title": "另一個題名"})
    services.correct(document=row, paper=paper, version=None, reason="有誤", actor=row.handler, at=TEN)
    row.refresh_from_db()
    assert "marked-copy.pdf" in filed(row).namelist()
    assert "marked-copy.pdf" not in filed(other).namelist()


def test_made_again_it_is_the_same() -> None:
    leader = factories.leader()
    row = entered(at=TEN)
    services.propose(document=row, plan=Plan(words="擬辦"), deciders=[leader], actor=row.handler, at=TEN)
    step = Step.objects.about(row).get()
    services.instruct(step=step, decision=StepState.APPROVED, words="批示", actor=leader, at=TEN)
    row.refresh_from_db()
    services.close(document=row, words="已辦。", actor=row.handler, at=TEN)
    filing = services.file_document(document=row, retention=Retention.TEN, actor=row.handler, at=now())
    assert packing.make_zip(filing) == packing.make_zip(filing)


def broken(clerk: Person) -> Filing:
    """Its only file lies nowhere any more."""
    row = entered(clerk, at=TEN)
    services.add_files(document=row, files=[scan(clerk, f"{row.pk}.pdf")], actor=clerk, at=TEN)
    services.close(document=row, words="已辦。", actor=clerk, at=TEN)
    filing = services.file_document(document=row, retention=Retention.TEN, actor=clerk, at=TEN)
    default_storage.delete(Attachment.objects.of(row).get().blob.path)
    return filing


def test_packages_that_cannot_be_made_keep_no_other_waiting() -> None:
    clerk = factories.clerk()
    lost = [broken(clerk) for _number in range(2)]
    sound = entered(clerk, at=TEN)
    services.close(document=sound, words="已辦。", actor=clerk, at=TEN)
    services.file_document(document=sound, retention=Retention.TEN, actor=clerk, at=TEN)
    assert services.make_waiting_packages(at=moment(24, 9), limit=2) == 0
    assert services.make_waiting_packages(at=moment(24, 9, 5), limit=2) == 1
    for minute in range(10, 40, 5):
        services.make_waiting_packages(at=moment(24, 9, minute), limit=2)
    rows = Filing.objects.filter(pk__in=[row.pk for row in lost])
    assert {row.tries for row in rows} == {5}
    assert all(row.is_stuck for row in rows)
    services.make_waiting_packages(at=moment(24, 20))
    assert {row.tries for row in rows.all()} == {5}
    services.make_waiting_packages(at=moment(25, 20))
    assert {row.tries for row in rows.all()} == {6}
