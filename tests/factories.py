"""Real rows for tests: a small college with one person per role."""

from datetime import date, datetime
from itertools import count

from django.contrib.auth.hashers import make_password

from apps.core.calendar_years import create_office_calendar
from apps.core.models import NumberSeries
from apps.people.enums import ContactKind, Role, UnitKind
from apps.people.models import ContactPoint, Person, Post, Unit

sequence = count(1)
PASSWORD = "correct horse battery"


def unit(
    name: str = "計算機系", *, parent: Unit | None = None, kind: str = UnitKind.DEPARTMENT, code: str = ""
) -> Unit:
    return Unit.objects.create(
        code=code or f"u{next(sequence)}", kind=kind, name={"zh-hant": name, "zh-hans": name, "en": name}, parent=parent
    )


def person(
    name: str = "王小明", *roles: str, at: Unit | None = None, mail: str = "", number: str = "", **fields: object
) -> Person:
    """A person who holds `roles` in the unit `at`, with a verified mail address unless `mail` is None."""
    key = next(sequence)
    fields.setdefault("password", make_password(None))
    made = Person.objects.create(number=number or f"T{key:05d}", name=name, **fields)
    for place, role in enumerate(roles):
        post(made, role, at or root_unit(), is_main=place == 0)
    if mail is not None:
        give_mail(made, mail or f"p{key}@college.example")
    return made


def give_mail(made: Person, address: str, *, verified_at: datetime | None = None) -> ContactPoint:
    Person.objects.filter(pk=made.pk).update(email=address)
    made.email = address
    return ContactPoint.objects.create(
        person=made, kind=ContactKind.MAIL, value=address, is_primary=True, verified_at=verified_at
    )


def post(
    holder: Person,
    role: str,
    at: Unit,
    *,
    valid_from: date = date(2020, 9, 1),
    valid_to: date | None = None,
    is_main: bool = False,
) -> Post:
    return Post.objects.create(
        person=holder, unit=at, role=role, valid_from=valid_from, valid_to=valid_to, is_main=is_main
    )


def root_unit() -> Unit:
    found = Unit.objects.filter(parent__isnull=True).order_by("pk").first()
    return found or unit("學院", kind=UnitKind.COLLEGE, code="college")


def office() -> Unit:
    found = Unit.objects.filter(code="office").first()
    return found or unit("學院辦公室", parent=root_unit(), kind=UnitKind.OFFICE, code="office")


def student(name: str = "林學生", **fields: object) -> Person:
    return person(name, Role.STUDENT, **fields)


def clerk(name: str = "科員甲", **fields: object) -> Person:
    return person(name, Role.CLERK, at=office(), **fields)


def head(at: Unit, name: str = "系主任", **fields: object) -> Person:
    return person(name, Role.UNIT_HEAD, at=at, **fields)


def director(name: str = "辦公室主任", **fields: object) -> Person:
    return person(name, Role.DIRECTOR, at=office(), **fields)


def leader(name: str = "院長", **fields: object) -> Person:
    return person(name, Role.LEADER, at=root_unit(), **fields)


def administrator(name: str = "管理員", **fields: object) -> Person:
    return person(name, Role.ADMINISTRATOR, at=office(), **fields)


def calendar() -> object:
    """The office calendar with 2025 to 2027."""
    return create_office_calendar(code="office", years=[2025, 2026, 2027])


def series(code: str, pattern: str = "{year}-{number:04d}") -> NumberSeries:
    return NumberSeries.objects.get_or_create(code=code, defaults={"pattern": pattern, "name": {"en": code}})[0]
