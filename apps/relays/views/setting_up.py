"""The sender lets a draft of a notice go to units."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.clock import now
from apps.notices.models import Notice
from apps.notices.rules import can_edit
from apps.people.models import Unit
from apps.relays import services
from apps.relays.enums import Asked
from apps.relays.forms import RelayForm
from apps.relays.models import Relay
from apps.relays.people import secretaries_of


@require_http_methods(["GET", "HEAD", "POST"])
def relay(request: HttpRequest, notice: int) -> HttpResponse:
    """Choose the units and what is asked of them."""
    row = _draft(request, notice)
    there = Relay.objects.filter(notice=row).first()
    form = RelayForm(request.POST or None, user=request.user, initial=_initial(there))
    if request.method == "POST" and form.is_valid():
        asked = {name: form.cleaned_data[name] for name in ("asked", "asks", "sign_by", "report_by")}
        units = form.chosen()
        try:
            services.relay(notice=row, actor=request.user, units=units, at=now(), **asked)
        except services.UnableToRelay as error:
            form.add_error(None, str(error))
        else:
            _warn(request, units)
            return redirect("notices:preview", row.pk)
    context = {"notice": row, "form": form, "there": there}
    return render(request, "relays/relay.html", context, status=422 if form.errors else 200)


@require_POST
def stop(request: HttpRequest, notice: int) -> HttpResponse:
    row = _draft(request, notice)
    try:
        services.stop_relaying(notice=row, actor=request.user, at=now())
        messages.success(request, _("The notice goes to no units. Choose whom it is for."))
    except services.UnableToRelay as error:
        messages.error(request, str(error))
    return redirect("notices:preview", row.pk)


def _draft(request: HttpRequest, notice: int) -> Notice:
    row = get_object_or_404(Notice.objects.visible_to(request.user), pk=notice)
    if not can_edit(request.user, row):
        raise PermissionDenied(_("You may not change this notice."))
    if not row.is_editable:
        raise PermissionDenied(_("Only a draft can be changed."))
    return row


def _initial(there: Relay | None) -> dict[str, object]:
    if there is None:
        return {"asked": Asked.REPORT}
    values = {name: getattr(there, name) for name in ("asked", "asks", "sign_by", "report_by")}
    return values | {"units": list(there.lines.values_list("unit_id", flat=True))}


def _warn(request: HttpRequest, units: list[Unit]) -> None:
    """Say before it goes out which units have nobody to sign."""
    found = secretaries_of(unit.pk for unit in units)
    without = [str(unit) for unit in units if unit.pk not in found]
    if without:
        words = _("These units have no secretary; they go to the stand-in, then to the phone list: %(units)s.")
        messages.warning(request, words % {"units": "、".join(without)})
    else:
        messages.success(request, _("The notice goes to the secretaries of these units."))
