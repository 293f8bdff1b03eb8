"""Write a paper: a new one, another edition of one, its foot. What was typed is never lost."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from js_asset import Media

from apps.core.clock import now
from apps.core.uploads import answers_large_uploads
from apps.dispatch import forms, rules, services
from apps.dispatch.docx_in import DocxRefused
from apps.dispatch.models import Draft
from apps.dispatch.services.drafting import ANNEX
from apps.dispatch.views.acting import fetch, perform
from apps.dispatch.views.words import read_file, typed, wants_file_read
from apps.dispatch.words import read_words
from apps.documents import services as documents
from apps.documents.enums import Direction, Kind
from apps.documents.models import Document, Series
from apps.journal.files import UnableToAttach, UploadRefused, accept_upload
from apps.journal.forms import read_token
from apps.journal.models import Attachment
from apps.journal.services import settle_form, take_form
from apps.people.models import Unit

MOST_FILES = 10
Files = Sequence[Attachment]


@require_http_methods(["GET", "POST"])
@answers_large_uploads
def create(request: HttpRequest) -> HttpResponse:
    """A new paper; `?answers=12` says which one that came in it answers."""
    if not rules.can_draft(request.user):
        raise PermissionDenied(_("You may not draft papers."))
    answers = answered(request)
    if wants_file_read(request):
        return with_file(request, None, answers)
    if request.method == "GET":
        form = forms.DraftForm(initial=usual(answers), drafter=request.user, asker=request.user)
        return form_page(request, form, None, answers=answers)
    form = forms.DraftForm(request.POST, drafter=request.user, asker=request.user)
    if not form.is_valid():
        return form_page(request, form, None, answers=answers)
    token = read_token(request)
    try:
        with transaction.atomic():
            first, url = take_form(token=token, person=request.user)
            if first:
                made = services.create_draft(
                    words=form.words(),
                    terms=form.terms(answers=answers),
                    attachments=uploaded(request),
                    actor=request.user,
                )
                url = made.get_absolute_url()
                settle_form(token=token, result_url=url)
    except (services.UnableToDraft, UploadRefused, UnableToAttach) as error:
        form.add_error(None, str(error))
        return form_page(request, form, None, answers=answers)
    return redirect(url or "dispatch:list")


@require_http_methods(["GET", "POST"])
@answers_large_uploads
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Another edition; what somebody else saved meanwhile is shown, and what was typed stays in the form."""
    draft = fetch(request, pk)
    if not rules.can_edit(request.user, draft, now()):
        raise PermissionDenied(_("You may not change this paper."))
    words = read_words(documents.latest(draft.document))
    if wants_file_read(request):
        return with_file(request, draft, draft.answers)
    if request.method == "GET":
        initial = forms.initial_of(draft, words)
        return form_page(request, forms.DraftForm(initial=initial, drafter=draft.drafter, asker=request.user), draft)
    form = forms.DraftForm(request.POST, drafter=draft.drafter, asker=request.user)
    if not form.is_valid():
        return form_page(request, form, draft, version=request.POST.get("version", ""))
    try:
        with transaction.atomic():
            made = services.change_draft(
                draft=draft,
                version=number(request.POST.get("version", "")),
                words=form.words(),
                terms=form.terms(answers=draft.answers),
                attachments=uploaded(request),
                removed=[number(key) for key in request.POST.getlist("remove")],
                reason=form.cleaned_data["reason"],
                actor=request.user,
            )
    except documents.Changed as clash:
        return form_page(request, form, fetch(request, pk), clash=str(clash))
    except (services.UnableToDraft, UploadRefused, UnableToAttach) as error:
        form.add_error(None, str(error))
        return form_page(request, form, draft, version=request.POST.get("version", ""))
    messages.success(request, _("Saved as edition %(number)d.") % {"number": made.number})
    return redirect(draft)


