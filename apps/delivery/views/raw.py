"""A mail or report as it came, as a download: it may hold anything, so no browser is to show it."""

from django.http import FileResponse, Http404

from apps.journal.files import open_blob
from apps.journal.models import Blob


def raw_response(blob: Blob, *, suffix: str = "eml") -> FileResponse:
    """Raises Http404 when the storage lost the file."""
    try:
        content = open_blob(blob)
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        content, as_attachment=True, filename=f"{blob.sha256[:12]}.{suffix}", content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
