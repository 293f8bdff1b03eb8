"""The mandatory notices behind the leaders' figures, by sender and one by one."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.core.pages import keyset_page
from apps.notices import quota
from apps.people.enums import OFFICE_ROLES

MOST_SENDERS = 100


@require_GET
def mandatory(request: HttpRequest) -> HttpResponse:
    """Exactly the rows that the figures count, under the reader's own rights."""
    if not request.user.has_role(*OFFICE_ROLES):
        raise PermissionDenied(_("This page is for the office."))
    wanted = quota.MandatoryFilter.read(request.GET)
    rows = wanted.rows(request.user)
    shown = rows.select_related("sender", "unit").annotate(reminders=quota.REMINDERS)
    context = {
        "wanted": wanted,
        "totals": quota.totals(rows),
        "senders": quota.by_sender(rows, MOST_SENDERS),
        "page": keyset_page(shown, by="published_at", cursor=request.GET.get("cursor", "")),
    }
    return render(request, "notices/mandatory.html", context)
