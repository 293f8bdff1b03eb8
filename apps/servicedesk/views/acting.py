"""How every move of a request is posted: fetch, form, one service call; what was typed is never lost."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import BaseForm, ChoiceField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.core.redirects import back_or
from apps.journal.files import UnableToAttach, UploadRefused
from apps.journal.forms import read_token
from apps.journal.models import Entry
from apps.journal.services import settle_form, take_form
from apps.people.enums import HANDLER_ROLES
from apps.servicedesk import actions
from apps.servicedesk.models import Request, RequestMessage
from apps.servicedesk.papers.certificates import UnableToIssue
from apps.servicedesk.rules import allowed_verbs
from apps.servicedesk.screens import Screen, requests_with_names
from apps.servicedesk.services import Changed, UnableToMove
from apps.servicedesk.services.canned import count_uses
from apps.servicedesk.services.papers import UnableToRevoke

Work = Callable[[Request, BaseForm | None], object]
NEWS_SHOWN = 5
NOT_TYPED = {"csrfmiddlewaretoken", "form_token", "version", "seen", "next", "canned"}
REFUSALS = (UnableToMove, UnableToIssue, UnableToRevoke, UploadRefused, UnableToAttach)


def fetch(request: HttpRequest, pk: int) -> Request:
    """The request, if this person may see it; else 404."""
    return get_object_or_404(requests_with_names().visible_to(request.user), pk=pk)


def posted_version(request: HttpRequest) -> int | None:
    """The version the form was made for; None when it names none (a button on a list)."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def show(
    request: HttpRequest, item: Request, *, verb: str = "", form: BaseForm | None = None, status: int = 200
) -> HttpResponse:
    """The request's page, with the form of `verb` open and what was typed in it."""
    screen = Screen(item, request.user, now(), verb, form)
    return render(request, "servicedesk/detail.html", {"screen": screen, "item": item}, status=status)


def perform(
    request: HttpRequest,
    pk: int,
    verb: str,
    work: Work,
    *,
    done: str,
    form: Callable[[Request], BaseForm] | None = None,
) -> HttpResponse:
    """Do one move for the person who posted it.

    A form sent twice leads where the first one led. A lost update shows the three choices, a move that is not possible
    the page with the form as it was typed; a person who may see but not do it gets 403 from the service.
    """
    item = fetch(request, pk)
    bound = form(item) if form else bound_form(request, verb, item)
    if bound and not bound.is_valid():
        return reject(request, item, verb, bound)
    try:
        return once(request, item, lambda: work(item, bound), done)
    except Changed as clash:
        return changed(request, clash.request, bound, verb)
    except PermissionDenied:
        if came_late(request, item):
            return changed(request, fetch(request, pk), bound, verb)
        raise
    except REFUSALS as error:
        if bound is None:
            messages.error(request, str(error))
            return redirect(item)
        bound.add_error(None, str(error))
        return show(request, fetch(request, pk), verb=verb, form=bound, status=422)


def bound_form(request: HttpRequest, verb: str, item: Request) -> BaseForm | None:
    if verb not in actions.FORMS:
        return None
    return actions.form_class(verb, item, request.user)(request.POST, request.FILES, auto_id=f"{verb}_%s")


def once(request: HttpRequest, item: Request, work: Callable[[], object], done: str) -> HttpResponse:
    """Run `work` in one transaction, for the first sending of the form only."""
    token = read_token(request)
    with transaction.atomic():
        first, url = take_form(token=token, person=request.user)
        if not first:
            return redirect(url or item)
        work()
        count_uses(request.POST.getlist("canned"), request.user)
        settle_form(token=token, result_url=item.get_absolute_url())
    messages.success(request, done)
    return back_or(request, item.get_absolute_url())


def reject(request: HttpRequest, item: Request, verb: str, bound: BaseForm) -> HttpResponse:
    """Back to the page with the errors; who may not do it at all is not told what is wrong with the form."""
    screen = Screen(item, request.user, now())
    if not (screen.last_capacity or screen.step_to_decide or (verb == "message" and screen.is_office)):
        raise PermissionDenied
    return show(request, item, verb=verb, form=bound, status=422)


def came_late(request: HttpRequest, item: Request) -> bool:
    """A handler whose page is older than the request: somebody else was faster, which is no matter of rights."""
    version = posted_version(request)
    return version is not None and version != item.version and request.user.has_role(*HANDLER_ROLES)


def changed(request: HttpRequest, item: Request, bound: BaseForm | None, verb: str = "") -> HttpResponse:
    """Somebody was faster: what is new, what was typed, and three ways on: overwrite, keep only the note, discard."""
    typed = bound.cleaned_data if bound else {}
    note = str(typed.get("note") or typed.get("body") or typed.get("reason") or "")
    fields = [(name, value) for name, values in request.POST.lists() if name not in NOT_TYPED for value in values]
    context = {
        "item": item,
        "entries": news(request, item),
        "words": new_words(request, item),
        "typed": typed_lines(bound) if bound else [],
        "fields": fields,
        "note": note,
        "path": request.path,
        "is_possible": is_possible(request, item, verb),
        "has_files": bool(request.FILES),
        "title": _("Somebody was faster"),
    }
    return render(request, "servicedesk/changed.html", context, status=409)


def is_possible(request: HttpRequest, item: Request, verb: str) -> bool:
    """May it be done all the same, as the request stands now?"""
    allowed = allowed_verbs(request.user, item)
    return not verb or ("approve" if verb == "decide" else verb) in allowed


def typed_lines(bound: BaseForm) -> list[tuple[str, object]]:
    """(label, what was typed) of every field that holds something, in words and not in keys."""
    lines = []
    for name, value in bound.cleaned_data.items():
        field = bound.fields.get(name)
        if not value or field is None or field.widget.is_hidden:
            continue
        shown = dict(getattr(field, "choices", ())) if isinstance(field, ChoiceField) else {}
        many = value if isinstance(value, list | tuple) else [value]
        lines.append((field.label or name, "、".join(str(shown.get(each, each)) for each in many)))
    return lines


def new_words(request: HttpRequest, item: Request) -> list[RequestMessage]:
    """What the others wrote since the page was opened, newest first."""
    seen = seen_at(request)
    rows = RequestMessage.objects.visible_to(request.user).filter(request=item).exclude(author=request.user)
    return list(rows.filter(at__gt=seen).select_related("author").order_by("-pk")[:NEWS_SHOWN]) if seen else []


def seen_at(request: HttpRequest) -> datetime | None:
    """When the page was opened on which this was typed; None if it is not said or broken."""
    try:
        found = parse_datetime(request.POST.get("seen", "") or request.GET.get("seen", ""))
    except ValueError:
        return None
    return found if found and found.tzinfo else None


def news(request: HttpRequest, item: Request) -> list[Entry]:
    """What happened since the page was opened; the last things if that is not known."""
    rows = Entry.objects.about(item)
    rows = rows if request.user.is_office else rows.public()
    seen = seen_at(request)
    rows = rows.filter(at__gt=seen) if seen else rows
    return list(rows.order_by("-at", "-pk")[:NEWS_SHOWN])
