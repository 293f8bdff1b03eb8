"""Changing to whom a service's requests are given."""

from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from apps.journal.services import record
from apps.people.models import Person
from apps.servicedesk.models import AssignmentRule, Service, Skill, UnitHandler


class RuleChanged(Exception):
    """Somebody else saved the rule meanwhile."""


@transaction.atomic
def save_rule(
    *,
    service: Service,
    kind: str,
    skilled: Collection[int],
    by_unit: Mapping[int, int],
    counts_time: bool,
    actor: Person,
    version: int | None = None,
) -> AssignmentRule:
    """Kind, who knows the service (keys of people), and handlers by unit (keys). Requests filed before stay where they
    are. Raises RuleChanged.
    """
    Service.objects.select_for_update().only("pk").get(pk=service.pk)
    rule = AssignmentRule.objects.filter(service=service).first() or AssignmentRule(service=service, version=0)
    if version is not None and version != rule.version:
        raise RuleChanged(_("Somebody changed this rule meanwhile. What you chose is still here; save again."))
    before = state_of(Service.objects.get(pk=service.pk), rule)
    rule.kind, rule.version = kind, rule.version + 1
    rule.save()
    Skill.objects.filter(service=service).exclude(person__in=skilled).delete()
    Skill.objects.bulk_create([Skill(service=service, person_id=pk) for pk in skilled], ignore_conflicts=True)
    UnitHandler.objects.filter(service=service).delete()
    UnitHandler.objects.bulk_create(
        UnitHandler(service=service, unit_id=unit, person_id=person) for unit, person in by_unit.items()
    )
    service.counts_time = counts_time
    service.save(update_fields=["counts_time"])
    after = state_of(service, rule)
    changes = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    if changes:
        record(actor=actor, verb="edited", obj=service, changes=changes)
    return rule


def state_of(service: Service, rule: AssignmentRule) -> dict[str, object]:
    """What history compares."""
    return {
        "assignment": rule.kind,
        "skilled": sorted(service.skills.values_list("person_id", flat=True)),
        "by_unit": sorted(map(list, service.unit_handlers.values_list("unit_id", "person_id"))),
        "counts_time": service.counts_time,
    }
