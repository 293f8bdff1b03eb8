"""What the page of a request asks from time to time: who else of the office is here."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from apps.core.clock import now
from apps.servicedesk.presence import note_presence
from apps.servicedesk.views.acting import fetch


@require_POST
def presence(request: HttpRequest, pk: int) -> HttpResponse:
    """Say "I am here", hear of the others. Among the office alone: no requester learns who reads."""
    item = fetch(request, pk)
    if not request.user.is_office:
        raise PermissionDenied
    others = note_presence(item.pk, request.user, writing=bool(request.POST.get("writing")), at=now())
    return render(request, "servicedesk/_presence.html", {"others": others})
