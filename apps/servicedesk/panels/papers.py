"""What the request's page shows of its papers: the lines in the ledger of a seal."""

from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType

from apps.journal.models import Attachment
from apps.people.models import Person
from apps.seals.models import SealUse
from apps.servicedesk.enums import Product
from apps.servicedesk.models import Request


@dataclass(frozen=True)
class SealLine:
    """One line of the ledger, with the paper and the picture of the result."""

    use: SealUse
    files: list[Attachment]


def seal_lines(item: Request, user: Person) -> list[SealLine]:
    """The lines about a request, oldest first (two queries; none for a request that needs no seal)."""
    if item.gives != Product.SEAL_USE:
        return []
    lines = list(SealUse.objects.visible_to(user).about(item).select_related("seal", "finished_by"))
    kind = ContentType.objects.get_for_model(SealUse)
    files = Attachment.objects.filter(subject_type=kind, subject_id__in=[line.pk for line in lines])
    found = list(files.select_related("blob").order_by("pk")) if lines else []
    return [SealLine(line, [file for file in found if file.subject_id == line.pk]) for line in lines]
