"""The sender lets a draft of a notice collect answers."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.clock import now
from apps.notices.models import Notice
from apps.notices.rules import can_edit
from apps.questionnaires.forms import build_form
from apps.questionnaires.models import FormVersion
from apps.replies import services
from apps.replies.forms import CollectForm
from apps.replies.models import Collection


@require_http_methods(["GET", "HEAD", "POST"])
def collect(request: HttpRequest, notice: int) -> HttpResponse:
    """Choose the form and how it is collected; `?form=` shows another form's questions."""
    row = _draft(request, notice)
    there = Collection.objects.filter(notice=row).select_related("form_version__form").first()
    asked = request.GET.get("form_version", "")
    initial = _initial(there) | ({"form_version": asked} if asked.isascii() and asked.isdigit() else {})
    form = CollectForm(request.POST or None, user=request.user, notice=row, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.collect(
                notice=row,
                actor=request.user,
                form_version=form.version,
                round_of=form.earlier,
                confirmed_by_units=form.cleaned_data["confirmed_by_units"],
                closes_at=form.cleaned_data["closes_at"],
                at=now(),
            )
        except services.UnableToCollect as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The notice asks for this form."))
            return redirect("notices:preview", row.pk)
    shown = _shown(request, form, there)
    preview = build_form(shown, person=request.user) if shown else None
    context = {"notice": row, "form": form, "there": there, "shown": shown, "preview": preview}
    return render(request, "replies/collect.html", context, status=422 if form.errors else 200)


@require_POST
def stop(request: HttpRequest, notice: int) -> HttpResponse:
    row = _draft(request, notice)
    try:
        services.stop_collecting(notice=row, actor=request.user, at=now())
        messages.success(request, _("The notice asks for no form."))
    except services.UnableToCollect as error:
        messages.error(request, str(error))
    return redirect("notices:preview", row.pk)


def _draft(request: HttpRequest, notice: int) -> Notice:
    row = get_object_or_404(Notice.objects.visible_to(request.user).select_related("collection"), pk=notice)
    if not can_edit(request.user, row):
        raise PermissionDenied(_("You may not change this notice."))
    if not row.is_editable:
        raise PermissionDenied(_("Only a draft can be changed."))
    return row


def _initial(there: Collection | None) -> dict[str, object]:
    if there is None:
        return {}
    return {
        "form_version": there.form_version_id,
        "round_of": there.round_of_id,
        "confirmed_by_units": there.confirmed_by_units,
        "closes_at": there.closes_at,
    }


def _shown(request: HttpRequest, form: CollectForm, there: Collection | None) -> FormVersion | None:
    """The form whose questions are shown beside: the one asked for, else the chosen one, else the first."""
    asked = request.GET.get("form_version") or request.POST.get("form_version", "")
    chosen = form.versions.get(int(asked[:9])) if asked.isascii() and asked.isdigit() else None
    return chosen or (there.form_version if there else next(iter(form.versions.values()), None))
