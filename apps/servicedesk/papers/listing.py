"""Which certificates the list shows, and the figures above it: each opens exactly the rows that it counts."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.measure import Period
from apps.core.pages import count_label
from apps.core.search import fold
from apps.people.models import Person
from apps.servicedesk.models import Certificate

ENDING = timedelta(days=30)
COUNT_CAP = 999
STANDING = Q(revoked_at__isnull=True, replaced_by__isnull=True)
CONDITIONS: Mapping[str, Callable[[datetime], Q]] = {
    "valid": lambda at: STANDING & (Q(expires_at__isnull=True) | Q(expires_at__gt=at)),
    "ending": lambda at: STANDING & Q(expires_at__gt=at, expires_at__lte=at + ENDING),
    "expired": lambda at: STANDING & Q(expires_at__lte=at),
    "replaced": lambda at: Q(revoked_at__isnull=True, replaced_by__isnull=False),
    "revoked": lambda at: Q(revoked_at__lte=at),
    "reprinted": lambda at: Q(reprints__gt=0),
    "undrawn": lambda at: Q(blob__isnull=True),
}
FIGURES: tuple[tuple[str, str | Promise], ...] = (
    ("valid", _("Valid")),
    ("ending", _("End within 30 days")),
    ("expired", _("Expired")),
    ("replaced", _("Replaced")),
    ("revoked", _("Revoked")),
    ("reprinted", _("Printed once more")),
)


def figures_of(user: Person, at: datetime) -> list[tuple[str, str | Promise, str]]:
    """(state, its name, how many), counted up to a cap (one query each)."""
    rows = Certificate.objects.visible_to(user)
    return [(code, name, count_label(rows.filter(CONDITIONS[code](at)), COUNT_CAP)) for code, name in FIGURES]


def chosen_papers(user: Person, asked: Mapping[str, object], at: datetime) -> QuerySet:
    """The certificates that this person may see and asked for."""
    rows = Certificate.objects.visible_to(user)
    if asked.get("state"):
        rows = rows.filter(CONDITIONS[str(asked["state"])](at))
    if asked.get("template"):
        rows = rows.filter(template_version__template=asked["template"])
    if since := asked.get("since"):
        rows = rows.filter(issued_at__gte=Period(since, since).starts_at)
    if until := asked.get("until"):
        rows = rows.filter(issued_at__lt=Period(until, until).ends_at)
    if text := fold(str(asked.get("q", ""))):
        rows = rows.filter(Q(number=text.upper()) | Q(person__number__iexact=text) | Q(person__name__icontains=text))
    return rows


def with_names(rows: QuerySet) -> QuerySet:
    return rows.select_related("person", "template_version__template").annotate(origin=F("request__number"))
