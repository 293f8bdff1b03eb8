"""Change or take back a notice that is out, and look at its editions."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from js_asset import Media

from apps.core.clock import now
from apps.notices import services
from apps.notices.change_form import ChangeForm, initial_words
from apps.notices.comparison import as_html, compare
from apps.notices.forms import LANGUAGES, NoteForm
from apps.notices.mail_texts import plain_words
from apps.notices.models import Edition, Notice
from apps.notices.rules import acts_for, can_change_published
from apps.notices.views.reporting import reported
from apps.people.enums import Language


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """The words as they are, to be corrected or replaced. A clash or a mistake keeps what was typed."""
    notice = _changeable(request, pk)
    if request.method == "GET":
        return _change_page(request, notice, ChangeForm(initial=initial_words(notice)))
    form = ChangeForm(request.POST)
    if not form.is_valid():
        return _change_page(request, notice, form)
    try:
        edition = services.change(notice=notice, actor=request.user, at=now(), **form.values())
    except services.VersionClash:
        form.add_error(None, _("Somebody else has changed this notice meanwhile. Look at it, then send yours again."))
        return _change_page(request, Notice.objects.get(pk=pk), form)
    except services.UnableToChange as error:
        form.add_error(None, str(error))
        return _change_page(request, notice, form)
    words = _("Edition %(number)s is going out; who saw the old words is told what changed.")
    messages.success(request, words % {"number": edition.number})
    return redirect("notices:report", pk)


@require_POST
def recall(request: HttpRequest, pk: int) -> HttpResponse:
    notice = _changeable(request, pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write a reason or a note of at most 200 characters."))
        return redirect("notices:change", pk)
    try:
        services.recall(notice=notice, actor=request.user, reason=form.cleaned_data["note"], at=now())
        messages.success(request, _("The notice was taken back; who saw it or was sent it is told."))
    except services.UnableToChange as error:
        messages.error(request, str(error))
        return redirect("notices:change", pk)
    return redirect("notices:report", pk)


@require_GET
def editions(request: HttpRequest, pk: int) -> HttpResponse:
    """Every edition, newest first, each with what it changed."""
    notices = Notice.objects.visible_to(request.user).select_related("unit")
    notice = get_object_or_404(notices, pk=pk, published_at__isnull=False)
    rows = list(notice.editions.select_related("published_by").order_by("number"))
    language = notice.shown_language(get_language() or "")
    shown = [(row, _marked(before, row, language)) for before, row in zip([None, *rows], rows, strict=False)]
    return render(request, "notices/editions.html", {"notice": notice, "rows": shown[::-1], "language": language})


def _marked(before: Edition | None, row: Edition, language: str) -> SafeString:
    """The first edition as it was; a later one compared with the one before."""
    new = plain_words(row, language)
    return as_html(compare(plain_words(before, language) if before else new, new))


def _changeable(request: HttpRequest, pk: int) -> Notice:
    notice = reported(request, pk)
    if not can_change_published(request.user, notice):
        raise PermissionDenied(_("You may not change this notice."))
    return notice


def _change_page(request: HttpRequest, notice: Notice, form: ChangeForm) -> HttpResponse:
    words = [
        (Language(code).label, code, form[f"title_{key}"], form[f"body_{key}"], bool(form[f"title_{key}"].value()))
        for key, code in LANGUAGES.items()
    ]
    context = {
        "notice": notice,
        "form": form,
        "words": words,
        "recall_form": NoteForm(auto_id="recall_%s"),
        "acting_for": acts_for(request.user, notice),
        "media": Media.from_media(form.media, nonce=str(request.csp_nonce)),
    }
    return render(request, "notices/change.html", context, status=200 if request.method == "GET" else 422)
