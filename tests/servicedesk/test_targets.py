"""What a service promises by priority, in versions; and the page on which it is kept."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import InternalError, transaction
from django.test import Client
from django.urls import reverse

from apps.core.enums import ClockKind
from apps.people.models import Person
from apps.servicedesk import services
from apps.servicedesk.enums import Priority
from apps.servicedesk.models import EscalationRule, Request, Service, ServiceCare, ServiceTarget, TargetPolicy
from apps.servicedesk.services.catalogue import ServiceChanged
from apps.servicedesk.services.targets import Promised, minutes_for, policy_of, promised_by
from tests import factories
from tests.servicedesk import factories as desk
from tests.servicedesk.stories import MONDAY_NINE, filed, moment, taken

pytestmark = pytest.mark.django_db
HIGH = {Priority.HIGH: Promised(120, 450)}


@pytest.fixture
def service() -> Service:
    return desk.service()


@pytest.fixture
def manager() -> Person:
    return factories.administrator()


class TestVersions:
    def test_first_filing_makes_one_of_the_services_own_minutes(self, service: Service) -> None:
        row = filed(factories.student(), of=service)

        assert (row.policy.number, row.target_minutes, row.first_target_minutes) == (1, 960, 240)
        assert filed(factories.student(), of=service).policy == row.policy

    def test_other_minutes_of_the_service_make_a_new_one_that_keeps_the_rows(
        self, service: Service, manager: Person
    ) -> None:
        services.save_targets(service=service, rows=HIGH, actor=manager, known=0, at=MONDAY_NINE)
        Service.objects.update(target_minutes=600)
        service.refresh_from_db()
        policy = policy_of(service, at=MONDAY_NINE)

        assert (policy.number, policy.target_minutes, promised_by(policy)) == (2, 600, HIGH)

    def test_priority_without_a_row_has_the_services_own(self, service: Service, manager: Person) -> None:
        policy = services.save_targets(service=service, rows=HIGH, actor=manager, known=0)

        assert minutes_for(policy, Priority.HIGH) == Promised(120, 450)
        assert minutes_for(policy, Priority.URGENT) == Promised(240, 960)

    def test_same_again_makes_none(self, service: Service, manager: Person) -> None:
        services.save_targets(service=service, rows=HIGH, actor=manager, known=0)
        services.save_targets(service=service, rows=HIGH, actor=manager, known=1)

        assert TargetPolicy.objects.count() == 1

    def test_old_form_meets_a_clash(self, service: Service, manager: Person) -> None:
        services.save_targets(service=service, rows=HIGH, actor=manager, known=0)
        with pytest.raises(ServiceChanged):
            services.save_targets(service=service, rows={}, actor=manager, known=0)

    def test_cannot_be_changed_afterwards(self, service: Service, manager: Person) -> None:
        services.save_targets(service=service, rows=HIGH, actor=manager, known=0)
        for rows in (TargetPolicy.objects, ServiceTarget.objects):
            with pytest.raises(InternalError), transaction.atomic():
                rows.update(target_minutes=1)


class TestRebuild:
    def run(self, *arguments: str) -> tuple[list[str], int]:
        out, code = StringIO(), 0
        try:
            call_command("rebuild_clocks", *arguments, stdout=out)
        except SystemExit as error:
            code = error.code
        return out.getvalue().splitlines(), code

    @pytest.mark.parametrize(
        ("column", "value", "label"),
        [
            ("first_due_at", MONDAY_NINE, "first answer due"),
            ("first_within_target", False, "first answer within target"),
            ("first_response_at", MONDAY_NINE, "first answer "),
            ("first_response_minutes", 9999, "first answer minutes"),
            ("due_at", MONDAY_NINE, "due"),
            ("used_minutes", 9999, "used"),
            ("priority", Priority.LOW, "priority"),
        ],
    )
    def test_finds_and_mends_every_column(
        self, service: Service, manager: Person, column: str, value: object, label: str
    ) -> None:
        clerk = factories.clerk()
        row = taken(factories.student(), clerk, of=service)
        services.post_message(request=row, author=clerk, body="已收到", at=moment(23, 10))
        services.set_priority(request=row, actor=clerk, priority=Priority.HIGH, note="急", at=moment(23, 11))
        good = Request.objects.values(column).get(pk=row.pk)
        assert self.run("--check") == (["differences: 0"], 0)
        Request.objects.filter(pk=row.pk).update(**{column: value})

        lines, code = self.run("--check")
        assert (lines[-1], code) == ("differences: 1", 1)
        assert lines[0].startswith(f"{row.number}: {label}")
        assert self.run()[1] == 0
        assert Request.objects.values(column).get(pk=row.pk) == good

    def test_every_kind_of_line_is_known(self) -> None:
        assert set(ClockKind.values) == {
            "start",
            "pause",
            "resume",
            "stop",
            "cancel",
            "set_due",
            "set_target",
            "answered",
        }


class TestPage:
    @pytest.fixture
    def page(self, client: Client, manager: Person) -> Client:
        client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")
        return client

    def post(self, page: Client, name: str, service: Service, **form: object) -> int:
        return page.post(reverse(f"servicedesk:{name}", args=[service.code]), form).status_code

    def test_targets(self, page: Client, service: Service) -> None:
        assert page.get(reverse("servicedesk:targets", args=[service.code])).status_code == 200
        assert self.post(page, "targets", service, known=0, first_high=120) == 422
        assert self.post(page, "targets", service, known=0, first_high=500, whole_high=450) == 422
        assert self.post(page, "targets", service, known=0, first_high=120, whole_high=450) == 302
        assert self.post(page, "targets", service, known=0, first_high=60, whole_high=450) == 409
        assert promised_by(TargetPolicy.objects.get()) == HIGH

    def test_care(self, page: Client, service: Service) -> None:
        form = {"known": 0, "pause_days": 5, "urges_per_week": 3}
        assert self.post(page, "save_care", service, **form | {"lapse_days": 5}) == 422
        assert self.post(page, "save_care", service, **form | {"handler_days": 2}) == 302
        assert self.post(page, "save_care", service, **form) == 409
        assert ServiceCare.objects.get().handler_days == 2

    @pytest.mark.parametrize(
        ("form", "status"),
        [
            ({"when": "at", "to": "handler"}, 302),
            ({"when": "before", "amount": 60, "to": "director"}, 302),
            ({"when": "before", "to": "handler"}, 422),
            ({"when": "used", "amount": 100, "to": "handler"}, 422),
            ({"when": "at", "to": "person"}, 422),
            ({"when": "at", "to": "person", "person": "nobody"}, 422),
            ({"when": "at", "to": "everybody"}, 422),
        ],
    )
    def test_rules(self, page: Client, service: Service, form: dict[str, object], status: int) -> None:
        assert self.post(page, "add_rule", service, promise="completion", **form) == status
        assert EscalationRule.objects.count() == (status == 302)

    def test_rule_of_a_person_and_its_end(self, page: Client, service: Service) -> None:
        clerk = factories.clerk()
        form = {"promise": "first", "when": "at", "to": "person", "person": clerk.number}
        assert self.post(page, "add_rule", service, **form) == 302
        rule = EscalationRule.objects.get()
        assert rule.person == clerk
        url = reverse("servicedesk:end_rule", args=[service.code, rule.pk])
        assert page.get(url).status_code == 405
        page.post(url)
        page.post(url)
        rule.refresh_from_db()
        assert rule.ended_at

    @pytest.mark.parametrize("count", [1, 3])
    def test_costs_the_same_for_one_rule_and_three(
        self, page: Client, service: Service, count: int, django_assert_num_queries: object
    ) -> None:
        for n in range(count):
            self.post(page, "add_rule", service, promise="completion", when="after", amount=n + 1, to="handler")
        url = reverse("servicedesk:targets", args=[service.code])
        page.get(url)
        with django_assert_num_queries(10):
            page.get(url)