@require_POST
def foot(request: HttpRequest, pk: int) -> HttpResponse:
    """The foot of the paper alone: it is no part of what is signed."""
    draft = fetch(request, pk)
    form = forms.FootForm(request.POST, auto_id="foot_%s")
    at = now()
    return perform(
        request,
        draft,
        allowed=rules.can_edit(request.user, draft, at) or rules.can_register(request.user),
        work=lambda: services.change_foot(
            draft=draft, version=number(request.POST.get("version", "")), actor=request.user, **form.cleaned_data
        ),
        done=_("The foot of the paper is changed."),
        form=form,
        name="foot",
    )


@require_POST
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Into other hands, with a reason."""
    draft, form = fetch(request, pk), forms.HandOverForm(request.POST, asker=request.user, auto_id="over_%s")
    return perform(
        request,
        draft,
        allowed=rules.can_edit(request.user, draft, now()),
        work=lambda: services.hand_over(draft=draft, actor=request.user, **form.cleaned_data),
        done=_("Handed over and told."),
        form=form,
        name="over",
    )


def with_file(request: HttpRequest, draft: Draft | None, answers: Document | None) -> HttpResponse:
    """The form as it was typed, with the words of a Word file in it. Nothing is saved yet."""
    given, notes = typed(request), []
    try:
        read = read_file(request)
    except DocxRefused as error:
        notes = [str(error) or _("Choose a Word file first.")]
    else:
        given |= {"body": read.html} | ({"title": read.title} if read.title else {})
        notes = [*read.notes, _("The text of the file stands below. Look at it, then save.")]
    drafter = draft.drafter if draft else request.user
    form = forms.DraftForm(initial=given, drafter=drafter, asker=request.user)
    version = request.POST.get("version", "")
    return form_page(request, form, draft, version=version, answers=answers, notes=notes)


def uploaded(request: HttpRequest) -> list[Attachment]:
    """The files of the annexes, taken only when the rest is right. Raises UploadRefused."""
    if getattr(request, "upload_too_large", False):
        raise UploadRefused(_("A file is too large. Send it again with a smaller file."))
    files = request.FILES.getlist("files")
    if len(files) > MOST_FILES:
        raise UploadRefused(_("At most %(count)s files at once.") % {"count": MOST_FILES})
    return [accept_upload(file, person=request.user) for file in files]


def answered(request: HttpRequest) -> Document | None:
    """The paper that came in and is answered, if this person may see it."""
    pk = number(request.GET.get("answers", "") or request.POST.get("answers", ""))
    rows = Document.objects.visible_to(request.user).incoming().filter(incoming__is_classified=False)
    rows = rows.select_related("incoming")
    return rows.filter(pk=pk).first() if pk else None


def usual(answers: Document | None) -> dict[str, object]:
    """An empty paper of the college; of an answer its kind and addressee are known."""
    root = Unit.objects.filter(parent__isnull=True, is_active=True).order_by("pk").first()
    series = Series.objects.filter(direction=Direction.OUTGOING, is_active=True).first()
    found: dict[str, object] = {"lead": root and root.pk, "series": series and series.pk, "kind": Kind.NOTICE}
    if answers and hasattr(answers, "incoming"):
        found |= {"kind": Kind.REPLY, "main_others": [answers.incoming.sender]}
    return found


def form_page(
    request: HttpRequest,
    form: forms.DraftForm,
    draft: Draft | None,
    *,
    version: object = None,
    clash: str = "",
    answers: Document | None = None,
    notes: Sequence[str] = (),
) -> HttpResponse:
    files = Attachment.objects.of(draft.document).filter(role=ANNEX) if draft else []
    context = {
        "form": form,
        "draft": draft,
        "version": version or (draft.document.version if draft else ""),
        "clash": clash,
        "answers": answers,
        "files": files,
        "notes": notes,
        "may_list": rules.can_list(request.user),
        "back": draft.get_absolute_url() if draft else reverse("dispatch:list"),
        "media": Media.from_media(form.media, nonce=str(request.csp_nonce)),
    }
    status = 422 if form.is_bound and (form.errors or clash) else 200
    return render(request, "dispatch/form.html", context, status=status)


def number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
