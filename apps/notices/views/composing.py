"""Write a notice: form, check page, publish."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from js_asset import Media

from apps.core.clock import now
from apps.journal.files import UploadRefused, accept_upload
from apps.journal.forms import read_token
from apps.journal.models import Attachment
from apps.journal.services import settle_form, take_form
from apps.notices import quota, services
from apps.notices.approval import needs_approval
from apps.notices.audience import Rule
from apps.notices.audience_fields import copied_from, initial_of_rule
from apps.notices.audience_line import LineFormSet, line_sets, lines_of, read_line_sets, unit_choices
from apps.notices.audience_pages import PeoplePage, whom
from apps.notices.forms import LANGUAGES, NoticeForm, initial_of
from apps.notices.ladder import rungs
from apps.notices.mail_texts import first_texts
from apps.notices.models import Notice, SavedAudience
from apps.notices.rules import can_compose, can_edit, can_use_audience
from apps.people.enums import Language


@dataclass
class Filled:
    """A sent compose form: its parts, what its files were refused for, and the files that were taken."""

    form: NoticeForm
    lines: LineFormSet
    but_lines: LineFormSet
    attachments: list[Attachment]
    refused: list[str]

    @property
    def is_valid(self) -> bool:
        return self.form.is_valid() and self.lines.is_valid() and self.but_lines.is_valid() and not self.refused

    def values(self) -> dict[str, object]:
        return self.form.values(*map(lines_of, self.line_sets))

    @property
    def line_sets(self) -> tuple[LineFormSet, LineFormSet]:
        """Whom it is for, who is left out."""
        return self.lines, self.but_lines


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    if not can_compose(request.user):
        raise PermissionDenied(_("You may not write notices."))
    if request.method == "GET":
        rule, copied = _saved_rule(request)
        initial = initial_of_rule(rule) | {"unit": _own_unit(request), "copied_from": copied}
        return _compose_page(request, *_forms(request, initial, rule), notice=None)
    filled = _read(request)
    if not filled.is_valid:
        return _compose_page(request, filled.form, *filled.line_sets, notice=None, refused=filled.refused)
    token = read_token(request)
    with transaction.atomic():
        is_first, url = take_form(token=token, person=request.user)
        if is_first:
            made = services.create_draft(
                actor=request.user, values=filled.values(), attachments=filled.attachments, at=now()
            )
            url = reverse("notices:preview", args=[made.pk])
            settle_form(token=token, result_url=url)
    return redirect(url or "notices:list")


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    notice = _editable(request, pk)
    if request.method == "GET":
        return _compose_page(request, *_forms(request, initial_of(notice), notice.rule), notice=notice)
    filled = _read(request)
    if not filled.is_valid:
        return _compose_page(request, filled.form, *filled.line_sets, notice=notice, refused=filled.refused)
    try:
        services.edit_draft(
            notice=notice,
            actor=request.user,
            version=_number(request.POST.get("version", "")),
            values=filled.values(),
            attachments=filled.attachments,
            removed=[_number(key) for key in request.POST.getlist("remove")],
            at=now(),
        )
    except services.VersionClash as clash:
        return _compose_page(request, filled.form, *filled.line_sets, notice=clash.current, clash=clash)
    except services.UnableToSave as error:
        messages.error(request, str(error))
    return redirect("notices:preview", pk)


@require_GET
def preview_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Before it goes out: how many and who, for which reason, and what they will see."""
    notice = _editable(request, pk, drafts_only=False)
    return render(request, "notices/preview.html", check_page(request, notice) | quota.of_draft(notice, request.user))


