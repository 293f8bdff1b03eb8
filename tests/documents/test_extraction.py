"""The words of files of every kind, and what becomes of a file that nobody can read."""

import random
import shutil
import zlib

import pytest
from django.test import override_settings

from apps.documents.enums import TextState
from apps.documents.extraction import child
from apps.documents.extraction.child import Found, read_words
from tests.documents import files as make

OCR = shutil.which("tesseract")
needs_ocr = pytest.mark.skipif(not OCR, reason="needs tesseract (Debian: tesseract-ocr with -chi-tra and -chi-sim)")
TITLE = "關於做好冬季學期安全工作的通知"


def words(content: bytes, kind: str) -> str:
    found = read_words(content, kind)
    assert found.state == TextState.READ, found
    return found.text


def test_pdf() -> None:
    found = read_words(make.pdf(f"= {TITLE}\n\n各單位：Budget 2026\n#pagebreak()\n第二頁"), "pdf")
    assert (found.state, found.how, found.is_cut) == (TextState.READ, "pdf", False)
    assert all(text in found.text for text in (TITLE, "各單位", "Budget 2026", "第二頁"))


def test_a_word_on_two_lines_of_a_pdf_is_one_word() -> None:
    assert "安全工作" * 60 in words(make.pdf("安全工作" * 60), "pdf")


def test_docx_with_notes_headers_and_shapes() -> None:
    shape = (
        '<w:p xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:AlternateContent><mc:Choice>'
        "<w:r><w:t>框中</w:t></w:r></mc:Choice><mc:Fallback><w:r><w:t>框中</w:t></w:r></mc:Fallback>"
        "</mc:AlternateContent></w:p>"
    )
    body = (
        f'<w:document xmlns:w="{make.W}"><w:body><w:p><w:r><w:t>安</w:t></w:r><w:r><w:t>全 &amp; 健康</w:t></w:r></w:p>'
        f"{shape}<w:p><w:r><w:t>一</w:t><w:tab/><w:t>二</w:t><w:br/><w:t>三</w:t></w:r>"
        "<w:del><w:r><w:delText>刪去</w:delText></w:r></w:del></w:p></w:body></w:document>"
    )
    notes = f'<w:footnotes xmlns:w="{make.W}"><w:p><w:r><w:t>腳註</w:t></w:r></w:p></w:footnotes>'
    found = words(make.packed(word__document=body, word__footnotes=notes, word__header1=notes), "docx")
    assert found == "安全 & 健康\n框中\n一\t二\n三\n腳註\n腳註"


def test_slides_in_their_order() -> None:
    slides = {
        f"ppt__slides__slide{n}": f'<sld xmlns:a="{make.A}"><a:p><a:t>第{n}頁</a:t></a:p></sld>' for n in (10, 2, 1)
    }
    assert words(make.packed(**slides), "pptx") == "第1頁\n第2頁\n第10頁"


def test_workbook() -> None:
    strings = f'<sst xmlns="{make.X}"><si><t>學號</t></si><si><r><t>姓</t></r><r><t>名</t></r></si></sst>'
    sheet = f'<worksheet xmlns="{make.X}"><c t="inlineStr"><is><t>備註</t></is></c></worksheet>'
    found = words(make.packed(xl__sharedStrings=strings, xl__worksheets__sheet1=sheet), "xlsx")
    assert found.split() == ["學號", "姓名", "備註"]


def test_open_document() -> None:
    body = (
        f'<o xmlns:text="{make.T}"><text:h>標題</text:h><text:p>安<text:span>全</text:span>工作<text:tab/>a<text:s/>b'
        "</text:p></o>"
    )
    assert words(make.packed(content=body), "odt") == "標題\n安全工作 a b"


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "big5"])
def test_plain_text_in_any_encoding(code: str) -> None:
    text = "學校辦公室關於做好工作的通知，請各單位於週五前報送。" if code == "big5" else f"{TITLE}，学校办公室的"
    assert words(text.encode(code), "txt") == text


