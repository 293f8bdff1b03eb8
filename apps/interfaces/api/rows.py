"""Which rows a token reaches: what its owner may see, and of that only what its scopes name."""

from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest

from apps.interfaces.api.problems import Problem
from apps.interfaces.enums import Scope
from apps.journal.downloads import WAITS, FileWithheld, file_response
from apps.journal.models import Attachment
from apps.servicedesk.managers import own, own_through
from apps.servicedesk.models import Certificate, Request, RequestMessage
from apps.servicedesk.screens import requests_with_names

BIGGEST = 2**63 - 1


def requests_of(request: HttpRequest, desk: str = Scope.DESK_READ) -> QuerySet:
    """Without the scope `desk` only what the owner asked for or filed."""
    rows = requests_with_names().visible_to(request.user)
    return rows if request.auth.may(desk) else rows.filter(own(request.user))


def fetch(request: HttpRequest, pk: int, desk: str = Scope.DESK_READ) -> Request:
    """Raises Http404: not there, and not for this token, are the same."""
    found = requests_of(request, desk).filter(pk=pk).first() if 0 < pk <= BIGGEST else None
    if found is None:
        raise Http404
    return found


def messages_of(request: HttpRequest, item: Request, *, internal: bool) -> QuerySet:
    return RequestMessage.objects.visible_to(request.user).filter(request=item, internal=internal)


def certificates_of(request: HttpRequest) -> QuerySet:
    rows = Certificate.objects.visible_to(request.user).select_related("replaced_by", "template_version__template")
    if request.auth.may(Scope.DESK_READ):
        return rows
    return rows.filter(Q(person=request.user) | own_through(request.user, "request"))


def may_have(request: HttpRequest, file: Attachment) -> bool:
    """A file of a request, a message or a certificate that the token reaches; a waiting one of the owner's own.

    Files of anything else (notices, relays) are not for the API, whatever the owner may see.
    """
    if file.subject_type_id is None:
        return file.uploaded_by_id == request.user.pk
    kind, pk = file.subject_type.model_class(), file.subject_id
    if kind is Request:
        item = requests_of(request).filter(pk=pk).first()
        return item is not None and not item.hides_file(file, request.user)
    if kind is RequestMessage:
        return is_readable(request, pk)
    if kind is Certificate:
        return request.auth.may(Scope.CERTIFICATES_READ) and certificates_of(request).filter(pk=pk).exists()
    return False


def given(request: HttpRequest, file: Attachment) -> FileResponse:
    """The bytes of a file that the token reaches. 409 while it waits for the scanner, 410 when blocked."""
    try:
        return file_response(file, request.user)
    except FileWithheld as error:
        code = "file-waits" if error.status == WAITS else "file-blocked"
        raise Problem(error.status, str(error), code=code) from error


def is_readable(request: HttpRequest, message_id: int) -> bool:
    """May this token read the message? Internal notes are for the desk."""
    row = RequestMessage.objects.visible_to(request.user).filter(pk=message_id).first()
    if row is None or (row.internal and not request.auth.may(Scope.DESK_READ)):
        return False
    return requests_of(request).filter(pk=row.request_id).exists()
