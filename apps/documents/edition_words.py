"""What an edition of a paper that came in says, in words: for its page, for comparing two, for its picture."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.core.text import localized
from apps.documents.enums import Access, Kind, Purpose, Received
from apps.documents.models import Edition, UrgencyLevel

Line = tuple[str, str]


def lines_of(edition: Edition) -> list[Line]:
    """Label and value of each part of the register's line that it has, in its order, and of each file (one query). The
    document of which it is a second copy is not named: who reads this may not know of that.
    """
    kept: Mapping[str, object] = edition.words if isinstance(edition.words, Mapping) else {}
    words = {**kept, "urgency": urgency_name(str(kept.get("urgency", "")))}
    said = [(label, value(words, name)) for name, label in labels() if name in words]
    rows = [file for file in edition.files if isinstance(file, Mapping)]
    files = [(_("file"), f"{file.get('name', '')} {str(file.get('sha256', ''))[:16]}") for file in rows]
    return [*((label, text or "—") for label, text in said), *files]


def labels() -> list[tuple[str, str]]:
    return [
        ("sender", _("sender")),
        ("sender_number", _("sender's number")),
        ("sender_date", _("date of the document")),
        ("title", _("title")),
        ("kind", pgettext("document", "kind")),
        ("urgency", _("urgency")),
        ("purpose", _("purpose")),
        ("access", _("who may read it")),
        ("summary", _("summary")),
        ("received_on", _("received")),
        ("received", _("how it came")),
        ("copies", _("copies")),
        ("pages", _("pages")),
        ("annexes", _("annexes")),
        ("place", _("where the paper lies")),
        ("is_classified", _("classified")),
        ("copy_of", _("second copy")),
        ("answer_wanted", _("the sender wants an answer")),
        ("answer_until", _("answer wanted until")),
    ]


CHOICES = {"kind": Kind, "purpose": Purpose, "access": Access, "received": Received}
YES = ("is_classified", "copy_of", "answer_wanted")


def value(words: Mapping[str, object], name: str) -> str:
    kept = words.get(name)
    if name in YES:
        return _("yes") if kept else _("no")
    choices = CHOICES.get(name)
    if choices and kept in choices.values:
        return str(choices(kept).label)
    return "" if kept is None else str(kept)


def urgency_name(text: str) -> str:
    """`text`: as an edition keeps it, "mainland.urgent"; a level that is there no more stays as it was written."""
    levels = {str(level): level for level in UrgencyLevel.objects.all()}
    return localized(levels[text].name) if text in levels else text


def as_plain_text(edition: Edition) -> str:
    """Line by line, to compare two."""
    return "".join(f"{label}：{text}\n" for label, text in lines_of(edition))
