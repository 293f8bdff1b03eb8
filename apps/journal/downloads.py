"""A stored file on its way to a browser, unless the scanner stands in the way."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from apps.journal.files import content_type_of, open_blob, refusal_words
from apps.journal.models import Attachment
from apps.people.models import Person

WAITS, REFUSED = 409, 410


class FileWithheld(Exception):
    """The file is not given to this person, or to nobody; the words say why. `status` is that of the answer."""

    def __init__(self, words: str, status: int) -> None:
        super().__init__(words)
        self.status = status


def as_download(request: HttpRequest, attachment: Attachment) -> HttpResponse:
    """The file, or a page that says why not yet or not at all. Who may see it otherwise is the caller's to decide.
    Raises Http404 where the bytes are gone.
    """
    try:
        return file_response(attachment, request.user)
    except FileWithheld as error:
        context = {"file": attachment, "words": str(error), "waits": error.status == WAITS}
        return render(request, "journal/withheld.html", context, status=error.status)


def file_response(attachment: Attachment, person: Person) -> FileResponse:
    """Always as a download, never run by the browser: whatever it is, it stays a file. Raises FileWithheld, Http404."""
    check_given(attachment, person)
    try:
        content = open_blob(attachment.blob)
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        content, as_attachment=True, filename=attachment.name, content_type=content_type_of(attachment)
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


def check_given(attachment: Attachment, person: Person) -> None:
    """Raises FileWithheld for refused bytes, and for waiting ones unless it is who brought them."""
    blob = attachment.blob
    if blob.is_refused:
        raise FileWithheld(refusal_words(blob), REFUSED)
    if not blob.is_open and not brought_by(attachment, person):
        raise FileWithheld(_("The file is being checked for viruses. Try again in a few minutes."), WAITS)


def brought_by(attachment: Attachment, person: Person) -> bool:
    """Did this person bring the bytes, as the first one? A copy made for another request names who made the copy."""
    first = Attachment.objects.filter(blob=attachment.blob_id).order_by("pk").values_list("uploaded_by", flat=True)
    return first.first() == person.pk
