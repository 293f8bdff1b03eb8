"""Lists that can be taken out as a spreadsheet. An app above names its own in its `listings.py` as `LISTINGS`."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise

from apps.journal.sheets import SheetColumn
from apps.people.models import Person


@dataclass(frozen=True)
class Listing:
    """One list of the portal.

    `rows(user, query)`: exactly what the page shows this person for this address, in its order; `query` is what stands
    behind the question mark. `may(user)`: does the page let the person in?
    """

    code: str
    title: str | Promise
    columns: tuple[SheetColumn, ...]
    rows: Callable[[Person, QueryDict], QuerySet]
    may: Callable[[Person], bool]


LISTINGS: dict[str, Listing] = {}


def find_listings() -> None:
    """Take up the lists of all apps; once, when all are there."""
    for config in apps.get_app_configs():
        name = f"{config.name}.listings"
        if config.name.startswith("apps.") and config.label != "journal" and find_spec(name):
            LISTINGS.update({listing.code: listing for listing in import_module(name).LISTINGS})
