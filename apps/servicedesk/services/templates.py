"""Templates of certificates: written as a draft, published as an edition that never changes, chosen by services."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal.services import record
from apps.people.models import Person
from apps.questionnaires.definitions import FieldDefinition
from apps.servicedesk.catalogue import may_manage
from apps.servicedesk.models import PaperTemplate, PaperVersion, Service, ServicePaper
from apps.servicedesk.papers.certificates import questions_of
from apps.servicedesk.papers.content import PaperContent, mistakes, read_content


class UnableToSaveTemplate(Exception):
    """Changed meanwhile, a code that is taken, or words that cannot be printed."""


def check_manager(actor: Person | None) -> None:
    """No actor: the portal itself, which brings in a file."""
    if actor is not None and not may_manage(actor):
        raise PermissionDenied(_("Templates are kept by the director and administrators."))


@transaction.atomic
def save_template(
    *,
    template: PaperTemplate | None,
    code: str,
    name: Mapping[str, str],
    content: PaperContent,
    actor: Person | None,
    version: int | None = None,
    at: datetime | None = None,
) -> PaperTemplate:
    """Keep the draft; nothing is issued from it before it is published.

    Raises PermissionDenied, UnableToSaveTemplate.
    """
    at = at or now()
    check_manager(actor)
    row = lock_template(template) if template else PaperTemplate()
    if template and version is not None and version != row.version:
        raise UnableToSaveTemplate(
            _("Somebody changed this template meanwhile. What you typed is still here; save again.")
        )
    row.version += 1 if template else 0
    row.code, row.name, row.draft, row.changed_at = code, dict(name), content.as_json(), at
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise UnableToSaveTemplate(_("Another template has this code.")) from error
    record(actor=actor, verb="template_saved", obj=row, at=at)
    return row


@transaction.atomic
def publish_template(*, template: PaperTemplate, actor: Person | None, at: datetime | None = None) -> PaperVersion:
    """The draft becomes the edition that new papers are printed from. The same words again change nothing.

    Raises PermissionDenied, UnableToSaveTemplate (words that cannot be printed).
    """
    at = at or now()
    check_manager(actor)
    row = lock_template(template)
    content = read_content(row.draft)
    wrong = list(mistakes(content, questions_for(row)))
    if wrong:
        raise UnableToSaveTemplate(" ".join(wrong))
    last = row.versions.order_by("-number").first()
    if last and last.content == content.as_json():
        return last
    made = PaperVersion.objects.create(
        template=row,
        number=(last.number if last else 0) + 1,
        content=content.as_json(),
        published_by=actor,
        published_at=at,
    )
    record(actor=actor, verb="template_published", obj=row, changes={"edition": [None, made.number]}, at=at)
    return made


@transaction.atomic
def offer_template(*, template: PaperTemplate, is_active: bool, actor: Person, at: datetime | None = None) -> None:
    """Take a template out of use, or back into it. Papers that were issued from it stay as they are."""
    check_manager(actor)
    row = lock_template(template)
    if row.is_active == is_active:
        return
    row.is_active, row.version = is_active, row.version + 1
    row.save(update_fields=["is_active", "version"])
    verb = "template_restored" if is_active else "template_retired"
    record(actor=actor, verb=verb, obj=row, at=at or now())


@transaction.atomic
def choose_templates(
    *, service: Service, templates: Sequence[PaperTemplate], actor: Person | None, at: datetime | None = None
) -> None:
    """The templates that a service gives, the first one unless the handler chooses another."""
    check_manager(actor)
    Service.objects.select_for_update().only("pk").get(pk=service.pk)
    before = list(service.papers.order_by("order", "pk").values_list("template__code", flat=True))
    after = [template.code for template in templates]
    if before == after:
        return
    service.papers.all().delete()
    ServicePaper.objects.bulk_create(
        ServicePaper(service=service, template=template, order=order) for order, template in enumerate(templates)
    )
    record(actor=actor, verb="papers_chosen", obj=service, changes={"papers": [before, after]}, at=at or now())


def lock_template(template: PaperTemplate) -> PaperTemplate:
    return PaperTemplate.objects.select_for_update().get(pk=template.pk)


def questions_for(template: PaperTemplate) -> dict[str, FieldDefinition]:
    """The questions of all services that give it, by key: what its words may name."""
    found: dict[str, FieldDefinition] = {}
    for paper in template.services.select_related("service").order_by("pk"):
        found |= {field.key: field for field in questions_of(paper.service)}
    return found
