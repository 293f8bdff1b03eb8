"""The columns of chat accounts: good, broken, one for two, changed, changed back, blank, full-width; CSV and XLSX."""

import json

import pytest

from apps.imports.models import Row
from apps.imports.results import column_labels, describe
from apps.imports.services import commit, undo
from apps.imports.words import reason
from apps.people.enums import ContactKind
from apps.people.models import ContactPoint, Person
from tests.imports.factories import AT, codes, csv_bytes, staged, verdicts, workbook
from tests.imports.test_import_people import run

pytestmark = pytest.mark.django_db

HEADER = ["工號", "姓名", "部門", "企業微信", "釘釘"]
BOTH = pytest.mark.parametrize("kind", [ContactKind.WECOM, ContactKind.DINGTALK])


def line(number: str, *, wecom: str = "", dingtalk: str = "") -> list[str]:
    return [f"T{number}", f"教師{number}", "教務處", wecom, dingtalk]


def of(number: str, kind: ContactKind, value: str) -> list[str]:
    return line(number, **{str(kind): value})


def brought_in(*lines: list[str]):
    return commit(batch=staged(csv_bytes(HEADER, *lines)), actor=None, at=AT)


def accounts(number: str, kind: ContactKind) -> dict[str, bool]:
    """Account → is it the one that is written to?"""
    rows = ContactPoint.objects.filter(person__number=f"T{number}", kind=kind)
    return dict(rows.values_list("value", "is_primary"))


def undone(batch) -> None:
    undo(batch=batch, actor=None, at=AT)


@pytest.mark.parametrize(
    "titles", [HEADER[3:], ["企业微信账号", "钉钉账号"], ["WeCom ID", "DingTalk UserID"], ["企業微信 id*", "釘釘帳號"]]
)
def test_usual_headings_are_known(titles):
    batch = staged(csv_bytes([*HEADER[:3], *titles], line("1", wecom="wang", dingtalk="u1")))
    assert {batch.mapping[title] for title in batch.columns[0]["titles"][3:]} == {"wecom", "dingtalk"}


def test_dry_run_shows_and_writes_nothing():
    batch = staged(csv_bytes(HEADER, line("1", wecom="wang", dingtalk="manager4220")))
    assert verdicts(batch) == [(2, "created")]
    assert batch.rows.get().after["contacts"] == [["wecom", "wang", True], ["dingtalk", "manager4220", True]]
    assert not ContactPoint.objects.exists()


@BOTH
def test_good_account(kind):
    brought_in(of("1", kind, "Wang.Wei_1@x-y"))
    assert accounts("1", kind) == {"Wang.Wei_1@x-y": True}
    assert brought_in(of("1", kind, "wang.wei_1@X-Y")).counts["unchanged"] == 1, "capitals make no other account"


@BOTH
@pytest.mark.parametrize("value", ["@all", "wang|lin", "wang;lin", "王偉", "wang＠x", "-wang", "w" * 65, "=1+1", "a/b"])
def test_account_that_could_reach_others_or_nobody_is_refused(kind, value):
    batch = staged(csv_bytes(HEADER, of("1", kind, value), of("2", kind, "good")))
    assert verdicts(batch) == [(2, "refused"), (3, "created")]
    assert "broken_account" in codes(batch)[2]
    assert value[:20] in reason(Row.objects.get(line=2).problems[0])


@BOTH
def test_comma_divides_names_and_is_refused(kind):
    data = workbook({"a": [HEADER, of("1", kind, "wang,lin")]})
    assert codes(staged(data, name="a.xlsx")) == {2: ["broken_account"]}


@BOTH
def test_full_width_and_spaces_are_mended_and_told(kind):
    batch = staged(csv_bytes(HEADER, of("1", kind, "\u3000Ｗａｎｇ１２ ３ ")))
    row = batch.rows.get()
    assert row.values[str(kind)] == "Wang123"
    assert [mend["codes"] for mend in row.mended if mend["column"] == kind] == [["full_width", "spaces"]]


@BOTH
def test_number_as_account_survives_a_spreadsheet(kind):
    """DingTalk's are often numbers of up to fifteen digits; Excel rounds longer ones, and those are refused."""
    place = 3 if kind == ContactKind.WECOM else 4
    rows = [of("1", kind, ""), of("2", kind, ""), of("3", kind, ""), of("4", kind, "")]
    for row, value in zip(rows, (163927461234, 2026001.0, 1639274612345678901, "0136401234567890123"), strict=True):
        row[place] = value
    batch = staged(workbook({"a": [HEADER, *rows]}), name="a.xlsx")
    values = {row.line: row.values.get(str(kind)) for row in batch.rows.all()}
    assert (values[2], values[3], values[5]) == ("163927461234", "2026001", "0136401234567890123")
    assert verdicts(batch) == [(2, "created"), (3, "created"), (4, "refused"), (5, "created")]
    assert codes(batch)[4] == ["rounded"]


