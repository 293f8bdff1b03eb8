"""What the file of a service carries beside its form and its plan: promises, handling, tasks, certificates."""

import copy
import json

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import translation

from apps.journal.models import Entry
from apps.servicedesk.duplicates import rule_of
from apps.servicedesk.enums import AssignmentKind, EscalationTo, EscalationWhen, Priority, Promise, TaskMoment
from apps.servicedesk.models import EscalationRule, PaperTemplate, Service, TargetPolicy, TaskTemplate
from apps.servicedesk.papers.content import read_content
from apps.servicedesk.papers.starter import install_templates
from apps.servicedesk.services.assignment_rules import save_rule
from apps.servicedesk.services.caring import care_of, save_care
from apps.servicedesk.services.escalating import add_rule
from apps.servicedesk.services.helping import set_duplicate_rule
from apps.servicedesk.services.holding import retention_of, save_retention
from apps.servicedesk.services.service_tasks import add_template, set_reopen_days
from apps.servicedesk.services.targets import Promised, newest_policy, promised_by, save_targets
from apps.servicedesk.services.templates import choose_templates, publish_template, save_template
from apps.servicedesk.services.transfer import Effect, effect_of, export_text, import_service
from apps.servicedesk.services.transfer_reading import UnableToImport, read_document, read_text
from apps.servicedesk.transfer.schema import find_mistakes
from tests import factories
from tests.servicedesk import factories as desk

pytestmark = pytest.mark.django_db
PARTS = {
    "targets",
    "care",
    "escalation",
    "retention_days",
    "reopen_days",
    "duplicates",
    "assignment",
    "tasks",
    "papers",
}
CARE = {
    "pause_days": 7,
    "handler_days": 3,
    "director_days": 6,
    "requester_days": 5,
    "lapse_days": 20,
    "urges_per_week": 2,
}


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def service() -> Service:
    """One that uses every part."""
    director = factories.director(number="D1")
    clerk = factories.clerk(number="C1")
    made = desk.certificate_service(code="full")
    save_targets(service=made, rows={Priority.URGENT: Promised(30, 240)}, actor=director, known=0)
    save_care(service=made, values=CARE, actor=director, known=0)
    rule = {"promise": Promise.COMPLETION, "when": EscalationWhen.USED, "amount": 75}
    add_rule(service=made, actor=director, person=None, to=EscalationTo.HANDLER, **rule)
    add_rule(service=made, actor=director, person=director, to=EscalationTo.PERSON, **rule)
    save_retention(service=made, days=1826, actor=director, known=0)
    set_reopen_days(service=made, days=5, actor=director)
    set_duplicate_rule(service=made, days=30, thing_keys=["purpose"], actor=director)
    unit = factories.unit("計算機系", parent=factories.root_unit(), code="cs")
    save_rule(
        service=made,
        kind=AssignmentKind.BY_SKILL,
        skilled=[clerk.pk, director.pk],
        by_unit={unit.pk: clerk.pk},
        counts_time=True,
        actor=director,
    )
    task = {"words": "", "due_days": None, "wants_acceptance": False, "shows_subject": False}
    filed = {"title": "查學籍", "moment": TaskMoment.SUBMITTED, "owner": clerk, "due_days": 2, "words": "見檔案"}
    add_template(service=made, values=task | filed, actor=director)
    add_template(
        service=made, values=task | {"title": "蓋章", "moment": TaskMoment.TAKEN, "owner": None}, actor=director
    )
    found = install_templates()
    choose_templates(service=made, templates=[found["honour"], found["enrolment"]], actor=director)
    return Service.objects.get(pk=made.pk)


def document(service: Service) -> dict:
    return json.loads(export_text(service))


def effect(made: dict) -> Effect:
    return effect_of(read_document(made))


def bring_in(made: dict, **fields: object) -> Service:
    return import_service(incoming=read_document(made), **{"actor": None} | fields)


def changed(made: dict, **parts: object) -> dict:
    return copy.deepcopy(made) | parts


def without(made: dict, *names: str) -> dict:
    return {name: part for name, part in made.items() if name not in names}


def empty_catalogue() -> None:
    """As in a portal of another college, which has the same people and units: no service, form or certificate."""
    tables = ("servicedesk_service", "servicedesk_area", "servicedesk_papertemplate", "questionnaires_form")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")


