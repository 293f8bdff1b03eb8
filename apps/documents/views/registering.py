"""Sign for, register, put right, send back, void; and what is said while somebody types."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.clock import now
from apps.documents import forms, rules, services
from apps.documents.folding import key_of
from apps.documents.models import Document, KnownSender
from apps.documents.services import Paper, find_same
from apps.documents.views.acting import REFUSALS, fetch, perform, sent_files
from apps.journal.files import UploadRefused
from apps.journal.forms import read_token
from apps.journal.models import Attachment
from apps.journal.services import settle_form, take_form

MOST_SENDERS = 12


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Signed for and registered at once, or only signed for."""
    if not rules.can_register(request.user):
        raise PermissionDenied(_("Papers are registered by the office."))
    if request.method == "GET":
        return form_page(request, forms.RegisterForm(asker=request.user), None)
    form = forms.RegisterForm(request.POST, asker=request.user)
    try:
        files = sent_files(request)
    except UploadRefused as error:
        form.add_error(None, str(error))
        files = []
    if not form.is_valid():
        return form_page(request, form, None, files=files)
    return keep(request, form, files)


def keep(request: HttpRequest, form: forms.RegisterForm, files: list[Attachment]) -> HttpResponse:
    token, only_signed = read_token(request), request.POST.get("act") == "sign"
    verb = services.sign_for if only_signed else services.enter
    try:
        with transaction.atomic():
            first, url = take_form(token=token, person=request.user)
            if not first:
                return redirect(url or "documents:list")
            paper = form.paper(copy_of=second_copy_of(request))
            made = verb(paper=paper, files=files, actor=request.user, at=now())
            settle_form(token=token, result_url=made.get_absolute_url())
    except services.AlreadyRegistered as error:
        form.add_error("sender_number", str(error))
        return form_page(request, form, None, files=files, same=error.document)
    except REFUSALS as error:
        form.add_error(None, str(error))
        return form_page(request, form, None, files=files)
    words = _("Signed for; it is to be registered.") if only_signed else _("Registered as %(number)s.")
    messages.success(request, words % {"number": made.number} if not only_signed else words)
    warn_without_day(request, made)
    return redirect(made)


def warn_without_day(request: HttpRequest, document: Document) -> None:
    """A paper in the register that nothing makes overdue: who entered it has to know."""
    if document.number and document.due_at is None:
        words = _("It has no due date yet: the working calendar lacks the year. The night after it is there counts it.")
        messages.warning(request, words)


def second_copy_of(request: HttpRequest) -> Document | None:
    """The document that this is said to be a second copy of; only one that is known to who says so."""
    text = request.POST.get("copy_of", "")
    if not text.isdecimal() or len(text) > 18:
        return None
    return Document.objects.known_to(request.user).filter(pk=int(text)).first()


def form_page(
    request: HttpRequest,
    form: Form,
    document: Document | None,
    *,
    files: list[Attachment] | None = None,
    same: Document | None = None,
) -> HttpResponse:
    context = {"form": form, "document": document, "files": files or [], **same_context(request, same)}
    context["registers"] = document is None or not document.number
    return render(request, "documents/form.html", context, status=422 if form.is_bound else 200)


