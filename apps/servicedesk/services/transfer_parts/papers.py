"""The certificates that a service gives, in its file: each template by code, with its newest edition.

A template that is here already is left alone, whatever the file says of it: other services may give it too.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from apps.people.models import Person
from apps.questionnaires.definitions import FieldDefinition
from apps.servicedesk.models import PaperTemplate, Service
from apps.servicedesk.papers.content import mistakes, read_content
from apps.servicedesk.services.templates import choose_templates, publish_template, save_template
from apps.servicedesk.services.transfer_parts.names import Names
from apps.servicedesk.services.transfer_parts.part import NOTHING, Lines, Part
from apps.servicedesk.transfer.checks import at

Row = dict[str, Any]


def write_papers(service: Service) -> list[Row]:
    rows = service.papers.select_related("template").order_by("order", "pk")
    return [write_paper(row.template) for row in rows]


def write_paper(template: PaperTemplate) -> Row:
    """One that was never published is only named."""
    newest = template.versions.order_by("-number").first()
    made: Row = {"code": template.code}
    return made | ({"name": template.name, "content": read_content(newest.content).as_json()} if newest else {})


def read_papers(part: Sequence[Row]) -> list[Row]:
    return [row | ({"content": read_content(row["content"]).as_json()} if "content" in row else {}) for row in part]


def tell_papers(part: Sequence[Row]) -> Lines:
    return [("papers", ", ".join(row["code"] for row in part) or NOTHING)]


def save_papers(*, service: Service, value: Sequence[Row], names: Names, actor: Person | None) -> None:
    known = here(value)
    templates = [known.get(row["code"]) or make_template(row, actor) for row in value]
    choose_templates(service=service, templates=templates, actor=actor)


def make_template(row: Row, actor: Person | None) -> PaperTemplate:
    """Made and published as its first edition."""
    content = read_content(row["content"])
    template = save_template(template=None, code=row["code"], name=row["name"], content=content, actor=actor)
    publish_template(template=template, actor=actor)
    return template


def here(part: Sequence[Row]) -> dict[str, PaperTemplate]:
    """The templates of these codes that this portal has (one query)."""
    codes = [row["code"] for row in part]
    return {row.code: row for row in PaperTemplate.objects.filter(code__in=codes)}


def missing(part: Sequence[Row]) -> list[Row]:
    known = here(part)
    return [row for row in part if row["code"] not in known]


def paper_mistakes(part: Sequence[Row]) -> list[str]:
    """A template that is not here has to come along, in words that can be published."""
    found, known = [], here(part)
    for place, row in enumerate(part, start=1):
        if row["code"] in known:
            continue
        if "content" not in row:
            words = _("There is no template of a certificate “%(code)s”, and the file does not bring it along.")
            found.append(at(f"papers.{place}", words % {"code": row["code"]}))
        else:
            wrong = mistakes(read_content(row["content"]), {})
            found += [at(f"papers.{place}.content", words) for words in wrong]
    return found


def paper_notes(part: Sequence[Row], questions: Mapping[str, FieldDefinition]) -> list[str]:
    """What the file says of templates and is not done, or may not go well with this form."""
    found, known = [], here(part)
    for row in part:
        template = known.get(row["code"])
        if template is None:
            wrong = mistakes(read_content(row["content"]), questions)
            found += [at(row["code"], words) for words in wrong]
        else:
            found += notes_of(template, row)
    return found


def notes_of(template: PaperTemplate, row: Row) -> list[str]:
    found = []
    if "content" in row and write_paper(template).get("content") != row["content"]:
        words = _("The certificate “%(code)s” is here with other words; it stays as it is.")
        found.append(words % {"code": template.code})
    if not template.is_active:
        words = _("The certificate “%(code)s” is out of use here; nothing is issued from it.")
        found.append(words % {"code": template.code})
    return found


PAPERS = Part("papers", [], write_papers, read_papers, tell_papers, save_papers)
