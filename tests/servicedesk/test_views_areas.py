"""Areas: list, make, edit, order, retire; services: order, copy, preview, see without asking."""

import pytest
from django.urls import reverse

from apps.journal.models import Entry
from apps.people.enums import Role
from apps.servicedesk.models import Area, Service
from apps.servicedesk.services.areas import area_print
from tests import factories
from tests.servicedesk import factories as desk

pytestmark = pytest.mark.django_db
LIST = "/requests/services/areas"


@pytest.fixture(autouse=True)
def administrator(client):
    person = factories.administrator()
    client.force_login(person)
    return person


def url(name: str, code: str) -> str:
    return reverse(f"servicedesk:{name}", args=[code])


def codes() -> list[str]:
    return list(Area.objects.order_by("order", "pk").values_list("code", flat=True))


def test_area_is_made_last_and_edited(client):
    desk.area("a", "甲")
    made = {"code": "b", "icon": "stamp", "name_zh-hant": "乙", "name_zh-hans": "乙", "name_en": "B"}
    assert client.post(reverse("servicedesk:create_area"), made).url == LIST
    assert codes() == ["a", "b"]
    area = Area.objects.get(code="b")
    client.post(url("edit_area", "b"), made | {"name_en": "Bee", "print": area_print(area)})

    area.refresh_from_db()
    assert area.name["en"] == "Bee"
    assert [entry.verb for entry in Entry.objects.about(area).order_by("pk")] == ["created", "edited"]


@pytest.mark.parametrize(
    "wrong", [{"icon": "../x"}, {"icon": "nothing-like-this"}, {"code": "a"}, {"name_zh-hant": ""}]
)
def test_mistakes_are_told_at_their_field(client, wrong):
    desk.area("a", "甲")
    answer = client.post(
        reverse("servicedesk:create_area"), {"code": "b", "icon": "stamp", "name_zh-hant": "乙"} | wrong
    )

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == set(wrong)


def test_area_changed_by_another_keeps_the_text(client):
    area = desk.area("a", "甲")
    data = {"code": "a", "icon": "stamp", "name_zh-hant": "我改的", "print": area_print(area)}
    Area.objects.update(name={"zh-hant": "別人改的"})
    answer = client.post(url("edit_area", "a"), data)

    assert answer.status_code == 409
    assert "我改的" in answer.text


def test_areas_change_places(client):
    for code in "abc":
        desk.area(code, code)
    client.post(url("move_area", "c"), {"step": "up"})
    assert codes() == ["a", "c", "b"]
    client.post(url("move_area", "a"), {"step": "up"})
    client.post(url("move_area", "a"), {"step": "down"})
    assert codes() == ["c", "a", "b"]


def test_area_with_services_on_offer_is_not_retired_and_says_why(client):
    service = desk.service("報修")
    answer = client.post(url("retire_area", service.area.code), follow=True)
    assert "報修" in answer.text
    assert Area.objects.get().is_active

    Service.objects.update(is_active=False)
    client.post(url("retire_area", service.area.code))
    client.post(url("retire_area", service.area.code))
    assert not Area.objects.get().is_active
    assert Entry.objects.about(service.area).filter(verb="edited").count() == 1
    client.post(url("restore_area", service.area.code))
    assert Area.objects.get().is_active


def test_empty_list_of_areas_says_so(client):
    assert "empty-title" in client.get(LIST).text


def test_services_change_places_within_their_area(client):
    made = [desk.service(name, order=order) for order, name in enumerate("甲乙丙")]
    client.post(url("move_service", made[2].code), {"step": "up"})

    assert [service.name["en"] for service in Service.objects.order_by("order")] == ["甲", "丙", "乙"]


def test_copy_has_the_plan_and_is_not_offered(client):
    service = desk.service("報修", approval=[Role.DIRECTOR, Role.LEADER], roles=[Role.STAFF])
    service.openings.create(kind="ask", unit=service.unit)
    data = {"form_token": "7c9e6679-7425-40de-944b-e07fc1f90ae7"}
    first, second = (client.post(url("copy_service", service.code), data) for _each in "ab")

    copy = Service.objects.exclude(pk=service.pk).get()
    assert first.url == second.url == url("edit_service", copy.code)
    assert (copy.is_active, copy.roles, copy.form, copy.steps.count()) == (False, [Role.STAFF], service.form, 2)
    assert copy.openings.get().unit == service.unit
    assert copy.name["zh-hant"].startswith("報修")


def test_preview_shows_the_form_and_the_offices_part_and_files_nothing(client):
    service = desk.service("報修", approval=Role.DIRECTOR, documents=desk.words("帶工作證"))
    page = client.get(url("preview_service", service.code)).text

    for words in ("用途", "學籍號", "帶工作證"):
        assert words in page
    assert f'action="{url("file", service.code)}"' not in page


def test_who_only_sees_a_service_is_not_let_to_its_form(client):
    service = desk.service("職稱", roles=[Role.STAFF], seen_by_roles=[Role.STUDENT])
    client.force_login(factories.student())

    assert f'href="{url("file", service.code)}"' not in client.get("/requests/").text
    assert "職稱" in client.get("/requests/").text
    assert client.get(url("file", service.code)).status_code == 403
    assert client.post(url("file", service.code), {"purpose": "x"}).status_code == 403


def test_who_does_not_even_see_it_finds_nothing(client):
    service = desk.service("職稱", roles=[Role.STAFF])
    client.force_login(factories.student())

    assert client.get(url("file", service.code)).status_code == 404


def test_fee_needs_its_amount(client):
    service = desk.service("補卡")
    page = client.get(url("edit_service", service.code))
    data = {name: value for name, value in page.context["form"].initial.items() if value is not None}
    answer = client.post(url("edit_service", service.code), data | {"print": page.context["print"], "fee": "amount"})
    assert set(answer.context["form"].errors) == {"fee_amount"}

    data |= {"print": page.context["print"], "fee": "amount", "fee_amount": "20", "fee_note_zh-hant": "領卡時繳"}
    client.post(url("edit_service", service.code), data)
    service.refresh_from_db()
    assert (service.fee_amount, service.fee_note) == (20, {"zh-hant": "領卡時繳"})
    client.force_login(factories.student())
    assert "20 元" in client.get("/requests/", headers={"Accept-Language": "zh-hant"}).text


@pytest.mark.parametrize("code", ["new", "areas", "import"])
def test_code_of_a_page_is_no_code_of_a_service(client, code):
    service = desk.service("報修")
    page = client.get(url("edit_service", service.code))
    data = {name: value for name, value in page.context["form"].initial.items() if value is not None}

    answer = client.post(url("edit_service", service.code), data | {"print": page.context["print"], "code": code})
    assert set(answer.context["form"].errors) == {"code"}
