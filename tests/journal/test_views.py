"""Who gets a file, and how it is given; files taken while a form is filled in."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.core.clock import now
from apps.journal import files
from apps.journal.files import MAX_FILES
from apps.journal.models import Attachment, Entry
from apps.people.models import Deputy
from tests import factories
from tests.journal import samples

pytestmark = pytest.mark.django_db
UPLOAD = reverse("journal:upload")


@pytest.fixture
def person():
    return factories.student()


@pytest.fixture
def browser(client, person):
    client.force_login(person)
    return client


def waiting(person, name="在讀 證明.pdf", data=samples.PDF):
    return files.accept_upload(SimpleUploadedFile(name, data), person=person)


def address(attachment):
    return reverse("journal:download", args=[attachment.key])


def test_waiting_file_is_its_uploaders_alone(client, browser, person):
    file = waiting(person)
    assert browser.get(address(file)).status_code == 200
    client.force_login(factories.administrator())
    assert client.get(address(file)).status_code == 404


def test_file_comes_as_a_download_that_no_browser_runs(browser, person):
    answer = browser.get(address(waiting(person)))
    assert b"".join(answer.streaming_content) == samples.PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == ("attachment; filename*=utf-8''%E5%9C%A8%E8%AE%80%20%E8%AD%89%E6%98%8E.pdf")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "private, no-store"


def test_file_of_a_thing_is_for_whoever_sees_the_thing(client, person):
    """A person's record is seen by the person and the office: so are its files."""
    file = waiting(person)
    files.attach([file], to=person, person=person)
    seen = {}
    for name, user in {"own": person, "clerk": factories.clerk(), "stranger": factories.student()}.items():
        client.force_login(user)
        seen[name] = client.get(address(file)).status_code
    assert seen == {"own": 200, "clerk": 200, "stranger": 404}


def test_uploader_who_may_not_see_the_thing_any_more_gets_404(client):
    owner, uploader = factories.student(), factories.student()
    file = waiting(uploader)
    files.attach([file], to=owner, person=uploader)
    client.force_login(uploader)
    assert client.get(address(file)).status_code == 404


def test_file_of_a_thing_without_a_rule_is_nobodys(client, person):
    unit = factories.office()
    assert not hasattr(type(unit)._default_manager, "visible_to")
    file = waiting(person)
    files.attach([file], to=unit, person=person)
    client.force_login(factories.administrator())
    assert client.get(address(file)).status_code == 404


def test_file_of_a_deputy_row_follows_its_rule(client, person):
    boss = factories.director()
    at = now()
    row = Deputy.objects.create(
        principal=boss, deputy=person, starts_at=at, ends_at=at.replace(year=at.year + 1), created_by=boss
    )
    file = waiting(person)
    files.attach([file], to=row, person=person)
    client.force_login(factories.clerk())
    assert client.get(address(file)).status_code == 404
    client.force_login(person)
    assert client.get(address(file)).status_code == 200


def test_file_whose_bytes_are_lost_is_404(browser, person):
    file = waiting(person, data=samples.PDF + b"% lost")
    files.default_storage.delete(file.blob.path)
    assert browser.get(address(file)).status_code == 404


def test_download_needs_sign_in_and_only_reads(client, browser, person):
    file = waiting(person)
    assert browser.post(address(file)).status_code == 405
    client.logout()
    assert client.get(address(file)).status_code == 302


def test_upload_gives_a_row_with_its_key(browser, person):
    answer = browser.post(UPLOAD, {"field": "papers", "papers": SimpleUploadedFile("a.pdf", samples.PDF)})
    file = Attachment.objects.get()
    assert (file.uploaded_by, file.subject_type_id) == (person, None)
    page = answer.content.decode()
    assert f'name="papers" value="{file.key}"' in " ".join(page.split())
    assert reverse("journal:remove", args=[file.key]) in page


def test_upload_tells_of_each_file(browser):
    sent = [SimpleUploadedFile("a.pdf", samples.PDF), SimpleUploadedFile("<b>.png", samples.HTML)]
    page = browser.post(UPLOAD, {"field": "papers", "papers": sent}).content.decode()
    assert Attachment.objects.count() == 1
    assert "_b_.png" in page
    assert "<script>" not in page


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"field": "papers"},
        {"field": '"><script>', "papers": "x"},
        {"field": "papers", "papers": [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(MAX_FILES + 1)]},
    ],
    ids=["nothing", "no file", "hostile field", "too many"],
)
def test_upload_of_nonsense_keeps_nothing(browser, sent):
    answer = browser.post(UPLOAD, sent)
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert "<script" not in answer.content.decode()
    assert not Attachment.objects.exists()


def test_upload_narrowed_to_pictures_refuses_papers(browser):
    sent = {"field": "photo", "allow": "images", "photo": SimpleUploadedFile("a.pdf", samples.PDF)}
    browser.post(UPLOAD, sent)
    assert not Attachment.objects.exists()


def test_upload_over_the_limit_is_told_in_the_row(browser, settings):
    settings.UPLOAD_MAX_BYTES = 100
    answer = browser.post(UPLOAD, {"field": "papers", "papers": SimpleUploadedFile("a.txt", b"x" * 300)})
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert not Attachment.objects.exists()


def test_get_uploads_nothing(browser):
    assert browser.get(UPLOAD).status_code == 405


def test_waiting_file_can_be_taken_back(browser, person):
    file = waiting(person)
    remove = reverse("journal:remove", args=[file.key])
    assert [browser.get(remove).status_code, browser.post(remove).status_code, browser.post(remove).status_code] == [
        405,
        200,
        200,
    ]
    assert not Attachment.objects.exists()


def test_file_of_another_or_of_a_thing_cannot_be_taken_back(browser, person):
    theirs, given = waiting(factories.student()), waiting(person, data=samples.PDF + b"2")
    files.attach([given], to=person, person=person)
    for file in (theirs, given):
        browser.post(reverse("journal:remove", args=[file.key]))
    assert Attachment.objects.count() == 2
    assert not Entry.objects.exists()
