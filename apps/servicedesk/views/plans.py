"""The tab “approval steps” of a service: the steps in their turns, one step's form, a trial."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.people.models import Person
from apps.questionnaires.conditions import shown_answers
from apps.questionnaires.definitions import FieldDefinition, read_fields
from apps.questionnaires.forms import build_form
from apps.servicedesk.forms.plans import StepForm, TrialForm
from apps.servicedesk.models import Service
from apps.servicedesk.plan import PlannedStep, needed_steps
from apps.servicedesk.plan_checks import plan_problems
from apps.servicedesk.plan_words import PlanRow, condition_text, deciders, rows_of
from apps.servicedesk.services.plans import PlanChanged, plan_of, plan_print, save_plan
from apps.servicedesk.views.manage import require_manager

Change = Callable[[list[PlannedStep]], list[PlannedStep]]


def fetch_service(request: HttpRequest, code: str) -> Service:
    """The service, for who keeps the catalogue; else 403."""
    require_manager(request.user)
    return get_object_or_404(Service.objects.select_related("form", "area"), code=code)


def questions_of(service: Service) -> list[FieldDefinition]:
    """What new requests are asked."""
    version = service.form.versions.order_by("-number").first()
    return read_fields(version) if version else []


@require_GET
def plan(request: HttpRequest, code: str) -> HttpResponse:
    """All steps, and what is wrong with them."""
    service = fetch_service(request, code)
    steps, fields = plan_of(service), questions_of(service)
    context = {
        "service": service,
        "rows": rows_of(steps, fields),
        "problems": plan_problems(steps, fields),
        "print": plan_print(service),
    }
    return render(request, "servicedesk/plan.html", context)


@require_http_methods(["GET", "POST"])
def create_step(request: HttpRequest, code: str) -> HttpResponse:
    service = fetch_service(request, code)
    return edit(request, service, plan_of(service), None)


@require_http_methods(["GET", "POST"])
def edit_step(request: HttpRequest, code: str, place: int) -> HttpResponse:
    """`place`: which one of the list, from 1."""
    service = fetch_service(request, code)
    steps = plan_of(service)
    if not 1 <= place <= len(steps):
        raise Http404
    return edit(request, service, steps, place)


def edit(request: HttpRequest, service: Service, steps: list[PlannedStep], place: int | None) -> HttpResponse:
    """The form of one step; somebody else's change meanwhile is told, and what was typed stays in the form."""
    others = [step for at, step in enumerate(steps, start=1) if at != place]
    step = steps[place - 1] if place else None
    form = StepForm(request.POST or None, fields_now=questions_of(service), others=others, step=step)
    context = {"service": service, "form": form, "place": place, "print": plan_print(service)}
    if not form.is_valid():
        return render(request, "servicedesk/plan_step.html", context, status=422 if form.is_bound else 200)
    made = form.step()
    after = [made if each is step else each for each in steps] if step else [*steps, made]
    # Of one turn the first says whether one is enough and when it is asked: what was saved last wins.
    after = [agreeing(each, made) for each in after]
    try:
        save_plan(service=service, steps=after, actor=request.user, known=request.POST.get("print", ""))
    except PlanChanged as clash:
        form.add_error(None, str(clash))
        return render(request, "servicedesk/plan_step.html", context, status=409)
    messages.success(request, _("The step is saved. Requests that are filed already keep their steps."))
    return redirect("servicedesk:plan", service.code)


def agreeing(step: PlannedStep, made: PlannedStep) -> PlannedStep:
    return replace(step, any_of=made.any_of, asked=made.asked) if step.order == made.order else step


@require_POST
def move_step(request: HttpRequest, code: str, place: int) -> HttpResponse:
    """The whole turn in which the step stands changes places with the turn before or after it."""

    def work(steps: list[PlannedStep]) -> list[PlannedStep]:
        here = steps[place - 1].order
        there = here + (-1 if request.POST.get("step") == "up" else 1)
        swapped = {here: there, there: here} if any(step.order == there for step in steps) else {}
        return [replace(step, order=swapped.get(step.order, step.order)) for step in steps]

    return change(request, code, place, work)


@require_POST
def remove_step(request: HttpRequest, code: str, place: int) -> HttpResponse:
    return change(request, code, place, lambda steps: [*steps[: place - 1], *steps[place:]])


def change(request: HttpRequest, code: str, place: int, work: Change) -> HttpResponse:
    service = fetch_service(request, code)
    steps = plan_of(service)
    if not 1 <= place <= len(steps):
        raise Http404
    after = work(steps)
    problems = plan_problems(after, questions_of(service)) if len(after) == len(steps) else []
    if problems and not plan_problems(steps, questions_of(service)):
        messages.error(request, " ".join(problems))
        return redirect("servicedesk:plan", code)
    try:
        save_plan(service=service, steps=after, actor=request.user, known=request.POST.get("print", ""))
    except PlanChanged as clash:
        messages.error(request, str(clash))
    return redirect("servicedesk:plan", code)


@dataclass(frozen=True)
class Trial:
    """One step in a trial: would it be asked, why, and of whom."""

    row: PlanRow
    is_asked: bool
    condition: str
    people: list[Person]
    words: str


@require_GET
def try_plan(request: HttpRequest, code: str) -> HttpResponse:
    """With these answers these steps would be asked. Nothing is kept."""
    service = fetch_service(request, code)
    steps, version = plan_of(service), service.form.versions.order_by("-number").first()
    fields = questions_of(service)
    looked_at = {step.condition.field for step in steps if step.condition}
    asked = TrialForm(request.GET or None)
    answers_form = None
    if version and looked_at:
        answers_form = build_form(version, data=request.GET or None, person=request.user, only=looked_at)
    context = {"service": service, "form": asked, "answers": answers_form}
    if request.GET and asked.is_valid():
        answers = answers_form.plain_answers() if answers_form else {}
        context["trial"] = trial_of(steps, fields, answers, asked.cleaned_data["requester"])
    return render(request, "servicedesk/plan_trial.html", context)


def trial_of(
    steps: list[PlannedStep], fields: list[FieldDefinition], answers: dict[str, object], requester: Person | None
) -> list[Trial]:
    needed = needed_steps(steps, fields, shown_answers(fields, answers))
    return [
        Trial(
            row,
            row.step in needed,
            condition_text(row.step, fields),
            *(deciders(row.step, requester) if row.step in needed else ([], "")),
        )
        for row in rows_of(steps, fields)
    ]
