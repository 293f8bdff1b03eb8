"""Filling in: what a browser sends becomes plain answers; the server keeps the rules whatever the browser showed."""

from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.utils import timezone, translation

from apps.core.clock import now
from apps.journal.files import attach
from apps.journal.models import Attachment
from apps.people.enums import Role
from apps.questionnaires.forms import build_form, build_office_form
from tests import factories as people
from tests.questionnaires.factories import PDF, PURPOSE, filled, question, version

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return people.student()


def one(person, kind, text, **parts):
    """The form with one question, filled in: (its answer, its errors)."""
    form = filled(version([question(kind, **parts)]), person, text)
    return form.plain_answers().get("q"), form.errors.get("q", [])


CHOICES = [{"key": "a", "label": {"en": "A"}}, {"key": "b", "label": {"en": "B"}}]
ANSWERS = [
    ("text", "q=+hello+", {}, "hello"),
    ("long_text", "q=a%0Ab", {}, "a\nb"),
    ("choice", "q=b", {"choices": CHOICES}, "b"),
    ("choices", "q=a&q=b", {"choices": CHOICES}, ["a", "b"]),
    ("date", "q=2026-12-01", {}, "2026-12-01"),
    ("date", "q=2026/12/01", {}, "2026-12-01"),
    ("number", "q=3", {}, 3),
    ("number", "q=2.5", {}, 2.5),
    ("yes_no", "q=false", {}, False),
    ("yes_no", "q=true", {}, True),
]


@pytest.mark.parametrize(("kind", "text", "parts", "answer"), ANSWERS)
def test_answer_becomes_a_plain_value(person, kind, text, parts, answer):
    assert one(person, kind, text, **parts) == (answer, [])


WRONG = [
    ("text", "q=" + "x" * 11, {"limits": {"max_length": 10}}),
    ("text", "q=a%00b", {}),
    ("choice", "q=z", {"choices": CHOICES}),
    ("choices", "q=a&q=z", {"choices": CHOICES}),
    ("date", "q=31.31.2026", {}),
    ("number", "q=many", {}),
    ("number", "q=9", {"limits": {"maximum": 5}}),
    ("number", "q=1.5", {"limits": {"whole": True}}),
    ("number", "q=NaN", {}),
    ("yes_no", "q=maybe", {}),
    ("person", "q=Nobody+X9", {}),
    ("file", "q=not-a-key", {"required": True}),
]


@pytest.mark.parametrize(("kind", "text", "parts"), WRONG)
def test_wrong_answer_is_told_and_not_kept(person, kind, text, parts):
    answer, errors = one(person, kind, text, **parts)
    assert answer is None
    assert errors


@pytest.mark.parametrize(
    ("limit", "days", "right"), [("not_past", -1, False), ("not_past", 0, True), ("not_future", 1, False)]
)
def test_day_within_its_limit(person, limit, days, right):
    day = timezone.localdate(now()) + timedelta(days=days)
    _answer, errors = one(person, "date", f"q={day}", limits={limit: True})
    assert (not errors) is right


@pytest.mark.parametrize("kind", ["text", "choice", "choices", "date", "number", "yes_no", "person", "file"])
def test_needed_answer_left_out(person, kind):
    parts = {"choices": CHOICES} if kind.startswith("choice") else {}
    assert one(person, kind, "", required=True, **parts)[1]
    assert not one(person, kind, "", **parts)[1]


def test_hidden_question_is_not_needed_and_its_answer_does_not_count(person):
    form = filled(version(), person, "purpose=visa&which=sneaked", ("a.pdf", PDF))
    assert form.is_valid()
    assert set(form.plain_answers()) == {"purpose", "papers"}


def test_shown_question_is_needed(person):
    form = filled(version(), person, "purpose=other")
    assert list(form.errors) == ["which"]


def test_question_needed_by_condition(person):
    assert list(filled(version(), person, "purpose=visa").errors) == ["papers"]
    assert filled(version(), person, "purpose=other&which=x").is_valid()


def test_what_is_wrong_with_a_hidden_answer_does_not_matter(person):
    hidden = question("number", "n", shown_if={"field": "purpose", "operator": "is", "value": "other"})
    assert filled(version([PURPOSE, hidden]), person, "purpose=visa&n=many").is_valid()


def test_office_part_is_not_asked_and_cannot_be_posted(person):
    form = filled(version(), person, "purpose=other&which=x&register=mine")
    assert "register" not in form.fields
    assert "register" not in form.plain_answers()


def test_office_form_asks_the_office_part_alone_and_keeps_the_rest(person):
    before = {"purpose": "other", "which": "x"}
    asked = version()
    assert list(build_office_form(asked, person=person, initial=before).fields) == ["register"]
    form = build_office_form(asked, person=person, initial=before, data={"register": "A-17"}, files={})
    assert form.is_valid()
    assert form.plain_answers() == {**before, "register": "A-17"}


def test_correction_changes_the_named_answers_alone(person):
    before = {"purpose": "other", "which": "old", "register": "A-17"}
    form = filled(version(), person, "which=new&purpose=visa&register=mine", only=["which"], initial=before)
    assert form.is_valid()
    assert form.plain_answers() == {**before, "which": "new"}