@pytest.mark.parametrize("content", [b"", b" \r\n", b"\x00\x00"])
def test_nothing_to_read(content: bytes) -> None:
    assert read_words(content, "txt") == Found(TextState.NONE, how="text")


def test_a_long_text_is_cut_and_says_so() -> None:
    text = "".join(map(chr, random.Random(1).choices(range(0x4E00, 0x9FA0), k=2 * child.CAP)))
    for content, kind in ((text.encode(), "txt"), (make.docx(text, text), "docx")):
        found = read_words(content, kind)
        assert (found.state, len(found.text), found.is_cut) == (TextState.READ, child.CAP, True)
    exact = read_words(text[: child.CAP].encode(), "txt")
    assert (len(exact.text), exact.is_cut) == (child.CAP, False)


# Hostile files


def test_a_locked_pdf_is_not_read_and_one_locked_against_printing_is() -> None:
    plain = make.pdf(TITLE)
    assert read_words(make.encrypted(plain, "secret"), "pdf") == Found(TextState.FAILED, how="locked")
    assert TITLE in words(make.encrypted(plain, ""), "pdf")


def test_a_zip_bomb_is_not_opened() -> None:
    bomb = make.docx("0" * (30 * 2**20))
    assert read_words(bomb, "docx") == Found(TextState.FAILED, how="refused")


def test_entities_are_not_unfolded() -> None:
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    body = f'<!DOCTYPE x [<!ENTITY a0 "ha">{laughs}]><x>&a8;</x>'
    assert read_words(make.packed(word__document=body), "docx") == Found(TextState.FAILED, how="refused")


def stream_bomb() -> bytes:
    """A page whose content unpacks to 4 GB."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * 2**24) for _time in range(256)) + packer.flush()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed),
    ]
    body = b"%PDF-1.7\n" + b"".join(b"%d 0 obj%s endobj\n" % (n, text) for n, text in enumerate(objects, 1))
    return body + b"trailer<</Root 1 0 R/Size 5>>\n%%EOF"


@pytest.mark.parametrize("content", [b"%PDF-1.7\n%%EOF", b"%PDF-1.7 broken", b"not a pdf"])
def test_a_broken_pdf_fails(content: bytes) -> None:
    assert read_words(content, "pdf").state == TextState.FAILED


def test_a_pdf_that_unpacks_without_end_takes_nobody_with_it() -> None:
    assert read_words(stream_bomb(), "pdf").state in (TextState.FAILED, TextState.NONE)


def test_a_reader_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "SECONDS", 0.01)
    assert read_words(make.pdf(TITLE), "pdf") == Found(TextState.FAILED, how="broken off")


# Pictures of words


@override_settings(OCR_COMMAND=[])
def test_a_scan_has_no_words_without_an_ocr_program() -> None:
    assert read_words(make.picture(TITLE, kind="PDF"), "pdf") == Found(TextState.NONE, how="pdf")
    assert read_words(make.picture(TITLE), "png") == Found(TextState.NONE, how="picture")


@needs_ocr
@pytest.mark.parametrize("kind", ["PDF", "PNG", "JPEG"])
def test_a_scan_is_read_by_tesseract(kind: str) -> None:
    with override_settings(OCR_COMMAND=[OCR], OCR_LANGUAGES="chi_tra+chi_sim"):
        found = read_words(make.picture(TITLE, kind=kind), {"JPEG": "jpg"}.get(kind, kind.lower()))
    assert (found.state, found.how) == (TextState.READ, "ocr")
    assert "安全工作的通知" in found.text


@needs_ocr
def test_pages_with_words_are_not_recognised_again() -> None:
    with override_settings(OCR_COMMAND=[OCR]):
        assert read_words(make.pdf(TITLE), "pdf").how == "pdf"


@override_settings(OCR_COMMAND=["/bin/false"])
def test_an_ocr_program_that_breaks_off_says_so() -> None:
    assert read_words(make.picture(TITLE), "png") == Found(TextState.FAILED, how="broken off")
