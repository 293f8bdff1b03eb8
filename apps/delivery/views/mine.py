"""A person's own messages, as they stand in the portal."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from apps.core.pages import keyset_page
from apps.delivery.models import Delivery, MessageText
from apps.delivery.services import open_all, open_message

MOST_AT_ONCE = 500


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    rows = Delivery.objects.in_portal_of(request.user).select_related("message").prefetch_related("message__texts")
    page = keyset_page(rows, by="created_at", cursor=request.GET.get("cursor", ""))
    entries = [(row, words_for(list(row.message.texts.all()), get_language())) for row in page.rows]
    unread = Delivery.objects.in_portal_of(request.user).unread().exists()
    return render(request, "delivery/mine.html", {"page": page, "entries": entries, "unread": unread})


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
