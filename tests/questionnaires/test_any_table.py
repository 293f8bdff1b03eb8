"""Whatever is sent: a table is taken or refused in words, never an error, and what is kept is plain JSON."""

import json

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.people.models import Person
from apps.questionnaires.amounts import amount, plain, read_amount
from apps.questionnaires.definitions import fields_from_json
from apps.questionnaires.forms import form_of
from tests.questionnaires.test_tables import WORKLOAD

FIELDS = fields_from_json(WORKLOAD)
KEYS = ["name", "hours", "size", "kind", "from", "counted", "x", ""]
NAMES = st.one_of(
    st.tuples(st.integers(-5, 2000), st.sampled_from(KEYS)).map(lambda pair: f"courses-{pair[0]}-{pair[1]}"),
    st.sampled_from(["courses", "courses-", "courses-1", "other", "total"]),
    st.text(max_size=12),
)
VALUES = st.one_of(
    st.text(max_size=30),
    st.decimals(allow_nan=True, allow_infinity=True).map(str),
    st.sampled_from(["１２", "１，２３４．５", "1e9", "must", "2026-09-01", "9999-99-99", "-0", "0.00005", "必修"]),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(NAMES, VALUES, max_size=40))
def test_anything_sent_is_taken_or_refused(sent):
    data = QueryDict(mutable=True)
    for name, value in sent.items():
        data[name] = value
    form = form_of(FIELDS, [field.key for field in FIELDS], data=data, person=Person())
    answers = form.plain_answers()
    kept = json.dumps(answers, allow_nan=False)
    assert json.loads(kept) == answers
    assert len(answers.get("courses", ())) <= 3
    for row in answers.get("courses", ()):
        assert set(row) <= {"name", "hours", "size", "kind", "from", "counted"}
        assert 0 <= row.get("hours", 0) <= 200


@settings(max_examples=500, deadline=None)
@given(st.decimals(min_value=-(10**10), max_value=10**10, places=4))
def test_numbers_survive_json_exactly(number):
    assert amount(json.loads(json.dumps(plain(number)))) == number
    assert read_amount(f"{number:f}") == number


@pytest.mark.parametrize("text", ["1_000", "0x10", "１e5", "١٢", "--1", "+", ".", "1,2,3", "Infinity"])
def test_what_looks_like_a_number_and_is_none(text):
    assert read_amount(text) is None
