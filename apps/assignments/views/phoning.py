"""The phone list of units that neither the clerk nor the stand-in has signed for."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.assignments import services
from apps.assignments.forms import VAIN, CallForm
from apps.assignments.models import Part
from apps.assignments.rules import may_call
from apps.assignments.services.errors import UnableToAct
from apps.assignments.tree import BESIDE, GIVERS
from apps.assignments.views.part import fetch
from apps.core.clock import now
from apps.notices.enums import CallOutcome
from apps.notices.phone_list import rests

MOST = 50  # on one page; who is called makes room for the next


@require_safe
def phone(request: HttpRequest) -> HttpResponse:
    """One card a unit, the earliest first; those tried a short while ago come last."""
    if not may_call(request.user):
        raise PermissionDenied(_("The phone list of units is for the office."))
    at = now()
    rows = Part.objects.on_phone_list().visible_to(request.user).select_related("assignment", *BESIDE, *GIVERS)
    rows = rows.order_by("sign_due_at", "pk")
    parts = list(rows[: MOST + 1])
    people = services.to_call(parts[:MOST], at)
    cards = [(part, people[part.pk]) for part in parts[:MOST]]
    resting = [card for card in cards if card[0].called_at and rests(card[0].called_at, at)]
    context = {
        "cards": [card for card in cards if card not in resting],
        "resting": resting,
        "more": len(parts) > MOST,
        "outcomes": VAIN,
    }
    return render(request, "assignments/phone.html", context)


@require_POST
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """A call that reached nobody who could sign."""
    part, form = _asked(request, pk)
    outcome = form.cleaned_data.get("outcome") or CallOutcome.NO_ANSWER
    given = {"outcome": CallOutcome(outcome), "person": form.chosen, "note": form.cleaned_data.get("note", "")}
    try:
        services.call(part=part, actor=request.user, at=now(), **given)
        messages.success(request, _("The call is noted."))
    except UnableToAct as error:
        messages.error(request, str(error))
    return redirect("assignments:phone")


@require_POST
def sign_by_phone(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody of the unit said that it is received."""
    part, form = _asked(request, pk)
    if form.chosen is None:
        messages.error(request, _("Say whom you spoke to."))
        return redirect("assignments:phone")
    try:
        note = form.cleaned_data.get("note", "")
        services.sign_by_phone(part=part, actor=request.user, person=form.chosen, note=note, at=now())
        messages.success(request, _("Signed for by phone: %(unit)s.") % {"unit": part.unit})
    except UnableToAct as error:
        messages.error(request, str(error))
    return redirect("assignments:phone")


def _asked(request: HttpRequest, pk: int) -> tuple[Part, CallForm]:
    part = fetch(request, pk)
    if not may_call(request.user):
        raise PermissionDenied(_("The phone list of units is for the office."))
    people = [person for person, _phones in services.to_call([part], now())[part.pk]]
    form = CallForm(request.POST, people=people)
    form.is_valid()
    return part, form
