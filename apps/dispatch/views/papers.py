"""One paper: its page, its editions, what changed between two of them, what stood before who decided."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.core.clock import now
from apps.dispatch import rules
from apps.dispatch.enums import SheetState
from apps.dispatch.labels import part_labels
from apps.dispatch.models import Draft, Sheet
from apps.dispatch.screens import PaperScreen
from apps.dispatch.services import UnableToIssue
from apps.dispatch.services.drafting import DROPPED
from apps.dispatch.services.sheets import PAPER, ask_for_sheet
from apps.dispatch.views.acting import fetch, perform, show_paper
from apps.dispatch.words import as_plain_text, read_words
from apps.documents.comparing import compared
from apps.documents.models import Document, Edition
from apps.documents.views.editions import send_picture
from apps.journal.models import Attachment


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return show_paper(request, pk)


@require_safe
def edition(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One edition as it was, with what was said about it."""
    draft = fetch(request, pk)
    shown = edition_of(draft.document, number)
    opinions = shown.opinions.select_related("author", "on_behalf_of").order_by("at", "pk")
    context = {"draft": draft, "edition": shown, "words": read_words(shown), "opinions": opinions}
    context |= {"named": files_of(draft, shown), "paper": paper_of(shown)}
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
    shown = PaperScreen(draft, request.user, now()).sheet
    sheet = Sheet.objects.select_related("edition").filter(pk=shown.pk).first() if shown else None
    if sheet is None:
        raise Http404
    allowed = rules.can_edit(request.user, draft, now()) or rules.can_register(request.user)
    if not allowed:
        raise PermissionDenied
    return perform(
        request,
        draft,
        allowed=allowed,
        work=lambda: set_failed_again(draft, sheet),
        done=_("The paper is typeset again."),
    )


def set_failed_again(draft: Draft, sheet: Sheet) -> None:
    """Raises UnableToIssue for one that is set, or is just being set."""
    if not sheet.is_failed:
        raise UnableToIssue(_("This sheet did not fail: there is nothing to typeset again."))
    ask_for_sheet(draft, sheet.edition, sheet.data, is_final=sheet.is_final, at=now())


def files_of(draft: Draft, shown: Edition) -> list[tuple[str, Attachment | None]]:
    """The files that the edition names, each with its content: also those that were taken out of the paper since."""
    rows = [*Attachment.objects.of(draft.document), *Attachment.objects.of(draft).filter(role=DROPPED)]
    kept = {(row.name, row.blob.sha256): row for row in rows}
    return [(file["name"], kept.get((file["name"], file.get("sha256")))) for file in shown.files]


def paper_of(shown: Edition) -> Attachment | None:
    """The newest sheet of this edition that is drawn, the final one first."""
    sheets = Sheet.objects.filter(edition=shown, state=SheetState.READY).order_by("-is_final", "-asked_at", "-pk")
    sheet = sheets.defer("data").first()
    return Attachment.objects.of(sheet).filter(role=PAPER).first() if sheet else None


def edition_of(document: Document, number: int) -> Edition:
    rows = document.editions.select_related("made_by", "on_behalf_of")
    return get_object_or_404(rows, number=number)
