"""Filing: the form, the draft, check your answers, filed."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.clock import now
from apps.journal.forms import read_token
from apps.journal.services import record, settle_form, take_form
from apps.people.enums import HANDLER_ROLES
from apps.people.models import Person
from apps.questionnaires.display import answer_lines
from apps.questionnaires.forms import build_form
from apps.servicedesk import services
from apps.servicedesk.duplicates import duplicates_of
from apps.servicedesk.enums import RequestState
from apps.servicedesk.forms import OnBehalfForm
from apps.servicedesk.models import Request, Service
from apps.servicedesk.offers import offers_for
from apps.servicedesk.screens import requests_with_names
from apps.servicedesk.services.consent import note_consent
from apps.servicedesk.services.drafts import discard_draft, kept_until
from apps.servicedesk.services.errors import Changed, UnableToFile
from apps.servicedesk.services.newer_forms import adopt_form, carry_over, newer_form
from apps.servicedesk.services.plans import plan_of
from apps.servicedesk.sign_off import needed_of
from apps.servicedesk.views.acting import fetch, posted_version

SAVE_FOR_LATER = "later"


@require_http_methods(["GET", "POST"])
def file(request: HttpRequest, code: str) -> HttpResponse:
    """The empty form. Nothing is kept until it is sent the first time; then it is a draft."""
    service = get_object_or_404(Service.objects.visible_to(request.user).select_related("area", "form"), code=code)
    require_asker(request.user, service)
    version = service.form.versions.order_by("-number").first()
    if version is None:
        messages.error(request, _("This service has no published form yet. Please tell the office."))
        return redirect("servicedesk:catalogue")
    behalf = OnBehalfForm(request.POST or None, asker=request.user) if request.user.has_role(*HANDLER_ROLES) else None
    context = {"service": service, "behalf": behalf, "steps": plan_of(service)}
    context |= {"offers": offers_for(request.user, service)}
    if request.method == "GET":
        return render(request, "servicedesk/file.html", context | {"form": build_form(version, person=request.user)})
    named = behalf is None or behalf.is_valid()
    person = behalf.person if behalf and named else request.user
    form = build_form(version, data=request.POST, files=request.FILES, person=request.user)
    if not (named and may_keep(request, form)):
        return render(request, "servicedesk/file.html", context | {"form": form}, status=422)

    def begin() -> Request:
        item = services.start_draft(actor=request.user, service=service, requester=person)
        if person != request.user:
            said = behalf.cleaned_data
            note_consent(request=item, actor=request.user, asked_by=said["asked_by"], note=said["consent"])
        return services.save_draft(request=item, actor=request.user, answers=form.plain_answers())

    return keep(request, begin, lambda: render(request, "servicedesk/file.html", context | {"form": form}, status=422))


def require_asker(user: Person, service: Service) -> None:
    """Who sees a service may not always ask for it; handlers file for others, and the service says for whom."""
    if not user.has_role(*HANDLER_ROLES) and not Service.objects.askable_by(user).filter(pk=service.pk).exists():
        raise PermissionDenied(_("You may see this service, but not ask for it."))


def may_keep(request: HttpRequest, form: BaseForm) -> bool:
    """A form without mistakes, or one that is only put aside."""
    return form.is_valid() or request.POST.get("then") == SAVE_FOR_LATER


def keep(request: HttpRequest, save: Callable[[], Request], again: Callable[[], HttpResponse]) -> HttpResponse:
    """Save a draft once, however often its form is sent, and go on to the check page (or away, when put aside)."""
    token = read_token(request)
    try:
        with transaction.atomic():
            first, url = take_form(token=token, person=request.user)
            if not first:
                return redirect(url or "servicedesk:mine")
            item = save()
            later = request.POST.get("then") == SAVE_FOR_LATER
            target = redirect("servicedesk:mine") if later else redirect("servicedesk:check_answers", item.pk)
            settle_form(token=token, result_url=target.url)
    except UnableToFile as error:
        messages.error(request, str(error))
        return again()
    if later:
        messages.success(request, _("Your draft is kept; nothing was sent to the office."))
    return target


@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with a draft."""
    item = fetch_draft(request, pk)
    if item.state != RequestState.DRAFT:
        return redirect(item)
    newest = newer_form(item)
    carried = carry_over(item, newest) if newest else None
    version, initial = (newest, carried.answers) if newest else (item.answer_set.form_version, item.answer_set.answers)
    context = {"service": item.service, "item": item, "steps": plan_of(item.service)}
    context |= {"offers": offers_for(request.user, item.service), "carried": carried, "kept_until": kept_until(item)}
    if request.method == "GET":
        form = build_form(version, person=request.user, initial=initial)
        return render(request, "servicedesk/file.html", context | {"form": form})
    form = build_form(version, data=request.POST, files=request.FILES, person=request.user, initial=initial)

    def again() -> HttpResponse:
        return render(request, "servicedesk/file.html", context | {"form": form}, status=422)

    def save() -> Request:
        adopt_form(request=item, actor=request.user, version=posted_version(request))
        return services.save_draft(
            request=item, actor=request.user, answers=form.plain_answers(), version=posted_version(request)
        )

    if not may_keep(request, form):
        return again()
    try:
        return keep(request, save, again)
    except Changed as clash:
        messages.warning(
            request,
            _("You changed this draft in another window. What you typed here is below; send it again to keep it."),
        )
        context["item"] = clash.request
        return again()


