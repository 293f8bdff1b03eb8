"""Lists of apps that lie below the sheets: people, with what the page of people shows."""

from types import SimpleNamespace

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.journal.listings import Listing
from apps.journal.sheets import SheetColumn
from apps.people.forms import FilterForm
from apps.people.models import Person
from apps.people.rules import can_list_people
from apps.people.views.people import filtered_people


def people(user: Person, query: QueryDict) -> QuerySet:
    """As the page narrows them: its own function says it."""
    rows = filtered_people(SimpleNamespace(user=user, GET=query), FilterForm(query))
    return rows.with_shown_posts().order_by("number", "pk")


def units(person: Person) -> str:
    return "、".join(str(post.unit) for post in person.current_posts)


def roles(person: Person) -> str:
    return "、".join(post.title or str(post.get_role_display()) for post in person.current_posts)


LISTINGS = (
    Listing(
        "people",
        _("people"),
        (
            SheetColumn(pgettext_lazy("person", "number"), lambda row: row.number),
            SheetColumn(pgettext_lazy("person", "name"), lambda row: row.name),
            SheetColumn(_("name in English"), lambda row: row.name_en, 24),
            SheetColumn(_("units"), units, 40),
            SheetColumn(_("posts"), roles, 30),
            SheetColumn(_("mail address"), lambda row: row.email, 30),
        ),
        people,
        can_list_people,
    ),
)
