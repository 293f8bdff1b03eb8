"""What keeps a form from being published, and how it is said."""

import pytest
from django.utils import translation

from apps.questionnaires.definition_checks import find_problems
from apps.questionnaires.definitions import fields_from_json
from tests.questionnaires.factories import PURPOSE, USUAL, WHICH, question


def problems(*rows):
    with translation.override("en"):
        return [problem.words for problem in find_problems(fields_from_json(rows))]


def needs(field, operator="is", value="x"):
    return {"shown_if": {"field": field, "operator": operator, "value": value}}


def test_sound_form_has_none():
    assert problems(*USUAL) == []


CASES = {
    "nothing asked": ([], "asks nothing"),
    "only for the office": ([question("text", office_only=True)], "asks nothing"),
    "key twice": ([question("text"), question("date")], "same key"),
    "key with capitals": ([question("text", "Name")], "the key must"),
    "key of the page": ([question("text", "form_token")], "the key must"),
    "no label": ([{"key": "a", "kind": "text"}], "no label"),
    "no choices": ([question("choice")], "needs choices"),
    "one choice twice": ([{**PURPOSE, "choices": PURPOSE["choices"] * 2}], "two choices"),
    "choice without words": ([question("choices", choices=[{"key": "a"}])], "no key or no words"),
    "least over greatest": ([question("number", limits={"minimum": 5, "maximum": 1})], "greater"),
    "neither past nor future": ([question("date", limits={"not_past": True, "not_future": True})], "neither"),
    "depends on nothing": ([question("text", "a", **needs("b"))], "not there"),
    "depends on itself": ([question("text", "a", **needs("a"))], "not there"),
    "depends on one below": ([WHICH, PURPOSE], "above it"),
    "chain": ([PURPOSE, WHICH, question("text", "c", **needs("which"))], "depends on another"),
    "depends on the office": (
        [question("text", "a", office_only=True), question("text", "b", **needs("a"))],
        "only the office",
    ),
    "waits for a choice that is not there": (
        [PURPOSE, question("text", "b", **needs("purpose", "is", "x"))],
        "cannot be",
    ),
    "waits for neither yes nor no": ([question("yes_no", "a"), question("text", "b", **needs("a"))], "cannot be given"),
    "looks into a file": ([question("file", "a"), question("text", "b", **needs("a"))], "only ask whether"),
    "too many": ([question("text", f"q{number}") for number in range(61)], "at most"),
}


@pytest.mark.parametrize(("rows", "said"), CASES.values(), ids=CASES.keys())
def test_problem_is_said(rows, said):
    assert any(said in words for words in problems(*rows))
