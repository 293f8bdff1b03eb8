"""Conditions: tables of cases, and what must hold for any form and any answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.questionnaires.conditions import holds, missing_keys, required_keys, shown_answers, shown_keys
from apps.questionnaires.definition_checks import find_problems
from apps.questionnaires.definitions import (
    Choice,
    Condition,
    FieldDefinition,
    Limits,
    field_from_json,
    field_to_json,
    fields_from_json,
    fields_to_json,
)
from apps.questionnaires.enums import FieldKind, Operator

KEYS = [f"k{number}" for number in range(6)]
words = st.dictionaries(st.sampled_from(["zh-hant", "zh-hans", "en"]), st.text(min_size=1, max_size=8), max_size=3)
plain = st.text(min_size=1, max_size=6)
values = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5), st.text(max_size=4), st.lists(st.sampled_from("abc"), max_size=3)
)


@st.composite
def conditions(draw, keys=tuple(KEYS)):
    operator = draw(st.sampled_from(Operator))
    key = draw(st.sampled_from(list(keys)))
    if operator == Operator.FILLED:
        return Condition(key, operator)
    if operator == Operator.IN:
        return Condition(key, operator, tuple(draw(st.lists(plain, min_size=1, max_size=3))))
    return Condition(key, operator, draw(st.sampled_from(["a", "b", "true", "false", "1"])))


limits = st.builds(
    Limits,
    max_length=st.none() | st.integers(1, 500),
    minimum=st.none() | st.integers(-9, 9),
    maximum=st.none() | st.integers(-9, 9),
    whole=st.booleans(),
    not_past=st.booleans(),
    not_future=st.booleans(),
    max_files=st.none() | st.integers(1, 10),
    allow=st.lists(st.sampled_from(["documents", "images"]), max_size=2, unique=True).map(tuple),
)


def definitions(key, shown=None):
    return st.builds(
        FieldDefinition,
        key=st.just(key),
        kind=st.sampled_from(FieldKind),
        label=words,
        help=words,
        required=st.booleans(),
        choices=st.lists(st.builds(Choice, plain, words), max_size=3).map(tuple),
        shown_if=st.none() | conditions() if shown is None else shown,
        required_if=st.none() | conditions(),
        office_only=st.booleans(),
        limits=limits,
    )


forms = st.tuples(*(definitions(key) for key in KEYS)).map(list)
# Sound forms: the first three questions are always shown, the others depend on these.
sound = st.tuples(
    *(definitions(key, st.none()) for key in KEYS[:3]),
    *(definitions(key, st.none() | conditions(tuple(KEYS[:3]))) for key in KEYS[3:]),
).map(list)
answer_sets = st.dictionaries(st.sampled_from([*KEYS, "stray"]), values)


@given(st.one_of(*(definitions(key) for key in KEYS)))
def test_definition_reads_back_as_it_was_written(definition):
    assert field_from_json(field_to_json(definition)) == definition


@given(forms)
def test_form_reads_back_as_it_was_written(fields):
    once = fields_to_json(fields)
    assert fields_from_json(once) == fields
    assert fields_to_json(fields_from_json(once)) == once


@given(forms, answer_sets)
def test_conditions_never_fail_and_hidden_answers_never_count(fields, answers):
    shown, counting = shown_keys(fields, answers), shown_answers(fields, answers)
    assert set(counting) <= shown
    assert required_keys(fields, answers) <= shown
    assert set(missing_keys(fields, answers)) == required_keys(fields, answers) - set(counting)


@given(sound, answer_sets)
def test_counting_answers_are_stable(fields, answers):
    """What was kept, read again, says the same: a saved form opens as it was sent."""
    once = shown_answers(fields, answers)
    assert shown_answers(fields, once) == once
    assert missing_keys(fields, once) == missing_keys(fields, answers)


@given(forms)
def test_problems_are_found_without_failing(fields):
    assert all(problem.words for problem in find_problems(fields))


@given(conditions(), answer_sets)
def test_is_not_is_the_opposite_of_is(condition, answers):
    if condition.operator in (Operator.IS, Operator.IS_NOT):
        other = Operator.IS_NOT if condition.operator == Operator.IS else Operator.IS
        opposite = Condition(condition.field, other, condition.value)
        assert holds(condition, answers) != holds(opposite, answers)


@pytest.mark.parametrize(
    ("operator", "value", "answer", "expected"),
    [
        (Operator.IS, "visa", "visa", True),
        (Operator.IS, "visa", "other", False),
        (Operator.IS, "visa", None, False),
        (Operator.IS, "true", True, True),
        (Operator.IS, "false", False, True),
        (Operator.IS, "false", None, False),
        (Operator.IS, "5", 5, True),
        (Operator.IS, "zh", ["en", "zh"], True),
        (Operator.IS_NOT, "visa", None, True),
        (Operator.IS_NOT, "zh", ["en", "zh"], False),
        (Operator.IN, ("a", "b"), "b", True),
        (Operator.IN, ("a", "b"), "c", False),
        (Operator.FILLED, "", False, True),
        (Operator.FILLED, "", 0, True),
        (Operator.FILLED, "", "", False),
        (Operator.FILLED, "", [], False),
    ],
)
def test_condition_looks_at_the_answer(operator, value, answer, expected):
    assert holds(Condition("k", operator, value), {"k": answer}) is expected


def test_no_condition_always_holds():
    assert holds(None, {})
