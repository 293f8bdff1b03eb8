"""The pages: who may, what each verb does, and what happens the second time."""

import io
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from apps.imports import jobs, services
from apps.imports.enums import BatchState
from apps.imports.models import Batch
from apps.people.models import Person
from tests import factories
from tests.imports.factories import AT, CHEN, LIN, roster, staged

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def published(monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: object) -> list[str]:
    """Names of the tasks that pages asked for; the broker is not needed."""
    names: list[str] = []
    monkeypatch.setattr("celery.current_app.send_task", lambda name, **options: names.append(name), raising=False)
    return names


@pytest.fixture
def clerk(client: Client) -> Person:
    person = factories.clerk(language="en")
    client.force_login(person)
    return person


def upload(client: Client, data: bytes, *, token: str = "", name: str = "名冊.csv") -> object:
    return client.post(
        reverse("imports:create"),
        {"file": SimpleUploadedFile(name, data), "form_token": token or str(uuid4())},
    )


def test_upload_opens_a_batch_for_the_worker(client: Client, clerk: Person) -> None:
    answer = upload(client, roster(LIN))
    batch = Batch.objects.get()

    assert answer["Location"] == reverse("imports:detail", args=[batch.pk])
    assert (batch.state, batch.file_name, batch.created_by) == (BatchState.CHECKING, "名冊.csv", clerk)


def test_upload_sent_twice_opens_one_batch(client: Client, clerk: Person) -> None:
    token = str(uuid4())
    first, second = upload(client, roster(LIN), token=token), upload(client, roster(LIN), token=token)

    assert first["Location"] == second["Location"]
    assert Batch.objects.count() == 1


@pytest.mark.parametrize(("data", "words"), [(b"%PDF-1.7", "PDF"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 9, ".xls")])
def test_upload_of_another_kind_is_refused_on_the_form(client: Client, clerk: Person, data: bytes, words: str) -> None:
    answer = upload(client, data)

    assert (answer.status_code, Batch.objects.count()) == (422, 0)
    assert words in answer.content.decode()


def test_too_large_upload_gets_its_own_page(client: Client, clerk: Person, settings: object) -> None:
    settings.UPLOAD_MAX_BYTES = 1000

    assert upload(client, b"x" * 5000).status_code == 413
    assert Batch.objects.count() == 0


def test_page_of_a_waiting_batch_says_so_and_goes_on_by_itself(client: Client, clerk: Person) -> None:
    upload(client, roster(LIN))
    batch = Batch.objects.get()
    page = client.get(reverse("imports:detail", args=[batch.pk])).content.decode()

    assert "waiting for the worker" in page
    jobs.check(batch.pk, clerk.pk)
    done = client.get(reverse("imports:progress", args=[batch.pk]))
    assert done["HX-Redirect"] == reverse("imports:detail", args=[batch.pk])


def test_progress_shows_how_far_it_is(client: Client, clerk: Person) -> None:
    batch = staged(roster(LIN), actor=clerk)
    Batch.objects.filter(pk=batch.pk).update(state=BatchState.COMMITTING, total=4000, done=1000)

    assert "1000 / 4000" in client.get(reverse("imports:progress", args=[batch.pk])).content.decode()


def test_dry_run_shows_line_column_and_reason(client: Client, clerk: Person) -> None:
    batch = staged(roster(LIN, ["", *CHEN[1:]]), actor=clerk)
    page = client.get(reverse("imports:detail", args=[batch.pk])).content.decode()

    assert "The number is missing." in page
    assert "學號" in page


def test_commit_brings_in_by_the_worker(client: Client, clerk: Person) -> None:
    batch = staged(roster(LIN), actor=clerk)
    client.post(reverse("imports:commit", args=[batch.pk]))
    assert Batch.objects.get().state == BatchState.COMMITTING
    jobs.commit(batch.pk, clerk.pk)
    jobs.commit(batch.pk, clerk.pk)

    assert Batch.objects.get().state == BatchState.COMMITTED
    assert Person.objects.filter(number="S001").count() == 1


def test_commit_with_refused_rows_needs_the_agreement(client: Client, clerk: Person) -> None:
    batch = staged(roster(LIN, ["", *CHEN[1:]]), actor=clerk)
    address = reverse("imports:commit", args=[batch.pk])
    client.post(address)
    assert Batch.objects.get().state == BatchState.CHECKED
    client.post(address, {"accept_partial": "on"})
    jobs.commit(batch.pk, clerk.pk)

    assert Batch.objects.get().state == BatchState.COMMITTED


def test_commit_that_cannot_be_done_is_checked_anew(client: Client, clerk: Person) -> None:
    batch = staged(roster(LIN), actor=clerk)
    client.post(reverse("imports:commit", args=[batch.pk]))
    factories.person("別人", number="S001")
    jobs.commit(batch.pk, clerk.pk)

    batch.refresh_from_db()
    assert (batch.state, batch.counts["refused"]) == (BatchState.CHECKED, 1)
    assert "refused" in batch.problem


