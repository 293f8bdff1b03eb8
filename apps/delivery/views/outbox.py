"""The post room: how it is doing, which mails, what became of one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.core.charts import as_data_url, bar_chart
from apps.core.clock import now
from apps.core.pages import keyset_page
from apps.core.search import matches
from apps.delivery import figures, sweeps
from apps.delivery.channels import enabled
from apps.delivery.enums import Channel, DeliveryState, MessageClass
from apps.delivery.forms import FilterForm
from apps.delivery.models import Delivery, Evidence
from apps.delivery.rules import can_keep_robots, can_run_post_room
from apps.delivery.services import UnableToSendAgain, send_again
from apps.delivery.views.raw import raw_response
from apps.journal.models import Entry
from apps.people.models import ContactPoint, Person

FOUND_PEOPLE = 50


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    if not can_run_post_room(request.user):
        raise PermissionDenied
    at = now()
    hours = figures.sent_by_hour(at)
    unsure = Delivery.objects.filter(state=DeliveryState.UNCERTAIN).select_related("person", "message")
    context = {
        "depth": sweeps.depth(at),
        "queues": figures.queue_lines(at),
        "canary": figures.canary_line(at),
        "scanner": figures.scanner_line(at),
        "hours": hours,
        "sent_today": sum(count for _hour, count in hours),
        "chart": as_data_url(bar_chart([f"{hour:%H}" for hour, _n in hours], {_("mails"): [n for _hour, n in hours]})),
        "causes": figures.bounces_by_cause(at),
        "bounces": figures.latest_bounces(at),
        "uncertain": list(unsure.order_by("lease_until")[:10]),
        "may_keep_robots": can_keep_robots(request.user),
        "inbound_waiting": figures.inbound_waiting(),
        "reports_waiting": figures.reports_waiting(at),
        "has_text_messages": Channel.SMS in enabled(),
    }
    return render(request, "delivery/overview.html", context)


@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    if not can_run_post_room(request.user):
        raise PermissionDenied
    form = FilterForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = filtered(Delivery.objects.visible_to(request.user), asked).select_related("person", "message")
    page = keyset_page(rows, by="id", cursor=request.GET.get("cursor", ""))
    return render(request, "delivery/list.html", {"page": page, "form": form, "asked": asked})


def filtered(rows: QuerySet, asked: dict[str, str]) -> QuerySet:
    """The rows of a state, a queue, a way, and of people found by number, name or address."""
    for name in ("state", "queue", "channel"):
        if asked.get(name):
            rows = rows.filter(**{name: asked[name]})
    if text := asked.get("q"):
        by_address = ContactPoint.objects.filter(value__iexact=text).values("person_id")
        people = Person.objects.filter(Q(number__iexact=text) | Q(pk__in=by_address) | matches("name", text))
        rows = rows.filter(person__in=list(people.values_list("pk", flat=True)[:FOUND_PEOPLE]))
    return rows


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One delivery and everything that is known of it. The words of sign-in mails are shown to nobody: they hold
    links.
    """
    found = Delivery.objects.visible_to(request.user).select_related("person", "message", "message__created_by")
    delivery = get_object_or_404(found, pk=pk)
    words = delivery.message.texts.order_by("pk")
    language = delivery.person.language if delivery.person else ""
    context = {
        "delivery": delivery,
        "evidence": delivery.evidence.select_related("recorded_by").order_by("happened_at", "pk"),
        "entries": Entry.objects.about(delivery).select_related("actor", "on_behalf_of"),
        "words": next((text for text in words if text.language == language), words[0] if words else None),
        "is_account": delivery.message.message_class == MessageClass.ACCOUNT,
        "in_post_room": can_run_post_room(request.user),
        "may_send_again": can_run_post_room(request.user) and delivery.may_be_sent_again(now()),
    }
    return render(request, "delivery/detail.html", context)


@require_safe
def raw_evidence(request: HttpRequest, pk: int, evidence_pk: int) -> HttpResponse:
    """The mail that an evidence rests on, as it came. A bounce may hold others' addresses: the post room only."""
    delivery = get_object_or_404(Delivery.objects.visible_to(request.user), pk=pk)
    if not can_run_post_room(request.user):
        raise PermissionDenied
    facts = Evidence.objects.filter(delivery=delivery, raw__isnull=False).select_related("raw")
    return raw_response(get_object_or_404(facts, pk=evidence_pk).raw)


@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    delivery = get_object_or_404(Delivery.objects.visible_to(request.user), pk=pk)
    if not can_run_post_room(request.user):
        raise PermissionDenied
    try:
        send_again(delivery_id=delivery.pk, actor=request.user)
    except UnableToSendAgain as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The message is planned again and leaves within a minute."))
    return redirect("delivery:detail", pk=pk)
