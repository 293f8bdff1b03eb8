"""Series: the list, one with its dates, set up and change, pause, resume, hand over, end, leave a date out."""

from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.calendar import CalendarYearMissing, office_time
from apps.core.clock import now
from apps.core.date_rules import DateRule, upcoming
from apps.core.pages import keyset_page
from apps.journal.forms import read_token
from apps.journal.models import Entry
from apps.journal.services import settle_form, take_form
from apps.notices import preview
from apps.notices.audience_words import audience_words
from apps.notices.models import Occurrence, Series
from apps.notices.rules import can_change_series, can_compose
from apps.notices.series_form import SeriesForm, SkipForm, initial_of_series
from apps.notices.series_managers import lost_sender
from apps.notices.series_words import rule_words, why
from apps.notices.services import series as services
from apps.notices.services.occurrences import whom
from apps.notices.services.series import SeriesClash, UnableToSaveSeries

NEXT_DATES = 6
SHOWN_DATES = 50


@require_GET
def series_list(request: HttpRequest) -> HttpResponse:
    if not can_compose(request.user):
        raise PermissionDenied(_("You may not write notices."))
    rows = Series.objects.visible_to(request.user).select_related("template", "sender", "unit")
    page = keyset_page(rows, by="created_at", cursor=request.GET.get("cursor", ""))
    waiting = Occurrence.objects.planned().filter(series__in=page.rows).order_by("-publish_at")
    following = dict(waiting.values_list("series", "publish_at"))
    lines = [(row, rule_words(row.dates), following.get(row.pk)) for row in page.rows]
    return render(request, "notices/series_list.html", {"page": page, "lines": lines})


@require_GET
def one_series(request: HttpRequest, pk: int) -> HttpResponse:
    """The next dates and why they fall so; what became of the earlier ones."""
    series = _visible(request, pk)
    at = now()
    rule = whom(series)
    rows = series.occurrences.not_planned().select_related("notice", "decided_by").order_by("-date")
    context = {
        "series": series,
        "rule": rule_words(series.dates),
        "whom": series.saved_audience or audience_words(rule),
        "people": preview.summary(rule, office_time().day(at)).count,
        "rows": rows[:SHOWN_DATES],
        "can_change": can_change_series(request.user, series) and not series.is_ended,
        "is_lost": Series.objects.filter(lost_sender("sender"), pk=pk).exists(),
        "is_sender": series.sender_id == request.user.pk,
        "entries": Entry.objects.about(series),
        **_next_dates(series.dates, at, series=series),
    }
    return render(request, "notices/one_series.html", context)


@require_http_methods(["GET", "POST"])
def create_series(request: HttpRequest) -> HttpResponse:
    if not can_compose(request.user):
        raise PermissionDenied(_("You may not write notices."))
    if request.method == "GET":
        return _form_page(request, SeriesForm(user=request.user, initial=_usual(request)), None)
    form = SeriesForm(request.POST, user=request.user)
    if not form.is_valid() or "try" in request.POST:
        return _form_page(request, form, None)
    token = read_token(request)
    try:
        with transaction.atomic():
            is_first, url = take_form(token=token, person=request.user)
            if is_first:
                url = services.create_series(values=form.values(), actor=request.user, at=now()).get_absolute_url()
                settle_form(token=token, result_url=url)
    except UnableToSaveSeries as error:
        form.add_error(None, str(error))
        return _form_page(request, form, None)
    return redirect(url or "notices:series")


@require_http_methods(["GET", "POST"])
def edit_series(request: HttpRequest, pk: int) -> HttpResponse:
    series = _changeable(request, pk)
    if series.is_ended:
        raise PermissionDenied(_("This series has ended."))
    if request.method == "GET":
        return _form_page(
            request, SeriesForm(user=request.user, kept=series, initial=initial_of_series(series)), series
        )
    form = SeriesForm(request.POST, user=request.user, kept=series)
    version = request.POST.get("version", "")
    if not form.is_valid() or "try" in request.POST:
        return _form_page(request, form, series, version=version)
    try:
        services.change_series(
            series=series,
            version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0,
            values=form.values(),
            actor=request.user,
            at=now(),
        )
    except SeriesClash as clash:
        return _form_page(request, form, clash.current, clash=clash, other=rule_words(clash.current.dates))
    except UnableToSaveSeries as error:
        form.add_error(None, str(error))
        return _form_page(request, form, series, version=version)
    messages.success(request, _("Saved. Drafts that were made already stay as they are."))
    return redirect("notices:one_series", pk)


