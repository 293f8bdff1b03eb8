"""Help around filing: what is offered while one types, the articles of a service, words that found nothing."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.public_links import too_many_tries
from apps.knowledge.models import Article
from apps.knowledge.services.feedback import helpful_of
from apps.servicedesk.duplicates import rule_of
from apps.servicedesk.forms.helping import ArticlesForm, DuplicatesForm, SettleForm
from apps.servicedesk.help_figures import opened_of
from apps.servicedesk.models import MissedSearch, Service
from apps.servicedesk.offers import offers_for
from apps.servicedesk.services.catalogue import ServiceChanged
from apps.servicedesk.services.helping import note_opening, set_articles, set_duplicate_rule
from apps.servicedesk.services.searches import UnableToSettle, note_missed, settle_missed
from apps.servicedesk.views.manage import require_manager

TYPED = 400
MISSED_SHOWN = 100


@require_http_methods(["GET", "POST"])
def offered(request: HttpRequest, code: str) -> HttpResponse:
    """Articles and services that fit the words; asked by the filing form while one types, or by its search box.

    By POST, so that what somebody types into a form stands in no log of addresses; it changes nothing.
    """
    service = get_object_or_404(Service.objects.visible_to(request.user), code=code)
    text = (request.POST if request.method == "POST" else request.GET).get("q", "")[-TYPED:]
    context = {"service": service, "text": text, "offers": offers_for(request.user, service, text)}
    template = "servicedesk/_offers.html" if request.htmx else "servicedesk/offers.html"
    return render(request, template, context)


@require_POST
def open_article(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Counted as opened while filing, then shown."""
    service = get_object_or_404(Service.objects.visible_to(request.user), code=code)
    article = get_object_or_404(Article.objects.visible_to(request.user).published(), pk=pk)
    note_opening(article=article, service=service, person=request.user)
    return redirect(article)


@require_POST
def missed(request: HttpRequest) -> HttpResponse:
    """The words of a search that found nothing, and nothing else."""
    if not too_many_tries(request, "missed-search"):
        note_missed(words=request.POST.get("q", ""))
    return render(request, "servicedesk/_missed_told.html")


@require_GET
def searches(request: HttpRequest) -> HttpResponse:
    """Hints for keywords: what people looked for in vain, the most wanted first."""
    require_manager(request.user)
    rows = MissedSearch.objects.filter(settled_at=None).order_by("-count", "-pk")[:MISSED_SHOWN]
    services = Service.objects.order_by("area__order", "order", "pk")
    return render(request, "servicedesk/searches.html", {"rows": rows, "services": services})


@require_POST
def settle_search(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name for a service, or off the list."""
    require_manager(request.user)
    row, form = get_object_or_404(MissedSearch, pk=pk), SettleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a service of the list."))
        return redirect("servicedesk:searches")
    try:
        settle_missed(missed=row, service=form.cleaned_data["service"], actor=request.user)
    except (UnableToSettle, ServiceChanged) as error:
        messages.error(request, str(error))
    return redirect("servicedesk:searches")


@require_http_methods(["GET", "POST"])
def service_articles(request: HttpRequest, code: str) -> HttpResponse:
    """Which articles belong to the service, and what became of them."""
    require_manager(request.user)
    service = get_object_or_404(Service, code=code)
    chosen = list(service.article_links.order_by("order", "pk").values_list("article", flat=True))
    form = ArticlesForm(request.POST if request.method == "POST" else None, initial={"articles": chosen})
    if request.method == "POST" and form.is_valid():
        set_articles(service=service, articles=[row.pk for row in form.cleaned_data["articles"]], actor=request.user)
        messages.success(request, _("“%(name)s” is saved.") % {"name": service})
        return redirect("servicedesk:service_articles", code)
    helpful, opened = helpful_of(chosen), opened_of(service)
    rows = [(row, opened.get(row.pk), helpful.get(row.pk)) for row in Article.objects.filter(pk__in=chosen)]
    context = {"service": service, "form": form, "rows": rows}
    return render(request, "servicedesk/service_articles.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def service_duplicates(request: HttpRequest, code: str) -> HttpResponse:
    """When the service asks "is this not the same?"."""
    require_manager(request.user)
    service = get_object_or_404(Service.objects.select_related("form"), code=code)
    form = DuplicatesForm(request.POST if request.method == "POST" else None, service=service, rule=rule_of(service))
    if request.method == "POST" and form.is_valid():
        set_duplicate_rule(service=service, actor=request.user, **form.cleaned_data)
        messages.success(request, _("“%(name)s” is saved.") % {"name": service})
        return redirect("servicedesk:service_duplicates", code)
    context = {"service": service, "form": form}
    return render(request, "servicedesk/service_duplicates.html", context, status=422 if form.errors else 200)