class TestRound:
    def test_file_says_everything_by_code_and_number(self, service: Service) -> None:
        made = document(service)

        assert (made["version"], find_mistakes(made)) == (2, [])
        assert made["targets"] == {"urgent": {"first_response_minutes": 30, "target_minutes": 240}}
        assert made["care"] == CARE
        assert [row.get("person") for row in made["escalation"]] == [None, "D1"]
        assert (made["retention_days"], made["reopen_days"]) == (1826, 5)
        assert made["duplicates"] == {"days": 30, "things": ["purpose"]}
        assert made["assignment"] == {
            "kind": "by_skill",
            "skilled": ["C1", "D1"],
            "units": {"cs": "C1"},
            "counts_time": True,
        }
        assert [(row["title"], row["owner"]) for row in made["tasks"]] == [("查學籍", "C1"), ("蓋章", None)]
        assert [row["code"] for row in made["papers"]] == ["honour", "enrolment"]
        assert made["papers"][0]["content"]["layout"] == "honour"

    def test_same_file_again_changes_nothing(self, service: Service) -> None:
        text = export_text(service)
        entries, policies = Entry.objects.count(), TargetPolicy.objects.count()
        found = effect_of(read_text(text))
        assert (found.is_nothing, found.notes) == (True, [])
        bring_in(json.loads(text))

        assert (Entry.objects.count(), TargetPolicy.objects.count()) == (entries, policies)
        assert export_text(Service.objects.get()) == text

    def test_into_an_emptied_portal_and_out_again_is_the_same_text(self, service: Service) -> None:
        text = export_text(service)
        empty_catalogue()
        told = effect(json.loads(text))
        bring_in(json.loads(text))

        assert export_text(Service.objects.get()) == text
        assert "certificate “honour”, edition 1" in told.makes
        assert "retention_days: people are removed 1826 days after closing" in told.makes
        assert told.changes == told.notes == []
        assert effect(json.loads(text)).is_nothing
        assert [row.versions.count() for row in PaperTemplate.objects.all()] == [1, 1]

    def test_new_service_of_version_1_has_the_usual(self, service: Service) -> None:
        made = without(document(service), *PARTS) | {"version": 1}
        made["service"] |= {"code": "old"}
        bring_in(made)
        written = document(Service.objects.get(code="old"))

        assert written["targets"] == {}
        assert written["care"]["pause_days"] == 10
        assert (written["retention_days"], written["reopen_days"], written["tasks"]) == (None, 10, [])
        assert written["assignment"]["kind"] == "by_hand"

    def test_what_a_file_lacks_stays_as_it_is(self, service: Service) -> None:
        text = export_text(service)
        for made in (without(json.loads(text), *PARTS) | {"version": 1}, without(json.loads(text), "care", "tasks")):
            assert effect(made).is_nothing
            bring_in(made)

        assert export_text(Service.objects.get()) == text


class TestChanges:
    def test_each_is_said_in_words_and_nothing_is_done_yet(self, service: Service) -> None:
        text = export_text(service)
        made = changed(
            json.loads(text),
            targets={"high": {"first_response_minutes": 60, "target_minutes": 480}},
            care=CARE | {"lapse_days": None},
            escalation=[{"promise": "first", "when": "at", "amount": 0, "to": "director"}],
            retention_days=None,
            reopen_days=0,
            duplicates={"days": 0, "things": []},
            assignment={"kind": "by_hand", "skilled": [], "units": {}, "counts_time": True},
            tasks=[],
            papers=[{"code": "enrolment"}],
        )
        told = effect(made)

        assert told.makes == told.notes == []
        assert ("targets.high", "—", "“high”: first answer in 60, completion in 480 working minutes") in told.changes
        assert ("care.lapse_days", "20", "—") in told.changes
        assert ("retention_days", "people are removed 1826 days after closing", "people are never removed") in (
            told.changes
        )
        assert ("papers", "honour, enrolment", "enrolment") in told.changes
        assert {place.partition(".")[0] for place, _before, _after in told.changes} == PARTS
        assert export_text(Service.objects.get()) == text

        bring_in(made)
        assert effect(made).is_nothing

    def test_are_written_by_the_services_of_each_page(self, service: Service) -> None:
        director = factories.director()
        made = document(service)
        made["targets"] |= {"low": {"first_response_minutes": 60, "target_minutes": 1920}}
        made |= {"escalation": made["escalation"][:1], "tasks": made["tasks"][:1], "retention_days": 400}
        bring_in(made, actor=director)

        assert newest_policy(service).number == 2
        assert promised_by(newest_policy(service)) == {2: Promised(30, 240), -1: Promised(60, 1920)}
        assert EscalationRule.objects.filter(service=service).count() == 2
        assert EscalationRule.objects.get(ended_at__isnull=True).to == EscalationTo.HANDLER
        assert TaskTemplate.objects.filter(retired_at__isnull=True).get().title == "查學籍"
        assert retention_of(service).version == 2
        verbs = Entry.objects.about(service).filter(actor=director).values_list("verb", flat=True)
        assert sorted(set(verbs)) >= ["edited", "retention", "rule_ended", "targets"]

    def test_each_part_can_be_alone(self, service: Service) -> None:
        before = document(service)
        bring_in(without(before, *(PARTS - {"duplicates"})) | {"duplicates": {"days": 3, "things": []}})

        assert document(Service.objects.get()) == before | {"duplicates": {"days": 3, "things": []}}
        assert rule_of(service).days == 3
        assert care_of(service).pause_days == 7


