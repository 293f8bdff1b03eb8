"""The store: the same bytes once, a thing's files are the thing's, nothing unclaimed stays."""

import io
import threading
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction

from apps.core.clock import now
from apps.journal import files
from apps.journal.models import Attachment, Blob
from tests import factories

pytestmark = pytest.mark.django_db


def waiting(person, name="a.txt", data=b"hello"):
    return files.accept_upload(SimpleUploadedFile(name, data), person=person)


def age(attachment, hours):
    """Make a file and its bytes older. Blobs refuse changes, so their row is written by hand."""
    Attachment.objects.filter(pk=attachment.pk).update(uploaded_at=now() - timedelta(hours=hours))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE journal_blob DISABLE TRIGGER USER")
        moment = now() - timedelta(hours=hours)
        cursor.execute("UPDATE journal_blob SET created_at = %s WHERE id = %s", [moment, attachment.blob_id])
        cursor.execute("ALTER TABLE journal_blob ENABLE TRIGGER USER")


def test_same_bytes_are_kept_once():
    first = files.store_bytes(b"once", content_type="text/plain")
    second = files.store_file(io.BytesIO(b"once"), content_type="text/csv")
    assert first == second
    assert Blob.objects.count() == 1
    with files.open_blob(first) as content:
        assert content.read() == b"once"


def test_bytes_that_a_killed_process_left_half_are_written_anew():
    blob = files.store_bytes(b"whole content", content_type="text/plain")
    default_storage.delete(blob.path)
    default_storage.save(blob.path, io.BytesIO(b"whole"))
    assert files.store_bytes(b"whole content", content_type="text/plain") == blob
    with files.open_blob(blob) as content:
        assert content.read() == b"whole content"


@pytest.mark.django_db(transaction=True)
def test_many_writers_of_the_same_bytes_make_one_blob():
    found, data = [], b"together" * 100_000
    start = threading.Barrier(6)

    def write() -> None:
        try:
            start.wait(timeout=20)
            found.append(files.store_bytes(data, content_type="text/plain").pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(found) == 6
    assert len(set(found)) == 1
    blob = Blob.objects.get()
    with files.open_blob(blob) as content:
        assert content.read() == data
    _folders, names = default_storage.listdir(f"sha256/{blob.sha256[:2]}")
    assert names.count(blob.sha256[2:]) == 1


def test_attached_file_belongs_to_the_thing():
    person = factories.student()
    file = waiting(person)
    files.attach([file], to=person, person=person, role="answer")
    files.attach([file], to=person, person=person)  # a second time changes nothing
    assert [(each.pk, each.role) for each in Attachment.objects.of(person)] == [(file.pk, "answer")]
    assert not Attachment.objects.waiting(person).exists()


def test_file_of_another_person_cannot_be_attached():
    file, thief = waiting(factories.student()), factories.student()
    with pytest.raises(files.UnableToAttach):
        files.attach([file], to=thief, person=thief)
    file.refresh_from_db()
    assert file.subject_type_id is None


def test_file_of_another_thing_cannot_be_attached():
    person, unit = factories.student(), factories.office()
    file = waiting(person)
    files.attach([file], to=unit, person=person)
    with pytest.raises(files.UnableToAttach):
        files.attach([file], to=person, person=person)
    assert list(Attachment.objects.of(unit)) == [file]


def test_attach_gives_all_or_nothing():
    person = factories.student()
    mine, other = waiting(person), waiting(factories.student(), data=b"other")
    with pytest.raises(files.UnableToAttach), transaction.atomic():
        files.attach([mine, other], to=person, person=person)
    assert list(Attachment.objects.waiting(person)) == [mine]


def test_orphans_go_after_a_day():
    person = factories.student()
    old, fresh = waiting(person, data=b"old"), waiting(person, data=b"fresh")
    kept = waiting(person, data=b"kept")
    files.attach([kept], to=person, person=person)
    age(old, 25)
    age(kept, 25)
    path = old.blob.path
    assert files.remove_orphans(now()) == 1
    assert set(Attachment.objects.all()) == {fresh, kept}
    assert not default_storage.exists(path)
    assert default_storage.exists(kept.blob.path)


def test_bytes_that_any_model_refers_to_stay():
    """Found through the models themselves: a new foreign key to Blob is honoured without a change here."""
    relations = {relation.related_model for relation in Blob._meta.related_objects}
    assert Attachment in relations
    assert len(relations) > 1
    first, second = waiting(factories.student(), data=b"shared"), waiting(factories.student(), data=b"shared")
    age(first, 25)
    files.remove_orphans(now())
    assert list(Attachment.objects.all()) == [second]
    assert Blob.objects.get() == second.blob


def test_orphans_twice_change_nothing():
    age(waiting(factories.student()), 25)
    assert [files.remove_orphans(now()), files.remove_orphans(now())] == [1, 0]


def test_type_is_that_of_the_name():
    person = factories.student()
    text = waiting(person, "a.txt", b"a,b\n1,2\n")
    table = files.accept_upload(SimpleUploadedFile("a.csv", b"a,b\n1,2\n"), person=person, allow=files.TABLES)
    assert text.blob == table.blob
    assert (files.content_type_of(text), files.content_type_of(table)) == ("text/plain", "text/csv")
