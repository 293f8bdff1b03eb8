"""A certificate after its request was opened again, or after form, template or service changed under it."""

from importlib import import_module

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import translation

from apps.people.models import Person
from apps.seals.enums import UseState
from apps.seals.models import SealUse
from apps.servicedesk import services
from apps.servicedesk.enums import CertificateState, Product, RequestState
from apps.servicedesk.models import Certificate, PaperTemplate, PaperVersion, Request, Service, ServicePaper
from apps.servicedesk.papers.certificates import version_for_request
from apps.servicedesk.papers.starter import install_templates
from apps.servicedesk.services.errors import UnableToComplete
from apps.servicedesk.stages import last_name
from tests import factories
from tests.seals import factories as make
from tests.servicedesk import factories as desk
from tests.servicedesk.stories import MONDAY_ELEVEN, MONDAY_NINE, completed, moment, taken
from tests.servicedesk.test_sealing import approved

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def student() -> Person:
    return factories.student("林曉晴", number="20230412", language="zh-hant")


@pytest.fixture
def clerk() -> Person:
    return factories.clerk()


@pytest.fixture
def service() -> Service:
    return desk.certificate_service(approval=[])


@pytest.fixture
def done(student: Person, clerk: Person, service: Service) -> Request:
    return completed(student, clerk, of=service)


def opened_again(request: Request) -> Request:
    return services.reopen(request=request, actor=request.requester, note="請看一下", at=moment(24, 9))


def corrected(request: Request, **answers: str) -> Request:
    given = {"actor": request.handler, "fields": list(answers), "note": "改"}
    row = services.return_for_correction(request=request, at=moment(24, 9, 10), **given)
    return services.correct(request=row, actor=row.requester, answers=answers, at=moment(24, 9, 20))


def done_again(request: Request, **fields: object) -> Request:
    return services.complete(request=request, actor=request.handler, at=moment(24, 10), **fields)


def states(request: Request) -> list[str]:
    rows = Certificate.objects.filter(request=request).order_by("pk")
    return [row.state_at(moment(24, 11)) for row in rows]


class TestDoneAgain:
    def test_same_words_keep_the_certificate(self, done: Request) -> None:
        done_again(opened_again(done))

        assert states(done) == [CertificateState.VALID]

    def test_other_words_take_its_place(self, done: Request) -> None:
        done_again(corrected(opened_again(done), purpose="實習"))
        old, new = Certificate.objects.order_by("pk")

        assert states(done) == [CertificateState.REPLACED, CertificateState.VALID]
        assert (old.replaced_by, new.printed["answer.purpose"]) == (new, "實習")

    def test_facts_that_changed_take_its_place_too(self, done: Request) -> None:
        Person.objects.filter(pk=done.requester_id).update(name="林小晴")
        done_again(opened_again(Request.objects.get(pk=done.pk)))

        assert states(done) == [CertificateState.REPLACED, CertificateState.VALID]

    def test_revoked_one_does_not_count(self, done: Request, clerk: Person) -> None:
        services.revoke_certificate(certificate=done.certificates.get(), actor=clerk, reason="印錯", at=moment(23, 12))
        done_again(opened_again(done))

        assert states(done) == [CertificateState.REVOKED, CertificateState.VALID]

    def test_two_that_were_valid_become_one(self, done: Request, clerk: Person) -> None:
        services.issue_certificate(request=done, actor=clerk, at=MONDAY_ELEVEN)
        done_again(corrected(opened_again(done), purpose="實習"))

        assert states(done) == [CertificateState.REPLACED, CertificateState.REPLACED, CertificateState.VALID]

    def test_of_several_templates_the_one_that_stands_is_kept(self, done: Request, service: Service) -> None:
        service.papers.update(order=1)
        ServicePaper.objects.create(service=service, template=install_templates()["honour"], order=0)
        done_again(opened_again(done))

        assert states(done) == [CertificateState.VALID]