def same_context(request: HttpRequest, same: Document | None) -> dict[str, object]:
    """Whether the one that is there may be named to this person."""
    known = same is not None and Document.objects.known_to(request.user).filter(pk=same.pk).exists()
    seen = known and Document.objects.visible_to(request.user).filter(pk=same.pk).exists()
    return {"same": same, "same_is_known": known, "same_is_seen": seen}


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the line right; a paper that was only signed for may be registered in the same go."""
    document = fetch(request, pk)
    if not may_edit(request, document):
        raise PermissionDenied
    if request.method == "GET":
        return form_page(request, forms.RegisterForm(document=document, asker=request.user), document)
    if request.POST.get("act") == "note":
        return with_note(request, document)
    form = forms.RegisterForm(request.POST, document=document, asker=request.user)
    try:
        files = sent_files(request)
    except UploadRefused as error:
        form.add_error(None, str(error))
        files = []
    if not form.is_valid():
        return form_page(request, form, document, files=files)
    return keep_line(request, form, document, files)


def may_edit(request: HttpRequest, document: Document) -> bool:
    handles = rules.can_handle(request.user, document, now())
    return document.is_incoming and rules.can_register(request.user) and handles


def with_note(request: HttpRequest, document: Document) -> HttpResponse:
    """After a clash: the line as it stands now, and of what was typed the reason alone. Nothing is saved yet."""
    form = forms.RegisterForm(document=document, asker=request.user)
    form.initial["reason"] = request.POST.get("reason", "")[:1000]
    return form_page(request, form, document)


def keep_line(
    request: HttpRequest, form: forms.RegisterForm, document: Document, files: list[Attachment]
) -> HttpResponse:
    at, data, token = now(), form.cleaned_data, read_token(request)
    try:
        with transaction.atomic():
            first, url = take_form(token=token, person=request.user)
            if not first:
                return redirect(url or document)
            done = services.correct(
                document=document,
                paper=form.paper(copy_of=second_copy_of(request)),
                files=files,
                version=None,
                text=data["text"] or None,
                reason=data.get("reason", ""),
                actor=request.user,
                on_behalf_of=rules.acts_for(request.user, document, at),
                may_extend=rules.can_extend(request.user),
                at=at,
            )
            if request.POST.get("act") == "register" and not document.number:
                done = services.register(document=document, actor=request.user, at=at)
            settle_form(token=token, result_url=document.get_absolute_url())
    except services.Changed as error:
        fresh = fetch(request, document.pk)
        form.goes_on_from(services.mark_of(fresh))
        form.add_error(None, str(error))
        return form_page(request, form, fresh, files=files)
    except services.AlreadyRegistered as error:
        form.add_error("sender_number", str(error))
        return form_page(request, form, document, files=files, same=error.document)
    except REFUSALS as error:
        form.add_error(None, str(error))
        return form_page(request, form, document, files=files)
    messages.success(request, _("The register says so now."))
    warn_without_day(request, done)
    return redirect(document)


@require_POST
def register(request: HttpRequest, pk: int) -> HttpResponse:
    """What was signed for gets its number."""
    document = fetch(request, pk)
    return perform(
        request,
        document,
        allowed=document.is_incoming and rules.can_register(request.user),
        work=lambda: services.register(document=document, actor=request.user),
        done=_("It is in the register; the number stands above."),
    )


@require_POST
def add_files(request: HttpRequest, pk: int) -> HttpResponse:
    """The scan comes later."""
    document, at = fetch(request, pk), now()
    form = forms.FilesForm(request.POST)

    def work() -> None:
        services.add_files(
            document=document,
            files=sent_files(request),
            actor=request.user,
            on_behalf_of=rules.acts_for(request.user, document, at),
            at=at,
        )

    allowed = document.is_incoming and rules.can_handle(request.user, document, at)
    return perform(request, document, allowed=allowed, work=work, done=_("The files are kept."), form=form)


@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    document, at = fetch(request, pk), now()
    form = forms.SendBackForm(request.POST, auto_id="back_%s")
    return perform(
        request,
        document,
        allowed=may_edit(request, document),
        work=lambda: services.send_back(
            document=document,
            actor=request.user,
            on_behalf_of=rules.acts_for(request.user, document, at),
            **form.cleaned_data,
        ),
        done=_("Sent back; the register keeps why."),
        form=form,
        name="send_back",
    )


@require_POST
def void(request: HttpRequest, pk: int) -> HttpResponse:
    document = fetch(request, pk)
    form = forms.ReasonForm(request.POST, auto_id="void_%s")
    return perform(
        request,
        document,
        allowed=rules.can_void(request.user, document),
        work=lambda: services.void(document=document, actor=request.user, **form.cleaned_data),
        done=_("It is void; the ledger keeps its number and why."),
        form=form,
        name="void",
    )


@require_safe
def senders(request: HttpRequest) -> HttpResponse:
    """Who papers came from before, for the list beside the field."""
    if not rules.can_register(request.user):
        raise PermissionDenied
    key = key_of(request.GET.get("sender", "")[:200])
    rows = KnownSender.objects.filter(key__contains=key).order_by("-count", "name")[:MOST_SENDERS]
    return render(request, "documents/_senders.html", {"senders": rows})


@require_safe
def same(request: HttpRequest) -> HttpResponse:
    """While somebody types: is this sender's number in the register already?"""
    if not rules.can_register(request.user):
        raise PermissionDenied
    names = ("sender", "sender_number")
    paper = Paper(**{name: request.GET.get(name, "")[:200] for name in names})
    text = request.GET.get("except", "")
    itself = Document(pk=int(text)) if text.isdecimal() and len(text) < 18 else None
    return render(request, "documents/_same.html", same_context(request, find_same(paper, itself)))
