"""A paper as a Word file: plain paragraphs and tables, no field, no macro, no link that is followed by itself."""

import io
from datetime import date

from docx import Document
from docx.document import Document as Made
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from apps.dispatch.blocks import Block, Run, blocks_of
from apps.dispatch.paper import fixed_words
from apps.dispatch.words import Words

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
BODY, TITLE, FOOT = Pt(16), Pt(22), Pt(14)
FACE = "FangSong"


def write_docx(words: Words, *, number: str = "", dated_on: date | None = None) -> bytes:
    """A4 with the margins of the official layout; number and day where the paper has them."""
    made, fixed = Document(), fixed_words()
    set_page(made)
    properties = made.core_properties
    properties.title, properties.author = said(words.title), said("、".join(party.name for party in words.issuers))
    if number:
        add(made, number, centred=True)
    add(made, words.title, size=TITLE, bold=True, centred=True)
    add(made, "，".join(party.name for party in words.main) + "：")
    for block in blocks_of(words.body):
        add_block(made, block)
    for place, name in enumerate(words.annexes, 1):
        add(made, f"{fixed['annex']}{place}：{name}", indent=True)
    for party in words.issuers:
        add(made, party.name, right=True)
    if dated_on:
        add(made, f"{dated_on.year}年{dated_on.month}月{dated_on.day}日", right=True)
    if words.copies_to:
        add(made, f"{fixed['copies_to']}：{'，'.join(party.name for party in words.copies_to)}。", size=FOOT)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def set_page(made: Made) -> None:
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    style = made.styles["Normal"]
    style.font.size, style.font.name = BODY, FACE
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FACE)


def add(
    made: Made,
    text: str,
    *,
    size: Pt = BODY,
    bold: bool = False,
    centred: bool = False,
    right: bool = False,
    indent: bool = False,
) -> Paragraph:
    row = made.add_paragraph()
    run = row.add_run(said(text))
    run.font.size, run.bold = size, bold or None
    if centred:
        row.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if right:
        row.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if indent:
        row.paragraph_format.first_line_indent = BODY * 2
    return row


def add_block(made: Made, block: Block) -> None:
    if block.kind == "table":
        add_table(made, block)
        return
    row = add(made, block.mark, indent=True, bold=block.kind == "h1")
    add_runs(row, block.runs, strong=block.kind == "h1")


def add_runs(row: Paragraph, runs: list[Run], *, strong: bool = False) -> None:
    for each in runs:
        run = row.add_run(said(each.text))
        run.bold, run.italic, run.underline = each.bold or strong or None, each.italic or None, each.underline or None


def add_table(made: Made, block: Block) -> None:
    wide = max((len(row) for row in block.rows), default=0)
    if not wide:
        return
    table = made.add_table(rows=len(block.rows), cols=wide, style="Table Grid")
    for cells, row in zip(block.rows, table.rows, strict=True):
        for cell, place in zip(cells, row.cells, strict=False):
            add_runs(place.paragraphs[0], cell)


def said(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return "".join(character for character in text if character in "\t\n" or character.isprintable())
