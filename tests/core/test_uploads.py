"""Uploads over the limit stop while they arrive."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests import factories

pytestmark = pytest.mark.django_db
PAGE = reverse("questionnaires:create")


@pytest.fixture
def editor(client, settings):
    settings.UPLOAD_MAX_BYTES = 1000
    client.force_login(factories.administrator())
    return client


def test_file_within_the_limit_reaches_the_view(editor):
    answer = editor.post(PAGE, {"code": "a", "hant": "甲", "file": SimpleUploadedFile("a.txt", b"x" * 1000)})
    assert answer.status_code == 302


def test_file_over_the_limit_gets_a_page_of_its_own(editor):
    answer = editor.post(PAGE, {"code": "a", "hant": "甲", "file": SimpleUploadedFile("a.txt", b"x" * 1001)})
    assert answer.status_code == 413
    assert not answer.context.get("form")


def test_many_files_together_over_the_limit(editor):
    sent = [SimpleUploadedFile(f"{number}.txt", b"x" * 900) for number in range(5)]
    assert editor.post(PAGE, {"code": "a", "hant": "甲", "file": sent}).status_code == 413
    assert editor.post(PAGE, {"code": "a", "hant": "甲", "file": sent[:4]}).status_code == 302


def test_large_upload_without_the_forms_key_is_still_told_as_large(editor, settings):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(factories.administrator())
    large = strict.post(PAGE, {"file": SimpleUploadedFile("a.txt", b"x" * 2000)})
    small = strict.post(PAGE, {"file": SimpleUploadedFile("a.txt", b"x")})
    assert (large.status_code, small.status_code) == (413, 403)


def test_stopped_upload_leaves_nothing_on_the_disk(editor, settings, tmp_path):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    settings.UPLOAD_MAX_BYTES = 600_000
    editor.post(PAGE, {"file": SimpleUploadedFile("a.txt", b"x" * 1_000_000)})
    assert list(Path(tmp_path).iterdir()) == []
