"""The editions of what came in: each as it was, any two compared, and the sheet as it stood before who instructed."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from apps.documents.comparing import compared
from apps.documents.edition_words import as_plain_text, lines_of
from apps.documents.models import Document, Opinion
from apps.documents.views.acting import fetch
from apps.journal.files import open_blob


def fetch_incoming(request: HttpRequest, pk: int) -> Document:
    """Editions of outgoing papers have pages of their own, in the app above."""
    document = fetch(request, pk)
    if not document.is_incoming:
        raise Http404
    return document


@require_safe
def edition(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One edition as it was, with what was said about it."""
    document = fetch_incoming(request, pk)
    shown = get_object_or_404(document.editions.select_related("made_by", "on_behalf_of"), number=number)
    opinions = shown.opinions.select_related("author", "on_behalf_of").order_by("at", "pk")
    context = {"document": document, "edition": shown, "lines": lines_of(shown), "opinions": opinions}
    return render(request, "documents/edition.html", context)


@require_safe
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """What changed from one edition to another, marked."""
    document = fetch_incoming(request, pk)
    editions = list(document.editions.select_related("made_by").order_by("number"))
    context = {"document": document, **compared(editions, request.GET, as_plain_text)}
    return render(request, "documents/compare.html", context)


@require_safe
def picture(request: HttpRequest, pk: int, opinion_pk: int) -> HttpResponse:
    return send_picture(fetch_incoming(request, pk), opinion_pk)


def send_picture(document: Document, opinion_pk: int) -> HttpResponse:
    """The page as it stood before who gave the opinion; a file, as everything that is no page."""
    rows = Opinion.objects.filter(document=document.pk).select_related("picture", "edition")
    opinion = get_object_or_404(rows, pk=opinion_pk)
    if opinion.picture is None:
        raise Http404
    with open_blob(opinion.picture) as content:
        response = HttpResponse(content.read(), content_type="image/png")
    response["Content-Disposition"] = content_disposition_header(True, f"{opinion.edition.number}.png")
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
