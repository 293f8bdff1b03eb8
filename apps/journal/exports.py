"""Take a list out as a spreadsheet, and find the large ones that a worker made."""

from datetime import datetime
from tempfile import TemporaryFile

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.core.clock import now
from apps.journal.enums import ExportState
from apps.journal.exporting import are_enough, ask_export, is_large, note_export, write_listing
from apps.journal.files import open_blob
from apps.journal.listings import LISTINGS, Listing
from apps.journal.models import ListExport
from apps.journal.sheets import XLSX

CHOSEN_IN_FORM = ("column", "pk")


@require_POST
def export(request: HttpRequest, code: str) -> HttpResponse:
    """The list of this name with the filters that stand in the address."""
    listing = LISTINGS.get(code)
    if listing is None:
        raise Http404
    return exported(request, listing)


@reauthentication_required
def exported(request: HttpRequest, listing: Listing) -> HttpResponse:
    """A small list at once, a large one by a worker. By POST: data that leave are written down."""
    if not listing.may(request.user):
        raise PermissionDenied
    query, at = asked_by(request), now()
    if are_enough(request.user, at):
        messages.error(
            request,
            _("You have taken out %(count)d lists within an hour, which is the limit. Go on a little later.")
            % {"count": settings.LIST_EXPORTS_AN_HOUR},
        )
        return redirect("journal:exports")
    if is_large(listing, request.user, query):
        ask_export(listing=listing, user=request.user, query=query, at=at)
        messages.info(request, _("This list is long. It is made in the background and stands here when it is ready."))
        return redirect("journal:exports")
    with TemporaryFile() as file:
        count = write_listing(file, listing, request.user, query, at)
        file.seek(0)
        content = file.read()
    note_export(request.user, listing, query, count, at)
    return HttpResponse(content, content_type=XLSX, headers=file_headers(listing.code, at))


def asked_by(request: HttpRequest) -> QueryDict:
    """The address without the place in the list, and what a form chose: columns, ticked rows."""
    query = request.GET.copy()
    query.pop("cursor", None)
    for name in CHOSEN_IN_FORM:
        if chosen := request.POST.getlist(name):
            query.setlist(name, chosen)
    return query


def file_headers(code: str, at: datetime) -> dict[str, str]:
    name = f"{code}-{timezone.localtime(at):%Y-%m-%d}.xlsx"
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}


@require_safe
def exports(request: HttpRequest) -> HttpResponse:
    """The own large lists of the last day."""
    rows = list(ListExport.objects.visible_to(request.user).filter(expires_at__gt=now()).order_by("-asked_at"))
    for row in rows:
        row.title = LISTINGS[row.listing].title if row.listing in LISTINGS else row.listing
        row.is_ready = row.state == ExportState.READY
    return render(request, "journal/exports.html", {"exports": rows})


@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet that was made; it was written down when it was."""
    rows = ListExport.objects.visible_to(request.user).filter(state=ExportState.READY, expires_at__gt=now())
    row = get_object_or_404(rows.select_related("blob"), pk=pk)
    return FileResponse(open_blob(row.blob), content_type=XLSX, headers=file_headers(row.listing, row.made_at))
