"""Drafts: what is half filled survives, a newer form takes it over in words, and what nobody touches is removed."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.journal.models import Attachment
from apps.people.models import Person
from apps.questionnaires.models import AnswerSet, FormVersion
from apps.servicedesk.models import Consent, Request, Service
from apps.servicedesk.services.drafts import KEPT, kept_until, remove_old_drafts
from tests import factories
from tests.questionnaires.test_tables import COURSES
from tests.servicedesk import factories as desk

pytestmark = pytest.mark.django_db
FILE = {"key": "paper", "kind": "file", "label": {"zh-hant": "文件"}, "limits": {"max_files": 1, "allow": ["txt"]}}
NEXT = [
    {**desk.FIELDS[0], "required": True},
    {"key": "remarks", "kind": "number", "label": {"zh-hant": "份數", "en": "Copies"}},
    {"key": "phone", "kind": "text", "label": {"zh-hant": "電話", "en": "Phone"}, "required": True},
]


def signed_in(person: Person) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def put_aside(client: Client, service: Service, **answers: object) -> Request:
    client.post(reverse("servicedesk:file", args=[service.code]), {"then": "later"} | answers)
    return Request.objects.get(service=service)


def test_files_and_half_a_table_survive() -> None:
    service = desk.service(questions=[desk.FIELDS[0], FILE, COURSES])
    client = signed_in(factories.student(language="en"))
    table = {"courses-rows": "2", "courses-0-name": "線性代數", "courses-1-hours": "32"}
    draft = put_aside(client, service, paper=SimpleUploadedFile("a.txt", b"words"), **table)
    page = client.get(reverse("servicedesk:draft", args=[draft.pk])).text

    assert "a.txt" in page
    assert Attachment.objects.of(draft).get().name == "a.txt"
    assert "線性代數" in page
    client.post(reverse("servicedesk:draft", args=[draft.pk]), {"then": "later", "purpose": "簽證", **table})
    draft.refresh_from_db()
    assert draft.answer_set.answers["purpose"] == "簽證"
    assert "線性代數" in client.get(reverse("servicedesk:draft", args=[draft.pk])).text


def test_page_and_list_say_how_long_it_is_kept() -> None:
    student = factories.student(language="en")
    draft, client = desk.draft(student), signed_in(student)

    assert "Your draft is kept until" in client.get(reverse("servicedesk:draft", args=[draft.pk])).text
    assert "kept until" in client.get(reverse("servicedesk:mine")).text


def test_untouched_drafts_are_removed_whole() -> None:
    old, filed = desk.draft(), desk.request()
    other = desk.draft(of=old.service, filed_by=factories.clerk())
    Consent.objects.create(request=other, asked_by="phone", noted_by=other.filed_by)
    at = max(kept_until(old), kept_until(other))

    assert remove_old_drafts(at=min(kept_until(old), kept_until(other)) - timedelta(seconds=1)) == 0
    assert remove_old_drafts(at=at) == 2
    assert remove_old_drafts(at=at) == 0
    assert list(Request.objects.all()) == [filed]
    assert list(AnswerSet.objects.all()) == [filed.answer_set]
    assert timedelta(days=60) == KEPT


@pytest.fixture
def outdated() -> Request:
    """Begun on the first version of the form; since then a second was published."""
    student = factories.student(language="en")
    draft = desk.draft(student, answers={"purpose": "簽證", "remarks": "九月出行"})
    FormVersion.objects.create(form=draft.service.form, number=2, fields=NEXT)
    return draft


def test_newer_form_carries_answers_over_and_says_so(outdated: Request) -> None:
    client = signed_in(outdated.requester)
    page = client.get(reverse("servicedesk:draft", args=[outdated.pk])).text

    assert "The form has changed since you began" in page
    assert "New questions: Phone" in page
    assert "Not carried over, as it is not asked like this any more: Remarks" in page
    assert 'value="簽證"' in page
    outdated.refresh_from_db()
    assert outdated.answer_set.form_version.number == 1  # reading changes nothing


def test_saving_puts_the_draft_on_the_newer_form(outdated: Request) -> None:
    client = signed_in(outdated.requester)
    url = reverse("servicedesk:draft", args=[outdated.pk])
    client.post(url, {"then": "later", "version": outdated.version, "purpose": "簽證", "phone": "1234"})
    saved = AnswerSet.objects.get(pk=outdated.answer_set_id)

    assert (saved.form_version.number, saved.answers) == (2, {"purpose": "簽證", "phone": "1234"})
    assert "The form has changed" not in client.get(url).text


@pytest.mark.parametrize("name", ["check_answers", "submit"])
def test_nothing_is_filed_on_the_old_form(outdated: Request, name: str) -> None:
    client, url = signed_in(outdated.requester), reverse(f"servicedesk:{name}", args=[outdated.pk])
    answer = client.post(url) if name == "submit" else client.get(url)

    assert answer.url == reverse("servicedesk:draft", args=[outdated.pk])
    outdated.refresh_from_db()
    assert outdated.number is None
