"""Course years in a rule, against a plain Python reading of the same rule."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.imports.roster.units import UnitBook
from apps.notices.audience import Line, Rule
from apps.notices.audience_line import YearsField
from apps.notices.reasons import reason_texts
from apps.people.course_years import year_of_name
from apps.people.enums import Role, UnitKind
from apps.people.models import Post, Unit
from tests import factories
from tests.notices.test_audience import TODAY, taken

pytestmark = pytest.mark.django_db
YEARS = (2023, 2024, 2025)
ROLES = (Role.STUDENT, Role.STAFF)


def college() -> None:
    """Two departments with a class a year each; in each class a student of now, one who left, one to come, a tutor."""
    root = factories.root_unit()
    for place in range(2):
        department = factories.unit(f"系{place}", parent=root)
        factories.person(f"師{place}", Role.STAFF, at=department)
        for year in YEARS:
            班 = factories.unit(f"{year}級{place}班", parent=department, kind=UnitKind.CLASS)
            Unit.objects.filter(pk=班.pk).update(entry_year=year)
            factories.person(f"生{place}{year}", Role.STUDENT, at=班)
            tutor = factories.person(f"導{place}{year}", Role.STAFF, at=department)
            factories.post(tutor, Role.STAFF, 班)
            factories.post(factories.person(f"去{place}{year}"), Role.STUDENT, 班, valid_to=TODAY - timedelta(days=1))
            factories.post(factories.person(f"來{place}{year}"), Role.STUDENT, 班, valid_from=TODAY + timedelta(days=1))


def fits(line: Line, post: Post, on: date) -> bool:
    inside = line.unit is None or post.unit_id == line.unit
    if line.unit is not None and line.below:
        inside = str(line.unit) in post.unit.path.split("/")
    role = not line.roles or post.role in line.roles
    return inside and role and (not line.years or post.unit.entry_year in line.years) and post.is_current(on)


def plainly(rule: Rule, on: date) -> dict[str, str]:
    posts = list(Post.objects.select_related("unit", "person"))
    found: dict[str, str] = {}
    for line in rule.lines:
        for post in posts:
            if fits(line, post, on):
                found.setdefault(post.person.name, line.reason)
    left_out = {post.person.name for line in rule.but_lines for post in posts if fits(line, post, on)}
    return {name: reason for name, reason in found.items() if name not in left_out}


def lines(units: list[int]) -> st.SearchStrategy[tuple[Line, ...]]:
    line = st.builds(
        Line,
        st.sampled_from([None, *units]),
        st.booleans(),
        st.sets(st.sampled_from(ROLES)).map(lambda roles: tuple(sorted(roles))),
        st.sets(st.sampled_from((*YEARS, 2030))).map(lambda years: tuple(sorted(years))),
    )
    return st.lists(line, max_size=3).map(tuple)


def test_sql_takes_whom_a_plain_reading_takes() -> None:
    college()
    units = list(Unit.objects.values_list("pk", flat=True))

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(lines(units), lines(units), st.sampled_from([TODAY, TODAY + timedelta(days=1)]))
    def check(kept: tuple[Line, ...], but: tuple[Line, ...], on: date) -> None:
        rule = Rule(kept, but_lines=but)
        assert taken(rule, on) == plainly(rule, on)
        assert Rule.from_json(rule.as_json()) == rule

    check()


def test_reason_names_the_years() -> None:
    unit = factories.unit("計算機系")
    codes = [f"below:{unit.pk}:student:2023,2024", "post:::2025"]

    with translation.override("en"):
        assert reason_texts(codes) == {
            codes[0]: "student who entered in 2023, 2024 of 計算機系 and below",
            codes[1]: "everybody who entered in 2025",
        }


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("计算2602班", 2026),
        ("26級1班", 2026),
        ("2026级软件1班", 2026),
        ("2003班", 2020),
        ("2026班", None),
        ("110級", None),
        ("實驗班", None),
    ],
)
def test_year_that_a_class_name_says(name: str, year: int | None) -> None:
    assert year_of_name(name) == year


def test_roster_gives_a_new_class_its_year() -> None:
    factories.root_unit()
    made, _new = UnitBook().make(((UnitKind.PROGRAMME, "2026級專業"), (UnitKind.CLASS, "计算2602班")))

    assert (made.entry_year, made.parent.entry_year) == (2026, None)


def test_database_refuses_what_is_no_year() -> None:
    unit = factories.unit("班")
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.filter(pk=unit.pk).update(entry_year=26)


def test_years_are_read_however_they_are_parted() -> None:
    assert YearsField(required=False).clean("２０２４、2023,2024") == [2023, 2024]
    assert YearsField(required=False).clean("") == []
