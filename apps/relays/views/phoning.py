"""The phone list of units that neither the secretary nor the stand-in has signed for."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.core.clock import now
from apps.notices.enums import CallOutcome
from apps.notices.phone_list import rests
from apps.relays import services
from apps.relays.forms import VAIN, CallForm
from apps.relays.models import RelayLine
from apps.relays.people import to_call
from apps.relays.rules import can_call, can_manage
from apps.relays.services.locking import BESIDE
from apps.relays.views.unit import fetch_line

MOST = 50  # on one page; who is called makes room for the next


@require_safe
def phone(request: HttpRequest) -> HttpResponse:
    """One card a unit, the earliest first; those tried a short while ago come last."""
    if not can_call(request.user):
        raise PermissionDenied(_("The phone list of units is for the office."))
    at = now()
    rows = RelayLine.objects.on_phone_list().select_related(*BESIDE).order_by("sign_due_at", "pk")
    lines = list(rows[: MOST + 1])
    people = to_call(lines[:MOST], at)
    cards = [(line, people[line.pk]) for line in lines[:MOST]]
    resting = [card for card in cards if card[0].called_at and rests(card[0].called_at, at)]
    context = {
        "cards": [card for card in cards if card not in resting],
        "resting": resting,
        "more": len(lines) > MOST,
        "outcomes": VAIN,
    }
    return render(request, "relays/phone.html", context)


@require_POST
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """A call that reached nobody who could sign."""
    line, form = _asked(request, pk)
    outcome = form.cleaned_data.get("outcome") or CallOutcome.NO_ANSWER
    given = {"outcome": CallOutcome(outcome), "person": form.chosen, "note": form.cleaned_data.get("note", "")}
    try:
        services.call(line=line, actor=request.user, at=now(), **given)
        messages.success(request, _("The call is noted."))
    except services.UnableToSign as error:
        messages.error(request, str(error))
    return _back(request, line)


@require_POST
def sign_by_phone(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody of the unit said that it is received."""
    line, form = _asked(request, pk)
    if form.chosen is None:
        messages.error(request, _("Say whom you spoke to."))
        return _back(request, line)
    try:
        note = form.cleaned_data.get("note", "")
        services.sign_by_phone(line=line, actor=request.user, person=form.chosen, note=note, at=now())
        messages.success(request, _("Signed for by phone: %(unit)s.") % {"unit": line.unit})
    except services.UnableToSign as error:
        messages.error(request, str(error))
    return _back(request, line)


def _asked(request: HttpRequest, pk: int) -> tuple[RelayLine, CallForm]:
    line = fetch_line(request, pk)
    if not can_manage(request.user, line.relay):
        raise PermissionDenied(_("You may not call about this relay."))
    people = [person for person, _phones in to_call([line], now())[line.pk]]
    form = CallForm(request.POST, people=people)
    form.is_valid()
    return line, form


def _back(request: HttpRequest, line: RelayLine) -> HttpResponse:
    return redirect("relays:phone") if can_call(request.user) else redirect(line.get_absolute_url())
