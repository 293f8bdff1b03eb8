"""Programs in one's own name: confirmed, and ended, by the person alone."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.core.clock import now
from apps.interfaces import services
from apps.interfaces.enums import Scope
from apps.interfaces.models import Integration, Token
from apps.interfaces.rules import can_confirm
from apps.interfaces.views.integrations import integration_of


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What may be done in the own name, by what, and since when; an administrator's others are on another page."""
    keys = Token.objects.filter(revoked_at__isnull=True, expires_at__gt=now()).order_by("pk")
    rows = Integration.objects.filter(owner=request.user).select_related("created_by")
    rows = rows.prefetch_related(Prefetch("tokens", queryset=keys, to_attr="keys"))
    programs = list(rows.order_by("-is_active", "name"))
    for program in programs:
        scopes = {scope for key in program.keys for scope in key.scopes}
        program.may = [str(scope.label) for scope in Scope if scope in scopes]
        program.last_used_at = max((key.last_used_at for key in program.keys if key.last_used_at), default=None)
    return render(request, "interfaces/mine.html", {"programs": programs})


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    row = integration_of(request, pk)
    if not can_confirm(request.user, row):
        raise PermissionDenied
    services.confirm_integration(integration=row, actor=request.user)
    messages.success(request, _("Confirmed. You can end it here at any time."))
    return redirect("interfaces:mine")


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    row = integration_of(request, pk)
    if not can_confirm(request.user, row):
        raise PermissionDenied
    services.switch_off(integration=row, actor=request.user)
    messages.success(request, _("Ended. It does nothing in your name any more."))
    return redirect("interfaces:mine")
