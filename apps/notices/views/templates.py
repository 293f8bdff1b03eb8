"""Templates: the list, one with its versions, write and try it, begin a notice from it, keep a notice as one."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from js_asset import Media

from apps.core.calendar import CalendarYearMissing, office_time
from apps.core.clock import now
from apps.core.pages import keyset_page
from apps.journal.forms import read_token
from apps.journal.services import settle_form, take_form
from apps.notices.audience_words import audience_words
from apps.notices.forms import LANGUAGES
from apps.notices.models import Notice, NoticeTemplate, Series, TemplateVersion
from apps.notices.placeholders import Facts, examples
from apps.notices.rules import can_address_all, can_change_template, can_compose, can_edit
from apps.notices.services import templates as services
from apps.notices.services.templates import TemplateClash, UnableToSaveTemplate
from apps.notices.template_form import TemplateForm, TemplateNameForm, initial_of_template
from apps.people.enums import Language
from apps.people.models import Unit

SHOWN_USES = 10


@require_GET
def templates(request: HttpRequest) -> HttpResponse:
    _may_compose(request)
    rows = NoticeTemplate.objects.in_use().visible_to(request.user).select_related("unit", "owner")
    page = keyset_page(rows, by="name", cursor=request.GET.get("cursor", ""), newest_first=False)
    return render(request, "notices/templates.html", {"page": page})


@require_GET
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """Its words with their placeholders, its terms, all its versions, and where it was used."""
    found = _visible(request, pk)
    versions = found.versions.select_related("made_by", "saved_audience").order_by("-number")
    shown = get_object_or_404(versions, number=_number(request.GET.get("version", "")) or found.latest)
    notices = Notice.objects.visible_to(request.user).filter(template_version__template=found)
    context = {
        "template": found,
        "version": shown,
        "versions": versions[:50],
        "words": _words(shown.title, shown.body),
        "whom": _whom(shown),
        "series": Series.objects.visible_to(request.user).not_ended().filter(template=found).order_by("name"),
        "notices": notices.select_related("template_version").order_by("-pk")[:SHOWN_USES],
        "can_change": can_change_template(request.user, found) and found.is_active,
    }
    return render(request, "notices/template.html", context)


@require_http_methods(["GET", "POST"])
def create_template(request: HttpRequest) -> HttpResponse:
    _may_compose(request)
    if request.method == "GET":
        form = TemplateForm(user=request.user, initial={"unit": None})
        return _form_page(request, form, None)
    form = TemplateForm(request.POST, user=request.user)
    if not form.is_valid() or "try" in request.POST:
        return _form_page(request, form, None)
    token = read_token(request)
    try:
        with transaction.atomic():
            is_first, url = take_form(token=token, person=request.user)
            if is_first:
                made = services.create_template(
                    name=form.cleaned_data["name"],
                    unit=form.kept_unit(),
                    values=form.values(),
                    actor=request.user,
                    at=now(),
                )
                url = made.get_absolute_url()
                settle_form(token=token, result_url=url)
    except UnableToSaveTemplate as error:
        form.add_error("name", str(error))
        return _form_page(request, form, None)
    return redirect(url or "notices:templates")


@require_http_methods(["GET", "POST"])
def edit_template(request: HttpRequest, pk: int) -> HttpResponse:
    found = _changeable(request, pk)
    kept = found.newest()
    if request.method == "GET":
        form = TemplateForm(user=request.user, kept=kept, initial=initial_of_template(found, kept))
        return _form_page(request, form, found)
    form = TemplateForm(request.POST, user=request.user, kept=kept)
    if not form.is_valid() or "try" in request.POST:
        return _form_page(request, form, found, version=request.POST.get("version", ""))
    try:
        services.change_template(
            template=found,
            version=_number(request.POST.get("version", "")),
            name=form.cleaned_data["name"],
            unit=form.kept_unit(),
            values=form.values(),
            actor=request.user,
            at=now(),
        )
    except TemplateClash as clash:
        other = clash.current.newest()
        return _form_page(request, form, clash.current, clash=clash, other=_words(other.title, other.body))
    except UnableToSaveTemplate as error:
        form.add_error("name", str(error))
        return _form_page(request, form, found, version=request.POST.get("version", ""))
    messages.success(request, _("Saved. What was begun from it before stays as it was."))
    return redirect("notices:template", pk)


@require_GET
def try_template(request: HttpRequest, pk: int) -> HttpResponse:
    """The words as they would be for a day, and the days that come with them. Nothing is saved."""
    found = _visible(request, pk)
    day = _day(request.GET.get("day", ""))
    version = found.newest()
    context = {"template": found, "day": day, "whom": _whom(version), **_filled(version, day)}
    return render(request, "notices/template_try.html", context)


@require_POST
def start_from_template(request: HttpRequest, pk: int) -> HttpResponse:
    """An ordinary draft, opened in the composer."""
    found = _visible(request, pk)
    token = read_token(request)
    try:
        with transaction.atomic():
            is_first, url = take_form(token=token, person=request.user)
            if is_first:
                notice = services.start_notice(
                    template=found,
                    actor=request.user,
                    unit=_unit_of(request, found),
                    day=_day(request.POST.get("day", "")),
                    at=now(),
                )
                url = reverse("notices:edit", args=[notice.pk])
                settle_form(token=token, result_url=url)
    except (UnableToSaveTemplate, CalendarYearMissing) as error:
        messages.error(request, str(error))
        return redirect("notices:template", pk)
    return redirect(url or "notices:list")


@require_POST
def retire_template(request: HttpRequest, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    if not can_change_template(request.user, found):
        raise PermissionDenied(_("You may not change this template."))
    try:
        services.retire_template(template=found, actor=request.user, at=now())
        messages.success(request, _("The template can no longer be chosen. What was begun from it stays as it was."))
    except UnableToSaveTemplate as error:
        messages.error(request, str(error))
        return redirect("notices:template", pk)
    return redirect("notices:templates")


@require_POST
def save_template(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a draft or a sent notice as a template, then go on to its page of changing, to put placeholders in."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    if not can_edit(request.user, notice):
        raise PermissionDenied(_("You may not change this notice."))
    back = redirect("notices:report" if notice.is_out else "notices:preview", pk)
    form = TemplateNameForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the template a name of at most 80 characters."))
        return back
    at = now()
    try:
        made = services.create_template(
            name=form.cleaned_data["name"],
            unit=None if can_address_all(request.user) else notice.unit,
            values=services.values_of_notice(notice, working=office_time(), at=at),
            actor=request.user,
            at=at,
        )
    except (UnableToSaveTemplate, CalendarYearMissing) as error:
        messages.error(request, str(error))
        return back
    messages.success(
        request, _("Kept as the template “%(name)s”. Put placeholders where words change.") % {"name": made}
    )
    return redirect("notices:edit_template", made.pk)


def _filled(version: TemplateVersion, day: date) -> dict[str, object]:
    """Words and moments of a notice of that day, for the page; what cannot be counted is said."""
    try:
        values = services.draft_values(version, date=day, day=day, publish_at=None, unit=None, working=office_time())
    except CalendarYearMissing as error:
        return {"missing": str(error)}
    return {
        "words": _words(values["title"], values["body"]),
        "acknowledge_by": values["acknowledge_by"],
        "expires_at": values["expires_at"],
    }


def _form_page(request: HttpRequest, form: TemplateForm, found: NoticeTemplate | None, **extra: object) -> HttpResponse:
    day = _day(request.POST.get("day", ""))
    clash = extra.get("clash")
    tried = "try" in request.POST and not form.errors
    version = extra.pop("version", found.version if found else "")
    words = [
        (Language(code).label, code, form[f"title_{key}"], form[f"body_{key}"], _is_open(form, key))
        for key, code in LANGUAGES.items()
    ]
    context = {
        "form": form,
        "template": found,
        "version": version,
        "words": words,
        "day": day,
        "placeholders": examples(get_language() or "", Facts(day, day)),
        "media": Media.from_media(form.media, nonce=str(request.csp_nonce)),
        **({"tried": _filled(TemplateVersion(**form.values()), day)} if tried else {}),
        **extra,
    }
    is_fine = request.method == "GET" or (tried and not clash)
    return render(request, "notices/template_form.html", context, status=200 if is_fine else 422)


def _is_open(form: TemplateForm, key: str) -> bool:
    """Languages that have words are unfolded; of an empty form the first one."""
    return bool(form[f"title_{key}"].value() or form[f"body_{key}"].value()) or key == next(iter(LANGUAGES))


def _words(title: dict[str, str], body: dict[str, str]) -> list[tuple[str, str, str, str]]:
    """(name of the language, code, title, text) of those that have words."""
    codes = [code for code in Language.values if title.get(code) or body.get(code)]
    return [(Language(code).label, code, title.get(code, ""), body.get(code, "")) for code in codes]


def _whom(version: TemplateVersion) -> str:
    if version.saved_audience:
        return version.saved_audience.name
    return "" if version.rule.is_empty else audience_words(version.rule)


def _unit_of(request: HttpRequest, found: NoticeTemplate) -> Unit:
    return request.user.main_unit or found.unit


def _may_compose(request: HttpRequest) -> None:
    if not can_compose(request.user):
        raise PermissionDenied(_("You may not write notices."))


def _visible(request: HttpRequest, pk: int) -> NoticeTemplate:
    rows = NoticeTemplate.objects.visible_to(request.user).select_related("unit", "owner")
    return get_object_or_404(rows, pk=pk)


def _changeable(request: HttpRequest, pk: int) -> NoticeTemplate:
    found = _visible(request, pk)
    if not can_change_template(request.user, found):
        raise PermissionDenied(_("You may not change this template."))
    if not found.is_active:
        raise PermissionDenied(_("This template is no longer in use."))
    return found


def _day(text: str) -> date:
    """The day that was asked for; today when there is none."""
    today = office_time().day(now())
    try:
        day = parse_date(text) or today
    except ValueError:
        return today
    return day if abs(day.year - today.year) < 20 else today


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
