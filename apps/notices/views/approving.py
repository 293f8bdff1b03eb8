"""The approver's page of a notice that waits, and the two decisions."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.core.clock import now
from apps.notices import approval, services
from apps.notices.forms import NoteForm
from apps.notices.models import Notice
from apps.notices.rules import can_edit
from apps.notices.views.composing import check_page


@require_GET
def approval_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Exactly what will go out, to whom, and how many the sender sent this month."""
    notice, step, is_asked = _asked(request, pk)
    if not is_asked and not can_edit(request.user, notice):
        raise PermissionDenied(_("This is not yours to decide."))
    context = check_page(request, notice) | {
        "step": step if step and step.state == StepState.ASKED else None,
        "is_asked": is_asked,
        "note_form": NoteForm(),
        "sent_this_month": approval.sent_in_month(notice, now()),
    }
    return render(request, "notices/approval.html", context)


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    notice, step, _is_asked = _asked(request, pk)
    try:
        services.approve(
            notice=notice,
            step_id=_number(request, "step", step),
            version=_number(request, "step_version", step),
            actor=request.user,
            at=now(),
        )
    except services.UnableToApprove as error:
        messages.error(request, str(error))
        return _back(request, notice)
    messages.success(request, _("Approved. The notice goes out now, or at the time that was set."))
    return redirect("dashboard:home")


@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    notice, step, _is_asked = _asked(request, pk)
    try:
        services.send_back(
            notice=notice,
            step_id=_number(request, "step", step),
            version=_number(request, "step_version", step),
            actor=request.user,
            note=request.POST.get("note", "")[:200],
            at=now(),
        )
    except services.UnableToApprove as error:
        messages.error(request, str(error))
        return _back(request, notice)
    messages.success(request, _("The notice was sent back. The sender was told why."))
    return redirect("dashboard:home")


def _asked(request: HttpRequest, pk: int) -> tuple[Notice, Step | None, bool]:
    """The notice, its newest step, and whether this user may decide it now. Who decided may come back to it."""
    notice = get_object_or_404(Notice.objects.select_related("unit", "sender"), pk=pk)
    step = Step.objects.about(notice).order_by("-round", "-order").first()
    is_asked = step is not None and Step.objects.waiting_for(request.user, now()).filter(pk=step.pk).exists()
    has_decided = step is not None and request.user.pk == step.decided_by_id
    if not is_asked and not has_decided and not Notice.objects.visible_to(request.user).filter(pk=pk).exists():
        raise Http404
    return notice, step, is_asked


def _number(request: HttpRequest, name: str, step: Step | None) -> int:
    """What the form said; 0 when it said nothing that counts. Nothing is decided of a notice that was never put up."""
    if step is None:
        raise PermissionDenied(_("This is not yours to decide."))
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _back(request: HttpRequest, notice: Notice) -> HttpResponse:
    """To the decision while one is open, else to the own list."""
    open_steps = Step.objects.waiting_for(request.user, now())
    if Step.objects.about(notice).filter(pk__in=open_steps.values("pk")).exists():
        return redirect("notices:approval", notice.pk)
    return redirect("dashboard:home")
