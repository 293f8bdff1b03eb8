"""Tables, exact numbers and sums: what is taken, what is refused in which words, what stays of a half-wrong form."""

import json
from decimal import Decimal

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import translation

from apps.questionnaires.amounts import amount, amount_text, read_amount
from apps.questionnaires.definition_checks import find_problems
from apps.questionnaires.definitions import field_from_json, field_to_json, fields_from_json
from apps.questionnaires.display import answer_lines
from apps.questionnaires.forms import build_form, build_unit_form
from apps.questionnaires.prefill import answers_from
from apps.questionnaires.services import freeze_answers
from apps.questionnaires.sums import NoSumRule, SumRule, read_sum
from apps.questionnaires.wording import describe_changes, sum_words
from tests import factories as people
from tests.questionnaires.factories import answers, question, version, words

pytestmark = pytest.mark.django_db
COURSES = {
    "key": "courses",
    "kind": "table",
    "label": words("課程"),
    "limits": {"max_rows": 3},
    "columns": [
        {"key": "name", "kind": "text", "label": words("課名"), "required": True},
        {"key": "hours", "kind": "number", "label": words("學時"), "minimum": 0, "maximum": 200, "required": True},
        {"key": "size", "kind": "number", "label": words("係數"), "minimum": 0.5, "maximum": 2},
        {
            "key": "kind",
            "kind": "choice",
            "label": words("性質"),
            "choices": [{"key": "must", "label": words("必修")}, {"key": "may", "label": words("選修")}],
        },
        {"key": "from", "kind": "date", "label": words("開課")},
        {
            "key": "counted",
            "kind": "calculated",
            "label": words("折算"),
            "total": True,
            "formula": {"of": ["hours", "size"], "by": "*"},
        },
    ],
}
OTHER = question("number", "other")
TOTAL = question(
    "number",
    "total",
    required=True,
    sums=[{"parts": ["courses.counted", "other"], "operator": "=", "target": "total"}],
)
WORKLOAD = [COURSES, OTHER, TOTAL]


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def sent(*rows: dict, **rest: object) -> QueryDict:
    data = QueryDict(mutable=True)
    for place, row in enumerate(rows):
        for key, value in row.items():
            data[f"courses-{place}-{key}"] = str(value)
    for key, value in rest.items():
        data[key] = str(value)
    return data


def fill(data: QueryDict, fields=WORKLOAD, **options):
    return build_form(version(fields), data=data, person=people.student(), **options)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", "12"),
        ("１２．５", "12.5"),
        ("1,234.5", "1234.5"),
        ("１，２３４", "1234"),
        (" 0.1 ", "0.1"),
        ("−3", "-3"),
        (".5", "0.5"),
        ("1,23", None),
        ("1e5", None),
        ("NaN", None),
        ("十二", None),
        ("", None),
        ("1" * 40, None),
    ],
)
def test_numbers_as_people_write_them(text, value):
    assert read_amount(text) == (None if value is None else Decimal(value))


def test_amounts_read_back_from_json_as_they_were_written():
    for text in ("0.1", "123456789012.345", "0.0001", "2.675"):
        assert amount(json.loads(json.dumps(float(text)))) == Decimal(text)
    assert [amount_text(value) for value in (0.1 + 0.2, 12.0, 0.0001, 10**15)] == [
        "0.30000000000000004",
        "12",
        "0.0001",
        "1000000000000000",
    ]


def test_rows_are_taken_calculated_and_added():
    rows = (
        {"name": "編譯原理", "hours": "４８", "size": "1.15", "kind": "must", "from": "2026/09/01"},
        {"name": "", "hours": "", "size": "", "kind": "", "from": ""},
        {"name": "數據庫", "hours": "0.1", "size": "1.1", "kind": "選修"},
    )
    form = fill(sent(*rows, total="60.51", other="5.2"))
    assert form.is_valid(), form.errors
    assert form.plain_answers() == {
        "courses": [
            {"name": "編譯原理", "hours": 48, "size": 1.15, "kind": "must", "from": "2026-09-01", "counted": 55.2},
            {"name": "數據庫", "hours": 0.1, "size": 1.1, "kind": "may", "counted": 0.11},
        ],
        "other": 5.2,
        "total": 60.51,
    }
    assert fill(sent(*rows, total="60.5", other="5.2")).errors["total"] == [
        "“課程 · 折算” + “other” equals “total”. The sum is now 60.51, the other is 60.5."
    ]


def test_sum_is_exact_where_floats_are_not():
    fields = [question("number", "a"), question("number", "b"), question("number", "c", sums=[SUM])]
    assert 0.1 + 0.2 != 0.3
    assert fill(QueryDict("a=0.1&b=0.2&c=0.3"), fields).is_valid()
    form = fill(QueryDict("a=0.1&b=0.2&c=0.30001"), fields)
    assert "c" in form.errors
    form = fill(QueryDict("a=0.1&b=0.2&c=0.31"), fields)
    assert form.errors["c"] == ["“a” + “b” equals “c”. The sum is now 0.3, the other is 0.31."]


SUM = {"parts": ["a", "b"], "operator": "=", "target": "c"}


