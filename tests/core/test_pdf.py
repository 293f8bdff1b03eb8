"""PDF from a template and data: archival, with Chinese in both scripts, reading nothing but its own folder."""

import io

import pikepdf
import pytest
import typst
from django.apps import apps

from apps.core import pdf


@pytest.fixture
def template(tmp_path, monkeypatch):
    """A template in the typst folder of an app."""
    folder = tmp_path / "typst"
    folder.mkdir()
    monkeypatch.setattr(apps.get_app_config("core"), "path", str(tmp_path))

    def write(text):
        (folder / "test.typ").write_text(text, encoding="utf8")
        return "core/test.typ"

    return write


PAGE = '#set text(font: "Noto Serif SC")\n#let data = json("data.json")\n= #data.title\n'


def test_page_is_pdf_a_with_its_fonts_inside(template):
    made = pdf.render_pdf(template(PAGE), {"title": "在讀證明 在读证明 Certificate"})
    with pikepdf.open(io.BytesIO(made)) as opened:
        assert len(opened.pages) == 1
        with opened.open_metadata() as metadata:
            assert (metadata.get("pdfaid:part"), metadata.get("pdfaid:conformance")) == ("2", "B")
        assert opened.pages[0].Resources.Font


def test_files_are_at_hand(template):
    picture = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
    name = template('#image("qr.svg")')
    assert pdf.render_pdf(name, {}, files={"qr.svg": picture}).startswith(b"%PDF-")


def test_data_is_data_and_never_markup(template):
    """What somebody typed cannot run: it comes as JSON, not as text of the template."""
    hostile = '#read("/etc/passwd") $x$ *bold* #import "@preview/x:1.0.0"'
    assert pdf.render_pdf(template(PAGE), {"title": hostile}).startswith(b"%PDF-")


@pytest.mark.parametrize("text", ['#read("/etc/passwd")', '#read("../secret")', "#unknown-function()"])
def test_wrong_template_fails_loudly(template, text):
    with pytest.raises(typst.TypstError):
        pdf.render_pdf(template(text), {})


@pytest.mark.parametrize("name", ["core/missing.typ", "people/none.typ"])
def test_missing_template_is_named(name):
    with pytest.raises(FileNotFoundError, match=name):
        pdf.render_pdf(name, {})


def test_same_data_gives_the_same_page(template):
    name = template(PAGE)
    first, second = (pdf.render_pdf(name, {"title": "證明"}) for _n in range(2))
    texts = []
    for made in (first, second):
        with pikepdf.open(io.BytesIO(made)) as opened:
            texts.append(opened.pages[0].Contents.read_bytes())
    assert texts[0] == texts[1]
