"""The page of one document."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from apps.documents.views.acting import fetch, show_document


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The page itself says that it was opened (POST `documents:open`): a GET changes nothing."""
    document = fetch(request, pk)
    return show_document(request, document)({}) if document.is_incoming else redirect(document)
