"""A file from people is nobody's but its uploader's until the scanner said "nothing found"."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from apps.core.clock import now
from apps.delivery.models import Delivery
from apps.journal import files, scanning
from apps.journal.enums import Origin, ScanState
from apps.journal.files import BytesRefused, UnableToAttach, UploadRefused, accept_upload, attach, store_bytes
from apps.journal.models import Attachment, Blob, Entry
from apps.people.models import Person
from tests import factories
from tests.journal.scanner import ScriptedScanner

pytestmark = pytest.mark.django_db
BAD, NAME = b"words that are bad", "Test-Bad"


@pytest.fixture
def scanner(tmp_path: Path, settings: LazySettings) -> Iterator[ScriptedScanner]:
    with ScriptedScanner(tmp_path / "s") as running:
        running.finds = {BAD: NAME}
        settings.CLAMD_URL = running.url
        yield running


@pytest.fixture
def person() -> Person:
    return factories.student()


def upload(person: Person, data: bytes = b"hello", name: str = "a.txt") -> Attachment:
    return accept_upload(SimpleUploadedFile(name, data), person=person)


def given_to(person: Person, file: Attachment) -> Attachment:
    """A person's record is seen by the person and the office: so are its files."""
    attach([file], to=person, person=person)
    return file


def status(client: Client, user: Person, file: Attachment) -> int:
    client.force_login(user)
    return client.get(reverse("journal:download", args=[file.key])).status_code


def state(file: Attachment) -> str:
    return Blob.objects.get(pk=file.blob_id).scan_state


def test_without_a_scanner_nothing_waits(client: Client, person: Person) -> None:
    file = given_to(person, upload(person))
    assert (file.blob.scan_state, file.blob.scan_at) == (ScanState.UNCHECKED, None)
    assert status(client, factories.clerk(), file) == 200
    assert scanning.sweep_scans(now()) == 0


def test_waiting_file_is_its_uploaders_alone_and_then_for_all_who_see_the_thing(
    client: Client, scanner: ScriptedScanner, person: Person
) -> None:
    file, clerk = given_to(person, upload(person)), factories.clerk()
    assert [status(client, user, file) for user in (person, clerk, factories.student())] == [200, 409, 404]
    assert scanning.sweep_scans(now()) == 1
    blob = Blob.objects.get(pk=file.blob_id)
    assert (blob.scan_state, blob.scan_at, blob.waiting_since) == (ScanState.CLEAN, None, None)
    assert blob.scanned_with == "ClamAV 1.4.6/27456/Wed Nov 25 09:12:00 2026"
    assert [status(client, user, file) for user in (person, clerk, factories.student())] == [200, 200, 404]
    assert scanning.sweep_scans(now()) == 0


def test_who_copies_a_waiting_file_has_not_brought_it(client: Client, scanner: ScriptedScanner, person: Person) -> None:
    file, clerk = upload(person), factories.clerk()
    copy = Attachment.objects.create(blob=file.blob, name="a.txt", uploaded_by=clerk)
    assert status(client, clerk, copy) == 409


def test_page_of_a_waiting_file_says_what_it_waits_for(
    client: Client, scanner: ScriptedScanner, person: Person
) -> None:
    file = given_to(person, upload(person))
    client.force_login(factories.clerk(language="en"))
    answer = client.get(reverse("journal:download", args=[file.key]), headers={"Accept-Language": "en"})
    assert "being checked" in answer.text


def test_blocked_file_is_nobodys_is_told_and_its_bytes_go(
    client: Client, scanner: ScriptedScanner, person: Person
) -> None:
    file = given_to(person, upload(person, BAD))
    assert scanning.scan_blob(file.blob_id, now())
    blob = Blob.objects.get(pk=file.blob_id)
    assert (blob.scan_state, blob.found) == (ScanState.BLOCKED, NAME)
    assert blob.removed_at
    assert not default_storage.exists(blob.path)
    assert (status(client, person, file), status(client, factories.clerk(), file)) == (410, 410)
    line = Entry.objects.about(person).get(verb="file_blocked")
    assert (line.actor, line.note) == (None, f"a.txt: {NAME}")
    assert line.changes == {"sha256": blob.sha256, "scan": "blocked"}
    told = Delivery.objects.filter(person=person).first()
    assert told.message.source == f"people.person:{person.pk}"
    assert any(NAME in text.text and "a.txt" in text.subject for text in told.message.texts.all())


