"""The totals: exact, signed by two different people, and fixed from then on, down to the bytes of the sheet."""

from io import BytesIO

import pytest
from django.db import InternalError, transaction
from openpyxl import load_workbook

from apps.journal.files import open_blob
from apps.journal.models import Attachment
from apps.people.enums import Role
from apps.questionnaires.models import AnswerSet
from apps.replies import services
from apps.replies.enums import CollectionState, ReplyState
from apps.replies.figures import totals_of
from apps.replies.models import Collection, Reply, SignOff
from apps.replies.workbook import write_workbook
from tests import factories
from tests.questionnaires.test_tables import COURSES
from tests.replies import factories as make


@pytest.fixture
def signed_once(college):
    collection = make.collecting(college.clerk, college.people)
    for place, person in enumerate(college.people[:2]):
        services.confirm(reply=make.handed_in(collection, person, f"hours=0.{place + 1}"), actor=college.secretary)
    services.close(collection=collection, actor=college.clerk)
    collection.refresh_from_db()
    return collection


def book_of(content):
    return load_workbook(BytesIO(content))


def cells(sheet):
    return [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]


def test_totals_are_exact_by_unit_and_in_all(college):
    other = make.department("乙系")
    people = [*college.people, *make.teachers(other, 1)]
    collection = make.collecting(college.clerk, people, confirmed_by_units=False, fields=[make.HOURS, COURSES])
    for place, person in enumerate(people):
        text = f"hours=0.{place + 1}&courses-0-name=a&courses-0-hours=0.1&courses-0-size=1"
        make.handed_in(collection, person, text)
    totals = totals_of(collection, Reply.objects.all())
    assert [figure.key for figure in totals.figures] == ["hours", "courses.counted"]
    by_name = {line.name: (line.people, line.shown) for line in totals.units}
    assert by_name == {"甲系": (3, ["0.6", "0.3"]), "乙系": (1, ["0.4", "0.1"])}
    assert totals.whole.shown == ["1", "0.4"]


def test_two_different_people_sign_and_all_is_fixed(college, signed_once):
    second = factories.director()
    made = services.sign_off(collection=signed_once, actor=second)
    signed_once.refresh_from_db()
    assert (signed_once.state, made.first_signer, made.second_signer) == ("signed", college.clerk, second)
    assert sorted(Reply.objects.values_list("state", flat=True)) == ["accepted", "accepted", "not_begun"]
    with open_blob(made.sheet) as file:
        content = file.read()
    book = book_of(content)
    assert book.sheetnames == ["匯總", "甲系"]
    assert cells(book["匯總"])[-1] == ["全部", 2, 0.3]
    assert Attachment.objects.of(made).get().blob == made.sheet
    assert services.sign_off(collection=signed_once, actor=second).pk == made.pk
    changes = [
        lambda: Reply.objects.update(return_note="x"),
        lambda: Reply.objects.filter(state="not_begun").delete(),
        lambda: Collection.objects.update(state=CollectionState.OPEN),
        lambda: SignOff.objects.update(digest="x"),
        lambda: SignOff.objects.update(withdrawn_at=signed_once.created_at),
        lambda: AnswerSet.objects.update(answers={}),
        lambda: SignOff.objects.all().delete(),
    ]
    for change in changes:
        with pytest.raises(InternalError), transaction.atomic():
            change()


def test_the_same_person_does_not_sign_twice(college, signed_once):
    with pytest.raises(services.UnableToSign):
        services.sign_off(collection=signed_once, actor=college.clerk)
    from django.db import IntegrityError

    blob = make.of(signed_once, college.people[0])
    assert blob.state == ReplyState.CONFIRMED
    sign_off = SignOff.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        SignOff.objects.filter(pk=sign_off.pk).update(
            second_signer=college.clerk, second_signed_at=sign_off.first_signed_at, sheet=_blob()
        )


def _blob():
    from apps.journal.files import store_bytes

    return store_bytes(b"x", content_type="text/plain")


@pytest.mark.parametrize("role", [Role.STAFF, Role.STUDENT, Role.UNIT_SECRETARY, Role.ADMINISTRATOR])
def test_only_the_office_signs_second(college, signed_once, role):
    with pytest.raises(services.UnableToSign):
        services.sign_off(collection=signed_once, actor=factories.person("別人", role))


