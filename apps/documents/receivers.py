"""What the virus scanner refuses is not found by its words any more."""

from datetime import datetime

from apps.documents.enums import TextState
from apps.documents.models import FileText
from apps.journal.models import Attachment
from apps.journal.signals import file_refused


def forget_words(sender: type[Attachment], *, attachment: Attachment, at: datetime, **told: object) -> None:
    """The next sweep takes them out of the documents (contract: apps.journal.signals.file_refused)."""
    rows = FileText.objects.filter(blob=attachment.blob_id, state=TextState.READ)
    rows.update(state=TextState.WAITING, tries=0, asked_at=None)


def connect() -> None:
    file_refused.connect(forget_words, dispatch_uid="documents.forget_words")
