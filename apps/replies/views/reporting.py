"""How far collections are: the list, the progress of one with its rows, the spreadsheet."""

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from apps.core.clock import now
from apps.core.pages import keyset_page
from apps.journal.services import record
from apps.notices.rules import can_chase
from apps.questionnaires.definitions import read_fields
from apps.replies.enums import COUNTED, WITH_PERSON
from apps.replies.models import Collection, Reply
from apps.replies.progress import RowsFilter, progress_of, show_choices
from apps.replies.rules import can_manage
from apps.replies.services.checking import may_act_on
from apps.replies.services.signing import SPREADSHEET
from apps.replies.workbook import write_workbook


@require_safe
def list_collections(request: HttpRequest) -> HttpResponse:
    """The collections that I may look at, newest first, each with how far it is among the people I may see."""
    rows = Collection.objects.visible_to(request.user).filter(notice__published_at__isnull=False)
    page = keyset_page(
        rows.select_related("notice", "form_version__form"), by="created_at", cursor=request.GET.get("cursor", "")
    )
    found = Reply.objects.visible_to(request.user).filter(collection__in=[row.pk for row in page.rows])
    counts = (
        found.order_by()
        .values("collection")
        .annotate(
            done=Count("pk", filter=Q(state__in=COUNTED)),
            whole=Count("pk", filter=~Q(state__in=WITH_PERSON) | Q(obligation__is_open=True)),
        )
    )
    by_key = {row["collection"]: row for row in counts}
    lines = [(row, by_key.get(row.pk, {"done": 0, "whole": 0})) for row in page.rows]
    return render(request, "replies/list.html", {"page": page, "lines": lines})


@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Bars by unit, and the rows behind every figure."""
    collection = fetch_collection(request, pk)
    wanted = RowsFilter.read(request.GET, pk)
    rows = wanted.rows(request.user).select_related("obligation__person", "unit", "confirmed_by", "collection__notice")
    page = keyset_page(rows, by="pk", cursor=request.GET.get("cursor", ""), newest_first=False)
    acts_on = may_act_on(page.rows, request.user) if collection.confirmed_by_units else set()
    must_open = bool(acts_on) and has_units_part(collection)
    may_confirm = set() if must_open else acts_on
    found, at = progress_of(collection, request.user), now()
    context = {
        "collection": collection,
        "notice": collection.notice,
        "progress": found,
        "page": page,
        "lines": [(row, row.pk in may_confirm) for row in page.rows],
        "may_confirm": bool(may_confirm),
        "first_to_open": min(acts_on) if must_open else None,
        "wanted": wanted,
        "shows": show_choices(),
        "may_manage": can_manage(request.user, collection),
        "sees_all": sees_all(request, collection),
        "may_chase": can_chase(request.user, collection.notice) and collection.notice.is_running(at),
        "may_remind": can_manage(request.user, collection) and collection.notice.is_running(at) and found.owed,
    }
    return render(request, "replies/progress.html", context)


@require_POST
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The answers that I may see as a spreadsheet. By POST, because taking people's data out is written down."""
    collection = fetch_collection(request, pk)
    replies = Reply.objects.visible_to(request.user).filter(collection=collection)
    content = write_workbook(collection, replies)
    changes = {"people": replies.counted().count()}
    record(actor=request.user, verb="answers_exported", obj=collection, changes=changes, internal=True, at=now())
    answer = HttpResponse(content, content_type=SPREADSHEET)
    answer["Content-Disposition"] = f'attachment; filename="{collection.notice.number}.xlsx"'
    return answer


def has_units_part(collection: Collection) -> bool:
    """Must the unit fill something in? Then each answer is opened to be confirmed, not many at once."""
    return any(field.unit_only and field.required for field in read_fields(collection.form_version))


def fetch_collection(request: HttpRequest, pk: int) -> Collection:
    """A collection that is out and that this person may look at; else 404."""
    rows = Collection.objects.visible_to(request.user).filter(notice__published_at__isnull=False)
    return get_object_or_404(rows.select_related("notice__sender", "notice__unit", "form_version__form"), pk=pk)


def sees_all(request: HttpRequest, collection: Collection) -> bool:
    """May this person see everybody's figures (the office and the sender)?"""
    return request.user.is_office or can_manage(request.user, collection)
