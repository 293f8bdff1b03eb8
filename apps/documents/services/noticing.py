"""A paper for reading by many becomes a notice: the draft is made of what is here, nothing is typed twice."""

from datetime import datetime

from django.db import transaction
from django.utils.html import escape
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.core.text import localized
from apps.documents.enums import RESTRICTED
from apps.documents.models import Document, IssuedNotice
from apps.documents.services.errors import UnableToMove
from apps.documents.services.locking import lock
from apps.journal.models import Attachment
from apps.journal.services import record
from apps.notices.audience import Rule
from apps.notices.enums import NoticeClass
from apps.notices.models import Notice
from apps.notices.services import create_draft
from apps.people.enums import Language
from apps.people.models import Person


def may_be_noticed(row: Document) -> bool:
    """Only what everybody in the office may read."""
    return row.access not in RESTRICTED and not (row.is_incoming and row.incoming.is_classified)


@transaction.atomic
def begin_notice(*, document: Document, actor: Person, at: datetime | None = None) -> Notice:
    """The draft of a notice with title, summary and files of the document, to be acknowledged; whom it is for, its
    sender says in the draft. One draft at a time: again gives the one that is not out yet. Raises UnableToMove.
    """
    at = at or now()
    row = lock(document)
    if not may_be_noticed(row):
        raise UnableToMove(_("Its access is limited: it does not go out as a notice."))
    open_one = row.notices.filter(notice__published_at__isnull=True, made_by=actor).select_related("notice").first()
    if open_one:
        return open_one.notice
    values = {
        "title": {Language.HANT: row.title[:160]},
        "body": {Language.HANT: body_of(row)},
        "notice_class": NoticeClass.MANDATORY,
        "needs_acknowledgement": True,
        "audience": Rule().as_json(),
        "unit": row.unit,
        "publish_at": None,
        "acknowledge_by": None,
        "expires_at": None,
    }
    files = [
        Attachment.objects.create(blob=each.blob, name=each.name, uploaded_by=actor, uploaded_at=at)
        for each in Attachment.objects.of(row)
        if each.blob.is_open
    ]
    notice = create_draft(actor=actor, values=values, attachments=files, at=at)
    IssuedNotice.objects.create(document=row, notice=notice, made_by=actor, made_at=at)
    record(actor=actor, verb="doc_noticed", obj=row, changes={"notice": [None, notice.pk]}, at=at)
    return notice


def body_of(row: Document) -> str:
    """The summary, then from whom it came under which number."""
    summary = row.incoming.summary if row.is_incoming else ""
    told = (
        f"{row.incoming.sender} {row.incoming.sender_number}".strip() if row.is_incoming else localized(row.unit.name)
    )
    parts = [*summary.strip().splitlines(), f"{told}：{row.title}", row.number]
    return "".join(f"<p>{escape(part)}</p>" for part in parts if part.strip())
