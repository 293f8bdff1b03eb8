"""Files of a notice: who fetches one signed in has proved it; nobody else's fetching proves anything."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.core.clock import now
from apps.delivery.models import Evidence
from apps.journal import files
from apps.journal.models import Attachment
from apps.notices import projection, services
from apps.notices.models import Notice
from apps.people.models import Person
from tests import factories
from tests.notices import factories as notices

pytestmark = pytest.mark.django_db
CONTENT = "檢查表".encode()


@pytest.fixture
def sender() -> Person:
    return notices.ground()


@pytest.fixture
def reader() -> Person:
    return factories.person("讀者", "staff")


@pytest.fixture
def notice(sender: Person, reader: Person) -> Notice:
    row = notices.draft(sender, needs_acknowledgement=False)
    uploaded = files.accept_upload(SimpleUploadedFile("檢查表.txt", CONTENT, "text/plain"), person=sender)
    files.attach([uploaded], to=row, person=sender)
    services.publish(notice=row, actor=sender)
    services.finish_all(now())
    row.refresh_from_db()
    return row


def address(notice: Notice) -> str:
    return reverse("notices:file", args=[notice.pk, Attachment.objects.of(notice).get().key])


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def downloads(notice: Notice) -> list[Evidence]:
    return list(Evidence.objects.filter(message=notice.message, kind="downloaded"))


def test_reader_gets_the_file_and_the_line_says_so(notice: Notice, reader: Person) -> None:
    answer = signed_in(reader).post(address(notice))

    assert (answer.status_code, b"".join(answer)) == (200, CONTENT)
    assert answer["Content-Disposition"].startswith("attachment")
    [event] = downloads(notice)
    file = Attachment.objects.of(notice).get()
    assert (event.person, event.detail["file"], event.detail["sha256"]) == (reader, file.name, file.blob.sha256)
    line = notices.of(notice, reader)
    assert (line.state, line.is_open, line.seen_edition) == ("opened", False, 1)
    assert line.opened_at == event.happened_at


def test_second_time_adds_nothing(notice: Notice, reader: Person) -> None:
    client = signed_in(reader)
    for _time in range(3):
        client.post(address(notice))
    assert len(downloads(notice)) == 1
    assert projection.differences([notices.of(notice, reader).pk]) == []


def test_file_of_a_new_edition_counts_anew(notice: Notice, reader: Person, sender: Person) -> None:
    client = signed_in(reader)
    client.post(address(notice))
    Notice.objects.filter(pk=notice.pk).update(title={"zh-hant": "改過的標題"}, edition=2)
    client.post(address(notice))
    assert len(Evidence.objects.filter(person=reader, kind="downloaded")) == 2


def test_sender_gets_the_file_and_nothing_is_claimed(notice: Notice, sender: Person) -> None:
    assert signed_in(sender).post(address(notice)).status_code == 200
    assert downloads(notice) == []


def test_opening_the_address_gives_no_evidence(notice: Notice, reader: Person) -> None:
    assert signed_in(reader).get(address(notice)).status_code == 405
    assert downloads(notice) == []


def test_stranger_and_file_of_another_notice(notice: Notice, reader: Person, sender: Person) -> None:
    other = notices.draft(sender)
    key = Attachment.objects.of(notice).get().key
    assert signed_in(factories.student()).post(address(notice)).status_code == 404
    assert signed_in(sender).post(reverse("notices:file", args=[other.pk, key])).status_code == 404


def test_page_offers_the_file_by_post_to_its_reader_only(notice: Notice, reader: Person, sender: Person) -> None:
    page = reverse("notices:read", args=[notice.pk])
    assert address(notice) in signed_in(reader).get(page).text
    text = signed_in(sender).get(page).text
    assert address(notice) not in text
    assert reverse("journal:download", args=[Attachment.objects.of(notice).get().key]) in text
