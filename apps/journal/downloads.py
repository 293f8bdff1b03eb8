"""A stored file on its way to a browser."""

from django.http import FileResponse, Http404

from apps.journal.files import content_type_of, open_blob
from apps.journal.models import Attachment


def as_download(attachment: Attachment) -> FileResponse:
    """Always as a download, never run by the browser: whatever it is, it stays a file. Raises Http404 where the bytes
    are gone. Who may have it is the caller's to decide.
    """
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
