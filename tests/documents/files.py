"""Small files of every kind, made here: nothing is kept in the repository."""

import io
import zipfile
from pathlib import Path

import typst
from PIL import Image, ImageDraw, ImageFont
from pypdf import PdfReader, PdfWriter

from apps.core.pdf import font_paths

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
X = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
T = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"


def packed(**parts: str) -> bytes:
    """A zip of parts; `__` in a name is a slash."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", text)
    return out.getvalue()


def docx(*paragraphs: str, **parts: str) -> bytes:
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    return packed(word__document=f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>', **parts)


def pdf(text: str) -> bytes:
    return typst.compile(f'#set text(font: "Noto Serif SC")\n{text}'.encode(), format="pdf", font_paths=font_paths())


def encrypted(content: bytes, password: str) -> bytes:
    writer, out = PdfWriter(clone_from=PdfReader(io.BytesIO(content))), io.BytesIO()
    writer.encrypt(password, owner_password="owner", algorithm="AES-256")
    writer.write(out)
    return out.getvalue()


def picture(text: str, *, kind: str = "PNG") -> bytes:
    """Words as a scanner gives them; `kind` PDF: a page that is nothing but a picture."""
    sheet = Image.new("L", (1600, 300), 255)
    font = next(Path(font_paths()[0]).glob("*.ttf"))
    ImageDraw.Draw(sheet).text((60, 80), text, fill=0, font=ImageFont.truetype(str(font), 90))
    out = io.BytesIO()
    sheet.save(out, kind, resolution=300)
    return out.getvalue()