class TestCertificates:
    def test_that_is_here_already_stays_as_it_is_and_the_preview_says_so(self, service: Service) -> None:
        made = document(service)
        made["papers"][0]["content"]["title"] = {"zh-hant": "另一個", "zh-hans": "另一个", "en": "Other"}
        told = effect(made)
        bring_in(made)

        assert told.is_nothing
        assert told.notes == ["The certificate “honour” is here with other words; it stays as it is."]
        assert PaperTemplate.objects.get(code="honour").versions.count() == 1

    def test_new_one_comes_along_with_its_words(self, service: Service) -> None:
        made = document(service)
        content = made["papers"][1]["content"]
        made["papers"] = [{"code": "prize", "name": {"zh-hant": "獎狀"}, "content": content}]
        bring_in(made, actor=factories.administrator())
        template = PaperTemplate.objects.get(code="prize")

        assert template.versions.get().content == content
        assert Service.objects.get().papers.get().template == template

    def test_newest_published_edition_is_carried_not_the_draft(self, service: Service) -> None:
        director, template = factories.director(), PaperTemplate.objects.get(code="honour")
        content = document(service)["papers"][0]["content"] | {"signer": {"zh-hant": "院長"}}
        given = {"template": template, "code": "honour", "name": template.name, "actor": director}
        save_template(content=read_content(content), **given)
        publish_template(template=template, actor=director)
        save_template(content=read_content(content | {"signer": {"zh-hant": "草稿"}}), **given)

        assert document(service)["papers"][0]["content"]["signer"] == {"zh-hant": "院長"}

    def test_out_of_use_is_told(self, service: Service) -> None:
        PaperTemplate.objects.filter(code="honour").update(is_active=False)

        assert effect(document(service)).notes == [
            "The certificate “honour” is out of use here; nothing is issued from it."
        ]

    def test_words_that_name_no_question_of_the_form_are_told(self, service: Service) -> None:
        made = document(service)
        made["papers"][0] |= {"code": "prize"}
        made["papers"][0]["content"]["body"] = {"zh-hant": "{name}{answer.gone}", "zh-hans": "{name}", "en": "{name}"}

        assert any("answer.gone" in words for words in effect(made).notes)

    def test_is_for_who_manages_the_catalogue(self, service: Service) -> None:
        made = document(service)
        made["papers"] = made["papers"][:1]
        with pytest.raises(PermissionDenied):
            bring_in(made, actor=factories.student())


RULE = {"promise": "first", "when": "at", "amount": 0, "to": "director"}
TASK = {"title": "x", "moment": "taken"}
HAND = {"kind": "by_hand", "skilled": [], "units": {}, "counts_time": False}


