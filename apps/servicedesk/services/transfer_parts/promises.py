"""What a service promises in its file: targets by priority, care, escalation rules."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from apps.people.models import Person
from apps.servicedesk.enums import EscalationTo, EscalationWhen, Priority, Promise
from apps.servicedesk.models import EscalationRule, Service, ServiceCare
from apps.servicedesk.services.caring import care_of, save_care
from apps.servicedesk.services.escalating import add_rule, end_rule
from apps.servicedesk.services.targets import Promised, newest_policy, promised_by, save_targets
from apps.servicedesk.services.transfer_parts.names import Names
from apps.servicedesk.services.transfer_parts.part import NOTHING, Lines, Part
from apps.servicedesk.transfer.part_schema import CARE as CARE_FIELDS
from apps.servicedesk.transfer.part_schema import PRIORITIES

Row = dict[str, Any]


def write_targets(service: Service) -> dict[str, Row]:
    policy = newest_policy(service)
    rows = promised_by(policy) if policy else {}
    return {
        name: {"first_response_minutes": rows[priority].first, "target_minutes": rows[priority].completion}
        for name, priority in PRIORITIES.items()
        if priority in rows
    }


def read_targets(part: Mapping[str, Row]) -> dict[str, Row]:
    return {name: dict(part[name]) for name in PRIORITIES if name in part}


def tell_targets(part: Mapping[str, Row]) -> Lines:
    words = _("“%(priority)s”: first answer in %(first)s, completion in %(whole)s working minutes")
    return [
        (
            f"targets.{name}",
            words
            % {
                "priority": Priority(PRIORITIES[name]).label,
                "first": row["first_response_minutes"],
                "whole": row["target_minutes"],
            },
        )
        for name, row in part.items()
    ]


def save_part_targets(*, service: Service, value: Mapping[str, Row], names: Names, actor: Person | None) -> None:
    policy = newest_policy(service)
    rows = {
        PRIORITIES[name].value: Promised(row["first_response_minutes"], row["target_minutes"])
        for name, row in value.items()
    }
    save_targets(service=service, rows=rows, actor=actor, known=policy.number if policy else 0)


def write_care(service: Service) -> Row:
    return care_values(care_of(service))


def care_values(row: ServiceCare) -> Row:
    return {name: getattr(row, name) for name in CARE_FIELDS}


def tell_care(part: Row) -> Lines:
    return [(f"care.{name}", NOTHING if days is None else str(days)) for name, days in part.items()]


def save_part_care(*, service: Service, value: Row, names: Names, actor: Person | None) -> None:
    row = care_of(service)
    save_care(service=service, values=value, actor=actor, known=row.version if row.pk else 0)


def standing_rules_of(service: Service) -> list[EscalationRule]:
    rows = EscalationRule.objects.filter(service=service, ended_at__isnull=True).select_related("person")
    return sorted(rows, key=lambda rule: rule_order(write_rule(rule)))


def write_rule(rule: EscalationRule) -> Row:
    made = {"promise": rule.promise, "when": rule.when, "amount": rule.amount, "to": rule.to}
    return made | ({"person": rule.person.number} if rule.person else {})


def rule_order(row: Row) -> tuple[object, ...]:
    """The same rules are always written in the same order."""
    return tuple(row.get(name, "") for name in ("promise", "when", "amount", "to", "person"))


def write_escalation(service: Service) -> list[Row]:
    return [write_rule(rule) for rule in standing_rules_of(service)]


def read_escalation(part: list[Row]) -> list[Row]:
    """In their order, the same rule once."""
    return sorted(({tuple(sorted(row.items())): dict(row) for row in part}).values(), key=rule_order)


def tell_escalation(part: list[Row]) -> Lines:
    return [("escalation", rule_words(row)) for row in part]


def rule_words(row: Row) -> str:
    unit = "%" if row["when"] == EscalationWhen.USED else f" {_('working minutes')}"
    amount = f" ({row['amount']}{unit})" if row["amount"] else ""
    to = row.get("person") or EscalationTo(row["to"]).label
    return f"{Promise(row['promise']).label}, {EscalationWhen(row['when']).label}{amount} → {to}"


def save_escalation(*, service: Service, value: list[Row], names: Names, actor: Person | None) -> None:
    """Rules that the file does not have are ended, new ones made; the others stay with what they said."""
    standing = standing_rules_of(service)
    for rule in standing:
        if write_rule(rule) not in value:
            end_rule(rule=rule, actor=actor)
    known = [write_rule(rule) for rule in standing]
    for row in value:
        if row not in known:
            person = names.people[row["person"]] if "person" in row else None
            add_rule(service=service, actor=actor, **row | {"person": person})


TARGETS = Part("targets", {}, write_targets, read_targets, tell_targets, save_part_targets)
CARE = Part("care", care_values(ServiceCare()), write_care, dict, tell_care, save_part_care)
ESCALATION = Part("escalation", [], write_escalation, read_escalation, tell_escalation, save_escalation)
