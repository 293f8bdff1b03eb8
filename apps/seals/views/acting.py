"""How every deed is posted: right first, then form, then one service call; what was typed is never lost."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.journal.files import UnableToAttach, UploadRefused
from apps.journal.forms import read_token
from apps.journal.services import settle_form, take_form
from apps.seals import services

REFUSALS = (
    services.UnableToKeep,
    services.UnableToRegister,
    services.UnableToSeal,
    services.UnableToTakeOut,
    UploadRefused,
    UnableToAttach,
)
Show = Callable[[dict[str, Form]], HttpResponse]


def perform(
    request: HttpRequest,
    row: models.Model,
    *,
    allowed: bool,
    work: Callable[[], object],
    done: str,
    show: Show,
    form: Form | None = None,
    name: str = "",
) -> HttpResponse:
    """Do it once for the person who posted it, and go to the page of `row`.

    `show` draws that page with the form that was not in order, under its `name`. Who may see but not do it gets 403.
    """
    if not allowed:
        raise PermissionDenied
    if form is not None and not form.is_valid():
        return show({name: form})
    token = read_token(request)
    try:
        with transaction.atomic():
            first, url = take_form(token=token, person=request.user)
            if not first:
                return redirect(url or row)
            work()
            settle_form(token=token, result_url=row.get_absolute_url())
    except REFUSALS as error:
        if form is None:
            messages.error(request, str(error))
            return redirect(row)
        form.add_error(None, str(error))
        return show({name: form})
    messages.success(request, done)
    return redirect(row)
