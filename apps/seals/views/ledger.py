"""The ledger: the list of lines, one line, and everything that its keeper does with it."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.core.clock import now
from apps.core.pages import keyset_page
from apps.core.search import fold, narrow
from apps.seals import forms, rules, services
from apps.seals.figures import FIGURES, Figure, lines_of_year
from apps.seals.models import Impression, Outing, Seal, SealUse
from apps.seals.screens import UseScreen
from apps.seals.views.acting import Show, perform

NAMES = ("seal", "requested_by", "finished_by")


@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """Lines of all seals that this person sees, newest first, or exactly those that a figure counts."""
    at = now()
    if not rules.can_list(request.user, at):
        raise PermissionDenied(_("The ledger is for the office and for those who keep a seal."))
    narrowed = forms.LedgerFilter(request.GET, user=request.user)
    asked = narrowed.chosen()
    figure = figure_of(request)
    rows = rows_of(request, asked, figure)
    page = keyset_page(rows.select_related(*NAMES), by="asked_at", cursor=request.GET.get("cursor", ""))
    context = {"page": page, "filter": narrowed, "asked": asked, "figure": figure}
    return render(request, "seals/ledger.html", context)


def figure_of(request: HttpRequest) -> Figure | None:
    """The figure whose rows are asked for; 404 for one that no book has."""
    code = request.GET.get("figure", "")
    if code and code not in FIGURES:
        raise Http404
    return FIGURES.get(code)


def rows_of(request: HttpRequest, asked: dict[str, object], figure: Figure | None) -> QuerySet:
    seal, year = asked.get("seal"), asked.get("year")
    if figure and not (seal and year):
        raise Http404
    rows = lines_of_year(seal, year) if seal and year else SealUse.objects.all()
    if figure:
        rows = SealUse.objects.filter(pk__in=figure.rows(rows, now()).values("pk"))
    if seal:
        rows = rows.filter(seal=seal)
    if year and not seal:
        rows = rows.filter(asked_at__year=year)
    if asked.get("state"):
        rows = rows.filter(state=asked["state"])
    if text := fold(str(asked.get("q", ""))):
        by_number = rows.filter(reference__iexact=text)
        rows = by_number if by_number.exists() else narrow(rows, "title", text)
    return rows.filter(seal__in=Seal.objects.visible_to(request.user).values("pk"))


def fetch_use(request: HttpRequest, pk: int) -> SealUse:
    """The line, if this person may see it; else 404."""
    rows = SealUse.objects.visible_to(request.user)
    rows = rows.select_related("seal", "requested_by", "asked_by", "approved_by", "finished_by", "photo")
    return get_object_or_404(rows, pk=pk)


def show_use(request: HttpRequest, use: SealUse) -> Show:
    """Draws the page of the line with a form that was not in order."""

    def show(open_forms: dict[str, Form]) -> HttpResponse:
        fresh = fetch_use(request, use.pk)
        screen = UseScreen(fresh, request.user, now(), open_forms)
        return render(request, "seals/use.html", {"use": fresh, "screen": screen}, status=422 if open_forms else 200)

    return show


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return show_use(request, fetch_use(request, pk))({})


@require_POST
def impress(request: HttpRequest, pk: int) -> HttpResponse:
    """Impressions just made, and spoiled ones with what became of the sheet."""
    use = fetch_use(request, pk)
    needed = rules.needs_witness(request.user, use)
    form = forms.ImpressionForm(request.POST, asker=request.user, needs_witness=needed, auto_id="made_%s")
    return perform(
        request,
        use,
        allowed=has_it(request, use),
        work=lambda: services.impress(use=use, actor=request.user, **form.cleaned_data),
        done=_("The impressions are in the ledger."),
        show=show_use(request, use),
        form=form,
        name="impress",
    )


def has_it(request: HttpRequest, use: SealUse) -> bool:
    """In whose hands the seal is today, and not the own matter; whether the line is open is told in words."""
    kept = rules.keeping_of(request.user, use.seal, now()) is not None
    return kept and request.user.pk not in use.barred


@require_POST
def correct(request: HttpRequest, pk: int, entry_pk: int) -> HttpResponse:
    """One entry is taken back by a counter-entry."""
    use = fetch_use(request, pk)
    entry = get_object_or_404(Impression.objects.select_related("use"), pk=entry_pk, use=use)
    form = forms.CorrectionForm(request.POST, auto_id="wrong_%s")
    return perform(
        request,
        use,
        allowed=has_it(request, use),
        work=lambda: services.correct_entry(entry=entry, actor=request.user, **form.cleaned_data),
        done=_("The entry is taken back; both stand in the ledger."),
        show=show_use(request, use),
        form=form,
        name="correct",
    )


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """The line is done, with a photo of the result or the reason why there is none."""
    use = fetch_use(request, pk)
    form = forms.CloseForm(request.POST, request.FILES, explains=use.needs_explanation, auto_id="close_%s")
    return perform(
        request,
        use,
        allowed=has_it(request, use),
        work=lambda: services.close(use=use, actor=request.user, **form.cleaned_data),
        done=_("The line is closed; who asked for it was told."),
        show=show_use(request, use),
        form=form,
        name="close",
    )


@require_POST
def take_out(request: HttpRequest, pk: int) -> HttpResponse:
    """The seal leaves the house for this paper, with two people."""
    use = fetch_use(request, pk)
    form = forms.OutingForm(request.POST, asker=request.user, auto_id="out_%s")
    return perform(
        request,
        use,
        allowed=has_it(request, use),
        work=lambda: services.take_out(use=use, actor=request.user, **form.cleaned_data),
        done=_("The seal is written down as taken out."),
        show=show_use(request, use),
        form=form,
        name="outing",
    )


@require_POST
def bring_back(request: HttpRequest, pk: int, outing_pk: int) -> HttpResponse:
    use = fetch_use(request, pk)
    outing = get_object_or_404(Outing.objects.select_related("seal"), pk=outing_pk, use=use)
    form = forms.ReturnForm(request.POST, auto_id="back_%s")
    return perform(
        request,
        use,
        allowed=rules.keeping_of(request.user, use.seal, now()) is not None,
        work=lambda: services.bring_back(outing=outing, actor=request.user, **form.cleaned_data),
        done=_("The seal is back."),
        show=show_use(request, use),
        form=form,
        name="return",
    )
