"""Whether a rule stays within the units of a unit secretary."""

from datetime import date

from django.db import connection

from apps.notices.audience import Rule
from apps.notices.managers import units_of_secretary
from apps.people.models import Person


def count_outside(rule: Rule, user: Person, on: date) -> int:
    """How many of the people have no post in the units that `user` looks after (one query)."""
    people, params = rule.people(on)
    sql = (
        f"SELECT count(*) FROM ({people}) audience WHERE NOT EXISTS (SELECT 1 FROM people_post post"  # noqa: S608 (constants)
        " JOIN people_unit unit ON unit.id = post.unit_id WHERE post.person_id = audience.person_id"
        " AND post.valid_from <= %s AND (post.valid_to IS NULL OR post.valid_to >= %s)"
        " AND unit.path LIKE ANY(%s))"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, on, on, [f"{path}%" for path in units_of_secretary(user)]])
        return cursor.fetchone()[0]
