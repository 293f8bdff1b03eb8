"""One request: its page, its papers; and the list of one's own."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.core.clock import now
from apps.core.pages import keyset_page
from apps.journal.models import Attachment
from apps.servicedesk import actions
from apps.servicedesk.enums import RequestState
from apps.servicedesk.managers import own, taking_part
from apps.servicedesk.models import Certificate, Request, RequestMessage
from apps.servicedesk.screens import Screen, office_form, questions
from apps.servicedesk.services.drafts import kept_until
from apps.servicedesk.views.acting import fetch, seen_at, show


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The request's page; `?do=verb` opens the form of a move that is allowed now (`&paper=`: of this certificate)."""
    item = fetch(request, pk)
    if item.state == RequestState.DRAFT:
        return redirect("servicedesk:draft", pk)
    verb = request.GET.get("do", "")
    screen = Screen(item, request.user, now())
    if verb in actions.OF_CERTIFICATE:
        paper = screen.paper_for(verb, request.GET.get("paper", ""))
        if paper is None:
            return show(request, item)
        return show(request, item, verb=verb, form=actions.FORMS[verb](auto_id=f"{verb}_%s", paper=paper.pk))
    if not actions.may_open(verb, screen.allowed):
        return show(request, item)
    if verb == "office":
        return show(request, item, verb=verb, form=office_form(item, person=request.user))
    given = {"questions": questions(item)} if verb == "return" else {}
    form = actions.form_class(verb, item, request.user)(auto_id=f"{verb}_%s", **given)
    return show(request, item, verb=verb, form=form)


@require_GET
def news_count(request: HttpRequest, pk: int) -> HttpResponse:
    """The hint "2 new messages since you opened this page", asked for from time to time."""
    item = fetch(request, pk)
    seen = seen_at(request)
    rows = RequestMessage.objects.visible_to(request.user).filter(request=item).exclude(author=request.user)
    count = rows.filter(at__gt=seen).count() if seen else 0
    return render(request, "servicedesk/_news.html", {"item": item, "count": count, "seen": seen})


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What I asked for, filed for somebody or take part in, newest first; drafts on top."""
    whose = own(request.user) | Q(pk__in=taking_part(request.user))
    rows = Request.objects.filter(whose).select_related("service", "requester", "handler")
    page = keyset_page(rows.exclude(state=RequestState.DRAFT), by="created_at", cursor=request.GET.get("cursor", ""))
    drafts = rows.filter(filed_by=request.user, state=RequestState.DRAFT).order_by("-created_at")[:20]
    drafts = list(drafts)
    for draft in drafts:
        draft.kept_until = kept_until(draft)
    return render(request, "servicedesk/mine.html", {"page": page, "drafts": drafts, "at": now()})


@require_GET
def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet of a certificate, as a download."""
    paper = get_object_or_404(Certificate.objects.visible_to(request.user), pk=pk)
    sheet = Attachment.objects.of(paper).first()
    if sheet is None:
        messages.info(request, _("The sheet is being made. Try again in a moment."))
        return redirect(paper.request or paper)
    return redirect("journal:download", sheet.key)
