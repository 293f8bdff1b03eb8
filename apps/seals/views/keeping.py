"""Who keeps a seal: appointed, standing in, handed over and taken over."""

from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.core.clock import now
from apps.seals import forms, rules, services
from apps.seals.models import Handover, Keeping
from apps.seals.screens import SealScreen
from apps.seals.views.acting import perform
from apps.seals.views.register import fetch_seal, show_seal


@require_POST
@reauthentication_required
def appoint(request: HttpRequest, pk: int) -> HttpResponse:
    """The first keeper of a seal."""
    seal = fetch_seal(request, pk)
    form = forms.KeeperForm(request.POST, asker=request.user, auto_id="keeper_%s")
    return perform(
        request,
        seal,
        allowed=rules.can_appoint(request.user),
        work=lambda: services.appoint_keeper(seal=seal, actor=request.user, **form.cleaned_data),
        done=_("The keeper is appointed and told."),
        show=show_seal(request, seal),
        form=form,
        name="keeper",
    )


@require_POST
@reauthentication_required
def stand_in(request: HttpRequest, pk: int) -> HttpResponse:
    seal = fetch_seal(request, pk)
    form = forms.StandInForm(request.POST, asker=request.user, auto_id="stand_%s")

    def work() -> None:
        starts_at, ends_at = form.moments()
        data = form.cleaned_data
        services.appoint_stand_in(
            seal=seal,
            person=data["person"],
            starts_at=starts_at,
            ends_at=ends_at,
            note=data["note"],
            actor=request.user,
        )

    return perform(
        request,
        seal,
        allowed=rules.can_appoint(request.user),
        work=work,
        done=_("The stand-in is appointed and told."),
        show=show_seal(request, seal),
        form=form,
        name="stand_in",
    )


@require_POST
def end_stand_in(request: HttpRequest, pk: int, keeping_pk: int) -> HttpResponse:
    seal = fetch_seal(request, pk)
    keeping = get_object_or_404(Keeping.objects.stand_ins(), pk=keeping_pk, seal=seal)
    return perform(
        request,
        seal,
        allowed=rules.can_appoint(request.user),
        work=lambda: services.end_stand_in(keeping=keeping, actor=request.user),
        done=_("The keeper alone has it again."),
        show=show_seal(request, seal),
    )


@require_POST
def give(request: HttpRequest, pk: int) -> HttpResponse:
    """The keeper signs for handing it over."""
    seal = fetch_seal(request, pk)
    form = forms.GiveForm(request.POST, asker=request.user, auto_id="give_%s")
    return perform(
        request,
        seal,
        allowed=rules.can_give(request.user, seal, now()),
        work=lambda: services.give(seal=seal, actor=request.user, **form.cleaned_data),
        done=_("Signed. The other one counts and signs next."),
        show=show_seal(request, seal),
        form=form,
        name="give",
    )


def fetch_handover(request: HttpRequest, pk: int, handover_pk: int) -> Handover:
    """For who sees the seal, and for who is to take it over."""
    row = get_object_or_404(Handover.objects.select_related("seal"), pk=handover_pk, seal=pk)
    if row.taker_id != request.user.pk:
        fetch_seal(request, pk)
    return row


@require_POST
def take_over(request: HttpRequest, pk: int, handover_pk: int) -> HttpResponse:
    """The new keeper counted the same and signs."""
    row = fetch_handover(request, pk, handover_pk)
    form = forms.TakeForm(request.POST, auto_id="take_%s")
    return perform(
        request,
        row.seal,
        allowed=row.taker_id == request.user.pk,
        work=lambda: services.take_over(handover=row, actor=request.user, **form.cleaned_data),
        done=_("Signed. The seal is in your care."),
        show=show_seal(request, row.seal),
        form=form,
        name="take",
    )


@require_POST
def cancel_handover(request: HttpRequest, pk: int, handover_pk: int) -> HttpResponse:
    row = fetch_handover(request, pk, handover_pk)
    screen = SealScreen(row.seal, request.user, now())
    return perform(
        request,
        row.seal,
        allowed=request.user.pk in (row.giver_id, row.taker_id) or screen.may_appoint,
        work=lambda: services.cancel_handover(handover=row, actor=request.user),
        done=_("The hand-over is called off."),
        show=show_seal(request, row.seal),
    )
