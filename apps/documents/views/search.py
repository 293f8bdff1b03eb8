"""Finding documents: the page, and the short list from which one is chosen."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.core.pages import Page
from apps.documents import search_page
from apps.documents.search_excerpts import excerpts
from apps.documents.search_form import SearchForm

PICKED = 20


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
def pick(request: HttpRequest) -> HttpResponse:
    """A part for forms that name another document: radio buttons called `document`, at most 20."""
    text, without = request.GET.get("q", ""), request.GET.get("without", "")
    keys = [int(without)] if without.isdecimal() and len(without) < 19 else []
    found = search_page.pick(request.user, text, size=PICKED + 1, without=keys)
    context = {"rows": found[:PICKED], "has_more": len(found) > PICKED, "text": text.strip()}
    return render(request, "documents/_picked.html", context)
