"""Saved views as chips of the list: the same rows, counts and paging, for each reader anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.people.models import Person
from apps.servicedesk.enums import ViewScope
from apps.servicedesk.filters import Chip, due_or_never
from apps.servicedesk.models import SavedView, StartView
from apps.servicedesk.view_fields import BadFilter
from apps.servicedesk.view_filter import ViewFilter

SHOWN = 20  # views beside the chips; the others stand on the page of the views


def views_of(user: Person) -> QuerySet:
    """The views that this person finds, the own ones first."""
    return SavedView.objects.visible_to(user).select_related("owner", "unit").order_by("place", "name", "pk")


def listed(user: Person) -> list[SavedView]:
    """Own views in their order, then the shared ones of others (one query)."""
    found = list(views_of(user)[: SHOWN * 5])
    return sorted(found, key=lambda view: view.owner_id != user.pk)


def chip_for(view: SavedView, user: Person) -> Chip:
    """The view as a chip. One whose filter cannot be read any more shows nothing and says so."""
    note = "" if view.owner_id == user.pk else _("shared by %(name)s") % {"name": view.owner.name}
    try:
        wanted = ViewFilter.from_json(view.query)
    except BadFilter:
        note = _("This view cannot be read any more. Make it anew.")
        return Chip(f"view-{view.pk}", view.name, nothing, "submitted_at", counted=False, view=view, note=note)
    return Chip(
        f"view-{view.pk}",
        view.name,
        wanted.narrow,
        wanted.order.by,
        newest_first=wanted.order.newest_first,
        counted=wanted.is_counted,
        view=view,
        note=note,
        words=wanted.words,
    )


def nothing(rows: QuerySet, user: Person, at: datetime) -> QuerySet:
    return rows.none()


def scope_words(view: SavedView) -> str:
    if view.scope == ViewScope.UNIT:
        return _("shared with %(unit)s") % {"unit": view.unit}
    return _("shared with the office") if view.scope == ViewScope.OFFICE else _("only me")


def start_view(user: Person) -> SavedView | None:
    """The view that this person's list begins with, if it is still found (one query)."""
    return (
        SavedView.objects.visible_to(user).filter(pk__in=StartView.objects.filter(person=user).values("view")).first()
    )


def counts_of(chips: Sequence[Chip], rows: QuerySet, user: Person, at: datetime, *, cap: int) -> list[str]:
    """How many each chip holds, "99+" at most and "" for what is not counted, all in one query."""
    parts: list[tuple[int, str, tuple]] = []
    for place, chip in enumerate(chips):
        if not chip.counted:
            continue
        found = chip.narrow(rows, user, at).annotate(due_or_never=due_or_never()).order_by(chip.by)
        try:
            sql, params = found.values("pk")[: cap + 1].query.sql_with_params()
        except EmptyResultSet:
            sql, params = "SELECT 1 WHERE false", ()
        counted = f"(SELECT count(*) FROM ({sql}) AS view{place})"  # noqa: S608 (SQL that Django wrote)
        parts.append((place, counted, params))
    labels = [""] * len(chips)
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(sql for _, sql, _ in parts)}", [each for *_, ps in parts for each in ps])
            numbers = cursor.fetchone()
        for (place, _sql, _params), number in zip(parts, numbers, strict=True):
            labels[place] = f"{cap}+" if number > cap else str(number)
    return labels
