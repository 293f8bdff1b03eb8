"""One paper: its page, its editions, what changed between two of them, what stood before who decided."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.core.clock import now
from apps.dispatch import rules
from apps.dispatch.labels import part_labels
from apps.dispatch.models import Sheet
from apps.dispatch.services.sheets import ask_for_sheet
from apps.dispatch.views.acting import fetch, perform, show_paper
from apps.dispatch.words import as_plain_text, read_words
from apps.documents.comparing import compared
from apps.documents.models import Document, Edition
from apps.documents.views.editions import send_picture


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return show_paper(request, pk)


@require_safe
def edition(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One edition as it was, with what was said about it."""
    draft = fetch(request, pk)
    shown = edition_of(draft.document, number)
    opinions = shown.opinions.select_related("author", "on_behalf_of").order_by("at", "pk")
    sheet = Sheet.objects.filter(edition=shown).order_by("-is_final", "-asked_at").first()
    context = {"draft": draft, "edition": shown, "words": read_words(shown), "opinions": opinions, "sheet": sheet}
    return render(request, "dispatch/edition.html", context)


@require_safe
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """What changed from one edition to another, marked; by default from the one before the newest."""
    draft = fetch(request, pk)
    editions = list(draft.document.editions.select_related("made_by").order_by("number"))
    labels = part_labels()
    found = compared(editions, request.GET, lambda each: as_plain_text(read_words(each), labels))
    return render(request, "dispatch/compare.html", {"draft": draft, **found})


@require_safe
def picture(request: HttpRequest, pk: int, opinion_pk: int) -> HttpResponse:
    """The pages as they stood before who gave the opinion; a file, as everything that is no page."""
    return send_picture(fetch(request, pk).document, opinion_pk)


@require_POST
def set_again(request: HttpRequest, pk: int) -> HttpResponse:
    """A sheet that could not be set is tried once more."""
    draft = fetch(request, pk)
    sheet = Sheet.objects.filter(document=pk).select_related("edition").order_by("-asked_at", "-pk").first()
    if sheet is None:
        raise Http404
    allowed = rules.can_edit(request.user, draft, now()) or rules.can_register(request.user)
    if not allowed:
        raise PermissionDenied
    return perform(
        request,
        draft,
        allowed=allowed,
        work=lambda: ask_for_sheet(draft, sheet.edition, sheet.data, is_final=sheet.is_final, at=now()),
        done=_("The paper is typeset again."),
    )


def edition_of(document: Document, number: int) -> Edition:
    rows = document.editions.select_related("made_by", "on_behalf_of")
    return get_object_or_404(rows, number=number)
