"""Drafts, versions that never change, answers that nobody overwrites unseen; answers in words."""

import pytest
from django.db import transaction
from django.db.utils import InternalError
from django.utils import translation

from apps.journal.files import UnableToAttach
from apps.journal.models import Attachment, Entry
from apps.people.enums import Role
from apps.questionnaires import drafting, services
from apps.questionnaires.definitions import fields_from_json
from apps.questionnaires.display import answer_lines
from apps.questionnaires.enums import FieldKind
from apps.questionnaires.models import FormVersion
from apps.questionnaires.wording import describe_changes
from tests import factories as people
from tests.questionnaires.factories import PAPERS, PDF, PURPOSE, REGISTER, USUAL, WHICH, answers, filled, form, question
from tests.questionnaires.factories import version as made_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor():
    return people.administrator()


def test_publishing_freezes_the_draft(actor):
    asked = form()
    made = services.publish_form(form=asked, actor=actor, version=1)
    assert (made.number, made.published_by) == (1, actor)
    assert services.current_version(asked) == made
    assert [entry.verb for entry in Entry.objects.about(asked)] == ["form_published"]


def test_publishing_the_same_again_makes_no_version(actor):
    asked = form()
    first = services.publish_form(form=asked, actor=actor)
    assert services.publish_form(form=asked, actor=actor) == first
    assert asked.versions.count() == 1


def test_changed_draft_becomes_the_next_version(actor):
    asked = form()
    services.publish_form(form=asked, actor=actor)
    services.change_draft(
        form=asked, actor=actor, version=1, change=lambda fields: drafting.moved(fields, "papers", -1)
    )
    second = services.publish_form(form=asked, actor=actor, version=2)
    assert second.number == 2
    assert [row["key"] for row in second.fields] == ["purpose", "papers", "which", "register"]


def test_unsound_draft_is_not_published(actor):
    with pytest.raises(services.UnableToPublish):
        services.publish_form(form=form([]), actor=actor)
    assert not FormVersion.objects.exists()


def test_draft_changed_meanwhile_is_not_published(actor):
    with pytest.raises(services.UnableToPublish):
        services.publish_form(form=form(version=3), actor=actor, version=2)


@pytest.mark.parametrize("act", ["update", "delete"])
def test_version_cannot_be_changed(act):
    made_version()
    rows = FormVersion.objects.all()
    with pytest.raises(InternalError), transaction.atomic():
        rows.update(fields=[]) if act == "update" else rows.delete()


def test_draft_of_another_version_is_not_overwritten(actor):
    asked = form()
    change = lambda fields: drafting.without_field(fields, "papers")  # noqa: E731
    services.change_draft(form=asked, actor=actor, version=1, change=change)
    with pytest.raises(services.DraftChanged):
        services.change_draft(form=asked, actor=actor, version=1, change=change)
    asked.refresh_from_db()
    assert (asked.version, len(asked.draft)) == (2, 3)


def test_change_that_changes_nothing_is_not_history(actor):
    asked = form()
    services.change_draft(
        form=asked, actor=actor, version=1, change=lambda fields: drafting.moved(fields, "purpose", -1)
    )
    asked.refresh_from_db()
    assert (asked.version, Entry.objects.count()) == (1, 0)


def test_removed_question_takes_its_conditions_along():
    rest = drafting.without_field(fields_from_json(USUAL), "purpose")
    assert [field.key for field in rest] == ["which", "papers", "register"]
    assert not any(field.conditions for field in rest)


def test_new_question_has_a_free_key():
    fields = fields_from_json([question("text", "q1"), question("text", "q3")])
    assert drafting.free_key(fields) == "q2"
    added = drafting.with_field(fields, "q2", FieldKind.DATE)
    assert [field.key for field in added] == ["q1", "q3", "q2"]


def test_unknown_question_is_said():
    for change in (drafting.without_field, drafting.index_of):
        with pytest.raises(drafting.UnknownField):
            change(fields_from_json(USUAL), "gone")


