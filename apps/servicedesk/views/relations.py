"""A request and others: found, linked, merged, taken apart, followed."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.search import fold, narrow
from apps.journal.forms import read_token
from apps.journal.services import settle_form, take_form
from apps.people.models import Person
from apps.servicedesk import rules, services
from apps.servicedesk.enums import LinkKind, RequestState
from apps.servicedesk.forms import LinkForm, MergeForm, ReasonForm, SplitForm
from apps.servicedesk.forms.relations import WAITS
from apps.servicedesk.models import Link, Request, RequestMessage, Service
from apps.servicedesk.screens import questions
from apps.servicedesk.search import NUMBER
from apps.servicedesk.services import Changed, UnableToMove
from apps.servicedesk.views.acting import changed, fetch, perform, posted_version

SHOWN = 20


@require_GET
def others(request: HttpRequest, pk: int) -> HttpResponse:
    """Find another request by number or title, to link or to merge with; without words those of the same requester."""
    item = fetch(request, pk)
    require_linker(request.user, item)
    return picker(request, item, LinkForm(), MergeForm())


def require_linker(user: Person, item: Request) -> None:
    if not rules.can_link(user, item):
        raise PermissionDenied


def picker(
    request: HttpRequest, item: Request, link_form: BaseForm, merge_form: BaseForm, *, status: int = 200
) -> HttpResponse:
    text = (request.GET.get("q", "") or request.POST.get("q", "")).strip()[:100]
    chosen = request.POST.get("other", "")
    context = {
        "item": item,
        "q": text,
        "rows": found(request.user, item, text),
        "chosen": int(chosen) if chosen.isdecimal() and len(chosen) < 19 else 0,
        "link_form": link_form,
        "merge_form": merge_form,
        "may_merge": rules.can_move(request.user, "merge", item),
    }
    return render(request, "servicedesk/others.html", context, status=status)


def found(user: Person, item: Request, text: str) -> QuerySet:
    """Filed requests that this person sees, the newest first."""
    rows = Request.objects.visible_to(user).exclude(state=RequestState.DRAFT).exclude(pk=item.pk)
    rows = rows.select_related("service", "requester").order_by("-submitted_at", "-pk")
    wanted = fold(text)
    if not wanted:
        rows = rows.filter(requester=item.requester_id)
    elif NUMBER.fullmatch(wanted):
        rows = rows.filter(number=wanted.upper())
    else:
        rows = narrow(rows, "title", wanted)
    return rows[:SHOWN]


@require_POST
def link(request: HttpRequest, pk: int) -> HttpResponse:
    def work(item: Request, other: Request, form: BaseForm) -> None:
        kind = form.cleaned_data["kind"]
        source, target = (other, item) if kind == WAITS else (item, other)
        kind = LinkKind.BLOCKS if kind == WAITS else LinkKind(kind)
        services.link(source=source, target=target, kind=kind, actor=request.user)

    return with_other(request, pk, LinkForm(request.POST), work, _("The two requests are linked."))


@require_POST
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    def work(item: Request, other: Request, form: BaseForm) -> None:
        note = form.cleaned_data["note"]
        services.merge(request=item, into=other, actor=request.user, note=note, version=posted_version(request))

    return with_other(request, pk, MergeForm(request.POST), work, _("Merged; its people see the other request now."))


def with_other(
    request: HttpRequest, pk: int, form: BaseForm, work: Callable[[Request, Request, BaseForm], object], done: str
) -> HttpResponse:
    """Do something with this request and a chosen one; a mistake leads back to the search with what was typed."""
    item = fetch(request, pk)
    require_linker(request.user, item)

    def again() -> HttpResponse:
        forms = (form, MergeForm()) if isinstance(form, LinkForm) else (LinkForm(), form)
        return picker(request, item, *forms, status=422)

    if not form.is_valid():
        return again()
    other = get_object_or_404(Request.objects.visible_to(request.user), pk=form.cleaned_data["other"])
    try:
        with transaction.atomic():
            if take_form(token=read_token(request), person=request.user)[0]:
                work(item, other, form)
                settle_form(token=read_token(request), result_url=item.get_absolute_url())
    except Changed as clash:
        return changed(request, clash.request, None)
    except UnableToMove as error:
        form.add_error(None, str(error))
        return again()
    messages.success(request, done)
    return redirect(item)


@require_POST
def unlink(request: HttpRequest, pk: int, link: int) -> HttpResponse:
    item = fetch(request, pk)
    row = get_object_or_404(Link.objects.select_related("source", "target"), pk=link)
    if item.pk not in (row.source_id, row.target_id):
        return redirect(item)

    def work(item: Request, form: None) -> None:
        services.unlink(link=row, actor=request.user)

    return perform(request, pk, "unlink", work, done=_("The link is taken away."))


@require_POST
def unmerge(request: HttpRequest, pk: int) -> HttpResponse:
    def work(item: Request, form: BaseForm) -> None:
        note = form.cleaned_data["note"]
        services.unmerge(request=item, actor=request.user, note=note, version=posted_version(request))

    return perform(request, pk, "unmerge", work, done=_("Taken out; it goes on from where it was."))


@require_http_methods(["GET", "POST"])
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose what goes into a new request of the same requester, then check and file it as any draft."""
    item = fetch(request, pk)
    if not rules.can_split(request.user, item):
        raise PermissionDenied
    form = split_form(request, item)
    if not form.is_valid():
        context = {"item": item, "form": form}
        return render(request, "servicedesk/split.html", context, status=422 if form.is_bound else 200)
    try:
        return begin_draft(request, lambda: services.split(request=item, actor=request.user, **form.cleaned_data))
    except UnableToMove as error:
        form.add_error(None, str(error))
        return render(request, "servicedesk/split.html", {"item": item, "form": form}, status=422)


def split_form(request: HttpRequest, item: Request) -> SplitForm:
    rows = RequestMessage.objects.visible_to(request.user).filter(request=item).select_related("author")
    words = [
        (row.pk, f"{row.author.name}: {Truncator(' '.join(row.body.split())).chars(80)}")
        for row in rows.order_by("at", "pk")[:100]
    ]
    offered = Service.objects.visible_to(item.requester).order_by("area__order", "order", "pk")
    return SplitForm(
        request.POST or None,
        services=offered,
        answers=questions(item),
        messages=words,
        initial={"service": item.service_id},
    )


def begin_draft(request: HttpRequest, begin: Callable[[], Request]) -> HttpResponse:
    """Begin a draft once, however often the form is sent, and go on to it."""
    with transaction.atomic():
        first, url = take_form(token=read_token(request), person=request.user)
        if not first:
            return redirect(url or "servicedesk:mine")
        target = redirect("servicedesk:draft", begin().pk)
        settle_form(token=read_token(request), result_url=target.url)
    return target


@require_POST
def follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask again, from the old answers; the draft is checked and filed as any other."""
    item, form = fetch(request, pk), ReasonForm(request.POST)
    if not rules.is_requester(request.user, item):
        raise PermissionDenied
    note = form.cleaned_data["note"] if form.is_valid() else ""
    try:
        return begin_draft(request, lambda: services.follow_up(request=item, actor=request.user, note=note))
    except UnableToMove as error:
        messages.error(request, str(error))
        return redirect(item)
