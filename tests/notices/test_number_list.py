"""A list of people from a file."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from apps.imports.reading import Unreadable
from apps.journal.models import Entry
from apps.notices.models import Notice
from apps.notices.number_list import read_numbers
from apps.people.models import Person
from tests import factories
from tests.notices import factories as notices
from tests.notices.test_composing import form
from tests.notices.test_views import signed_in

pytestmark = pytest.mark.django_db


def test_column_is_found_below_titles_and_doubles_are_told_with_their_line() -> None:
    found = read_numbers("名單,,\n,姓名,學號\n,甲,ａ1\n,乙,B2\n,甲,A1\n".encode("gb18030"))

    assert found.numbers == [(3, "A1"), (4, "B2")]
    assert found.doubled == [(5, "A1")]


def test_without_a_heading_the_first_column_counts() -> None:
    assert read_numbers(b"A1,x\nB2,y\n").numbers == [(1, "A1"), (2, "B2")]


def test_numbers_of_a_workbook_lose_the_decimal_point() -> None:
    book, buffer = Workbook(), BytesIO()
    for row in (["工號"], [2026001.0], ["2026002"]):
        book.active.append(row)
    book.save(buffer)

    assert read_numbers(buffer.getvalue()).numbers == [(2, "2026001"), (3, "2026002")]


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"PK\x03\x04broken"])
def test_what_is_no_table_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read_numbers(data)


def sent(data: bytes, **changes: object) -> dict[str, object]:
    return form(factories.office().pk, numbers_file=SimpleUploadedFile("名單.csv", data), **changes)


def test_list_joins_what_is_typed_and_the_history_knows_the_file() -> None:
    client = signed_in(notices.ground())
    for number in ("A1", "B2", "C3"):
        factories.person(number=number)

    client.post(reverse("notices:create"), sent("學號\nA1\nB2\nA1\n".encode(), numbers="C3"))

    made = Notice.objects.get()
    assert (made.rule.numbers, [file.numbers for file in made.rule.files]) == (("C3",), [("A1", "B2")])
    kept = Entry.objects.about(made).get(verb="list_read").changes
    assert (kept["file"], kept["count"], len(kept["sha256"])) == ("名單.csv", 2, 64)


def test_unknown_number_is_told_with_its_line_and_what_was_typed_stays() -> None:
    client = signed_in(notices.ground())
    factories.person(number="A1")

    answer = client.post(reverse("notices:create"), sent("學號\nA1\nX9\n".encode(), title_zh_hant="很長的標題"))

    assert answer.status_code == 422
    assert "X9" in answer.text
    assert "很長的標題" in answer.text
    assert not Notice.objects.exists()


def test_twenty_thousand_numbers() -> None:
    client = signed_in(notices.ground())
    Person.objects.bulk_create((Person(number=f"N{place}", name="人") for place in range(20_000)), batch_size=1_000)
    data = "number\n" + "\n".join(f"n{place}" for place in range(20_000))

    client.post(reverse("notices:create"), sent(data.encode()))

    assert len(Notice.objects.get().rule.files[0].numbers) == 20_000
