"""Words between requester and office, notes among the office, and the files of both."""

from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from ninja import File, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from apps.core.pages import keyset_page
from apps.core.uploads import answers_large_uploads
from apps.interfaces.api.auth import Bearer
from apps.interfaces.api.once import once
from apps.interfaces.api.problems import Problem
from apps.interfaces.api.routes.requests import Id, own_files
from apps.interfaces.api.rows import fetch, given, may_have, messages_of
from apps.interfaces.api.schemas import FileOut, MessageList, MessageOut, Word
from apps.interfaces.api.showing import file_out, message_out
from apps.interfaces.enums import Scope
from apps.journal.files import DOCUMENTS, IMAGES, TABLES, UploadRefused, accept_upload
from apps.journal.models import Attachment
from apps.servicedesk import services
from apps.servicedesk.models import Request, RequestMessage
from apps.servicedesk.screens import attachments_of

router = Router(tags=["messages"])
files_router = Router(tags=["files"])


class Part(Schema):
    cursor: str = Field("", max_length=300)
    limit: int = Field(50, ge=1, le=100)


def page_of(request: HttpRequest, item: Request, part: Part, *, internal: bool) -> MessageList:
    rows = messages_of(request, item, internal=internal).select_related("author", "on_behalf_of")
    page = keyset_page(rows, by="at", cursor=part.cursor, size=part.limit)
    files = attachments_of(page.rows)
    return MessageList(items=[message_out(row, files[row.pk]) for row in page.rows], next=page.next_cursor or None)


@router.get("/requests/{pk}/messages", auth=Bearer(Scope.REQUESTS_READ, Scope.DESK_READ), response=MessageList)
def list_messages(request: HttpRequest, pk: Id, part: Query[Part]) -> MessageList:
    """What requester and office wrote to each other, newest first."""
    return page_of(request, fetch(request, pk), part, internal=False)


@router.post("/requests/{pk}/messages", auth=Bearer(Scope.REQUESTS_WRITE, Scope.DESK_WRITE), response={201: MessageOut})
def write_message(request: HttpRequest, pk: Id, data: Word) -> HttpResponse:
    """A word to the other side, which is told of it."""
    return written(request, fetch(request, pk, Scope.DESK_WRITE), data, internal=False)


@router.get("/requests/{pk}/notes", auth=Bearer(Scope.DESK_READ), response=MessageList)
def list_notes(request: HttpRequest, pk: Id, part: Query[Part]) -> MessageList:
    """Internal notes, newest first. For others than the office the list is empty."""
    return page_of(request, fetch(request, pk), part, internal=True)


@router.post("/requests/{pk}/notes", auth=Bearer(Scope.DESK_WRITE), response={201: MessageOut})
def write_note(request: HttpRequest, pk: Id, data: Word) -> HttpResponse:
    """A note that only the office sees."""
    return written(request, fetch(request, pk, Scope.DESK_WRITE), data, internal=True)


def written(request: HttpRequest, item: Request, data: Word, *, internal: bool) -> HttpResponse:
    def do() -> MessageOut:
        files = own_files(request.user, data)
        row = services.post_message(
            request=item, author=request.user, body=data.body, internal=internal, attachments=files
        )
        return shown(row)

    return once(request, do, status=201)


def shown(row: RequestMessage) -> MessageOut:
    return message_out(row, Attachment.objects.of(row))


@files_router.post(
    "/attachments", auth=Bearer(Scope.REQUESTS_WRITE, Scope.DESK_WRITE), response={201: FileOut}, url_name="attachments"
)
@answers_large_uploads
def upload_file(request: HttpRequest, file: File[UploadedFile]) -> Status:
    """A file that waits a day for the answer or message that names its key."""
    try:
        kept = accept_upload(file, person=request.user, allow=DOCUMENTS | IMAGES | TABLES)
    except UploadRefused as error:
        raise Problem(422, str(error), errors=[("file", str(error))]) from error
    return Status(201, file_out(kept))


@files_router.get(
    "/attachments/{uuid:key}",
    auth=Bearer(Scope.REQUESTS_READ, Scope.DESK_READ, Scope.CERTIFICATES_READ),
    response={200: bytes},
)
def download_file(request: HttpRequest, key: UUID) -> FileResponse:
    """The bytes of a file that belongs to something the token reaches."""
    file = Attachment.objects.select_related("blob", "subject_type").filter(key=key).first()
    if file is None or not may_have(request, file):
        raise Http404
    return given(request, file)


__all__ = ["files_router", "router"]
