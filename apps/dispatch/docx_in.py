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
from itertools import islice

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from docx import Document
from docx.exceptions import PythonDocxError
from docx.oxml.ns import qn
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from lxml.etree import LxmlError

from apps.journal.file_checks import ContentRefused, checked_content
from apps.notices.rich import clean_html

MOST_BYTES = 10 * 2**20
MOST_TEXT_PART = 20 * 2**20  # of word/document.xml, unpacked
MOST_BLOCKS = 3_000
MOST_CELLS = 5_000
# Of these in all, also in cells, boxes and links: each costs time, however small the file is.
MOST_PARTS = {"w:p": 20_000, "w:tr": MOST_CELLS, "w:tc": MOST_CELLS, "w:r": 100_000}
LONGEST_TITLE = 100
TEXT_PART = "word/document.xml"
LOOKS = (("b", "strong"), ("i", "em"), ("u", "u"))
PICTURES = ("w:drawing", "w:pict", "w:object")
BROKEN = (
    LxmlError,
    LookupError,
    ValueError,
    AttributeError,
    TypeError,
    RecursionError,
    PythonDocxError,
    zipfile.BadZipFile,
)
Names = dict[str, str]  # of the styles, by their key


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
    check_parts(source)
    names, made = names_of_styles(source), list[str]()
    for place, block in enumerate(source.iter_inner_content()):
        if place >= MOST_BLOCKS or cells >= MOST_CELLS:
            raise DocxRefused(_("The Word file holds too much text for one paper."))
        if isinstance(block, Table):
            rows = list(rows_of(block, dropped))
            cells += sum(len(row) for row in rows)
            made.append("".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows))
            made[-1] = f"<table><tbody>{made[-1]}</tbody></table>"
        elif not made and not read.title and is_title(block, names):
            read.title = " ".join(words_of(block).split())
        else:
            made.append(paragraph(block, dropped, names))
    read.html = clean_html("".join(made))
    read.notes = notes_of(dropped, source)
    return read


def check_parts(source: object) -> None:
    """Counted before anything is read: what a cell or a row claims to cover is never believed."""
    for name, most in MOST_PARTS.items():
        if sum(1 for _found in islice(source.element.iter(qn(name)), most + 1)) > most:
            raise DocxRefused(_("The Word file holds too much text for one paper."))


def names_of_styles(source: object) -> Names:
    """Read once: python-docx looks through all styles again for every paragraph."""
    found = {}
    for style in source.styles.element.iterchildren(qn("w:style")):
        name = style.find(qn("w:name"))
        found[style.get(qn("w:styleId"), "")] = (name.get(qn("w:val"), "") if name is not None else "").lower()
    return found


def is_title(block: Paragraph, names: Names) -> bool:
    """The first words, where they are set as a title: by their style, or centred and short."""
    text = words_of(block).strip()
    styled = style_of(block, names) in ("title", "標題", "标题")
    return bool(text) and len(text) <= LONGEST_TITLE and (styled or is_centred(block))


def is_centred(block: Paragraph) -> bool:
    found = block._p.find(f"{qn('w:pPr')}/{qn('w:jc')}")
    return found is not None and found.get(qn("w:val")) == "center"


def style_of(block: Paragraph, names: Names) -> str:
    return names.get(block._p.style or "", "")


def words_of(block: Paragraph) -> str:
    return "".join(text for text, _looks in stretches(block, Counter()))


def paragraph(block: Paragraph, dropped: Counter[str], names: Names) -> str:
    style, inner = style_of(block, names), marked(block, dropped)
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
    """The cells as they are written, each once. Not `row.cells`: it gives a cell for every column that one claims to
    cover, and looks for the top of a merged one row by row.
    """
    for place, row in enumerate(table._tbl.tr_lst):
        own = [cell for cell in row.tc_lst if place == 0 or not goes_on(cell)]
        paragraphs = (_Cell(cell, table).paragraphs for cell in own)
        yield ["<br>".join(filter(None, (marked(each, dropped) for each in cell))) for cell in paragraphs]


def goes_on(cell: object) -> bool:
    """Is it the rest of the merged cell above?"""
    found = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
    return found is not None and found.get(qn("w:val")) != "restart"


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