def test_answers_are_kept_with_their_files():
    person, thing = people.student(), people.student()
    asked = made_version()
    row = answers(asked, person)
    sent = filled(asked, person, "purpose=visa", ("a.pdf", PDF))
    row = services.save_answers(row, form=sent, actor=person, version=1, attach_to=thing)
    assert row.version == 2
    assert [str(file.key) for file in Attachment.objects.of(thing)] == row.answers["papers"]
    again = services.save_answers(row, form=sent, actor=person, version=2, attach_to=thing)
    assert again.version == 2


def test_incomplete_answers_are_kept_too():
    person, asked = people.student(), made_version()
    row = services.save_answers(answers(asked, person), form=filled(asked, person, "purpose=other"), actor=person)
    assert row.answers == {"purpose": "other"}


def test_answers_that_somebody_saved_meanwhile_are_not_overwritten():
    person, asked = people.student(), made_version()
    row = answers(asked, person)
    services.save_answers(row, form=filled(asked, person, "purpose=other&which=a"), actor=person, version=1)
    with pytest.raises(services.AnswersChanged):
        services.save_answers(row, form=filled(asked, person, "purpose=other&which=b"), actor=person, version=1)
    row.refresh_from_db()
    assert row.answers["which"] == "a"


def test_file_that_cannot_be_attached_keeps_nothing():
    person, asked = people.student(), made_version()
    row, sent = answers(asked, person), filled(asked, person, "purpose=visa", ("a.pdf", PDF))
    sent.is_valid()
    Attachment.objects.all().delete()
    with pytest.raises(UnableToAttach), transaction.atomic():
        services.save_answers(row, form=sent, actor=person, attach_to=person)
    row.refresh_from_db()
    assert row.answers == {}


def test_lines_say_the_answers_in_words(django_assert_num_queries):
    person, boss = people.student(), people.person("陳主任", Role.STAFF, number="E5")
    kinds = [question("yes_no", "urgent"), question("date", "day"), question("person", "boss"), question("number", "n")]
    asked = made_version([PURPOSE, WHICH, PAPERS, *kinds, REGISTER])
    key = filled(asked, person, "purpose=visa", ("a.pdf", PDF)).plain_answers()["papers"]
    kept = {"purpose": "visa", "papers": key, "urgent": False, "day": "2027-01-04", "boss": boss.pk, "n": 0}
    row = answers(asked, person, {**kept, "register": "A1"})
    with translation.override("en"), django_assert_num_queries(2):
        lines = answer_lines(row)
    assert [(line.key, line.value) for line in lines] == [
        ("purpose", "簽證"),
        ("papers", ""),
        ("urgent", "No"),
        ("day", "4 Jan 2027 (Mon)"),
        ("boss", "陳主任 E5"),
        ("n", "0"),
    ]
    assert [file.name for file in lines[1].attachments] == ["a.pdf"]
    assert answer_lines(row, office=True)[-1].value == "A1"


def test_lines_of_broken_answers_do_not_fail():
    kinds = [question("person", "boss"), question("date", "day"), question("file", "papers"), question("choice", "c")]
    row = answers(
        made_version(kinds), people.student(), {"boss": 10**9, "day": "some day", "papers": "nothing", "c": "gone"}
    )
    assert [line.value for line in answer_lines(row)][1:] == ["some day", "", "gone"]


def changes(old, new):
    with translation.override("en"):
        return describe_changes(fields_from_json(old), fields_from_json(new))


def test_difference_in_words():
    needed = {**PURPOSE, "required": False, "choices": [*PURPOSE["choices"], {"key": "bank", "label": {"en": "Bank"}}]}
    assert changes(USUAL, USUAL) == []
    assert changes([PURPOSE], [PURPOSE, WHICH]) == ["Added: “何種用途”"]
    assert changes([PURPOSE, WHICH], [PURPOSE]) == ["Removed: “何種用途”"]
    assert changes([PURPOSE], [needed]) == [
        "“用途”: an answer is not needed any more",
        "“用途”: new choices: Bank",
    ]
    assert changes([PURPOSE, WHICH], [PURPOSE, {**WHICH, "shown_if": None}]) == ["“何種用途”: always shown now"]
    assert changes([PURPOSE, PAPERS], [PAPERS, PURPOSE]) == ["The order of the questions changed."]
