"""No way round the scanner: every place that gives a file out asks, and who should hear of a find does."""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.core.clock import now
from apps.delivery.models import Delivery, Evidence, MessageText
from apps.imports import services as imports
from apps.imports.enums import BatchState
from apps.interfaces.personal.making import write_copy
from apps.journal import files, scanning
from apps.journal.files import BytesRefused
from apps.journal.models import Attachment, Entry
from apps.notices import services
from apps.people.models import Person
from apps.servicedesk.enums import RequestState
from tests import factories
from tests.interfaces.factories import caller
from tests.journal.scanner import ScriptedScanner
from tests.notices import factories as notices
from tests.servicedesk import factories as desk

pytestmark = pytest.mark.django_db
BAD, NAME = b"words that are bad", "Test-Bad"


@pytest.fixture
def scanner(tmp_path: Path, settings: LazySettings) -> Iterator[ScriptedScanner]:
    with ScriptedScanner(tmp_path / "s") as running:
        running.finds = {BAD: NAME}
        settings.CLAMD_URL = running.url
        yield running


def upload(person: Person, to: object, data: bytes = BAD) -> Attachment:
    file = files.accept_upload(SimpleUploadedFile("paper.txt", data), person=person)
    files.attach([file], to=to, person=person)
    return file


def test_fetching_a_withheld_file_of_a_notice_is_no_evidence(client: Client, scanner: ScriptedScanner) -> None:
    sender, reader = notices.ground(), factories.person("讀者", "staff")
    notice = notices.draft(sender, needs_acknowledgement=False)
    file = upload(sender, notice)
    services.publish(notice=notice, actor=sender)
    services.finish_all(now())
    client.force_login(reader)
    address = reverse("notices:file", args=[notice.pk, file.key])
    assert client.post(address).status_code == 409
    scanning.sweep_scans(now())
    assert client.post(address).status_code == 410
    assert not Evidence.objects.filter(kind="downloaded").exists()
    page = client.get(reverse("notices:read", args=[notice.pk])).text
    assert "badge bg-red-lt" in page


def test_program_is_told_in_codes(scanner: ScriptedScanner) -> None:
    requester = factories.student()
    item = desk.request(RequestState.IN_PROGRESS, requester=requester, handler=factories.clerk())
    file = upload(item.handler, desk.message(item, item.handler))
    program = caller(requester, "requests:read")
    answers = [program.get(f"/attachments/{file.key}")]
    scanning.sweep_scans(now())
    answers.append(program.get(f"/attachments/{file.key}"))
    assert [(each.status_code, each.json()["type"].rpartition(":")[2]) for each in answers] == [
        (409, "file-waits"),
        (410, "file-blocked"),
    ]


def test_handler_and_uploader_hear_of_a_file_of_a_message(scanner: ScriptedScanner) -> None:
    requester, handler = factories.student(), factories.clerk()
    item = desk.request(RequestState.IN_PROGRESS, requester=requester, handler=handler)
    upload(requester, desk.message(item, requester))
    upload(handler, desk.message(item, handler, internal=True), BAD + b" too")
    scanning.sweep_scans(now())
    lines = Entry.objects.about(item).filter(verb="file_blocked")
    assert {(line.internal, line.note) for line in lines} == {
        (False, f"paper.txt: {NAME}"),
        (True, f"paper.txt: {NAME}"),
    }
    told = Delivery.objects.filter(channel="portal", message__source=f"servicedesk.request:{item.pk}")
    assert {row.person for row in told} == {requester, handler}
    assert {row.message.target_url for row in told} == {item.get_absolute_url()}
    text = MessageText.objects.filter(message__deliveries__in=told, language="zh-hant").first()
    assert "paper.txt" in text.subject
    assert str(item) in text.text


def test_copy_of_ones_own_data_leaves_out_what_is_not_open(scanner: ScriptedScanner) -> None:
    person = factories.student()
    upload(person, person, b"clean words")
    scanning.sweep_scans(now())
    upload(person, person)
    target = BytesIO()
    write_copy(target, person, now())
    names = [name for name in zipfile.ZipFile(target).namelist() if name.startswith("files/")]
    assert len(names) == 1


def test_import_reads_no_refused_file(scanner: ScriptedScanner) -> None:
    clerk = factories.clerk()
    batch = imports.stage(data=BAD, file_name="roster.csv", actor=clerk)
    scanning.sweep_scans(now())
    checked = imports.check(batch=batch, actor=clerk)
    assert (checked.state, NAME in checked.problem) == (BatchState.FAILED, True)
    with pytest.raises(BytesRefused):
        imports.stage(data=BAD, file_name="roster.csv", actor=clerk)


def test_import_page_refuses_with_words(client: Client, scanner: ScriptedScanner) -> None:
    clerk = factories.clerk()
    client.force_login(clerk)
    imports.stage(data=b"number,name\n" + BAD, file_name="roster.csv", actor=clerk)
    scanning.sweep_scans(now())
    sent = {"file": SimpleUploadedFile("roster.csv", b"number,name\n" + BAD), "target": "roster"}
    answer = client.post(reverse("imports:create"), sent)
    assert (answer.status_code, NAME in answer.text) == (422, True)


def test_post_room_shows_the_scanner(client: Client, settings: LazySettings, tmp_path: Path) -> None:
    client.force_login(factories.director())
    assert "病毒掃描" not in client.get(reverse("delivery:overview")).text
    settings.CLAMD_URL = f"unix://{tmp_path}/s"
    files.store_bytes(b"words", content_type="text/plain")
    page = client.get(reverse("delivery:overview")).text
    assert "沒有回應" in page
    assert "1 個檔案等待掃描" in page
    with ScriptedScanner(tmp_path / "s"):
        assert "沒有回應" not in client.get(reverse("delivery:overview")).text
