"""Word files: what comes in, what stays out and is said, hostile files; what goes out."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from apps.dispatch import docx_in, docx_out
from apps.dispatch.docx_in import DocxRefused, read_docx
from apps.dispatch.models import Draft
from apps.documents import services as documents
from tests.dispatch import factories as desk
from tests.seals.factories import picture


def upload(content: bytes, name: str = "稿.docx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def saved(made: object) -> bytes:
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def letter() -> object:
    """Title, text with looks, a heading and a table."""
    made = Document()
    made.add_paragraph("關於調休的通知").alignment = WD_ALIGN_PARAGRAPH.CENTER
    row = made.add_paragraph("各系：")
    row.add_run("請於").bold = True
    row.add_run("週五前 <b>回覆</b>。")
    made.add_heading("一、範圍", level=1)
    table = made.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "系", "日期"
    return made


def test_words_looks_and_tables_come_in() -> None:
    read = read_docx(upload(saved(letter())))
    assert (read.title, read.notes) == ("關於調休的通知", [])
    assert read.html == (
        "<p>各系：<strong>請於</strong>週五前 &lt;b&gt;回覆&lt;/b&gt;。</p><h3>一、範圍</h3>"
        "<table><tbody><tr><td>系</td><td>日期</td></tr></tbody></table>"
    )


@pytest.mark.django_db
def test_pictures_stay_out_and_are_said(in_english: None) -> None:
    made = letter()
    made.add_picture(io.BytesIO(picture()))
    read = read_docx(upload(saved(made)))
    assert read.notes == ["1 picture or drawing was left out; attach it as an annex."]
    assert "img" not in read.html


def test_tracked_changes_are_taken_as_accepted() -> None:
    made = Document()
    row = made.add_paragraph("原文")
    for tag, words, kind in (("ins", "新增", "t"), ("del", "刪去", "delText")):
        row._p.append(
            parse_xml(
                f"<w:{tag} {nsdecls('w')} w:id='1' w:author='x'><w:r><w:{kind}>{words}</w:{kind}></w:r></w:{tag}>"
            )
        )
    read = read_docx(upload(saved(made)))
    assert (read.html, len(read.notes)) == ("<p>原文新增</p>", 1)


def cells(*rows: str) -> bytes:
    """A file with one table of these rows."""
    made = Document()
    made.add_paragraph("正文")
    table = parse_xml(f"<w:tbl {nsdecls('w')}><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>")
    made.element.body.insert(1, table)
    return saved(made)


def cell(words: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:tc>"


def test_a_cell_that_claims_two_thousand_million_columns_is_one_cell() -> None:
    wide = cell("寬", "<w:gridSpan w:val='2147483647'/>")
    read = read_docx(upload(cells(f"<w:tr>{wide}{cell('窄')}</w:tr>")))
    assert read.html == "<p>正文</p><table><tbody><tr><td>寬</td><td>窄</td></tr></tbody></table>"


def test_a_cell_merged_over_thousands_of_rows_is_read_once() -> None:
    rest = f"<w:tr>{cell('', '<w:vMerge/>')}{cell('項')}</w:tr>" * 2000
    top = cell("併", "<w:vMerge w:val='restart'/>")
    read = read_docx(upload(cells(f"<w:tr>{top}{cell('項')}</w:tr>", rest)))
    assert (read.html.count("併"), read.html.count("<td>")) == (1, 2002)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "rows",
    [
        "<w:tr/>" * 5001,
        f"<w:tr>{'<w:tc><w:p/></w:tc>' * 5001}</w:tr>",
        f"<w:tr><w:tc>{'<w:p/>' * 20_001}</w:tc></w:tr>",
    ],
)
def test_more_than_a_paper_holds_is_refused_before_it_is_read(in_english: None, rows: str) -> None:
    with pytest.raises(DocxRefused, match="too much text"):
        read_docx(upload(cells(rows)))


def rezipped(content: bytes, part: str, words: bytes) -> bytes:
    """The same file with another part."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, words if name == part else old.read(name))
    return target.getvalue()


