"""The handlers' list: chips, filters, and the order each chip is read in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import django_filters
from django import forms
from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from apps.core.enums import Category
from apps.core.measure import Period
from apps.people.enums import HANDLER_ROLES
from apps.people.models import Person
from apps.servicedesk.enums import RequestState, states_in
from apps.servicedesk.models import Request, SavedView, Service
from apps.servicedesk.models.requests import NO_DUE
from apps.servicedesk.search import search_requests

Narrow = Callable[[QuerySet, Person, datetime], QuerySet]


@dataclass(frozen=True)
class Chip:
    """A ready-made view of the list: which rows, and by which column they are ordered and paged."""

    code: str
    label: str
    narrow: Narrow
    by: str
    newest_first: bool = False
    counted: bool = True
    view: SavedView | None = None
    note: str = ""  # whose view it is, or that it cannot be read
    words: str = ""  # that the view looks for

    @property
    def address(self) -> tuple[str, str]:
        """Name and value in the address of the list."""
        return ("view", str(self.view.pk)) if self.view else ("chip", self.code)


def of_units(rows: QuerySet, user: Person) -> QuerySet:
    return rows.filter(unit__in=[post.unit_id for post in user.current_posts])


CHIPS = {
    chip.code: chip
    for chip in (
        Chip("mine", _("Mine"), lambda rows, user, at: rows.open().filter(handler=user), "due_or_never"),
        Chip("unit", _("My unit's"), lambda rows, user, at: of_units(rows.running(), user), "due_at"),
        Chip("unassigned", _("Not assigned"), lambda rows, user, at: rows.unassigned(), "due_or_never"),
        Chip("overdue", _("Overdue"), lambda rows, user, at: rows.overdue(at), "due_at"),
        Chip(
            "waiting",
            _("Waiting"),
            lambda rows, user, at: rows.filter(state__in=states_in(Category.PAUSED)),
            "last_event_at",
        ),
        Chip("all", _("All"), lambda rows, user, at: rows, "submitted_at", newest_first=True, counted=False),
    )
}


def due_or_never() -> Coalesce:
    """The due time; a paused request has none and stands last."""
    return Coalesce("due_at", Value(NO_DUE))


class PersonFilter(django_filters.ModelChoiceFilter):
    """A choice among handlers, shown by name alone."""

    class field_class(django_filters.fields.ModelChoiceField):
        def label_from_instance(self, obj: Person) -> str:
            return obj.name


def handlers(request: object) -> QuerySet:
    return Person.objects.active().with_role(*HANDLER_ROLES).order_by("name", "pk")


def services(request: object) -> QuerySet:
    return Service.objects.order_by("area__order", "order", "pk")


SELECT = {"class": "form-select"}
INPUT = {"class": "form-control"}


class RequestFilter(django_filters.FilterSet):
    """What a handler may narrow the list by. Fields and lookups are fixed: no part of an address reaches the ORM."""

    q = django_filters.CharFilter(
        method="search", label=_("number, name or words"), widget=forms.TextInput(attrs=INPUT)
    )
    service = django_filters.ModelChoiceFilter(
        queryset=services, label=_("service"), widget=forms.Select(attrs=SELECT), empty_label=_("any")
    )
    state = django_filters.ChoiceFilter(
        choices=[choice for choice in RequestState.choices if choice[0] != RequestState.DRAFT],
        label=_("state"),
        widget=forms.Select(attrs=SELECT),
        empty_label=_("any"),
    )
    handler = PersonFilter(
        queryset=handlers, label=_("handler"), widget=forms.Select(attrs=SELECT), empty_label=_("any")
    )
    since = django_filters.DateFilter(
        method="filed_since",
        label=_("filed from"),
        widget=forms.DateInput(attrs=INPUT | {"type": "date"}),
    )
    until = django_filters.DateFilter(
        method="filed_until",
        label=_("filed until"),
        widget=forms.DateInput(attrs=INPUT | {"type": "date"}),
    )

    class Meta:
        model = Request
        fields: tuple[str, ...] = ()

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """By the whole number if it looks like one, else by words in title, requester, answers and messages."""
        return search_requests(queryset, self.request.user, value)

    def filed_since(self, queryset: QuerySet, name: str, value: date) -> QuerySet:
        return queryset.filter(submitted_at__gte=Period(value, value).starts_at)

    def filed_until(self, queryset: QuerySet, name: str, value: date) -> QuerySet:
        return queryset.filter(submitted_at__lt=Period(value, value).ends_at)

    @property
    def narrows(self) -> bool:
        """Is a filter set beside the words that are looked for?"""
        return any(self.data.get(name) for name in self.filters if name != "q")

    @property
    def is_used(self) -> bool:
        return any(self.data.get(name) for name in self.filters)
