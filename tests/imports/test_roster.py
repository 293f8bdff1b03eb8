"""What becomes of the rows of a roster: mended, judged, never guessed."""

import pytest

from apps.imports.enums import BatchState
from apps.imports.models import Row
from apps.imports.roster.checks import is_mail
from apps.people.enums import ContactKind, Role
from apps.people.models import ContactPoint, Person, Unit
from tests import factories
from tests.imports.factories import CHEN, HEADER, LIN, codes, csv_bytes, roster, staged, verdicts, workbook

pytestmark = pytest.mark.django_db


def row(batch: object, line: int) -> Row:
    return batch.rows.get(line=line)


def changed(base: list[str], **places: str) -> list[str]:
    keys = {"number": 0, "name": 1, "programme": 2, "class_": 3, "mail": 4, "phone": 5}
    cells = list(base)
    for key, value in places.items():
        cells[keys[key]] = value
    return cells


def test_good_rows_are_new() -> None:
    batch = staged(roster(LIN, CHEN))

    assert batch.state == BatchState.CHECKED
    assert verdicts(batch) == [(2, "created"), (3, "created")]
    assert batch.counts["units"] == ["軟體工程 / 軟體一班"]


def test_dry_run_changes_nothing() -> None:
    staged(roster(LIN, CHEN))

    assert (Person.objects.count(), Unit.objects.count()) == (0, 0)


def test_header_is_found_below_titles() -> None:
    batch = staged(csv_bytes(["某學院名冊", "", ""], ["製表：辦公室", "", "2026-09-01"], HEADER, LIN))

    assert batch.header_line == 3
    assert verdicts(batch) == [(4, "created")]


@pytest.mark.parametrize(
    "header",
    [
        ["学号", "姓名", "专业", "班级", "邮箱", "手机"],
        ["Student No.", "Name", "Major", "Class", "E-mail", "Mobile phone"],
        ["學 號*", "姓名(必填)", "專業", "班級", "電子郵件", "行動電話"],
    ],
)
def test_usual_headings_are_known(header: list[str]) -> None:
    batch = staged(csv_bytes(header, LIN))

    assert list(batch.mapping.values()) == ["number", "name", "programme", "class", "mail", "phone"] or sorted(
        batch.mapping.values()
    ) == ["class", "mail", "name", "number", "phone", "programme"]
    assert batch.options["role"] == Role.STUDENT


def test_staff_are_told_by_their_number_heading() -> None:
    batch = staged(csv_bytes(["工號", "姓名", "部門"], ["90001", "甲乙", "教務處"]))

    assert batch.options["role"] == Role.STAFF


def test_full_width_and_stray_spaces_are_mended_and_told() -> None:
    batch = staged(roster(changed(LIN, number="Ｓ００１", name="\u3000林 小美 ")))
    mended = row(batch, 2)

    assert (mended.values["number"], mended.values["name"]) == ("S001", "林小美")
    assert [(mend["column"], mend["codes"]) for mend in mended.mended] == [
        ("number", ["full_width"]),
        ("name", ["spaces"]),
    ]


def test_latin_names_keep_their_spaces() -> None:
    batch = staged(roster(changed(LIN, name="Mary  Ann Lin")))

    assert row(batch, 2).values["name"] == "Mary Ann Lin"


def test_whole_float_in_a_text_file_is_a_number() -> None:
    batch = staged(roster(changed(LIN, number="2026001.0")))

    assert row(batch, 2).values["number"] == "2026001"


@pytest.mark.parametrize(
    ("places", "code"),
    [
        ({"number": ""}, "no_number"),
        ({"name": " "}, "no_name"),
        ({"number": "2.02606E+10"}, "exponent"),
        ({"number": "一號"}, "bad_number"),
        ({"mail": "s001＠stu.example.edu"}, "broken_mail"),
        ({"mail": "s001@stu.example.edu；"}, "broken_mail"),
        ({"mail": "nobody"}, "broken_mail"),
        ({"name": "長" * 81}, "too_long"),
        ({"name": "林\x85美\ue000"}, "control"),
    ],
)
def test_row_with_a_fault_is_refused_with_its_reason(places: dict[str, str], code: str) -> None:
    batch = staged(roster(changed(LIN, **places), CHEN))

    assert verdicts(batch) == [(2, "refused"), (3, "created")]
    assert codes(batch) == {2: [code]}


def test_no_address_is_brought_in_but_shown() -> None:
    batch = staged(roster(changed(LIN, mail="")))

    assert verdicts(batch) == [(2, "created")]
    assert codes(batch) == {2: ["no_mail"]}
    assert batch.counts["doubtful"] == 1


def test_roster_without_mail_column_says_nothing_about_mail() -> None:
    assert codes(staged(csv_bytes(["學號", "姓名"], ["S1", "林小美"]))) == {}


def test_identical_double_is_unchanged_and_names_the_line() -> None:
    batch = staged(roster(LIN, CHEN, changed(LIN, number="Ｓ００１")))

    assert verdicts(batch) == [(2, "created"), (3, "created"), (4, "unchanged")]
    assert row(batch, 4).problems[0]["params"] == {"line": "2"}


def test_two_people_with_one_number_are_both_refused() -> None:
    batch = staged(roster(LIN, changed(CHEN, number="s001")))

    assert verdicts(batch) == [(2, "refused"), (3, "refused")]
    assert [problem["params"]["line"] for line in (2, 3) for problem in row(batch, line).problems] == ["3", "2"]