@pytest.mark.parametrize(
    ("part", "value", "said"),
    [
        ("targets", [], "targets"),
        ("targets", {"extreme": {}}, "targets.extreme"),
        ("targets", {"high": {"first_response_minutes": 60}}, "targets.high.target_minutes"),
        ("targets", {"high": {"first_response_minutes": 60, "target_minutes": 30}}, "targets.high"),
        ("targets", {"high": {"first_response_minutes": 1, "target_minutes": 30}}, "targets.high.first_response"),
        ("care", {}, "care.pause_days"),
        ("care", CARE | {"pause_days": 0}, "care.pause_days"),
        ("care", CARE | {"requester_days": None}, "care.lapse_days"),
        ("care", CARE | {"lapse_days": 5}, "care.lapse_days"),
        ("escalation", {}, "escalation"),
        ("escalation", [RULE] * 61, "escalation"),
        ("escalation", [RULE | {"to": "king"}], "escalation.1.to"),
        ("escalation", [RULE, RULE | {"amount": 5}], "escalation.2.amount"),
        ("escalation", [RULE | {"when": "used", "amount": 100}], "escalation.1.amount"),
        ("escalation", [RULE | {"person": "D1"}], "escalation.1.person"),
        ("escalation", [RULE | {"to": "person"}], "escalation.1.person"),
        ("escalation", [RULE | {"to": "person", "person": "nobody"}], "escalation.1.person: There is no active"),
        ("escalation", [RULE | {"to": "person", "person": "S1"}], "escalation.1.person: “S1” has no post"),
        ("retention_days", 29, "retention_days"),
        ("retention_days", True, "retention_days"),
        ("reopen_days", None, "reopen_days"),
        ("reopen_days", -1, "reopen_days"),
        ("duplicates", {"days": 5}, "duplicates.things"),
        ("duplicates", {"days": 5, "things": ["purpose", "gone"]}, "duplicates.things.2"),
        ("assignment", HAND | {"kind": "by_dice"}, "assignment.kind"),
        ("assignment", HAND | {"kind": "by_skill"}, "assignment.skilled"),
        ("assignment", HAND | {"kind": "by_unit"}, "assignment.units"),
        ("assignment", HAND | {"skilled": ["C1", "S1"]}, "assignment.skilled.2: “S1” handles no requests"),
        ("assignment", HAND | {"units": {"nowhere": "C1"}}, "assignment.units: There is no unit"),
        ("assignment", HAND | {"units": {"cs": "nobody"}}, "assignment.units.cs: There is no active"),
        ("tasks", [TASK | {"colour": 1}], "tasks.1.colour"),
        ("tasks", [TASK | {"title": " "}], "tasks.1.title"),
        ("tasks", [TASK, TASK | {"moment": "submitted"}], "tasks.2"),
        ("tasks", [TASK | {"owner": "nobody"}], "tasks.1.owner: There is no active"),
        ("papers", [{"code": "../x"}], "papers.1.code"),
        ("papers", [{"code": "gone"}], "papers.1: There is no template"),
        ("papers", [{"code": "honour"}, {"code": "honour"}], "papers"),
        ("papers", [{"code": "x", "content": {}}], "papers.1.content.layout"),
        ("papers", ["x"], "papers.1"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(service: Service, part: str, value: object, said: str) -> None:
    factories.student(number="S1")
    with pytest.raises(UnableToImport) as error:
        read_document(changed(document(service), **{part: value}))

    assert any(words.startswith(said) for words in error.value.mistakes), error.value.mistakes


def test_wrong_words_of_a_certificate_that_would_be_made_are_named(service: Service) -> None:
    made = document(service)
    made["papers"][0] |= {"code": "prize"}
    made["papers"][0]["content"]["body"] = {"zh-hant": "{nonsense}"}
    with pytest.raises(UnableToImport, match=r"papers\.1\.content: .*nonsense"):
        read_document(made)


def test_everything_wrong_is_told_at_once(service: Service) -> None:
    made = changed(document(service), reopen_days=-1, papers=[{"code": "gone"}], tasks=[TASK | {"owner": "nobody"}])
    made["service"]["calendar"] = "moon"
    made["form"]["colour"] = "red"
    made["steps"][0]["who"] = "everybody"
    with pytest.raises(UnableToImport) as error:
        read_document(made)

    places = ("reopen_days", "papers.1", "tasks.1.owner", "service.calendar", "form.colour", "steps.1.who")
    for place in places:
        assert any(words.startswith(place) for words in error.value.mistakes), place


def test_version_1_knows_no_parts(service: Service) -> None:
    with pytest.raises(UnableToImport, match=r"tasks is not known"):
        read_document(changed(document(service), version=1, tasks="abc"))


def test_page_shows_changes_and_notes_first(client, service: Service) -> None:
    client.force_login(factories.administrator(language="en"))
    made = changed(document(service), reopen_days=0)
    made["papers"][0]["content"]["note"] = {"en": "other"}
    file = SimpleUploadedFile("service.json", json.dumps(made).encode())
    page = client.post("/requests/services/import", {"file": file})

    assert page.context["effect"].changes == [("reopen_days", "5", "0")]
    assert "is here with other words" in page.text
    client.post("/requests/services/import", {"text": page.context["text"], "mark": page.context["effect"].mark})
    assert Service.objects.get().reopen_days == 0
