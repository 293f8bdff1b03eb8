"""What the check for missing rows did: its last runs, every row that was found, and what was done about the rest."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from apps.core.clock import now
from apps.core.pages import keyset_page
from apps.notices import missing_filter
from apps.notices.forms import NoteForm
from apps.notices.missing_filter import BACK, FOUND, LEFT, SETTLED, MissingFilter
from apps.notices.models import CheckRun, Completeness, MissingRow, Notice
from apps.notices.rules import can_see_missing
from apps.notices.services import UnableToSettle, settle_missing


@require_GET
def runs(request: HttpRequest) -> HttpResponse:
    """The last runs, newest first; each figure leads to its rows."""
    _refuse_others(request)
    page = keyset_page(CheckRun.objects.all(), by="at", cursor=request.GET.get("cursor", ""))
    found = missing_filter.counts_of_runs(page.rows)
    totals = missing_filter.counts(MissingRow.objects.all())
    context = {
        "page": page,
        "lines": [(run, _figures(found.get(run.pk, {}), MissingFilter(run=run.pk))) for run in page.rows],
        "totals": _figures(totals, MissingFilter()),
        "state": Completeness.objects.first(),
    }
    return render(request, "notices/missing.html", context)


@require_GET
def rows(request: HttpRequest) -> HttpResponse:
    """Exactly the rows that a figure counts."""
    _refuse_others(request)
    wanted = MissingFilter.read(request.GET)
    found = wanted.rows().select_related("run", "notice", "person", "round", "settled_by")
    page = keyset_page(found, by="pk", cursor=request.GET.get("cursor", ""))
    notice = Notice.objects.filter(pk=wanted.notice).first() if wanted.notice else None
    context = {
        "page": page,
        "wanted": wanted,
        "notice": notice,
        "run": CheckRun.objects.filter(pk=wanted.run).first() if wanted.run else None,
        "shows": _figures(missing_filter.counts(MissingFilter(wanted.run, wanted.notice).rows()), wanted),
        "left": MissingFilter(notice=notice.pk, show=LEFT).rows().count() if notice else 0,
        "note_form": NoteForm(),
    }
    return render(request, "notices/missing_rows.html", context)


@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what was found out about what is left of a notice."""
    _refuse_others(request)
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    form = NoteForm(request.POST)
    back = redirect(f"{reverse('notices:missing_rows')}?{MissingFilter(notice=pk, show=LEFT).querystring()}")
    if not form.is_valid():
        messages.error(request, _("Say what was found out or done, in at most 200 characters."))
        return back
    try:
        settle_missing(notice=notice, note=form.cleaned_data["note"], actor=request.user, at=now())
        messages.success(request, _("It is written down, and the notice is off the list."))
    except UnableToSettle as error:
        messages.error(request, str(error))
        return back
    return redirect(f"{reverse('notices:missing_rows')}?{MissingFilter(notice=pk).querystring()}")


def _refuse_others(request: HttpRequest) -> None:
    if not can_see_missing(request.user):
        raise PermissionDenied(_("This is for the director and administrators."))


def _figures(found: dict[str, int], of: MissingFilter) -> list[tuple[str, str, int, str]]:
    """(which, its word, how many, the address of exactly these rows)."""
    page = reverse("notices:missing_rows")
    words = {
        FOUND: pgettext("missing rows", "found"),
        BACK: pgettext("missing rows", "put back"),
        LEFT: pgettext("missing rows", "left"),
        SETTLED: pgettext("missing rows", "settled"),
    }
    return [(show, word, found.get(show, 0), f"{page}?{of.querystring(show=show)}") for show, word in words.items()]