def test_many_copies_of_a_blocked_file_are_one_message_each_thing(scanner: ScriptedScanner, person: Person) -> None:
    file = given_to(person, upload(person, BAD))
    for _number in range(3):
        Attachment.objects.create(blob=file.blob, name="a.txt", uploaded_by=person, subject=person)
    scanning.scan_blob(file.blob_id, now())
    assert Delivery.objects.filter(person=person, channel="portal").count() == 1
    assert Entry.objects.about(person).filter(verb="file_blocked").count() == 4


def test_blocked_file_is_not_given_to_a_thing(scanner: ScriptedScanner, person: Person) -> None:
    file = upload(person, BAD)
    scanning.scan_blob(file.blob_id, now())
    assert Entry.objects.about(file).get(verb="file_blocked").note == NAME
    with pytest.raises(UnableToAttach, match=NAME):
        attach([file], to=person, person=person)


def test_blocked_bytes_are_refused_for_a_week_and_then_looked_at_again(
    scanner: ScriptedScanner, person: Person
) -> None:
    file, at = upload(person, BAD), now()
    scanning.scan_blob(file.blob_id, at)
    with pytest.raises(UploadRefused, match=NAME):
        upload(person, BAD)
    with pytest.raises(BytesRefused):
        files.store_bytes(BAD, content_type="text/plain", origin=Origin.PEOPLE)
    Blob.objects.update(scanned_at=at - scanning.VERDICT_HOLDS - timedelta(minutes=1))
    scanner.finds = {}  # the signature was a mistake
    again = upload(person, BAD)
    assert (state(again), default_storage.exists(again.blob.path)) == (ScanState.WAITING, True)
    assert scanning.sweep_scans(now()) == 1
    assert (state(again), state(file)) == (ScanState.CLEAN, ScanState.CLEAN)


def test_verdict_of_the_week_is_believed_and_an_old_one_is_asked_beside(
    client: Client, scanner: ScriptedScanner, person: Person
) -> None:
    file = given_to(person, upload(person))
    scanning.sweep_scans(now())
    upload(factories.student())
    assert scanning.sweep_scans(now()) == 0
    Blob.objects.update(scanned_at=now() - scanning.VERDICT_HOLDS - timedelta(minutes=1))
    upload(factories.student())
    assert (state(file), status(client, factories.clerk(), file)) == (ScanState.CLEAN, 200)
    scanner.finds = {b"hello": NAME}  # what new signatures know
    assert scanning.sweep_scans(now()) == 1
    assert (state(file), status(client, factories.clerk(), file)) == (ScanState.BLOCKED, 410)


def test_file_from_before_the_scanner_waits_when_it_comes_again(
    settings: LazySettings, scanner: ScriptedScanner, person: Person
) -> None:
    url, settings.CLAMD_URL = settings.CLAMD_URL, ""
    file = upload(person)
    settings.CLAMD_URL = url
    assert scanning.sweep_scans(now()) == 0
    upload(factories.student())
    assert state(file) == ScanState.WAITING


def test_what_the_portal_makes_or_keeps_as_evidence_waits_for_no_scanner(
    scanner: ScriptedScanner, person: Person
) -> None:
    made = store_bytes(b"made here", content_type="text/plain", origin=Origin.PORTAL)
    kept = store_bytes(BAD, content_type="text/plain", origin=Origin.KEPT)
    assert {made.scan_state, kept.scan_state} == {ScanState.UNCHECKED}
    assert [state(upload(person, b"made here")), state(upload(person, BAD))] == ["unchecked", "waiting"]
    scanning.sweep_scans(now())
    kept.refresh_from_db()
    assert (kept.scan_state, kept.removed_at) == (ScanState.BLOCKED, None)
    assert default_storage.exists(kept.path)


def test_evidence_of_bytes_that_people_brought_stays(scanner: ScriptedScanner, person: Person) -> None:
    file = upload(person, BAD)
    store_bytes(BAD, content_type="text/plain", origin=Origin.KEPT)
    scanning.sweep_scans(now())
    assert (state(file), default_storage.exists(file.blob.path)) == (ScanState.BLOCKED, True)


