"""Saved audiences: the list, who one takes today and which notices used it."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.core.clock import now
from apps.core.pages import count_label, keyset_page
from apps.journal.models import Entry
from apps.notices.audience_pages import PeoplePage, whom
from apps.notices.ladder import grouped, usual_channels
from apps.notices.models import Notice, SavedAudience
from apps.notices.rules import can_change_audience, can_compose, can_edit, can_see_report

FIRST_USES = 5


@require_GET
def audiences(request: HttpRequest) -> HttpResponse:
    if not can_compose(request.user):
        raise PermissionDenied(_("You may not write notices."))
    retired = request.GET.get("show") == "retired"
    rows = SavedAudience.objects.visible_to(request.user).select_related("unit", "owner")
    rows = rows.retired() if retired else rows.in_use()
    page = keyset_page(rows, by="name", cursor=request.GET.get("cursor", ""), newest_first=False)
    return render(request, "notices/audiences.html", {"page": page, "retired": retired})


@require_GET
def audience(request: HttpRequest, pk: int) -> HttpResponse:
    """Who it takes today: how many, by line and unit, who, with the reason; where it was used; its history."""
    found = visible_audience(request, pk)
    at = now()
    steps = grouped(usual_channels())
    people = whom(found.as_rule, steps, timezone.localdate(at), page=PeoplePage.read(request.GET), at=at)
    uses = _uses(request, found)
    context = people | {
        "audience": found,
        "can_change": can_change_audience(request.user, found),
        "uses": _with_pages(request, found, uses.order_by("-created_at", "-pk")[:FIRST_USES]),
        "uses_label": count_label(uses.order_by()),
        "entries": Entry.objects.about(found),
    }
    return render(request, "notices/audience.html", context)


@require_GET
def audience_uses(request: HttpRequest, pk: int) -> HttpResponse:
    """The notices whose rule was copied from it, as far as the reader may see them, newest first."""
    found = visible_audience(request, pk)
    page = keyset_page(_uses(request, found), by="created_at", cursor=request.GET.get("cursor", ""))
    _with_pages(request, found, page.rows)
    return render(request, "notices/audience_uses.html", {"audience": found, "page": page})


def visible_audience(request: HttpRequest, pk: int) -> SavedAudience:
    rows = SavedAudience.objects.visible_to(request.user).select_related("unit", "owner")
    return get_object_or_404(rows, pk=pk)


def _uses(request: HttpRequest, found: SavedAudience) -> QuerySet[Notice]:
    return Notice.objects.visible_to(request.user).filter(audience_from=found).select_related("sender")


def _with_pages(request: HttpRequest, found: SavedAudience, notices: Iterable[Notice]) -> list[Notice]:
    """Says of each where the reader sees it (`page`), and whether its rule is another than it copied (`is_changed`,
    known only of those that copied the present version).
    """
    rows = list(notices)
    for notice in rows:
        notice.page = _page(request, notice)
        notice.is_changed = notice.audience_version == found.version and notice.rule != found.as_rule
    return rows


def _page(request: HttpRequest, notice: Notice) -> str:
    if notice.is_out:
        name = "report" if can_see_report(request.user, notice) else "read"
    else:
        name = "preview" if can_edit(request.user, notice) else "read"
    return reverse(f"notices:{name}", args=[notice.pk])
