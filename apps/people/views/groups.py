"""Groups and task teams."""

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.clock import now
from apps.core.pages import keyset_page
from apps.people import rules, services
from apps.people.forms import GroupEditForm, GroupForm, NumbersForm, name_initial
from apps.people.models import Group, Person
from apps.people.services.groups import split_numbers
from apps.people.views.people import need


def visible_group(request: HttpRequest, pk: int) -> Group:
    return get_object_or_404(Group.objects.visible_to(request.user).select_related("owner"), pk=pk)


@require_GET
def groups(request: HttpRequest) -> HttpResponse:
    rows = Group.objects.visible_to(request.user).select_related("owner").annotate(size=Count("memberships"))
    page = keyset_page(rows, by="code", cursor=request.GET.get("cursor", ""), newest_first=False)
    context = {
        "page": page,
        "today": timezone.localtime(now()).date(),
        "can_make": rules.can_make_groups(request.user),
    }
    return render(request, "people/groups.html", context)


@require_http_methods(["GET", "POST"])
def create_group(request: HttpRequest) -> HttpResponse:
    need(rules.can_make_groups(request.user))
    form = GroupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = {key: form.cleaned_data[key] for key in ("code", "kind", "ends_on")}
        try:
            group = services.create_group(name=form.name(), owner=request.user, actor=request.user, **data)
            return redirect("people:group", group.pk)
        except services.UnableToSaveGroup as error:
            form.add_error(None, str(error))
    return render(request, "people/group_form.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
def group(request: HttpRequest, pk: int) -> HttpResponse:
    found = visible_group(request, pk)
    return render(request, "people/group.html", _group_context(request, found))


def _group_context(request: HttpRequest, found: Group) -> dict[str, object]:
    members = Person.objects.filter(member_groups=found).with_shown_posts()
    return {
        "group": found,
        "page": keyset_page(members, by="number", cursor=request.GET.get("cursor", ""), newest_first=False),
        "can_edit": rules.can_edit_group(request.user, found),
        "form": NumbersForm(),
    }


@require_http_methods(["GET", "POST"])
def edit_group(request: HttpRequest, pk: int) -> HttpResponse:
    found = visible_group(request, pk)
    need(rules.can_edit_group(request.user, found))
    form = GroupEditForm(request.POST or None, initial=name_initial(found.name) | {"ends_on": found.ends_on})
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_group(group=found, name=form.name(), ends_on=form.cleaned_data["ends_on"], actor=request.user)
            return redirect("people:group", pk)
        except services.UnableToSaveGroup as error:
            form.add_error("ends_on", str(error))
    context = {"form": form, "group": found}
    return render(request, "people/group_form.html", context, status=422 if form.errors else 200)


@require_POST
def add_members(request: HttpRequest, pk: int) -> HttpResponse:
    """Add pasted numbers and say what became of each, on the page itself."""
    found = visible_group(request, pk)
    need(rules.can_edit_group(request.user, found))
    form = NumbersForm(request.POST)
    results = []
    if form.is_valid():
        numbers = split_numbers(form.cleaned_data["numbers"])
        results = services.add_members(group=found, numbers=numbers, actor=request.user)
    context = _group_context(request, found) | {"results": results}
    return render(request, "people/group.html", context | ({} if form.is_valid() else {"form": form}))


@require_POST
def remove_member(request: HttpRequest, pk: int, person_pk: int) -> HttpResponse:
    found = visible_group(request, pk)
    need(rules.can_edit_group(request.user, found))
    person = get_object_or_404(Person.objects.filter(member_groups=found), pk=person_pk)
    services.remove_member(group=found, person=person, actor=request.user)
    return redirect("people:group", pk)
