"""The copy of one's own data: all of the person and nothing of others, for who asked alone, gone after a week."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from apps.core.clock import now
from apps.delivery.models import Delivery
from apps.interfaces.models import PersonalExport
from apps.interfaces.personal import making
from apps.interfaces.personal.making import UnableToAsk, ask_copy, make_copy, sweep_copies
from apps.interfaces.personal.reading import PARTS
from apps.journal.enums import ExportState
from apps.journal.files import open_blob, store_bytes
from apps.journal.models import Attachment, Entry
from tests import factories
from tests.jobs.moments import freeze
from tests.notices import factories as board
from tests.servicedesk import factories as desk

pytestmark = pytest.mark.django_db
OTHERS = "a word about somebody else"


def opened(row: PersonalExport) -> zipfile.ZipFile:
    row.refresh_from_db()
    with open_blob(row.blob) as file:
        return zipfile.ZipFile(io.BytesIO(file.read()))


def made(person: object) -> PersonalExport:
    row = ask_copy(person=person, actor=person)
    assert make_copy(row.pk, now())
    return row


def test_copy_holds_what_is_the_persons_and_nothing_of_others() -> None:
    board.ground()
    person, clerk = factories.student(), factories.clerk()
    item = desk.request(requester=person, answers={"purpose": "my purpose"})
    desk.message(item, person, "my words")
    desk.message(item, clerk, "words to me")
    desk.message(item, clerk, OTHERS, internal=True)
    desk.message(desk.request(answers={"purpose": OTHERS}), clerk, OTHERS)
    blob = store_bytes(b"my file", content_type="text/plain")
    Attachment.objects.create(blob=blob, name="../../paper.txt", uploaded_by=person, subject=item)

    book = opened(made(person))

    content = json.loads(book.read("data.json"))
    page = book.read("data.html").decode()
    whole = book.read("data.json").decode() + page
    assert [code for code, *_rest in PARTS] == [key for key in content if key not in ("person", "made_at")]
    assert content["people"]["people.Person"][0]["number"] == person.number
    assert content["requests"]["servicedesk.Request"][0]["answer_set__answers"]["purpose"] == "my purpose"
    bodies = {row["body"] for row in content["requests"]["servicedesk.RequestMessage"]}
    assert bodies == {"my words", "words to me"}
    assert OTHERS not in whole
    assert item.number in page
    (name,) = [name for name in book.namelist() if name.startswith("files/")]
    assert (book.read(name), name.count("/")) == (b"my file", 1)
    for secret in ("password", "token_hash", "session_key", "sealed"):
        assert secret not in whole


def test_asked_twice_is_made_once_told_and_gone_after_a_week(monkeypatch) -> None:
    person = factories.student()
    row = ask_copy(person=person, actor=person)
    assert ask_copy(person=person, actor=person) == row
    sweep_copies(now())
    sweep_copies(now())
    row.refresh_from_db()
    assert (row.state, row.attempts) == (ExportState.READY, 1)
    assert Delivery.objects.filter(person=person, message__source=f"interfaces.copy:{row.pk}").exists()
    with pytest.raises(UnableToAsk):
        ask_copy(person=person, actor=person)

    freeze(monkeypatch, now() + timedelta(days=7, seconds=1))
    sweep_copies(now())
    row.refresh_from_db()
    assert (row.blob, row.failure) == (None, "expired")


def test_broken_copy_is_given_up_after_three(monkeypatch) -> None:
    person = factories.student()
    row = ask_copy(person=person, actor=person)
    at = now()
    monkeypatch.setattr(making, "write_copy", lambda *args: (_ for _ in ()).throw(SystemExit))
    for minutes in (0, 20, 40):
        with pytest.raises(SystemExit):
            make_copy(row.pk, at + timedelta(minutes=minutes))
    sweep_copies(at + timedelta(minutes=60))
    row.refresh_from_db()
    assert row.state == ExportState.FAILED


def test_pages_give_it_to_who_asked_alone_and_write_it_down(client) -> None:
    person = factories.student(language="en")
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(reverse("interfaces:ask_my_data")).status_code == 302
    row = PersonalExport.objects.get()
    take = reverse("interfaces:take_copy", args=[row.pk])
    assert client.post(take).status_code == 404
    make_copy(row.pk, now())
    assert "Download" in client.get(reverse("interfaces:my_data")).content.decode()
    assert client.get(take).status_code == 405
    assert b"".join(client.post(take))[:2] == b"PK"
    assert Entry.objects.about(person).filter(verb="copy_taken", actor=person).count() == 1
    client.force_login(factories.administrator(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(take).status_code == 404


def test_administrator_says_why_and_the_person_is_told(client) -> None:
    person, administrator = factories.student(number="S0042"), factories.administrator(language="en")
    client.force_login(administrator, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("interfaces:ask_data_of")
    assert client.post(url, {"number": "S0042", "reason": ""}).status_code == 422
    assert client.post(url, {"number": "nobody", "reason": "x"}).status_code == 422
    assert client.post(url, {"number": "s0042", "reason": "asked in writing"}).status_code == 302
    row = PersonalExport.objects.get()
    make_copy(row.pk, now())
    told = Delivery.objects.filter(message__source=f"interfaces.copy:{row.pk}")
    assert set(told.values_list("person", flat=True)) == {person.pk, administrator.pk}
    assert Entry.objects.about(person).get(verb="copy_asked").note == "asked in writing"
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonalExport.objects.update(reason="")
    client.force_login(factories.director(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(url, {"number": "s0042", "reason": "curious"}).status_code == 403
