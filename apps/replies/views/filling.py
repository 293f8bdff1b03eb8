"""A person fills in the form of a notice: drafts, handing in, mending what came back."""

from collections.abc import Callable

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.core.clock import now
from apps.journal.files import UnableToAttach
from apps.journal.forms import read_token
from apps.journal.services import settle_form, take_form
from apps.notices.models import Obligation
from apps.questionnaires.forms import AnswersForm
from apps.replies import services
from apps.replies.models import Collection, Reply
from apps.replies.screens import FillScreen

REFUSALS = (services.UnableToHandIn, UnableToAttach)


@require_safe
def fill(request: HttpRequest, notice: int) -> HttpResponse:
    """The form, or what was handed in, with what happened to it. Changes nothing."""
    return _show(request, _screen(request, notice))


@require_POST
def save(request: HttpRequest, notice: int) -> HttpResponse:
    """Keep a draft: what is right of it, whatever else is not; what is wrong stays on the page."""
    screen = _screen(request, notice, make=True)
    form = screen.sent = screen.build(request.POST, request.FILES)
    refused = _once(request, screen, services.save_draft, form)
    if refused:
        return refused
    if form.errors and _has_mistakes(form):
        messages.warning(request, _("The draft is kept, without what is wrong below."))
        fresh = _screen(request, notice)
        fresh.sent = form
        return _show(request, fresh, status=422)
    messages.success(request, _("The draft is kept. It is not handed in yet."))
    return redirect("replies:fill", notice)


@require_POST
def hand_in(request: HttpRequest, notice: int) -> HttpResponse:
    """Hand in. A form with mistakes comes back with what was typed; sent twice it is taken once."""
    screen = _screen(request, notice, make=True)
    form = screen.sent = screen.build(request.POST, request.FILES)
    if not form.is_valid() and screen.may_fill:
        return _show(request, screen, status=422)
    refused = _once(request, screen, services.hand_in, form)
    if refused:
        return refused
    messages.success(request, _("Handed in. The receipt stands on this page."))
    return redirect("replies:fill", notice)


def _once(request: HttpRequest, screen: FillScreen, verb: Callable, form: AnswersForm) -> HttpResponse | None:
    """Do it, once for each form; the page to show instead where that is not possible."""
    try:
        with transaction.atomic():
            is_first, _url = take_form(token=read_token(request), person=request.user)
            if is_first:
                verb(reply=screen.reply, form=form, actor=request.user, version=posted_version(request), at=screen.at)
                settle_form(token=read_token(request), result_url=request.path)
    except services.ReplyChanged as clash:
        screen.clash = clash.current
        return _show(request, screen, status=409)
    except REFUSALS as error:
        messages.error(request, str(error))
        return _show(request, screen, status=422)
    return None


def _has_mistakes(form: AnswersForm) -> bool:
    """Something typed that is wrong; a draft need not be complete."""
    needed = {str(text) for key in form.errors for text in form.errors[key]}
    empty = {key for key in form.errors if not form.cleaned_data.get(key) and not _typed(form, key)}
    return bool(needed) and set(form.errors) != empty


def _typed(form: AnswersForm, key: str) -> bool:
    value = form[key].value()
    if isinstance(value, list | tuple):
        return any(value)
    return bool(str(value or "").strip())


def posted_version(request: HttpRequest) -> int:
    """The version that the page showed; 0 fits none."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _screen(request: HttpRequest, notice: int, *, make: bool = False) -> FillScreen:
    """For who owes these answers; 404 for everybody else. `make`: the row, if the sweep was not there yet."""
    mine = Obligation.objects.inbox_of(request.user)
    obligation = get_object_or_404(mine.select_related("notice__unit", "notice__sender"), notice=notice)
    collections = Collection.objects.select_related("form_version__form", "round_of")
    collection = get_object_or_404(collections, notice=obligation.notice_id)
    collection.notice = obligation.notice
    at = now()
    if make and services.make_row(collection, request.user.pk, at) is None:
        raise Http404
    reply = Reply.objects.filter(obligation=obligation).select_related("answer_set", "confirmed_by", "unit").first()
    if reply:
        reply.collection, reply.obligation = collection, obligation
    return FillScreen(collection, reply, request.user, at)


def _show(request: HttpRequest, screen: FillScreen, *, status: int = 200) -> HttpResponse:
    context = {"screen": screen, "notice": screen.collection.notice, "form": screen.form}
    return render(request, "replies/fill.html", context, status=status)
