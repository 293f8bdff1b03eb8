"""Who takes part in a request, and who watches it."""

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.servicedesk import services
from apps.servicedesk.forms import AddPersonForm, RightsForm
from apps.servicedesk.models import Participant, Request
from apps.servicedesk.views.acting import fetch, perform


@require_POST
def add_person(request: HttpRequest, pk: int) -> HttpResponse:
    def form(item: Request) -> AddPersonForm:
        return AddPersonForm(request.POST, asker=request.user, auto_id="person_%s")

    def work(item: Request, form: BaseForm) -> None:
        data = form.cleaned_data
        services.add_participant(
            request=item,
            actor=request.user,
            person=data["person"],
            may_act=data["may_act"],
            sees_papers=data["sees_papers"],
        )

    return perform(request, pk, "add_people", work, form=form, done=_("Added; the person was told."))


def fetch_participant(item: Request, pk: int) -> Participant:
    return get_object_or_404(Participant.objects.select_related("request"), pk=pk, request=item)


@require_POST
def change_person(request: HttpRequest, pk: int, participant: int) -> HttpResponse:
    known = fetch_participant(fetch(request, pk), participant)

    def work(item: Request, form: BaseForm) -> None:
        services.change_participant(participant=known, actor=request.user, **form.cleaned_data)

    return perform(
        request,
        pk,
        "change_person",
        work,
        form=lambda item: RightsForm(request.POST),
        done=_("The rights are changed."),
    )


@require_POST
def remove_person(request: HttpRequest, pk: int, participant: int) -> HttpResponse:
    known = fetch_participant(fetch(request, pk), participant)

    def work(item: Request, form: None) -> None:
        services.remove_participant(participant=known, actor=request.user)

    return perform(request, pk, "remove_person", work, done=_("The person takes no part any more."))


@require_POST
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Afterwards the request may be out of sight: back to the own list."""

    def work(item: Request, form: None) -> None:
        services.leave(request=item, actor=request.user)

    perform(request, pk, "leave", work, done=_("You take no part in it any more."))
    return redirect("servicedesk:mine")


@require_POST
def watch(request: HttpRequest, pk: int) -> HttpResponse:
    def work(item: Request, form: None) -> None:
        services.watch(request=item, actor=request.user)

    return perform(request, pk, "watch", work, done=_("You hear of everything that happens to it."))


@require_POST
def unwatch(request: HttpRequest, pk: int) -> HttpResponse:
    def work(item: Request, form: None) -> None:
        services.stop_watching(request=item, actor=request.user)

    return perform(request, pk, "unwatch", work, done=_("You watch it no more."))
