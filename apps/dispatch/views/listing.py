"""The list of drafts and outgoing papers."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core.clock import now
from apps.core.pages import count_label, keyset_page
from apps.dispatch import route, rules
from apps.dispatch.enums import Chip
from apps.dispatch.measures import asked_for
from apps.dispatch.models import Draft
from apps.documents.enums import OPEN_STATES
from apps.people.models import Person

NAMES = ("document", "drafter", "signer")


@require_safe
def papers(request: HttpRequest) -> HttpResponse:
    """Chips with capped counts; newest first."""
    user, at = request.user, now()
    if not rules.can_list(user):
        raise PermissionDenied(_("Outgoing papers are for the office, and for those who draft and sign them."))
    chips = [chip for chip in Chip if may_see_chip(chip, user)]
    counts = [(chip, "" if chip == Chip.ALL else count_label(rows_of(chip, user, at), 99)) for chip in chips]
    asked = asked_for(*(request.GET.get(name, "") for name in ("measure", "from", "to")))
    chosen = None if asked else chosen_chip(request.GET.get("chip", ""), counts)
    rows = rows_of(chosen, user, at).select_related(*NAMES)
    if asked:
        rows = rows.filter(asked[0].counts(asked[1], at))
    page = keyset_page(rows.annotate(moved_at=F("document__last_event_at")), by="moved_at", cursor=cursor_of(request))
    for row, names in zip(page.rows, route.who_has(page.rows), strict=True):
        row.who_has_it, row.is_late = names, row.document.is_late(at)
    context = {"page": page, "chips": counts, "chosen": chosen, "may_draft": rules.can_draft(user)}
    context["measure"], context["period"] = asked or (None, None)
    return render(request, "dispatch/list.html", context | {"sees_ledger": rules.can_see_ledger(user)})


def cursor_of(request: HttpRequest) -> str:
    return request.GET.get("cursor", "")


def chosen_chip(text: str, counts: list[tuple[Chip, str]]) -> Chip:
    """What the address says, else the first under which something stands."""
    asked = next((chip for chip, _count in counts if chip.value == text), None)
    return asked or next(chip for chip, count in counts if count != "0")


def may_see_chip(chip: Chip, user: Person) -> bool:
    """Numbering, sealing and sending are the office's."""
    if chip in (Chip.TO_NUMBER, Chip.TO_SEAL, Chip.TO_SEND):
        return rules.can_register(user)
    return chip != Chip.MINE or rules.can_draft(user)


def rows_of(chip: Chip | None, user: Person, at: datetime) -> QuerySet:
    rows = Draft.objects.visible_to(user)
    if chip == Chip.MINE:
        mine = Draft.objects.in_hands_of(user, at).values("pk")
        return rows.filter(Q(drafter=user) | Q(pk__in=mine), document__state__in=OPEN_STATES)
    if chip == Chip.FOR_ME:
        return rows.waiting_for(user, at)
    if chip == Chip.LATE:
        return rows.filter(document__state__in=OPEN_STATES, document__due_at__lt=at)
    if chip == Chip.SIGNING:
        return rows.being_signed()
    named = {
        Chip.TO_NUMBER: rows.to_number,
        Chip.TO_SEAL: rows.to_seal,
        Chip.TO_SEND: rows.to_send,
        Chip.TO_FILE: rows.to_file,
    }
    return named[chip]() if chip in named else rows
