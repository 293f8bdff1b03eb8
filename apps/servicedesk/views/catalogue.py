"""What one can ask for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.servicedesk.catalogue import may_manage, shelves
from apps.servicedesk.enums import RequestState
from apps.servicedesk.mail_managers import can_place_mail
from apps.servicedesk.models import Request

SIDE_ROWS = 6


@require_GET
def catalogue(request: HttpRequest) -> HttpResponse:
    """Tiles by area; while one types, only the tiles are sent."""
    text = request.GET.get("q", "")[:100]
    context = {"text": text, "shelves": shelves(request.user, text)}
    if request.htmx:
        return render(request, "servicedesk/catalogue.html#tiles", context)
    mine = Request.objects.filter(requester=request.user).select_related("service").order_by("-created_at")
    drafts = Request.objects.filter(filed_by=request.user, state=RequestState.DRAFT).select_related("service")
    context |= {
        "open_requests": mine.open()[:SIDE_ROWS],
        "drafts": drafts.order_by("-created_at")[:SIDE_ROWS],
        "can_manage": may_manage(request.user),
        "may_place_mail": can_place_mail(request.user),
    }
    return render(request, "servicedesk/catalogue.html", context)
