"""The page of one task."""

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from apps.core.clock import now
from apps.tasks.models import Task
from apps.tasks.screens import Screen


def fetch(request: HttpRequest, pk: int) -> Task:
    """The task, if this person may see it; else 404."""
    return get_object_or_404(Task.objects.visible_to(request.user).select_related("owner", "given_by"), pk=pk)


def show(request: HttpRequest, task: Task, *, status: int = 200, **bound: Form) -> HttpResponse:
    return render(
        request, "tasks/detail.html", {"screen": Screen(task, request.user, now(), bound), "task": task}, status=status
    )


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What is to be done, what was reported, and what this person may do now."""
    return show(request, fetch(request, pk))
