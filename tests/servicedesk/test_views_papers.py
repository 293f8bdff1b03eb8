"""The pages of certificates: the list and its figures, one certificate, templates with their trial, batches."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.people.models import Person
from apps.servicedesk import services
from apps.servicedesk.models import Certificate, PaperBatch, PaperTemplate, Request, Service
from apps.servicedesk.papers.starter import install_templates
from apps.servicedesk.services import batches
from tests import factories
from tests.servicedesk import factories as desk
from tests.servicedesk.stories import MONDAY_TEN

pytestmark = pytest.mark.django_db
TEMPLATE = {
    "code": "praise",
    "name_zh-hant": "表揚信",
    "layout": "letter",
    "holder": "student",
    "validity": "",
    "validity_unit": "none",
    "remind_days": "",
    "table": "",
    "title_zh-hant": "表揚信",
    "body_zh-hant": "茲表揚{name}。",
    "trial_language": "zh-hant",
    "trial_person": "",
}


@pytest.fixture
def clerk() -> Person:
    return factories.clerk()


@pytest.fixture
def student() -> Person:
    return factories.student("林曉晴", number="20230412")


@pytest.fixture
def service() -> Service:
    return desk.certificate_service(approval=[])


def signed_in(client: Client, person: Person) -> Client:
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def issued(service: Service, student: Person, clerk: Person) -> Certificate:
    request = desk.request("resolved", of=service, requester=student, handler=clerk)
    row = services.issue_certificate(request=request, actor=clerk, at=MONDAY_TEN)
    services.make_paper(row.pk)
    return row


class TestList:
    def test_office_sees_all_and_others_their_own(
        self, client: Client, service: Service, student: Person, clerk: Person
    ) -> None:
        mine, other = issued(service, student, clerk), issued(service, factories.student(), clerk)
        address = reverse("servicedesk:papers")

        text = signed_in(client, clerk).get(address).content.decode()
        assert mine.number in text
        assert other.number in text
        text = signed_in(client, student).get(address).content.decode()
        assert (mine.number in text, other.number in text) == (True, False)

    def test_figures_open_their_rows(self, client: Client, service: Service, student: Person, clerk: Person) -> None:
        rows = [issued(service, student, clerk) for _each in range(4)]
        services.revoke_certificate(certificate=rows[0], actor=clerk, reason="x")
        services.reissue_certificate(certificate=rows[1], actor=clerk, reason="x")
        services.note_reprint(certificate=rows[2], actor=clerk)
        Certificate.objects.filter(pk=rows[3].pk).update(expires_at=MONDAY_TEN)
        page = signed_in(client, clerk).get(reverse("servicedesk:papers"))

        for code, _name, count in page.context["figures"]:
            found = client.get(reverse("servicedesk:papers"), {"state": code}).context["page"].rows
            assert str(len(found)) == count, code
        assert {code: count for code, _name, count in page.context["figures"]}["revoked"] == "1"

    def test_is_searched_and_nonsense_shows_everything(
        self, client: Client, service: Service, student: Person, clerk: Person
    ) -> None:
        row = issued(service, student, clerk)
        find = lambda **query: signed_in(client, clerk).get(reverse("servicedesk:papers"), query).context["page"].rows  # noqa: E731

        for text in (row.number, row.number.lower(), "20230412", "曉晴"):
            assert find(q=text) == [row], text
        assert find(q="nobody") == []
        assert find(state="x", template="x", since="x", cursor="x") == [row]

    def test_costs_the_same_for_one_and_three_rows(
        self, client: Client, service: Service, student: Person, clerk: Person
    ) -> None:
        counts = []
        signed_in(client, clerk)
        for _round in range(2):
            issued(service, student, clerk)
            client.get(reverse("servicedesk:papers"))
            with CaptureQueriesContext(connection) as caught:
                client.get(reverse("servicedesk:papers"))
            counts.append(len(caught))
            issued(service, student, clerk)
        assert counts[0] == counts[1]


class TestPaper:
    def test_holder_asks_for_a_new_one(self, client: Client, service: Service, student: Person, clerk: Person) -> None:
        row = issued(service, student, clerk)
        address = reverse("servicedesk:renew", args=[row.pk])
        assert address in signed_in(client, student).get(row.get_absolute_url()).content.decode()
        assert client.post(address).status_code == 302
        assert Request.objects.filter(requester=student, renewal_of=row).count() == 1
        assert address not in client.get(row.get_absolute_url()).content.decode()

    def test_further_print_is_noted_once(
        self, client: Client, service: Service, student: Person, clerk: Person
    ) -> None:
        row, token = issued(service, student, clerk), "0b2b1c1e-8d1c-4b1a-9d7e-2f1f6a1f0002"
        for _each in "ab":
            signed_in(client, clerk).post(reverse("servicedesk:reprint", args=[row.pk]), {"form_token": token})
        row.refresh_from_db()
        assert row.reprints == 1

    def test_of_a_batch_is_reissued_and_revoked_on_its_page(
        self, client: Client, service: Service, student: Person, clerk: Person
    ) -> None:
        batch = made_batch(service, [student], clerk)
        row = batch.certificates.get()
        signed_in(client, clerk)
        assert client.post(reverse("servicedesk:reissue", args=[row.pk]), {"note": ""}).status_code == 422
        answer = client.post(reverse("servicedesk:reissue", args=[row.pk]), {"note": "印錯"})
        new = Certificate.objects.latest("pk")
        assert answer.url == new.get_absolute_url()
        assert client.post(reverse("servicedesk:reissue", args=[row.pk]), {"note": "印錯"}).status_code == 422
        assert client.post(reverse("servicedesk:revoke", args=[new.pk]), {"reason": "x"}).status_code == 302
        new.refresh_from_db()
        assert new.revoked_at


def made_batch(service: Service, people: list[Person], clerk: Person) -> PaperBatch:
    version = desk.paper_version()
    given = {"answers": {"purpose": "實習"}, "language": "zh-hant", "source": "班"}
    batch = batches.check_batch(service=service, version=version, people=people, actor=clerk, **given)
    batches.issue_batch(batch=batch, actor=clerk)
    batches.run_batch(batch.pk)
    batch.refresh_from_db()
    return batch


class TestTemplates:
    def test_is_written_tried_and_published(self, client: Client) -> None:
        signed_in(client, factories.administrator())
        assert client.post(reverse("servicedesk:create_template"), TEMPLATE).status_code == 302
        row = PaperTemplate.objects.get(code="praise")
        assert client.get(row.get_absolute_url()).status_code == 200
        trial = client.post(reverse("servicedesk:try_template"), TEMPLATE).content.decode()
        assert "data:image/png;base64," in trial
        pdf = client.post(reverse("servicedesk:trial_pdf", args=[row.pk]), TEMPLATE)
        assert pdf.content[:5] == b"%PDF-"
        client.post(reverse("servicedesk:publish_template", args=[row.pk]))
        assert row.versions.get().content["title"] == {"zh-hant": "表揚信"}

    def test_trial_on_a_person_names_who_has_no_such_post(self, client: Client, student: Person) -> None:
        signed_in(client, factories.director())
        address = reverse("servicedesk:try_template")
        assert "base64" in client.post(address, TEMPLATE | {"trial_person": student.number}).content.decode()
        teacher = factories.person("教師", "staff")
        assert "base64" not in client.post(address, TEMPLATE | {"trial_person": teacher.number}).content.decode()
        assert "nonsense" in client.post(address, TEMPLATE | {"body_zh-hant": "{nonsense}"}).content.decode()
        assert client.post(address, {}).status_code == 200

    def test_wrong_words_are_told_and_stay_typed(self, client: Client) -> None:
        signed_in(client, factories.administrator())
        answer = client.post(reverse("servicedesk:create_template"), TEMPLATE | {"code": "not a code"})
        assert answer.status_code == 422
        assert "表揚信" in answer.content.decode()

    def test_old_form_meets_a_clash(self, client: Client) -> None:
        signed_in(client, factories.administrator())
        row = install_templates()["honour"]
        address = reverse("servicedesk:edit_template", args=[row.pk])
        assert client.post(address, TEMPLATE | {"code": "honour", "version": 1}).status_code == 302
        assert client.post(address, TEMPLATE | {"code": "honour", "version": 1}).status_code == 409

    def test_service_chooses(self, client: Client, service: Service) -> None:
        found = install_templates()
        signed_in(client, factories.administrator())
        address = reverse("servicedesk:service_papers", args=[service.code])
        assert client.get(address).status_code == 200
        wanted = [found["honour"].pk, found["enrolment"].pk]
        assert client.post(address, {"templates": wanted[:1], "first": wanted[1]}).status_code == 422
        assert client.post(address, {"templates": wanted, "first": wanted[0]}).status_code == 302
        assert [paper.template.code for paper in service.papers.order_by("order")] == ["honour", "enrolment"]

    def test_list_names_edition_and_services(self, client: Client, service: Service) -> None:
        text = signed_in(client, factories.director()).get(reverse("servicedesk:templates")).content.decode()

        assert reverse("servicedesk:service_papers", args=[service.code]) in text


class TestBatch:
    def test_class_is_looked_at_then_issued_and_printed(self, client: Client, service: Service, clerk: Person) -> None:
        room = factories.unit("軟件2303班", kind="class", parent=factories.root_unit())
        people = [factories.student(f"同學{number}", at=room) for number in range(2)]
        signed_in(client, clerk)
        data = {"service": service.pk, "language": "zh-hant", "unit": room.pk, "numbers": "99999"}
        address = reverse("servicedesk:create_batch")
        assert 'name="with_answers"' in client.post(address, data).content.decode()
        assert client.post(address, data | {"with_answers": "1"}).status_code == 422
        answer = client.post(address, data | {"with_answers": "1", "purpose": "實習"})
        batch = PaperBatch.objects.get()
        assert answer.url == batch.get_absolute_url()
        text = client.get(batch.get_absolute_url()).content.decode()
        assert all(person.name in text for person in people)
        assert "99999" in text
        assert not Certificate.objects.exists()
        for _twice in "ab":
            client.post(reverse("servicedesk:issue_batch", args=[batch.pk]))
        batches.run_batch(batch.pk)
        assert Certificate.objects.count() == 2
        assert client.get(batch.get_absolute_url(), {"show": "left_out"}).context["page"].rows[0].given == "99999"
        printed = client.post(reverse("servicedesk:print_batch", args=[batch.pk]))
        assert b"".join(printed)[:5] == b"%PDF-"

    def test_nobody_named_is_refused(self, client: Client, service: Service, clerk: Person) -> None:
        data = {"service": service.pk, "language": "zh-hant"}
        assert signed_in(client, clerk).post(reverse("servicedesk:create_batch"), data).status_code == 422
        data |= {"numbers": "nobody1 nobody2", "with_answers": "1", "purpose": "x"}
        assert client.post(reverse("servicedesk:create_batch"), data).status_code == 422

    def test_list_and_page_cost_the_same_for_one_and_three(
        self, client: Client, service: Service, clerk: Person
    ) -> None:
        counts = []
        signed_in(client, clerk)
        for number in (1, 3):
            people = [factories.student() for _each in range(number)]
            version, given = desk.paper_version(), {"answers": {"purpose": "x"}, "language": "en", "source": "x"}
            batch = batches.check_batch(service=service, version=version, people=people, actor=clerk, **given)
            for address in (batch.get_absolute_url(), reverse("servicedesk:batches")):
                client.get(address)
                with CaptureQueriesContext(connection) as caught:
                    client.get(address)
                counts.append(len(caught))
        assert counts[:2] == counts[2:]
