"""What people type about assignments: nothing is cut without a word."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from apps.assignments import forms
from apps.people.enums import Role
from tests import factories
from tests.assignments import factories as make


@pytest.fixture
def part(college):
    return make.of(make.given(college.clerk, college.units[:1]), college.units[0])


@pytest.mark.parametrize(("count", "is_valid"), [(10, True), (11, False)])
def test_too_many_files_are_refused_and_none_is_left_out(part, count, is_valid):
    files = [SimpleUploadedFile(f"{place}.txt", b"text") for place in range(count)]
    form = forms.ReportForm({"text": "好"}, MultiValueDict({"files": files}), part=part)
    assert form.is_valid() == is_valid
    assert form.errors.get("files", []) == ([] if is_valid else ["At most 10 files at once."])


def test_everybody_of_a_large_unit_can_be_named(college, part, monkeypatch):
    monkeypatch.setattr(forms, "MOST_PEOPLE", 3)
    factories.person("學生", Role.STUDENT, at=college.units[0])
    assert len(forms.NameForm(part=part).people) == 3, "as many as fit are a list to choose from"
    last = factories.person("鄒老師", Role.STAFF, at=college.units[0])
    factories.person("鄒老師", Role.STAFF, at=college.units[1])
    same = factories.person("鄒老師", Role.STAFF, at=college.units[0])
    for typed, person in ((last.number, last), (f" {same.number.lower()} ", same), ("甲系教師", college.teachers[0])):
        form = forms.NameForm({"person": typed}, part=part)
        assert form.is_valid(), form.errors
        assert form.chosen == person
    for typed, words in (
        ("鄒老師", "type the number"),
        ("學生", "Nobody of the unit"),
        (college.teachers[1].number, "Nobody of the unit"),
        ("", "required"),
    ):
        form = forms.NameForm({"person": typed}, part=part)
        assert words in str(form.errors["person"])
