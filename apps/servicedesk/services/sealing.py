"""From a request to the ledger of a seal: the approved paper is passed to the keeper, and the request is done when the
keeper has closed the line. The ledger itself is of the app `seals`.
"""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.core.clock import now
from apps.journal.models import Attachment
from apps.journal.services import record
from apps.people.models import Person
from apps.seals import services as seals
from apps.seals.enums import UseState
from apps.seals.models import Seal, SealUse
from apps.seals.paper_check import PaperRefused, check_paper
from apps.servicedesk.enums import Product, RequestState
from apps.servicedesk.models import Request
from apps.servicedesk.rules import can_pass_to_seal
from apps.servicedesk.services.answers import file_keys
from apps.servicedesk.services.approval_standing import approval_stands
from apps.servicedesk.services.errors import UnableToComplete, UnableToCorrect, UnableToFile, UnableToPass

MOST = 1000
KEEPS_LINES = (
    RequestState.IN_PROGRESS,
    RequestState.WAITING_REQUESTER,
    RequestState.WAITING_THIRD,
    RequestState.RESOLVED,
)


def is_to_be_sealed(request: Request) -> bool:
    return request.gives == Product.SEAL_USE


def paper_of(request: Request) -> Attachment | None:
    """The file that was handed in to be sealed: the first that the answers name (one query)."""
    keys = file_keys(request)
    return Attachment.objects.of(request).filter(key__in=keys).first() if keys else None


def check_handed_in(request: Request, error: type[UnableToFile | UnableToCorrect]) -> None:
    """A blank paper is refused when it is handed in, not days later by the keeper. Raises `error`."""
    paper = paper_of(request) if is_to_be_sealed(request) else None
    if paper is None:
        return
    try:
        check_paper(paper)
    except PaperRefused as refused:
        raise error(str(refused)) from refused


def seal_asked_for(request: Request) -> Seal | None:
    """The seal in use whose code is the answer to the question "seal" (one query)."""
    return Seal.objects.usable().filter(code=str(request.answer_set.answers.get("seal") or "")).first()


def allowed_impressions(request: Request) -> int:
    copies = request.answer_set.answers.get("copies")
    return int(copies) if isinstance(copies, int | float) and 1 <= copies <= MOST else 1


@transaction.atomic
def pass_to_seal(
    *, request: Request, actor: Person, seal: Seal | None = None, reason: str = "", at: datetime | None = None
) -> SealUse:
    """The handler passes the approved paper to the keeper of the seal that was asked for; of another (`seal`) only
    where that one is not in the register or not in use, with the reason.

    The same approval again gives the line that is there. Raises PermissionDenied, UnableToPass.
    """
    at = at or now()
    row = lock_request(request)
    if not can_pass_to_seal(actor, row, at):
        if row.state != RequestState.IN_PROGRESS:
            raise UnableToPass(_("Only a request in progress is passed to the keeper of a seal."))
        raise PermissionDenied(_("This is not yours to do."))
    if not approval_stands(row):
        raise UnableToPass(_("This needs an approval of the answers as they are now. Ask for it first."))
    asked = seal_asked_for(row)
    if seal and seal != asked:
        check_other_seal(asked, reason)
        record(actor=actor, verb="other_seal", obj=row, changes={"seal": seal.code}, note=reason.strip(), at=at)
    return write_line(row, seal=seal, step=last_approval(row), actor=actor, at=at)


def check_other_seal(asked: Seal | None, reason: str) -> None:
    """Raises UnableToPass."""
    if asked:
        words = _("“%(seal)s” was approved, and no other seal is put on it. For another, ask for the approval again.")
        raise UnableToPass(words % {"seal": asked})
    if not reason.strip():
        raise UnableToPass(_("Write down why another seal is used."))


def lock_request(request: Request) -> Request:
    Request.objects.select_for_update().only("pk").get(pk=request.pk)
    rows = Request.objects.select_related("service", "requester", "filed_by", "handler", "unit", "answer_set")
    return rows.get(pk=request.pk)


def last_approval(request: Request) -> Step:
    rows = Step.objects.about(request).filter(state=StepState.APPROVED).select_related("decided_by")
    return rows.order_by("round", "order").last()


def write_line(request: Request, *, seal: Seal | None, step: Step, actor: Person, at: datetime) -> SealUse:
    """Raises UnableToPass."""
    chosen = seal or seal_asked_for(request)
    if chosen is None:
        raise UnableToPass(_("The seal that was asked for is not in the register, or not in use. Choose another."))
    try:
        return seals.register(
            subject=request,
            reference=request.number,
            title=request.title,
            seal=chosen,
            step=step,
            paper=paper_of(request),
            allowed=allowed_impressions(request),
            requested_by=request.requester,
            asked_by=request.handler or actor,
            barred=[request.filed_by],
            actor=actor,
            at=at,
        )
    except seals.UnableToRegister as error:
        raise UnableToPass(str(error)) from error


def pass_when_approved(request: Request, step: Step, *, actor: Person, at: datetime) -> None:
    """Right after the approval, so that nobody has to think of it. What stands in the way is written down for the
    handler, who then passes it by hand: an approval is never lost for it.
    """
    if not is_to_be_sealed(request):
        return
    try:
        with transaction.atomic():
            write_line(request, seal=None, step=step, actor=actor, at=at)
    except UnableToPass as error:
        record(actor=None, verb="not_passed", obj=request, note=str(error), internal=True, at=at)


def drop_lines(request: Request, *, actor: Person, reason: str, at: datetime) -> None:
    """What was approved is not what will be done: the request ends otherwise, is corrected, or is decided anew."""
    if request.state not in KEEPS_LINES:
        call_back(request, actor=actor, reason=reason, at=at)


def call_back(request: Request, *, actor: Person, reason: str, at: datetime) -> None:
    """Its paper is not to be sealed as it lies before the keeper."""
    if is_to_be_sealed(request):
        seals.call_off(subject=request, actor=actor, reason=reason, at=at)


def check_sealed(request: Request) -> None:
    """Raises UnableToComplete until the keeper has closed a line for this paper and none is open."""
    states = set(SealUse.objects.about(request).values_list("state", flat=True))
    if UseState.OPEN in states:
        raise UnableToComplete(_("The keeper of the seal has not closed the line in the ledger yet."))
    if UseState.CLOSED not in states:
        raise UnableToComplete(_("It is not sealed yet: pass the paper to the keeper of the seal."))
