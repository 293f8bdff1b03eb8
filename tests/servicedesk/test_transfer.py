"""A service as one file: what is written reads back the same; strict about what it does not know; a dry run first."""

import copy
import json
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from apps.journal.models import Entry
from apps.people.enums import Role
from apps.questionnaires.models import Form
from apps.servicedesk.catalogue_enums import AskedWhen, StepWho
from apps.servicedesk.models import Area, Service
from apps.servicedesk.services.transfer import effect_of, export_text, import_service, write_document
from apps.servicedesk.services.transfer_reading import UnableToImport, read_document, read_text
from apps.servicedesk.starter import ready_documents
from apps.servicedesk.transfer.schema import find_mistakes
from tests import factories
from tests.servicedesk import factories as desk

pytestmark = pytest.mark.django_db
URL = "/requests/services/import"


@pytest.fixture
def service() -> Service:
    """With everything that a file can say."""
    made = desk.service(
        "用車", code="car", roles=[Role.STAFF], seen_by_roles=[Role.STUDENT], fee="amount", fee_amount=Decimal("20.50")
    )
    made.openings.create(kind="ask", unit=factories.unit("計算機系", parent=factories.root_unit(), code="cs"))
    desk.step(made, order=1, who=StepWho.HEAD, asked=AskedWhen.AT_ONCE)
    condition = {"field": "purpose", "operator": "is", "value": "出市"}
    desk.step(made, order=2, who=StepWho.PERSON, person=factories.leader(number="L1"), condition=condition, any_of=True)
    desk.step(made, order=2, place=2, who=StepWho.POST, role=Role.DIRECTOR, unit=factories.office(), any_of=True)
    return Service.objects.get(pk=made.pk)


def document(service: Service) -> dict:
    return json.loads(export_text(service))


def bring_in(text: str) -> Service:
    return import_service(incoming=read_text(text), actor=None)


def test_file_holds_codes_and_no_keys(service: Service) -> None:
    made = document(service)

    assert made["service"]["unit"] == "office"
    assert made["service"]["ask"] == {"roles": ["staff"], "units": ["cs"]}
    assert made["service"]["fee_amount"] == "20.50"
    named = [(step.get("unit"), step.get("person")) for step in made["steps"]]
    assert named == [(None, None), (None, "L1"), ("office", None)]
    assert find_mistakes(made) == []


def test_same_file_again_changes_nothing(service: Service) -> None:
    text = export_text(service)
    assert effect_of(read_text(text)).is_nothing
    bring_in(text)

    assert not Entry.objects.about(service).exists()
    assert service.form.versions.count() == 1
    assert export_text(Service.objects.get()) == text


def test_goes_round_into_an_empty_catalogue(service: Service) -> None:
    made = document(service)
    made["service"]["code"] = made["form"]["code"] = made["service"]["area"]["code"] = "other"
    effect = effect_of(read_document(made))
    assert (len(effect.makes), effect.changes) == (4, [])
    bring_in(json.dumps(made))

    other = Service.objects.get(code="other")
    written = write_document(other)
    assert written == made
    assert (Area.objects.count(), Form.objects.count()) == (2, 2)


def test_dry_run_names_what_would_change_and_changes_nothing(service: Service) -> None:
    made = document(service)
    made["service"]["target_minutes"] = 450
    made["form"]["fields"][0]["required"] = False
    made["steps"] = made["steps"][:1]
    effect = effect_of(read_document(made))

    assert [name for name, _before, _after in effect.changes] == ["target_minutes", "steps"]
    assert len(effect.makes) == 1
    service.refresh_from_db()
    assert (service.target_minutes, service.form.versions.count(), service.steps.count()) == (960, 1, 3)


def test_changed_form_is_a_new_version_and_the_old_one_stays(service: Service) -> None:
    made = document(service)
    made["form"]["fields"][0]["label"] = {"en": "Aim"}
    bring_in(json.dumps(made))

    numbers = service.form.versions.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [1, 2]
    assert service.form.versions.get(number=1).fields[0]["label"]["en"] == "Purpose"


def test_form_that_others_use_too_is_told(service: Service) -> None:
    desk.service("另一項", code="neighbour", form=service.form)
    made = document(service)
    made["form"]["fields"][0]["label"] = {"en": "Aim"}

    assert "neighbour" in effect_of(read_document(made)).makes[0]


