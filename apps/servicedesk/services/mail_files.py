"""The files of a mail go through the same checks as an upload; what is left out is told."""

from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from apps.delivery.letters.files import FileUse, LetterFile
from apps.delivery.letters.reading import Letter
from apps.journal.files import DOCUMENTS, IMAGES, MAX_FILES, TABLES, UploadRefused, accept_upload
from apps.journal.models import Attachment
from apps.people.models import Person
from apps.servicedesk.models import Request, RequestMessage

Note = dict[str, str]
REFUSED = ("refused", "winmail", "attached_mail")  # codes of which the sender hears


def note(code: str, name: str = "", why: str = "") -> Note:
    return {"code": code, "name": name[:150], "why": why}


def take_files(
    letter: Letter, *, person: Person, request: Request | None = None
) -> tuple[list[Attachment], list[Note]]:
    """The files as waiting attachments of `person`, and a note for each that was left out."""
    kept: list[Attachment] = []
    notes = [note("signed")] if letter.is_signed else []
    for file in letter.files:
        if file.use != FileUse.OFFERED:
            notes.append(left_out(file))
        elif len(kept) >= MAX_FILES:
            why = _("%(name)s: no more than %(count)s files at once.") % {"name": file.name, "count": MAX_FILES}
            notes.append(note("refused", file.name, why))
        else:
            notes += take_one(file, kept, person, request)
    return kept, notes


def take_one(file: LetterFile, kept: list[Attachment], person: Person, request: Request | None) -> list[Note]:
    try:
        taken = accept_upload(
            SimpleUploadedFile(file.name, file.content), person=person, allow=DOCUMENTS | IMAGES | TABLES
        )
    except UploadRefused as error:
        return [note("refused", file.name, str(error))]
    if file.inline and request and stands_there(taken, request):
        taken.delete()
        return [note("decoration", file.name)]
    kept.append(taken)
    return []


def left_out(file: LetterFile) -> Note:
    if file.use == FileUse.WINMAIL:
        why = _(
            "winmail.dat: Outlook packed the files in a way that only Outlook reads. Send them anew, as plain text "
            "or HTML."
        )
        return note("winmail", file.name, why)
    if file.use == FileUse.ATTACHED_MAIL:
        why = _("%(name)s: a mail inside a mail is not taken. Save its files and send those.") % {"name": file.name}
        return note("attached_mail", file.name, why)
    return note("decoration", file.name)


def stands_there(taken: Attachment, request: Request) -> bool:
    """Did an earlier message of this request bring the same picture? Then it belongs to a signature."""
    messages = RequestMessage.objects.filter(request=request).values_list("pk", flat=True)
    kind = ContentType.objects.get_for_model(RequestMessage)
    same = Attachment.objects.filter(subject_type=kind, subject_id__in=list(messages), blob_id=taken.blob_id)
    return same.exclude(pk=taken.pk).exists()


def refusals(notes: Iterable[Note]) -> list[str]:
    """What the sender is told, line by line."""
    return [each["why"] for each in notes if each["code"] in REFUSED]
