"""The ledger of document numbers, and what the last night's check found."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core.pages import keyset_page
from apps.documents import rules, services
from apps.documents.models import Document, DocumentNumber, Series


@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """Every number with what became of it; the title only for who may read the document, and no line of what only the
    concerned know of.
    """
    if not rules.can_see_ledger(request.user):
        raise PermissionDenied(_("The ledger is for the office."))
    chosen = request.GET.get("series", "")
    rows = DocumentNumber.objects.known_to(request.user)
    rows = rows.select_related("issued", "document", "series__numbers", "issued_by", "voided_by")
    if chosen.isdecimal() and len(chosen) < 18:
        rows = rows.filter(series_id=int(chosen))
    page = keyset_page(rows, by="issued_at", cursor=request.GET.get("cursor", ""))
    pks = [row.document_id for row in page.rows if row.document_id]
    seen = set(Document.objects.visible_to(request.user).filter(pk__in=pks).values_list("pk", flat=True))
    for row in page.rows:
        row.is_seen = row.document_id in seen
    series = Series.objects.select_related("numbers")
    context = {"page": page, "series": series, "chosen": chosen, "check": services.last_check()}
    return render(request, "documents/ledger.html", context)
