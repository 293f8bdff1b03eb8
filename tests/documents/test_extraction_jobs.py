"""The row is the order: a file is read once, by one worker, whatever dies; its words come into its documents."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.test import override_settings

from apps.documents import services
from apps.documents.enums import TextState
from apps.documents.extraction.asking import reading_of
from apps.documents.extraction.child import Found
from apps.documents.extraction.working import LEASE, TRIES, read_again, read_file, settle, sweep_files
from apps.documents.jobs import sweep_files as job
from apps.documents.models import Document, DocumentText, FileText
from apps.documents.search import Asked
from apps.documents.search_excerpts import excerpts
from apps.documents.services.texts import rebuild_texts
from apps.journal import scanning
from apps.journal.enums import ScanState
from apps.journal.files import store_bytes
from apps.journal.models import Attachment, Blob
from tests.documents import files as make
from tests.documents.factories import TEN, incoming

pytestmark = pytest.mark.django_db
TEXT = "期中考試安排"


def attach(document: Document, content: bytes, kind: str = "text/plain") -> Attachment:
    blob = store_bytes(content, content_type=kind)
    file = Attachment.objects.create(blob=blob, name="附件", subject=document, uploaded_by=document.created_by)
    services.refresh_text(document)
    return file


def words(document: Document) -> str:
    return DocumentText.objects.get(pk=document.pk).words


def test_the_words_of_a_file_come_into_each_document_that_carries_it() -> None:
    one, two = incoming("甲"), incoming("乙")
    blob = attach(one, TEXT.encode()).blob
    attach(two, TEXT.encode())
    assert sweep_files(TEN) == 1
    assert words(one).endswith(f"\n{TEXT}")
    assert words(two).endswith(f"\n{TEXT}")
    row = FileText.objects.get(pk=blob.pk)
    assert (row.state, row.how, row.tries, row.read_at) == (TextState.READ, "text", 1, TEN)
    assert (sweep_files(TEN), read_file(blob.pk, TEN)) == (0, False)
    assert list(rebuild_texts(write=False)) == []


def test_the_place_in_a_file_is_shown_with_its_name() -> None:
    row = incoming("甲", summary="前文")
    attach(row, b"other")
    attach(row, f"{'長' * 40}ＷｉＦｉ，{TEXT}".encode())
    attach(row, "後面的附件".encode())
    sweep_files(TEN)
    places = [excerpts([row], Asked(text=text))[row.pk] for text in ("wifi", "考試", "other")]
    assert [(place.where, place.before, place.found, place.after) for place in places] == [
        ("附件", "…" + "長" * 30, "wifi", ",期中考試安排"),
        ("附件", "…" + "長" * 23 + "wifi,期中", "考試", "安排"),
        ("附件", "", "other", ""),
    ]


def test_a_file_that_comes_again_has_its_words_at_once() -> None:
    attach(incoming("甲"), TEXT.encode())
    sweep_files(TEN)
    later = incoming("乙")
    attach(later, TEXT.encode())
    assert words(later).endswith(f"\n{TEXT}")


def test_the_page_says_how_it_stands() -> None:
    row = incoming()
    one, two, three = attach(row, b"a"), attach(row, b"%PDF-x", "application/pdf"), attach(row, b"p", "image/png")
    assert [reading_of([one, two, three])[file.blob_id].label for file in (one, two, three)] == [
        "not read yet", "not read yet", "has no words"
    ]  # fmt: skip
    job()
    found = reading_of([one, two, three])
    assert [found[file.blob_id].label for file in (one, two)] == ["read", "could not be read"]
    FileText.objects.filter(pk=one.blob_id).update(is_cut=True)
    assert reading_of([one])[one.blob_id].label == "read, but only its beginning: it is too long"


def test_a_worker_that_died_is_followed_by_another() -> None:
    row = incoming()
    file = attach(row, TEXT.encode())
    FileText.objects.update(asked_at=TEN, tries=1)
    assert not read_file(file.blob_id, TEN + LEASE - timedelta(seconds=1))
    assert read_file(file.blob_id, TEN + LEASE)
    assert FileText.objects.get().tries == 2
    assert TEXT in words(row)


def test_a_worker_that_died_between_writing_and_spreading_leaves_it_waiting() -> None:
    row = incoming()
    file = attach(row, TEXT.encode())
    FileText.objects.update(asked_at=TEN, tries=1, text=TEXT, read_at=TEN)
    assert TEXT not in words(row)
    assert read_file(file.blob_id, TEN + LEASE)
    assert TEXT in words(row)


def test_a_worker_that_comes_back_late_writes_nothing() -> None:
    row = incoming()
    attach(row, TEXT.encode())
    FileText.objects.update(asked_at=TEN, tries=1)
    late = FileText.objects.get()
    FileText.objects.update(asked_at=TEN + LEASE)
    assert not settle(late, Found(TextState.READ, "別的"), TEN + LEASE)
    assert FileText.objects.get().text == ""


def test_a_lost_file_is_tried_three_times() -> None:
    file = attach(incoming(), TEXT.encode())
    default_storage.delete(file.blob.path)
    for time in range(TRIES):
        assert sweep_files(TEN + time * LEASE) == 0
    assert FileText.objects.get().state == TextState.WAITING
    sweep_files(TEN + TRIES * LEASE)
    assert (FileText.objects.get().state, FileText.objects.get().how) == (TextState.FAILED, "given up")


def test_a_file_waits_for_the_virus_scanner() -> None:
    row = incoming()
    file = attach(row, TEXT.encode())
    Blob.objects.filter(pk=file.blob_id).update(scan_state=ScanState.WAITING, scan_at=TEN, waiting_since=TEN)
    assert (sweep_files(TEN), read_file(file.blob_id, TEN)) == (0, False)
    assert FileText.objects.get().tries == 0
    scanning.settle(Blob.objects.get(pk=file.blob_id), ScanState.CLEAN, at=TEN)
    assert sweep_files(TEN) == 1


def test_what_the_scanner_refuses_later_is_not_found_any_more() -> None:
    row = incoming()
    file = attach(row, TEXT.encode())
    sweep_files(TEN)
    Blob.objects.filter(pk=file.blob_id).update(scan_at=TEN)
    scanning.settle(Blob.objects.get(pk=file.blob_id), ScanState.BLOCKED, at=TEN, found="Eicar")
    sweep_files(TEN + LEASE)
    assert TEXT not in words(row)
    assert (FileText.objects.get().state, FileText.objects.get().text) == (TextState.FAILED, "")
    assert list(rebuild_texts(write=False)) == []


def test_scans_are_read_once_there_is_a_program() -> None:
    row = incoming()
    attach(row, make.picture("x"), "image/png")
    assert FileText.objects.get().state == TextState.NONE
    assert (read_again(), sweep_files(TEN), FileText.objects.get().state) == (1, 1, TextState.NONE)
    with override_settings(OCR_COMMAND=["/bin/echo"], OCR_LANGUAGES="eng"):
        read_again()
        sweep_files(TEN + LEASE)
    assert FileText.objects.get().how == "ocr"
    assert "stdout -l eng" in words(row)
