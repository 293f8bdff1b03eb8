"""The catalogue as people see it, and its administration."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.journal.models import Entry
from apps.people.enums import Role
from apps.servicedesk.models import Service
from tests import factories
from tests.servicedesk import factories as desk

pytestmark = pytest.mark.django_db
URL = "/requests/"


def names(answer) -> list[str]:
    return [str(service) for shelf in answer.context["shelves"] for service in shelf.services]


def test_tiles_show_only_what_the_person_may_ask_for(client):
    desk.service("在讀證明", roles=[Role.STUDENT])
    desk.service("報修")
    desk.service("職稱", roles=[Role.STAFF])
    desk.service("停辦", is_active=False)
    client.force_login(factories.student())

    assert names(client.get(URL)) == ["在讀證明", "報修"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("在讀", ["在讀證明"]),
        ("學生證明", ["在讀證明"]),  # what people call it
        ("壞了", ["報修"]),  # the description
        ("REPAIR", ["報修"]),  # the code, any case
        ("證明 在學", ["在讀證明"]),  # every word, in any order
        ("沒有", []),
        ("%", []),
        ("", ["在讀證明", "報修"]),
    ],
)
def test_search_finds_by_name_description_and_what_people_call_it(client, text, found):
    desk.service("在讀證明")
    broken = {"zh-hant": "設備壞了", "en": "Something is broken"}
    desk.service("報修", code="repair", description=broken, keywords="維修")
    client.force_login(factories.student())

    assert names(client.get(URL, {"q": text})) == found


def test_typing_gets_the_tiles_alone(client):
    desk.service("報修")
    client.force_login(factories.student())

    answer = client.get(URL, {"q": "報"}, headers={"HX-Request": "true"})

    assert "報修" in answer.text
    assert "<html" not in answer.text


def test_own_open_requests_and_drafts_stand_at_the_side(client):
    student = factories.student()
    mine, draft = desk.request(requester=student, title="我的"), desk.draft(student)
    desk.request("resolved", requester=student, title="辦結")
    desk.request(title="別人的")
    client.force_login(student)

    answer = client.get(URL)

    assert [item.pk for item in answer.context["open_requests"]] == [mine.pk]
    assert [item.pk for item in answer.context["drafts"]] == [draft.pk]


def test_catalogue_takes_the_same_queries_for_one_and_three_services(client):
    client.force_login(factories.student())
    desk.service()
    client.get(URL)
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(URL)
        counts.append(len(queries))
        desk.service()
        desk.service(area=desk.area("other", "其他"))

    assert counts[0] == counts[1]


def test_empty_catalogue_says_so(client):
    client.force_login(factories.student())

    assert "empty-title" in client.get(URL).text


def form_of(service: Service, **changes: object) -> dict[str, object]:
    """What the administrator's form sends for `service` as it stands."""
    values = {
        "code": service.code,
        "name_zh-hant": service.name["zh-hant"],
        "name_en": service.name.get("en", ""),
        "description_zh-hant": service.description.get("zh-hant", ""),
        "keywords": service.keywords,
        "icon": service.icon,
        "area": service.area_id,
        "unit": service.unit_id,
        "form": service.form_id,
        "roles": service.roles,
        "target_minutes": service.target_minutes,
        "first_response_minutes": service.first_response_minutes,
        "product": service.product,
        "calendar_code": service.calendar_code,
        "fee": service.fee,
        "delay": service.delay,
        "office_part": service.office_part,
        "is_active": "on",
    }
    return values | changes


@pytest.fixture
def administrator(client):
    person = factories.administrator()
    client.force_login(person)
    return person


def edit_url(service: Service) -> str:
    return reverse("servicedesk:edit_service", args=[service.code])


def test_administration_is_for_administrator_and_director(client):
    service = desk.service()
    for person, status in (
        (factories.student(), 403),
        (factories.clerk(), 403),
        (factories.director(), 200),
        (factories.administrator(), 200),
    ):
        client.force_login(person)
        for path in (reverse("servicedesk:manage"), edit_url(service), reverse("servicedesk:create_service")):
            assert client.get(path).status_code == status


def test_catalogue_leads_to_its_administration_only_for_who_may(client):
    for person, leads in ((factories.clerk(), False), (factories.director(), True), (factories.administrator(), True)):
        client.force_login(person)
        assert (f'href="{reverse("servicedesk:manage")}"' in client.get(URL).text) == leads


def test_edited_service_is_on_record(client, administrator):
    service = desk.service("報修")
    page = client.get(edit_url(service))

    answer = client.post(
        edit_url(service), form_of(service, **{"name_zh-hant": "維修"}, print=page.context["print"], roles=["student"])
    )

    assert answer.url == reverse("servicedesk:manage")
    service.refresh_from_db()
    assert service.name["zh-hant"] == "維修"
    assert service.roles == ["student"]
    changes = Entry.objects.about(service).get(verb="edited").changes
    assert set(changes) == {"name", "description", "roles"}


def test_service_changed_by_another_keeps_the_text(client, administrator):
    service = desk.service("報修")
    page = client.get(edit_url(service))
    Service.objects.update(keywords="別人改的")

    answer = client.post(edit_url(service), form_of(service, keywords="我改的", print=page.context["print"]))

    assert answer.status_code == 409
    assert "我改的" in answer.text
    assert Service.objects.get().keywords == "別人改的"


def test_edit_twice_changes_once(client, administrator):
    service = desk.service("報修")
    data = form_of(service, keywords="新", print=client.get(edit_url(service)).context["print"])
    client.post(edit_url(service), data)

    assert client.post(edit_url(service), data).status_code == 409
    assert Entry.objects.about(service).count() == 1


@pytest.mark.parametrize(
    "changes",
    [{"icon": "../../etc/passwd"}, {"icon": "nothing-like-this"}, {"name_zh-hant": ""}, {"target_minutes": 0}],
)
def test_wrong_values_are_told_at_their_field(client, administrator, changes):
    service = desk.service("報修")

    answer = client.post(edit_url(service), form_of(service, **changes))

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == set(changes)


def test_new_service_has_its_own_code(client, administrator):
    service = desk.service("報修")
    url = reverse("servicedesk:create_service")

    assert client.post(url, form_of(service)).status_code == 422
    assert client.post(url, form_of(service, code="repair-2")).status_code == 302
    assert Service.objects.count() == 2
    assert client.post(url, form_of(service, code="repair-2")).status_code == 422


def test_manage_takes_the_same_queries_for_one_and_three_services(client, administrator):
    url = reverse("servicedesk:manage")
    desk.service()
    client.get(url)
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        counts.append(len(queries))
        desk.service()
        desk.service(area=desk.area("other", "其他"))

    assert counts[0] == counts[1]
