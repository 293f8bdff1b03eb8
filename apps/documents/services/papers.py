"""What is entered of a paper that came in, and what the register refuses."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.documents.enums import CLASSIFIED_TITLE, Access, Kind, Purpose, Received
from apps.documents.folding import is_marked, key_of
from apps.documents.models import Document, Incoming, UrgencyLevel
from apps.documents.services.errors import AlreadyRegistered, UnableToRegister
from apps.journal.models import Attachment


@dataclass(frozen=True)
class Paper:
    """One line of the register as somebody typed it. `copy_of`: said to be a second copy of that document;
    `received_on`: the day on which it came, today where nothing is said.
    """

    sender: str
    title: str = ""
    sender_number: str = ""
    sender_date: date | None = None
    kind: str = Kind.NOTICE
    urgency: UrgencyLevel | None = None
    access: str = Access.INTERNAL
    purpose: str = Purpose.ACTION
    copies: int = 1
    pages: int | None = None
    annexes: str = ""
    summary: str = ""
    received: str = Received.POST
    received_on: date | None = None
    place: str = ""
    is_classified: bool = False
    answer_wanted: bool = False
    answer_until: date | None = None
    copy_of: Document | None = None

    @property
    def shown_title(self) -> str:
        return CLASSIFIED_TITLE if self.is_classified else self.title.strip()

    def document_fields(self) -> dict[str, object]:
        return {
            "title": self.shown_title,
            "kind": self.kind,
            "urgency": self.urgency,
            "access": self.access,
            "purpose": self.purpose,
            "dated_on": self.sender_date,
        }

    def incoming_fields(self) -> dict[str, object]:
        plain = ("sender", "sender_number", "sender_date", "copies", "pages", "annexes", "summary", "received", "place")
        more = ("is_classified", "answer_wanted", "answer_until", "copy_of")
        keys = {"sender_key": key_of(self.sender)[:200], "number_key": key_of(self.sender_number)[:80]}
        return {name: getattr(self, name) for name in (*plain, *more)} | keys


def paper_of(document: Document) -> Paper:
    """What stands in the register, to be changed."""
    incoming = document.incoming
    of_document = {name: getattr(document, name) for name in ("title", "kind", "urgency", "access", "purpose")}
    names = [name for name in Paper.__dataclass_fields__ if name not in of_document]
    return Paper(**of_document, **{name: getattr(incoming, name) for name in names})


def find_same(paper: Paper, document: Document | None = None) -> Document | None:
    """The document that bears this sender's number already, if there is one (one query)."""
    number = key_of(paper.sender_number)
    if not number:
        return None
    rows = Incoming.objects.filter(sender_key=key_of(paper.sender)[:200], number_key=number[:80])
    rows = rows.filter(copy_of__isnull=True, sent_back_reason="").select_related("document")
    row = rows.exclude(document=document).first() if document else rows.first()
    return row.document if row else None


def check_paper(paper: Paper, files: Iterable[Attachment], document: Document | None = None) -> None:
    """Raises UnableToRegister, AlreadyRegistered."""
    if not paper.sender.strip():
        raise UnableToRegister(_("Say who it comes from."))
    check_secrecy(paper, files)
    same = None if paper.copy_of else find_same(paper, document)
    if same:
        raise AlreadyRegistered(same)


def check_day(paper: Paper, at: datetime) -> None:
    """Raises UnableToRegister."""
    if paper.received_on and paper.received_on > timezone.localtime(at).date():
        raise UnableToRegister(_("The day of receipt lies in the future."))


def check_secrecy(paper: Paper, files: Iterable[Attachment]) -> None:
    """Of a classified paper only that it is there; and nothing that bears its mark comes in as something else."""
    files = list(files)
    if paper.is_classified:
        if files or paper.summary.strip() or paper.annexes.strip():
            raise UnableToRegister(_("A classified paper has no files, summary or annexes in the portal."))
        if not paper.place.strip():
            raise UnableToRegister(_("Say where the classified paper lies."))
        return
    if not paper.title.strip():
        raise UnableToRegister(_("Write down the title."))
    for text in (paper.title, paper.summary, paper.annexes):
        if is_marked(text):
            raise UnableToRegister(classified_words())
    check_files(files)


def check_files(files: Iterable[Attachment]) -> None:
    marked = next((file for file in files if is_marked(file.name)), None)
    if marked:
        raise UnableToRegister(f"{marked.name}: {classified_words()}")


def classified_words() -> str:
    return _(
        "This bears a mark of secrecy (機密, 絕密 or 秘密). Classified papers do not come into the portal: tick "
        "“classified” and enter only sender, number and where the paper lies."
    )