def test_double_of_a_contradicted_line_is_refused_too() -> None:
    batch = staged(roster(LIN, LIN, changed(CHEN, number="S001")))

    assert {verdict for _line, verdict in verdicts(batch)} == {"refused"}


def test_same_person_with_two_classes_is_refused_twice() -> None:
    batch = staged(roster(LIN, changed(LIN, class_="軟體二班")))

    assert codes(batch) == {2: ["same_number_other_values"], 3: ["same_number_other_values"]}


def test_one_address_for_two_numbers_is_refused_twice() -> None:
    batch = staged(roster(LIN, changed(CHEN, mail=LIN[4].upper())))

    assert codes(batch) == {2: ["mail_in_file"], 3: ["mail_in_file"]}


def test_address_of_another_person_is_refused() -> None:
    factories.person("別人", mail=LIN[4])

    assert codes(staged(roster(LIN))) == {2: ["mail_in_portal"]}


def test_known_number_with_another_name_waits_for_a_person() -> None:
    factories.person("林大美", Role.STUDENT, number="S001", mail=LIN[4])
    batch = staged(roster(LIN))

    assert codes(batch) == {2: ["other_name_in_portal"]}


def test_second_header_line_is_refused_not_a_person() -> None:
    batch = staged(roster(LIN, HEADER, CHEN))

    assert verdicts(batch) == [(2, "created"), (3, "refused"), (4, "created")]
    assert codes(batch) == {3: ["second_header"]}


def test_header_in_a_second_language_below_the_first_is_refused() -> None:
    batch = staged(roster(["Student No", "Name", "Major", "Class", "Mail", "Phone"], LIN))

    assert codes(batch) == {2: ["second_header"]}


def test_second_header_with_other_columns_stops_the_file() -> None:
    batch = staged(roster(LIN, ["姓名", "學號", "專業", "班級", "手機", "郵箱"], CHEN))

    assert batch.state == BatchState.FAILED
    assert "Lines 1 and 3" in batch.problem
    assert batch.rows.count() == 0


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"a,b\n1,2\n", "No line with column names"),
        (csv_bytes(HEADER), "nothing below"),
        (workbook({"empty": []}), "empty"),
        (b"%PDF-1.4", "PDF"),
    ],
)
def test_file_without_a_table_fails_with_a_clear_word(data: bytes, words: str) -> None:
    batch = staged(data)

    assert batch.state == BatchState.FAILED
    assert words in batch.problem


def test_sheet_of_remarks_is_skipped_and_said() -> None:
    batch = staged(workbook({"名單": [HEADER, LIN], "說明": [["空白表示同上"]]}))

    assert batch.options["skipped"] == ["說明"]
    assert verdicts(batch) == [(2, "created")]


def test_all_sheets_with_a_header_are_read_and_compared() -> None:
    batch = staged(workbook({"甲班": [HEADER, LIN], "乙班": [["名單"], HEADER, LIN, CHEN]}))

    assert [(item.sheet, item.line, item.verdict) for item in batch.rows.order_by("pk")] == [
        ("甲班", 2, "created"),
        ("乙班", 3, "unchanged"),
        ("乙班", 4, "created"),
    ]
    assert batch.rows.get(sheet="乙班", line=3).problems[0]["params"] == {"line": "甲班 2"}


def test_department_of_a_block_is_filled_down() -> None:
    rows = [
        ["部門", "工號", "姓名"],
        ["教務處", "1", "甲"],
        ["", "2", "乙"],
        ["", "3", "丙"],
        ["人事處", "4", "丁"],
        ["", "5", "戊"],
    ]
    batch = staged(csv_bytes(*rows))

    assert [item.values["department"] for item in batch.rows.order_by("line")] == ["教務處"] * 3 + ["人事處"] * 2
    assert row(batch, 3).mended == [{"column": "department", "codes": ["filled_down"], "from": ""}]


def test_single_blank_class_is_not_guessed() -> None:
    batch = staged(roster(LIN, changed(CHEN, class_="")))

    assert row(batch, 3).values["class"] == ""


def test_formula_cell_is_refused() -> None:
    batch = staged(workbook({"a": [["學號", "姓名"], ["=A1", "林小美"]]}))

    assert codes(batch) == {2: ["formula"]}


def test_known_person_in_another_class_is_updated() -> None:
    old = factories.unit("舊班", kind="class", parent=factories.root_unit())
    factories.person("林小美", Role.STUDENT, at=old, number="S001", mail=LIN[4])
    batch = staged(roster(LIN))

    assert verdicts(batch) == [(2, "updated")]
    assert row(batch, 2).after["post"]["do"] == "move"


def test_proved_address_stays_the_main_one() -> None:
    person = factories.person("林小美", Role.STUDENT, number="S001", mail="own@example.org")
    ContactPoint.objects.filter(person=person).update(verified_at="2026-01-01T00:00Z")
    after = row(staged(roster(LIN)), 2).after

    assert after["contacts"][0] == [ContactKind.MAIL, LIN[4], False]
    assert "email" not in after


@pytest.mark.parametrize("value", ["a@b.example", "a.b-c@x.edu.cn"])
def test_mail(value: str) -> None:
    assert is_mail(value)


@pytest.mark.parametrize("value", ["a@b", "a b@c.example", "a@b.example;", "王@b.example", "a@b.example；"])
def test_no_mail(value: str) -> None:
    assert not is_mail(value)
