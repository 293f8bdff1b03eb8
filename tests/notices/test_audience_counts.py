"""What each line of a rule brings in and each exception takes out."""

from datetime import date
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.notices import preview
from apps.notices.audience import Line, NumberFile, Rule
from apps.notices.audience_counts import Counts, counts_of
from apps.people.enums import Role
from apps.people.models import Person
from tests import factories
from tests.notices.test_audience import group

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
STAFF, STUDENTS = Line(roles=(Role.STAFF,)), Line(roles=(Role.STUDENT,))


def figures(counts: Counts) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    return tuple([(part.count, part.alone) for part in parts] for parts in (counts.parts, counts.exceptions))


def test_lines_that_overlap_and_exceptions_that_overlap() -> None:
    unit = factories.unit("系")
    inside = [factories.person(f"內{place}", Role.STAFF, at=unit) for place in range(3)]
    outside = factories.person("外", Role.STAFF, at=factories.unit("別系"))
    team = group(inside[0], inside[1])
    rule = Rule(
        (STAFF, Line(unit.pk)),
        numbers=(outside.number,),
        but_groups=(team.pk,),
        excluded=(inside[1].number, inside[2].number),
    )

    counts = counts_of(rule, TODAY)

    assert figures(counts) == ([(4, 0), (3, 0), (1, 0)], [(2, 1), (2, 1)])
    assert (counts.found, counts.found_shared) == (4, 4)
    assert (counts.taken_out, counts.taken_out_shared, counts.left) == (3, 1, 1)
    assert counts.exceptions[1].words


def test_exception_counts_only_those_whom_a_line_took() -> None:
    factories.person("師", Role.STAFF)
    for place in range(5):
        factories.person(f"生{place}", Role.STUDENT)

    counts = counts_of(Rule((STAFF,), but_lines=(STUDENTS,)), TODAY)

    assert figures(counts) == ([(1, 1)], [(0, 0)])


def test_who_has_left_and_numbers_of_nobody_are_not_counted() -> None:
    gone = factories.person("走", Role.STAFF)
    Person.objects.filter(pk=gone.pk).update(is_active=False)
    file = NumberFile("名單.xlsx", "2026-11-26", "0" * 64, (gone.number, "NOBODY"))

    counts = counts_of(Rule((STAFF,), files=(file,)), TODAY)

    assert figures(counts) == ([(0, 0), (0, 0)], [])
    assert "名單.xlsx" in counts.parts[1].words


def test_empty_rule() -> None:
    assert counts_of(Rule(), TODAY) == Counts([], [], 0, 0, 0, 0)


def test_same_line_twice_is_counted_twice_and_brings_nobody_alone() -> None:
    factories.person("師", Role.STAFF)
    assert figures(counts_of(Rule((STAFF, STAFF)), TODAY)) == ([(1, 0), (1, 0)], [])


@pytest.mark.parametrize("seed", range(6))
def test_counts_add_up_to_whom_the_rule_takes(seed: int) -> None:
    random = Random(seed)
    units = [factories.unit(f"系{place}") for place in range(3)]
    people = [
        factories.person(f"人{place}", random.choice((Role.STAFF, Role.STUDENT)), at=random.choice(units))
        for place in range(20)
    ]
    team = group(*random.sample(people, 5))
    lines = tuple(Line(random.choice(units).pk, roles=(random.choice((Role.STAFF, Role.STUDENT)),)) for _n in range(3))
    rule = Rule(
        lines,
        groups=(team.pk,),
        excluded=tuple(person.number for person in random.sample(people, 3)),
        but_lines=(Line(random.choice(units).pk, roles=(Role.STUDENT,)),),
    )

    counts = counts_of(rule, TODAY)

    assert counts.left == preview.summary(rule, TODAY).count
    assert counts.found == preview.summary(Rule(lines, (team.pk,)), TODAY).count
    alone = sum(part.alone for part in counts.parts)
    assert alone + counts.found_shared == counts.found
    assert sum(part.alone for part in counts.exceptions) + counts.taken_out_shared == counts.taken_out


def test_queries_are_the_same_for_one_line_and_for_three() -> None:
    factories.person("師", Role.STAFF)
    unit = factories.unit("系")
    counts = []
    for lines in ((Line(unit.pk),), (STAFF, STUDENTS, Line(unit.pk))):
        with CaptureQueriesContext(connection) as asked:
            counts_of(Rule(lines, but_lines=lines), TODAY)
        counts.append(len(asked))
    assert counts == [2, 2]