def fetch_draft(request: HttpRequest, pk: int) -> Request:
    """One's own draft, or the request it became; else 404."""
    rows = requests_with_names().visible_to(request.user)
    return get_object_or_404(rows.filter(filed_by=request.user), pk=pk)


@require_GET
def check_answers(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything once more before it goes to the office, each answer with a way to change it."""
    item = fetch_draft(request, pk)
    if item.state != RequestState.DRAFT:
        return redirect(item)
    if newer_form(item):
        return redirect("servicedesk:draft", pk)
    context = {
        "item": item,
        "lines": answer_lines(item.answer_set),
        "duplicates": duplicates_of(item, request.user, at=now()),
    }
    return render(request, "servicedesk/check_answers.html", context)


@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """File it. Sent twice, it is filed once and leads to the same page; what may be filed already is asked first."""
    item = fetch_draft(request, pk)
    if item.state == RequestState.DRAFT and newer_form(item):
        return redirect("servicedesk:draft", pk)
    found = duplicates_of(item, request.user, at=now()) if item.state == RequestState.DRAFT else None
    if found and "despite" not in request.POST:
        messages.warning(request, _("This may be filed already. Look at what stands below, then decide."))
        return redirect("servicedesk:check_answers", pk)
    try:
        with transaction.atomic():
            filed = services.submit(request=item, actor=request.user, version=posted_version(request))
            if found:
                changes = {"requests": found.numbers}
                record(actor=request.user, verb="filed_despite", obj=filed, changes=changes, internal=True)
    except Changed:
        if Request.objects.filter(pk=pk).exclude(state=RequestState.DRAFT).exists():
            return redirect("servicedesk:filed", pk)
        messages.warning(request, _("The answers changed meanwhile. Please check them once more."))
        return redirect("servicedesk:check_answers", pk)
    except UnableToFile as error:
        messages.error(request, str(error))
        return redirect("servicedesk:draft" if error.missing else "servicedesk:check_answers", pk)
    return redirect("servicedesk:filed", pk)


@require_GET
def filed(request: HttpRequest, pk: int) -> HttpResponse:
    """The number, what happens next, and until when."""
    item = fetch(request, pk)
    if item.state == RequestState.DRAFT:
        return redirect("servicedesk:draft", pk)
    needed = needed_of(item) if item.is_open else []
    context = {
        "item": item,
        "first": [str(step) for step in needed if step.is_at_once],
        "later": [str(step) for step in needed if not step.is_at_once],
    }
    return render(request, "servicedesk/filed.html", context)


@require_POST
def delete_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away; the same button pressed twice is no mistake."""
    done = redirect("servicedesk:mine")
    with transaction.atomic():
        first, _url = take_form(token=read_token(request), person=request.user)
        if not first:
            return done
        item = fetch_draft(request, pk)
        if item.state != RequestState.DRAFT:
            return redirect(item)
        discard_draft(request=item, actor=request.user)
    messages.success(request, _("The draft is deleted."))
    return done
