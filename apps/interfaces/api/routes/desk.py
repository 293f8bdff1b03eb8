"""What the office does with a request: take, assign, ask, return, complete, refuse, notes among the office."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from apps.interfaces.api.auth import Bearer
from apps.interfaces.api.once import version_seen
from apps.interfaces.api.problems import Problem
from apps.interfaces.api.routes.requests import Id, moved
from apps.interfaces.api.schemas import Assignment, Completion, Reason, RequestDetail, ReturnAsked
from apps.interfaces.enums import Scope
from apps.people.enums import HANDLER_ROLES
from apps.people.models import Person
from apps.servicedesk import services
from apps.servicedesk.enums import Product
from apps.servicedesk.models import Request
from apps.servicedesk.papers.certificates import papers_of
from apps.servicedesk.screens import questions

router = Router(tags=["desk"])
DESK = Scope.DESK_WRITE
WRITE = Bearer(DESK)


@router.post("/requests/{pk}/take", auth=WRITE, response=RequestDetail)
def take_request(request: HttpRequest, pk: Id) -> HttpResponse:
    """Take on what nobody has."""
    version = version_seen(request)
    return moved(request, pk, lambda item: services.take(request=item, actor=request.user, version=version), desk=DESK)


@router.post("/requests/{pk}/assign", auth=WRITE, response=RequestDetail)
def assign_request(request: HttpRequest, pk: Id, data: Assignment) -> HttpResponse:
    """Give it to a clerk or the director."""
    version = version_seen(request)

    def work(item: Request) -> None:
        services.assign(request=item, actor=request.user, handler=handler_of(data.handler), version=version)

    return moved(request, pk, work, desk=DESK)


def handler_of(number: str) -> Person:
    """Raises Problem (422)."""
    found = Person.objects.active().with_role(*HANDLER_ROLES).filter(number__iexact=number).first()
    if found is None:
        words = _("No clerk has this number.")
        raise Problem(422, words, errors=[("#/handler", words)])
    return found


@router.post("/requests/{pk}/ask", auth=WRITE, response=RequestDetail)
def ask_requester(request: HttpRequest, pk: Id, data: Reason) -> HttpResponse:
    """Ask the requester something; the clock rests."""
    version = version_seen(request)

    def work(item: Request) -> None:
        services.ask_requester(request=item, actor=request.user, note=data.note, version=version)

    return moved(request, pk, work, desk=DESK)


@router.post("/requests/{pk}/return", auth=WRITE, response=RequestDetail)
def return_request(request: HttpRequest, pk: Id, data: ReturnAsked) -> HttpResponse:
    """Send it back for the correction of named answers."""
    version = version_seen(request)

    def work(item: Request) -> None:
        known = {key for key, _label in questions(item)}
        wrong = [key for key in data.fields if key not in known]
        if wrong:
            words = _("There is no such question.")
            raise Problem(422, words, errors=[("#/fields", f"{key}: {words}") for key in wrong])
        services.return_for_correction(
            request=item, actor=request.user, fields=data.fields, note=data.note, version=version
        )

    return moved(request, pk, work, desk=DESK)


@router.post("/requests/{pk}/complete", auth=WRITE, response=RequestDetail)
def complete_request(request: HttpRequest, pk: Id, data: Completion) -> HttpResponse:
    """Finish it. A paper that is sealed waits for the keeper of the seal, who counts the impressions on the page.
    Where the service gives several certificates, `template` says which; what is wrong with it names them.
    """
    version = version_seen(request)

    def work(item: Request) -> None:
        template_id = template_of(item, data.template)
        services.complete(request=item, actor=request.user, note=data.note, template_id=template_id, version=version)

    return moved(request, pk, work, desk=DESK)


def template_of(item: Request, code: str) -> int | None:
    """The template of this code among those of the service; none where there is nothing to choose. Raises Problem
    (422).
    """
    offered = {}
    if item.gives == Product.CERTIFICATE:
        offered = {paper.template.code: paper.template_id for paper in papers_of(item.service)}
    if code in offered:
        return offered[code]
    if not code and len(offered) < 2:
        return None
    words = _("Say which certificate: %(codes)s.") % {"codes": ", ".join(offered) or "—"}
    raise Problem(422, words, errors=[("#/template", words)])


@router.post("/requests/{pk}/refuse", auth=WRITE, response=RequestDetail)
def refuse_request(request: HttpRequest, pk: Id, data: Reason) -> HttpResponse:
    """Say no, with the reason that the requester reads."""
    version = version_seen(request)

    def work(item: Request) -> None:
        services.refuse(request=item, actor=request.user, note=data.note, version=version)

    return moved(request, pk, work, desk=DESK)
