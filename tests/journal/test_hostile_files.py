"""Files that must not come in, and what the person is told."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from apps.journal import file_kinds, files
from apps.journal.file_names import clean_name
from apps.journal.models import Attachment
from tests import factories
from tests.journal import samples as s

pytestmark = pytest.mark.django_db
MACRO_TYPES = '<Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'
TOO_MANY = {f"word/p{number}.xml": b"x" for number in range(1001)}
REMOTE = {"word/_rels/settings.xml.rels": s.relations("https://evil.example/t.dotm")}
UNC = {"word/_rels/settings.xml.rels": s.relations("file://evil.example/t.dotm")}
HIDDEN = {"word/_rels/settings.xml.rels": s.relations("&#104;ttps://evil.example/t.dotm")}
NESTED = s.office("docx", {"word/embeddings/a.xlsx": s.office("xlsx", {"xl/embeddings/b.xlsx": s.office("xlsx")})})

HOSTILE = {
    "eicar as pdf": ("report.pdf", s.EICAR, "content"),
    "program as pdf": ("report.pdf", b"MZ\x90\x00" + b"\x00" * 60, "content"),
    "web page as pdf": ("report.pdf", s.HTML, "content"),
    "pdf with script": ("a.pdf", s.PDF + b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>", "script"),
    "pdf that starts a program": ("a.pdf", s.PDF + b"<< /S /Launch /F (cmd.exe) >>", "script"),
    "pdf that is a zip too": ("a.pdf", s.PDF + s.packed({"a.txt": b"hello"}), "two kinds"),
    "web page as png": ("photo.png", s.HTML, "content"),
    "svg as png": ("photo.png", s.SVG, "content"),
    "jpeg as png": ("photo.png", s.picture("JPEG"), "content"),
    "gif with script as png": ("photo.png", s.GIF_SCRIPT, "content"),
    "gif": ("photo.gif", s.GIF_SCRIPT, "JPEG or PNG"),
    "svg": ("logo.svg", s.SVG, "JPEG or PNG"),
    "half a picture": ("photo.png", s.picture("PNG", (400, 300))[:120], "damaged"),
    "pixel bomb": ("photo.png", s.pixel_bomb(), "50 million"),
    "html": ("page.html", s.HTML, "Print it to PDF"),
    "xml": ("data.xml", b"<?xml version='1.0'?><a/>", "Print it to PDF"),
    "script": ("run.js", b"alert(1)", "kind of file"),
    "double extension": ("report.pdf.exe", b"MZ", "kind of file"),
    "no extension": ("report", s.PDF, "kind of file"),
    "turned-around name": ("invoice\u202efdp.exe", b"MZ", "kind of file"),
    "full-width dot": ("report．pdf", s.PDF, "kind of file"),
    "old word": ("letter.doc", b"\xd0\xcf\x11\xe0" + b"\x00" * 600, ".docx"),
    "zip": ("all.zip", s.packed({"a.txt": b"x"}), "one by one"),
    "empty": ("report.pdf", b"", "empty"),
    "web page as text": ("notes.txt", s.HTML, "content"),
    "svg as text": ("notes.txt", b"\n\n  hello <svg onload=alert(1)>", "web page"),
    "program as text": ("notes.txt", b"hello\x00\x01\x02\x03" * 20, "content"),
    "zip bomb": ("a.docx", s.office("docx", {"word/big.xml": b"\x00" * (30 * 2**20)}), "too large when unpacked"),
    "zip of many parts": ("a.docx", s.office("docx", TOO_MANY), "too many parts"),
    "nested twice": ("a.docx", NESTED, "another archive"),
    "zip inside": ("a.docx", s.office("docx", {"word/x.zip": b"PK"}), "another archive"),
    "zip inside by another name": (
        "a.docx",
        s.office("docx", {"word/x.bin": s.packed({"a": b"b"})}),
        "another archive",
    ),
    "program inside": ("a.docx", s.office("docx", {"word/embeddings/setup.exe": b"MZ"}), "another archive"),
    "macro part": ("a.docx", s.office("docx", {"word/vbaProject.bin": b"x"}), "macros"),
    "macro declared": ("a.docx", s.office("docx", types=MACRO_TYPES), "macros"),
    "control element": ("a.docx", s.office("docx", {"word/activeX/activeX1.xml": b"<a/>"}), "macros"),
    "macro in open document": ("a.odt", s.open_document({"Basic/Standard/Module1.xml": b"<a/>"}), "macros"),
    "template from outside": ("a.docx", s.office("docx", REMOTE), "fetches"),
    "template from another machine": ("a.docx", s.office("docx", UNC), "fetches"),
    "template address in disguise": ("a.docx", s.office("docx", HIDDEN), "fetches"),
    "entity": (
        "a.docx",
        s.office("docx", {"word/x.xml": b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>"}),
        "",
    ),
    "climbing name": ("a.docx", s.office("docx", {"../../etc/cron.d/x": b"x"}), "points outside"),
    "absolute name": ("a.docx", s.office("docx", {"/etc/passwd": b"x"}), "points outside"),
    "encrypted": ("a.docx", s.encrypted(s.office()), "password"),
    "overlapping parts": ("a.docx", s.overlapping(s.office()), "damaged"),
    "lying sizes": ("a.docx", s.lying(s.office()), "damaged"),
    "half a zip": ("a.docx", s.office()[:200], "damaged"),
    "xlsx as docx": ("a.docx", s.office("xlsx"), "content"),
    "plain zip as docx": ("a.docx", s.packed({"a.txt": b"hello"}), "content"),
    "docx as odt": ("a.odt", s.office("docx"), "content"),
}


def upload(name: str, data: bytes, **options: object) -> Attachment:
    person = options.pop("person", None) or factories.student()
    return files.accept_upload(SimpleUploadedFile(name, data), person=person, **options)


@pytest.mark.parametrize(("name", "data", "words"), HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("sniffer", ["libmagic", "signatures"])
def test_hostile_file_is_refused_in_words(monkeypatch, sniffer, name, data, words):
    if sniffer == "signatures":
        monkeypatch.setattr(file_kinds, "magic", None)
    with translation.override("en"), pytest.raises(files.UploadRefused) as refused:
        upload(name, data)
    if words != "content":  # which check notices first depends on the sniffer
        assert words in str(refused.value)
    assert not Attachment.objects.exists()


GOOD = {
    "pdf": ("報告.pdf", s.PDF),
    "docx": ("a.docx", s.office("docx")),
    "docx with a table inside": ("a.docx", s.office("docx", {"word/embeddings/t.xlsx": s.office("xlsx")})),
    "docx with its own template": (
        "a.docx",
        s.office("docx", {"word/_rels/settings.xml.rels": s.relations("file:///C:\\Users\\w\\Normal.dotm")}),
    ),
    "docx with a link": (
        "a.docx",
        s.office("docx", {"word/_rels/d.rels": s.relations("https://a.example", "hyperlink")}),
    ),
    "pptx": ("a.pptx", s.office("pptx")),
    "odt": ("a.odt", s.open_document()),
    "txt": ("a.txt", "你好\n第二行".encode()),
    "png": ("a.PNG", s.picture("PNG")),
    "jpeg": ("a.jpeg", s.picture("JPEG")),
    "webp": ("a.webp", s.picture("WEBP")),
}


@pytest.mark.parametrize(("name", "data"), GOOD.values(), ids=GOOD.keys())
@pytest.mark.parametrize("sniffer", ["libmagic", "signatures"])
def test_usual_file_is_taken(monkeypatch, sniffer, name, data):
    if sniffer == "signatures":
        monkeypatch.setattr(file_kinds, "magic", None)
    taken = upload(name, data)
    assert (taken.name, taken.subject_type_id) == (name, None)


TABLES = {
    "utf-8": ("a.csv", "學號,姓名\n1,王小明\n".encode()),
    "gb18030": ("a.csv", "学号,姓名\n1,王小明\n".encode("gb18030")),
    "big5": ("a.csv", "學號,姓名\n1,王小明\n".encode("big5")),
    "utf-16": ("a.tsv", "學號\t姓名\n".encode("utf-16")),
    "xlsx": ("a.xlsx", s.office("xlsx")),
}


@pytest.mark.parametrize(("name", "data"), TABLES.values(), ids=TABLES.keys())
def test_table_is_taken_as_table_only(name, data):
    assert upload(name, data, allow=files.TABLES).name == name
    with pytest.raises(files.UploadRefused):
        upload(name, data, allow=files.IMAGES)


def test_picture_loses_place_and_tail():
    data = s.located_photo()
    assert b"SECRET-PLACE" in data
    taken = upload("photo.jpg", data)
    with files.open_blob(taken.blob) as kept:
        content = kept.read()
    assert b"SECRET-PLACE" not in content
    assert b"<script>" not in content
    assert content.startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\王\\報告.txt", "報告.txt"),
        ("a\x00b\x1f.txt", "ab.txt"),
        ("inv\u202eoice\u2066.txt", "invoice.txt"),
        ("con.txt", "_con.txt"),
        (" .. a?b*c.txt. ", "a_b_c.txt"),
        ("e\u0301.txt", "é.txt"),
        ("長" * 300 + ".txt", "長" * 146 + ".txt"),
        ("a\u3000b.txt", "a b.txt"),
    ],
)
def test_name_is_mended(given, kept):
    assert clean_name(given) == kept
    assert len(clean_name(given)) <= 150


@pytest.mark.parametrize("given", ["", "...", "\u202e", "/", "  "])
def test_name_of_nothing_becomes_file(given):
    assert clean_name(given) == "file"


def test_file_over_the_limit_is_refused(settings):
    settings.UPLOAD_MAX_BYTES = 10
    with pytest.raises(files.UploadRefused):
        upload("a.txt", b"x" * 11)


def test_daily_quota_counts_one_person(settings):
    settings.UPLOAD_DAILY_BYTES = 15
    person = factories.student()
    upload("a.txt", b"x" * 10, person=person)
    with translation.override("en"), pytest.raises(files.UploadRefused, match="tomorrow"):
        upload("b.txt", b"y" * 10, person=person)
    assert upload("b.txt", b"y" * 10, person=factories.student()).name == "b.txt"