@BOTH
def test_number_that_excel_has_shortened_is_refused(kind):
    assert codes(staged(csv_bytes(HEADER, of("1", kind, "1.63927E+16")))) == {2: ["exponent"]}


@BOTH
def test_two_people_of_a_file_with_one_account_are_both_refused(kind):
    batch = staged(csv_bytes(HEADER, of("1", kind, "wang"), of("2", kind, "WANG"), of("3", kind, "lin")))
    assert verdicts(batch) == [(2, "refused"), (3, "refused"), (4, "created")]
    assert codes(batch) == {2: ["account_in_file"], 3: ["account_in_file"]}
    assert reason(batch.rows.get(line=3).problems[0]) == "Line 2 gives the same chat account to another number."


def test_one_word_may_be_an_account_of_both_services():
    batch = staged(csv_bytes(HEADER, line("1", wecom="wang"), line("2", dingtalk="wang")))
    assert verdicts(batch) == [(2, "created"), (3, "created")]


@BOTH
def test_account_of_somebody_else_in_the_portal_is_refused(kind):
    brought_in(of("1", kind, "wang"))
    batch = staged(csv_bytes(HEADER, of("2", kind, "Wang")))
    assert codes(batch) == {2: ["account_in_portal"]}
    assert reason(batch.rows.get().problems[0]) == "The chat account belongs to 教師1 (T1)."


@BOTH
def test_account_of_somebody_who_left_is_free(kind):
    brought_in(of("1", kind, "wang"))
    Person.objects.update(is_active=False)
    assert verdicts(staged(csv_bytes(HEADER, of("2", kind, "wang")))) == [(2, "created")]


@BOTH
def test_two_people_change_places_in_one_file(kind):
    brought_in(of("1", kind, "a1"), of("2", kind, "b2"))
    batch = brought_in(of("1", kind, "b2"), of("2", kind, "a1"))
    assert batch.counts["updated"] == 2
    assert accounts("1", kind) == {"a1": False, "b2": True}
    assert accounts("2", kind) == {"b2": False, "a1": True}


@BOTH
def test_owner_whose_row_is_refused_keeps_the_account(kind):
    brought_in(of("1", kind, "a1"), of("2", kind, "b2"))
    other_name = [*of("2", kind, "c3")]
    other_name[1] = "別人"
    batch = staged(csv_bytes(HEADER, of("1", kind, "b2"), other_name))
    assert codes(batch) == {2: ["account_in_portal"], 3: ["other_name_in_portal"]}


@BOTH
def test_changed_account_is_the_main_one_and_undo_puts_the_old_back(kind):
    brought_in(of("1", kind, "old"))
    batch = brought_in(of("1", kind, "new"))
    assert accounts("1", kind) == {"old": False, "new": True}
    row = batch.rows.get()
    label = batch.columns[0]["titles"][3 if kind == ContactKind.WECOM else 4]
    assert f"{label}: old → new" in describe(row, column_labels(batch)).changes
    undone(batch)
    assert accounts("1", kind) == {"old": True}


@BOTH
def test_account_that_comes_back_is_the_main_one_again(kind):
    for value in ("first", "second", "FIRST"):
        batch = brought_in(of("1", kind, value))
    assert accounts("1", kind) == {"first": True, "second": False}
    undone(batch)
    assert accounts("1", kind) == {"first": False, "second": True}


@BOTH
def test_blank_cell_and_missing_column_say_nothing(kind):
    brought_in(of("1", kind, "wang"))
    assert brought_in(of("1", kind, "")).counts["unchanged"] == 1
    without = commit(batch=staged(csv_bytes(HEADER[:3], line("1")[:3])), actor=None, at=AT)
    assert without.counts["unchanged"] == 1
    assert accounts("1", kind) == {"wang": True}


@BOTH
def test_account_that_was_removed_by_hand_comes_back_with_the_next_roster(kind):
    brought_in(of("1", kind, "wang"))
    ContactPoint.objects.filter(kind=kind).delete()
    assert brought_in(of("1", kind, "wang")).counts["updated"] == 1
    assert accounts("1", kind) == {"wang": True}


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_command_says_line_column_and_reason(tmp_path, name):
    rows = [HEADER, line("1", wecom="wang"), line("2", wecom="@all"), line("3", dingtalk="wang lin/x")]
    path = tmp_path / name
    path.write_bytes(csv_bytes(*rows) if name == "a.csv" else workbook({"a": rows}))
    told, code = run(path, "--dry-run")
    assert (told["created"], code) == (1, 1)
    assert [(each["line"], each["column"]) for each in told["refused"]] == [(3, "企業微信"), (4, "釘釘")]
    assert "chat account" in json.dumps(told, ensure_ascii=False)
    assert not Person.objects.exists()