def test_correction_brings_the_questions_that_depend_on_it(person):
    before = {"purpose": "other", "which": "old"}
    form = filled(version(), person, "purpose=visa", only=["purpose"], initial=before)
    assert list(form.fields) == ["purpose", "which", "papers"]
    assert list(form.errors) == ["papers"]


def test_files_are_kept_though_another_answer_is_wrong(person):
    asked = version()
    form = filled(asked, person, "purpose=", ("a.pdf", PDF))
    assert not form.is_valid()
    key = form.plain_answers()["papers"][0]
    page = render_to_string("questionnaires/fields.html", {"form": form, "csp_nonce": "n"})
    assert key in page
    again = filled(asked, person, f"purpose=visa&papers={key}")
    assert again.is_valid()
    assert again.plain_answers()["papers"] == [key]


def test_same_file_twice_is_kept_once(person):
    form = filled(version(), person, "purpose=visa", ("a.pdf", PDF), ("b.pdf", PDF))
    assert len(form.plain_answers()["papers"]) == 1
    assert Attachment.objects.count() == 1


def test_refused_file_is_told_and_the_good_one_stays(person):
    with translation.override("en"):
        form = filled(version(), person, "purpose=visa", ("good.pdf", PDF), ("bad.png", b"<html>"))
        assert "bad.png" in str(form.errors["papers"])
    page = render_to_string("questionnaires/fields.html", {"form": form, "csp_nonce": "n"})
    assert "good.pdf" in page


def test_more_files_than_allowed(person):
    sent = [(f"{number}.txt", b"x%d" % number) for number in range(3)]
    assert "papers" in filled(version(), person, "purpose=visa", *sent).errors
    assert not Attachment.objects.exists()


def test_file_of_another_person_is_not_taken(person):
    theirs = filled(version(), people.student(), "purpose=visa", ("a.pdf", PDF)).plain_answers()["papers"][0]
    form = filled(version(), person, f"purpose=visa&papers={theirs}")
    assert list(form.errors) == ["papers"]


def test_file_that_was_answered_before_stays_though_it_belongs_to_the_thing(person):
    asked = version()
    key = filled(asked, person, "purpose=visa", ("a.pdf", PDF)).plain_answers()["papers"][0]
    attach(Attachment.objects.filter(key=key), to=person, person=person)
    form = filled(asked, person, f"purpose=visa&papers={key}", initial={"purpose": "visa", "papers": [key]})
    assert form.plain_answers()["papers"] == [key]
    assert list(filled(asked, person, f"purpose=visa&papers={key}").errors) == ["papers"]


def test_picture_question_refuses_a_paper_kept_elsewhere(person):
    asked = version([question("file", limits={"allow": ["images"]})])
    paper = filled(version(), person, "purpose=visa", ("a.pdf", PDF)).plain_answers()["papers"][0]
    assert filled(asked, person, f"q={paper}").errors["q"]


def test_person_by_number_name_or_suggestion(person):
    secretary = people.person("陳秘書", Role.STAFF, number="E100")
    for text in ("E100", "e100", "陳秘", "陳秘書 E100"):
        assert one(person, "person", f"q={text}") == (secretary.pk, [])


def test_person_whose_name_two_have_must_be_chosen(person):
    people.person("陳一", Role.STAFF), people.person("陳一", Role.STAFF)
    assert one(person, "person", "q=陳一")[1]


def test_student_cannot_be_named_by_a_student_but_by_the_office(person):
    other = people.student("林某", number="S77")
    assert one(person, "person", "q=S77")[1]
    assert one(people.clerk(), "person", "q=S77") == (other.pk, [])


def test_person_who_left_is_not_found(person):
    people.person("陳離職", Role.STAFF, number="E9", is_active=False)
    assert one(person, "person", "q=E9")[1]


def test_page_says_conditions_and_errors_to_the_browser(person):
    form = filled(version(), person, "purpose=other")
    page = " ".join(render_to_string("questionnaires/fields.html", {"form": form, "csp_nonce": "n"}).split())
    assert 'data-shown-field="purpose"' in page
    assert 'aria-describedby="id_which_error"' in page
    assert 'id="id_which_error"' in page
    assert "style=" not in page


def test_choices_over_six_are_a_list(person):
    many = [{"key": f"k{number}", "label": {"en": str(number)}} for number in range(7)]
    form = build_form(version([question("choice", choices=many)]), person=person)
    assert "<select" in str(form["q"])


def test_unbound_form_gives_what_was_answered_before(person):
    form = build_form(version(), person=person, initial={"purpose": "visa", "which": "hidden"})
    assert form.plain_answers() == {"purpose": "visa"}
    assert not form.errors


def test_hostile_label_is_shown_as_text(person):
    asked = version([question("text", label={"en": "<script>alert(1)</script>"}, help={"en": "<b>x</b>"})])
    page = render_to_string("questionnaires/fields.html", {"form": build_form(asked, person=person), "csp_nonce": "n"})
    assert "<script>alert" not in page
    assert "<b>x" not in page
