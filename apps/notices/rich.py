"""Rich text of notices: what the editor offers is what the server lets through, and nothing else."""

import html
import re

from django.utils.html import strip_tags
from django_prose_editor.fields import create_sanitizer

EXTENSIONS: dict[str, object] = {
    "Bold": True,
    "Italic": True,
    "Underline": True,
    "Heading": {"levels": [3, 4]},
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "HorizontalRule": True,
    "HardBreak": True,
    "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto"]},
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "History": True,
}
_clean = create_sanitizer(EXTENSIONS)
BREAKS = re.compile(r"<br\s*/?>|</(?:p|h\d|li|tr|blockquote|ul|ol|table)>")
CELLS = re.compile(r"</t[dh]>")


def clean_html(value: str) -> str:
    """`value` with only the elements, attributes and link schemes that the editor can make; "" if no words are left."""
    cleaned = _clean(value or "")
    return cleaned if strip_tags(cleaned).strip() else ""


def plain_text(value: str) -> str:
    """The words of clean HTML for the plain part of a mail: lines stay, items get a dash, links keep their address."""
    text = re.sub(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', r"\2 (\1)", value)
    text = CELLS.sub("\t", BREAKS.sub("\n", text.replace("<li>", "- ").replace("<hr>", "----\n")))
    lines = (line.rstrip() for line in html.unescape(strip_tags(text)).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
