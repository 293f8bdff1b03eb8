"""Make, change, retire and bring back saved audiences."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.clock import now
from apps.journal.forms import read_token
from apps.journal.services import settle_form, take_form
from apps.notices.audience import Rule
from apps.notices.audience_form import AudienceForm, SaveAudienceForm, initial_of
from apps.notices.audience_line import LineFormSet, line_sets, lines_of, read_line_sets, unit_choices
from apps.notices.audience_words import audience_words
from apps.notices.models import Notice, SavedAudience
from apps.notices.rules import can_address_all, can_change_audience, can_compose, can_edit
from apps.notices.services.audiences import (
    AudienceClash,
    UnableToSaveAudience,
    change_audience,
    create_audience,
    restore_audience,
    retire_audience,
)
from apps.notices.views.audiences import visible_audience


@dataclass
class Filled:
    """The form of an audience and its two sets of lines: whom it is for, who is left out."""

    form: AudienceForm
    lines: LineFormSet
    but_lines: LineFormSet

    @property
    def is_valid(self) -> bool:
        return all([self.form.is_valid(), self.lines.is_valid(), self.but_lines.is_valid()])

    def values(self) -> dict[str, object]:
        """What the services take."""
        rule = self.form.rule(lines_of(self.lines), lines_of(self.but_lines))
        return {"name": self.form.cleaned_data["name"], "rule": rule, "unit": self.form.kept_for()}


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    if not can_compose(request.user):
        raise PermissionDenied(_("You may not write notices."))
    if request.method == "GET":
        return _page(request, _empty(request, {}, Rule()), None)
    filled = _read(request)
    if not filled.is_valid:
        return _page(request, filled, None)
    try:
        with transaction.atomic():
            is_first, url = take_form(token=read_token(request), person=request.user)
            if is_first:
                made = create_audience(actor=request.user, at=now(), **filled.values())
                url = reverse("notices:audience", args=[made.pk])
                settle_form(token=read_token(request), result_url=url)
    except UnableToSaveAudience as error:
        filled.form.add_error(None, str(error))
        return _page(request, filled, None)
    _tell_doubled(request, filled)
    return redirect(url or "notices:audiences")


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = _changeable(request, pk)
    if request.method == "GET":
        return _page(request, _empty(request, initial_of(found), found.as_rule), found)
    filled = _read(request)
    if not filled.is_valid:
        return _page(request, filled, found)
    version = filled.form.cleaned_data["version"] or 0
    try:
        change_audience(audience=found, version=version, actor=request.user, at=now(), **filled.values())
    except AudienceClash as clash:
        words = audience_words(clash.current.as_rule)
        return _page(request, filled, clash.current, clash=clash, other_words=words)
    except UnableToSaveAudience as error:
        filled.form.add_error(None, str(error))
        return _page(request, filled, found)
    _tell_doubled(request, filled)
    messages.success(request, _("The audience is saved. What went out stays as it was."))
    return redirect("notices:audience", pk)


@require_POST
def save_audience(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the rule of a notice under a name. A unit secretary keeps it for the unit, the office for all."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    if not can_edit(request.user, notice):
        raise PermissionDenied(_("You may not change this notice."))
    form = SaveAudienceForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the audience a name of at most 80 characters."))
        return redirect("notices:preview", pk)
    unit = None if can_address_all(request.user) else notice.unit
    draft = notice if notice.is_editable else None
    try:
        name = form.cleaned_data["name"]
        made = create_audience(name=name, rule=notice.rule, unit=unit, actor=request.user, notice=draft, at=now())
    except UnableToSaveAudience as error:
        messages.error(request, str(error))
        return redirect("notices:preview", pk)
    messages.success(request, _("The audience is saved as “%(name)s”.") % {"name": made.name})
    return redirect("notices:preview", pk)


@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    found = _changeable(request, pk)
    try:
        retire_audience(audience=found, actor=request.user, at=now())
        messages.success(request, _("The audience can no longer be chosen. What went out stays as it was."))
    except UnableToSaveAudience as error:
        messages.error(request, str(error))
    return redirect("notices:audiences")


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    found = _changeable(request, pk)
    try:
        restore_audience(audience=found, actor=request.user, at=now())
        messages.success(request, _("The audience can be chosen again."))
    except UnableToSaveAudience as error:
        messages.error(request, str(error))
    return redirect("notices:audience", pk)


def _changeable(request: HttpRequest, pk: int) -> SavedAudience:
    found = visible_audience(request, pk)
    if not can_change_audience(request.user, found):
        raise PermissionDenied(_("You may not change this audience."))
    return found


def _empty(request: HttpRequest, initial: dict[str, object], rule: Rule) -> Filled:
    units = unit_choices(request.user)
    form = AudienceForm(initial=initial, user=request.user, units=units, at=now())
    return Filled(form, *line_sets(rule, units))


def _read(request: HttpRequest) -> Filled:
    units = unit_choices(request.user)
    form = AudienceForm(request.POST, request.FILES, user=request.user, units=units, at=now())
    return Filled(form, *read_line_sets(request.POST, units))


def _tell_doubled(request: HttpRequest, filled: Filled) -> None:
    for words in filled.form.doubled_words():
        messages.warning(request, words)


def _page(request: HttpRequest, filled: Filled, audience: SavedAudience | None, **extra: object) -> HttpResponse:
    if filled.form.is_bound:
        filled.form.keep_read_file()
    context = {
        "form": filled.form,
        "lines": filled.lines,
        "but_lines": filled.but_lines,
        "audience": audience,
        **extra,
    }
    status = 200 if request.method == "GET" else 422
    return render(request, "notices/audience_edit.html", context, status=status)
