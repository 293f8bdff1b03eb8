"""Programs that act in somebody's name: which there are, their tokens, on and off."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.clock import now
from apps.interfaces import services
from apps.interfaces.enums import Scope
from apps.interfaces.forms import IntegrationForm, TokenForm
from apps.interfaces.models import Integration, Token
from apps.interfaces.rules import can_keep_integrations, can_revoke
from apps.journal.forms import read_token
from apps.journal.models import Entry
from apps.journal.services import settle_form, take_form

ENTRIES_SHOWN = 30


@require_safe
def integrations(request: HttpRequest) -> HttpResponse:
    """All of them for administrators, the own ones for everybody else."""
    live = Q(tokens__revoked_at__isnull=True, tokens__expires_at__gt=now())
    rows = Integration.objects.visible_to(request.user).select_related("owner")
    rows = rows.annotate(live_tokens=Count("tokens", filter=live)).order_by("-is_active", "name")
    context = {"integrations": rows, "may_keep": can_keep_integrations(request.user)}
    return render(request, "interfaces/integrations.html", context)


@require_http_methods(["GET", "POST"])
def create_integration(request: HttpRequest) -> HttpResponse:
    require_keeper(request)
    form = IntegrationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(services.create_integration(data=data_of(form), actor=request.user))
        except services.UnableToSaveIntegration as error:
            form.add_error(None, str(error))
    return render(request, "interfaces/integration_form.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def edit_integration(request: HttpRequest, pk: int) -> HttpResponse:
    require_keeper(request)
    row = integration_of(request, pk)
    form = IntegrationForm(request.POST or None, initial=IntegrationForm.of(row))
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            services.edit_integration(integration=row, data=data_of(form), version=version, actor=request.user)
            return redirect(row)
        except services.UnableToSaveIntegration as error:
            form.add_error(None, str(error))
    context = {"form": form, "integration": row}
    return render(request, "interfaces/integration_form.html", context, status=422 if form.errors else 200)


@require_safe
def integration(request: HttpRequest, pk: int) -> HttpResponse:
    return show(request, integration_of(request, pk), TokenForm())


def show(request: HttpRequest, row: Integration, form: TokenForm, *, made: str = "", status: int = 200) -> HttpResponse:
    """The page of one program. `made`: the text of a token that was made just now, shown this once."""
    at = now()
    tokens = list(row.tokens.select_related("created_by", "revoked_by").order_by("-created_at", "-pk"))
    for token in tokens:
        token.works = token.is_in_force(at)
        token.scope_labels = [str(Scope(each).label) for each in token.scopes]
    context = {
        "integration": row,
        "tokens": tokens,
        "subscriptions": row.subscriptions.order_by("pk"),
        "entries": Entry.objects.about(row).order_by("-at", "-pk")[:ENTRIES_SHOWN],
        "form": form,
        "made": made,
        "may_keep": can_keep_integrations(request.user),
        "may_revoke": can_revoke(request.user, row),
    }
    return render(request, "interfaces/integration.html", context, status=status)


@require_POST
@never_cache
@reauthentication_required
def make_token(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer shows the token once: no address leads to it, and the form sent again makes no second one."""
    require_keeper(request)
    row, form = integration_of(request, pk), TokenForm(request.POST)
    if not form.is_valid():
        return show(request, row, form, status=422)
    try:
        with transaction.atomic():
            first, _url = take_form(token=read_token(request), person=request.user)
            if not first:
                messages.info(
                    request, _("The token was made already and is not shown again. Revoke it if you lost it.")
                )
                return redirect(row)
            data = services.TokenData(**form.cleaned_data)
            _token, text = services.make_token(integration=row, data=data, actor=request.user)
            settle_form(token=read_token(request), result_url=row.get_absolute_url())
    except services.UnableToMakeToken as error:
        form.add_error(None, str(error))
        return show(request, row, form, status=422)
    return show(request, row, TokenForm(), made=text)


@require_POST
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """By an administrator, or by the person in whose name it acts."""
    token = get_object_or_404(Token.objects.visible_to(request.user).select_related("integration"), pk=pk)
    if not can_revoke(request.user, token.integration):
        raise PermissionDenied
    services.revoke_token(token=token, actor=request.user)
    messages.success(request, _("Revoked. It is good for nothing from now on."))
    return redirect(token.integration)


@require_POST
def switch_off(request: HttpRequest, pk: int) -> HttpResponse:
    """By an administrator, or by the person in whose name it acts."""
    row = integration_of(request, pk)
    if not can_revoke(request.user, row):
        raise PermissionDenied
    services.switch_off(integration=row, actor=request.user)
    return redirect(row)


@require_POST
def switch_on(request: HttpRequest, pk: int) -> HttpResponse:
    require_keeper(request)
    row = integration_of(request, pk)
    services.switch_on(integration=row, actor=request.user)
    return redirect(row)


def require_keeper(request: HttpRequest) -> None:
    if not can_keep_integrations(request.user):
        raise PermissionDenied


def integration_of(request: HttpRequest, pk: int) -> Integration:
    return get_object_or_404(Integration.objects.visible_to(request.user).select_related("owner"), pk=pk)


def data_of(form: IntegrationForm) -> services.IntegrationData:
    data = form.cleaned_data
    return services.IntegrationData(name=data["name"], purpose=data["purpose"], owner=data["owner"])
