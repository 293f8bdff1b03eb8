"""The leaders' summary: page and PDF, and who gets it by mail."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core.clock import now
from apps.delivery.models import MessageText
from apps.journal.files import open_blob
from apps.reports import services
from apps.reports.charts import flow_picture, service_picture
from apps.reports.forms import RhythmForm, SubscribeForm
from apps.reports.mail_words import file_name
from apps.reports.mailed import mailed_lines, own_rhythms
from apps.reports.models import Edition, Subscription
from apps.reports.pdf import summary_pdf
from apps.reports.periods import Choice, chosen_period
from apps.reports.rules import can_give_summary, can_read_summary
from apps.reports.summary import Summary, build_summary


def _check_reader(request: HttpRequest) -> None:
    if not can_read_summary(request.user):
        raise PermissionDenied(_("The summary is for the college leaders and the director."))


def _check_giver(request: HttpRequest) -> None:
    if not can_give_summary(request.user):
        raise PermissionDenied(_("Who gets the summary by mail is set by the director and administrators."))


def _summary(request: HttpRequest) -> tuple[str, Summary]:
    _check_reader(request)
    at = now()
    choice, period = chosen_period(request.GET.dict(), timezone.localtime(at).date())
    return choice, build_summary(period, at=at)


@require_GET
def summary(request: HttpRequest) -> HttpResponse:
    choice, found = _summary(request)
    context = {
        "summary": found,
        "choice": choice,
        "choices": [pair for pair in Choice.choices if pair[0] != Choice.CUSTOM],
        "flow_picture": flow_picture(found),
        "service_picture": service_picture(found),
        "own_rhythms": own_rhythms(request.user),
        "can_give": can_give_summary(request.user),
    }
    return render(request, "reports/summary.html", context)


@require_GET
def summary_file(request: HttpRequest) -> HttpResponse:
    """The same as PDF/A."""
    _choice, found = _summary(request)
    response = HttpResponse(summary_pdf(found), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{file_name(found.period)}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_GET
def subscriptions(request: HttpRequest) -> HttpResponse:
    _check_giver(request)
    return render(request, "reports/subscriptions.html", _mailed(request, SubscribeForm()))


def _mailed(request: HttpRequest, form: SubscribeForm) -> dict[str, object]:
    return {"form": form, "lines": mailed_lines(request.user, on=timezone.localtime(now()).date())}


@require_POST
def subscribe(request: HttpRequest) -> HttpResponse:
    """Give it to somebody; also begins again what was stopped."""
    _check_giver(request)
    form = SubscribeForm(request.POST)
    if form.is_valid():
        person, rhythm = form.cleaned_data["person"], form.cleaned_data["rhythm"]
        try:
            row = services.start_mails(person=person, rhythm=rhythm, actor=request.user)
        except services.UnableToSubscribe as error:
            form.add_error("person", str(error))
        else:
            words = _("%(name)s gets the summary by mail %(rhythm)s.")
            messages.success(request, words % {"name": person.name, "rhythm": row.get_rhythm_display()})
            return redirect("reports:subscriptions")
    return render(request, "reports/subscriptions.html", _mailed(request, form), status=422)


@require_POST
def subscribe_me(request: HttpRequest) -> HttpResponse:
    _check_reader(request)
    form = RhythmForm(request.POST)
    if form.is_valid():
        row = services.start_mails(person=request.user, rhythm=form.cleaned_data["rhythm"], actor=request.user)
        words = _("You get the summary by mail %(rhythm)s, on the first working day.")
        messages.success(request, words % {"rhythm": row.get_rhythm_display()})
    return redirect("reports:summary")


@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own always, also without the right to read it any more."""
    row = get_object_or_404(Subscription.objects.visible_to(request.user).select_related("person"), pk=pk)
    services.stop_mails(subscription=row, actor=request.user)
    words = _("%(name)s gets the summary by mail %(rhythm)s no more.")
    messages.success(request, words % {"name": row.person.name, "rhythm": row.get_rhythm_display()})
    if can_give_summary(request.user) and row.person_id != request.user.pk:
        return redirect("reports:subscriptions")
    return redirect("reports:summary" if can_read_summary(request.user) else "people:profile")


@require_GET
def edition(request: HttpRequest, rhythm: str, first: str) -> HttpResponse:
    """The PDF as it was sent, in the reader's language."""
    _check_reader(request)
    row = get_object_or_404(Edition, rhythm=rhythm, first=_day(first))
    texts = {words.language: words for words in MessageText.objects.filter(message=row.message_id).order_by("pk")}
    words = texts.get(get_language() or "") or next(iter(texts.values()), None)
    if words is None or words.file is None:
        raise Http404
    try:
        content = open_blob(words.file)
    except FileNotFoundError as error:
        raise Http404 from error
    answer = FileResponse(content, as_attachment=True, filename=words.file_name, content_type=words.file.content_type)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _day(text: str) -> date:
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found
