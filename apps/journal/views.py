"""Give a file to those who may see what it belongs to; take files for a form that is still being filled in."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from apps.core.pages import keyset_page
from apps.core.uploads import answers_large_uploads
from apps.journal.audit import AuditForm, lines_of, narrowed
from apps.journal.downloads import as_download
from apps.journal.files import UploadRefused, accept_upload, too_large_words
from apps.journal.forms import UploadForm
from apps.journal.models import Attachment, Entry
from apps.people.enums import Role
from apps.people.models import Person


@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """How the portal's own settings came to be as they are; for administrators."""
    if not request.user.has_role(Role.ADMINISTRATOR):
        raise PermissionDenied
    form = AuditForm(request.GET)
    rows = narrowed(form.cleaned_data) if form.is_valid() else Entry.objects.none()
    page = keyset_page(rows, by="at", cursor=request.GET.get("cursor", ""))
    for entry in page.rows:
        entry.lines = lines_of(entry)
    return render(request, "journal/audit.html", {"form": form, "page": page}, status=200 if form.is_valid() else 422)


def may_see(attachment: Attachment, user: Person) -> bool:
    """A waiting file is its uploader's alone; any other is for whoever may see the thing, unless the thing keeps it
    from them (`hides_file`). Without a rule: nobody.
    """
    if attachment.subject_type_id is None:
        return attachment.uploaded_by_id == user.pk
    model = attachment.subject_type.model_class()
    manager = getattr(model, "_default_manager", None)
    if not hasattr(manager, "visible_to"):
        return False
    thing = manager.visible_to(user).filter(pk=attachment.subject_id).first()
    return thing is not None and not is_hidden(thing, attachment, user)


def is_hidden(thing: Model, attachment: Attachment, user: Person) -> bool:
    return hasattr(thing, "hides_file") and thing.hides_file(attachment, user)


@require_safe
def download(request: HttpRequest, key: UUID) -> HttpResponse:
    """For whoever may see what the file belongs to."""
    attachment = get_object_or_404(Attachment.objects.select_related("blob", "subject_type"), key=key)
    if not may_see(attachment, request.user):
        raise Http404
    return as_download(request, attachment)


@require_POST
@answers_large_uploads
def upload(request: HttpRequest) -> HttpResponse:
    """Take files at once, before their form is sent; answers with one row for each, taken or refused."""
    form = UploadForm(request.POST, request.FILES)
    if getattr(request, "upload_too_large", False):
        taken, refused = [], [too_large_words()]
    elif form.is_valid():
        taken, refused = _take(form, request.user)
    else:
        taken, refused = [], [str(error) for errors in form.errors.values() for error in errors]
    field = form["field"].value() if form.fields["field"].regex.match(request.POST.get("field", "")) else ""
    rows = {"attachments": taken, "refused": refused, "field": field}
    return render(request, "journal/file_rows.html", rows)


def _take(form: UploadForm, person: Person) -> tuple[list[Attachment], list[str]]:
    taken, refused = [], []
    for file in form.uploaded():
        try:
            taken.append(accept_upload(file, person=person, allow=form.cleaned_data["allow"]))
        except UploadRefused as error:
            refused.append(str(error))
    return taken, refused


@require_POST
def remove(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take a waiting file back. Answers with nothing: the row goes."""
    Attachment.objects.waiting(request.user).filter(key=key).delete()
    return HttpResponse()
