"""A paper that turns out to be classified: nothing of what it said is left, that it is there stays."""

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.utils import InternalError
from django.test import Client
from django.urls import reverse

from apps.approvals.models import Step
from apps.assignments.models import Assignment, Part
from apps.delivery.models import Message, MessageText
from apps.documents import services
from apps.documents.enums import CLASSIFIED_TITLE, CirculationMode, Retention, State, TextState
from apps.documents.extraction.child import Found
from apps.documents.extraction.working import settle
from apps.documents.models import Circulation, Document, DocumentText, Edition, FileText, Opinion, Proposal
from apps.documents.services import HandedDown, Plan
from apps.journal.models import Attachment, Blob, Entry
from apps.people.models import Person
from tests import factories
from tests.documents.factories import NINE, TEN, asked, entered, moment, scan

pytestmark = pytest.mark.django_db

SECRET = "不應留下的字"


def much_said(clerk: Person, director: Person) -> Document:
    """Registered, put right, proposed, instructed, handed down, circulating: the words stand everywhere."""
    leader = factories.leader()
    row = entered(clerk, title=SECRET, summary=SECRET, annexes=SECRET)
    services.add_files(document=row, files=[scan(clerk, f"{SECRET}.pdf")], actor=clerk, at=TEN)
    FileText.objects.update(text=SECRET, state=TextState.READ)
    plan = Plan(words=SECRET, asks=SECRET, lead=factories.unit("教務科"))
    services.propose(document=row, plan=plan, deciders=[leader], actor=clerk, at=TEN)
    step = Step.objects.about(row).get(state="asked")
    services.instruct(step=step, decision="approved", words=SECRET, actor=leader, at=TEN)
    given = HandedDown(lead=factories.unit("計算機系"), asks=SECRET)
    services.hand_to_units(document=row, given=given, actor=clerk, at=TEN)
    services.circulate(document=row, people=[leader], mode=CirculationMode.TOGETHER, words=SECRET, actor=clerk, at=TEN)
    row.refresh_from_db()
    return row


def everything() -> list[str]:
    """Where the tables of these things say it."""
    kinds = (
        Document, Edition, Opinion, Proposal, Circulation, DocumentText, FileText, Entry, Step, Assignment, Part,
        Attachment, MessageText,
    )  # fmt: skip
    found = [kind.__name__ for kind in kinds if SECRET in str(list(kind.objects.values()))]
    lines = Document.objects.values("incoming__summary", "incoming__annexes")
    return found + ["Incoming"] * (SECRET in str(list(lines)))


def test_nothing_of_what_it_said_is_left(django_capture_on_commit_callbacks: object) -> None:
    clerk, director = factories.clerk(), factories.director()
    row = much_said(clerk, director)
    blob = Attachment.objects.of(row).get().blob
    assert len(everything()) == 14  # in each of them
    with django_capture_on_commit_callbacks(execute=True):
        done = services.remove_classified(document=row, place="機要櫃 3 號", actor=director, at=moment(24, 9))
    assert (done.files, done.elsewhere) == (1, 0)
    assert everything() == []
    assert not Blob.objects.filter(pk=blob.pk).exists()
    assert not default_storage.exists(blob.path)
    row.refresh_from_db()
    line = row.incoming
    assert (row.title, line.is_classified, line.place) == (CLASSIFIED_TITLE, True, "機要櫃 3 號")
    assert (row.number, line.sender) == ("收〔2026〕1號", "學校辦公室")
    assert services.check_chain(row) == []
    assert not Assignment.objects.about(row).unfinished().exists()
    assert row.circulations.get().ended_at is not None
    assert Entry.objects.about(row).filter(verb="doc_instructed", actor__isnull=False).exists()
    told = Message.objects.filter(texts__subject__startswith="Removed as classified")
    assert set(told.values_list("deliveries__person", flat=True)) == {clerk.pk}
    again = services.remove_classified(document=row, place="別處", actor=director, at=moment(24, 10))
    assert (again.files, again.elsewhere) == (0, 0)


def test_who_is_asked_for_an_instruction_is_asked_no_more() -> None:
    leader, director = factories.leader(), factories.director()
    row = asked(leader)
    services.remove_classified(document=row, place="機要櫃", actor=director, at=TEN)
    row.refresh_from_db()
    assert row.state == State.REGISTERED
    assert not Step.objects.about(row).filter(state="asked").exists()


