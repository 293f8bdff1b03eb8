"""Hostile words put into every text that people can write, and what must not come out of any answer."""

import html
import io
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pgtrigger
from django.db import DatabaseError, models, transaction
from django.http import HttpResponse
from openpyxl import load_workbook
from pypdf import PdfReader

from apps.core.text import FALLBACK
from apps.notices.rich import clean_html
from tests.security import written
from tests.security.world import SECRET

RUNS, SUM, TEMPLATE = "pwned=1", "94011", "{{31337|add:62674}}"
ATTRIBUTE = f"'\"><img src=x onerror={RUNS}>"
TEXTS = {
    "markup": f"{ATTRIBUTE}<script>{RUNS}</script></title></textarea><svg/onload={RUNS}>{TEMPLATE}{{% load x %}}"
    '#panic("it ran") \\ ${x}',
    "link": f"javascript:{RUNS}//",
    "formula": "=1+1",
}
MARK = re.compile(r"zq\d{3}")
MARKED = "markup"  # each field's text begins with a mark of its own, so that one sees where it is shown
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def marks() -> dict[str, str]:
    return {f"zq{place:03d}": label for place, label in enumerate(written.WRITTEN)}


def plant(kind: str) -> None:
    """The text in every field that people can write, in every row, whatever forms would say to it."""
    fields = dict(written.texts())
    refused: list[str] = []
    mark_of = {label: mark for mark, label in marks().items()}
    for label, how in written.WRITTEN.items():
        text = (mark_of[label] if kind == MARKED else "") + TEXTS[kind]
        refused += _plant(label, fields[label], how, text)
    assert refused == [], "\n".join(refused)


def _plant(label: str, field: models.Field, how: str, text: str) -> Iterator[str]:
    """Gives what the database refuses."""
    rows = field.model._base_manager.values_list("pk", field.attname)
    for pk, value in list(rows):
        new = (f"{pk}{text}" if _alone(field) else text)[: field.max_length or None]
        if how != written.TEXT:
            new = hostile(value, how, text)
        try:
            with pgtrigger.ignore(), transaction.atomic():
                field.model._base_manager.filter(pk=pk).update(**{field.attname: new})
        except DatabaseError as error:
            yield f"{label}: {error}"


def _alone(field: models.Field) -> bool:
    """May no two rows have the same text?"""
    return field.unique or any(
        isinstance(rule, models.UniqueConstraint) and (field.name in rule.fields or rule.expressions)
        for rule in field.model._meta.constraints
    )


def hostile(value: object, how: str, text: str) -> object:
    if how == written.HTML:
        return {"zh-hant": clean_html(f"<p>{text}</p>{text}<a href='javascript:{RUNS}'>x</a>")}
    if how == written.WORDS:
        return {"zh-hant": text} if value == {} else in_words(value, text)
    return in_leaves(value, text)


def in_words(value: object, text: str) -> object:
    """Every content by language inside `value`."""
    if isinstance(value, list):
        return [in_words(each, text) for each in value]
    if not isinstance(value, dict):
        return value
    if value and set(value) <= set(FALLBACK):
        return {language: text if isinstance(said, str) else in_words(said, text) for language, said in value.items()}
    return {key: in_words(each, text) for key, each in value.items()}


def in_leaves(value: object, text: str) -> object:
    """Where the world has its secret word, somebody wrote it; other strings are our own codes."""
    if isinstance(value, str):
        return text if SECRET in value else value
    if isinstance(value, list):
        return [in_leaves(each, text) for each in value]
    return {key: in_leaves(each, text) for key, each in value.items()} if isinstance(value, dict) else value


class Faults(HTMLParser):
    """What a page holds that no template of ours writes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        ours = given.get("nonce") or given.get("type") == "application/json"  # nobody else knows the key of the page
        if tag == "script" and "src" not in given and not ours:
            self.found.append("a script of its own")
        for name, value in attrs:
            value = re.sub(r"[\s\x00-\x1f]", "", value or "").lower()
            if name.startswith("on") or (tag == "img" and value == "x"):
                self.found.append(f"<{tag} {name}={value}>")
            if name in ("href", "src", "action", "formaction", "hx-get", "hx-post") and value.startswith(
                ("javascript:", "data:text")
            ):
                self.found.append(f"<{tag} {name}={value}>")


def faults(text: str) -> list[str]:
    parser = Faults()
    parser.feed(text)
    return parser.found + ([f"a template ran: {SUM}"] if SUM in text else [])


def look(answer: HttpResponse) -> tuple[list[str], str]:
    """What is wrong with an answer, and its words."""
    content, kind = b"".join(answer), answer.get("Content-Type", "").partition(";")[0]
    if kind == "text/html":
        text = content.decode()
        return faults(text), html.unescape(text)
    if kind == XLSX and content.startswith(b"PK\x03\x04"):
        return of_sheet(content)
    if kind == "application/pdf" and content.count(b"%%EOF"):
        return [], "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages)
    if kind == "application/json":
        return [], json.dumps(json.loads(content), ensure_ascii=False)
    safe = kind.startswith("text/") or kind == XLSX or answer.get("Content-Disposition", "").startswith("attachment")
    return ([] if safe or not content else [f"shown as {kind}"]), content.decode(errors="replace")


def of_sheet(content: bytes) -> tuple[list[str], str]:
    book = load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    return [f"a formula in {cell.coordinate}" for cell in cells if cell.data_type == "f"], str([c.value for c in cells])


def seen(text: str) -> Iterator[str]:
    """The fields whose words stand in `text`."""
    known = marks()
    return (known[mark] for mark in set(MARK.findall(text)) if mark in known)
