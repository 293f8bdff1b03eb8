"""A Word file as draft text: words, paragraphs and tables. Nothing else of it comes in; what is left out is said.

The file is checked as every upload is (apps.journal.file_checks: no bombs, no macros, nothing fetched from elsewhere)
before it is parsed; what comes out is cleaned as what the editor sends.
"""

import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from docx import Document
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph
from lxml.etree import LxmlError

from apps.journal.file_checks import ContentRefused, checked_content
from apps.notices.rich import clean_html

MOST_BYTES = 10 * 2**20
MOST_TEXT_PART = 20 * 2**20  # of word/document.xml, unpacked
MOST_BLOCKS = 3_000
MOST_CELLS = 5_000
LONGEST_TITLE = 100
TEXT_PART = "word/document.xml"
LOOKS = (("b", "strong"), ("i", "em"), ("u", "u"))
PICTURES = ("w:drawing", "w:pict", "w:object")
BROKEN = (LxmlError, KeyError, ValueError, AttributeError, TypeError, zipfile.BadZipFile)


class DocxRefused(Exception):
    """The file cannot be read as a draft; the words say why."""


@dataclass
class Read:
    """What a file gave. `notes`: what was left out, in words."""

    title: str = ""
    html: str = ""
    notes: list[str] = field(default_factory=list)


def read_docx(uploaded: UploadedFile) -> Read:
    """Raises DocxRefused."""
    if not (uploaded.name or "").lower().endswith(".docx"):
        raise DocxRefused(_("Choose a Word file whose name ends in .docx."))
    if uploaded.size is None or uploaded.size > MOST_BYTES:
        raise DocxRefused(_("The Word file is too large. Take the pictures out and try again."))
    try:
        content = checked_content(uploaded.read(), "docx")
        check_text_part(content)
        return converted(content)
    except ContentRefused as error:
        raise DocxRefused(str(error)) from error
    except BROKEN as error:
        raise DocxRefused(_("The Word file is damaged. Open it, save it anew and try again.")) from error


def check_text_part(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if archive.getinfo(TEXT_PART).file_size > MOST_TEXT_PART:
            raise DocxRefused(_("The Word file holds too much text for one paper."))


def converted(content: bytes) -> Read:
    source, read, dropped, cells = Document(io.BytesIO(content)), Read(), Counter[str](), 0
    made: list[str] = []
    for place, block in enumerate(source.iter_inner_content()):
        if place >= MOST_BLOCKS or cells >= MOST_CELLS:
            raise DocxRefused(_("The Word file holds too much text for one paper."))
        if isinstance(block, Table):
            rows = list(rows_of(block, dropped))
            cells += sum(len(row) for row in rows)
            made.append("".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows))
            made[-1] = f"<table><tbody>{made[-1]}</tbody></table>"
        elif not made and not read.title and is_title(block):
            read.title = " ".join(words_of(block).split())
        else:
            made.append(paragraph(block, dropped))
    read.html = clean_html("".join(made))
    read.notes = notes_of(dropped, source)
    return read


def is_title(block: Paragraph) -> bool:
    """The first words, where they are set as a title: by their style, or centred and short."""
    text = words_of(block).strip()
    styled = style_of(block) in ("title", "標題", "标题")
    return bool(text) and len(text) <= LONGEST_TITLE and (styled or is_centred(block))


def is_centred(block: Paragraph) -> bool:
    found = block._p.find(f"{qn('w:pPr')}/{qn('w:jc')}")
    return found is not None and found.get(qn("w:val")) == "center"


def style_of(block: Paragraph) -> str:
    return (block.style.name or "").lower() if block.style is not None else ""


def words_of(block: Paragraph) -> str:
    return "".join(text for text, _looks in stretches(block, Counter()))


def paragraph(block: Paragraph, dropped: Counter[str]) -> str:
    style, inner = style_of(block), marked(block, dropped)
    if not inner.strip():
        return ""
    for level, tag in (("1", "h3"), ("2", "h4")):
        if style in (f"heading {level}", f"標題 {level}", f"标题 {level}"):
            return f"<{tag}>{inner}</{tag}>"
    return f"<p>{inner}</p>"


def marked(block: Paragraph, dropped: Counter[str]) -> str:
    """The words with their looks, as HTML; everything is escaped."""
    found = ""
    for text, looks in stretches(block, dropped):
        piece = escape(text).replace("\n", "<br>")
        for tag in looks:
            piece = f"<{tag}>{piece}</{tag}>"
        found += piece
    return found


def stretches(block: Paragraph, dropped: Counter[str]) -> Iterator[tuple[str, list[str]]]:
    """Text and looks of each run, also of those in links and tracked insertions; deleted words stay out."""
    for run in block._p.iter(qn("w:r")):
        around = {each.tag for each in run.iterancestors()}
        if around & {qn("w:txbxContent"), qn("w:del")}:
            dropped["tracked" if qn("w:del") in around else "boxes"] += 1
            continue
        dropped["tracked"] += qn("w:ins") in around
        dropped["pictures"] += sum(1 for kind in PICTURES for _found in run.iter(qn(kind)))
        text = "".join(text_of(child) for child in run)
        if text:
            yield text, looks_of(run)


def text_of(child: object) -> str:
    if child.tag == qn("w:t"):
        return child.text or ""
    return {qn("w:tab"): "\u3000", qn("w:br"): "\n", qn("w:cr"): "\n"}.get(child.tag, "")


def looks_of(run: object) -> list[str]:
    asked = run.find(qn("w:rPr"))
    if asked is None:
        return []
    found = []
    for name, tag in LOOKS:
        each = asked.find(qn(f"w:{name}"))
        if each is not None and each.get(qn("w:val")) not in ("0", "false", "none"):
            found.append(tag)
    return found


def rows_of(table: Table, dropped: Counter[str]) -> Iterator[list[str]]:
    for row in table.rows:
        seen, cells = set(), []
        for cell in row.cells:
            if cell._tc not in seen:  # a merged cell comes once for each column that it covers
                seen.add(cell._tc)
                cells.append("<br>".join(filter(None, (marked(each, dropped) for each in cell.paragraphs))))
        yield cells


def notes_of(dropped: Counter[str], source: object) -> list[str]:
    found = []
    if dropped["pictures"]:
        found.append(
            ngettext(
                "%(count)d picture or drawing was left out; attach it as an annex.",
                "%(count)d pictures or drawings were left out; attach them as an annex.",
                dropped["pictures"],
            )
            % {"count": dropped["pictures"]}
        )
    if dropped["tracked"]:
        found.append(_("The file had tracked changes: they were taken as accepted."))
    if dropped["boxes"]:
        found.append(_("Text in boxes was left out."))
    parts = {str(part.partname) for part in source.part.package.iter_parts()}
    if parts & {"/word/footnotes.xml", "/word/endnotes.xml"}:
        found.append(_("Footnotes, headers and footers were left out."))
    return found
