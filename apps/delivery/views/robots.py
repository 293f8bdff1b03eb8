"""Robots of chat groups: which there are, one more, another address, a trial, off and on."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.delivery import services
from apps.delivery.forms import RobotForm
from apps.delivery.models import GroupRobot
from apps.delivery.rules import can_keep_robots


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    if not can_keep_robots(request.user):
        raise PermissionDenied
    rows = GroupRobot.objects.visible_to(request.user).select_related("unit").order_by("-is_active", "name")
    return render(request, "delivery/robots.html", {"robots": rows})


@require_http_methods(["GET", "POST"])
def create_robot(request: HttpRequest) -> HttpResponse:
    if not can_keep_robots(request.user):
        raise PermissionDenied
    form = RobotForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.create_robot(data=data_of(form), actor=request.user)
            return redirect("delivery:robots")
        except services.UnableToSaveRobot as error:
            form.add_error(None, str(error))
    return render(request, "delivery/robot.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def edit_robot(request: HttpRequest, pk: int) -> HttpResponse:
    robot = robot_of(request, pk)
    initial = {"name": robot.name, "kind": robot.kind, "unit": robot.unit_id, "version": robot.version}
    form = RobotForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            services.edit_robot(robot_id=pk, data=data_of(form), version=version, actor=request.user)
            return redirect("delivery:robots")
        except services.UnableToSaveRobot as error:
            form.add_error(None, str(error))
    context = {"form": form, "robot": robot}
    return render(request, "delivery/robot.html", context, status=422 if form.errors else 200)


@require_POST
def try_robot(request: HttpRequest, pk: int) -> HttpResponse:
    robot = robot_of(request, pk)
    if not robot.is_active:
        messages.error(request, _("Switch the robot on first."))
        return redirect("delivery:robots")
    delivery = services.try_robot(robot=robot, actor=request.user)
    messages.success(request, _("The trial leaves within a minute; this page shows what the robot answers."))
    return redirect("delivery:detail", pk=delivery.pk)


@require_POST
def switch_off(request: HttpRequest, pk: int) -> HttpResponse:
    services.switch_robot_off(robot_id=robot_of(request, pk).pk, actor=request.user)
    return redirect("delivery:robots")


@require_POST
def switch_on(request: HttpRequest, pk: int) -> HttpResponse:
    services.switch_robot_on(robot_id=robot_of(request, pk).pk, actor=request.user)
    return redirect("delivery:robots")


def robot_of(request: HttpRequest, pk: int) -> GroupRobot:
    return get_object_or_404(GroupRobot.objects.visible_to(request.user), pk=pk)


def data_of(form: RobotForm) -> services.RobotData:
    data = form.cleaned_data
    return services.RobotData(
        name=data["name"],
        kind=data["kind"],
        unit=data["unit"],
        token=data.get("token", ""),
        secret=data["secret"],
    )
