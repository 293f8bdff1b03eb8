"""Addresses that are not written to for now: which, why, until when; by hand more, or one less."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.core.clock import now
from apps.core.pages import Page, keyset_page
from apps.delivery import services
from apps.delivery.enums import Cause
from apps.delivery.forms import LiftForm, RestFilterForm, SuppressForm
from apps.delivery.models import Suppression
from apps.delivery.rules import can_run_post_room
from apps.delivery.services.planning import CONTACT_OF
from apps.people.models import ContactPoint, Person


@require_safe
def resting(request: HttpRequest) -> HttpResponse:
    if not can_run_post_room(request.user):
        raise PermissionDenied
    return page_of_rests(request, SuppressForm())


def page_of_rests(request: HttpRequest, form: SuppressForm, status: int = 200) -> HttpResponse:
    asked = RestFilterForm(request.GET)
    asked = asked.cleaned_data if asked.is_valid() else {}
    rows = narrowed(Suppression.objects.visible_to(request.user).active(now()), asked)
    page = keyset_page(rows.select_related("evidence"), by="since", cursor=request.GET.get("cursor", ""))
    context = {
        "page": page,
        "lines": [(row, owner) for row, owner in zip(page.rows, owners(page), strict=True)],
        "asked": asked,
        "causes": Cause.choices,
        "form": form,
    }
    return render(request, "delivery/resting.html", context, status=status)


def narrowed(rows: QuerySet, asked: dict[str, str]) -> QuerySet:
    """By cause, and by the exact address."""
    if asked.get("cause"):
        rows = rows.filter(cause=asked["cause"])
    return rows.filter(address__iexact=asked["q"]) if asked.get("q") else rows


def owners(page: Page) -> list[Person | None]:
    """Whose address each row of the page is (one query)."""
    small = [(CONTACT_OF.get(row.channel), row.address.lower()) for row in page.rows]
    points = ContactPoint.objects.annotate(small=Lower("value")).filter(small__in=[address for _kind, address in small])
    by_address = {(point.kind, point.small): point.person for point in points.select_related("person")}
    return [by_address.get(address) for address in small]


@require_POST
def suppress(request: HttpRequest) -> HttpResponse:
    """Stop mails to an address by hand, until it is lifted or for some days."""
    if not can_run_post_room(request.user):
        raise PermissionDenied
    form = SuppressForm(request.POST)
    if not form.is_valid():
        return page_of_rests(request, form, status=422)
    at, asked = now(), form.cleaned_data
    services.suppress(
        address=asked["address"],
        cause=Cause(asked["cause"]),
        until=form.until(at),
        actor=request.user,
        note=asked["note"],
        at=at,
    )
    messages.success(request, _("Mails to this address are held from now on."))
    return redirect("delivery:resting")


@require_POST
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Write to the address again."""
    row = get_object_or_404(Suppression.objects.visible_to(request.user), pk=pk)
    form = LiftForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why, in a few words."))
        return redirect("delivery:resting")
    try:
        services.lift(suppression_id=row.pk, actor=request.user, note=form.cleaned_data["note"])
    except services.UnableToLift as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The address is written to again; what was held leaves within a minute."))
    return redirect("delivery:resting")