@pytest.mark.parametrize(
    ("operator", "target", "text", "is_right"),
    [
        ("=", "100", "a=60&b=40", True),
        ("=", "100", "a=60&b=39.99", False),
        ("<=", "100", "a=60&b=40", True),
        ("<=", "100", "a=60&b=40.01", False),
        (">=", "100", "a=60", False),
        (">=", "100", "", True),  # nothing was answered: nothing to add
    ],
)
def test_sum_compared_with_a_number(operator, target, text, is_right):
    fields = [
        question("number", "a"),
        question("number", "b", sums=[{"parts": ["a", "b"], "operator": operator, "target": target}]),
    ]
    assert fill(QueryDict(text), fields).is_valid() == is_right


def test_sum_is_silent_while_a_part_is_wrong():
    form = fill(sent({"name": "x", "hours": "abc"}, total="5", other="1"))
    assert list(form.errors) == ["courses"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"name": "", "hours": "3"}, "Row 1, 課名: is needed"),
        ({"name": "a", "hours": "abc"}, "Row 1, 學時: enter a number"),
        ({"name": "a", "hours": "201"}, "Row 1, 學時: at most 200"),
        ({"name": "a", "hours": "1.23456"}, "Row 1, 學時: at most 4 decimals, 15 digits in all"),
        ({"name": "a", "hours": "1", "size": "0.4"}, "Row 1, 係數: at least 0.5"),
        ({"name": "a", "hours": "1", "kind": "none"}, "Row 1, 性質: choose one from the list"),
        ({"name": "a", "hours": "1", "from": "2026-02-30"}, "Row 1, 開課: enter a day, like 2026-09-01"),
        ({"name": "a" * 501, "hours": "1"}, "Row 1, 課名: at most 500 characters"),
        ({"name": "a\x00", "hours": "1"}, "Row 1, 課名: has a sign that cannot be kept"),
    ],
)
def test_wrong_cell_is_named_and_the_right_ones_are_kept(row, words):
    form = fill(sent({"name": "好", "hours": "2"}, total="0"), [COURSES])
    assert form.is_valid()
    form = fill(sent(row, {"name": "好", "hours": "2"}), [COURSES])
    assert form.errors["courses"] == [words]
    kept = form.plain_answers()["courses"]
    assert kept[-1] == {"name": "好", "hours": 2}
    assert len(kept) == 2 or "name" not in row
    drawn = render_to_string("questionnaires/fields.html", {"form": form})
    assert words.split(": ")[1] in drawn
    assert 'value="好"' in drawn


def test_calculated_cells_are_not_taken_from_outside():
    form = fill(sent({"name": "a", "hours": "2", "size": "1", "counted": "999"}), [COURSES])
    assert form.plain_answers()["courses"] == [{"name": "a", "hours": 2, "size": 1, "counted": 2}]


@pytest.mark.parametrize("name", ["courses-x-name", "courses--name", "courses-0-none", "courses-0", "courses-１-name"])
def test_names_that_are_no_cells_are_passed_over(name):
    data = sent()
    data[name] = "x"
    assert fill(data, [COURSES]).plain_answers() == {}


def test_number_of_rows():
    rows = [{"name": str(place), "hours": "1"} for place in range(4)]
    assert fill(sent(*rows), [COURSES]).errors["courses"] == ["At most 3 rows."]
    few = COURSES | {"limits": {"min_rows": 2}}
    assert fill(sent(rows[0]), [few]).errors["courses"] == ["At least 2 rows."]
    assert fill(sent(), [few]).is_valid()
    assert fill(sent(), [few | {"required": True}]).errors["courses"] == ["Fill in at least one row."]


def test_thousand_rows():
    many = COURSES | {"limits": {"max_rows": 1000}}
    form = fill(sent(*({"name": f"課{place}", "hours": "0.1", "size": "1"} for place in range(1000))), [many])
    assert form.is_valid(), form.errors
    rows = form.plain_answers()["courses"]
    assert len(rows) == 1000
    made = answers(version([many]), people.student(), form.plain_answers())
    assert answer_lines(made)[0].table.totals[-1] == "100"
    assert render_to_string("questionnaires/fields.html", {"form": form}).count("data-table-row>") == 1001


def test_unit_part_is_not_asked_of_the_person():
    fields = [question("text", "a"), question("number", "by_unit", unit_only=True)]
    form = fill(QueryDict("a=x&by_unit=5"), fields)
    assert form.plain_answers() == {"a": "x"}
    asked = build_unit_form(version(fields), data=QueryDict("a=y&by_unit=5"), person=people.clerk(), initial={"a": "x"})
    assert asked.plain_answers() == {"a": "x", "by_unit": 5}


def test_returned_part_of_a_sum_brings_the_rest_of_it():
    before = {"courses": [{"name": "a", "hours": 2, "size": 1, "counted": 2}], "other": 1, "total": 3}
    form = build_form(
        version([*WORKLOAD, question("text", "note")]), person=people.student(), initial=before, only=["other"]
    )
    assert set(form.fields) == {"courses", "other", "total"}


