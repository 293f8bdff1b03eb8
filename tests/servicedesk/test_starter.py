"""What a new portal begins with."""

from io import StringIO

import pytest
from django.core.management import call_command

from apps.core.models import CalendarYear, NumberSeries
from apps.people.models import Unit
from apps.questionnaires.definition_checks import find_problems
from apps.questionnaires.definitions import read_fields
from apps.seals.models import Seal
from apps.servicedesk.models import Area, Service
from apps.servicedesk.starter import install_catalogue, ready_documents
from tests import factories
from tests.servicedesk.stories import MONDAY_NINE, filed

pytestmark = pytest.mark.django_db
LANGUAGES = {"zh-hant", "zh-hans", "en"}


def test_makes_everything_once() -> None:
    made = [service.code for service in install_catalogue(MONDAY_NINE)]
    assert made == [document["service"]["code"] for document in ready_documents()]
    assert len(made) == 29
    assert install_catalogue(MONDAY_NINE) == []
    assert Area.objects.count() == 8
    assert set(NumberSeries.objects.values_list("code", flat=True)) >= {"request", "certificate", "notice"}
    assert set(CalendarYear.objects.filter(version__calendar__code="office").values_list("year", flat=True)) == {
        2025,
        2026,
        2027,
    }
    assert set(Unit.objects.values_list("code", flat=True)) == {"college", "office"}


def test_leaves_what_was_changed() -> None:
    install_catalogue(MONDAY_NINE)
    Service.objects.filter(code="repair").update(target_minutes=60, name={"en": "Mending"})
    install_catalogue(MONDAY_NINE)

    service = Service.objects.get(code="repair")
    assert (service.target_minutes, service.name) == (60, {"en": "Mending"})
    assert service.form.versions.count() == 1


def test_uses_the_office_that_is_there() -> None:
    office = factories.office()
    install_catalogue(MONDAY_NINE)

    assert set(Service.objects.values_list("unit", flat=True)) == {office.pk}


def test_forms_are_sound_and_speak_three_languages() -> None:
    install_catalogue(MONDAY_NINE)
    for service in Service.objects.all():
        fields = read_fields(service.form.versions.get())
        assert find_problems(fields) == []
        assert set(service.name) == set(service.description) == LANGUAGES
        for field in fields:
            assert set(field.label) == LANGUAGES, field.key
            assert not field.help or set(field.help) == LANGUAGES, field.key
            assert all(set(choice.label) == LANGUAGES for choice in field.choices), field.key


def test_service_can_be_asked_for_at_once() -> None:
    install_catalogue(MONDAY_NINE)
    answers = {"place": "實驗樓 B203", "what": "投影機不亮", "urgency": "teaching", "phone": "13900000000"}
    request = filed(factories.student(), of=Service.objects.get(code="repair"), answers=answers)

    assert request.number == "2026-00001"
    assert request.title == "報修：實驗樓 B203，投影機不亮"


def test_command_says_what_it_made() -> None:
    out = StringIO()
    call_command("setup_college", stdout=out)
    call_command("setup_college", stdout=out)

    first, second = out.getvalue().splitlines()
    assert "enrolment-certificate" in first
    assert second == "services made: none"


def test_every_seal_that_a_form_offers_is_in_the_register() -> None:
    install_catalogue(MONDAY_NINE)
    offered = {
        choice["key"]
        for document in ready_documents()
        if document["service"]["product"] == "seal_use"
        for field in document["form"]["fields"]
        if field["key"] == "seal"
        for choice in field["choices"]
    }

    assert offered
    assert offered <= set(Seal.objects.usable().values_list("code", flat=True))
