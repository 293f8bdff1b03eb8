"""Mail to place: what came in and stands in no request by itself, and what a person does with it."""

from collections.abc import Callable

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core.pages import keyset_page
from apps.delivery.letters.addresses import make_void
from apps.journal.services import record
from apps.people.enums import HANDLER_ROLES
from apps.servicedesk.enums import Who
from apps.servicedesk.forms.mail import AnswerMailForm, DiscardForm, FileForForm, PlaceForm
from apps.servicedesk.mail_managers import can_place_mail
from apps.servicedesk.models import MailIn
from apps.servicedesk.panels.mail import VIEWS, candidates, note_lines, tabs
from apps.servicedesk.rules import capacity
from apps.servicedesk.services import UnableToFile
from apps.servicedesk.services.mail_checks import SOURCE
from apps.servicedesk.services.mail_placing import (
    UnableToPlace,
    answer_mail,
    discard,
    file_for,
    letter_of,
    put_to_request,
)
from apps.servicedesk.views.acting import fetch

NAMES = ("person", "request", "draft", "settled_by", "inbound__blob")
SHOWN_CHARS = 200_000


@require_GET
def mails(request: HttpRequest) -> HttpResponse:
    """The list: what waits, what was dealt with, what rules put aside."""
    if not can_place_mail(request.user):
        raise PermissionDenied
    view = VIEWS.get(request.GET.get("view", "waiting"))
    if view is None:
        raise Http404
    rows = view.narrow(MailIn.objects.visible_to(request.user)).select_related(*NAMES)
    cursor = request.GET.get("cursor", "")
    page = keyset_page(rows, by="received_at", cursor=cursor, newest_first=view.newest_first)
    return render(request, "servicedesk/mails.html", {"page": page, "view": view, "tabs": tabs(request.user)})


@require_GET
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail: what is known of it, its words, and what can be done."""
    return show(request, fetch_mail(request, pk))


@require_GET
def whole_mail(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that the mail says, as text alone: nothing of it is loaded or run."""
    row = fetch_mail(request, pk)
    if row.inbound.blob is None:
        raise Http404
    letter = letter_of(row)
    files = [(file.name, len(file.content)) for file in letter.files]
    context = {"mail": row, "text": letter.whole[:SHOWN_CHARS], "files": files, "unreadable": letter.unreadable}
    return render(request, "servicedesk/mail_whole.html", context)


@require_POST
def place_mail(request: HttpRequest, pk: int) -> HttpResponse:
    """Put it to a request, as a message or an internal note."""
    row, form = fetch_mail(request, pk), PlaceForm(request.POST, user=request.user)

    def work() -> HttpResponse:
        target, internal = form.cleaned_data["number"], form.cleaned_data["internal"]
        done = put_to_request(mail=row, request=target, actor=request.user, internal=internal)
        messages.success(request, _("The mail stands in the request now."))
        return redirect(f"{target.get_absolute_url()}#message-{done.message_id}")

    return perform(request, row, "place", form, work)


@require_POST
def file_mail(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a request for somebody; the mail goes there once it is filed."""
    if can_place_mail(request.user) and not request.user.has_role(*HANDLER_ROLES):
        raise PermissionDenied
    row, form = fetch_mail(request, pk), FileForForm(request.POST, user=request.user)

    def work() -> HttpResponse:
        chosen = {"service": form.cleaned_data["service"], "person": form.cleaned_data["number"]}
        draft = file_for(mail=row, actor=request.user, **chosen)
        record(actor=request.user, verb="filed_for", obj=draft, note=_("by mail from %(who)s") % {"who": row.sender})
        messages.success(request, _("Fill in the answers and hand it in; the mail will then stand in the request."))
        return redirect("servicedesk:draft", draft.pk)

    return perform(request, row, "file", form, work)


@require_POST
def answer_by_mail(request: HttpRequest, pk: int) -> HttpResponse:
    """Send standard words to the sender."""
    row, form = fetch_mail(request, pk), AnswerMailForm(request.POST)

    def work() -> HttpResponse:
        answer_mail(mail=row, words=form.cleaned_data["words"], actor=request.user)
        messages.success(request, _("Your answer is on its way."))
        return redirect("servicedesk:mails")

    return perform(request, row, "answer", form, work)


@require_POST
def discard_mail(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = fetch_mail(request, pk), DiscardForm(request.POST)

    def work() -> HttpResponse:
        discard(mail=row, note=form.cleaned_data["note"], actor=request.user)
        messages.success(request, _("Put away with your note."))
        return redirect("servicedesk:mails")

    return perform(request, row, "discard", form, work)


@require_POST
def void_addresses(request: HttpRequest, pk: int) -> HttpResponse:
    """All reply addresses that mails of this request gave out stop working; the next mail carries new ones."""
    item = fetch(request, pk)
    if capacity(request.user, item, Who.HANDLER) is None:
        raise PermissionDenied
    make_void(f"{SOURCE}{item.pk}")
    record(actor=request.user, verb="mail_addresses_void", obj=item, internal=True)
    messages.success(request, _("Answers to mails that were sent so far will wait for a person."))
    return redirect(item)


def fetch_mail(request: HttpRequest, pk: int) -> MailIn:
    """The mail, if this person may see it; 404 else."""
    return get_object_or_404(MailIn.objects.visible_to(request.user).select_related(*NAMES), pk=pk)


def perform(
    request: HttpRequest, row: MailIn, name: str, form: django_forms.Form, work: Callable[[], HttpResponse]
) -> HttpResponse:
    """Do it, or show the page again with what was typed and what is wrong. `name`: of the form on the page."""
    if form.is_valid():
        try:
            return work()
        except (UnableToPlace, UnableToFile) as error:
            form.add_error(None, str(error))
    return show(request, fetch_mail(request, row.pk), {name: form}, status=422)


def show(
    request: HttpRequest, row: MailIn, bound: dict[str, django_forms.Form] | None = None, status: int = 200
) -> HttpResponse:
    user, bound = request.user, bound or {}
    text = request.GET.get("q", "")
    person = {"number": row.person.number} if row.person else None
    context = {
        "mail": row,
        "notes": note_lines(row.notes),
        "text": text,
        "found": list(candidates(user, row, text)) if row.is_waiting else [],
        "error": next(iter(bound.values()), None),
        "place": bound.get("place") or PlaceForm(user=user, auto_id="place_%s"),
        "file": bound.get("file") or FileForForm(user=user, auto_id="file_%s", initial=person),
        "may_file": user.has_role(*HANDLER_ROLES),
        "answer": bound.get("answer") or AnswerMailForm(auto_id="answer_%s"),
        "discard": bound.get("discard") or DiscardForm(auto_id="discard_%s"),
    }
    return render(request, "servicedesk/mail.html", context, status=status)
