"""Saved audiences: the list, who one takes today, keep a draft's, stop using one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core.clock import now
from apps.core.pages import keyset_page
from apps.notices import preview, reasons
from apps.notices.audience_form import SaveAudienceForm
from apps.notices.models import Notice, SavedAudience
from apps.notices.rules import can_address_all, can_change_audience, can_compose, can_edit
from apps.notices.services.audiences import UnableToSaveAudience, create_audience, retire_audience


@require_GET
def audiences(request: HttpRequest) -> HttpResponse:
    if not can_compose(request.user):
        raise PermissionDenied(_("You may not write notices."))
    rows = SavedAudience.objects.in_use().visible_to(request.user).select_related("unit", "owner")
    page = keyset_page(rows, by="name", cursor=request.GET.get("cursor", ""), newest_first=False)
    return render(request, "notices/audiences.html", {"page": page})


@require_GET
def audience(request: HttpRequest, pk: int) -> HttpResponse:
    """Who it takes today: how many, by unit, the first names with the reason."""
    found = _visible(request, pk)
    day = timezone.localdate(now())
    people = preview.names(found.as_rule, day)
    words = reasons.reason_texts(person.reason for person in people)
    context = {
        "audience": found,
        "summary": preview.summary(found.as_rule, day),
        "units": preview.by_unit(found.as_rule, day),
        "people": [(person, words[person.reason]) for person in people],
        "can_change": can_change_audience(request.user, found),
    }
    return render(request, "notices/audience.html", context)


@require_POST
def save_audience(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the rule of a notice under a name. A unit secretary keeps it for the unit, the office for all."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    if not can_edit(request.user, notice):
        raise PermissionDenied(_("You may not change this notice."))
    form = SaveAudienceForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the audience a name of at most 80 characters."))
        return redirect("notices:preview", pk)
    unit = None if can_address_all(request.user) else notice.unit
    try:
        made = create_audience(
            name=form.cleaned_data["name"], rule=notice.rule, unit=unit, actor=request.user, at=now()
        )
    except UnableToSaveAudience as error:
        messages.error(request, str(error))
        return redirect("notices:preview", pk)
    messages.success(request, _("The audience is saved as “%(name)s”.") % {"name": made.name})
    return redirect("notices:preview", pk)


@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    if not can_change_audience(request.user, found):
        raise PermissionDenied(_("You may not change this audience."))
    try:
        retire_audience(audience=found, actor=request.user, at=now())
        messages.success(request, _("The audience can no longer be chosen. What went out stays as it was."))
    except UnableToSaveAudience as error:
        messages.error(request, str(error))
    return redirect("notices:audiences")


def _visible(request: HttpRequest, pk: int) -> SavedAudience:
    rows = SavedAudience.objects.visible_to(request.user).select_related("unit", "owner")
    return get_object_or_404(rows, pk=pk)
