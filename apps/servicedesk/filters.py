"""The handlers' list: chips, filters, and the order each chip is read in."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import django_filters
from django import forms
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from apps.core.enums import Category
from apps.core.measure import Period
from apps.core.search import fold, narrow
from apps.people.enums import HANDLER_ROLES
from apps.people.models import Person
from apps.servicedesk.enums import RequestState, states_in
from apps.servicedesk.models import Request, Service
from apps.servicedesk.models.imported import keys_of_old_number
from apps.servicedesk.models.requests import NO_DUE

NUMBER = re.compile(r"[a-z]{0,4}\d{4}-\d{1,8}")
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

    q = django_filters.CharFilter(method="search", label=_("title or number"), widget=forms.TextInput(attrs=INPUT))
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
        """By the whole number if it looks like one, else by words in the title; never both, so that an index serves."""
        text = fold(value)[:100]
        if old := keys_of_old_number(value):
            return queryset.filter(Q(pk__in=old) | Q(number=text.upper()))
        if NUMBER.fullmatch(text):
            return queryset.filter(number=text.upper())
        return narrow(queryset, "title", text)

    def filed_since(self, queryset: QuerySet, name: str, value: date) -> QuerySet:
        return queryset.filter(submitted_at__gte=Period(value, value).starts_at)

    def filed_until(self, queryset: QuerySet, name: str, value: date) -> QuerySet:
        return queryset.filter(submitted_at__lt=Period(value, value).ends_at)

    @property
    def is_used(self) -> bool:
        return any(self.data.get(name) for name in self.filters)
