"""A person's own messages, as they stand in the portal."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from apps.core.clock import now
from apps.core.pages import keyset_page
from apps.delivery.enums import Cause
from apps.delivery.models import Delivery, MessageText
from apps.delivery.services import causes_of, open_all, open_message
from apps.people.enums import ContactKind
from apps.people.models import ContactPoint, Person

MOST_AT_ONCE = 500


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    rows = Delivery.objects.in_portal_of(request.user).select_related("message").prefetch_related("message__texts")
    page = keyset_page(rows, by="created_at", cursor=request.GET.get("cursor", ""))
    entries = [(row, words_for(list(row.message.texts.all()), get_language())) for row in page.rows]
    unread = Delivery.objects.in_portal_of(request.user).unread().exists()
    context = {"page": page, "entries": entries, "unread": unread, "returned": returned_addresses(request.user)}
    return render(request, "delivery/mine.html", context)


def returned_addresses(person: Person) -> list[tuple[str, str]]:
    """The person's own mail addresses that are not written to for now, with the cause in words."""
    points = ContactPoint.objects.filter(person=person, kind=ContactKind.MAIL, is_primary=True)
    own = list(points.values_list("value", flat=True))
    causes = causes_of(own, now())
    return [(address, Cause(causes[address.lower()]).label) for address in own if address.lower() in causes]


@require_safe
def message(request: HttpRequest, pk: int) -> HttpResponse:
    delivery = get_object_or_404(Delivery.objects.in_portal_of(request.user).select_related("message"), pk=pk)
    words = words_for(list(delivery.message.texts.all()), get_language())
    return render(request, "delivery/message.html", {"delivery": delivery, "words": words})


@require_POST
def open_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the person opened it, and go where it leads."""
    found = Delivery.objects.in_portal_of(request.user).select_related("message", "person")
    delivery = get_object_or_404(found, pk=pk)
    open_message(delivery=delivery)
    target = delivery.message.target_url
    ours = {request.get_host(), settings.PORTAL_URL.partition("://")[2]}
    if target and url_has_allowed_host_and_scheme(target, allowed_hosts=ours):
        return redirect(target)
    return redirect("delivery:message", pk=pk)


@require_POST
def mark_all_read(request: HttpRequest) -> HttpResponse:
    unread = Delivery.objects.in_portal_of(request.user).unread().select_related("message", "person")
    open_all(deliveries=list(unread.order_by("pk")[:MOST_AT_ONCE]))
    return redirect("delivery:mine")


def words_for(texts: list[MessageText], language: str | None) -> MessageText | None:
    return next((text for text in texts if text.language == language), texts[0] if texts else None)