class TestRevoke:
    @pytest.mark.parametrize("state", [RequestState.IN_PROGRESS, RequestState.WITHDRAWN, RequestState.REFUSED])
    def test_wrong_one_is_called_back_whatever_became_of_the_request(
        self, done: Request, clerk: Person, state: str
    ) -> None:
        Request.objects.filter(pk=done.pk).update(state=state)
        paper = services.revoke_certificate(
            certificate=done.certificates.get(), actor=clerk, reason="退學", at=moment(24, 9)
        )

        assert paper.state_at(moment(24, 9)) == CertificateState.REVOKED

    def test_issuing_anew_waits_until_it_is_done(self, done: Request, clerk: Person) -> None:
        opened_again(done)
        with pytest.raises(PermissionDenied):
            services.reissue_certificate(certificate=done.certificates.get(), actor=clerk, reason="x")

    def test_page_offers_it_while_the_request_is_open_again(self, client: Client, done: Request, clerk: Person) -> None:
        opened_again(done)
        paper = done.certificates.get()
        client.force_login(clerk)
        page, own = client.get(done.get_absolute_url()).text, client.get(paper.get_absolute_url()).text
        addresses = [reverse(f"servicedesk:{verb}", args=[paper.pk]) for verb in ("revoke", "reissue", "reprint")]
        assert ("do=revoke" in page, "do=reissue" in page) == (True, False)
        assert [f'action="{address}"' in own for address in addresses] == [True, False, False]
        assert client.post(addresses[0], {"reason": "退學"}).status_code == 302


class TestOneOfSeveral:
    @pytest.fixture
    def papers(self, done: Request, clerk: Person) -> tuple[Certificate, Certificate]:
        services.issue_certificate(request=done, actor=clerk, at=MONDAY_ELEVEN)
        older, newer = Certificate.objects.order_by("pk")
        return older, newer

    @pytest.mark.parametrize("verb", ["reissue", "revoke"])
    def test_form_goes_to_the_certificate_that_was_pressed(
        self, client: Client, done: Request, clerk: Person, papers: tuple[Certificate, Certificate], verb: str
    ) -> None:
        client.force_login(clerk)
        page = client.get(done.get_absolute_url()).text
        for paper in papers:
            assert f"?do={verb}&amp;paper={paper.pk}#do" in page
            screen = client.get(done.get_absolute_url(), {"do": verb, "paper": paper.pk}).context["screen"]
            assert screen.slot_url == reverse(f"servicedesk:{verb}", args=[paper.pk])
            bounced = client.post(screen.slot_url, {})
            assert (bounced.status_code, bounced.context["screen"].slot_url) == (422, screen.slot_url)

    def test_that_of_another_request_or_none_opens_no_form(
        self, client: Client, done: Request, clerk: Person, papers: tuple[Certificate, Certificate]
    ) -> None:
        other = completed(factories.student(), clerk, of=done.service).certificates.get()
        client.force_login(clerk)
        for key in (other.pk, "", "x", "999999999999999999999"):
            answer = client.get(done.get_absolute_url(), {"do": "revoke", "paper": key})
            assert (answer.status_code, answer.context["screen"].form) == (200, None)


class TestEditions:
    def publish(self, body: str) -> PaperVersion:
        template = PaperTemplate.objects.get(code="enrolment")
        content = template.versions.latest("number").content | {"body": {"zh-hant": body}}
        number = template.versions.count() + 1
        return PaperVersion.objects.create(
            template=template, number=number, content=content, published_at=moment(23, 9, 30)
        )

    def test_request_of_before_gets_the_newest_that_its_form_can_fill(
        self, student: Person, clerk: Person, service: Service
    ) -> None:
        old = taken(student, clerk, of=service)
        fitting, _newest = self.publish("{name}：{answer.purpose}"), self.publish("{name}：{answer.phone}")
        services.complete(request=old, actor=clerk, at=MONDAY_ELEVEN)

        assert old.certificates.get().template_version == fitting

    def test_without_a_fitting_one_that_of_the_filing_counts(
        self, student: Person, clerk: Person, service: Service
    ) -> None:
        template = PaperTemplate.objects.create(code="phone", name={"en": "Phone"})
        contents = [{"title": {"zh-hant": "證明"}, "body": {"zh-hant": f"{{answer.{key}}}"}} for key in ("a", "b")]
        editions = [
            PaperVersion.objects.create(template=template, number=number, content=content, published_at=at)
            for number, (content, at) in enumerate(zip(contents, (moment(1, 9), moment(24, 9)), strict=True), 1)
        ]
        ServicePaper.objects.filter(service=service).update(template=template)

        assert version_for_request(taken(student, clerk, of=service)) == editions[0]

    def test_question_of_today_makes_todays_edition_fit(self, student: Person, clerk: Person, service: Service) -> None:
        phone = {"key": "phone", "kind": "text", "label": {"en": "Phone"}}
        service.form.versions.create(number=2, fields=[*desk.FIELDS, phone])
        newest = self.publish("{name}：{answer.phone}")
        request = taken(student, clerk, of=service, answers=desk.ANSWERS | {"phone": "8613"})

        assert version_for_request(request) == newest


