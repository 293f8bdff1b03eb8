"""What one needs for a decision, without leaving the list: the answers and the last words."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.questionnaires.display import answer_lines
from apps.servicedesk.models import RequestMessage
from apps.servicedesk.views.acting import fetch

LAST_WORDS = 3


@require_GET
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """A part of a page, for the dialog on a list of work."""
    item = fetch(request, pk)
    words = RequestMessage.objects.visible_to(request.user).filter(request=item).select_related("author")
    context = {
        "item": item,
        "lines": answer_lines(item.answer_set, office=request.user.is_office),
        "words": words.order_by("-at", "-pk")[:LAST_WORDS],
    }
    return render(request, "servicedesk/preview.html", context)
