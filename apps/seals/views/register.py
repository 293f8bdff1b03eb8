"""The register of seals: the list, one seal, its entry, what becomes of it, pictures of the impression."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.clock import now
from apps.seals import forms, rules, services
from apps.seals.enums import SealState, UseState
from apps.seals.models import Keeping, Outing, Seal
from apps.seals.screens import SealScreen
from apps.seals.services.register import can_see_specimens
from apps.seals.views.acting import Show, perform


def fetch_seal(request: HttpRequest, pk: int) -> Seal:
    """The seal, if this person may see it; else 404."""
    return get_object_or_404(Seal.objects.visible_to(request.user).select_related("unit"), pk=pk)


def show_seal(request: HttpRequest, seal: Seal) -> Show:
    """Draws the page of the seal with a form that was not in order."""

    def show(open_forms: dict[str, Form]) -> HttpResponse:
        fresh = fetch_seal(request, seal.pk)
        context = {"seal": fresh, "screen": SealScreen(fresh, request.user, now(), open_forms)}
        return render(request, "seals/detail.html", context, status=422 if open_forms else 200)

    return show


@require_safe
def list_seals(request: HttpRequest) -> HttpResponse:
    """Every seal with its keeper, where it is, and how many papers wait for it."""
    at = now()
    if not rules.can_list(request.user, at):
        raise PermissionDenied(_("The register of seals is for the office and for those who keep one."))
    in_hands = Keeping.objects.in_force(at).select_related("person").order_by("role", "pk")
    rows = Seal.objects.visible_to(request.user).select_related("unit")
    rows = rows.annotate(
        waiting=Count("uses", filter=Q(uses__state=UseState.OPEN)),
        is_out=Exists(Outing.objects.out().filter(seal=OuterRef("pk"))),
    )
    rows = rows.prefetch_related(Prefetch("keepings", queryset=in_hands, to_attr="hands"))
    context = {"seals": rows.order_by("state", "code"), "may_edit": rules.can_edit_register(request.user)}
    return render(request, "seals/list.html", context)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    seal = fetch_seal(request, pk)
    return show_seal(request, seal)({})


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    return edit_entry(request, None)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    return edit_entry(request, fetch_seal(request, pk))


def edit_entry(request: HttpRequest, seal: Seal | None) -> HttpResponse:
    """The entry of a seal; somebody else's change meanwhile is told, and what was typed stays."""
    if not rules.can_edit_register(request.user):
        raise PermissionDenied
    form = forms.RegisterForm(request.POST or None, seal=seal)
    context = {"form": form, "seal": seal}
    if not form.is_valid():
        return render(request, "seals/form.html", context, status=422 if form.is_bound else 200)
    version = form.cleaned_data["version"]
    try:
        saved = services.save_seal(seal=seal, values=form.values(), actor=request.user, version=version)
    except services.UnableToKeep as clash:
        form.add_error(None, str(clash))
        form.data = form.data | {"version": seal_version(seal)}
        return render(request, "seals/form.html", context, status=409)
    messages.success(request, _("“%(name)s” is saved.") % {"name": saved})
    return redirect(saved)


def seal_version(seal: Seal | None) -> int | str:
    return Seal.objects.get(pk=seal.pk).version if seal else ""


@require_POST
def set_state(request: HttpRequest, pk: int) -> HttpResponse:
    """Into use, sealed away, destroyed: with the paper that says so."""
    seal = fetch_seal(request, pk)
    form = forms.StateForm(request.POST, request.FILES, seal=seal, auto_id="state_%s")

    def work() -> None:
        data = form.cleaned_data
        services.change_state(
            seal=seal, state=SealState(data["state"]), note=data["note"], papers=data["papers"], actor=request.user
        )

    return perform(
        request,
        seal,
        allowed=rules.can_edit_register(request.user),
        work=work,
        done=_("The register says so now."),
        show=show_seal(request, seal),
        form=form,
        name="state",
    )


@require_POST
def add_specimen(request: HttpRequest, pk: int) -> HttpResponse:
    seal = fetch_seal(request, pk)
    form = forms.SpecimenForm(request.POST, request.FILES, auto_id="specimen_%s")
    return perform(
        request,
        seal,
        allowed=can_see_specimens(request.user, seal, now()),
        work=lambda: services.add_specimen(seal=seal, picture=form.cleaned_data["picture"], actor=request.user),
        done=_("The picture is kept."),
        show=show_seal(request, seal),
        form=form,
        name="specimen",
    )