def test_mapping_is_changed_and_checked(client: Client, clerk: Person) -> None:
    batch = staged("Matrikel,姓名,班級\nS001,林小美,一班".encode(), actor=clerk)
    address = reverse("imports:change_mapping", args=[batch.pk])
    wrong = client.post(address, {"role": "student", "title0": "name", "title1": "name"})
    assert wrong.status_code == 422
    client.post(address, {"role": "student", "title0": "number", "title1": "name", "title2": "class"})
    jobs.check(batch.pk, clerk.pk)

    assert Batch.objects.get().counts["created"] == 1


def test_rename_is_confirmed(client: Client, clerk: Person) -> None:
    factories.person("林大美", number="S001", mail=LIN[4])
    batch = staged(roster(LIN), actor=clerk)
    client.post(reverse("imports:confirm_rename", args=[batch.pk, batch.rows.get().pk]))
    jobs.check(batch.pk, clerk.pk)

    assert Batch.objects.get().counts["updated"] == 1


def test_undo_asks_then_does(client: Client, clerk: Person) -> None:
    batch = services.commit(batch=staged(roster(LIN), actor=clerk), actor=clerk, at=AT)
    address = reverse("imports:undo", args=[batch.pk])
    assert client.get(address).status_code == 200
    assert Person.objects.get(number="S001").is_active
    client.post(address)

    assert not Person.objects.get(number="S001").is_active


def test_undo_with_changed_people_asks_once_more(client: Client, clerk: Person) -> None:
    batch = services.commit(batch=staged(roster(LIN), actor=clerk), actor=clerk, at=AT)
    Person.objects.filter(number="S001").update(name="林美")
    address = reverse("imports:undo", args=[batch.pk])

    assert client.post(address).status_code == 409
    assert client.post(address, {"leave_changed": "on"}).status_code == 302
    assert Batch.objects.get().state == BatchState.UNDONE


def test_refused_rows_are_a_workbook_without_formulas(client: Client, clerk: Person) -> None:
    batch = staged(roster(LIN, ["", '=HYPERLINK("http://x")', *CHEN[2:]]), actor=clerk)
    answer = client.post(reverse("imports:refused", args=[batch.pk]))
    rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows())

    assert [cell.value for cell in rows[0]][:2] == ["學號", "姓名"]
    assert (rows[1][1].value, rows[1][1].data_type) == ('=HYPERLINK("http://x")', "s")
    assert [cell.value for cell in rows[1]][-3:] == [3, "學號", "The number is missing."]


ADDRESSES = ["check", "commit", "change_mapping", "refused"]


@pytest.mark.parametrize("verb", ADDRESSES)
def test_verb_is_not_reached_by_get(client: Client, clerk: Person, verb: str) -> None:
    batch = staged(roster(LIN), actor=clerk)

    assert client.get(reverse(f"imports:{verb}", args=[batch.pk])).status_code == 405


@pytest.mark.parametrize("verb", ["detail", "progress", "undo", *ADDRESSES])
@pytest.mark.parametrize("role", ["student", "staff", "leader", "another_clerk"])
def test_batch_is_hidden_from_strangers(client: Client, verb: str, role: str) -> None:
    batch = staged(roster(LIN), actor=factories.clerk())
    stranger = factories.clerk() if role == "another_clerk" else factories.person("外人", role)
    client.force_login(stranger)
    address = reverse(f"imports:{verb}", args=[batch.pk])

    assert (client.post(address) if verb in ADDRESSES else client.get(address)).status_code == 404


@pytest.mark.parametrize(
    ("role", "status"),
    [("clerk", 200), ("director", 200), ("administrator", 200), ("leader", 403), ("staff", 403), ("student", 403)],
)
def test_list_and_upload_are_for_the_office(client: Client, role: str, status: int) -> None:
    client.force_login(factories.person("某人", role))

    assert client.get(reverse("imports:list")).status_code == status
    assert client.get(reverse("imports:create")).status_code == status


def test_director_sees_the_batches_of_clerks(client: Client) -> None:
    batch = staged(roster(LIN), actor=factories.clerk())
    client.force_login(factories.director())

    assert client.get(reverse("imports:detail", args=[batch.pk])).status_code == 200


@pytest.mark.parametrize("page", ["list", "detail"])
def test_page_asks_the_same_number_of_questions(
    client: Client, clerk: Person, page: str, django_assert_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for rows in ([LIN], [LIN, CHEN, ["S003", "王一", *LIN[2:4], "s3@x.example", "3"]]):
        batch = staged(roster(*rows), actor=clerk)
        address = reverse("imports:list") if page == "list" else reverse("imports:detail", args=[batch.pk])
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1]
