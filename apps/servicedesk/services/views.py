"""Saved views of the handlers' list: kept, shared, ordered, chosen as the beginning, thrown away."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal.services import record
from apps.people.enums import Role
from apps.people.models import Person, Unit
from apps.servicedesk.enums import ViewScope
from apps.servicedesk.models import SavedView, StartView
from apps.servicedesk.view_filter import ViewFilter

MOST_VIEWS = 40


class UnableToSaveView(Exception):
    """The name is used, the unit is not one's own, there are too many, or somebody saved meanwhile."""


def may_change(user: Person, view: SavedView) -> bool:
    """Whose it is; the director may change and throw away what is shared."""
    return view.owner_id == user.pk or (view.scope != ViewScope.OWN and user.has_role(Role.DIRECTOR))


def save_view(
    *,
    actor: Person,
    name: str,
    wanted: ViewFilter,
    scope: str = ViewScope.OWN,
    unit: Unit | None = None,
    view: SavedView | None = None,
    version: int | None = None,
    at: datetime | None = None,
) -> SavedView:
    """Keep the filter under a name; with `view`, change that one. `unit` counts for the scope "unit" alone.

    Raises PermissionDenied, UnableToSaveView.
    """
    at, unit = at or now(), unit if scope == ViewScope.UNIT else None
    if scope == ViewScope.UNIT and (unit is None or unit.pk not in [post.unit_id for post in actor.current_posts]):
        raise UnableToSaveView(_("Share it with a unit of your own."))
    try:
        with transaction.atomic():
            row = _locked(view, actor, version) if view else _new(actor, at)
            row.name, row.query, row.scope, row.unit, row.changed_at = name, wanted.as_json(), scope, unit, at
            row.save()
            record(actor=actor, verb="edited" if view else "created", obj=row, changes={"name": name}, at=at)
    except IntegrityError as error:
        raise UnableToSaveView(_("You have a view of this name already.")) from error
    return row


def _new(actor: Person, at: datetime) -> SavedView:
    own = SavedView.objects.filter(owner=actor)
    if own.count() >= MOST_VIEWS:
        raise UnableToSaveView(_("You have %(count)d views already; throw one away first.") % {"count": MOST_VIEWS})
    return SavedView(owner=actor, place=(own.aggregate(last=Max("place"))["last"] or 0) + 1, created_at=at)


def _locked(view: SavedView, actor: Person, version: int | None) -> SavedView:
    row = SavedView.objects.select_for_update().get(pk=view.pk)
    if not may_change(actor, row):
        raise PermissionDenied(_("This is not yours to do."))
    if version is not None and version != row.version:
        raise UnableToSaveView(_("Somebody changed this view meanwhile. What you typed is still here; save again."))
    row.version += 1
    return row


@transaction.atomic
def delete_view(*, view: SavedView, actor: Person, at: datetime | None = None) -> None:
    """Throw it away, also for those whose list begins with it. Raises PermissionDenied."""
    row = _locked(view, actor, None)
    record(actor=actor, verb="deleted", obj=row, changes={"name": row.name, "query": row.query}, at=at or now())
    StartView.objects.filter(view=row).delete()
    row.delete()


@transaction.atomic
def move_view_up(*, view: SavedView, actor: Person) -> None:
    """One place earlier among the own views; the first one stays. Raises PermissionDenied (somebody else's)."""
    own = list(SavedView.objects.select_for_update().filter(owner=actor).order_by("place", "name", "pk"))
    keys = [each.pk for each in own]
    if view.pk not in keys:
        raise PermissionDenied(_("This is not yours to do."))
    at = keys.index(view.pk)
    if at:
        own[at - 1], own[at] = own[at], own[at - 1]
    for place, each in enumerate(own, start=1):
        each.place = place
    SavedView.objects.bulk_update(own, ["place"])


def begin_with(*, view: SavedView, actor: Person) -> None:
    """The list of this person begins with the view from now on; chosen again, it begins as it always did."""
    chosen, made = StartView.objects.get_or_create(person=actor, defaults={"view": view})
    if not made and chosen.view_id == view.pk:
        chosen.delete()
    elif not made:
        chosen.view = view
        chosen.save(update_fields=["view"])
