"""Verbs of the sender's page: remind, excuse, note a phone call."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from apps.core.clock import now
from apps.notices import services
from apps.notices.forms import NoteForm
from apps.notices.models import Notice, Obligation, Round
from apps.notices.rules import can_chase, can_remind_all
from apps.notices.standing_in import acts_for, acts_for_sender
from apps.notices.views.reporting import reported


@require_POST
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """A reminder to everybody still open. Soon after the last one it asks first."""
    notice = reported(request, pk)
    if not can_remind_all(request.user, notice):
        raise PermissionDenied(_("You may not remind everybody."))
    principal = acts_for_sender(request.user, notice)
    return _remind(request, notice, services.remind_open, notice=notice, on_behalf_of=principal)


@require_POST
def remind_person(request: HttpRequest, pk: int, person_id: int) -> HttpResponse:
    line = _line(request, pk, person_id)
    principal = acts_for(request.user, line.person, line.notice)
    return _remind(request, line.notice, services.remind_person, obligation=line, on_behalf_of=principal)


def _remind(request: HttpRequest, notice: Notice, verb: Callable[..., Round], /, **what: object) -> HttpResponse:
    try:
        row = verb(actor=request.user, confirmed=request.POST.get("confirmed") == "1", at=now(), **what)
    except services.RemindedRecently as error:
        return render(request, "notices/remind_again.html", {"notice": notice, "why": str(error)}, status=409)
    except services.UnableToRemind as error:
        messages.error(request, str(error))
    else:
        words = ngettext(
            "A reminder goes to %(count)s person.", "A reminder goes to %(count)s people.", row.recipient_count
        )
        messages.success(request, words % {"count": row.recipient_count})
    return redirect("notices:report", notice.pk)


@require_POST
def excuse(request: HttpRequest, pk: int, person_id: int) -> HttpResponse:
    line = _line(request, pk, person_id)
    return _note(request, line, lambda text, **who: services.excuse(obligation=line, reason=text, **who))


@require_POST
def told(request: HttpRequest, pk: int, person_id: int) -> HttpResponse:
    line = _line(request, pk, person_id)
    return _note(request, line, lambda text, **who: services.record_told(obligation=line, note=text, **who))


def _note(request: HttpRequest, line: Obligation, act: Callable[..., Obligation]) -> HttpResponse:
    form = NoteForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write a reason or a note of at most 200 characters."))
        return redirect("notices:person", line.notice_id, line.person_id)
    try:
        principal = acts_for(request.user, line.person, line.notice)
        act(form.cleaned_data["note"], actor=request.user, on_behalf_of=principal, at=now())
        messages.success(request, _("Noted for %(name)s.") % {"name": line.person.name})
    except (services.UnableToExcuse, services.UnableToRecord) as error:
        messages.error(request, str(error))
    return redirect(reverse("notices:report", args=[line.notice_id]))


def _line(request: HttpRequest, pk: int, person_id: int) -> Obligation:
    notice = reported(request, pk)
    found = Obligation.objects.visible_to(request.user).select_related("notice", "person")
    line = get_object_or_404(found, notice=notice, person_id=person_id)
    if not can_chase(request.user, notice):
        raise PermissionDenied(_("You may not do this here."))
    return line
