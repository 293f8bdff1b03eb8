"""The two ready forms: sound, in three languages, installed once, and what they ask adds up."""

import pytest
from django.core.management import call_command
from django.http import QueryDict

from apps.questionnaires.definitions import read_fields
from apps.questionnaires.forms import build_form
from apps.questionnaires.models import Form
from apps.questionnaires.services import collecting_versions, current_version
from apps.replies.starter import FORMS, install_forms
from tests import factories

pytestmark = pytest.mark.django_db


def test_installed_once_and_left_alone_afterwards():
    assert [form.code for form in install_forms()] == ["workload", "title-review"]
    Form.objects.filter(code="workload").update(name={"zh-hant": "改過的名字"})
    assert install_forms() == []
    assert Form.objects.get(code="workload").name == {"zh-hant": "改過的名字"}
    assert {version.form.code for version in collecting_versions()} == {"workload", "title-review"}


def test_set_up_command_installs_them():
    call_command("setup_college", verbosity=0)
    assert Form.objects.filter(collects=True).count() == 2


def texts(row):
    for name in ("label", "help"):
        if name in row:
            yield row[name]
    for inner in (*row.get("choices", ()), *row.get("columns", ())):
        yield from texts(inner)


@pytest.mark.parametrize(("code", "fields"), [(code, fields) for code, _name, fields in FORMS])
def test_every_word_is_there_in_three_languages(code, fields):
    missing = [
        words
        for row in fields
        for words in texts(row)
        if sorted(words) != ["en", "zh-hans", "zh-hant"] or not all(words.values())
    ]
    assert missing == [], code


def workload(**changes):
    install_forms()
    data = QueryDict(mutable=True)
    data.update(
        {
            "term": "2026-2027-1",
            "courses-0-course": "編譯原理",
            "courses-0-class": "1 班",
            "courses-0-nature": "required",
            "courses-0-students": "52",
            "courses-0-hours": "48",
            "courses-0-size": "1.15",
            "theses-0-level": "bachelor",
            "theses-0-students": "3",
            "theses-0-each": "12",
            "duties-0-duty": "班主任",
            "duties-0-hours": "20.5",
            "total": "111.7",
        }
        | changes
    )
    version = current_version(Form.objects.get(code="workload"))
    return build_form(version, data=data, person=factories.person("教師", "staff"))


def test_workload_adds_up():
    form = workload()
    assert form.is_valid(), form.errors
    assert form.plain_answers()["courses"][0]["converted"] == 55.2
    assert "total" in workload(total="111.71").errors
    assert "excess" in workload(excess="200").errors
    assert workload(excess="１１．７").is_valid()


def test_unit_grants_the_hours():
    install_forms()
    fields = read_fields(current_version(Form.objects.get(code="workload")))
    assert [field.key for field in fields if field.unit_only] == ["granted", "opinion"]
