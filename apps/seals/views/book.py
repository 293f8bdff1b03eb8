"""The book of a seal's year: its figures, each with the rows it counts, and the paper and workbook of it."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.core.clock import now
from apps.journal.services import record
from apps.seals.book import draw_book, keepers_of_year, write_workbook
from apps.seals.figures import FIGURES, lines_of_year, value_of
from apps.seals.models import Seal
from apps.seals.views.register import fetch_seal

YEARS = range(1990, 2201)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def check_year(year: int) -> int:
    if year not in YEARS:
        raise Http404
    return year


@require_safe
def book(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    seal, at = fetch_seal(request, pk), now()
    rows = lines_of_year(seal, check_year(year))
    figures = [(each, value_of(each, rows, at), rows_url(seal, year, each.code)) for each in FIGURES.values()]
    this_year = timezone.localtime(at).year
    context = {
        "seal": seal,
        "year": year,
        "figures": figures,
        "keepers": keepers_of_year(seal, year),
        "before": year - 1,
        "after": year + 1 if year < this_year else None,
    }
    return render(request, "seals/book.html", context)


def rows_url(seal: Seal, year: int, figure: str) -> str:
    return f"{reverse('seals:ledger')}?{urlencode({'seal': seal.pk, 'year': year, 'figure': figure})}"


@require_POST
def take_book(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """The book as PDF/A or workbook. By POST: taking it out is written down."""
    seal, at = fetch_seal(request, pk), now()
    kind = "xlsx" if request.POST.get("kind") == "xlsx" else "pdf"
    if kind == "xlsx":
        content, content_type = write_workbook(seal, check_year(year), at), XLSX
    else:
        content, content_type = draw_book(seal, check_year(year), user=request.user, at=at), "application/pdf"
    changes = {"year": year, "kind": kind}
    record(actor=request.user, verb="book_taken", obj=seal, changes=changes, internal=True, at=at)
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="seal-{seal.code}-{year}.{kind}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
