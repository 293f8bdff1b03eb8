"""The urgencies that are offered, and the series of numbers."""

from itertools import groupby

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.documents import forms, rules, services
from apps.documents.models import Series, UrgencyLevel


def check_may_set(request: HttpRequest) -> None:
    if not rules.can_edit_series(request.user):
        raise PermissionDenied(_("The director and the administrator set this."))


@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    check_may_set(request)
    levels = groupby(UrgencyLevel.objects.order_by("profile", "rank"), key=lambda row: row.profile)
    profiles = [(name, list(rows)) for name, rows in levels]
    series = Series.objects.select_related("numbers", "unit")
    return render(request, "documents/settings.html", {"profiles": profiles, "series": series})


@require_POST
def switch_profile(request: HttpRequest) -> HttpResponse:
    check_may_set(request)
    try:
        services.switch_profile(profile=request.POST.get("profile", ""), actor=request.user)
    except services.UnableToNumber as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("These urgencies are offered from now on; papers keep theirs."))
    return redirect("documents:settings")


@require_http_methods(["GET", "POST"])
def edit_series(request: HttpRequest, series_pk: int) -> HttpResponse:
    check_may_set(request)
    row = get_object_or_404(Series.objects.select_related("numbers", "unit"), pk=series_pk)
    form = forms.SeriesForm(request.POST or None, initial=forms.series_initial(row))
    if request.method == "POST" and form.is_valid():
        try:
            services.change_series(series=row, wanted=form.wanted(), actor=request.user)
        except services.UnableToNumber as error:
            form.add_error("pattern", str(error))
        else:
            messages.success(request, _("Kept. Numbers that were given stay as they are."))
            return redirect("documents:settings")
    status = 422 if request.method == "POST" else 200
    return render(request, "documents/series.html", {"form": form, "series": row}, status=status)
