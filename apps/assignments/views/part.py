"""One part: the unit signs, names, reports; its head confirms; the level above accepts, returns, excuses."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.assignments import rules, services
from apps.assignments.models import Part
from apps.assignments.screens import PartScreen, form_of
from apps.assignments.services.errors import UnableToAct
from apps.assignments.tree import BESIDE, GIVERS, tree_of
from apps.assignments.views import once
from apps.core.clock import now
from apps.core.redirects import back_or
from apps.journal.files import DOCUMENTS, IMAGES, TABLES, UploadRefused, accept_upload
from apps.people.models import Person

Right = Callable[[Person, Part], object]
REFUSALS = (UnableToAct, UploadRefused)


@require_safe
def part(request: HttpRequest, pk: int) -> HttpResponse:
    """What is asked of the unit, what it reported, and the one thing that is to be done now."""
    return show(request, fetch(request, pk))


@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    row = allowed(request, pk, rules.as_clerk)
    return do(request, row, lambda: services.sign(part=row, actor=request.user, at=now()), _("Signed for."))


@require_POST
def name(request: HttpRequest, pk: int) -> HttpResponse:
    def work(row: Part, form: forms.Form) -> None:
        note = form.cleaned_data["note"]
        services.name_person(part=row, actor=request.user, person=form.chosen, note=note, at=now())

    return perform(request, pk, "name", rules.as_clerk, work, _("Named; the person was told."))


@require_POST
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    def work(row: Part, form: forms.Form) -> None:
        note = form.cleaned_data["note"]
        services.hand_over(part=row, actor=request.user, person=form.chosen, note=note, at=now())

    return perform(request, pk, "hand_over", rules.as_doer, work, _("Handed over; the other person was told."))


@require_POST
def pass_down(request: HttpRequest, pk: int) -> HttpResponse:
    def work(row: Part, form: forms.Form) -> None:
        services.pass_down(part=row, actor=request.user, parts=form.parts(), at=now())

    return perform(request, pk, "pass_down", rules.as_writer, work, _("Passed to the units below."))


@require_POST
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Words, files and a count."""

    def work(row: Part, form: forms.Form) -> None:
        at, data = now(), form.cleaned_data
        kinds = DOCUMENTS | IMAGES | TABLES
        files = [accept_upload(each, person=request.user, allow=kinds, at=at) for each in data["files"]]
        given = {"text": data["text"], "count": data.get("count"), "attachments": files}
        services.report(part=row, actor=request.user, at=at, **given)

    return perform(request, pk, "report", rules.as_writer, work, _("Reported; the unit's head confirms it."))


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    def work(row: Part, form: forms.Form) -> None:
        services.confirm(part=row, actor=request.user, at=now(), **of_report(request, form))

    return perform(request, pk, "confirm", rules.as_confirmer, work, _("Confirmed; the report has gone up."))


@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    def work(row: Part, form: forms.Form) -> None:
        services.send_back(part=row, actor=request.user, at=now(), **of_report(request, form))

    return perform(request, pk, "send_back", rules.as_confirmer, work, _("Sent back; who wrote it was told."))


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    def work(row: Part, form: forms.Form) -> None:
        services.accept(part=row, actor=request.user, at=now(), **of_report(request, form))

    return perform(request, pk, "accept", above, work, _("Report accepted."))


@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    def work(row: Part, form: forms.Form) -> None:
        services.give_back(part=row, actor=request.user, at=now(), **of_report(request, form))

    return perform(request, pk, "give_back", above, work, _("Returned as incomplete; the unit was told."))


@require_POST
def excuse(request: HttpRequest, pk: int) -> HttpResponse:
    def work(row: Part, form: forms.Form) -> None:
        services.excuse(part=row, actor=request.user, reason=form.cleaned_data["reason"], at=now())

    return perform(request, pk, "excuse", excuser, work, _("Nothing is asked of this unit any more."))


@require_POST
def urge(request: HttpRequest, pk: int) -> HttpResponse:
    def work(row: Part, form: forms.Form) -> None:
        services.urge(part=row, actor=request.user, note=form.cleaned_data["note"], at=now())

    return perform(request, pk, "urge", urger, work, _("Urged; who has it was told."))


def of_report(request: HttpRequest, form: forms.Form) -> dict[str, object]:
    """The words, and which report the page showed."""
    return {"note": form.cleaned_data["note"], "of_round": number_sent(request, "round")}


def number_sent(request: HttpRequest, name: str) -> int | None:
    sent = request.POST.get(name, "")
    return int(sent) if sent.isdecimal() and len(sent) < 18 else None


def above(user: Person, row: Part) -> object:
    return rules.as_above(user, row, tree_of(row.assignment))


def excuser(user: Person, row: Part) -> object:
    return rules.as_excuser(user, row, tree_of(row.assignment))


def setter(user: Person, row: Part) -> object:
    return rules.as_setter(user, row, tree_of(row.assignment))


def urger(user: Person, row: Part) -> object:
    return rules.as_urger(user, row, tree_of(row.assignment))


def fetch(request: HttpRequest, pk: int) -> Part:
    """The part, if this person may see it; else 404."""
    rows = Part.objects.visible_to(request.user).with_asks().select_related("assignment", *BESIDE, *GIVERS)
    return get_object_or_404(rows, pk=pk)


def allowed(request: HttpRequest, pk: int, right: Right) -> Part:
    """404 for who does not see it, 403 for who sees it and may not do this."""
    row = fetch(request, pk)
    if not right(request.user, row):
        raise PermissionDenied(_("This is not yours to do."))
    return row


def perform(
    request: HttpRequest,
    pk: int,
    act: str,
    right: Right,
    work: Callable[[Part, forms.Form], None],
    done: str,
) -> HttpResponse:
    """One act with its form: right, form, one service call."""
    if before := once.led_to(request):
        return redirect(before)
    row, sent = allowed(request, pk, right), {}

    def checked() -> None:
        sent[act] = form = form_of(act, row, request.user, request.POST, request.FILES)
        if not form.is_valid():
            raise once.NotInOrder
        work(row, form)

    return do(request, row, checked, done, sent)


def do(
    request: HttpRequest,
    row: Part,
    work: Callable[[], object],
    words: str,
    sent: dict[str, forms.Form] | None = None,
) -> HttpResponse:
    """All or nothing, and once; what was typed stays when it is refused. `sent`: the form, by act, once it was read."""
    sent = {} if sent is None else sent
    try:
        with transaction.atomic():
            once.claim(request)
            work()
            still_there = Part.objects.visible_to(request.user).filter(pk=row.pk).exists()
            page = row.get_absolute_url() if still_there else reverse("assignments:list")
            once.settle(request, page)
    except once.Repeated as again:
        return redirect(again.url or row)
    except once.NotInOrder:
        return show(request, row, sent, status=422)
    except REFUSALS as error:
        messages.error(request, str(error))
        for form in sent.values():
            form.add_error(None, str(error))  # so that the fold it stands in is open
        return show(request, fetch(request, row.pk), sent, status=422)
    messages.success(request, words)
    return back_or(request, page) if still_there else redirect(page)


def show(
    request: HttpRequest, row: Part, sent: dict[str, forms.Form] | None = None, *, status: int = 200
) -> HttpResponse:
    screen = PartScreen(row, request.user, now(), sent or {})
    context = {"screen": screen, "part": row, "assignment": row.assignment, "acting_for": screen.acting_for}
    return render(request, "assignments/part.html", context, status=status)
