"""The same service once more, with everything that is set for it; each part by the service that keeps its history."""

from datetime import datetime

from django.db import transaction

from apps.core.clock import now
from apps.people.models import Person, Unit
from apps.servicedesk.enums import AssignmentKind
from apps.servicedesk.models import CannedReply, EscalationRule, Retention, Service, ServiceCare, TaskTemplate
from apps.servicedesk.services.assignment_rules import save_rule
from apps.servicedesk.services.canned import save_reply
from apps.servicedesk.services.caring import save_care
from apps.servicedesk.services.catalogue import COLUMNS, COPY, OPENED, free_code, save_service, units_of
from apps.servicedesk.services.escalating import add_rule
from apps.servicedesk.services.helping import set_articles, set_duplicate_rule
from apps.servicedesk.services.holding import save_retention
from apps.servicedesk.services.plans import plan_of, save_plan
from apps.servicedesk.services.service_tasks import add_template, set_reopen_days
from apps.servicedesk.services.targets import newest_policy, promised_by, save_targets
from apps.servicedesk.services.templates import choose_templates

CARE = ("pause_days", "handler_days", "director_days", "requester_days", "lapse_days", "urges_per_week")
RULE = ("promise", "when", "amount", "to", "person")
TASK = ("title", "words", "moment", "owner", "due_days", "wants_acceptance", "shows_subject")
REPLY = ("name", "body", "unit")


@transaction.atomic
def copy_service(*, service: Service, actor: Person, at: datetime | None = None) -> Service:
    """With its plan and its settings, under a free code and not offered yet. The form is the same one.

    Whatever is set for a service belongs here: a copy without its retention would keep people's names for ever.
    """
    at = at or now()
    values = {column: getattr(service, column) for column in COLUMNS}
    named = {language: f"{text} {COPY[language]}" for language, text in service.name.items()}
    values |= {"code": free_code(service.code), "name": named, "is_active": False}
    values["area"] = service.area
    values |= {name: list(Unit.objects.filter(pk__in=units_of(service, kind))) for name, kind in OPENED.items()}
    made = save_service(service=None, values=values, actor=actor)
    save_plan(service=made, steps=plan_of(service), actor=actor)
    copy_promises(service, made, actor, at)
    copy_work(service, made, actor, at)
    copy_help(service, made, actor)
    return made


def copy_promises(service: Service, made: Service, actor: Person, at: datetime) -> None:
    """Targets by priority, who is told before and after, what is looked after, how long people are named."""
    policy = newest_policy(service)
    if policy and (rows := promised_by(policy)):
        save_targets(service=made, rows=rows, actor=actor, known=0, at=at)
    for rule in EscalationRule.objects.filter(service=service, ended_at__isnull=True).order_by("pk"):
        add_rule(service=made, actor=actor, at=at, **values_of(rule, RULE))
    if care := ServiceCare.objects.filter(service=service).first():
        save_care(service=made, values=values_of(care, CARE), actor=actor, known=0)
    if kept := Retention.objects.filter(service=service).first():
        save_retention(service=made, days=kept.days, actor=actor, known=0)
    set_reopen_days(service=made, days=service.reopen_days, actor=actor, at=at)


def copy_work(service: Service, made: Service, actor: Person, at: datetime) -> None:
    """To whom requests are given, which tasks and papers they yield."""
    rule = getattr(service, "assignment", None)
    if rule or service.counts_time:
        save_rule(
            service=made,
            kind=rule.kind if rule else AssignmentKind.BY_HAND,
            skilled=list(service.skills.values_list("person_id", flat=True)),
            by_unit=dict(service.unit_handlers.values_list("unit_id", "person_id")),
            counts_time=service.counts_time,
            actor=actor,
        )
    for task in TaskTemplate.objects.filter(service=service, retired_at__isnull=True).order_by("pk"):
        add_template(service=made, values=values_of(task, TASK), actor=actor, at=at)
    papers = service.papers.select_related("template").order_by("order", "pk")
    choose_templates(service=made, templates=[row.template for row in papers], actor=actor, at=at)


def copy_help(service: Service, made: Service, actor: Person) -> None:
    """Articles, when it asks whether it is not the same, replies of the office."""
    articles = service.article_links.order_by("order", "pk").values_list("article", flat=True)
    set_articles(service=made, articles=list(articles), actor=actor)
    if rule := getattr(service, "duplicate_rule", None):
        set_duplicate_rule(service=made, days=rule.days, thing_keys=rule.thing_keys, actor=actor)
    for reply in CannedReply.objects.filter(service=service, is_active=True).order_by("pk"):
        save_reply(values=values_of(reply, REPLY) | {"service": made}, actor=actor)


def values_of(row: object, names: tuple[str, ...]) -> dict[str, object]:
    return {name: getattr(row, name) for name in names}
