"""Notifications in one's own browsers: which there are, one more, one less, and the script that shows them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.delivery import services
from apps.delivery.channels import web_push
from apps.delivery.forms import BrowserForm
from apps.delivery.models import BrowserSubscription

ENDED_SHOWN = 5


@require_safe
def browsers(request: HttpRequest) -> HttpResponse:
    own = BrowserSubscription.objects.visible_to(request.user)
    context = {
        "browsers": own.active().order_by("pk"),
        "ended": own.filter(ended_at__isnull=False).order_by("-ended_at", "-pk")[:ENDED_SHOWN],
        "server_key": web_push.public_key(),
    }
    return render(request, "delivery/browsers.html", context)


@require_POST
def add_browser(request: HttpRequest) -> HttpResponse:
    form = BrowserForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(error for errors in form.errors.values() for error in errors))
        return redirect("delivery:browsers")
    data = services.BrowserData(**form.cleaned_data, user_agent=request.headers.get("User-Agent", ""))
    try:
        services.subscribe(person=request.user, data=data, actor=request.user)
        messages.success(request, _("This browser shows notifications now."))
    except services.UnableToSubscribe as error:
        messages.error(request, str(error))
    return redirect("delivery:browsers")


@require_POST
def remove_browser(request: HttpRequest, pk: int) -> HttpResponse:
    browser = get_object_or_404(BrowserSubscription.objects.visible_to(request.user), pk=pk)
    services.end_browser(browser=browser, actor=request.user)
    messages.success(request, _("Nothing is sent to this browser any more."))
    return redirect("delivery:browsers")


@login_not_required
@require_safe
def push_worker(request: HttpRequest) -> HttpResponse:
    """The browser asks for it again by itself, signed in or not; there is nothing of anybody in it."""
    answer = render(request, "delivery/push_worker.js", content_type="text/javascript")
    answer["Cache-Control"] = "no-cache"
    return answer
