"""From bytes to cells; what cannot be read is told in clear words."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from apps.imports.reading import Unreadable, read_sheets
from apps.imports.reading.encodings import decode_text
from tests.imports.factories import CHEN, HEADER, LIN, csv_bytes, workbook

SIMPLIFIED = [["学号", "姓名", "班级"], ["2026001", "赵丽颖", "计算2601班"], ["2026002", "欧阳娜娜", "数据2601班"]]
TRADITIONAL = [["學號", "姓名", "班級"], ["2026001", "陳怡君", "資訊一班"], ["2026002", "歐陽菲菲", "電機二班"]]


@pytest.mark.parametrize(
    ("rows", "encoding", "named"),
    [
        (SIMPLIFIED, "gb18030", "gb18030"),
        (SIMPLIFIED, "utf-8", "utf-8"),
        (SIMPLIFIED, "utf-8-sig", "utf-8"),
        (SIMPLIFIED, "utf-16", "utf-16"),
        (TRADITIONAL, "big5", "big5"),
        (TRADITIONAL, "utf-8", "utf-8"),
        (TRADITIONAL, "gb18030", "gb18030"),
    ],
)
def test_encoding_is_told_by_the_bytes(rows: list[list[str]], encoding: str, named: str) -> None:
    text, found = decode_text(csv_bytes(*rows, encoding=encoding))

    assert found == named
    assert text.splitlines()[1].split(",")[1] == rows[1][1]


@pytest.mark.parametrize("encoding", ["gb18030", "big5"])
def test_encoding_without_known_headings_is_told_by_common_characters(encoding: str) -> None:
    text = "王小明,中文大學,今天是好日子\n李大年,人才市場,我們一同去"
    if encoding == "gb18030":
        text = "王小明,中文大学,今天是好日子\n李大年,人才市场,我们一同去"

    assert decode_text(text.encode(encoding)) == (text, encoding)


def reason(data: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        read_sheets(data)
    return str(caught.value)


def test_wrong_encoding_says_what_to_do() -> None:
    assert "UTF-8" in reason("学号,姓名\n1,ｱｲｳｴｵカキク漢字\n".encode("shift_jis", errors="ignore") * 3 + b"\xff\xff")


def test_broken_utf8_names_the_line() -> None:
    good = csv_bytes(HEADER, LIN, CHEN)
    broken = good.replace("陳大文".encode(), b"\xe9\x99" + "大文".encode())

    assert "Line 3" in reason(broken)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b" \n \n", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, ".xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"\x00\x01\x02\x03 binary", "not a text table"),
        (b"PK\x03\x04 cut off", "damaged"),
        (b'a,b\n"open,1\n2,3', "quotation mark"),
    ],
)
def test_unreadable_file_gets_a_clear_word(data: bytes, words: str) -> None:
    assert words in reason(data)


def test_zip_bomb_is_not_unpacked() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 30_000_000)

    assert "too large" in reason(buffer.getvalue())


def test_archive_that_is_no_workbook() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("hello.txt", "hello")

    assert "not a workbook" in reason(buffer.getvalue())


def test_broken_part_of_a_workbook() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook")

    assert "broken" in reason(buffer.getvalue())


def test_semicolons_and_tabs_part_cells_too() -> None:
    for mark in (";", "\t"):
        (sheet,) = read_sheets(mark.join(HEADER).encode() + b"\n" + mark.join(LIN).encode())
        assert [cells.values for cells in sheet.rows] == [HEADER, LIN]


def test_lines_count_as_people_see_them() -> None:
    (sheet,) = read_sheets('title\n\n學號,姓名\n"S001","林\n小美"\nS002,陳'.encode())

    assert [cells.line for cells in sheet.rows] == [1, 3, 4, 6]


def test_workbook_numbers_become_digits_and_merged_cells_are_filled_down() -> None:
    rows = [["名單", None, None], ["部門", "工號", "姓名"], ["辦公室", 90001.0, "甲"], [None, 90002, "乙"]]
    (sheet,) = read_sheets(workbook({"員工": rows}, merged={"員工": ["A1:C1", "A3:A4"]}))

    assert [cells.values for cells in sheet.rows[1:]] == [
        ["部門", "工號", "姓名"],
        ["辦公室", "90001", "甲"],
        ["辦公室", "90002", "乙"],
    ]


def test_formula_and_rounded_number_are_faults() -> None:
    (sheet,) = read_sheets(workbook({"a": [["=1+1", 12345678901234567, "text"]]}))

    assert sheet.rows[0].faults == {0: "formula", 1: "rounded"}


def test_hidden_sheet_is_not_read() -> None:
    book = Workbook()
    book.active.append(["x"])
    hidden = book.create_sheet("old")
    hidden.sheet_state = "hidden"
    buffer = io.BytesIO()
    book.save(buffer)

    assert [sheet.name for sheet in read_sheets(buffer.getvalue())] == ["Sheet"]