def changed(made: dict, path: str, value: object) -> dict:
    """A copy with another value at `path`; None takes the key away."""
    made = copy.deepcopy(made)
    *above, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    spot = made
    for part in above:
        spot = spot[part]
    if value is None:
        del spot[last]
    else:
        spot[last] = value
    return made


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("service.colour", "red", "service.colour"),
        ("service.id", 7, "service.id"),
        ("extra", 1, "extra"),
        ("version", 3, "version"),
        ("format", "other", "format"),
        ("service.name", None, "service.name"),
        ("service.name", {"fr": "Voiture"}, "service.name"),
        ("service.name", {}, "service.name"),
        ("service.target_minutes", True, "service.target_minutes"),
        ("service.target_minutes", -1, "service.target_minutes"),
        ("service.fee_amount", "NaN", "service.fee_amount"),
        ("service.fee_amount", "1e3000000", "service.fee_amount"),
        ("service.fee", "none", "service.fee_amount"),
        ("service.code", "new", "service.code"),
        ("service.code", "../x", "service.code"),
        ("service.code", "服務", "service.code"),
        ("service.ask.roles", ["king"], "service.ask.roles"),
        ("service.ask.units", ["nowhere"], "nowhere"),
        ("service.unit", "nowhere", "nowhere"),
        ("service.calendar", "moon", "moon"),
        ("service.number_series", "moon", "moon"),
        ("service.icon", "../../etc/passwd", "../../etc/passwd"),
        ("steps.1.person", "nobody", "nobody"),
        ("steps.1.role", "leader", "steps.2"),
        ("steps.0.who", "everybody", "steps.1.who"),
        ("steps.1.condition", {"field": "purpose"}, "steps.2.condition"),
        ("steps.1.condition", {"field": "gone", "operator": "filled"}, ""),
        ("steps.1.condition", {"field": "purpose", "operator": "is", "value": "x", "or": "y"}, "steps.2.condition.or"),
        ("form.fields.0.colour", "red", "form.fields.1.colour"),
        ("form.fields.0.limits", {"longest": 5}, "form.fields.1.limits"),
        ("form.fields.0.kind", "magic", "form.fields"),
        ("form.fields", [], ""),
        ("form.fields", ["x"], "form.fields"),
        ("steps", {}, "steps"),
    ],
)
def test_what_is_wrong_is_named_with_its_place_and_nothing_is_made(service: Service, path, value, said) -> None:
    with pytest.raises(UnableToImport) as error:
        read_document(changed(document(service), path, value))

    assert said in str(error.value)


@pytest.mark.parametrize("text", ["", "[]", "7", "null", "{", '"x"', "[" * 100_000, '{"format": {}}'])
def test_what_is_no_service_is_refused(text: str) -> None:
    with pytest.raises(UnableToImport):
        read_text(text)


@pytest.mark.parametrize("made", list(ready_documents()), ids=lambda made: made["service"]["code"])
def test_ready_service_is_sound_and_speaks_three_languages(made: dict) -> None:
    assert find_mistakes(made) == []
    texts = [made["service"][name] for name in ("name", "description", "documents", "delay_note", "product_note")]
    texts += [step["name"] for step in made["steps"]] + [field["label"] for field in made["form"]["fields"]]
    texts += [choice["label"] for field in made["form"]["fields"] for choice in field.get("choices", [])]
    assert {frozenset(text) for text in texts if text} == {frozenset({"zh-hant", "zh-hans", "en"})}
    assert made["service"]["keywords"]


def test_commands_write_and_bring_in(service: Service, tmp_path: Path) -> None:
    out = StringIO()
    call_command("export_service", "car", stdout=out)
    path = tmp_path / "car.json"
    path.write_text(out.getvalue().replace('"target_minutes": 960', '"target_minutes": 450'))
    out = StringIO()
    call_command("import_service", str(path), "--dry-run", stdout=out)
    assert out.getvalue() == "changes target_minutes: 960 -> 450\n"
    assert Service.objects.get().target_minutes == 960

    call_command("import_service", str(path), stdout=StringIO())
    assert Service.objects.get().target_minutes == 450
    out = StringIO()
    call_command("import_service", str(path), stdout=out)
    assert out.getvalue() == "nothing to do\n"


def test_commands_say_what_is_wrong(service: Service, tmp_path: Path) -> None:
    path = tmp_path / "car.json"
    path.write_text(export_text(service).replace('"fast_lane"', '"fastlane"'))
    for name, argument in (("import_service", path), ("import_service", tmp_path / "no"), ("export_service", "no")):
        with pytest.raises(CommandError):
            call_command(name, str(argument))


class TestPages:
    @pytest.fixture(autouse=True)
    def administrator(self, client):
        client.force_login(factories.administrator())

    def upload(self, client, text: str, **more: object):
        return client.post(URL, {"file": SimpleUploadedFile("service.json", text.encode()), **more})

    def test_download_is_the_file(self, client, service: Service) -> None:
        answer = client.get(reverse("servicedesk:export_service", args=["car"]))

        assert answer.content.decode() == export_text(service)
        assert answer["Content-Disposition"] == 'attachment; filename="service-car.json"'

    def test_first_shows_then_does(self, client, service: Service) -> None:
        text = export_text(service).replace('"target_minutes": 960', '"target_minutes": 450')
        page = self.upload(client, text)
        assert page.context["effect"].changes == [("target_minutes", "960", "450")]
        assert Service.objects.get().target_minutes == 960

        shown = page.context
        answer = client.post(URL, {"text": shown["text"], "mark": shown["effect"].mark})
        assert answer.url == reverse("servicedesk:edit_service", args=["car"])
        assert Service.objects.get().target_minutes == 450

    def test_what_changed_meanwhile_is_shown_first(self, client, service: Service) -> None:
        text = export_text(service).replace('"target_minutes": 960', '"target_minutes": 450')
        mark = self.upload(client, text).context["effect"].mark
        Service.objects.update(keywords="別人改的")
        page = client.post(URL, {"text": text, "mark": mark})

        assert page.status_code == 200
        assert page.context["changed"]
        assert Service.objects.get().target_minutes == 960

    def test_mistakes_are_listed(self, client, service: Service) -> None:
        answer = self.upload(client, export_text(service).replace('"fast_lane"', '"fastlane"'))

        assert answer.status_code == 422
        assert "service.fastlane" in answer.text

    @pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"{}"])
    def test_broken_files_are_refused(self, client, content: bytes) -> None:
        answer = client.post(URL, {"file": SimpleUploadedFile("service.json", content)})

        assert answer.status_code == 422
