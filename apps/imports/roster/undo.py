"""Put back what a roster wrote. A person who was changed or used since stays, with the reason."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import F

from apps.imports.enums import Verdict
from apps.imports.models import Batch, Row
from apps.imports.roster.history import SCALARS, record_undone
from apps.imports.roster.known import chunks
from apps.imports.targets import Progress
from apps.people.models import ContactPoint, Invitation, Person, Post, Unit

CHUNK = 1000
OWN = (Post, ContactPoint, Invitation)  # what an import makes, and a link that was never used


def undo_rows(
    batch: Batch, rows: Sequence[Row], *, actor: Person | None, at: datetime, progress: Progress
) -> dict[int, str]:
    """Undo CREATED and UPDATED rows; gives the rows that stay: {row id: reason code (words.STAYED)}."""
    due = [row for row in rows if row.verdict in (Verdict.CREATED, Verdict.UPDATED)]
    stayed: dict[int, str] = {}
    done = 0
    for part in chunks(due, CHUNK):
        blocked = _blocked(part)
        free = [row for row in part if row.pk not in blocked]
        _restore_people(free)
        _restore_posts(free)
        _restore_contacts(free)
        record_undone(free, batch=batch, actor=actor, at=at)
        stayed |= blocked
        done += len(part)
        progress(done)
    _retire_units(batch.options.get("units", []))
    return stayed


def _blocked(rows: Sequence[Row]) -> dict[int, str]:
    people = Person.objects.select_for_update().in_bulk([row.object_id for row in rows])
    posts = Post.objects.in_bulk([key for row in rows for key in row.after.get("posts", [])])
    new = [row.object_id for row in rows if row.verdict == Verdict.CREATED]
    used = used_people(new)
    extra = set(Post.objects.filter(person__in=new).exclude(pk__in=posts).values_list("person_id", flat=True))
    blocked = {}
    for row in rows:
        person = people.get(row.object_id)
        if person is None or any(key not in posts for key in row.after.get("posts", [])):
            blocked[row.pk] = "gone"
        elif row.object_id in used or (row.verdict == Verdict.CREATED and person.last_login):
            blocked[row.pk] = "used"
        elif row.object_id in extra or not _as_left(row, person, posts):
            blocked[row.pk] = "changed"
    return blocked


def _as_left(row: Row, person: Person, posts: dict[int, Post]) -> bool:
    fields = all(getattr(person, key) == row.after[key] for key in SCALARS if key in row.after)
    kept = all(
        posts[key].valid_to is None and posts[key].unit_id == row.after["post"]["unit"]
        for key in row.after.get("posts", [])
    )
    return fields and kept


def used_people(ids: Sequence[int]) -> set[int]:
    """Those of `ids` that anything else in the portal points at: a request, a message, a group, a session."""
    used: set[int] = set()
    for relation in Person._meta.related_objects:
        if relation.related_model in OWN or relation.many_to_many:
            continue
        name = relation.field.name
        found = relation.related_model._base_manager.filter(**{f"{name}__in": ids}).order_by()
        used.update(found.values_list(name, flat=True).distinct())
    return used


def _restore_people(rows: Sequence[Row]) -> None:
    people = Person.objects.in_bulk([row.object_id for row in rows])
    for row in rows:
        person = people[row.object_id]
        if row.verdict == Verdict.CREATED:
            person.is_active, person.email = False, ""
        for key in SCALARS:
            if key in row.before:
                setattr(person, key, row.before[key])
        person.version = F("version") + 1
    Person.objects.bulk_update(people.values(), [*SCALARS, "version"], batch_size=500)


def _restore_posts(rows: Sequence[Row]) -> None:
    Post.objects.filter(pk__in=[key for row in rows for key in row.after.get("posts", [])]).delete()
    before = {row.before["post"]["id"]: row.before["post"] for row in rows if row.before.get("post")}
    posts = Post.objects.in_bulk(before)
    for key, post in posts.items():
        old = before[key]
        post.title, post.unit_id = old["title"], old.get("unit", post.unit_id)
        if "valid_to" in old:
            post.valid_to = date.fromisoformat(old["valid_to"]) if old["valid_to"] else None
            post.is_main = old["main"]
    Post.objects.bulk_update(posts.values(), ["title", "unit", "valid_to", "is_main"], batch_size=500)


def _restore_contacts(rows: Sequence[Row]) -> None:
    ContactPoint.objects.filter(pk__in=[key for row in rows for key in row.after.get("made", [])]).delete()
    ContactPoint.objects.filter(pk__in=[key for row in rows for key in row.after.get("promote", [])]).update(
        is_primary=False
    )
    ContactPoint.objects.filter(pk__in=[key for row in rows for key in row.after.get("demote", [])]).update(
        is_primary=True
    )


def _retire_units(ids: Sequence[int]) -> None:
    """Units that the import made and nobody stands in any more go out of use, the lowest first."""
    for unit in Unit.objects.filter(pk__in=ids).order_by("-path"):
        if not unit.posts.exists() and not unit.children.filter(is_active=True).exists():
            Unit.objects.filter(pk=unit.pk).update(is_active=False)
