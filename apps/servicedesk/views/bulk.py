"""One act on the ticked rows of the list: asked for what it needs, then told row by row."""

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.core.redirects import back_or
from apps.journal.exports import exported
from apps.journal.forms import read_token
from apps.journal.listings import LISTINGS
from apps.journal.services import take_form
from apps.people.models import Person
from apps.servicedesk.bulk_acts import ACTS
from apps.servicedesk.models import Request
from apps.servicedesk.services.many import MOST, Result, assign_many, each, summary
from apps.servicedesk.views.listing import NAMES, all_rows, require_office


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """The act named in `act` on the rows named in `pk`; without its form yet, the form is shown first."""
    require_office(request.user)
    code = request.POST.get("act", "")
    if code == "export":
        return exported(request, LISTINGS["requests"])
    if code not in ACTS:
        messages.error(request, _("Choose what is to be done."))
        return back_or(request, redirect("servicedesk:list").url)
    act, rows = ACTS[code], list(ticked(request))
    if act.form and rows:
        form = act.form(request.POST if code == "assign" or "go" in request.POST else None)
        if not form.is_valid():
            status = 422 if form.is_bound else 200
            return render(request, "servicedesk/bulk_form.html", context(request, code, rows, form), status=status)
        data = form.cleaned_data
    else:
        data = {}
    if "form_token" in request.POST and not first_time(request):
        messages.info(request, _("This was sent already; look at the rows to see what became of them."))
        return redirect("servicedesk:list")
    results = run(request.user, code, rows, data)
    return render(request, "servicedesk/bulk.html", {"results": results, "summary": summary(results), "act": act})


def keys_of(request: HttpRequest) -> list[int]:
    return [int(text) for text in request.POST.getlist("pk") if text.isdecimal() and len(text) < 19][:MOST]


def ticked(request: HttpRequest) -> QuerySet:
    """The ticked rows that this person may see."""
    rows = all_rows(request.user).filter(pk__in=keys_of(request))
    return rows.select_related(*NAMES, "answer_set__form_version").order_by("pk")


def first_time(request: HttpRequest) -> bool:
    with transaction.atomic():
        return take_form(token=read_token(request), person=request.user)[0]


def run(user: Person, code: str, rows: list[Request], data: dict[str, object]) -> list[Result]:
    if code == "assign":
        told = assign_many(keys=[row.pk for row in rows], actor=user, handler=data["handler"]) if rows else {}
        return [Result(row, *told[row.pk]) for row in rows if row.pk in told]
    act = ACTS[code].act
    return each(rows, lambda row: act(user, row, data))


def context(request: HttpRequest, code: str, rows: list[Request], form: BaseForm) -> dict[str, object]:
    return {"act": ACTS[code], "code": code, "rows": rows, "form": form, "next": request.POST.get("next", "")}
