"""Each move of a task: fetch, form, one service call; what was typed is never lost."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.core.redirects import back_or
from apps.journal.files import DOCUMENTS, IMAGES, TABLES, UploadRefused, accept_upload
from apps.journal.forms import read_token
from apps.journal.models import Attachment
from apps.journal.services import settle_form, take_form
from apps.people.models import Person
from apps.tasks import services
from apps.tasks.enums import Who
from apps.tasks.models import Task
from apps.tasks.rules import capacity
from apps.tasks.screens import form_of
from apps.tasks.views.one import fetch, show

Work = Callable[[Task, Form, int | None], object]
REFUSALS = (services.UnableToMove, UploadRefused)


def perform(request: HttpRequest, pk: int, verb: str, work: Work, done: str) -> HttpResponse:
    """Do one move once, however often its form is sent. Who sees the task but may not do it gets 403."""
    task = fetch(request, pk)
    form = form_of(verb, request.user, request.POST, request.FILES)
    if not any(capacity(request.user, task, who) for who in Who):
        raise PermissionDenied
    if not form.is_valid():
        return show(request, task, status=422, **{verb: form})
    try:
        once(request, task, lambda: work(task, form, version_of(request)))
    except REFUSALS as error:
        form.add_error(None, str(error))
        clash = isinstance(error, services.Changed)
        return show(request, fetch(request, pk), status=409 if clash else 422, **{verb: form})
    messages.success(request, done)
    return back_or(request, task.get_absolute_url()) if may_still_see(request, pk) else redirect("tasks:list")


def once(request: HttpRequest, task: Task, work: Callable[[], object]) -> None:
    with transaction.atomic():
        first, _url = take_form(token=read_token(request), person=request.user)
        if first:
            work()
            settle_form(token=read_token(request), result_url=task.get_absolute_url())


def version_of(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def may_still_see(request: HttpRequest, pk: int) -> bool:
    """Who handed a task over may have lost sight of it."""
    return Task.objects.visible_to(request.user).filter(pk=pk).exists()


def accepted(files: list[UploadedFile], person: Person) -> list[Attachment]:
    """The files as waiting attachments of `person`. Raises UploadRefused."""
    return [accept_upload(file, person=person, allow=DOCUMENTS | IMAGES | TABLES) for file in files]


@require_POST
def report(request: HttpRequest, pk: int) -> HttpResponse:
    def work(task: Task, form: Form, version: int | None) -> None:
        files = accepted(form.cleaned_data["files"], request.user)
        text = form.cleaned_data["text"]
        services.report(task=task, actor=request.user, text=text, attachments=files, version=version)

    return perform(request, pk, "report", work, _("Thank you, your report is recorded."))


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    def work(task: Task, form: Form, version: int | None) -> None:
        services.accept(task=task, actor=request.user, note=form.cleaned_data["note"], version=version)

    return perform(request, pk, "accept", work, _("The report is accepted; the task is done."))


@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    def work(task: Task, form: Form, version: int | None) -> None:
        services.give_back(task=task, actor=request.user, note=form.cleaned_data["note"], version=version)

    return perform(request, pk, "give_back", work, _("The report is returned; the owner was told."))


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    def work(task: Task, form: Form, version: int | None) -> None:
        services.cancel(task=task, actor=request.user, note=form.cleaned_data["note"], version=version)

    return perform(request, pk, "cancel", work, _("The task is called off; the owner was told."))


@require_POST
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    def work(task: Task, form: Form, version: int | None) -> None:
        services.hand_over(task=task, actor=request.user, version=version, **form.cleaned_data)

    return perform(request, pk, "hand_over", work, _("Handed over; the new owner was told."))


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    def work(task: Task, form: Form, version: int | None) -> None:
        services.change(task=task, actor=request.user, version=version, **form.cleaned_data)

    return perform(request, pk, "change", work, _("The task is changed; the owner was told."))
