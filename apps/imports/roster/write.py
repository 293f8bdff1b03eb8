"""Bring planned rows in: units, people, posts, contact points and history, a thousand rows at a time."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db.models import F
from django.utils import timezone

from apps.imports.enums import Verdict
from apps.imports.models import Batch, Row
from apps.imports.roster.history import record_rows
from apps.imports.roster.known import chunks
from apps.imports.roster.units import Path, UnitBook
from apps.imports.targets import Progress
from apps.people.enums import Language
from apps.people.models import ContactPoint, Person, Post

CHUNK = 1000
FIELDS = ("name", "name_en", "email", "is_active")


def write_rows(
    batch: Batch, rows: Sequence[Row], *, role: str, actor: Person | None, at: datetime, progress: Progress
) -> None:
    """Write CREATED and UPDATED rows. Sets object_id, and in `after` the keys of what was made ("posts", "made")."""
    due = [row for row in rows if row.verdict in (Verdict.CREATED, Verdict.UPDATED)]
    _make_units(batch, due)
    today = timezone.localtime(at).date()
    done = 0
    for part in chunks(due, CHUNK):
        _create_people([row for row in part if row.verdict == Verdict.CREATED], batch, at)
        _update_people([row for row in part if row.verdict == Verdict.UPDATED])
        _write_posts(part, role, today)
        _write_contacts(part)
        record_rows(part, batch=batch, actor=actor, at=at)
        done += len(part)
        progress(done)


def _make_units(batch: Batch, rows: Sequence[Row]) -> None:
    """Each unit once, before the rows that stand in it; `options["units"]` remembers them for undo."""
    book = UnitBook()
    made: list[int] = []
    units: dict[Path, int] = {}
    for row in rows:
        post = row.after.get("post")
        if not post or "path" not in post:
            continue
        path = tuple((kind, name) for kind, name in post["path"])
        if path not in units:
            unit, new = book.make(path)
            units[path] = unit.pk
            made += [unit.pk for unit in new]
        post["unit"] = units[path]
    batch.options["units"] = made


def _create_people(rows: Sequence[Row], batch: Batch, at: datetime) -> None:
    language = batch.options.get("language") or Language.HANT
    people = [
        Person(
            number=row.values["number"],
            password=make_password(None),  # nobody can sign in before an invitation was used
            language=language,
            created_at=at,
            **{key: row.after[key] for key in ("name", "name_en", "email")},
        )
        for row in rows
    ]
    for row, person in zip(rows, Person.objects.bulk_create(people), strict=True):
        row.object_id = person.pk


def _update_people(rows: Sequence[Row]) -> None:
    changed = []
    for row in rows:
        fields = {key: row.after[key] for key in FIELDS if key in row.after}
        if fields:
            changed.append((row.object_id, fields))
    people = Person.objects.in_bulk([key for key, _fields in changed])
    for key, fields in changed:
        for name, value in fields.items():
            setattr(people[key], name, value)
        people[key].version = F("version") + 1
    Person.objects.bulk_update(people.values(), [*FIELDS, "version"], batch_size=500)


def _write_posts(rows: Sequence[Row], role: str, today: date) -> None:
    """Add, move or retitle. A post that began today is moved as it is: it has no yesterday to end on."""
    due = [row for row in rows if row.after.get("post")]
    old = Post.objects.in_bulk([row.after["post"]["id"] for row in due if "id" in row.after["post"]])
    new: list[tuple[Row, Post]] = []
    for row in due:
        plan = row.after["post"]
        post = old.get(plan.get("id"))
        if plan["do"] == "retitle":
            post.title = plan["title"]
            continue
        if plan["do"] == "move" and post.valid_from >= today:
            plan["do"] = "shift"
            post.unit_id, post.title = plan["unit"], plan["title"]
            continue
        if plan["do"] == "move":
            row.before["post"]["valid_to"] = post.valid_to.isoformat() if post.valid_to else None
            row.before["post"]["main"] = post.is_main
            post.valid_to, post.is_main = today - timedelta(days=1), False
        new.append(
            (
                row,
                Post(
                    person_id=row.object_id,
                    unit_id=plan["unit"],
                    role=role,
                    title=plan["title"],
                    valid_from=today,
                    is_main=plan["main"],
                ),
            )
        )
    Post.objects.bulk_update(old.values(), ["title", "unit", "valid_to", "is_main"], batch_size=500)
    made = Post.objects.bulk_create([post for _row, post in new])
    for (row, _post), post in zip(new, made, strict=True):
        row.after["posts"] = [post.pk]


def _write_contacts(rows: Sequence[Row]) -> None:
    demoted = [key for row in rows for key in row.after.get("demote", [])]
    ContactPoint.objects.filter(pk__in=demoted).update(is_primary=False)
    promoted = [key for row in rows for key in row.after.get("promote", [])]
    ContactPoint.objects.filter(pk__in=promoted).update(is_primary=True)
    pairs = [(row, contact) for row in rows for contact in row.after.get("contacts", [])]
    made = ContactPoint.objects.bulk_create(
        ContactPoint(person_id=row.object_id, kind=kind, value=value, is_primary=primary)
        for row, (kind, value, primary) in pairs
    )
    for (row, _contact), point in zip(pairs, made, strict=True):
        row.after.setdefault("made", []).append(point.pk)
