"""The list of people, one person, and what editors do there."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.clock import now
from apps.core.pages import count_label, keyset_page
from apps.core.search import matches
from apps.people import rules, services
from apps.people.enums import OFFICE_ROLES, ContactKind
from apps.people.forms import ContactForm, FilterForm, PersonForm, PostForm
from apps.people.managers import PersonQuerySet
from apps.people.models import Deputy, Group, Person, Post


def visible_person(request: HttpRequest, pk: int) -> Person:
    return get_object_or_404(Person.objects.visible_to(request.user), pk=pk)


def need(allowed: bool) -> None:
    """The same refusal everywhere: may see, but not do this."""
    if not allowed:
        raise PermissionDenied(_("Your role does not allow this."))


def filtered_people(request: HttpRequest, form: FilterForm) -> PersonQuerySet:
    """The people of the list as its filters say; inactive ones only when asked for."""
    people = Person.objects.visible_to(request.user)
    if not form.is_valid():
        return people.active()
    data = form.cleaned_data
    if text := data["q"].strip():
        people = people.filter(matches("name", text) | Q(number__startswith=text) | Q(number__startswith=text.upper()))
    if data["unit"] or data["role"]:
        held = Post.objects.current().filter(person=OuterRef("pk"))
        held = held.filter(unit__path__startswith=data["unit"].path) if data["unit"] else held
        held = held.filter(role=data["role"]) if data["role"] else held
        people = people.filter(Exists(held))
    states = {
        "": Q(is_active=True),
        "never": Q(is_active=True, last_login__isnull=True),
        "no_mail": Q(is_active=True, email=""),
        "inactive": Q(is_active=False),
    }
    return people.filter(states[data["state"]])


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    need(rules.can_list_people(request.user))
    form = FilterForm(request.GET)
    rows = filtered_people(request, form)
    page = keyset_page(rows.with_shown_posts(), by="number", cursor=request.GET.get("cursor", ""), newest_first=False)
    context = {
        "form": form,
        "page": page,
        "count": count_label(rows),
        "can_invite": rules.can_invite(request.user),
        "invitable": count_label(rows.can_be_invited(now())) if rules.can_invite(request.user) else "",
    }
    return render(request, "people/list.html", context)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    person = visible_person(request, pk)
    at = now()
    today = timezone.localtime(at).date()
    can_edit = rules.can_edit_people(request.user)
    invitable = Person.objects.can_be_invited(at).filter(pk=person.pk)
    context = {
        "person": person,
        "today": today,
        "posts": person.posts.select_related("unit").order_by("-valid_from", "-pk"),
        "contacts": person.contacts.exclude(kind=ContactKind.PUSH).order_by("kind", "-is_primary", "pk"),
        "deputies": Deputy.objects.in_force(at).filter(principal=person).select_related("deputy"),
        "groups": Group.objects.visible_to(request.user).current(today).filter(members=person),
        "sessions": services.count_sessions(person),
        "invitation": person.invitations.order_by("-pk").first(),
        "now": at,
        "can_edit": can_edit,
        "can_invite": rules.can_invite(request.user) and invitable.exists(),
        "is_office": request.user.has_role(*OFFICE_ROLES),
        "post_form": PostForm(request.user, initial={"valid_from": today}) if can_edit else None,
        "can_edit_contacts": rules.can_edit_contacts(request.user),
        "contact_form": ContactForm() if rules.can_edit_contacts(request.user) else None,
        "person_form": PersonForm(initial=_initial(person)) if can_edit else None,
    }
    return render(request, "people/detail.html", context)


def _initial(person: Person) -> dict[str, object]:
    return {"name": person.name, "name_en": person.name_en, "version": person.version}


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    person = visible_person(request, pk)
    need(rules.can_edit_people(request.user))
    form = PersonForm(request.POST or None, initial=_initial(person))
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_person(person=person, actor=request.user, **form.cleaned_data)
            return redirect(person)
        except services.UnableToEditPerson as error:
            # What was typed stays; saving once more means "mine".
            form.add_error(None, str(error))
            form.data = form.data.dict() | {"version": str(Person.objects.get(pk=person.pk).version)}
    return render(request, "people/edit.html", {"person": person, "form": form}, status=422 if form.errors else 200)


@require_POST
@reauthentication_required
def add_post(request: HttpRequest, pk: int) -> HttpResponse:
    person = visible_person(request, pk)
    need(rules.can_edit_people(request.user))
    form = PostForm(request.user, request.POST)
    if form.is_valid():
        try:
            services.add_post(person=person, actor=request.user, **form.cleaned_data)
            return redirect(person)
        except services.UnableToAddPost as error:
            form.add_error(None, str(error))
    return render(request, "people/post.html", {"person": person, "form": form}, status=422)


@require_POST
def end_post(request: HttpRequest, pk: int, post_pk: int) -> HttpResponse:
    """End a post at once: yesterday was its last day, so that its rights are gone now."""
    person = visible_person(request, pk)
    post = get_object_or_404(Post.objects.filter(person=person), pk=post_pk)
    need(rules.can_edit_people(request.user) and rules.can_give_role(request.user, post.role))
    try:
        services.end_post(post=post, last_day=services.yesterday(now()), actor=request.user)
    except services.UnableToEndPost as error:
        messages.error(request, str(error))
    return redirect(person)


@require_POST
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    person = visible_person(request, pk)
    need(rules.can_deactivate(request.user, person))
    try:
        services.deactivate(person=person, actor=request.user)
    except services.UnableToEditPerson as error:
        messages.error(request, str(error))
    return redirect(person)


@require_POST
@reauthentication_required
def activate(request: HttpRequest, pk: int) -> HttpResponse:
    person = visible_person(request, pk)
    need(rules.can_edit_people(request.user))
    services.activate(person=person, actor=request.user)
    return redirect(person)
