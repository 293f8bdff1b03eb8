"""Administrators and directors make forms: a draft question by question, then published as a version."""

from collections.abc import Callable
from functools import partial, wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.questionnaires import drafting, services
from apps.questionnaires.definitions import fields_from_json
from apps.questionnaires.editor_forms import FieldForm, NewFieldForm, NewFormForm
from apps.questionnaires.enums import FieldKind
from apps.questionnaires.managers import EDITOR_ROLES
from apps.questionnaires.models import Form
from apps.questionnaires.screens import draft_screen, form_rows, version_rows

View = Callable[..., HttpResponse]


def editors_only(view: View) -> View:
    """Pages about no certain form: others are told that this is not theirs."""

    @wraps(view)
    def wrapped(request: HttpRequest, **kwargs: object) -> HttpResponse:
        if not request.user.has_role(*EDITOR_ROLES):
            raise PermissionDenied(_("Forms are made by administrators and the director."))
        return view(request, **kwargs)

    return wrapped


def _form(request: HttpRequest, pk: int) -> Form:
    return get_object_or_404(Form.objects.visible_to(request.user), pk=pk)


def _version(request: HttpRequest) -> int:
    """The draft's version that the page showed; 0 fits none."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


@require_safe
@editors_only
def list_forms(request: HttpRequest) -> HttpResponse:
    return render(request, "questionnaires/list.html", {"forms": form_rows(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
@editors_only
def create(request: HttpRequest) -> HttpResponse:
    form = NewFormForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = services.create_form(
            code=form.cleaned_data["code"],
            name=form.name,
            collects=form.cleaned_data["collects"],
            actor=request.user,
        )
        return redirect("questionnaires:edit", made.pk)
    return render(request, "questionnaires/create.html", {"form": form})


@require_safe
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft and how it looks; `field` in the address opens one question."""
    form = _form(request, pk)
    screen = draft_screen(form, request.user)
    key = request.GET.get("field", "")
    if any(field.key == key for field in screen.fields):
        screen.open_form = FieldForm(fields_now=screen.fields, key=key)
    return render(request, "questionnaires/edit.html", {"screen": screen})


@require_POST
def add_field(request: HttpRequest, pk: int) -> HttpResponse:
    form = _form(request, pk)
    asked = NewFieldForm(request.POST)
    if not asked.is_valid():
        messages.error(request, " ".join(text for texts in asked.errors.values() for text in texts))
        return redirect("questionnaires:edit", pk)
    fields = fields_from_json(form.draft)
    key = asked.cleaned_data["key"] or drafting.free_key(fields)
    if any(field.key == key for field in fields):
        messages.error(request, _("Another question has this key."))
        return redirect("questionnaires:edit", pk)
    kind = FieldKind(asked.cleaned_data["kind"])
    changed = _change(request, form, partial(drafting.with_field, key=key, kind=kind))
    return _back(form, key if changed else "")


@require_POST
def save_field(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Say one question anew. When somebody was quicker, what was typed stays, above what is there now."""
    form = _form(request, pk)
    screen = draft_screen(form, request.user)
    if not any(field.key == key for field in screen.fields):
        raise Http404
    asked = FieldForm(request.POST, fields_now=screen.fields, key=key)
    if asked.is_valid():
        try:
            change = partial(drafting.with_changed, key=key, definition=asked.definition())
            services.change_draft(form=form, actor=request.user, version=_version(request), change=change)
        except services.DraftChanged:
            asked.add_error(None, _("Somebody changed this form meanwhile. Look at it below; saving again puts yours."))
        else:
            return _back(form)
    screen.open_form = asked
    return render(request, "questionnaires/edit.html", {"screen": screen}, status=422)


@require_POST
def move_field(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    form = _form(request, pk)
    step = -1 if request.POST.get("step") == "up" else 1
    _change(request, form, partial(drafting.moved, key=key, step=step))
    return _back(form)


@require_POST
def remove_field(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    form = _form(request, pk)
    _change(request, form, partial(drafting.without_field, key=key))
    return _back(form)


def _change(request: HttpRequest, form: Form, change: Callable) -> bool:
    try:
        services.change_draft(form=form, actor=request.user, version=_version(request), change=change)
    except services.DraftChanged as error:
        messages.error(request, str(error))
        return False
    except drafting.UnknownField:
        messages.error(request, _("This question is not there any more."))
        return False
    return True


def _back(form: Form, key: str = "") -> HttpResponse:
    answer = redirect("questionnaires:edit", form.pk)
    if key:
        answer["Location"] += f"?field={key}"
    return answer


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    form = _form(request, pk)
    try:
        made = services.publish_form(form=form, actor=request.user, version=_version(request))
    except services.UnableToPublish as error:
        messages.error(request, str(error))
        return _back(form)
    messages.success(request, _("Version %(number)s is what people fill in now.") % {"number": made.number})
    return redirect("questionnaires:versions", pk)


@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft as people would see it; nothing can be sent."""
    screen = draft_screen(_form(request, pk), request.user)
    return render(request, "questionnaires/preview.html", {"screen": screen})


@require_safe
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    form = _form(request, pk)
    return render(request, "questionnaires/versions.html", {"form": form, "rows": version_rows(form)})
