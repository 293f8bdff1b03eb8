"""A part asks for a form: filled in before the report, frozen into it, begun with the last answers the next time."""

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.http import QueryDict
from django.urls import reverse

from apps.assignments import services
from apps.assignments.enums import PartState
from apps.assignments.forms import PassDownForm
from apps.assignments.models import Part
from apps.assignments.screens import answers_form
from apps.assignments.services import PartWanted, UnableToReport
from apps.journal.models import Entry
from apps.questionnaires.models import AnswerSet
from tests import factories
from tests.assignments import factories as make
from tests.assignments.factories import moment
from tests.replies.factories import version
from tests.replies.test_views import signed_in


@pytest.fixture
def asked(college):
    return version()


@pytest.fixture
def row(college, asked):
    return make.given(college.clerk, [], parts=[PartWanted(college.units[0], "lead", "工時", form=asked)])


@pytest.fixture
def part(college, row) -> Part:
    return make.signed(row, college.units[0], college.secretaries[0])


def fill(part: Part, person, text: str = "hours=100", **given) -> Part:
    part = Part.objects.select_related("assignment", "unit").get(pk=part.pk)
    form = answers_form(part, person, QueryDict(text), {})
    return services.fill_in(part=part, form=form, actor=person, **given)


def report(part: Part, person) -> object:
    return services.report(part=part, actor=person, text="見表", at=moment(24))


def test_report_waits_for_the_form_and_takes_it_along_for_good(college, row, part):
    secretary = college.secretaries[0]
    with pytest.raises(UnableToReport, match="fill it in first"):
        report(part, secretary)
    fill(part, secretary)
    fill(part, secretary, "hours=120&note=估計")
    said = report(part, secretary)
    part = make.of(row, college.units[0])
    assert (part.state, part.answer_set) == (PartState.REPORTED, None)
    assert said.answer_set.answers == {"hours": 120, "note": "估計"}
    with pytest.raises(InternalError), transaction.atomic():
        AnswerSet.objects.filter(pk=said.answer_set_id).update(answers={})
    assert Entry.objects.about(part).filter(verb="filled_in").count() == 2
    with pytest.raises(UnableToReport, match="No report is asked"):
        fill(part, secretary)


def test_after_a_return_the_form_begins_with_the_last_answers_and_is_kept_anew(college, row, part):
    secretary = college.secretaries[0]
    fill(part, secretary)
    first = report(part, secretary)
    services.send_back(part=part, actor=college.heads[0], note="工時有誤", at=moment(24))
    part = make.of(row, college.units[0])
    assert answers_form(part, secretary).initial == first.answer_set.answers
    with pytest.raises(UnableToReport, match="fill it in first"):
        report(part, secretary)
    fill(part, secretary, "hours=90")
    second = report(part, secretary)
    first.refresh_from_db()
    assert (first.answer_set.answers["hours"], second.answer_set.answers["hours"]) == (100, 90)


def test_only_the_unit_fills_it_in_whole(college, part):
    for person, text, words in (
        (college.heads[0], "hours=100", "may not report"),
        (college.clerk, "hours=100", "may not report"),
        (college.secretaries[0], "note=100", "not complete"),
    ):
        with pytest.raises(UnableToReport, match=words):
            fill(part, person, text)
    assert not AnswerSet.objects.exists()


def test_database_keeps_answers_with_their_form(college, part):
    fill(part, college.secretaries[0])
    with pytest.raises(IntegrityError, match="assignments_answers_have_form"), transaction.atomic():
        Part.objects.filter(pk=part.pk).update(form_version=None)


def test_form_on_the_page_first_then_the_report_and_the_answers_on_it(college, row, part):
    client = signed_in(college.secretaries[0])
    url, page = reverse("assignments:fill_in", args=[part.pk]), part.get_absolute_url()
    shown = client.get(page).content.decode()
    assert url in shown
    assert reverse("assignments:report", args=[part.pk]) not in shown, "not before the form is there"
    answer = client.post(url, {"hours": "", "note": "未填"})
    assert (answer.status_code, "未填" in answer.content.decode()) == (422, True)
    assert client.post(url, {"hours": "135"}).status_code == 302
    assert reverse("assignments:report", args=[part.pk]) in client.get(page).content.decode()
    report(part, college.secretaries[0])
    assert url not in client.get(page).content.decode()
    assert "135" in signed_in(college.heads[0]).get(page).content.decode()


def test_part_without_a_form_has_none_to_fill_in(college):
    part = make.signed(make.given(college.clerk, college.units[:1]), college.units[0], college.secretaries[0])
    client = signed_in(college.secretaries[0])
    assert "form-to-fill" not in client.get(part.get_absolute_url()).content.decode()
    assert client.post(reverse("assignments:fill_in", args=[part.pk]), {"hours": "1"}).status_code == 302
    assert not AnswerSet.objects.exists()


def test_passed_down_with_the_newest_version_of_a_form(college, row, part, asked):
    below = factories.unit("教研室", parent=college.units[0])
    newest = type(asked).objects.create(form=asked.form, number=2, fields=asked.fields)
    form = PassDownForm({"units": [below.pk], "form": asked.pk}, part=part)
    assert "form" in form.errors, "an older version is not offered"
    form = PassDownForm({"units": [below.pk], "form": newest.pk}, part=part)
    assert form.is_valid(), form.errors
    services.pass_down(part=part, actor=college.secretaries[0], parts=form.parts())
    assert make.of(row, below).form_version == newest