@require_POST
def pause_series(request: HttpRequest, pk: int) -> HttpResponse:
    words = _("Paused. Nothing more is made until you resume it.")
    return _move(request, pk, lambda series: services.pause_series(series=series, actor=request.user, at=now()), words)


@require_POST
def resume_series(request: HttpRequest, pk: int) -> HttpResponse:
    words = _("The series goes on with its next date.")
    return _move(request, pk, lambda series: services.resume_series(series=series, actor=request.user, at=now()), words)


@require_POST
def end_series(request: HttpRequest, pk: int) -> HttpResponse:
    words = _("The series has ended. Drafts that were made stay.")
    return _move(request, pk, lambda series: services.end_series(series=series, actor=request.user, at=now()), words)


@require_POST
def take_over_series(request: HttpRequest, pk: int) -> HttpResponse:
    words = _("You send this series from now on.")
    return _move(request, pk, lambda series: services.take_over(series=series, actor=request.user, at=now()), words)


@require_POST
def skip_date(request: HttpRequest, pk: int) -> HttpResponse:
    form = SkipForm(request.POST)
    series = _changeable(request, pk)
    if not form.is_valid():
        messages.error(request, _("Say in at most 200 characters why this date is left out."))
        return redirect("notices:one_series", pk)
    on, reason = form.cleaned_data["date"], form.cleaned_data["reason"]

    def skip(series: Series) -> object:
        return services.skip_date(series=series, on=on, reason=reason, actor=request.user, at=now())

    return _do(request, series, skip, _("The date is left out."))


@require_POST
def try_date_again(request: HttpRequest, pk: int) -> HttpResponse:
    series = _changeable(request, pk)
    key = request.POST.get("occurrence", "")
    row = get_object_or_404(series.occurrences, pk=int(key) if key.isascii() and key.isdigit() and len(key) < 19 else 0)
    return _do(
        request,
        series,
        lambda _series: services.try_again(occurrence=row, actor=request.user, at=now()),
        _("Tried again: see below what became of it."),
    )


def _move(request: HttpRequest, pk: int, act: Callable[[Series], object], words: str) -> HttpResponse:
    return _do(request, _changeable(request, pk), act, words)


def _do(request: HttpRequest, series: Series, act: Callable[[Series], object], words: str) -> HttpResponse:
    try:
        act(series)
        messages.success(request, words)
    except (UnableToSaveSeries, CalendarYearMissing) as error:
        messages.error(request, str(error))
    return redirect("notices:one_series", series.pk)


def _next_dates(dates: DateRule, at: object, *, series: Series | None = None) -> dict[str, object]:
    """The dates to come with what the calendar made of them; what is known of them already stands beside."""
    if series and series.is_ended:
        return {"next_dates": []}
    moments, missing = upcoming(dates, office_time(), after=at, count=NEXT_DATES)
    known = {}
    if series:
        known = {row.date: row for row in series.occurrences.filter(date__in=[moment.date for moment in moments])}
    return {
        "next_dates": [(moment, why(moment), known.get(moment.date)) for moment in moments],
        "missing_year": missing,
    }


def _form_page(request: HttpRequest, form: SeriesForm, series: Series | None, **extra: object) -> HttpResponse:
    tried = "try" in request.POST and not form.errors
    context = {
        "form": form,
        "series": series,
        "version": extra.pop("version", series.version if series else ""),
        "tried": tried,
        **(_next_dates(form.rule(), now()) if tried else {}),
        **extra,
    }
    return render(request, "notices/series_form.html", context, status=200 if request.method == "GET" or tried else 422)


def _usual(request: HttpRequest) -> dict[str, object]:
    unit, template = request.user.main_unit, request.GET.get("template", "")
    starts_on = office_time().day(now()) + timedelta(days=1)
    return {"unit": unit.pk if unit else None, "template": template, "starts_on": starts_on}


def _visible(request: HttpRequest, pk: int) -> Series:
    rows = Series.objects.visible_to(request.user).select_related("template", "sender", "unit", "saved_audience")
    return get_object_or_404(rows, pk=pk)


def _changeable(request: HttpRequest, pk: int) -> Series:
    series = _visible(request, pk)
    if not can_change_series(request.user, series):
        raise PermissionDenied(_("You may not change this series."))
    return series
