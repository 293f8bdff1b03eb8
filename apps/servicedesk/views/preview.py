"""What one needs for a decision, without leaving the list: the answers and the last words."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.approvals.models import Step
from apps.questionnaires.display import answer_lines
from apps.servicedesk.models import Request, RequestMessage
from apps.servicedesk.sign_off import missing_of
from apps.servicedesk.stages import StepsBar, steps_bar
from apps.servicedesk.views.acting import fetch

LAST_WORDS = 3


def bar_of(item: Request) -> StepsBar:
    """Where a request with sign-offs stands."""
    steps = list(Step.objects.about(item))
    return steps_bar(item, steps, missing=missing_of(item, steps))


@require_GET
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """A part of a page, for the dialog on a list of work."""
    item = fetch(request, pk)
    words = RequestMessage.objects.visible_to(request.user).filter(request=item).select_related("author")
    context = {
        "item": item,
        "steps": bar_of(item) if item.plan else None,
        "lines": answer_lines(item.answer_set, office=request.user.is_office),
        "words": words.order_by("-at", "-pk")[:LAST_WORDS],
    }
    return render(request, "servicedesk/preview.html", context)