ENTITY = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 no zip at all",
        b"%PDF-1.7",
        rezipped(saved(letter()), "word/document.xml", ENTITY),
        rezipped(saved(letter()), "word/document.xml", b"<broken"),
        rezipped(saved(letter()), "[Content_Types].xml", b"<Types/>"),
    ],
)
def test_a_hostile_or_broken_file_is_refused(content: bytes) -> None:
    with pytest.raises(DocxRefused):
        read_docx(upload(content))


def test_a_bomb_is_refused() -> None:
    with pytest.raises(DocxRefused):
        read_docx(upload(rezipped(saved(letter()), "word/document.xml", b"<a>" + b" " * 80_000_000 + b"</a>")))


def test_too_much_for_one_paper_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docx_in, "MOST_BLOCKS", 2)
    with pytest.raises(DocxRefused):
        read_docx(upload(saved(letter())))


def test_another_kind_of_file_is_refused() -> None:
    with pytest.raises(DocxRefused):
        read_docx(upload(saved(letter()), "稿.doc"))


@pytest.mark.django_db
def test_a_file_is_read_into_the_form_and_nothing_is_lost() -> None:
    people = desk.office()
    client = Client()
    client.force_login(people.drafter)
    given = {"contact": "張三", "title": "舊標題", "read_docx": "1", "docx": upload(saved(letter()))}
    answer = client.post(reverse("dispatch:create"), given)
    text = answer.content.decode()
    assert (answer.status_code, Draft.objects.count()) == (200, 0)
    assert "張三" in text
    assert "關於調休的通知" in text
    bad = client.post(reverse("dispatch:create"), given | {"docx": upload(b"MZ")})
    assert (bad.status_code, "舊標題" in bad.content.decode()) == (200, True)


@pytest.mark.django_db
def test_a_paper_goes_out_as_a_word_file() -> None:
    people = desk.office()
    hostile = (
        '<p>=HYPERLINK("http://x")</p><table><tbody><tr><td>系</td></tr></tbody></table><p><strong>粗</strong></p>'
    )
    paper = desk.draft(people, desk.words(body=hostile, annexes=("附表",)))
    client = Client()
    client.force_login(people.drafter)
    answer = client.get(reverse("dispatch:docx", args=[paper.pk]))
    assert (answer.status_code, answer["Content-Type"]) == (200, docx_out.CONTENT_TYPE)
    made = Document(io.BytesIO(answer.content))
    words = [row.text for row in made.paragraphs]
    assert words[0] == desk.TITLE
    assert '=HYPERLINK("http://x")' in words
    assert made.tables[0].cell(0, 0).text == "系"
    body = made.element.body
    assert not list(body.iter(qn("w:fldChar"), qn("w:instrText"), qn("w:hyperlink"), qn("w:object")))
    assert "院發" not in "".join(words)


@pytest.mark.django_db
def test_the_final_word_file_bears_number_and_day() -> None:
    people = desk.office()
    paper = desk.numbered(people)
    client = Client()
    client.force_login(people.clerk)
    made = Document(io.BytesIO(client.get(reverse("dispatch:docx", args=[paper.pk])).content))
    words = [row.text for row in made.paragraphs]
    assert words[0] == "院發〔2026〕1號"
    assert "2026年11月23日" in words


@pytest.mark.django_db
def test_what_went_out_comes_in_again() -> None:
    people = desk.office()
    paper = desk.draft(people)
    words = desk.read_words(documents.latest(paper.document))
    read = read_docx(upload(docx_out.write_docx(words)))
    assert read.title == desk.TITLE
    assert "各實驗室應於2026年12月1日前完成自查。" in read.html


def test_characters_that_xml_cannot_hold_are_left_out() -> None:
    assert docx_out.said("甲\x0b乙\x00丙") == "甲乙丙"
