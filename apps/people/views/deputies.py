"""Who stands in for whom."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core.clock import now
from apps.people import rules, services
from apps.people.forms import DeputyForm
from apps.people.models import Deputy

MOST = 200


@require_GET
def deputies(request: HttpRequest) -> HttpResponse:
    return render(request, "people/deputies.html", _context(request, _form(request)))


def _form(request: HttpRequest, data: dict[str, str] | None = None) -> DeputyForm:
    today = timezone.localtime(now()).date()
    initial = {"first_day": today, "last_day": today}
    return DeputyForm(data, for_others=rules.can_edit_people(request.user), initial=initial)


def _context(request: HttpRequest, form: DeputyForm) -> dict[str, object]:
    at = now()
    rows = Deputy.objects.visible_to(request.user).filter(ends_at__gt=at, revoked_at__isnull=True)
    rows = rows.select_related("principal", "deputy").order_by("starts_at", "pk")[:MOST]
    lines = [(row, row.starts_at <= at, rules.can_set_deputy(request.user, row.principal)) for row in rows]
    return {"form": form, "lines": lines}


@require_POST
def set_deputy(request: HttpRequest) -> HttpResponse:
    form = _form(request, request.POST)
    if form.is_valid():
        data, (starts_at, ends_at) = form.cleaned_data, form.moments()
        try:
            services.set_deputy(
                principal=data.get("principal") or request.user,
                deputy=data["deputy"],
                scope=data["scope"],
                starts_at=starts_at,
                ends_at=ends_at,
                reason=data["reason"],
                actor=request.user,
            )
            return redirect("people:deputies")
        except services.UnableToSetDeputy as error:
            form.add_error(None, str(error))
    return render(request, "people/deputies.html", _context(request, form), status=422)


@require_POST
def revoke_deputy(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Deputy.objects.visible_to(request.user).select_related("principal", "deputy"), pk=pk)
    if not rules.can_set_deputy(request.user, row.principal):
        raise PermissionDenied(_("Only the person stood in for, the director or an administrator can end this."))
    services.revoke_deputy(row=row, actor=request.user)
    messages.success(request, _("%(name)s no longer stands in.") % {"name": row.deputy.name})
    return redirect("people:deputies")
