"""A copy of a service has everything that is set for it: no model with a key to a service is forgotten."""

import pytest
from django.apps import apps

from apps.journal.models import Entry
from apps.people.enums import Role
from apps.people.models import Person
from apps.servicedesk import services
from apps.servicedesk.enums import Priority
from apps.servicedesk.models import EscalationRule, Service, ServicePaper
from apps.servicedesk.papers.starter import install_templates
from apps.servicedesk.services.assignment_rules import save_rule
from apps.servicedesk.services.canned import save_reply
from apps.servicedesk.services.caring import save_care
from apps.servicedesk.services.copying import copy_service
from apps.servicedesk.services.escalating import add_rule, end_rule
from apps.servicedesk.services.helping import set_articles, set_duplicate_rule
from apps.servicedesk.services.holding import save_retention
from apps.servicedesk.services.service_tasks import add_template, retire_template, set_reopen_days
from tests import factories
from tests.knowledge import factories as shelf
from tests.servicedesk import factories as desk
from tests.servicedesk.stories import MONDAY_NINE

pytestmark = pytest.mark.django_db
COPIED = {
    "servicedesk.ServiceOpening",
    "servicedesk.ServiceStep",
    "servicedesk.TargetPolicy",
    "servicedesk.EscalationRule",
    "servicedesk.ServiceCare",
    "servicedesk.Retention",
    "servicedesk.AssignmentRule",
    "servicedesk.Skill",
    "servicedesk.UnitHandler",
    "servicedesk.TaskTemplate",
    "servicedesk.ServicePaper",
    "servicedesk.ServiceArticle",
    "servicedesk.DuplicateRule",
    "servicedesk.CannedReply",
}
LEFT = {
    "servicedesk.Request": "what was asked of the service, no setting",
    "servicedesk.PaperBatch": "papers that were issued, no setting",
    "servicedesk.ArticleOpening": "what people did, no setting",
    "servicedesk.LegalHold": "it keeps what was asked of that service; nothing was asked of the copy",
}


@pytest.fixture
def administrator() -> Person:
    return factories.administrator()


@pytest.fixture
def service(administrator: Person) -> Service:
    """With one of everything that can be set, and one that was ended."""
    made = desk.service("報修", approval=[Role.DIRECTOR])
    clerk, by = factories.clerk(), {"actor": administrator}
    made.openings.create(kind="ask", unit=made.unit)
    services.save_targets(service=made, rows={Priority.HIGH: services.Promised(60, 480)}, known=0, **by)
    rule = {"promise": "completion", "when": "at", "to": "handler", "person": None}
    add_rule(service=made, amount=0, at=MONDAY_NINE, **rule, **by)
    end_rule(rule=add_rule(service=made, amount=30, **rule | {"when": "after"}, **by), **by)
    save_care(service=made, values={"pause_days": 5, "handler_days": 3}, known=0, **by)
    save_retention(service=made, days=400, known=0, **by)
    unit = made.unit_id
    save_rule(service=made, kind="by_unit", skilled=[clerk.pk], by_unit={unit: clerk.pk}, counts_time=True, **by)
    task = {"title": "看現場", "moment": "taken", "owner": clerk, "due_days": 2}
    add_template(service=made, values=task, **by)
    retire_template(template=add_template(service=made, values=task | {"title": "舊的"}, **by), **by)
    set_reopen_days(service=made, days=3, **by)
    ServicePaper.objects.create(service=made, template=install_templates()["enrolment"])
    set_articles(service=made, articles=[shelf.article().pk], **by)
    set_duplicate_rule(service=made, days=7, thing_keys=["purpose"], **by)
    save_reply(values={"name": "已派工", "body": desk.words("已派工"), "unit": None, "service": made}, **by)
    return Service.objects.get(pk=made.pk)


def rows_of(service: Service, label: str) -> list[dict[str, object]]:
    """What is set, without what tells one row from another."""
    model = apps.get_model(label)
    own = {"id", "service_id", "made_at", "made_by_id", "created_at", "changed_at", "version", "number", "owner_id"}
    own -= {"owner_id"} if label == "servicedesk.TaskTemplate" else set()
    rows = model.objects.filter(service=service)
    for ended in ("ended_at", "retired_at"):
        if any(field.name == ended for field in model._meta.fields):
            rows = rows.filter(**{f"{ended}__isnull": True})
    return [{key: value for key, value in row.items() if key not in own} for row in rows.order_by("pk").values()]


def test_each_model_with_a_key_to_a_service_is_copied_or_left_for_a_reason() -> None:
    keys = {
        model._meta.label
        for model in apps.get_models()
        for field in model._meta.fields
        if field.is_relation and field.related_model is Service
    }
    assert keys == COPIED | set(LEFT)
    assert all(LEFT.values())


def test_copy_has_everything(service: Service, administrator: Person) -> None:
    copy = copy_service(service=service, actor=administrator)

    for label in sorted(COPIED):
        found = rows_of(service, label)
        assert found, label
        assert rows_of(copy, label) == found, label
    assert [row.priority for row in copy.policies.get().targets.all()] == [Priority.HIGH]


def test_copy_has_each_column(service: Service, administrator: Person) -> None:
    copy = copy_service(service=service, actor=administrator)
    own = {"id", "code", "name", "order", "is_active"}
    names = [field.attname for field in Service._meta.concrete_fields if field.attname not in own]
    copy.refresh_from_db()

    assert {name: getattr(copy, name) for name in names} == {name: getattr(service, name) for name in names}
    assert (copy.reopen_days, copy.counts_time, copy.is_active) == (3, True, False)


def test_history_of_the_copy_says_what_is_set(service: Service, administrator: Person) -> None:
    copy = copy_service(service=service, actor=administrator)
    said = set(Entry.objects.about(copy).values_list("verb", flat=True))

    assert {"created", "targets", "rule_added", "care", "retention", "papers_chosen", "articles_set"} <= said
    assert EscalationRule.objects.filter(service=service).count() == 2  # the old one is as it was


def test_bare_service_is_copied_bare(administrator: Person) -> None:
    copy = copy_service(service=desk.service(), actor=administrator)

    assert [label for label in sorted(COPIED) if rows_of(copy, label)] == []