def test_definitions_survive_json():
    for row in WORKLOAD:
        assert field_to_json(field_from_json(row)) == {key: value for key, value in row.items() if key != "columns"} | (
            {"columns": row["columns"]} if "columns" in row else {}
        )


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("a + b.c = total", SumRule(("a", "b.c"), "=", "total")),
        ("a＋b ≤ 100", SumRule(("a", "b"), "<=", "100")),
        ("a>=0.5", SumRule(("a",), ">=", "0.5")),
    ],
)
def test_sums_as_they_are_written(line, rule):
    assert read_sum(line) == rule
    assert read_sum(str(rule)) == rule


@pytest.mark.parametrize("line", ["", "a + b", "a = ", "= 3", "a * b = c", "a.b.c = 1", "A = 1", "a = b = c"])
def test_what_is_no_sum(line):
    with pytest.raises(NoSumRule):
        read_sum(line)


def problems(fields: list[dict]) -> list[str]:
    return [problem.words for problem in find_problems(fields_from_json(fields))]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"columns": []}, "it needs columns to fill in."),
        ({"columns": [{"key": "A b", "kind": "text", "label": words("x")}]}, "key must begin"),
        ({"columns": [{"key": "a", "kind": "text", "label": {}}]}, "it has no label."),
        ({"columns": [{"key": "a", "kind": "text", "label": words("x"), "total": True}]}, "only numbers have a total"),
        ({"columns": [{"key": "a", "kind": "choice", "label": words("x")}]}, "it needs choices."),
        (
            {
                "columns": [
                    {"key": "a", "kind": "text", "label": words("x")},
                    {"key": "b", "kind": "calculated", "label": words("y"), "formula": {"of": ["a"]}},
                ]
            },
            "calculated from columns of numbers",
        ),
        ({"limits": {"min_rows": 5, "max_rows": 2}}, "least number of rows is greater"),
        ({"limits": {"max_rows": 5000}}, "a table has 1 to 1000 rows."),
        ({"sums": [{"parts": ["courses.name"], "operator": "=", "target": "3"}]}, "which is no number of this form"),
        ({"sums": [{"parts": ["gone"], "operator": "=", "target": "3"}]}, "which is no number of this form"),
        ({"office_only": True, "unit_only": True}, "not for both"),
    ],
)
def test_unsound_tables_are_told(change, told):
    found = problems([question("text", "first"), COURSES | change])
    assert any(told in each for each in found), found


def test_person_is_not_held_to_a_sum_with_the_units_part():
    fields = [
        question("number", "u", unit_only=True),
        question("number", "a", sums=[SUM | {"parts": ["u"], "target": "a"}]),
    ]
    assert any("what others fill in later" in each for each in problems(fields))
    assert problems(WORKLOAD) == []


def test_rules_and_changes_in_words():
    fields = fields_from_json(WORKLOAD)
    assert sum_words(fields[2].sums[0], fields) == "“課程 · 折算” + “other” equals “total”."
    after = fields_from_json(
        [COURSES | {"columns": COURSES["columns"][:2]}, OTHER, question("number", "total", required=True)]
    )
    assert describe_changes(fields, after) == ["“課程”: the columns changed", "“total”: the sums changed"]


def test_answers_of_an_earlier_round_that_still_fit():
    earlier = answers(
        version(
            [
                COURSES,
                question("choice", "c", choices=[{"key": "x", "label": words("x")}]),
                question("text", "t"),
                question("text", "n"),
            ]
        ),
        people.student(),
        {
            "courses": [{"name": "a", "hours": 3, "size": 2, "kind": "must", "counted": 6}],
            "c": "x",
            "t": "keep",
            "n": "no",
        },
    )
    fewer = COURSES | {"columns": [each for each in COURSES["columns"] if each["key"] != "kind"]}
    now = version(
        [
            fewer,
            question("choice", "c", choices=[{"key": "y", "label": words("y")}]),
            question("text", "t"),
            question("text", "n", asked_anew=True),
        ]
    )
    assert answers_from(earlier, now) == {
        "courses": [{"name": "a", "hours": 3, "size": 2, "counted": 6}],
        "t": "keep",
    }


def test_frozen_answers_stay():
    made = answers(version(), people.student(), {"purpose": "visa"})
    assert freeze_answers(type(made).objects.filter(pk=made.pk), at=made.updated_at) == 1
    made.answers = {}
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        made.save()
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        made.delete()


def test_table_in_words():
    made = answers(
        version(WORKLOAD),
        people.student(),
        {"courses": [{"name": "<b>", "hours": 2.5, "kind": "must", "from": "2026-09-01", "counted": 3}], "total": 3},
    )
    line = answer_lines(made)[0]
    assert line.value == "1 row"
    assert line.table.headings == ("課名", "學時", "係數", "性質", "開課", "折算")
    assert line.table.rows[0][:4] == ("<b>", "2.5", "", "必修")
    assert line.table.totals == ("", "", "", "", "", "3")
    drawn = render_to_string("questionnaires/answers.html", {"lines": answer_lines(made)})
    assert "<b>" not in drawn.replace("&lt;b&gt;", "")
