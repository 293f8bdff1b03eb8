"""The end of a request: done, with what it yields, or refused."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.text import localized
from apps.journal.models import Attachment
from apps.people.models import Person
from apps.servicedesk.certificates import UnableToIssue
from apps.servicedesk.enums import Product
from apps.servicedesk.models import Request, SealUse
from apps.servicedesk.services.answers import file_keys, missing_office_answers
from apps.servicedesk.services.approval import approval_stands
from apps.servicedesk.services.errors import UnableToComplete
from apps.servicedesk.services.messages import add_note_of
from apps.servicedesk.services.moving import Begun, begin, finish
from apps.servicedesk.services.papers import issue_certificate
from apps.servicedesk.services.tasks import check_tasks_done
from apps.servicedesk.services.telling import requester_side, tell_people


@dataclass(frozen=True)
class SealCount:
    """What the keeper of the seal counted: impressions on the paper, spoiled ones, and why they differ from what was
    asked.
    """

    made: int
    spoiled: int = 0
    explanation: str = ""


@transaction.atomic
def complete(
    *,
    request: Request,
    actor: Person,
    note: str = "",
    seal: SealCount | None = None,
    version: int | None = None,
    at: datetime | None = None,
) -> Request:
    """Finish the request: its certificate gets its number (the paper is made right after), its seal use is written
    down.

    Raises UnableToComplete when the approval or an answer of the office is missing, a task is open, or the count of
    impressions does not hold.
    """
    begun = begin(request=request, verb="complete", actor=actor, at=at, version=version, note=note)
    row = begun.request
    if begun.repeated:
        return row
    if row.service.approval_role and not approval_stands(row):
        raise UnableToComplete(_("This needs an approval of the answers as they are now. Ask for it first."))
    check_office_part(row)
    check_tasks_done(row)
    if row.service.product == Product.SEAL_USE:
        write_seal_use(begun, seal)
    if begun.note:
        add_note_of(begun)
    finish(begun, responds=True)
    if row.service.product == Product.CERTIFICATE:
        give_certificate(begun)
    tell_people(requester_side(row), "completed", request=row, actor=actor, at=begun.at, note=begun.note)
    return row


def check_office_part(request: Request) -> None:
    """Raises UnableToComplete with the names of what the office has not filled in yet."""
    missing = missing_office_answers(request)
    if missing:
        names = "、".join(localized(each.label) for each in missing)
        raise UnableToComplete(_("Fill in the office's part first: %(names)s.") % {"names": names})


def give_certificate(begun: Begun) -> None:
    try:
        issue_certificate(request=begun.request, actor=begun.actor, at=begun.at)
    except UnableToIssue as error:
        raise UnableToComplete(str(error)) from error


def write_seal_use(begun: Begun, seal: SealCount | None) -> SealUse:
    """One line in the seal ledger, bound to the bytes of the paper. Made and allowed must agree or be explained."""
    row, answers = begun.request, begun.request.answer_set.answers
    allowed = int(answers.get("copies") or 1)
    if seal is None or seal.made < 0 or seal.spoiled < 0:
        raise UnableToComplete(_("Count the impressions of the seal."))
    if seal.made > allowed:
        raise UnableToComplete(_("Only %(allowed)d impressions were asked for and approved.") % {"allowed": allowed})
    if (seal.made != allowed or seal.spoiled) and not seal.explanation.strip():
        raise UnableToComplete(_("Explain why the number of impressions differs."))
    return SealUse.objects.create(
        request=row,
        seal=str(answers.get("seal") or ""),
        paper_sha256=paper_sha256(row),
        allowed=allowed,
        made=seal.made,
        spoiled=seal.spoiled,
        explanation=seal.explanation.strip(),
        keeper=begun.actor,
        at=begun.at,
    )


def paper_sha256(request: Request) -> str:
    """The hash of the file that was handed in and approved. Raises UnableToComplete when there is none."""
    papers = Attachment.objects.of(request).filter(key__in=file_keys(request))
    first = papers.first()
    if first is None:
        raise UnableToComplete(_("The file of the paper is missing; a seal is never put on a sheet nobody has seen."))
    return first.blob.sha256


@transaction.atomic
def refuse(
    *, request: Request, actor: Person, note: str, version: int | None = None, at: datetime | None = None
) -> Request:
    """Say no, with the reason that the requester reads."""
    begun = begin(request=request, verb="refuse", actor=actor, at=at, version=version, note=note)
    if begun.repeated:
        return begun.request
    add_note_of(begun)
    row = finish(begun, responds=True)
    tell_people(requester_side(row), "refused", request=row, actor=actor, at=begun.at, note=begun.note)
    return row
