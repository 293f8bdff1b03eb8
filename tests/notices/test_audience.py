"""Whom a rule takes, and for which reason."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import translation

from apps.core.clock import now
from apps.notices import audience_scope, preview
from apps.notices.audience import Line, Rule, fold_number
from apps.notices.reasons import reason_texts
from apps.people.enums import Role
from apps.people.models import Group, Membership, Person
from tests import factories

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def taken(rule: Rule, on: date = TODAY) -> dict[str, str]:
    """Name → reason."""
    sql, params = rule.people(on)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = cursor.fetchall()
    assert len({key for key, _reason in rows}) == len(rows)
    names = dict(Person.objects.values_list("pk", "name"))
    return {names[key]: reason for key, reason in rows}


def group(*people: Person, ends_on: date | None = None) -> Group:
    kind = {"kind": "task_team", "ends_on": ends_on} if ends_on else {}
    made = Group.objects.create(code=f"g{Group.objects.count()}", name={"en": "Team"}, owner=people[0], **kind)
    for person in people:
        Membership.objects.create(group=made, person=person)
    return made


def test_role_anywhere() -> None:
    factories.student("學生")
    factories.person("教師", Role.STAFF)

    assert taken(Rule(lines=(Line(roles=(Role.STAFF,)),))) == {"教師": "post::staff"}


def test_unit_with_and_without_what_lies_below() -> None:
    department = factories.unit("系")
    班 = factories.unit("班", parent=department)
    factories.person("甲", Role.STAFF, at=department)
    factories.person("乙", Role.STUDENT, at=班)
    other = factories.unit("別系")
    factories.person("丙", Role.STAFF, at=other)

    assert set(taken(Rule(lines=(Line(department.pk, below=True),)))) == {"甲", "乙"}
    assert set(taken(Rule(lines=(Line(department.pk, below=False),)))) == {"甲"}


def test_unit_whose_key_begins_like_another_is_not_taken_with_it() -> None:
    """Paths end in a stroke: 1/ is no beginning of 12/."""
    first = factories.unit("一")
    second = factories.unit("二")
    type(second).objects.filter(pk=second.pk).update(path=f"{first.pk}9/")
    factories.person("甲", Role.STAFF, at=second)

    assert taken(Rule(lines=(Line(first.pk),))) == {}


def test_post_that_is_over_or_not_begun_does_not_count() -> None:
    gone, later = factories.person("走"), factories.person("來")
    factories.post(gone, Role.STAFF, factories.root_unit(), valid_to=TODAY - timedelta(days=1))
    factories.post(later, Role.STAFF, factories.root_unit(), valid_from=TODAY + timedelta(days=1))
    rule = Rule(lines=(Line(roles=(Role.STAFF,)),))

    assert taken(rule) == {}
    assert set(taken(rule, TODAY + timedelta(days=1))) == {"來"}


def test_first_part_gives_the_one_reason() -> None:
    person = factories.person("甲", Role.STAFF, Role.CLERK)
    made = group(person)
    lines = (Line(roles=(Role.CLERK,)), Line(roles=(Role.STAFF,)))

    assert taken(Rule(lines=lines, groups=(made.pk,), numbers=(person.number,))) == {"甲": "post::clerk"}


def test_group_until_it_ends() -> None:
    person = factories.person("甲")
    made = group(person, ends_on=TODAY)

    assert taken(Rule(groups=(made.pk,))) == {"甲": f"group:{made.pk}"}
    assert taken(Rule(groups=(made.pk,)), TODAY + timedelta(days=1)) == {}


def test_numbers_whatever_their_case_minus_exceptions() -> None:
    factories.person("甲", number="ab1")
    factories.person("乙", number="AB2")

    assert set(taken(Rule(numbers=("AB1", "AB2")))) == {"甲", "乙"}
    assert set(taken(Rule(numbers=("AB1", "AB2"), excluded=("AB1",)))) == {"乙"}


def test_who_is_not_active_is_left_out() -> None:
    factories.person("甲", Role.STAFF, is_active=False)

    assert taken(Rule(lines=(Line(roles=(Role.STAFF,)),))) == {}


def test_empty_rule_takes_nobody() -> None:
    factories.person("甲", Role.STAFF)

    assert taken(Rule()) == {}
    assert Rule().is_empty


def test_rule_survives_json() -> None:
    rule = Rule((Line(3, False, ("staff",)), Line(None, True, ())), (5,), ("A1",), ("A2",), (Line(4),), (6,))

    assert Rule.from_json(rule.as_json()) == rule


def test_rule_kept_before_there_were_exceptions_by_rule_still_reads() -> None:
    assert Rule.from_json({"lines": [], "groups": [], "numbers": ["A1"], "excluded": []}) == Rule(numbers=("A1",))


def test_units_with_what_lies_below_minus_one_of_them_and_a_role() -> None:
    college = factories.root_unit()
    kept, left_out = factories.unit("系", parent=college), factories.unit("別系", parent=college)
    below = factories.unit("班", parent=left_out)
    factories.person("甲", Role.STAFF, at=kept)
    factories.person("乙", Role.STUDENT, at=kept)
    factories.person("丙", Role.STAFF, at=left_out)
    factories.person("丁", Role.STAFF, at=below)
    everybody = (Line(college.pk),)

    assert set(taken(Rule(everybody, but_lines=(Line(left_out.pk),)))) == {"甲", "乙"}
    assert set(taken(Rule(everybody, but_lines=(Line(left_out.pk, below=False),)))) == {"甲", "乙", "丁"}
    both = (Line(left_out.pk), Line(kept.pk, roles=(Role.STUDENT,)))
    assert set(taken(Rule(everybody, but_lines=both))) == {"甲"}


def test_exception_holds_for_a_second_post_and_for_who_is_listed() -> None:
    department = factories.unit("系", parent=factories.root_unit())
    person = factories.person("甲", Role.STAFF)
    factories.post(person, Role.CLERK, department)
    rule = Rule((Line(roles=(Role.STAFF,)),), numbers=(person.number,))

    assert set(taken(rule)) == {"甲"}
    assert taken(Rule(rule.lines, numbers=rule.numbers, but_lines=(Line(department.pk),))) == {}


def test_exception_by_post_or_group_that_is_over_leaves_nobody_out() -> None:
    department = factories.unit("系", parent=factories.root_unit())
    person = factories.person("甲", Role.STAFF)
    factories.post(person, Role.CLERK, department, valid_to=TODAY - timedelta(days=1))
    team = group(person, ends_on=TODAY)
    rule = Rule((Line(roles=(Role.STAFF,)),), but_lines=(Line(department.pk),), but_groups=(team.pk,))

    assert taken(rule) == {}
    assert set(taken(rule, TODAY + timedelta(days=1))) == {"甲"}
    assert set(taken(Rule(rule.lines, but_lines=rule.but_lines))) == {"甲"}


def test_exceptions_alone_take_nobody() -> None:
    factories.person("甲", Role.STAFF)
    rule = Rule(but_lines=(Line(roles=(Role.STUDENT,)),))

    assert taken(rule) == {}
    assert rule.is_empty


def test_exceptions_hold_in_every_chunk_of_keys() -> None:
    people = [factories.person(name, Role.STAFF) for name in "甲乙丙"]
    factories.post(people[1], Role.CLERK, factories.root_unit())
    sql, params = Rule((Line(roles=(Role.STAFF,)),), but_lines=(Line(roles=(Role.CLERK,)),)).people(
        TODAY, after=people[0].pk, upto=people[2].pk
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        assert cursor.fetchall() == [(people[2].pk, "post::staff")]


def test_numbers_are_folded() -> None:
    assert fold_number(" ｔ０００１ ") == "T0001"


class TestPreview:
    def test_counts_and_who_has_no_mail(self) -> None:
        factories.person("甲", Role.STAFF)
        factories.person("乙", Role.STAFF, mail=None)
        dead = factories.person("丙", Role.STAFF)
        dead.contacts.update(dead_at=now())

        assert preview.summary(Rule(lines=(Line(roles=(Role.STAFF,)),)), TODAY) == preview.Summary(3, 2)

    def test_units_add_up_to_the_whole(self) -> None:
        department = factories.unit("系")
        for name in ("甲", "乙"):
            both = factories.person(name, Role.STAFF, at=department)
            factories.post(both, Role.CLERK, factories.root_unit())
        listed = factories.person("丙")
        rule = Rule(lines=(Line(roles=(Role.STAFF, Role.CLERK)),), numbers=(listed.number,))

        with translation.override("zh-hant"):
            assert preview.by_unit(rule, TODAY) == [preview.UnitCount("系", 2), preview.UnitCount("", 1)]

    def test_names_come_page_by_page(self) -> None:
        people = [factories.person(name, Role.STAFF) for name in "甲乙丙"]
        rule = Rule(lines=(Line(roles=(Role.STAFF,)),))

        first = preview.names(rule, TODAY, limit=2)
        second = preview.names(rule, TODAY, after=first[-1].person_id, limit=2)

        assert [person.name for person in first + second] == [person.name for person in people]
        assert first[0].way == 0

    def test_unknown_numbers(self) -> None:
        factories.person("甲", number="ab1")
        factories.person("走", number="AB2", is_active=False)

        assert preview.unknown_numbers(["AB1", "AB2", "AB3"]) == {"AB2", "AB3"}


def test_reasons_in_words() -> None:
    unit = factories.unit("計算機系")
    made = group(factories.person("甲"))
    codes = [f"below:{unit.pk}:staff", f"unit:{unit.pk}:", "post::student,staff", f"group:{made.pk}", "listed"]

    with translation.override("en"):
        assert reason_texts(codes) == {
            f"below:{unit.pk}:staff": "staff of 計算機系 and below",
            f"unit:{unit.pk}:": "everybody of 計算機系",
            "post::student,staff": "student, staff",
            f"group:{made.pk}": "member of Team",
            "listed": "listed by number",
        }


def test_scope_of_a_unit_secretary() -> None:
    own, other = factories.unit("本系"), factories.unit("別系")
    secretary = factories.person("秘書", Role.UNIT_SECRETARY, at=own)
    factories.person("甲", Role.STAFF, at=own)
    stranger = factories.person("乙", Role.STAFF, at=other)

    assert audience_scope.count_outside(Rule(lines=(Line(own.pk),)), secretary, TODAY) == 0
    both = Rule(lines=(Line(own.pk),), numbers=(stranger.number,))
    assert audience_scope.count_outside(both, secretary, TODAY) == 1
    without = Rule(both.lines, numbers=both.numbers, but_lines=(Line(other.pk),))
    assert audience_scope.count_outside(without, secretary, TODAY) == 0