class TestSeveralTemplates:
    @pytest.fixture
    def running(self, student: Person, clerk: Person, service: Service) -> Request:
        ServicePaper.objects.create(service=service, template=install_templates()["honour"], order=1)
        return taken(student, clerk, of=service)

    def test_nobody_chose_is_refused_and_nothing_changed(self, running: Request, clerk: Person) -> None:
        with pytest.raises(UnableToComplete, match="choose which one"):
            services.complete(request=running, actor=clerk, at=MONDAY_ELEVEN)

        running.refresh_from_db()
        assert (running.state, Certificate.objects.count()) == (RequestState.IN_PROGRESS, 0)

    def test_chosen_one_is_given(self, running: Request, clerk: Person) -> None:
        template = PaperTemplate.objects.get(code="honour")
        services.complete(request=running, actor=clerk, template_id=template.pk, at=MONDAY_ELEVEN)

        assert running.certificates.get().template_version.template == template

    def test_row_of_many_is_told_why_and_the_others_are_done(
        self, client: Client, running: Request, clerk: Person
    ) -> None:
        plain = desk.request("in_progress", handler=clerk)
        client.force_login(clerk)
        given = {"act": "complete", "pk": [running.pk, plain.pk], "go": 1, "note": ""}
        results = client.post(reverse("servicedesk:bulk"), given).context["results"]

        assert {row.pk: done for row, done, _words in results} == {running.pk: False, plain.pk: True}


class TestWhatItGives:
    """The service gives something else since."""

    def test_certificates_stay_on_the_page(self, client: Client, done: Request) -> None:
        Service.objects.filter(pk=done.service_id).update(product=Product.NONE)
        assert last_name(Request.objects.get(pk=done.pk)) == "Certificate"

        client.force_login(done.requester)
        assert done.certificates.get().number in client.get(done.get_absolute_url()).text

    def test_running_request_yields_what_was_promised(self, student: Person, clerk: Person, service: Service) -> None:
        running = taken(student, clerk, of=service, at=MONDAY_NINE)
        Service.objects.filter(pk=service.pk).update(product=Product.NONE)
        services.complete(request=running, actor=clerk, at=MONDAY_ELEVEN)

        assert running.certificates.exists()

    def test_open_line_of_a_seal_is_called_off(self, student: Person, clerk: Person) -> None:
        make.seal("college", keeper=factories.clerk("印管"))
        request = approved(student, clerk)
        Service.objects.filter(pk=request.service_id).update(product=Product.NONE)
        services.withdraw(request=request, actor=student, note="不用了", at=MONDAY_ELEVEN)

        assert SealUse.objects.get().state == UseState.CANCELLED

    def test_requests_of_before_keep_what_their_papers_say(self, student: Person, clerk: Person, done: Request) -> None:
        """What the migration writes; the service gives something else by then."""
        make.seal("college", keeper=factories.clerk("印管"))
        sealed, plain, draft = approved(student, clerk), desk.request(), desk.draft()
        Request.objects.update(product="")
        Service.objects.filter(pk__in=[done.service_id, sealed.service_id]).update(product=Product.NONE)
        fill = import_module("apps.servicedesk.migrations.0030_request_keeps_what_it_gives").FILL
        with connection.cursor() as cursor:
            cursor.execute(fill)

        rows = [Request.objects.get(pk=row.pk).product for row in (done, sealed, plain, draft)]
        assert rows == [Product.CERTIFICATE, Product.SEAL_USE, Product.NONE, ""]

    def test_draft_is_as_the_service_stands(self, student: Person, service: Service) -> None:
        draft = services.start_draft(actor=student, service=service, at=MONDAY_NINE)
        Service.objects.filter(pk=service.pk).update(product=Product.NONE)

        assert (draft.product, Request.objects.get(pk=draft.pk).gives) == ("", Product.NONE)
