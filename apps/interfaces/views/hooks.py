"""Addresses that are told: one more, its calls and what came back, a new secret, on and off, once more."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.pages import count_label, keyset_page
from apps.interfaces import services
from apps.interfaces.enums import CallState
from apps.interfaces.forms import SubscriptionForm
from apps.interfaces.models import Call, Subscription, Try
from apps.interfaces.rules import can_keep_integrations, can_revoke
from apps.interfaces.views.integrations import integration_of, require_keeper
from apps.journal.forms import read_token
from apps.journal.services import settle_form, take_form
from apps.servicedesk.models import Service


@require_http_methods(["GET", "POST"])
@never_cache
@reauthentication_required
def create_subscription(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer shows the secret once; the form sent again makes no second address."""
    require_keeper(request)
    integration, form = integration_of(request, pk), SubscriptionForm(request.POST or None)
    context = {"form": form, "integration": integration}
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                first, url = take_form(token=read_token(request), person=request.user)
                if not first:
                    return redirect(url or integration)
                row, secret = services.subscribe(integration=integration, data=data_of(form), actor=request.user)
                settle_form(token=read_token(request), result_url=row.get_absolute_url())
            return show(request, row, secret=secret)
        except services.UnableToSubscribe as error:
            form.add_error(None, str(error))
    return render(request, "interfaces/subscription_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def edit_subscription(request: HttpRequest, pk: int) -> HttpResponse:
    require_keeper(request)
    row = subscription_of(request, pk)
    form = SubscriptionForm(request.POST or None, initial=SubscriptionForm.of(row))
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            services.edit_subscription(subscription=row, data=data_of(form), version=version, actor=request.user)
            return redirect(row)
        except services.UnableToSubscribe as error:
            form.add_error(None, str(error))
    context = {"form": form, "subscription": row, "integration": row.integration}
    return render(request, "interfaces/subscription_form.html", context, status=422 if form.errors else 200)


@require_safe
def subscription(request: HttpRequest, pk: int) -> HttpResponse:
    """What was told and what came back, newest first; `?state=dead` what was given up."""
    return show(request, subscription_of(request, pk))


def show(request: HttpRequest, row: Subscription, *, secret: str = "") -> HttpResponse:
    wanted = request.GET.get("state", "")
    rows = Call.objects.filter(subscription=row)
    shown = rows.filter(state=wanted) if wanted in CallState.values else rows
    tries = Prefetch("tries", queryset=Try.objects.order_by("-at", "-pk"), to_attr="last_tries")
    page = keyset_page(shown.prefetch_related(tries), by="created_at", cursor=request.GET.get("cursor", ""))
    names = {each.code: str(each) for each in Service.objects.filter(code__in=row.services)}
    context = {
        "subscription": row,
        "integration": row.integration,
        "secret": secret,
        "page": page,
        "wanted": wanted,
        "states": CallState.choices,
        "service_names": [names.get(code, code) for code in row.services],
        "dead": count_label(rows.filter(state=CallState.DEAD), 99),
        "may_keep": can_keep_integrations(request.user),
        "may_stop": can_revoke(request.user, row.integration),
    }
    return render(request, "interfaces/subscription.html", context)


@require_POST
@never_cache
@reauthentication_required
def change_secret(request: HttpRequest, pk: int) -> HttpResponse:
    """A new one, shown once in the answer."""
    require_keeper(request)
    row = subscription_of(request, pk)
    with transaction.atomic():
        first, _url = take_form(token=read_token(request), person=request.user)
        if not first:
            return redirect(row)
        secret = services.change_secret(subscription=row, actor=request.user)
        settle_form(token=read_token(request), result_url=row.get_absolute_url())
    return show(request, subscription_of(request, pk), secret=secret)


@require_POST
def try_address(request: HttpRequest, pk: int) -> HttpResponse:
    require_keeper(request)
    row = subscription_of(request, pk)
    if not row.is_active:
        messages.error(request, _("Switch the address on first."))
        return redirect(row)
    services.try_address(subscription=row, actor=request.user)
    messages.success(request, _("The trial leaves within a minute; this page shows what came back."))
    return redirect(row)


@require_POST
def stop_telling(request: HttpRequest, pk: int) -> HttpResponse:
    """By an administrator, or by the person in whose name the program acts."""
    row = subscription_of(request, pk)
    if not can_revoke(request.user, row.integration):
        raise PermissionDenied
    services.stop_telling(subscription=row, actor=request.user)
    return redirect(row)


@require_POST
def tell_on(request: HttpRequest, pk: int) -> HttpResponse:
    require_keeper(request)
    row = subscription_of(request, pk)
    services.tell_on(subscription=row, actor=request.user)
    return redirect(row)


@require_POST
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    """One call, or all that were given up (without `call`)."""
    require_keeper(request)
    row, text = subscription_of(request, pk), request.POST.get("call", "")
    calls = Call.objects.filter(subscription=row)
    if text:
        calls = calls.filter(pk=int(text)) if text.isdecimal() and len(text) < 19 else calls.none()
    else:
        calls = calls.filter(state=CallState.DEAD)
    count = services.send_again(subscription=row, calls=calls, actor=request.user)
    messages.success(request, _("Calls that wait to be sent again: %(count)d.") % {"count": count})
    return redirect(row)


def subscription_of(request: HttpRequest, pk: int) -> Subscription:
    rows = Subscription.objects.visible_to(request.user).select_related("integration__owner")
    return get_object_or_404(rows, pk=pk)


def data_of(form: SubscriptionForm) -> services.SubscriptionData:
    data = form.cleaned_data
    return services.SubscriptionData(
        url=data["url"],
        events=data["events"],
        services=data["services"],
        with_names=data["with_names"],
        a_minute=data["a_minute"],
    )