def test_scanner_away_means_waiting(client: Client, settings: LazySettings, tmp_path: Path, person: Person) -> None:
    settings.CLAMD_URL = f"unix://{tmp_path}/s"
    file, at = given_to(person, upload(person)), now()
    assert scanning.sweep_scans(at) == 0
    assert not scanning.scan_blob(file.blob_id, at)
    blob = Blob.objects.get(pk=file.blob_id)
    assert (blob.scan_state, blob.scan_tries, blob.scan_at) == (ScanState.WAITING, 0, at + timedelta(minutes=1))
    assert status(client, factories.clerk(), file) == 409
    assert 3500 < scanning.longest_wait(at + timedelta(hours=1)) < 3700
    with ScriptedScanner(tmp_path / "s"):
        assert scanning.sweep_scans(at + timedelta(minutes=1)) == 1
    assert state(file) == ScanState.CLEAN
    assert scanning.longest_wait(at) == 0


def test_file_at_which_the_scanner_fails_rests_longer_each_time(scanner: ScriptedScanner, person: Person) -> None:
    scanner.says = b"stream: Can't allocate memory ERROR\0"
    file, at, rests = upload(person), now(), []
    for _number in range(7):
        scanning.scan_blob(file.blob_id, at)
        blob = Blob.objects.get(pk=file.blob_id)
        rests.append((blob.scan_at - at).total_seconds() / 60)
        at = blob.scan_at
    assert rests == [1, 2, 4, 8, 16, 30, 30]
    assert state(file) == ScanState.WAITING


def test_dead_workers_file_is_taken_after_half_an_hour(scanner: ScriptedScanner, person: Person) -> None:
    file, at = upload(person), now()
    Blob.objects.to_scan(at).update(scan_at=at + scanning.LEASE, scan_tries=1)
    assert scanning.sweep_scans(at + timedelta(minutes=29)) == 0
    assert scanning.sweep_scans(at + timedelta(minutes=31)) == 1
    assert state(file) == ScanState.CLEAN


def test_too_large_a_file_is_refused_with_words_and_may_come_again(
    client: Client, scanner: ScriptedScanner, person: Person
) -> None:
    scanner.says = b"INSTREAM size limit exceeded. ERROR\0"
    file = given_to(person, upload(person))
    scanning.sweep_scans(now())
    assert (state(file), status(client, person, file)) == (ScanState.TOO_LARGE, 410)
    assert Delivery.objects.filter(person=person).exists()
    scanner.says = b"stream: OK\0"
    upload(person)
    assert scanning.sweep_scans(now()) == 1
    assert state(file) == ScanState.CLEAN


def test_bytes_that_a_killed_worker_left_go_with_the_sweep(scanner: ScriptedScanner, person: Person) -> None:
    file = upload(person, BAD)
    at = now()
    Blob.objects.filter(pk=file.blob_id).update(
        scan_state=ScanState.BLOCKED, scanned_at=at, scan_at=None, found=NAME, waiting_since=None
    )
    scanning.sweep_scans(at)
    assert not default_storage.exists(file.blob.path)


def test_verdict_of_a_worker_that_lost_its_claim_does_not_count(scanner: ScriptedScanner, person: Person) -> None:
    blob = upload(person).blob
    Blob.objects.filter(pk=blob.pk).update(scan_at=now() + scanning.LEASE)
    assert not scanning.settle(blob, ScanState.CLEAN, at=now())
    assert Blob.objects.get(pk=blob.pk).scan_state == ScanState.WAITING


def test_lists_show_a_word_beside_the_name(client: Client, scanner: ScriptedScanner, person: Person) -> None:
    client.force_login(person)
    data = {"field": "f", "f": SimpleUploadedFile("a.txt", b"hello")}
    answer = client.post(reverse("journal:upload"), data)
    assert "badge bg-yellow-lt" in answer.text


def test_files_are_released_only_when_the_scanner_was_given_up(
    settings: LazySettings, scanner: ScriptedScanner, person: Person
) -> None:
    file = upload(person)
    with pytest.raises(CommandError, match="CLAMD_URL"):
        call_command("release_files", yes=True)
    settings.CLAMD_URL = ""
    assert scanning.sweep_scans(now()) == 0
    assert state(file) == ScanState.WAITING
    call_command("release_files", yes=True)
    assert state(file) == ScanState.UNCHECKED
