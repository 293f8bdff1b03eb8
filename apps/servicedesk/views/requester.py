"""What a requester does with a filed request: correct, answer, withdraw, urge, open again, rate, write."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from apps.journal.files import DOCUMENTS, IMAGES, TABLES, accept_upload
from apps.journal.models import Attachment
from apps.people.models import Person
from apps.servicedesk import services
from apps.servicedesk.models import Request
from apps.servicedesk.rules import capacity_for
from apps.servicedesk.screens import correction_form, open_return_of
from apps.servicedesk.services import consent
from apps.servicedesk.views.acting import fetch, new_words, perform, posted_version


def accepted(files: list[UploadedFile], person: Person) -> list[Attachment]:
    """The files as waiting attachments of `person`. Raises UploadRefused."""
    return [accept_upload(file, person=person, allow=DOCUMENTS | IMAGES | TABLES) for file in files]


@require_POST
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Only the returned questions are read from the form."""
    item = fetch(request, pk)
    if capacity_for(request.user, "correct", item) is None:
        raise PermissionDenied
    returned = open_return_of(item)
    if returned is None:
        messages.info(request, _("Nothing is left to correct."))
        return redirect(item)

    def form(item: Request) -> BaseForm:
        return correction_form(item, returned, person=request.user, data=request.POST, files=request.FILES)

    def work(item: Request, form: BaseForm) -> None:
        services.correct(
            request=item, actor=request.user, answers=form.plain_answers(), version=posted_version(request)
        )

    return perform(request, pk, "correct", work, form=form, done=_("Thank you, the office goes on with it."))


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer to what the office asked; it goes on from there."""

    def work(item: Request, form: BaseForm) -> None:
        services.answer(
            request=item,
            actor=request.user,
            note=form.cleaned_data["body"],
            attachments=accepted(form.cleaned_data["files"], request.user),
            version=posted_version(request),
        )

    return perform(request, pk, "answer", work, done=_("Thank you, the office has your answer."))


@require_POST
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """A word to the other side, or a note for the office alone. Never clashes with what others do; who wrote without
    having read the newest words is told.
    """

    missed = new_words(request, fetch(request, pk))

    def work(item: Request, form: BaseForm) -> None:
        services.post_message(
            request=item,
            author=request.user,
            body=form.cleaned_data["body"],
            internal=form.cleaned_data["internal"],
            mentioned=form.cleaned_data["mentioned"],
            attachments=accepted(form.cleaned_data["files"], request.user),
        )

    answer = perform(request, pk, "message", work, done=_("Sent."))
    if missed and answer.status_code == 302:
        words = ngettext(
            "%(count)d new message since you opened", "%(count)d new messages since you opened", len(missed)
        )
        messages.warning(request, words % {"count": len(missed)})
    return answer


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    def work(item: Request, form: BaseForm) -> None:
        note = form.cleaned_data["note"]
        services.withdraw(request=item, actor=request.user, note=note, version=posted_version(request))

    return perform(request, pk, "withdraw", work, done=_("Withdrawn. The office has stopped its work on it."))


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    def work(item: Request, form: BaseForm) -> None:
        note = form.cleaned_data["note"]
        services.reopen(request=item, actor=request.user, note=note, version=posted_version(request))

    return perform(request, pk, "reopen", work, done=_("Opened again; the office works on it."))


@require_POST
def urge(request: HttpRequest, pk: int) -> HttpResponse:
    def work(item: Request, form: None) -> None:
        services.urge(request=item, actor=request.user)

    return perform(request, pk, "urge", work, done=_("The handler was reminded."))


@require_POST
def rate(request: HttpRequest, pk: int) -> HttpResponse:
    def work(item: Request, form: BaseForm) -> None:
        data = form.cleaned_data
        services.rate(request=item, actor=request.user, score=data["rating"], note=data["note"])

    return perform(request, pk, "rate", work, done=_("Thank you for telling us."))


@require_POST
def object_to_filing(request: HttpRequest, pk: int) -> HttpResponse:
    """Say “I did not ask for this”: for whom somebody else filed."""

    def work(item: Request, form: BaseForm) -> None:
        consent.object_to_filing(request=item, actor=request.user, note=form.cleaned_data["note"])

    return perform(request, pk, "object", work, done=_("Your objection is with the director."))
