"""How a service is handled, in its file: retention, reopening, duplicates, assignment, its own tasks."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from apps.people.models import Person
from apps.servicedesk.duplicates import USUAL_THINGS, rule_of
from apps.servicedesk.enums import AssignmentKind, TaskMoment
from apps.servicedesk.models import AssignmentRule, DuplicateRule, Service, TaskTemplate
from apps.servicedesk.services.assignment_rules import save_rule
from apps.servicedesk.services.helping import set_duplicate_rule
from apps.servicedesk.services.holding import retention_of, save_retention
from apps.servicedesk.services.service_tasks import add_template, retire_template, set_reopen_days
from apps.servicedesk.services.transfer_parts.names import Names
from apps.servicedesk.services.transfer_parts.part import NOTHING, Lines, Part

Row = dict[str, Any]
TASK_DEFAULTS: Row = {
    "words": "",
    "owner": None,
    "due_days": None,
    "wants_acceptance": False,
    "shows_subject": False,
}


def same(value: Any) -> Any:
    return value


def write_retention(service: Service) -> int | None:
    return retention_of(service).days


def tell_retention(days: int | None) -> Lines:
    words = _("people are removed %(days)s days after closing") % {"days": days}
    return [("retention_days", words if days else _("people are never removed"))]


def save_part_retention(*, service: Service, value: int | None, names: Names, actor: Person | None) -> None:
    row = retention_of(service)
    save_retention(service=service, days=value, actor=actor, known=row.version if row.pk else 0)


def tell_reopen_days(days: int) -> Lines:
    return [("reopen_days", str(days))]


def save_reopen_days(*, service: Service, value: int, names: Names, actor: Person | None) -> None:
    set_reopen_days(service=service, days=value, actor=actor)


def write_duplicates(service: Service) -> Row:
    """The rule that counts; a question that the form has no more names nothing and is left out."""
    rule = rule_of(service)
    newest = service.form.versions.order_by("-number").first()
    asked = {row["key"] for row in newest.fields} if newest else set()
    return {"days": rule.days, "things": [key for key in rule.thing_keys if key in asked or key in USUAL_THINGS]}


def tell_duplicates(part: Row) -> Lines:
    return [
        ("duplicates.days", str(part["days"])),
        ("duplicates.things", ", ".join(part["things"]) or NOTHING),
    ]


def save_duplicates(*, service: Service, value: Row, names: Names, actor: Person | None) -> None:
    set_duplicate_rule(service=service, days=value["days"], thing_keys=value["things"], actor=actor)


def write_assignment(service: Service) -> Row:
    rule = AssignmentRule.objects.filter(service=service).first()
    units = service.unit_handlers.order_by("unit__code").values_list("unit__code", "person__number")
    return {
        "kind": rule.kind if rule else AssignmentKind.BY_HAND.value,
        "skilled": list(service.skills.order_by("person__number").values_list("person__number", flat=True)),
        "units": dict(units),
        "counts_time": service.counts_time,
    }


def read_assignment(part: Row) -> Row:
    return part | {"skilled": sorted(set(part["skilled"])), "units": dict(sorted(part["units"].items()))}


def tell_assignment(part: Row) -> Lines:
    return [
        ("assignment.kind", str(AssignmentKind(part["kind"]).label)),
        ("assignment.skilled", ", ".join(part["skilled"]) or NOTHING),
        ("assignment.units", ", ".join(f"{unit} → {person}" for unit, person in part["units"].items()) or NOTHING),
        ("assignment.counts_time", _("Yes") if part["counts_time"] else _("No")),
    ]


def save_assignment(*, service: Service, value: Row, names: Names, actor: Person | None) -> None:
    save_rule(
        service=service,
        kind=value["kind"],
        skilled=[names.people[number].pk for number in value["skilled"]],
        by_unit={names.units[code].pk: names.people[number].pk for code, number in value["units"].items()},
        counts_time=value["counts_time"],
        actor=actor,
    )


def standing_tasks(service: Service) -> list[TaskTemplate]:
    rows = service.task_templates.filter(retired_at__isnull=True).select_related("owner")
    return sorted(rows, key=lambda row: task_key(write_task(row)))


def write_task(row: TaskTemplate) -> Row:
    plain = {name: getattr(row, name) for name in TASK_DEFAULTS if name != "owner"}
    return read_task({"title": row.title, "moment": row.moment, "owner": row.owner and row.owner.number} | plain)


def read_task(row: Mapping[str, Any]) -> Row:
    """With everything that may be left out, always in the same order."""
    return {"title": row["title"], "moment": row["moment"]} | {
        name: row.get(name, usual) for name, usual in TASK_DEFAULTS.items()
    }


def task_key(row: Row) -> tuple[str, ...]:
    """The order in which tasks are written; two that are the same in everything are two all the same."""
    return tuple(str(value) for value in row.values())


def write_tasks(service: Service) -> list[Row]:
    return [write_task(row) for row in standing_tasks(service)]


def read_tasks(part: list[Row]) -> list[Row]:
    return sorted((read_task(row) for row in part), key=task_key)


def tell_tasks(part: list[Row]) -> Lines:
    return [("tasks", task_words(row)) for row in part]


def task_words(row: Row) -> str:
    """What the task is, when and to whom it is given; the rest as it stands in the file."""
    words = [row["title"], str(TaskMoment(row["moment"]).label)]
    words += [f"→ {row['owner']}"] if row["owner"] else []
    words += [f"{name}: {row[name]}" for name in ("due_days", "words") if row[name]]
    return ", ".join(words + [name for name in ("wants_acceptance", "shows_subject") if row[name]])


def save_tasks(*, service: Service, value: list[Row], names: Names, actor: Person | None) -> None:
    """Tasks that the file does not have are retired, new ones added; the others stay."""
    wanted = Counter(task_key(row) for row in value)
    for row in standing_tasks(service):
        key = task_key(write_task(row))
        if wanted[key]:
            wanted[key] -= 1
        else:
            retire_template(template=row, actor=actor)
    for row in value:
        if wanted[task_key(row)]:
            wanted[task_key(row)] -= 1
            values = row | {"owner": names.people[row["owner"]] if row["owner"] else None}
            add_template(service=service, values=values, actor=actor)


USUAL_DUPLICATES = {"days": DuplicateRule().days, "things": list(USUAL_THINGS)}
USUAL_ASSIGNMENT = {"kind": AssignmentKind.BY_HAND.value, "skilled": [], "units": {}, "counts_time": False}
RETENTION_DAYS = Part("retention_days", None, write_retention, same, tell_retention, save_part_retention)
REOPEN_DAYS = Part(
    "reopen_days", Service().reopen_days, lambda service: service.reopen_days, same, tell_reopen_days, save_reopen_days
)
DUPLICATES = Part("duplicates", USUAL_DUPLICATES, write_duplicates, dict, tell_duplicates, save_duplicates)
ASSIGNMENT = Part("assignment", USUAL_ASSIGNMENT, write_assignment, read_assignment, tell_assignment, save_assignment)
TASKS = Part("tasks", [], write_tasks, read_tasks, tell_tasks, save_tasks)
