"""The paper as a file: asked for in the transaction, drawn after it outside any lock, kept under its hash."""

from datetime import datetime
from functools import partial

import structlog
from celery import current_app
from django.db import transaction

from apps.core.clock import now
from apps.core.pdf import render_pages, render_pdf, stacked
from apps.dispatch import route
from apps.dispatch.enums import SheetState
from apps.dispatch.models import Draft, Sheet
from apps.dispatch.paper import TEMPLATE, key_of, paper_data, sheet_name
from apps.documents.models import Edition
from apps.journal.enums import Origin
from apps.journal.files import store_bytes
from apps.journal.models import Attachment
from apps.people.models import Person

log = structlog.get_logger(__name__)
MOST_TRIES = 5
DOTS = 60
PAPER = "paper"
BESIDE_TEXT = ("signers", "contact", "printed_by")  # what of a draft's sheet may change though the edition stays


def ask_for_draft_sheet(draft: Draft, edition: Edition, *, at: datetime) -> Sheet:
    return ask_for_sheet(draft, edition, draft_data(draft, edition), is_final=False, at=at)


def draft_data(draft: Draft, edition: Edition) -> dict[str, object]:
    """What the paper says before it has a number: who signed this text, or who is to sign it (one query)."""
    return paper_data(draft, edition, signed_by=route.signer_of(draft, route.signature_of(edition)))


def ask_for_final_sheet(draft: Draft, edition: Edition, *, signed_by: Person, at: datetime) -> Sheet:
    """With its number and the day of signing. The caller holds the lock."""
    row = draft.document
    data = paper_data(
        draft, edition, number=row.number, dated_on=row.dated_on, printed_on=draft.printed_on, signed_by=signed_by
    )
    return ask_for_sheet(draft, edition, data, is_final=True, at=at)


def ask_for_sheet(draft: Draft, edition: Edition, data: dict[str, object], *, is_final: bool, at: datetime) -> Sheet:
    """The sheet of this text, number and day; asked for again it is the one that is there."""
    given = {"document": draft.document, "edition": edition, "data": data, "is_final": is_final, "asked_at": at}
    sheet, _new = Sheet.objects.get_or_create(key=key_of({**data, "document": draft.pk}), defaults=given)
    if sheet.state == SheetState.FAILED:
        sheet.state, sheet.tries, sheet.fault = SheetState.WAITING, 0, ""
        sheet.save(update_fields=["state", "tries", "fault"])
    if not sheet.is_ready:
        transaction.on_commit(partial(nudge, sheet.pk), robust=True)
    return sheet


def nudge(sheet_id: int) -> None:
    """Ask a worker for it now; without a broker the next sweep draws it."""
    try:
        current_app.send_task("dispatch.draw_sheet", args=[sheet_id], queue="urgent", retry=False, expires=240)
    except Exception as error:
        log.warning("nudge_failed", sheet_id=sheet_id, error=type(error).__name__)


def draw_sheet(sheet_id: int, *, at: datetime | None = None) -> bool:
    """Draw it and keep it; True if this call kept it. Two may draw at once: the first to store wins."""
    sheet = Sheet.objects.select_related("document").get(pk=sheet_id)
    if sheet.is_ready:
        return False
    pdf, picture = render_pdf(TEMPLATE, sheet.data), stacked(render_pages(TEMPLATE, sheet.data, dots=DOTS))
    with transaction.atomic():
        row = Sheet.objects.select_for_update().get(pk=sheet_id)
        if row.state != SheetState.WAITING:
            return False
        row.blob = store_bytes(pdf, content_type="application/pdf", origin=Origin.PORTAL)
        row.picture = store_bytes(picture, content_type="image/png", origin=Origin.PORTAL)
        row.state, row.made_at, row.fault = SheetState.READY, at or now(), ""
        row.save()
        Attachment.objects.create(
            blob=row.blob, name=sheet_name(sheet.document), subject=row, role=PAPER, uploaded_at=row.made_at
        )
    return True


def draw_waiting_sheets(*, at: datetime | None = None, limit: int = 50) -> int:
    """What a crash or an absent worker left, oldest first; what fails again and again is told on its page and to the
    office.
    """
    made = 0
    for pk in Sheet.objects.waiting().order_by("asked_at").values_list("pk", flat=True)[:limit]:
        try:
            made += draw_sheet(pk, at=at)
        except Exception as error:
            log.exception("sheet_failed", sheet_id=pk)
            note_failure(pk, f"{type(error).__name__}: {error}")
    return made


@transaction.atomic
def note_failure(sheet_id: int, fault: str) -> None:
    row = Sheet.objects.select_for_update().get(pk=sheet_id)
    if row.state == SheetState.WAITING:
        row.tries, row.fault = row.tries + 1, " ".join(fault.split())[:300]
        if row.tries >= MOST_TRIES:
            row.state = SheetState.FAILED
        row.save(update_fields=["tries", "state", "fault"])


def sheet_of_draft(draft: Draft, edition: Edition) -> Sheet | None:
    """The sheet of this text with the signer and the foot that the paper has now; not an earlier one (one query)."""
    printed = draft_data(draft, edition)
    same = {f"data__{name}": printed[name] for name in BESIDE_TEXT}
    rows = Sheet.objects.filter(edition=edition, is_final=False, **same)
    return rows.defer("data").select_related("blob", "picture").order_by("-asked_at", "-pk").first()


def sheet_to_decide(draft: Draft, edition: Edition, *, at: datetime) -> Sheet:
    """What stands before who decides, drawn now where no worker has yet; its picture is None where it cannot be drawn:
    then the words of the edition alone are the evidence. Call it before the document is locked.
    """
    sheet = sheet_of_draft(draft, edition) or ask_for_draft_sheet(draft, edition, at=at)
    if not sheet.is_ready:
        try:
            draw_sheet(sheet.pk, at=at)
        except Exception:
            log.exception("sheet_failed", sheet_id=sheet.pk)
        sheet.refresh_from_db()
    return sheet
