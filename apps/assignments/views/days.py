"""The day of a part: more time asked, granted, refused; the clock stopped and let run again."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.assignments import rules, services
from apps.assignments.models import Part
from apps.assignments.views.part import allowed, do, number_sent, perform, setter
from apps.core.clock import now
from apps.people.models import Person


@require_POST
def ask_extension(request: HttpRequest, pk: int) -> HttpResponse:
    def work(row: Part, form: forms.Form) -> None:
        services.ask_extension(part=row, actor=request.user, at=now(), **form.cleaned_data)

    done = _("More time is asked for. The day stands until it is granted.")
    return perform(request, pk, "ask_extension", rules.as_writer, work, done)


@require_POST
def grant_extension(request: HttpRequest, pk: int) -> HttpResponse:
    def work(row: Part, form: forms.Form) -> None:
        wish = number_sent(request, "wish")
        services.grant_extension(part=row, actor=request.user, wish=wish, at=now(), **form.cleaned_data)

    return perform(request, pk, "grant_extension", setter, work, _("More time is granted."))


@require_POST
def refuse_extension(request: HttpRequest, pk: int) -> HttpResponse:
    def work(row: Part, form: forms.Form) -> None:
        wish = number_sent(request, "wish")
        services.refuse_extension(part=row, actor=request.user, wish=wish, at=now(), **form.cleaned_data)

    return perform(request, pk, "refuse_extension", setter, work, _("The day stays as it is; the unit is told."))


@require_POST
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    def work(row: Part, form: forms.Form) -> None:
        words = form.cleaned_data["words"]
        services.pause(part=row, actor=request.user, cause=form.cause, words=words, at=now())

    return perform(
        request, pk, "pause", writer_or_setter, work, _("The clock stands still until you let it run again.")
    )


@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    row = allowed(request, pk, writer_or_setter)
    work = lambda: services.resume(part=row, actor=request.user, at=now())  # noqa: E731
    return do(request, row, work, _("The clock runs again; the day has moved."))


def writer_or_setter(user: Person, row: Part) -> object:
    return rules.as_writer(user, row) or setter(user, row)
