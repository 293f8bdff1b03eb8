"""The data of a certificate as XML, embedded in its PDF: what is printed, for machines (`xml/certificate.xsd`)."""

from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from django.utils import timezone

from apps.servicedesk.models import Certificate
from apps.servicedesk.papers.content import PaperContent

NAMESPACE = "urn:office-portal:certificate:1"
SCHEMA = Path(__file__).parents[1] / "xml" / "certificate.xsd"
ALLOWED = str.maketrans({code: None for code in range(32) if code not in (9, 10, 13)} | {0xFFFE: None, 0xFFFF: None})


def write_xml(
    certificate: Certificate,
    content: PaperContent,
    *,
    address: str,
    fields: Sequence[tuple[str, str, str]],
    paragraphs: Sequence[Sequence[dict[str, object]]],
) -> bytes:
    """One document; its SHA-256 is kept with the certificate and shown on the check page."""
    ElementTree.register_namespace("", NAMESPACE)
    root = ElementTree.Element(f"{{{NAMESPACE}}}certificate", {"version": "1"})
    version = certificate.template_version
    add(root, "number", certificate.number)
    add(root, "language", certificate.language)
    add(root, "title", content.text("title", certificate.language))
    add(root, "template", code=version.template.code, edition=str(version.number))
    add(root, "issuer", certificate.printed.get("college", ""))
    holder = add(root, "holder")
    add(holder, "name", certificate.printed.get("name", ""))
    add(holder, "number", certificate.printed.get("number", ""))
    add(root, "issued", f"{timezone.localtime(certificate.issued_at):%Y-%m-%d}")
    if certificate.expires_at:
        add(root, "expires", f"{timezone.localtime(certificate.expires_at):%Y-%m-%d}")
    add(root, "check", address)
    for code, label, value in fields:
        add(root, "field", value, code=code, label=label)
    for line in paragraphs:
        add(root, "text", "".join(str(part["text"]) for part in line))
    add_table(root, certificate.extra.get("table"))
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def add(parent: ElementTree.Element, tag: str, text: str = "", **attributes: str) -> ElementTree.Element:
    clean = {key: value.translate(ALLOWED) for key, value in attributes.items()}
    made = ElementTree.SubElement(parent, f"{{{NAMESPACE}}}{tag}", clean)
    made.text = text.translate(ALLOWED) or None
    return made


def add_table(parent: ElementTree.Element, table: object) -> None:
    if not isinstance(table, dict):
        return
    made = add(parent, "table")
    for tag, rows in (("head", [table["head"]]), ("row", table["rows"])):
        for cells in rows:
            line = add(made, tag)
            for cell in cells:
                add(line, "cell", str(cell))
