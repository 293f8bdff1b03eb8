"""Word files: one comes in as draft text, one goes out."""

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from apps.dispatch import docx_out
from apps.dispatch.docx_in import DocxRefused, Read, read_docx
from apps.dispatch.paper import sheet_name
from apps.dispatch.views.acting import fetch
from apps.dispatch.words import read_words
from apps.documents import services as documents
from apps.documents.enums import State

MANY = ("main_units", "copy_units")
ISSUED = (State.NUMBERED, State.SENT, State.FILED)


@require_safe
def docx(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest text as a Word file, with number and day where it has them."""
    row = fetch(request, pk).document
    given = {"number": row.number, "dated_on": row.dated_on} if row.state in ISSUED else {}
    content = docx_out.write_docx(read_words(documents.latest(row)), **given)
    response = HttpResponse(content, content_type=docx_out.CONTENT_TYPE)
    response["Content-Disposition"] = content_disposition_header(True, sheet_name(row, suffix="docx"))
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def wants_file_read(request: HttpRequest) -> bool:
    """Was the button beside the Word file pressed, not that which saves?"""
    return request.method == "POST" and "read_docx" in request.POST


def read_file(request: HttpRequest) -> Read:
    """Raises DocxRefused."""
    uploaded = request.FILES.get("docx")
    if uploaded is None or getattr(request, "upload_too_large", False):
        raise DocxRefused("")
    return read_docx(uploaded)


def typed(request: HttpRequest) -> dict[str, object]:
    """What stands in the form as it was sent, so that nothing is lost when a file is read into it."""
    plain = {name: request.POST.get(name, "") for name in request.POST if name not in MANY}
    return plain | {name: request.POST.getlist(name) for name in MANY}