def check_page(request: HttpRequest, notice: Notice) -> dict[str, object]:
    """What will go out and to whom, for who sends it and who approves it."""
    at = max(now(), notice.publish_at or now())
    page = PeoplePage.read(request.GET)
    people = whom(notice.rule, rungs(notice), timezone.localtime(at).date(), page=page, at=now())
    saved = notice.audience_from
    return people | {
        "notice": notice,
        "mails": [(Language(language).label, language, text) for language, text in first_texts(notice).items()],
        "files": Attachment.objects.of(notice),
        "is_later": bool(notice.publish_at and notice.publish_at > now()),
        "copied_from": saved if saved and can_use_audience(request.user, saved) else None,
    }


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Now, or at the time that was set. Sent twice it leads to the same page."""
    notice = _editable(request, pk, drafts_only=False)
    if notice.is_editable and needs_approval(notice, request.user, now()):
        return _ask_approval(request, notice)
    later = notice.publish_at and notice.publish_at > now() and not notice.is_out
    verb = services.schedule if later else services.publish
    try:
        verb(notice=notice, actor=request.user, at=now())
    except services.UnableToPublish as error:
        messages.error(request, str(error))
        return redirect("notices:preview", pk)
    if later:
        messages.success(request, _("The notice will go out by itself at the time that was set."))
        return redirect("notices:preview", pk)
    messages.success(request, _("The notice is going out."))
    return redirect("notices:report", pk)


def _ask_approval(request: HttpRequest, notice: Notice) -> HttpResponse:
    try:
        services.ask_approval(notice=notice, actor=request.user, at=now())
        messages.success(request, _("The notice waits for approval. You are told when it was decided."))
    except services.UnableToPublish as error:
        messages.error(request, str(error))
    return redirect("notices:preview", notice.pk)


@require_POST
def unschedule(request: HttpRequest, pk: int) -> HttpResponse:
    notice = _editable(request, pk, drafts_only=False)
    try:
        services.unschedule(notice=notice, actor=request.user, at=now())
        messages.success(request, _("The notice is a draft again."))
    except services.UnableToPublish as error:
        messages.error(request, str(error))
    return redirect("notices:preview", pk)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    notice = _editable(request, pk, drafts_only=False)
    try:
        services.discard_draft(notice=notice, actor=request.user, at=now())
    except services.UnableToSave as error:
        messages.error(request, str(error))
        return redirect("notices:preview", pk)
    messages.success(request, _("The draft was thrown away."))
    return redirect("notices:list")


def _editable(request: HttpRequest, pk: int, *, drafts_only: bool = True) -> Notice:
    notices = Notice.objects.visible_to(request.user).select_related("unit", "sender", "audience_from__unit")
    notice = get_object_or_404(notices, pk=pk)
    if not can_edit(request.user, notice):
        raise PermissionDenied(_("You may not change this notice."))
    if drafts_only and not notice.is_editable:
        raise PermissionDenied(_("Only a draft can be changed."))
    return notice


def _saved_rule(request: HttpRequest) -> tuple[Rule, str]:
    """The rule of the saved audience that the address names, and how the form says whose it was; else an empty one."""
    saved = SavedAudience.objects.in_use().visible_to(request.user)
    found = saved.filter(pk=_number(request.GET.get("audience", ""))).first()
    return (found.as_rule, copied_from(found.pk, found.version)) if found else (Rule(), "")


def _own_unit(request: HttpRequest) -> int | None:
    return request.user.main_unit.pk if request.user.main_unit else None


def _forms(request: HttpRequest, initial: dict[str, object], rule: Rule) -> tuple[NoticeForm, LineFormSet, LineFormSet]:
    units = unit_choices(request.user)
    form = NoticeForm(initial=initial, user=request.user, units=units, at=now())
    return form, *line_sets(rule, units)


def _read(request: HttpRequest) -> Filled:
    """The forms as sent. Files are only taken when the rest is right, so that nothing is kept for a refused form."""
    units = unit_choices(request.user)
    form = NoticeForm(request.POST, request.FILES, user=request.user, units=units, at=now())
    filled = Filled(form, *read_line_sets(request.POST, units), [], [])
    if getattr(request, "upload_too_large", False):
        filled.refused.append(_("A file is too large. Send it again with a smaller file."))
    if filled.is_valid:
        for words in form.doubled_words():
            messages.warning(request, words)
        for uploaded in request.FILES.getlist("files"):
            try:
                filled.attachments.append(accept_upload(uploaded, person=request.user, at=now()))
            except UploadRefused as error:
                filled.refused.append(str(error))
    return filled


def _compose_page(
    request: HttpRequest,
    form: NoticeForm,
    lines: LineFormSet,
    but_lines: LineFormSet,
    *,
    notice: Notice | None,
    **extra: object,
) -> HttpResponse:
    if form.is_bound:
        form.keep_read_file()
    words = [
        (Language(code).label, code, form[f"title_{key}"], form[f"body_{key}"], _is_open(form, key))
        for key, code in LANGUAGES.items()
    ]
    context = {
        "form": form,
        "lines": lines,
        "but_lines": but_lines,
        "words": words,
        "notice": notice,
        "files": Attachment.objects.of(notice) if notice else [],
        "media": Media.from_media(form.media, nonce=str(request.csp_nonce)),
        **extra,
    }
    return render(request, "notices/compose.html", context, status=200 if request.method == "GET" else 422)


def _is_open(form: NoticeForm, key: str) -> bool:
    """Languages that have words are unfolded; of an empty form the first one."""
    return bool(form[f"title_{key}"].value() or form[f"body_{key}"].value()) or key == next(iter(LANGUAGES))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0
