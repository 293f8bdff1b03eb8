"""Finding documents: the page, and the short list beside a field that names one."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.core.pages import Page
from apps.documents import search_page
from apps.documents.search_excerpts import excerpts
from apps.documents.search_form import SearchForm

MOST_FOUND = 10


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What the reader may read of what is asked for, newest first; the form alone while nothing is."""
    form = SearchForm(request.GET, asker=request.user)
    asked = form.asked()
    page = None
    if asked:
        page = search_page.find(request.user, asked, cursor=request.GET.get("cursor", ""))
        show_places(page, asked)
    template = "documents/search.html#rows" if request.htmx else "documents/search.html"
    return render(request, template, {"form": form, "asked": asked, "page": page})


def show_places(page: Page, asked: object) -> None:
    places = excerpts(page.rows, asked)
    for row in page.rows:
        row.finding = places.get(row.pk)


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Documents that this person may read, by number or words, for the list beside a field that names one."""
    if not request.user.is_active:
        raise PermissionDenied
    text = next((request.GET[name] for name in ("q", "other", "by") if request.GET.get(name)), "")
    found = search_page.pick(request.user, text, size=MOST_FOUND)
    return render(request, "documents/_found.html", {"found": found})
