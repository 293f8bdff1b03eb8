"""The pages to make forms: who may, what each button does, nothing lost when two work at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.questionnaires.models import Form
from tests import factories as people
from tests.questionnaires.factories import PURPOSE, USUAL, form, version

pytestmark = pytest.mark.django_db
NEW = {"code": "leave", "hant": "請假", "hans": "请假", "en": "Leave"}


@pytest.fixture
def asked():
    return form()


@pytest.fixture
def editor(client):
    client.force_login(people.administrator())
    return client


def address(name, asked, key=""):
    return reverse(f"questionnaires:{name}", args=[asked.pk, key] if key else [asked.pk])


def keys(asked):
    asked.refresh_from_db()
    return [row["key"] for row in asked.draft]


POSTS = [
    ("add_field", "", {"kind": "date"}),
    ("save_field", "which", {"kind": "text", "label_hant": "哪一種"}),
    ("move_field", "which", {"step": "up"}),
    ("remove_field", "which", {}),
    ("publish", "", {}),
]


@pytest.mark.parametrize(("name", "key", "data"), POSTS)
def test_post_by_role(client, asked, name, key, data):
    url = address(name, asked, key)
    seen = {}
    for who in ("student", "clerk", "director"):
        client.force_login(getattr(people, who)())
        seen[who] = client.post(url, {**data, "version": 1}).status_code
    assert seen == {"student": 404, "clerk": 404, "director": 302}
    assert client.get(url).status_code == 405


@pytest.mark.parametrize(("name", "key", "data"), POSTS[:4])
def test_second_post_of_the_same_page_changes_nothing(editor, asked, name, key, data):
    url = address(name, asked, key)
    editor.post(url, {**data, "version": 1})
    asked.refresh_from_db()
    once = (asked.draft, asked.version)
    editor.post(url, {**data, "version": 1})
    asked.refresh_from_db()
    assert (asked.draft, asked.version) == once
    assert asked.version == 2


@pytest.mark.parametrize("name", ["edit", "preview", "versions"])
def test_pages_of_a_form(client, asked, name):
    version(number=1)
    seen = {}
    for who in ("student", "clerk", "administrator", "director"):
        client.force_login(getattr(people, who)())
        seen[who] = client.get(address(name, asked)).status_code
    assert seen == {"student": 404, "clerk": 404, "administrator": 200, "director": 200}


@pytest.mark.parametrize("name", ["list", "create"])
def test_pages_of_no_form_are_refused_to_others(client, name):
    url = reverse(f"questionnaires:{name}")
    client.force_login(people.clerk())
    assert client.get(url).status_code == 403
    client.force_login(people.director())
    assert client.get(url).status_code == 200


def queries(client, url, **data):
    """How many queries a page takes, once it is warm."""
    client.get(url, data)
    with CaptureQueriesContext(connection) as found:
        client.get(url, data)
    return len(found)


def test_list_takes_the_same_queries_with_1_and_3_forms(editor):
    url = reverse("questionnaires:list")
    version()
    with_one = queries(editor, url)
    version(), version()
    assert queries(editor, url) == with_one
    assert len(editor.get(url).context["forms"]) == 3


def test_form_is_made_once(editor):
    url = reverse("questionnaires:create")
    answer = editor.post(url, NEW)
    made = Form.objects.get()
    assert answer.url == address("edit", made)
    assert (made.code, made.name) == ("leave", {"zh-hant": "請假", "zh-hans": "请假", "en": "Leave"})
    assert editor.post(url, NEW).status_code == 200
    assert Form.objects.count() == 1


def test_added_question_is_opened(editor, asked):
    answer = editor.post(address("add_field", asked), {"kind": "date", "key": "day", "version": 1})
    assert answer.url == f"{address('edit', asked)}?field=day"
    assert keys(asked) == ["purpose", "which", "papers", "register", "day"]
    assert editor.get(answer.url).context["screen"].open_form.key == "day"


@pytest.mark.parametrize(
    "data", [{"kind": "sql"}, {"kind": "text", "key": "Bad Key"}, {"kind": "text", "key": "purpose"}]
)
def test_nonsense_adds_no_question(editor, asked, data):
    editor.post(address("add_field", asked), {**data, "version": 1})
    assert len(keys(asked)) == 4


def test_question_is_said_anew(editor, asked):
    data = {
        "kind": "choice",
        "label_hant": "用途",
        "label_en": "Purpose",
        "help_en": "What for?",
        "choices": "visa | 簽證 | 签证 | Visa\nbank ｜ 銀行\n\nother",
        "required": "on",
        "version": 1,
    }
    editor.post(address("save_field", asked, "purpose"), data)
    asked.refresh_from_db()
    assert asked.draft[0] == {
        "key": "purpose",
        "kind": "choice",
        "label": {"zh-hant": "用途", "en": "Purpose"},
        "help": {"en": "What for?"},
        "choices": [
            {"key": "visa", "label": {"zh-hant": "簽證", "zh-hans": "签证", "en": "Visa"}},
            {"key": "bank", "label": {"zh-hant": "銀行"}},
            {"key": "other", "label": {"zh-hant": "other"}},
        ],
        "required": True,
    }


def test_condition_may_be_said_in_words(editor, asked):
    data = {
        "kind": "text",
        "label_hant": "哪一種",
        "shown_field": "purpose",
        "shown_operator": "in",
        "shown_value": "其他、簽證",
        "version": 1,
    }
    editor.post(address("save_field", asked, "which"), data)
    asked.refresh_from_db()
    assert asked.draft[1]["shown_if"] == {"field": "purpose", "operator": "in", "value": ["other", "visa"]}


def test_unsound_question_is_shown_again_as_typed(editor, asked):
    data = {"kind": "choice", "label_hant": "沒有選項", "choices": "", "version": 1}
    answer = editor.post(address("save_field", asked, "which"), data)
    assert answer.status_code == 422
    assert "沒有選項" in answer.content.decode()
    assert answer.context["screen"].open_form.non_field_errors()


def test_two_editors_at_once_lose_nothing(editor, asked):
    editor.post(address("save_field", asked, "which"), {"kind": "text", "label_hant": "甲說的", "version": 1})
    answer = editor.post(address("save_field", asked, "which"), {"kind": "text", "label_hant": "乙說的", "version": 1})
    assert answer.status_code == 422
    assert "乙說的" in answer.content.decode()
    asked.refresh_from_db()
    assert asked.draft[1]["label"] == {"zh-hant": "甲說的"}


def test_question_that_is_gone_is_404(editor, asked):
    assert editor.post(address("save_field", asked, "gone"), {"kind": "text", "version": 1}).status_code == 404


def test_publishing_leads_to_the_versions(editor, asked):
    answer = editor.post(address("publish", asked), {"version": 1}, follow=True)
    assert [row.version.number for row in answer.context["rows"]] == [1]
    editor.post(address("publish", asked), {"version": 1})
    assert asked.versions.count() == 1


def test_unsound_draft_stays_unpublished_in_words(editor):
    empty = form([])
    answer = editor.post(address("publish", empty), {"version": 1}, follow=True)
    assert [str(message) for message in answer.context["messages"]]
    assert not empty.versions.exists()


def test_versions_page_tells_the_difference(editor):
    asked = form([PURPOSE])
    editor.post(address("publish", asked), {"version": 1})
    Form.objects.filter(pk=asked.pk).update(draft=USUAL, version=2)
    answer = editor.post(address("publish", asked), {"version": 2}, follow=True)
    assert [len(row.changes) for row in answer.context["rows"]] == [3, 0]


def test_people_are_suggested_from_two_characters(client):
    client.force_login(people.student())
    people.person("歐陽娜娜", "staff", number="E1")
    people.student("歐陽學生")
    url = reverse("questionnaires:people")
    assert "E1" not in client.get(url, {"field": "boss", "boss": "歐"}).content.decode()
    page = client.get(url, {"field": "boss", "boss": "歐陽"}).content.decode()
    assert page.count("<option") == 1
    assert "歐陽娜娜 E1" in page


def test_suggestions_take_the_same_queries_with_1_and_3_people(client):
    client.force_login(people.student())
    url = reverse("questionnaires:people")
    people.person("歐陽", "staff")
    with_one = queries(client, url, field="b", b="歐陽")
    people.person("歐陽", "staff"), people.person("歐陽", "staff")
    assert queries(client, url, field="b", b="歐陽") == with_one
