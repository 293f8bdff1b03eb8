"""Look at one person's answers, confirm them (one or many), give them back question by question."""

from collections.abc import Mapping

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.core.clock import now
from apps.journal.files import UnableToAttach
from apps.questionnaires.forms import AnswersForm, build_unit_form
from apps.replies import services
from apps.replies.managers import TO_CONFIRM
from apps.replies.models import Reply
from apps.replies.progress import RowsFilter
from apps.replies.rules import can_confirm, can_return
from apps.replies.screens import CheckScreen
from apps.replies.views.filling import posted_version
from apps.replies.views.reporting import fetch_collection

REMARK = "remark-"
MOST = 200


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One person's answers with everything that happened to them. Who they belong to sees the own page."""
    reply = _fetch(request, pk)
    if reply.obligation.person_id == request.user.pk:
        return redirect("replies:fill", reply.collection.notice_id)
    return _show(request, CheckScreen(reply, request.user))


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit confirms, with its own part where the form has one; then on to the next that waits."""
    reply = _fetch(request, pk)
    if not can_confirm(request.user, reply):
        raise PermissionDenied(_("You may not confirm these answers."))
    form = _unit_form(request, reply)
    screen = CheckScreen(reply, request.user, unit_form_sent=form)
    if form and not form.is_valid():
        return _show(request, screen, status=422)
    try:
        services.confirm(reply=reply, actor=request.user, version=posted_version(request), form=form, at=now())
    except services.ReplyChanged as clash:
        return _clash(request, clash.current)
    except (services.UnableToCheck, UnableToAttach) as error:
        messages.error(request, str(error))
        return _show(request, screen, status=422)
    messages.success(request, _("Confirmed: %(name)s.") % {"name": reply.obligation.person.name})
    return _next(request, reply)


@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Return for correction. What was typed stays when it is refused."""
    reply = _fetch(request, pk)
    if not can_return(request.user, reply):
        raise PermissionDenied(_("You may not return these answers."))
    remarks = {
        name.removeprefix(REMARK): text for name, text in request.POST.items() if name.startswith(REMARK) and text
    }
    note = request.POST.get("note", "")
    try:
        services.give_back(
            reply=reply, actor=request.user, remarks=remarks, note=note, version=posted_version(request), at=now()
        )
    except services.ReplyChanged as clash:
        return _clash(request, clash.current, remarks=remarks, note=note)
    except services.UnableToCheck as error:
        messages.error(request, str(error))
        return _show(request, CheckScreen(reply, request.user, remarks=remarks, note=note), status=422)
    messages.success(request, _("Returned to %(name)s.") % {"name": reply.obligation.person.name})
    return _next(request, reply)


@require_POST
def confirm_many(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm the ticked rows; what became of each is told row by row."""
    collection = fetch_collection(request, pk)
    wanted = dict(pair for text in request.POST.getlist("pick")[:MOST] if (pair := _pair(text)))
    if not wanted:
        messages.info(request, _("Tick the answers that you confirm."))
        return redirect(RowsFilter(pk, show=TO_CONFIRM).url())
    outcomes = services.confirm_many(wanted=wanted, actor=request.user, at=now())
    context = {"collection": collection, "notice": collection.notice, "outcomes": outcomes}
    return render(request, "replies/confirmed.html", context)


def _pair(text: str) -> tuple[int, int] | None:
    key, _colon, version = text.partition(":")
    parts = [part for part in (key, version) if part.isascii() and part.isdigit() and len(part) < 19]
    return (int(parts[0]), int(parts[1])) if len(parts) == 2 else None


def _fetch(request: HttpRequest, pk: int) -> Reply:
    rows = Reply.objects.visible_to(request.user).select_related(
        "collection__notice__sender",
        "collection__notice__unit",
        "collection__form_version__form",
        "obligation__person",
        "unit",
        "answer_set__form_version",
        "confirmed_by",
    )
    return get_object_or_404(rows, pk=pk)


def _unit_form(request: HttpRequest, reply: Reply) -> AnswersForm | None:
    if reply.answer_set is None:
        return None
    form = build_unit_form(
        reply.collection.form_version,
        data=request.POST,
        files=request.FILES,
        person=request.user,
        initial=reply.answer_set.answers,
    )
    return form if form.fields else None


def _clash(
    request: HttpRequest, current: Reply, remarks: Mapping[str, str] | None = None, note: str = ""
) -> HttpResponse:
    messages.error(
        request, _("These answers were changed meanwhile. Look at them again; what you typed is still here.")
    )
    return _show(request, CheckScreen(current, request.user, remarks=remarks or {}, note=note), status=409)


def _next(request: HttpRequest, reply: Reply) -> HttpResponse:
    """The next answers of this collection that wait for this person, else the list."""
    waiting = Reply.objects.visible_to(request.user).filter(collection=reply.collection_id).to_confirm()
    waiting = waiting.exclude(obligation__person=request.user)
    following = waiting.filter(pk__gt=reply.pk).order_by("pk").first() or waiting.order_by("pk").first()
    if following and request.POST.get("next") == "1":
        return redirect("replies:detail", following.pk)
    return redirect(RowsFilter(reply.collection_id, show=TO_CONFIRM).url() if following else _progress(reply))


def _progress(reply: Reply) -> str:
    return RowsFilter(reply.collection_id).url()


def _show(request: HttpRequest, screen: CheckScreen, *, status: int = 200) -> HttpResponse:
    context = {
        "screen": screen,
        "reply": screen.reply,
        "notice": screen.reply.collection.notice,
        "form": screen.unit_form_sent,
        "acting_for": screen.acting_for,
    }
    return render(request, "replies/detail.html", context, status=status)
