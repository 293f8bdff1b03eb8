"""What the journal tells becomes messages: who brought a file, and who handles its thing, hear that it was refused."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Model
from django.utils import translation
from django.utils.translation import gettext as _

from apps.delivery.models import Message
from apps.delivery.services import Text, tell
from apps.journal.files import refusal_words
from apps.journal.models import Attachment
from apps.journal.signals import file_refused
from apps.people.enums import Language
from apps.people.models import Person


def tell_refused(
    sender: type[Attachment], *, attachment: Attachment, thing: Model, at: datetime, **told: object
) -> None:
    """One message to each person about each thing (contract: apps.journal.signals.file_refused)."""
    source = f"{thing._meta.label_lower}:{thing.pk}"
    address = thing.get_absolute_url() if hasattr(thing, "get_absolute_url") else ""
    for person in concerned(attachment, thing):
        same = Message.objects.filter(source=source, created_at=at, deliveries__person=person)
        if not same.exists():
            tell(person=person, source=source, texts=texts_of(attachment, thing), target_url=address, at=at)


def concerned(attachment: Attachment, thing: Model) -> Iterator[Person]:
    """Who brought the file; who handles the thing, if that is somebody else (a thing may have a `handler`)."""
    people = {person.pk: person for person in (attachment.uploaded_by, getattr(thing, "handler", None)) if person}
    yield from (person for person in people.values() if person.is_active)


def texts_of(attachment: Attachment, thing: Model) -> dict[str, Text]:
    made = {}
    for language in Language.values:
        with translation.override(language):
            subject = _("A file is blocked: %(name)s") % {"name": attachment.name}
            lines = [refusal_words(attachment.blob), _("Nobody can open the file.")]
            if thing != attachment:
                lines.insert(0, _("It hangs on: %(thing)s") % {"thing": thing})
            made[language] = Text(subject, "\n".join(lines))
    return made


def connect() -> None:
    file_refused.connect(tell_refused, dispatch_uid="delivery.tell_refused")
