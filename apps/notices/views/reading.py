"""What a person owes, and reading it."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core.clock import now
from apps.core.pages import count_label, keyset_page
from apps.journal.downloads import as_download
from apps.journal.models import Attachment
from apps.notices import services
from apps.notices.comparison import as_html, compare
from apps.notices.mail_texts import plain_words
from apps.notices.managers import looked_after
from apps.notices.models import Notice, Obligation
from apps.notices.phone_list import can_call
from apps.notices.rules import can_compose, can_see_report
from apps.people.enums import Language


@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """My notices, newest first: those I still owe something about, or all."""
    mine = Obligation.objects.inbox_of(request.user).select_related("notice__unit")
    show_all = request.GET.get("show") == "all"
    page = keyset_page(mine if show_all else mine.owed(), by="created_at", cursor=request.GET.get("cursor", ""))
    context = {
        "page": page,
        "show_all": show_all,
        "open_count": count_label(mine.owed()),
        "can_compose": can_compose(request.user),
        "can_call": can_call(request.user),
        "can_list": can_compose(request.user) or bool(looked_after(request.user)),
        "at": now(),
    }
    return render(request, "notices/inbox.html", context)


@require_GET
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """The notice. The page itself says that it was opened (POST `notices:open`): a GET changes nothing."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user).select_related("unit", "sender"), pk=pk)
    mine = Obligation.objects.inbox_of(request.user).filter(notice=notice).first()
    wanted = request.GET.get("language", "")
    language = notice.shown_language(wanted if wanted in notice.languages else get_language() or "")
    context = {
        "notice": notice,
        "mine": mine,
        "language": language,
        "title": notice.title.get(language, ""),
        "body": notice.body.get(language, ""),
        "languages": [(code, Language(code).label) for code in notice.languages],
        "files": Attachment.objects.of(notice),
        "sees_report": can_see_report(request.user, notice),
        "at": now(),
        **what_changed(notice, mine, language),
    }
    return render(request, "notices/read.html", context)


def what_changed(notice: Notice, mine: Obligation | None, language: str) -> dict[str, object]:
    """For who saw an earlier edition: the newest edition's note, and the marked comparison with what was seen."""
    seen = mine.seen_edition if mine else None
    if not seen or seen == notice.edition:
        return {"unseen_change": False}
    by_number = {edition.number: edition for edition in notice.editions.filter(number__in=(seen, notice.edition))}
    pieces = compare(*(plain_words(by_number[number], language) for number in (seen, notice.edition)))
    return {"unseen_change": True, "newest": by_number[notice.edition], "marked": as_html(pieces)}


@require_POST
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Said by the page once it stands before the person. Nothing comes back."""
    services.open_notice(
        obligation=_mine(request, pk), actor=request.user, session_key=request.session.session_key or "", at=now()
    )
    return HttpResponse(status=204)


@require_POST
def file(request: HttpRequest, pk: int, key: UUID) -> HttpResponse:
    """A file of the notice. By POST, because fetching it is evidence about the person whom the notice is for; anybody
    else who may see the notice gets the file and nothing is claimed.
    """
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    attachment = get_object_or_404(Attachment.objects.of(notice).select_related("blob"), key=key)
    answer = as_download(request, attachment)
    mine = Obligation.objects.inbox_of(request.user).filter(notice=notice).first()
    if mine and answer.status_code == HTTPStatus.OK:
        services.note_download(
            obligation=mine,
            actor=request.user,
            attachment=attachment,
            session_key=request.session.session_key or "",
            at=now(),
        )
    return answer


@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        done = services.acknowledge(
            obligation=_mine(request, pk),
            actor=request.user,
            session_key=request.session.session_key or "",
            edition=_edition(request.POST.get("edition", "")),
            at=now(),
        )
        messages.success(request, _("Acknowledged. Your receipt: %(number)s") % {"number": done.receipt_number})
    except services.UnableToAcknowledge as error:
        messages.error(request, str(error))
    return redirect("notices:read", pk)


def _edition(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


def _mine(request: HttpRequest, pk: int) -> Obligation:
    """My own line; somebody who only may see the notice has none, and there is nothing to open or acknowledge."""
    return get_object_or_404(Obligation.objects.inbox_of(request.user), notice_id=pk)
