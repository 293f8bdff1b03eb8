"""What the database itself refuses."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from apps.people.enums import GroupKind, Role
from apps.people.models import ContactPoint, Person, Post, Unit
from tests import factories
from tests.people.factories import group

pytestmark = pytest.mark.django_db
MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)


@pytest.mark.parametrize(("start", "end"), [(MAY, None), (JUNE, JULY), (date(2026, 6, 30), None), (MAY, JUNE)])
def test_same_post_twice_at_a_time_is_refused(start: date, end: date | None) -> None:
    unit = factories.root_unit()
    person = factories.person("某人")
    factories.post(person, Role.CLERK, unit, valid_from=JUNE, valid_to=date(2026, 6, 30))

    with pytest.raises(IntegrityError), transaction.atomic():
        factories.post(person, Role.CLERK, unit, valid_from=start, valid_to=end)


def test_same_post_again_later_another_role_or_unit_is_fine() -> None:
    unit, other = factories.root_unit(), factories.office()
    person = factories.person("某人")
    factories.post(person, Role.CLERK, unit, valid_from=MAY, valid_to=date(2026, 5, 31))
    factories.post(person, Role.CLERK, unit, valid_from=JUNE)
    factories.post(person, Role.DIRECTOR, unit, valid_from=MAY)
    factories.post(person, Role.CLERK, other, valid_from=MAY)

    assert person.posts.count() == 4


def test_post_ends_after_it_begins() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.post(factories.person("某人"), Role.CLERK, factories.root_unit(), valid_from=JUNE, valid_to=MAY)


def test_both_days_of_a_post_count() -> None:
    post = factories.post(factories.person("某人"), Role.CLERK, factories.root_unit(), valid_from=MAY, valid_to=JUNE)

    found = [list(Post.objects.current(day)) for day in (MAY, JUNE, date(2026, 4, 30), date(2026, 6, 2))]
    assert found == [[post], [post], [], []]


def test_number_is_unique_whatever_its_letters() -> None:
    factories.person("甲", number="AB1")

    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(number="ab1", name="乙")


def test_task_team_needs_an_end() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        group(factories.clerk(), kind=GroupKind.TASK_TEAM)


def test_one_main_address() -> None:
    person = factories.person("某人")

    with pytest.raises(IntegrityError), transaction.atomic():
        ContactPoint.objects.create(person=person, kind="mail", value="b@x.example", is_primary=True)


def test_unit_is_not_its_own_parent() -> None:
    unit = factories.root_unit()

    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.filter(pk=unit.pk).update(parent=unit)


def test_secretary_sees_the_people_below_the_unit() -> None:
    department = factories.unit("計算機系", parent=factories.root_unit())
    inside = factories.student(at=factories.unit("一班", kind="class", parent=department))
    outside = factories.student(at=factories.unit("別系", parent=factories.root_unit()))
    secretary = factories.person("系秘書", Role.UNIT_SECRETARY, at=department)

    assert set(Person.objects.visible_to(secretary)) == {inside, secretary}
    assert set(Person.objects.visible_to(outside)) == {outside}
