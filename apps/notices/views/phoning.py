"""The phone list, made for a phone: one card a person, one button an outcome."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core.clock import now
from apps.notices import services
from apps.notices.call_form import CallForm
from apps.notices.enums import CallOutcome
from apps.notices.phone_list import PEOPLE, can_call, cards, to_call
from apps.notices.standing_in import names_of, secretaries_stood_in_for
from apps.people.models import Person


@require_GET
def phone_list(request: HttpRequest) -> HttpResponse:
    """Who is to be called now, then who was tried a short while ago."""
    _only_callers(request)
    at = now()
    found = cards(request.user, at)
    context = {
        "cards": [card for card in found if not card.rests],
        "resting": [card for card in found if card.rests],
        "more": len(found) == PEOPLE,
        "acting_for": names_of(secretaries_stood_in_for(request.user)),
        "outcomes": [outcome for outcome in CallOutcome if outcome != CallOutcome.TOLD],
        "at": at,
    }
    return render(request, "notices/phone_list.html", context)


@require_POST
def record_call(request: HttpRequest, person_id: int) -> HttpResponse:
    """What came of the call. Notices that somebody settled meanwhile are left out."""
    _only_callers(request)
    at = now()
    person = get_object_or_404(Person, pk=person_id)
    mine = to_call(request.user, at).filter(person=person).select_related("notice", "person")
    if not mine.exists():
        messages.info(request, _("Nothing is open any more for %(name)s.") % {"name": person.name})
        return redirect("notices:phone_list")
    form = CallForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say what came of the call."))
        return redirect("notices:phone_list")
    data = form.cleaned_data
    try:
        services.record_call(
            lines=list(mine.filter(pk__in=data["line"])),
            actor=request.user,
            outcome=CallOutcome(data["outcome"]),
            note=data["note"],
            number=data["number"],
            at=at,
        )
        messages.success(request, _("Noted for %(name)s.") % {"name": person.name})
    except services.UnableToRecordCall as error:
        messages.error(request, str(error))
    return redirect("notices:phone_list")


def _only_callers(request: HttpRequest) -> None:
    if not can_call(request.user):
        raise PermissionDenied(_("The phone list is for unit secretaries and the office."))