def test_closing_waits_for_the_units(college):
    collection = make.collecting(college.clerk, college.people)
    with pytest.raises(services.UnableToSign, match="Nothing was handed in"):
        services.close(collection=collection, actor=college.clerk)
    make.handed_in(collection, college.people[0])
    with pytest.raises(services.UnableToSign, match="1 answer still waits"):
        services.close(collection=collection, actor=college.clerk)
    with pytest.raises(services.UnableToSign, match="You may not close"):
        services.close(collection=collection, actor=college.secretary)


def test_closed_collection_takes_nothing(college, signed_once):
    person = college.people[2]
    reply = make.of(signed_once, person)
    with pytest.raises(services.UnableToHandIn):
        services.hand_in(reply=reply, form=make.form(reply, "hours=1"), actor=person)
    with pytest.raises(services.UnableToCheck):
        services.give_back(reply=make.of(signed_once, college.people[0]), actor=college.clerk, remarks={"hours": "x"})
    assert services.make_missing_rows(signed_once.created_at) == 0
    assert services.close(collection=signed_once, actor=college.clerk).pk == SignOff.objects.get().pk


def test_first_signature_can_be_taken_back_with_a_reason(college, signed_once):
    with pytest.raises(services.UnableToSign):
        services.reopen(collection=signed_once, actor=college.clerk, reason=" ")
    services.reopen(collection=signed_once, actor=factories.director(), reason="數字有誤")
    first = SignOff.objects.get()
    assert (first.withdraw_reason, first.withdrawn_at is not None) == ("數字有誤", True)
    with pytest.raises(services.UnableToSign):
        services.sign_off(collection=signed_once, actor=factories.director())
    services.close(collection=signed_once, actor=college.clerk)
    assert SignOff.objects.in_force().count() == 1
    assert SignOff.objects.count() == 2


def test_answers_changed_behind_the_back_are_not_signed_off(college, signed_once):
    AnswerSet.objects.filter(answers={"hours": 0.1}).update(answers={"hours": 0.2})
    with pytest.raises(services.UnableToSign, match="not what the first person signed"):
        services.sign_off(collection=signed_once, actor=factories.director())


def test_sheet_has_no_live_formula_and_numbers_are_numbers(college):
    fields = [make.HOURS, make.NOTE, COURSES]
    collection = make.collecting(college.clerk, college.people, fields=fields, confirmed_by_units=False)
    type(college.people[0]).objects.filter(pk=college.people[0].pk).update(name="=HYPERLINK(1)")
    text = (
        "hours=12.5&note=%3Dcmd%7C%27/C+calc%27!A0&courses-0-name=%2B1%2B1&courses-0-hours=3&courses-0-size=2"
        "&courses-0-from=2026-09-01&courses-1-name=ok&courses-1-hours=1"
    )
    make.handed_in(collection, college.people[0], text)
    sheet = book_of(write_workbook(collection, Reply.objects.all()))["甲系"]
    assert [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"] == []
    rows = cells(sheet)
    assert rows[0] == ["Number", "Name", "State", "Handed in", "hours", "note", "課程 · 折算"] or rows[0][-3:] == [
        "hours",
        "note",
        "課程 · 折算",
    ]
    assert rows[1][1] == "'=HYPERLINK(1)"
    assert rows[1][-3:] == [12.5, "'=cmd|'/C calc'!A0", 6]
    title = next(place for place, row in enumerate(rows) if row == ["課程"])
    number = college.people[0].number
    assert [str(cell) for cell in rows[title + 2]] == [
        number,
        "'=HYPERLINK(1)",
        "'+1+1",
        "3",
        "2",
        "2026-09-01 00:00:00",
        "6",
    ]
    assert rows[title + 3][2:] == ["ok", 1]
    assert rows[title + 4] == ["Total", 6]


def test_sheets_have_names_that_a_spreadsheet_takes(college):
    long = "非常非常長的單位名稱" * 5
    units = [make.department(name) for name in ("A/B:[C]", long, long + "二", "Totals")]
    people = [make.teachers(unit, 1)[0] for unit in units]
    collection = make.collecting(college.clerk, people, confirmed_by_units=False)
    for person in people:
        make.handed_in(collection, person)
    names = book_of(write_workbook(collection, Reply.objects.all())).sheetnames
    assert len({name.lower() for name in names}) == 5
    assert all(len(name) <= 31 for name in names)
    assert names[0] == "Totals"
