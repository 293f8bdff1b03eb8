"""Administrators make tables: columns, rows, sums and what the unit fills in, by the page and back again."""

import pytest
from django.urls import reverse

from apps.questionnaires.definitions import fields_from_json
from apps.questionnaires.editor_forms import FieldForm
from apps.questionnaires.services import publish_form
from tests import factories as people
from tests.questionnaires.factories import form, question
from tests.questionnaires.test_tables import WORKLOAD

pytestmark = pytest.mark.django_db
COLUMNS = {
    "columns-0-key": "name",
    "columns-0-kind": "text",
    "columns-0-hant": "課名",
    "columns-0-required": "yes",
    "columns-1-key": "hours",
    "columns-1-kind": "number",
    "columns-1-hant": "學時",
    "columns-1-minimum": "０．５",
    "columns-1-maximum": "400",
    "columns-1-total": "yes",
    "columns-2-key": "kind",
    "columns-2-kind": "choice",
    "columns-2-hant": "性質",
    "columns-2-more": "must|必修|必修|required; 選修",
    "columns-3-key": "counted",
    "columns-3-kind": "calculated",
    "columns-3-hant": "折算",
    "columns-3-more": "hours × hours",
    "columns-4-key": "",
}


@pytest.fixture
def editor(client):
    client.force_login(people.administrator(language="en"))
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def asked():
    return form([question("number", "total"), question("table", "courses")])


def save(editor, asked, **data):
    asked.refresh_from_db()
    url = reverse("questionnaires:save_field", args=[asked.pk, "courses"])
    return editor.post(url, {"kind": "table", "label_hant": "課程", "version": asked.version, **data})


def test_columns_are_made_on_the_page(editor, asked):
    answer = save(
        editor, asked, **COLUMNS, max_rows="20", sums="courses.hours ＝ total", required="on", asked_anew="on"
    )
    assert answer.status_code == 302, answer.content.decode()
    asked.refresh_from_db()
    table = fields_from_json(asked.draft)[1]
    assert [(column.key, column.kind) for column in table.columns] == [
        ("name", "text"),
        ("hours", "number"),
        ("kind", "choice"),
        ("counted", "calculated"),
    ]
    hours, kind, counted = table.columns[1:]
    assert (hours.minimum, hours.maximum, hours.total) == (0.5, 400, True)
    assert [(each.key, each.label) for each in kind.choices] == [
        ("must", {"zh-hant": "必修", "zh-hans": "必修", "en": "required"}),
        ("選修", {"zh-hant": "選修"}),
    ]
    assert counted.formula.value({"hours": 1.5}) == 2.25
    assert (table.limits.max_rows, str(table.sums[0]), table.asked_anew) == (20, "courses.hours = total", True)
    publish_form(form=asked, actor=None)


@pytest.mark.parametrize("row", WORKLOAD, ids=lambda row: row["key"])
def test_what_is_there_survives_being_opened_and_saved(editor, row):
    asked = form(WORKLOAD)
    fields = fields_from_json(asked.draft)
    opened = FieldForm(fields_now=fields, key=row["key"])
    data = {name: value for name, value in opened.initial.items() if value not in (None, "", False, [])}
    for place, cells in enumerate(data.pop("columns", [])):
        data |= {f"columns-{place}-{key}": value for key, value in cells.items() if value is not None}
    answer = editor.post(
        reverse("questionnaires:save_field", args=[asked.pk, row["key"]]), data | {"version": asked.version}
    )
    assert answer.status_code == 302, answer.content.decode()
    asked.refresh_from_db()
    assert fields_from_json(asked.draft) == fields


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({}, "it needs columns to fill in."),
        ({"columns-0-key": "a", "columns-0-kind": "text"}, "it has no label."),
        ({"columns-0-kind": "text"}, "Row 1, Key: is needed"),
        (COLUMNS | {"columns-3-more": "hours * name"}, "calculated from columns of numbers"),
        (COLUMNS | {"sums": "courses.hours plus 3"}, "is not understood"),
        (COLUMNS | {"sums": "courses.name = 3"}, "which is no number of this form"),
        (COLUMNS | {"office_only": "on", "unit_only": "on"}, "not for both"),
    ],
)
def test_faults_are_told_and_nothing_typed_is_lost(editor, asked, data, told):
    answer = save(editor, asked, **data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert told in page
    assert 'value="課程"' in page
    asked.refresh_from_db()
    assert asked.version == 1


def test_form_is_made_for_collecting(editor):
    editor.post(reverse("questionnaires:create"), {"code": "bonus", "hant": "獎金分配", "collects": "on"})
    from apps.questionnaires.models import Form

    assert Form.objects.get(code="bonus").collects
