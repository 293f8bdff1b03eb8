"""Suggestions while a form is filled in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.questionnaires.people import suggest


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Options for the text typed into a person question, whose name is in `field`."""
    text = request.GET.get(request.GET.get("field", ""), "")
    return render(request, "questionnaires/person_options.html", {"people": suggest(request.user, text)})