def test_its_package_is_made_anew_of_what_is_left() -> None:
    clerk, director = factories.clerk(), factories.director()
    row = entered(clerk, title=SECRET)
    services.close(document=row, words=SECRET, actor=clerk, at=TEN)
    filing = services.file_document(document=row, retention=Retention.TEN, actor=clerk, at=TEN)
    services.make_waiting_packages(at=TEN)
    services.remove_classified(document=row, place="機要櫃", actor=director, at=moment(24, 9))
    filing.refresh_from_db()
    assert filing.package is None
    assert not Attachment.objects.of(filing).exists()
    assert services.make_waiting_packages(at=moment(24, 9)) == 1


def test_the_same_bytes_elsewhere_are_counted() -> None:
    clerk, director = factories.clerk(), factories.director()
    row, other = entered(clerk), entered(clerk)
    for each in (row, other):
        services.add_files(document=each, files=[scan(clerk, "同一件.pdf")], actor=clerk, at=TEN)
    assert services.remove_classified(document=row, place="機要櫃", actor=director, at=TEN).elsewhere == 1
    assert Attachment.objects.of(other).count() == 1


def test_editions_and_opinions_are_emptied_in_no_other_way() -> None:
    row = entered()
    for attempt in (
        lambda: Edition.objects.filter(document=row).update(words={}, files=[], reason="", redacted_at=TEN),
        lambda: Edition.objects.filter(document=row).delete(),
    ):
        with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
            attempt()
    services.remove_classified(document=row, place="機要櫃", actor=factories.director(), at=TEN)
    with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
        Edition.objects.filter(document=row, number=1).update(digest="0" * 64)
    assert connection.in_atomic_block


@pytest.mark.parametrize("verb", ["propose", "circulate", "hand_to_units", "close"])
def test_nothing_is_said_about_a_classified_paper(verb: str) -> None:
    clerk = factories.clerk()
    row = entered(clerk, is_classified=True, place="機要櫃")
    services.handle(document=row, actor=clerk, at=NINE)
    said = {
        "propose": {"plan": Plan(words=SECRET)},
        "circulate": {"people": [factories.leader()], "mode": CirculationMode.TOGETHER, "words": SECRET},
        "hand_to_units": {"given": HandedDown(lead=factories.unit("教務科"), asks=SECRET)},
        "close": {"words": SECRET},
    }[verb]
    with pytest.raises((services.UnableToMove, services.UnableToCirculate), match="handled on paper"):
        getattr(services, verb)(document=row, actor=clerk, at=TEN, **said)
    assert everything() == []
    services.close(document=row, actor=clerk, at=TEN)


def test_a_mark_inside_a_file_is_told_once() -> None:
    clerk, director = factories.clerk(), factories.director()
    row = entered(clerk)
    services.add_files(document=row, files=[scan(clerk)], actor=clerk, at=TEN)
    text = FileText.objects.get()
    for _time in range(2):
        FileText.objects.update(state=TextState.WAITING)
        text.refresh_from_db()
        settle(text, Found(TextState.READ, text="機密★1年\n關於某事的通知"), TEN)
    assert Entry.objects.about(row).filter(verb="doc_marked").count() == 1
    told = Message.objects.filter(texts__subject__startswith="Perhaps classified")
    assert set(told.values_list("deliveries__person", flat=True)) == {clerk.pk, director.pk}
    FileText.objects.update(state=TextState.WAITING)
    other = entered(clerk)
    services.add_files(document=other, files=[scan(clerk, "保密教育.pdf")], actor=clerk, at=TEN)
    plain = FileText.objects.exclude(pk=text.pk).get()
    settle(plain, Found(TextState.READ, text="關於加強保密工作的通知"), TEN)
    assert not Entry.objects.about(other).filter(verb="doc_marked").exists()


def test_the_director_removes_it_on_its_page(client: Client) -> None:
    clerk, director = factories.clerk(), factories.director()
    row = entered(clerk, title=SECRET)
    url = reverse("documents:remove_classified", args=[row.pk])
    client.force_login(clerk)
    assert client.post(url, {"place": "機要櫃"}).status_code == 403
    client.force_login(director)
    assert url in client.get(row.get_absolute_url()).content.decode()
    assert client.get(url).status_code == 405
    assert client.post(url, {"place": ""}).status_code == 422
    assert client.post(url, {"place": "機要櫃"}).status_code == 302
    page = client.get(row.get_absolute_url()).content.decode()
    assert SECRET not in page
    assert url not in page
    close = reverse("documents:close", args=[row.pk])
    assert client.post(close, {}).status_code == 302
    row.refresh_from_db()
    assert row.state == State.CLOSED
