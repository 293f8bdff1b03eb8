"""Nothing is sealed blank: real papers, read by the real reader in its own process."""

import io
import zipfile

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter

from apps.core.pdf import render_pdf
from apps.journal.models import Attachment, Blob
from apps.seals.paper_check import PaperRefused, check_paper
from tests.seals import factories as make

pytestmark = pytest.mark.django_db
WORD = '<w:document xmlns:w="x"><w:body><w:t>{}</w:t></w:body></w:document>'


def scan(*, marked: bool) -> bytes:
    """A PDF whose only page is a picture."""
    target = io.BytesIO()
    Image.open(io.BytesIO(make.picture(marked=marked))).save(target, "PDF")
    return target.getvalue()


def docx(text: str, *, pages: int = 3) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as parts:
        parts.writestr("word/document.xml", WORD.format(text))
        parts.writestr("docProps/app.xml", f"<Properties><Pages>{pages}</Pages></Properties>")
    return target.getvalue()


def joined(*papers: bytes) -> bytes:
    writer = PdfWriter()
    for content in papers:
        writer.append(PdfReader(io.BytesIO(content)))
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def locked() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(make.contract())))
    writer.encrypt("geheim", algorithm="RC4-128")
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "pages"),
    [
        ("words.pdf", make.contract, 1),
        ("scan.pdf", lambda: scan(marked=True), 1),
        ("picture.png", make.picture, 1),
        ("text.docx", lambda: docx("甲方乙方"), 3),
        ("text.docx", lambda: docx("甲方乙方", pages=0), None),
    ],
)
def test_paper_with_something_on_it_is_counted(name: str, content: object, pages: int | None) -> None:
    assert check_paper(make.paper(content(), name=name)).pages == pages


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("blank.pdf", make.blank_pdf),
        ("blank three.pdf", lambda: make.blank_pdf(3)),
        ("blank scan.pdf", lambda: scan(marked=False)),
        ("blank.png", lambda: make.picture(marked=False)),
        ("blank.docx", lambda: docx("  ")),
    ],
)
def test_blank_paper_is_refused(name: str, content: object) -> None:
    with pytest.raises(PaperRefused, match="blank"):
        check_paper(make.paper(content(), name=name))


def test_single_blank_pages_are_named() -> None:
    found = check_paper(make.paper(joined(make.contract(), make.blank_pdf(), make.contract())))

    assert (found.pages, found.blank, found.warning) == (3, (2,), "Page 2 is blank.")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("broken.pdf", lambda: b"%PDF-1.7 nothing of the kind", "cannot be read"),
        ("locked.pdf", locked, "password"),
        ("table.xlsx", lambda: b"PK", "Upload the paper as PDF"),
    ],
)
def test_paper_nobody_can_read_is_refused(name: str, content: object, words: str) -> None:
    with pytest.raises(PaperRefused, match=words):
        check_paper(make.paper(content(), name=name))


def test_lost_bytes_are_refused() -> None:
    blob = Blob.objects.create(sha256="a" * 64, size=1, content_type="application/pdf")

    with pytest.raises(PaperRefused, match="missing"):
        check_paper(Attachment.objects.create(blob=blob, name="x.pdf"))


def test_white_background_is_no_content() -> None:
    assert render_pdf("demo/paper.typ", {})[:5] == b"%PDF-"
    white = b"1 1 1 rg 0 0 595 842 re f"
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(make.blank_pdf())))
    from pypdf.generic import DecodedStreamObject, NameObject

    stream = DecodedStreamObject()
    stream.set_data(white)
    writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)
    target = io.BytesIO()
    writer.write(target)

    with pytest.raises(PaperRefused, match="blank"):
        check_paper(make.paper(target.getvalue()))
