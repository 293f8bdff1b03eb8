"""More time for one unit: asked for by the unit, granted or refused by who set the day."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.core.clock import now
from apps.relays import services
from apps.relays.forms import AskExtensionForm, GrantExtensionForm, RefuseExtensionForm
from apps.relays.models import RelayLine
from apps.relays.rules import can_excuse
from apps.relays.views.unit import do, fetch_line, fetch_mine, show


@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    row = fetch_mine(request, pk)
    form = AskExtensionForm(request.POST, auto_id="more_%s")
    if not form.is_valid():
        return show(request, row, {"ask_extension": form}, status=422)
    work = lambda: services.ask_extension(line=row, actor=request.user, at=now(), **form.cleaned_data)  # noqa: E731
    return do(request, row, work, _("More time is asked for. The day stands until it is granted."), ask_extension=form)


@require_POST
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    row = _of_level_below(request, pk)
    form = GrantExtensionForm(request.POST, auto_id="grant_%s")
    if not form.is_valid():
        return show(request, row, {"grant_extension": form}, status=422)
    work = lambda: services.grant_extension(line=row, actor=request.user, at=now(), **form.cleaned_data)  # noqa: E731
    return do(request, row, work, _("More time is granted."), grant_extension=form)


@require_POST
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    row = _of_level_below(request, pk)
    form = RefuseExtensionForm(request.POST, auto_id="refuse_%s")
    if not form.is_valid():
        return show(request, row, {"refuse_extension": form}, status=422)
    work = lambda: services.refuse_extension(line=row, actor=request.user, at=now(), **form.cleaned_data)  # noqa: E731
    return do(request, row, work, _("The day stays as it is; the unit is told."), refuse_extension=form)


def _of_level_below(request: HttpRequest, pk: int) -> RelayLine:
    row = fetch_line(request, pk)
    if not can_excuse(request.user, row):
        raise PermissionDenied(_("You may not decide on this wish for more time."))
    return row
