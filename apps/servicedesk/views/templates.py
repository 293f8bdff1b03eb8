"""Templates of certificates: the list, the editor with its trial, editions, and which service gives which."""

import base64
from collections.abc import Callable

import typst
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.people.enums import Language
from apps.servicedesk import forms
from apps.servicedesk.models import PaperTemplate, Service
from apps.servicedesk.papers.certificates import UnableToIssue, draw_trial, draw_trial_pdf
from apps.servicedesk.papers.content import mistakes, read_content
from apps.servicedesk.papers.fields import FIELDS
from apps.servicedesk.papers.trial import trial_certificate
from apps.servicedesk.services.templates import (
    UnableToSaveTemplate,
    choose_templates,
    offer_template,
    publish_template,
    questions_for,
    save_template,
)
from apps.servicedesk.views.manage import require_manager


@require_GET
def list_templates(request: HttpRequest) -> HttpResponse:
    """All templates with their newest edition and the services that give them."""
    require_manager(request.user)
    rows = PaperTemplate.objects.prefetch_related("versions", "services__service").order_by("-is_active", "code")
    return render(request, "servicedesk/templates.html", {"templates": rows})


@require_http_methods(["GET", "POST"])
def create_template(request: HttpRequest) -> HttpResponse:
    require_manager(request.user)
    return edit(request, None)


@require_http_methods(["GET", "POST"])
def edit_template(request: HttpRequest, pk: int) -> HttpResponse:
    require_manager(request.user)
    return edit(request, get_object_or_404(PaperTemplate, pk=pk))


def edit(request: HttpRequest, template: PaperTemplate | None) -> HttpResponse:
    """The editor; somebody else's change meanwhile is told, and what was typed stays in the form."""
    form = forms.TemplateForm(request.POST or None, template=template)
    if not form.is_valid():
        return editor(request, template, form, status=422 if form.is_bound else 200)
    try:
        saved = save_template(
            template=template,
            code=form.cleaned_data["code"],
            name=form.name(),
            content=form.content(),
            actor=request.user,
            version=form.cleaned_data["version"],
        )
    except UnableToSaveTemplate as clash:
        form.add_error(None, str(clash))
        form.data = form.data | {"version": fresh_version(template)}
        return editor(request, template, form, status=409)
    messages.success(request, _("The draft is saved. Publish it when it is right."))
    return redirect(saved)


def fresh_version(template: PaperTemplate | None) -> int | str:
    return PaperTemplate.objects.get(pk=template.pk).version if template else ""


def editor(
    request: HttpRequest, template: PaperTemplate | None, form: forms.TemplateForm, *, status: int
) -> HttpResponse:
    questions = questions_for(template) if template else {}
    context = {
        "template": template,
        "form": form,
        "trial": forms.TrialForm(initial={"trial_language": Language.HANT}),
        "fields": FIELDS.items(),
        "questions": questions.values(),
        "versions": template.versions.select_related("published_by").order_by("-number") if template else [],
        "wrong": list(mistakes(read_content(template.draft), questions)) if template else [],
    }
    return render(request, "servicedesk/template_form.html", context, status=status)


@require_POST
def try_template(request: HttpRequest) -> HttpResponse:
    """What is typed in the editor, as a picture of the sheet; nothing is kept. Asked for while one types."""
    require_manager(request.user)
    form, trial = forms.TemplateForm(request.POST), forms.TrialForm(request.POST)
    if not form.is_valid() or not trial.is_valid():
        wrong = [str(error) for each in (form, trial) for errors in each.errors.values() for error in errors]
        return render(request, "servicedesk/_trial.html", {"wrong": wrong})
    content = form.content()
    wrong = list(mistakes(content, {}))
    try:
        paper = trial_certificate(
            content,
            code=form.cleaned_data["code"],
            language=trial.cleaned_data["trial_language"],
            person=trial.cleaned_data["trial_person"],
        )
        picture = base64.b64encode(draw_trial(paper)).decode()
    except (UnableToIssue, typst.TypstError) as error:
        return render(request, "servicedesk/_trial.html", {"wrong": [*wrong, str(error)]})
    return render(request, "servicedesk/_trial.html", {"wrong": wrong, "picture": picture})


@require_POST
def trial_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The saved draft as a PDF that says "sample"."""
    require_manager(request.user)
    template, trial = get_object_or_404(PaperTemplate, pk=pk), forms.TrialForm(request.POST)
    if not trial.is_valid():
        messages.error(request, " ".join(str(error) for errors in trial.errors.values() for error in errors))
        return redirect(template)
    try:
        paper = trial_certificate(
            read_content(template.draft),
            code=template.code,
            language=trial.cleaned_data["trial_language"],
            person=trial.cleaned_data["trial_person"],
        )
    except UnableToIssue as error:
        messages.error(request, str(error))
        return redirect(template)
    answer = HttpResponse(draw_trial_pdf(paper), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="trial-{template.code}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def act(request: HttpRequest, pk: int, work: Callable[[PaperTemplate], object], done: str) -> HttpResponse:
    require_manager(request.user)
    template = get_object_or_404(PaperTemplate, pk=pk)
    try:
        work(template)
    except UnableToSaveTemplate as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect(template)


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft becomes the edition that new papers are printed from."""
    work = lambda row: publish_template(template=row, actor=request.user)  # noqa: E731
    return act(request, pk, work, _("Published. New certificates are printed from this edition."))


@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    work = lambda row: offer_template(template=row, is_active=False, actor=request.user)  # noqa: E731
    return act(request, pk, work, _("Out of use. What was issued stays valid."))


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    work = lambda row: offer_template(template=row, is_active=True, actor=request.user)  # noqa: E731
    return act(request, pk, work, _("In use again."))


@require_http_methods(["GET", "POST"])
def service_papers(request: HttpRequest, code: str) -> HttpResponse:
    """Which certificates a service gives."""
    require_manager(request.user)
    service = get_object_or_404(Service, code=code)
    chosen = [paper.template_id for paper in service.papers.order_by("order", "pk")]
    initial = {"templates": chosen, "first": chosen[0] if chosen else None}
    form = forms.ServicePapersForm(request.POST or None, initial=initial)
    if not form.is_valid():
        context = {"service": service, "form": form}
        return render(request, "servicedesk/service_papers.html", context, status=422 if form.is_bound else 200)
    choose_templates(service=service, templates=form.chosen(), actor=request.user)
    messages.success(request, _("“%(name)s” is saved.") % {"name": service})
    return redirect("servicedesk:service_papers", code)
