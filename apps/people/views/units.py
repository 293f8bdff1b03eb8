"""The tree of units."""

from collections import Counter

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from apps.people import rules, services
from apps.people.forms import UnitForm, name_initial
from apps.people.models import Post, Unit
from apps.people.views.people import need


@require_GET
def units(request: HttpRequest) -> HttpResponse:
    need(rules.can_list_people(request.user))
    rows = list(Unit.objects.order_by("path"))
    counts = people_below(rows)
    tree = [(unit, unit.path.count("/") - 1, counts[unit.pk]) for unit in rows]
    return render(request, "people/units.html", {"tree": tree, "can_edit": rules.can_edit_units(request.user)})


def people_below(rows: list[Unit]) -> Counter[int]:
    """Unit → people who hold a post there or below, each post once (one query)."""
    held = Post.objects.current().filter(person__is_active=True).order_by().values("unit")
    own = {row["unit"]: row["people"] for row in held.annotate(people=Count("person", distinct=True))}
    counts: Counter[int] = Counter()
    for unit in rows:
        for key in unit.path.strip("/").split("/"):
            counts[int(key)] += own.get(unit.pk, 0)
    return counts


@require_http_methods(["GET", "POST"])
def create_unit(request: HttpRequest) -> HttpResponse:
    need(rules.can_edit_units(request.user))
    form = UnitForm(request.POST or None, initial={"parent": request.GET.get("parent")})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.create_unit(
                name=form.name(),
                actor=request.user,
                **{key: data[key] for key in ("code", "kind", "parent", "entry_year")},
            )
            return redirect("people:units")
        except services.UnableToSaveUnit as error:
            form.add_error(None, str(error))
    return render(request, "people/unit.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def edit_unit(request: HttpRequest, pk: int) -> HttpResponse:
    need(rules.can_edit_units(request.user))
    unit = get_object_or_404(Unit, pk=pk)
    initial = {"code": unit.code, "kind": unit.kind, "parent": unit.parent_id, "is_active": unit.is_active}
    initial["entry_year"] = unit.entry_year
    form = UnitForm(request.POST or None, initial=initial | name_initial(unit.name))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.edit_unit(
                unit=unit,
                name=form.name(),
                actor=request.user,
                **{key: data[key] for key in ("code", "kind", "parent", "is_active", "entry_year")},
            )
            return redirect("people:units")
        except services.UnableToSaveUnit as error:
            form.add_error(None, str(error))
    return render(request, "people/unit.html", {"form": form, "unit": unit}, status=422 if form.errors else 200)
